//! The arguments of `why`.

use clap::Args;

use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;

use super::validate::ValidateArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # Why has node-7 no pod of this DaemonSet, and what would change that?
  kubectl ds why node-exporter node-7 -n monitoring

  # All nodes of one DaemonSet: the broken first, then the excluded by reason
  kubectl ds why ds/node-exporter -n monitoring

  # All DaemonSets that aren't clean
  kubectl ds why -A --problems

  # All of them at a glance: DaemonSets by pools of nodes, or by zones
  kubectl ds why -A --map
  kubectl ds why -A --map=topology.kubernetes.io/zone

  # From a pod's alert to its DaemonSet and node
  kubectl ds why pod/node-exporter-x2j4k -n monitoring

  # A manifest that isn't applied yet
  kubectl ds why -f node-exporter.yaml

  # What a taint on a pool of nodes would do
  kubectl ds why fluentd --node-selector pool=gpu --taint gpu=yes:NoExecute

  # The same from a dump, without a cluster
  kubectl get no,ds,po,controllerrevisions,ev,ns -A -o yaml > dump.yaml
  kubectl ds why -A --from dump.yaml
";

/// The arguments of `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The DaemonSet as NAME or ds/NAME, or its pod as pod/NAME; none for all
    #[arg(value_name = "DS")]
    pub target: Option<String>,
    /// The node as NAME or node/NAME; none for all
    pub node: Option<String>,
    /// DaemonSets of all namespaces
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only DaemonSets that aren't clean
    #[arg(long, conflicts_with_all = ["node"])]
    pub problems: bool,
    /// Draw a map: DaemonSets by pools, or by LABEL
    ///
    /// A row for each DaemonSet, a column for each group of nodes, in each cell how many of them are
    /// as they should be. Without LABEL the nodes' pools are taken as the known providers label them, else
    /// roles, instance types, platforms or taints, whatever tells them apart.
    #[arg(long, value_name = "LABEL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub map: Option<String>,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<Selector>,
    /// Only nodes with these labels
    ///
    /// In kubectl's syntax, such as `pool=gpu`.
    #[arg(long, value_name = "SELECTOR", conflicts_with = "node")]
    pub node_selector: Option<Selector>,
    /// A manifest that isn't applied yet; repeatable
    ///
    /// A file, a folder or `-`.
    #[arg(short, long, value_name = "FILE|DIR|-")]
    pub filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    pub validate: ValidateArgs,
    /// What making NODE eligible does to the others
    ///
    /// What the change of the template that makes NODE eligible would do to all other nodes.
    #[arg(long)]
    pub impact: bool,
    /// The changes of a what-if.
    #[command(flatten)]
    pub what_if: WhatIfArgs,
}

/// Changes of nodes to try.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What if")]
pub struct WhatIfArgs {
    /// Put a taint on, or take one off; repeatable
    ///
    /// As `kubectl taint` has it: KEY=VALUE:EFFECT, KEY:EFFECT, KEY:EFFECT-.
    #[arg(long, value_name = "TAINT", value_parser = parse_taint)]
    pub taint: Vec<NodeChange>,
    /// Set a label, or take one off; repeatable
    ///
    /// As `kubectl label` has it: KEY=VALUE, KEY-.
    #[arg(long, value_name = "LABEL", value_parser = parse_label)]
    pub label: Vec<NodeChange>,
    /// Cordon the nodes
    #[arg(long)]
    pub cordon: bool,
    /// Let the nodes be not ready
    #[arg(long)]
    pub not_ready: bool,
    /// Nodes that don't exist yet, as manifests; repeatable
    #[arg(long, value_name = "FILE")]
    pub node_file: Vec<String>,
}

impl WhatIfArgs {
    /// All changes in the order of the flags' definition.
    #[must_use]
    pub fn changes(&self) -> Vec<NodeChange> {
        let mut changes = [self.taint.as_slice(), self.label.as_slice()].concat();
        changes.extend(self.cordon.then_some(NodeChange::Cordon));
        changes.extend(self.not_ready.then_some(NodeChange::NotReady));
        changes
    }
}

fn parse_taint(text: &str) -> Result<NodeChange, String> {
    NodeChange::taint(text).map_err(|e| e.to_string())
}

fn parse_label(text: &str) -> Result<NodeChange, String> {
    NodeChange::label(text).map_err(|e| e.to_string())
}
