//! The commands that change or describe a node, and those for the DaemonSet.

use crate::analysis::owners::ManagedBy;
use crate::analysis::owners::owned_taint::EndsWhen;
use crate::analysis::reason::{NodeTrouble, NotReadyCause};
use crate::model::{Command, DaemonSet, Node, Taint};

use super::obstacle::LabelChange;

/// `None` where a name or a label can't be passed to a shell.
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

/// The command that shows more of a node.
pub(super) fn describe(node: &Node) -> Option<Command> {
    Command::kubectl(&["describe", "node"]).name(&node.name)
}

/// The command that shows more of what is waited for: for an agent that isn't ready, the DaemonSets
/// of the node, as it is one of them; for a network plugin, the pods.
pub(super) fn look(by: ManagedBy, trouble: Option<&NodeTrouble>, node: &Node) -> Option<Command> {
    let is_plugin = |trouble: &NodeTrouble| trouble.cause == NotReadyCause::NetworkPlugin;
    match by {
        ManagedBy::Taint(owned) if owned.ends == EndsWhen::AgentReady => {
            Command::own(&["node"]).name(&node.name)
        }
        _ if trouble.is_some_and(is_plugin) => pods_on(&node.name),
        _ => describe(node),
    }
}

/// The pods of a node, of all namespaces.
pub(in crate::analysis) fn pods_on(node: &str) -> Option<Command> {
    let command = Command::kubectl(&["get", "pods", "-A", "-o", "wide"]);
    let selector = format!("spec.nodeName={node}");
    command.option(("--field-selector", "--field-selector"), &selector)
}

/// The command that opens a DaemonSet in an editor.
pub(super) fn edit(ds: &DaemonSet) -> Option<Command> {
    Command::kubectl(&["edit", "daemonset"])
        .name(&ds.name)?
        .namespace(&ds.namespace)
}
