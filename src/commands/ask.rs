//! Asks a source.

use crate::cli::global::GlobalOptions;
use crate::cli::request::DaemonSetFilter;
use crate::model::{DaemonSet, Snapshot};
use crate::output::progress::Progress;
use crate::source::manifest::Manifest;
use crate::source::{ObjectName, Question, Source, Subject, arrived};

use super::error::CommandError;

/// Asks, and shows a message on the terminal if it takes long.
pub(super) fn ask(source: &dyn Source, question: &Question) -> Result<Snapshot, CommandError> {
    let progress = Progress::start(waiting);
    let mut snapshot = source.ask(question)?;
    drop(progress);
    snapshot.sort();
    Ok(snapshot)
}

/// Answers questions about each of several DaemonSets of manifests from data that is read once for
/// all of them; `None` where that gains nothing.
pub(super) fn read_once<'s>(
    source: &'s dyn Source,
    manifests: &[Manifest],
) -> Result<Option<Box<dyn Source + 's>>, CommandError> {
    let [_, _, ..] = manifests else {
        return Ok(None);
    };
    let daemon_sets: Vec<&DaemonSet> = manifests.iter().map(|m| &m.daemon_set).collect();
    let _progress = Progress::start(waiting);
    Ok(source.read_once(&daemon_sets)?)
}

/// What is being waited for, and what has arrived so far.
pub(super) fn waiting() -> String {
    so_far(arrived()).unwrap_or_else(|| "waiting for the API server".to_owned())
}

/// The same while files are read.
pub(super) fn reading() -> String {
    so_far(arrived()).unwrap_or_else(|| "reading".to_owned())
}

/// `reading: 20000 nodes, 1 pod`; `None` while there is nothing.
fn so_far(arrived: [(usize, &'static str); 3]) -> Option<String> {
    let some = arrived.into_iter().filter(|(count, _)| *count > 0);
    let words = some.map(|(count, what)| {
        let s = if count == 1 { "" } else { "s" };
        format!("{count} {what}{s}")
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| format!("reading: {}", words.join(", ")))
}

/// The object of this name in the namespace that was typed, or else in the source's default one.
pub(super) fn object(global: &GlobalOptions, source: &dyn Source, name: String) -> ObjectName {
    let namespace = global.namespace.as_deref();
    let namespace = namespace.unwrap_or_else(|| source.default_namespace());
    ObjectName {
        namespace: namespace.to_owned(),
        name,
    }
}

/// The DaemonSets of the namespace that was typed, or else of the source's default one, or of all.
pub(super) fn daemon_sets(
    global: &GlobalOptions,
    source: &dyn Source,
    filter: &DaemonSetFilter,
) -> Subject {
    let namespace = object(global, source, String::new()).namespace;
    Subject::DaemonSets {
        namespace: (!filter.all_namespaces).then_some(namespace),
        selector: filter.selector.as_ref().map(ToString::to_string),
    }
}

/// The one DaemonSet of a snapshot.
pub(super) fn first(snapshot: &Snapshot) -> Result<&DaemonSet, CommandError> {
    let nothing = || CommandError::Usage("the source knows no such DaemonSet".to_owned());
    snapshot.daemon_sets.first().ok_or_else(nothing)
}

#[cfg(test)]
mod tests {
    use super::so_far;

    #[test]
    fn what_has_come_is_counted() {
        let none = [(0, "node"), (0, "pod"), (0, "other object")];
        assert_eq!(so_far(none), None);
        let some = [(20_000, "node"), (1, "pod"), (0, "other object")];
        let words = so_far(some);
        assert_eq!(words.as_deref(), Some("reading: 20000 nodes, 1 pod"));
    }
}
