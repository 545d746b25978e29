//! The commands that change a node.

use crate::model::{Command, Node, Taint};

use super::obstacle::LabelChange;

/// `None` where no shell could hand a name or a label on.
pub(super) fn label(labels: &[LabelChange], node: &Node) -> Option<Command> {
    let mut command = Command::kubectl(&["label", "node"]).name(&node.name)?;
    let mut overwrites = false;
    for (key, value) in labels {
        let change = match value {
            Some(value) => {
                overwrites |= node.labels.get(key).is_some();
                format!("{key}={value}")
            }
            None => format!("{key}-"),
        };
        command = command.operand(&change)?;
    }
    Some(if overwrites {
        command.with(&["--overwrite"])
    } else {
        command
    })
}

pub(super) fn remove_taint(taint: &Taint, node: &Node) -> Option<Command> {
    let command = Command::kubectl(&["taint", "nodes"]).name(&node.name)?;
    command.operand(&format!("{taint}-"))
}
