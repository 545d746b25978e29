//! The arguments of `node`.

use clap::Args;

use crate::model::selector::Selector;

use super::why::WhatIfArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # Which DaemonSets run on gpu-1, which don't and why, and what is left of it
  kubectl ds node gpu-1

  # A pool of nodes: those with the same outcome are one group
  kubectl ds node --node-selector pool=gpu

  # What a taint would start, stop and leave behind
  kubectl ds node worker-3 --taint dedicated=batch:NoExecute

  # A node that doesn't exist yet, or a node group's template
  kubectl ds node --node-file node.yaml --label pool=batch

  # The names of a namespace's DaemonSets that run there or would
  kubectl ds node gpu-1 -n monitoring -o name

  # The same from a dump, without a cluster
  kubectl get no,ds,po,controllerrevisions,ev,ns -A -o yaml > dump.yaml
  kubectl ds node gpu-1 --from dump.yaml

Without -n the DaemonSets of all namespaces are counted. `-o name` prints those
that run or would run, as daemonset.apps/NAME, which has no namespace, as
kubectl prints names: give -n to pipe them on.
";

/// The arguments of `node`.
///
/// `-n` is a global flag; without it the DaemonSets of all namespaces are meant.
#[derive(Debug, Args)]
pub struct NodeArgs {
    /// The node as NAME or node/NAME; with `--node-file` one of the file's
    #[arg(value_name = "NODE")]
    pub node: Option<String>,
    /// All namespaces, which is the default here
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<Selector>,
    /// The nodes with these labels
    ///
    /// In kubectl's syntax, such as `pool=gpu`.
    #[arg(long, value_name = "SELECTOR", conflicts_with_all = ["node", "node_file"])]
    pub node_selector: Option<Selector>,
    /// The changes of a what-if.
    #[command(flatten)]
    pub what_if: WhatIfArgs,
}
