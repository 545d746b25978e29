//! Changes of nodes to try, of `why` and `node`.

use clap::Args;

use crate::model::node_change::NodeChange;

use super::value;

/// Changes of nodes to try.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What if")]
pub(super) struct WhatIfArgs {
    /// Put a taint on, or take one off; repeatable
    ///
    /// As `kubectl taint` has it: KEY=VALUE:EFFECT, KEY:EFFECT, KEY:EFFECT-.
    #[arg(long, value_name = "TAINT", value_parser = value::taint)]
    taint: Vec<NodeChange>,
    /// Set a label, or take one off; repeatable
    ///
    /// As `kubectl label` has it: KEY=VALUE, KEY-.
    #[arg(long, value_name = "LABEL", value_parser = value::label)]
    label: Vec<NodeChange>,
    /// Cordon the nodes
    #[arg(long)]
    cordon: bool,
    /// Make the nodes NotReady
    #[arg(long)]
    not_ready: bool,
    /// Nodes that don't exist yet, as manifests; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) node_file: Vec<String>,
}

impl WhatIfArgs {
    /// All changes in the order of the flags' definition.
    pub(super) fn changes(&self) -> Vec<NodeChange> {
        let mut changes = [self.taint.as_slice(), self.label.as_slice()].concat();
        changes.extend(self.cordon.then_some(NodeChange::Cordon));
        changes.extend(self.not_ready.then_some(NodeChange::NotReady));
        changes
    }
}
