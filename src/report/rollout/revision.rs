//! The revision that the template is of.

use crate::engine::revision::{CurrentRevision, current_revision};

use super::ground::Ground;
use super::plan::{Revision, RevisionState};

/// `None` when revisions couldn't be read, or the selector can't be parsed.
pub(super) fn revision(ground: &Ground<'_>) -> Option<Revision> {
    let subject = ground.subject;
    let claimant = subject.claimant.as_ref()?;
    let revisions = subject.snapshot.revisions_in(&subject.ds.namespace)?;
    let current = current_revision(subject.ds, claimant, revisions);
    Some(match current {
        CurrentRevision::New => Revision {
            state: RevisionState::New,
            name: None,
            hash: None,
            number: None,
            renumbered_to: None,
            duplicates: Vec::new(),
        },
        CurrentRevision::Existing(revision) => Revision {
            state: RevisionState::Current,
            name: Some(revision.name.to_string()),
            hash: Some(revision.hash().to_owned()),
            number: Some(revision.revision),
            renumbered_to: None,
            duplicates: Vec::new(),
        },
    })
}
