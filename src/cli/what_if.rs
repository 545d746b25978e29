//! Changes of nodes to try, of `why` and `node`.

use clap::Args;

use crate::model::node_change::NodeChange;

/// Changes of nodes to try.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What if")]
pub(super) struct WhatIfArgs {
    /// Put a taint on, or take one off; repeatable
    ///
    /// As `kubectl taint` has it: KEY=VALUE:EFFECT, KEY:EFFECT, KEY:EFFECT-.
    #[arg(long, value_name = "TAINT", value_parser = parse_taint)]
    taint: Vec<NodeChange>,
    /// Set a label, or take one off; repeatable
    ///
    /// As `kubectl label` has it: KEY=VALUE, KEY-.
    #[arg(long, value_name = "LABEL", value_parser = parse_label)]
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

fn parse_taint(text: &str) -> Result<NodeChange, String> {
    NodeChange::taint(text).map_err(|e| e.to_string())
}

fn parse_label(text: &str) -> Result<NodeChange, String> {
    NodeChange::label(text).map_err(|e| e.to_string())
}
