//! The arguments of `adopt`.

use clap::Args;

use crate::engine::label_selector::Selector;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
It only reports: nothing is adopted, released, relabelled or deleted by it. What the
DaemonSet controller does by itself is told before it happens.

Examples:
  # Whose are the pods and revisions that this DaemonSet owns or selects, and what follows?
  kubectl ds adopt node-exporter -n monitoring

  # All DaemonSets with something to adopt, to release, foreign or overlapping
  kubectl ds adopt -A

  # What would this manifest take over, once it is created, or once the DaemonSet is
  # deleted with --cascade=orphan and created again?
  kubectl ds adopt -f node-exporter.yaml

  # Is anything about the claims not as it should be? (exit code 1)
  kubectl ds adopt node-exporter -n monitoring --exit-code

  # The same from a dump, without a cluster
  kubectl get nodes,ds,pods,controllerrevisions,events,namespaces,deploy,rs,sts,rc,jobs -A -o yaml > dump.yaml
  kubectl ds adopt -A --from dump.yaml
";

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// The DaemonSet as NAME or ds/NAME; none for all; with `-f` the one of the manifest's that is meant
    #[arg(value_name = "DS")]
    pub target: Option<String>,
    /// DaemonSets of all namespaces
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only DaemonSets with these labels, in kubectl's syntax
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<Selector>,
    /// What creating this manifest would take over, or deleting its DaemonSet with
    /// `--cascade=orphan` and creating it again: a file, a folder or `-`; repeatable
    #[arg(short, long, value_name = "FILE|DIR|-")]
    pub filename: Vec<String>,
}
