//! The claim on a ControllerRevision in words: why, and what follows.

use crate::analysis::reason::Code;
use crate::engine::history::HASH_LABEL;
use crate::model::OwnerReference;

use super::ground::Ground;
use super::pod_words::{TAKEN_OVER, named};
use super::report::{ClaimKind, Follows};
use super::revisions::{Open, RevisionRow};
use super::words::Words;

pub(super) fn message(ground: &Ground<'_>, row: &RevisionRow<'_>) -> Words {
    let claimed = matches!(row.claim, ClaimKind::Owned | ClaimKind::Adopt);
    let is_named =
        ground.history.is_some() && claimed && row.revision.labels.get(HASH_LABEL).is_none();
    let named = is_named.then(|| "it has no hash label and gets its name as one".to_owned());
    let then: Vec<String> = named.into_iter().chain(follows(ground, row)).collect();
    Words {
        why: why(ground, row),
        claim: match row.reason {
            Code::OrphanedRevision => TAKEN_OVER,
            _ => "",
        },
        then: (!then.is_empty()).then(|| then.join("; ")),
    }
}

fn why(ground: &Ground<'_>, row: &RevisionRow<'_>) -> String {
    let owner = named(OwnerReference::controller(&row.revision.owners));
    match row.reason {
        Code::Controlled => "the DaemonSet controls it".to_owned(),
        Code::OrphanedRevision => "nobody's".to_owned(),
        Code::NoLongerSelected => {
            "the DaemonSet controls it, and its labels no longer match: it is let go at the next sync"
                .to_owned()
        }
        Code::ReleasedEarlier => {
            "nobody's once the stored DaemonSet is deleted without it, and its labels don't match: it is left behind"
                .to_owned()
        }
        Code::FormerDaemonSet => format!(
            "a former DaemonSet {} controls it, which had another UID and is gone",
            ground.ds().name
        ),
        Code::OwnerGone => format!("its controller, {owner}, doesn't exist any more"),
        Code::OrphanTerminating => {
            "nobody's, it matches, and it is being deleted: it is passed over".to_owned()
        }
        Code::DaemonSetDeleting => {
            "the DaemonSet is being deleted: it is neither taken over nor let go".to_owned()
        }
        _ => format!("{owner} controls it, and so it is left alone"),
    }
}

fn follows(ground: &Ground<'_>, row: &RevisionRow<'_>) -> Option<String> {
    let history = ground.history;
    let kept = history.and_then(|h| h.current.revision());
    let holds = ground.holds_template(row.revision);
    Some(match row.open {
        Some(Open::Tied) => {
            "several revisions with this number hold the template: one of them is kept, and the controller's cache decides which"
                .to_owned()
        }
        Some(Open::TiedAtLimit) => {
            "it or another with this number goes beyond revisionHistoryLimit, and the controller's cache decides which"
                .to_owned()
        }
        Some(Open::Relabelling) => {
            "its pods get the hash of the revision that is kept; whether revisionHistoryLimit then ends it in the same sync is a race"
                .to_owned()
        }
        Some(Open::Owners) => super::pod_words::OTHER_OWNERS.to_owned(),
        Some(Open::Pods) => {
            "whether a pod is of it isn't known, and so not whether revisionHistoryLimit ends it"
                .to_owned()
        }
        None => match row.follows? {
            Follows::Renumbered => format!(
                "it holds the template and isn't the newest: it becomes revision {}",
                history?.number
            ),
            Follows::DeletedAsDuplicate if history.is_some_and(|h| !h.tied.is_empty()) => {
                "it holds the template, as others with a higher number do, of which one is kept: it is deleted"
                    .to_owned()
            }
            Follows::DeletedAsDuplicate => format!(
                "it holds the template, as {} does, which is kept: it is deleted",
                kept?.name
            ),
            Follows::DeletedByHistoryLimit => {
                "no pod is of it, and it goes beyond revisionHistoryLimit: it is deleted".to_owned()
            }
            Follows::Terminating => "it is being deleted".to_owned(),
            Follows::GarbageCollected => "the garbage collector deletes it".to_owned(),
            Follows::Kept if holds && kept.is_some_and(|k| std::ptr::eq(k, row.revision)) => {
                "it holds the template".to_owned()
            }
            _ => return None,
        },
    })
}
