//! The arguments of `plan`.

use clap::Args;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::apply::template_change::ImageChange;

use super::plan_watch::WatchArgs;
use super::validate::ValidateArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # The rollout under way: what is next, who holds the budget, what moves it
  kubectl ds plan node-exporter -n monitoring

  # The rollout that `kubectl apply -f` would start
  kubectl ds plan -f node-exporter.yaml

  # The rollout that `kubectl rollout undo` would start, 0 for the previous one
  kubectl ds plan node-exporter -n monitoring --to-revision 3
  kubectl ds plan node-exporter -n monitoring --to-revision 0

  # The rollout that a restart or a new image would start
  kubectl ds plan node-exporter -n monitoring --restart
  kubectl ds plan node-exporter -n monitoring --set-image exporter=exporter:1.9

  # Another budget beside today's
  kubectl ds plan node-exporter -n monitoring --max-unavailable 10%

  # Follow it until it is done or stuck
  kubectl ds plan node-exporter -n monitoring --watch --timeout 30m

  # The same from a dump, without a cluster
  kubectl get no,ds,po,controllerrevisions,ev,ns -A -o yaml > dump.yaml
  kubectl ds plan node-exporter -n monitoring --from dump.yaml
";

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The DaemonSet as NAME or ds/NAME; with `-f` one of the manifest's
    #[arg(value_name = "DS")]
    pub target: Option<String>,
    /// What applying this manifest would start
    ///
    /// The rollout that `kubectl apply -f` would start: a file, a folder or `-`; repeatable.
    #[arg(short, long, value_name = "FILE|DIR|-", group = "change")]
    pub filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    pub validate: ValidateArgs,
    /// What an undo would start; 0 for the previous
    ///
    /// The rollout that `kubectl rollout undo` to this revision would start.
    #[arg(long, value_name = "N", group = "change", value_parser = parse_revision, allow_negative_numbers = true)]
    pub to_revision: Option<i64>,
    /// What `kubectl rollout restart` would start
    #[arg(long, group = "change")]
    pub restart: bool,
    /// What `kubectl set image` would start
    ///
    /// Repeatable, for several containers.
    #[arg(long, value_name = "CONTAINER=IMAGE", group = "change", value_parser = parse_image)]
    pub set_image: Vec<ImageChange>,
    /// Try another maxUnavailable
    ///
    /// A number or a percentage, beside the one that is written.
    #[arg(long, value_name = "N|N%", value_parser = parse_budget, allow_negative_numbers = true)]
    pub max_unavailable: Option<IntOrString>,
    /// Try another maxSurge
    ///
    /// A number or a percentage, beside the one that is written.
    #[arg(long, value_name = "N|N%", value_parser = parse_budget, allow_negative_numbers = true)]
    pub max_surge: Option<IntOrString>,
    /// Taken only to say that a plan is of one DaemonSet.
    #[arg(short = 'A', long, hide = true)]
    pub all_namespaces: bool,
    /// How it is followed.
    #[command(flatten)]
    pub watch: WatchArgs,
    /// Apply as `kubectl apply --server-side` does
    #[arg(long, help_heading = "Apply")]
    pub server_side: bool,
    /// The field manager of the apply
    #[arg(long, value_name = "NAME", help_heading = "Apply")]
    pub field_manager: Option<String>,
    /// Take over fields that other managers hold
    ///
    /// With `--server-side`.
    #[arg(long, help_heading = "Apply")]
    pub force_conflicts: bool,
}

fn parse_image(text: &str) -> Result<ImageChange, String> {
    text.parse()
}

fn parse_revision(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| {
        "write the number of a revision, such as 3, or 0 for the previous one".to_owned()
    })
}

fn parse_budget(text: &str) -> Result<IntOrString, String> {
    crate::apply::budget::parse_budget(text).map_err(|problem| problem.to_string())
}
