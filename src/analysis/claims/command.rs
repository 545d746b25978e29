//! Commands in the DaemonSet's namespace.

use crate::model::{Command, Pod};

use super::ground::Ground;

/// So many pods are named in one command.
const NAMED: usize = 10;

/// `kubectl VERB … daemonset/NAME` of this DaemonSet.
pub(super) fn of_daemon_set(ground: &Ground<'_>, verb: &[&'static str]) -> Option<Command> {
    let ds = ground.ds();
    let command = Command::kubectl(verb).object("daemonset", &ds.name)?;
    command.namespace(&ds.namespace)
}

/// What is done to pods by name; `None` where there are none, or too many to name.
pub(super) fn of_pods(ground: &Ground<'_>, verb: &'static str, pods: &[&Pod]) -> Option<Command> {
    if pods.is_empty() || pods.len() > NAMED {
        return None;
    }
    let kind = if pods.len() == 1 { "pod" } else { "pods" };
    let names = pods.iter().map(|pod| &*pod.name);
    let command = Command::kubectl(&[verb, kind]).names(names)?;
    command.namespace(&ground.ds().namespace)
}

/// What is done to the pods of the namespace that `selector` selects.
pub(super) fn of_selected(
    ground: &Ground<'_>,
    verb: &'static str,
    selector: &str,
) -> Option<Command> {
    let command = Command::kubectl(&[verb, "pods"]).namespace(&ground.ds().namespace)?;
    command.option(("-l", "--selector"), selector)
}

/// The selector as `-l` takes it; `None` for one that can't be parsed or is empty.
pub(super) fn selected(ground: &Ground<'_>) -> Option<String> {
    let selector = &ground.claimant()?.selector;
    (!selector.is_empty()).then(|| selector.to_string())
}
