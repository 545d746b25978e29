//! Commands in the DaemonSet's namespace.

use crate::model::{Command, Pod};

use super::analysis::ClaimAnalysis;

/// So many pods are named in one command.
const NAMED: usize = 10;

/// `kubectl VERB … daemonset/NAME` of this DaemonSet.
pub(super) fn of_daemon_set(
    analysis: &ClaimAnalysis<'_>,
    verb: &[&'static str],
) -> Option<Command> {
    let ds = analysis.ds();
    let command = Command::kubectl(verb).object("daemonset", &ds.name)?;
    command.namespace(&ds.namespace)
}

/// What is done to pods by name; `None` where there are none, or too many to name.
pub(super) fn of_pods(
    analysis: &ClaimAnalysis<'_>,
    verb: &'static str,
    pods: &[&Pod],
) -> Option<Command> {
    named_pods(&analysis.ds().namespace, verb, pods)
}

/// The same in any namespace.
pub(super) fn named_pods(namespace: &str, verb: &'static str, pods: &[&Pod]) -> Option<Command> {
    if pods.is_empty() || pods.len() > NAMED {
        return None;
    }
    let kind = if pods.len() == 1 { "pod" } else { "pods" };
    let names = pods.iter().map(|pod| &*pod.name);
    let command = Command::kubectl(&[verb, kind]).names(names)?;
    command.namespace(namespace)
}

/// What is done to the pods of the namespace that `selector` selects.
pub(super) fn of_selected(
    analysis: &ClaimAnalysis<'_>,
    verb: &'static str,
    selector: &str,
) -> Option<Command> {
    let command = Command::kubectl(&[verb, "pods"]).namespace(&analysis.ds().namespace)?;
    command.option(("-l", "--selector"), selector)
}

/// The selector as `-l` takes it; `None` for one that can't be parsed or is empty.
pub(super) fn selected(analysis: &ClaimAnalysis<'_>) -> Option<String> {
    let selector = &analysis.claimant()?.selector;
    (!selector.is_empty()).then(|| selector.to_string())
}
