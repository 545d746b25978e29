//! `kubectl rollout undo`.

use crate::model::revision_data::restored_template;
use crate::model::selector::Selector;
use crate::model::{ControllerRevision, DaemonSet, DecodeError, OwnerReference};

use super::{Changed, prepare_for_update};

/// A DaemonSet that was rolled back to a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone<'a> {
    /// The revision.
    pub revision: &'a ControllerRevision,
    /// The DaemonSet; unchanged if it already has the revision's template.
    pub changed: Changed,
}

/// Why it can't be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The previous revision was requested, and there is none.
    #[error("there is no previous revision: {}", there_are(.0))]
    NoPrevious(Vec<i64>),
    /// There is no revision with that number.
    #[error("there is no revision `{asked}`: {}", there_are(.known))]
    Unknown {
        /// What was asked for.
        asked: i64,
        /// The numbers of the existing revisions, in ascending order.
        known: Vec<i64>,
    },
    /// The revision's data isn't a replacement template.
    #[error(
        "ControllerRevision `{0}`: data: holds no `spec.template` with `$patch: replace`, as the controller writes it"
    )]
    NoTemplate(String),
    /// The revision's template can't be decoded.
    #[error("ControllerRevision `{name}`: data.{error}")]
    Decode {
        /// The revision's name.
        name: String,
        /// The field, and what is wrong with it.
        error: DecodeError,
    },
}

fn there_are(numbers: &[i64]) -> String {
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    match texts.as_slice() {
        [] => "the DaemonSet has none that it owns".to_owned(),
        [one] => format!("the only one is {one}"),
        several => format!("there are {}", several.join(", ")),
    }
}

/// The revisions among which `kubectl rollout` looks (`controlledHistory`, kubectl 0.37.1), in the
/// order of their names, as the API lists them. Unlike the controller it doesn't count one that
/// isn't adopted yet.
fn controlled_history<'a>(
    ds: &DaemonSet,
    selector: &Selector,
    revisions: &'a [ControllerRevision],
) -> Vec<&'a ControllerRevision> {
    let is_controlled = |revision: &ControllerRevision| {
        let controller = OwnerReference::controller(&revision.owners);
        controller.is_some_and(|owner| owner.uid == ds.uid())
    };
    let mut owned: Vec<_> = revisions
        .iter()
        .filter(|r| *r.namespace == *ds.namespace && is_controlled(r))
        .filter(|r| selector.matches(&r.labels))
        .collect();
    owned.sort_by_key(|revision| &revision.name);
    owned
}

/// `kubectl rollout undo --to-revision=N` (`DaemonSetRollbacker`, kubectl 0.37.1) and the server's
/// result: the revision's template replaces the present one without merging. `selector` is the
/// DaemonSet's; `to` 0 is the revision with the second highest number, whichever is current.
///
/// # Errors
/// When there is no such revision, or its data wasn't written by the controller.
pub fn undo<'a>(
    ds: &DaemonSet,
    selector: &Selector,
    revisions: &'a [ControllerRevision],
    to: i64,
) -> Result<Undone<'a>, UndoError> {
    let history = controlled_history(ds, selector, revisions);
    let revision = find_history(&history, to)?;
    let name = || revision.name.to_string();
    let template =
        restored_template(&revision.data).ok_or_else(|| UndoError::NoTemplate(name()))?;
    let changed = ds
        .with_template(template)
        .map_err(|error| UndoError::Decode {
            name: name(),
            error,
        })?;
    let changed = prepare_for_update(ds, changed);
    Ok(Undone { revision, changed })
}

/// `findHistory` (kubectl 0.37.1).
fn find_history<'a>(
    history: &[&'a ControllerRevision],
    to: i64,
) -> Result<&'a ControllerRevision, UndoError> {
    let mut by_number = history.to_vec();
    by_number.sort_by_key(|revision| revision.revision);
    let numbers = || by_number.iter().map(|r| r.revision).collect();
    if to == 0 {
        let mut newest_first = by_number.iter().rev();
        let previous = newest_first.nth(1).copied();
        return previous.ok_or_else(|| UndoError::NoPrevious(numbers()));
    }
    let asked = history.iter().find(|r| to > 0 && r.revision == to);
    asked.copied().ok_or_else(|| UndoError::Unknown {
        asked: to,
        known: numbers(),
    })
}
