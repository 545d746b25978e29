//! The arguments of `adopt`.

use clap::Args;

use crate::model::selector::Selector;

use super::validate::ValidateArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
It only reports: nothing is adopted, released, relabelled or deleted by it. What
the DaemonSet controller does by itself is told before it happens.

Examples:
  # Whose are the pods and revisions that this DaemonSet owns or selects?
  kubectl ds adopt node-exporter -n monitoring

  # All DaemonSets with something to adopt, to release, foreign or overlapping
  kubectl ds adopt -A

  # What would this manifest take over, once it is created, or once the
  # DaemonSet is deleted with --cascade=orphan and created again?
  kubectl ds adopt -f node-exporter.yaml

  # Is anything about the claims not as it should be? (exit code 1)
  kubectl ds adopt node-exporter -n monitoring --exit-code

  # The same from a dump, without a cluster
  kubectl get no,ds,po,controllerrevisions,ev,ns,deploy,rs,sts,rc,jobs -A \\
    -o yaml > dump.yaml
  kubectl ds adopt -A --from dump.yaml
";

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// The DaemonSet as NAME or ds/NAME; none for all; with `-f` one of its own
    #[arg(value_name = "DS")]
    pub target: Option<String>,
    /// DaemonSets of all namespaces
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<Selector>,
    /// What creating this manifest would take over
    ///
    /// Or deleting its DaemonSet with `--cascade=orphan` and creating it again. A file, a folder
    /// or `-`; repeatable.
    #[arg(short, long, value_name = "FILE|DIR|-")]
    pub filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    pub validate: ValidateArgs,
}
