//! The arguments of `plan`.

use clap::Args;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # The rollout under way: what is replaced next, who holds the budget, what would move it
  kubectl ds plan node-exporter -n monitoring

  # The same from a dump, without a cluster
  kubectl get nodes,ds,pods,controllerrevisions,events,namespaces -A -o yaml > dump.yaml
  kubectl ds plan node-exporter -n monitoring --from dump.yaml
";

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The DaemonSet as NAME or ds/NAME
    #[arg(value_name = "DS")]
    pub target: Option<String>,
}
