//! The consequences of overlapping selectors of a DaemonSet and another controller.

use crate::analysis::claims::report::{AdoptedByOther, AdoptedFromOther, AdoptedObjects, Overlap};
use crate::words::Sentence;

/// An overlapping controller, by kind and name.
#[must_use]
pub fn controller(overlap: &Overlap) -> String {
    format!("{} {}", overlap.kind.name(), overlap.name)
}

/// An overlapping controller and its own controller.
#[must_use]
pub fn overlap_name(overlap: &Overlap) -> Sentence {
    let name = format!("{}/{}", overlap.kind.name(), overlap.name);
    Sentence::new(match &overlap.owner {
        Some(owner) => format!("{name} (of {}/{})", owner.kind, owner.name),
        None => name,
    })
}

/// What then happens.
#[must_use]
pub fn overlap(overlap: &Overlap) -> Sentence {
    let takes = overlap.takes.map(|it| takes(it, &overlap.name));
    let taken = overlap.taken.map(taken);
    let parts: Vec<_> = takes.into_iter().chain(taken).collect();
    Sentence::new(parts.join("; "))
}

fn takes(takes: AdoptedByOther, name: &str) -> String {
    let then = match takes {
        AdoptedByOther::NothingDeleting => format!(
            "; it is being deleted, and adopts nothing any more: {name} is no danger"
        ),
        AdoptedByOther::NothingFinished => {
            format!("; it has finished, and adopts nothing any more: {name} is no danger")
        }
        AdoptedByOther::OwnNames => format!(
            "; it takes over only those named {name}-NUMBER, but every orphaned ControllerRevision that matches, of a DaemonSet too"
        ),
        AdoptedByOther::ReplicasAtMost => {
            ": it adopts orphans, and deletes what is then more than its replicas"
                .to_owned()
        }
        AdoptedByOther::ParallelismAtMost => {
            ": it adopts orphans, counts them among its own, puts a finalizer on them, and deletes what is more than its parallelism, and all when it fails or is suspended"
                .to_owned()
        }
        AdoptedByOther::NoPods => {
            "; a Deployment acts on ReplicaSets and adopts no pods, but a HorizontalPodAutoscaler and kubectl that go by its selector count them"
                .to_owned()
        }
        AdoptedByOther::WhatItSeesFirst => {
            ": whichever of the two syncs first adopts each orphan; it replaces what isn't of its template, and keeps one a node"
                .to_owned()
        }
    };
    format!("its selector matches this DaemonSet's pods{then}")
}

fn taken(taken: AdoptedFromOther) -> String {
    let old = if taken.on_delete {
        "under OnDelete they stay until somebody deletes them"
    } else {
        "the rollout replaces them"
    };
    let beside = if taken.surges {
        "beside a new pod of its own that is available they are deleted"
    } else {
        "where a node has a pod of its own too, the younger of the two is deleted as a duplicate"
    };
    let unless = match taken.what {
        AdoptedObjects::IfFirst => ", unless their template generation is this one's",
        AdoptedObjects::Pods | AdoptedObjects::PodsAndRevisions => "",
    };
    let adopted = format!("they aren't of this DaemonSet's template: {old}{unless}, and {beside}");
    match taken.what {
        AdoptedObjects::PodsAndRevisions => format!(
            "this DaemonSet's selector matches its pods: orphans of it are adopted; {adopted}; its orphaned ControllerRevisions that match are adopted too"
        ),
        AdoptedObjects::IfFirst => format!(
            "this DaemonSet's selector matches its pods: orphans of it and its ControllerRevisions are adopted by whichever syncs first; {adopted}"
        ),
        AdoptedObjects::Pods => format!(
            "this DaemonSet's selector matches its pods: orphans of it are adopted; {adopted}"
        ),
    }
}
