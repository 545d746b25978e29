//! The commands that change a node or show more of it, and those for the DaemonSet.

use crate::model::{Command, DaemonSet, Node, Taint};

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

/// What shows more of a node.
pub(super) fn describe(node: &Node) -> Option<Command> {
    Command::kubectl(&["describe", "node"]).name(&node.name)
}

/// What opens a DaemonSet in an editor.
pub(super) fn edit(ds: &DaemonSet) -> Option<Command> {
    Command::kubectl(&["edit", "daemonset"])
        .name(&ds.name)?
        .namespace(&ds.namespace)
}
