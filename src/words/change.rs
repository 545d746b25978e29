//! Changes of nodes that a what-if tries.

use crate::model::node_change::NodeChange;

/// A change in words.
#[must_use]
pub fn change(change: &NodeChange) -> String {
    match change {
        NodeChange::AddTaint(taint) => format!("taint {taint}"),
        NodeChange::RemoveTaint {
            key,
            effect: Some(effect),
        } => format!("no taint {key}:{effect}"),
        NodeChange::RemoveTaint { key, effect: None } => format!("no taint {key}"),
        NodeChange::SetLabel(key, value) => format!("label {key}={value}"),
        NodeChange::RemoveLabel(key) => format!("no label {key}"),
        NodeChange::Cordon => "cordoned".to_owned(),
        NodeChange::NotReady => "not ready".to_owned(),
    }
}

/// All of `changes`, one after the other.
#[must_use]
pub fn changes(changes: &[NodeChange]) -> Vec<String> {
    changes.iter().map(change).collect()
}
