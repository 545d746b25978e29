//! The claim on a pod in words: why, and what follows.

use crate::analysis::reason::Code;
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::{OwnerReference, Pod};

use super::deletion::Deletion;
use super::ground::Ground;
use super::pods::{Open, Row};
use super::report::{ClaimKind, Follows, UpdatedByLabel};
use super::words::Words;

/// Where that isn't known.
pub(super) const OTHER_OWNERS: &str =
    "whether its other owners exist isn't known: if none does, the garbage collector deletes it";

/// What it means that an orphan matches.
pub(super) const TAKEN_OVER: &str = ", and it matches: it is taken over at the next sync";

pub(super) fn message(ground: &Ground<'_>, row: &Row<'_>) -> Words {
    let unless = || unless_collected(ground, row) + &unless_taken(ground, row);
    Words {
        why: why(ground, row),
        claim: match row.reason {
            Code::OrphanedPod | Code::BarePod | Code::OwnerWithoutController => TAKEN_OVER,
            Code::OtherController => ", and so it is left alone",
            _ => "",
        },
        then: follows(ground, row).map(|follows| follows + &unless()),
    }
}

fn why(ground: &Ground<'_>, row: &Row<'_>) -> String {
    let pod = row.pod;
    let owner = named(pod.controller());
    match row.reason {
        Code::Controlled => "the DaemonSet controls it".to_owned(),
        Code::OrphanedPod => format!(
            "nobody's, left by a DaemonSet that {}{}",
            parting(ground, pod),
            origin(ground, pod)
        ),
        Code::BarePod => format!("nobody's, {}", maker(pod)),
        Code::OwnerWithoutController => format!(
            "its owner reference to {} doesn't say `controller: true`, so it is nobody's",
            named(pod.owners.first())
        ),
        Code::NoLongerSelected => format!(
            "the DaemonSet controls it, and its labels no longer match{}: it is let go at the next sync",
            mismatch(ground, pod)
        ),
        Code::ReleasedEarlier if ground.was_the_formers(pod) => format!(
            "nobody's once the stored DaemonSet is deleted without its pods, and its labels don't match{}",
            mismatch(ground, pod)
        ),
        Code::ReleasedEarlier => format!(
            "nobody's, and its labels don't match{}: it was let go or relabelled{}",
            mismatch(ground, pod),
            origin(ground, pod)
        ),
        Code::FormerDaemonSet => format!(
            "a former DaemonSet {} controls it, which had another UID and is gone",
            ground.ds().name
        ),
        Code::OwnerGone => format!("its controller, {owner}, doesn't exist any more"),
        Code::StaticPod => {
            format!("the mirror of a static pod of {owner}, whose kubelet alone decides about it")
        }
        Code::OwnerLetsGo => format!(
            "{} controls it, and its labels no longer match that one's selector: it is let go, and then taken over",
            named(ground.let_go_by(pod))
        ),
        Code::OtherController => format!("{owner} controls it"),
        Code::OrphanTerminating => {
            "nobody's, it matches, and it is being deleted: it is passed over".to_owned()
        }
        Code::DaemonSetDeleting if pod.controller().is_some() => {
            "its labels no longer match, and the DaemonSet is being deleted: it isn't let go"
                .to_owned()
        }
        Code::DaemonSetDeleting => {
            "nobody's, and it matches, and the DaemonSet is being deleted: it isn't taken over"
                .to_owned()
        }
        Code::OtherIdentity => format!(
            "its owner reference has the DaemonSet's UID and says {owner}: the controller doesn't see it"
        ),
        _ => String::new(),
    }
}

/// How it came to be nobody's: one that is younger than the DaemonSet may be its own.
fn parting(ground: &Ground<'_>, pod: &Pod) -> &'static str {
    let younger = ground.ds().created().zip(pod.created);
    if younger.is_some_and(|(ds, pod)| pod >= ds) {
        "let it go or was deleted without its pods"
    } else {
        "was deleted without its pods"
    }
}

/// Who made a pod that no DaemonSet made, as the labels tell that controllers put there.
fn maker(pod: &Pod) -> &'static str {
    let has = |label| pod.labels.get(label).is_some();
    if has("pod-template-hash") {
        "left by a ReplicaSet"
    } else if has("statefulset.kubernetes.io/pod-name") {
        "left by a StatefulSet"
    } else if has("batch.kubernetes.io/controller-uid") || has("controller-uid") {
        "left by a Job"
    } else {
        "made by hand"
    }
}

/// The garbage collector asks for any owner, not only for a controller.
fn unless_collected(ground: &Ground<'_>, row: &Row<'_>) -> String {
    if row.reason != Code::OwnerWithoutController {
        return String::new();
    }
    match ground.owners.are_gone(&*row.pod.owners) {
        Some(true) => {
            "; all that unless the garbage collector deletes it before, as no owner of it exists"
        }
        None => {
            "; all that unless its owners don't exist and the garbage collector deletes it before"
        }
        Some(false) => "",
    }
    .to_owned()
}

/// An owner by kind and name.
pub(super) fn named(owner: Option<&OwnerReference>) -> String {
    owner.map_or_else(
        || "nothing".to_owned(),
        |owner| format!("{} {}", owner.kind, owner.name),
    )
}

/// Which revision an orphan is of.
fn origin(ground: &Ground<'_>, pod: &Pod) -> String {
    match ground.revision_of(pod) {
        Some(revision) => format!(" (revision {})", revision.revision),
        None if ground.knows_revisions() => " (its revision is gone)".to_owned(),
        None => String::new(),
    }
}

/// The first label of the selector that the pod lacks.
fn mismatch(ground: &Ground<'_>, pod: &Pod) -> String {
    let wanted = ground.ds().selector().match_labels.iter().flatten();
    let mut wrong = wanted.filter(|(key, value)| pod.labels.get(key) != Some(value));
    let text = wrong.next().map(|(key, value)| match pod.labels.get(key) {
        Some(found) => format!(" ({key} is {found}, not {value})"),
        None => format!(" (it has no label {key})"),
    });
    text.unwrap_or_default()
}

fn follows(ground: &Ground<'_>, row: &Row<'_>) -> Option<String> {
    let node = row.pod.target_node.as_deref();
    let on = node.unwrap_or_default();
    let Some(follows) = row.follows else {
        if let Some(open) = row.open {
            return Some(left_open(ground, open));
        }
        return Some("what follows isn't known without what couldn't be read".to_owned());
    };
    let text = match follows {
        Follows::CountsAsUpdated => counts_as_updated(ground, row),
        Follows::Replaced if ground.should_run(on) == Some(false) => format!(
            "it is old{}: the rollout deletes it, and node {on} gets no other",
            runs(ground, row.pod)
        ),
        Follows::Replaced => match row.beside {
            Some(new) => format!(
                "it is old{}: pod {} takes its place on node {on}, and it is deleted",
                runs(ground, row.pod),
                new.name
            ),
            None => format!(
                "it is old{}: the rollout deletes it, and node {on} gets another",
                runs(ground, row.pod)
            ),
        },
        Follows::Relabelled => format!(
            "its hash label becomes that of the revision that is kept, and it isn't restarted{}",
            though(ground, row.pod)
        ),
        Follows::DeletedAsDuplicate => match row.stays {
            Some(stays) => format!(
                "node {on} has pod {} too, which stays: it is deleted as a duplicate",
                stays.name
            ),
            None => format!("node {on} has another pod: it is deleted as a duplicate"),
        },
        Follows::DeletedIneligible if ground.owners.has_node(on) == Some(false) => {
            format!("it was never scheduled, and node {on} doesn't exist: it is deleted")
        }
        Follows::DeletedIneligible => {
            format!("no pod continues to run on node {on}: it is deleted at once")
        }
        Follows::DeletedEnded => ended(row.pod),
        Follows::LeftBesideNew => {
            format!("it runs on without a controller, and node {on} gets another pod")
        }
        Follows::Kept => return kept(ground, row),
        Follows::Terminating if row.reason == Code::OrphanTerminating => return None,
        Follows::Terminating => "it is being deleted".to_owned(),
        Follows::GarbageCollected => collected(ground, row),
        // A revision's.
        Follows::Renumbered | Follows::DeletedByHistoryLimit => return None,
    };
    Some(text)
}

/// What an outcome hangs on.
fn left_open(ground: &Ground<'_>, open: Open<'_>) -> String {
    match open {
        Open::Taker(taker) => format!(
            "then {} {}, whose selector matches it, takes it over, and what follows is up to that one",
            taker.kind.name(),
            taker.name
        ),
        Open::Owners => OTHER_OWNERS.to_owned(),
        Open::Collector => "it has other owners, so the garbage collector takes the reference off; then it is nobody's, and this DaemonSet takes it over".to_owned(),
        Open::NewHash => format!(
            "it carries the hash of a revision that the DaemonSet doesn't have; if the new revision gets the same, it counts as updated, else {}",
            if ground.ds().is_on_delete() {
                "it is old, and under OnDelete it stays until somebody deletes it"
            } else {
                "the rollout replaces it"
            }
        ),
    }
}

/// The first of the others that would take over what this one would.
fn unless_taken(ground: &Ground<'_>, row: &Row<'_>) -> String {
    let taker = ground.rivals.takers(row.pod).next();
    match taker.filter(|_| row.claim == ClaimKind::Adopt && !ground.is_halted()) {
        Some(taker) => format!(
            "; all that unless {} {}, whose selector matches it too, takes it over first",
            taker.kind.name(),
            taker.name
        ),
        None => String::new(),
    }
}

fn counts_as_updated(ground: &Ground<'_>, row: &Row<'_>) -> String {
    let pod = row.pod;
    if row.open.is_some() {
        return format!(
            "it counts as updated, by its controller-revision-hash if the new revision gets the same one, and by {GENERATION_LABEL} in any case"
        );
    }
    if row.updated_by == Some(UpdatedByLabel::Hash) {
        return "it counts as updated by its controller-revision-hash".to_owned();
    }
    let generation = pod.labels.get(GENERATION_LABEL).unwrap_or_default();
    format!(
        "it counts as updated by {GENERATION_LABEL} {generation} alone{}",
        though(ground, pod)
    )
}

/// What it runs, where that isn't the template.
fn though(ground: &Ground<'_>, pod: &Pod) -> String {
    let what = match ground.revision_of(pod) {
        _ if ground.runs_the_template(pod) => return String::new(),
        Some(revision) => format!("the template of revision {}", revision.revision),
        None => "a template that no revision holds".to_owned(),
    };
    match other_images(ground, pod) {
        Some(images) => format!(", though it runs {what} ({images})"),
        None => format!(", though it runs {what}"),
    }
}

fn runs(ground: &Ground<'_>, pod: &Pod) -> String {
    let revision = ground
        .revision_of(pod)
        .map(|revision| format!("revision {}", revision.revision));
    let parts: Vec<_> = revision
        .into_iter()
        .chain(other_images(ground, pod))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join(", "))
}

/// Its images that aren't the template's.
pub(super) fn other_images(ground: &Ground<'_>, pod: &Pod) -> Option<String> {
    let spec = ground.ds().pod_spec()?;
    let init = spec.init_containers.iter().flatten();
    let wanted: Vec<_> = init.chain(&spec.containers).collect();
    let of_template = |name: &str| {
        let mut containers = wanted.iter();
        containers.find(|c| c.name == name)?.image.as_deref()
    };
    let others = pod.images.iter();
    let others: Vec<&str> = others
        .filter(|c| of_template(&c.name) != Some(&*c.image))
        .map(|c| &*c.image)
        .collect();
    match others.as_slice() {
        [] => None,
        [image] => Some(format!("image {image}")),
        _ => Some(format!("images {}", crate::words::notation::few(&others))),
    }
}

fn ended(pod: &Pod) -> String {
    if &*pod.phase == "Failed" {
        return "it has failed: it is deleted, after the controller's backoff where that holds"
            .to_owned();
    }
    "it has ended: it is deleted".to_owned()
}

fn kept(ground: &Ground<'_>, row: &Row<'_>) -> Option<String> {
    let pod = row.pod;
    if let Some(beside) = row.beside {
        return Some(format!(
            "it runs on beside pod {} of the DaemonSet",
            beside.name
        ));
    }
    match row.claim {
        ClaimKind::Release => Some("it runs on, and nothing is made beside it".to_owned()),
        ClaimKind::Owned | ClaimKind::Adopt if ground.is_halted() => {
            Some(halted(ground).to_owned())
        }
        ClaimKind::Owned | ClaimKind::Adopt if pod.target_node.is_none() => Some(
            "it is on no node and meant for none: it is neither counted nor deleted".to_owned(),
        ),
        ClaimKind::Owned | ClaimKind::Adopt => Some(format!(
            "it is old{}, and under OnDelete it stays until somebody deletes it",
            runs(ground, pod)
        )),
        ClaimKind::Foreign | ClaimKind::Ignored => None,
    }
}

fn halted(ground: &Ground<'_>) -> &'static str {
    match Deletion::of(ground.ds()) {
        Some(Deletion::Orphan) => {
            "it runs on: the DaemonSet is deleted with --cascade=orphan, and its owner reference is taken off"
        }
        Some(_) => {
            "the DaemonSet is being deleted, and the garbage collector takes its reference off; it has other owners"
        }
        None => "the controller does nothing for the DaemonSet",
    }
}

fn collected(ground: &Ground<'_>, row: &Row<'_>) -> String {
    if row.node_is_gone(ground) {
        return format!(
            "its node {} doesn't exist: the pod garbage collector deletes it",
            row.pod.node_name
        );
    }
    let is_self = |owner| ground.owners.is_self(owner);
    match Deletion::of(ground.ds()) {
        Some(Deletion::HeldBack) if row.pod.controller().is_some_and(is_self) => {
            "the garbage collector deletes it once the DaemonSet's finalizers are gone".to_owned()
        }
        _ => "the garbage collector deletes it".to_owned(),
    }
}
