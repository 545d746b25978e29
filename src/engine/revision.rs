//! Which ControllerRevision is the template's.

use serde_json::Value;

use crate::model::{ControllerRevision, DaemonSet};

use super::claim::Claimant;

/// The current revision, as `constructHistory` (1.37.1) would find it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CurrentRevision<'a> {
    /// This one holds the template.
    Existing(&'a ControllerRevision),
    /// None does: the controller makes a new one, whose hash can't be foretold.
    New,
}

impl<'a> CurrentRevision<'a> {
    /// The label of the pods that are current; `None` when no pod can carry it yet.
    #[must_use]
    pub fn hash(self) -> Option<&'a str> {
        match self {
            Self::Existing(revision) => Some(revision.hash()),
            Self::New => None,
        }
    }
}

/// Finds the revision whose data is the template's. Of several the highest is
/// kept, and of equal ones the last, as `dedupCurHistories` does.
#[must_use]
pub fn current_revision<'a>(
    ds: &DaemonSet,
    claimant: &Claimant<'_>,
    revisions: &'a [ControllerRevision],
) -> CurrentRevision<'a> {
    let claimed = revisions.iter().filter(|r| {
        let controller = crate::model::OwnerReference::controller(&r.owners);
        claimant
            .claim_object(&r.namespace, controller, &r.labels, r.deleting)
            .is_claimed()
    });
    claimed
        .filter(|r| holds_template(&r.data, &ds.raw_template))
        .max_by_key(|r| r.revision)
        .map_or(CurrentRevision::New, CurrentRevision::Existing)
}

/// `Match` and `getPatch` (1.37.1): the data is
/// `{"spec":{"template":{…,"$patch":"replace"}}}`, compared byte for byte
/// upstream. Both sides were written by Go's encoder, so equal values are equal bytes.
fn holds_template(data: &Value, template: &Value) -> bool {
    let only = |value: &'_ Value, key: &str| match value {
        Value::Object(map) if map.len() == 1 => map.get(key).cloned(),
        _ => None,
    };
    let Some(Value::Object(mut patch)) = only(data, "spec").and_then(|s| only(&s, "template"))
    else {
        return false;
    };
    patch.remove("$patch") == Some(Value::String("replace".to_owned()))
        && template.as_object() == Some(&patch)
}
