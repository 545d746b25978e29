//! Commands about a DaemonSet and its pods, in its namespace.

use serde_json::{Value, json};

use crate::engine::claim::Claimant;
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::HASH_LABEL;
use crate::model::{Command, DaemonSet};

/// Up to this many pods are named in one command.
const NAMED: usize = 10;

/// Deletes without waiting for the kubelet.
pub(super) const FORCE: [&str; 2] = ["--force", "--grace-period=0"];

/// Whether a command changes the spec of a DaemonSet, which what manages it may undo.
#[must_use]
pub fn changes_daemon_set(command: &Command) -> bool {
    matches!(
        command.words().get(1..),
        Some(["patch" | "edit", "daemonset", ..] | ["rollout", "undo", ..] | ["set", ..])
    )
}

/// `kubectl VERB … daemonset/NAME` for this DaemonSet.
pub(super) fn of_daemon_set(ds: &DaemonSet, verb: &[&'static str]) -> Option<Command> {
    let command = Command::kubectl(verb).object("daemonset", &ds.name)?;
    command.namespace(&ds.namespace)
}

/// Deletes it, with its pods unless an option says otherwise.
pub(super) fn delete_daemon_set(ds: &DaemonSet) -> Option<Command> {
    let delete = Command::kubectl(&["delete", "daemonset"]).name(&ds.name)?;
    delete.namespace(&ds.namespace)
}

/// `kubectl patch daemonset` with a strategic merge patch, which is what kubectl takes a patch
/// for.
pub(super) fn patch_daemon_set((namespace, name): (&str, &str), patch: &Value) -> Option<Command> {
    let command = Command::kubectl(&["patch", "daemonset"]).name(name)?;
    let command = command.namespace(namespace)?;
    command.option(("-p", "--patch"), &patch.to_string())
}

/// The same with a strategic merge patch of the template's pod spec.
pub(super) fn patch_pod_spec(name: (&str, &str), spec: &Value) -> Option<Command> {
    patch_daemon_set(name, &json!({"spec": {"template": {"spec": spec}}}))
}

/// The same with the operations of a JSON patch.
pub(super) fn json_patch_daemon_set(
    (namespace, name): (&str, &str),
    operations: Vec<Value>,
) -> Option<Command> {
    let command = Command::kubectl(&["patch", "daemonset"]).name(name)?;
    let command = command.namespace(namespace)?.with(&["--type=json"]);
    command.option(("-p", "--patch"), &Value::from(operations).to_string())
}

/// A command for pods by name; `None` where there are none, or too many to name.
pub(super) fn of_pods(
    namespace: &str,
    verb: &'static str,
    names: &[impl AsRef<str>],
) -> Option<Command> {
    if names.is_empty() || names.len() > NAMED {
        return None;
    }
    let kind = if names.len() == 1 { "pod" } else { "pods" };
    let names = names.iter().map(AsRef::as_ref);
    let command = Command::kubectl(&[verb, kind]).names(names)?;
    command.namespace(namespace)
}

/// A command for the pods of the namespace that match `selector`.
pub(super) fn of_selected(namespace: &str, verb: &'static str, selector: &str) -> Option<Command> {
    let command = Command::kubectl(&[verb, "pods"]).namespace(namespace)?;
    command.option(("-l", "--selector"), selector)
}

/// The selector in the syntax of `-l`; `None` for an empty one.
pub(super) fn selected(claimant: &Claimant<'_>) -> Option<String> {
    let selector = &claimant.selector;
    (!selector.is_empty()).then(|| selector.to_string())
}

/// Removes the generation label from the pods of `names`, or, if there are too many, from all that
/// have it and a hash other than `current`: then they are old, and the rollout replaces them.
pub(super) fn take_generation_off(
    ds: &DaemonSet,
    claimant: &Claimant<'_>,
    current: Option<&str>,
    names: &[impl AsRef<str>],
) -> Option<Command> {
    let namespace = &ds.namespace;
    let of_generation = || {
        let generation = ds.template_generation()?;
        let mut selector = selected(claimant)?;
        selector.push_str(&format!(",{GENERATION_LABEL}={generation}"));
        if let Some(hash) = current {
            selector.push_str(&format!(",{HASH_LABEL}!={hash}"));
        }
        of_selected(namespace, "label", &selector)
    };
    let command = of_pods(namespace, "label", names).or_else(of_generation);
    command?.operand(&format!("{GENERATION_LABEL}-"))
}

/// The template generation that the next change of the template gives the DaemonSet, unless a pod
/// carries it: that pod would then count as updated.
pub(super) fn next_generation(
    ds: &DaemonSet,
    carried: impl IntoIterator<Item = i64>,
) -> Option<i64> {
    let next = ds.template_generation()?.checked_add(1)?;
    let mut carried = carried.into_iter();
    (!carried.any(|generation| generation == next)).then_some(next)
}
