//! Why a pod is claimed or isn't.

use crate::analysis::reason::{Creator, LabelMismatch, ObjectRef, Origin, Reason, Released};
use crate::engine::claim::{Claim, ClaimReason};
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::HASH_LABEL;
use crate::model::{OwnerReference, Pod};

use super::analysis::ClaimAnalysis;
use super::owners::is_node;

/// What the controller does about a pod, and why; `None` for a pod unrelated to the DaemonSet.
pub(super) fn claim(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Option<(Claim, Reason)> {
    let Some(claimant) = analysis.claimant() else {
        return by_owner_alone(analysis, pod.controller()?);
    };
    let matches = || !claimant.selector.is_empty() && claimant.selector.matches(&pod.labels);
    let engine = claimant.pod_reason(pod);
    let reason = match engine {
        ClaimReason::Controlled => Some(Reason::Controlled),
        ClaimReason::NoLongerSelected => Some(Reason::NoLongerSelected {
            mismatch: mismatch(analysis, pod),
        }),
        ClaimReason::Orphan => match analysis.released_by(pod) {
            Some(owner) => Some(Reason::OwnerLetsGo {
                owner: owner.into(),
            }),
            None => matches().then(|| orphan(analysis, pod)),
        },
        ClaimReason::Terminating => matches().then_some(Reason::OrphanTerminating),
        ClaimReason::DaemonSetDeleting => {
            (pod.controller().is_some() || matches()).then(|| deleting(analysis))
        }
        ClaimReason::OtherController | ClaimReason::FormerSelf => {
            foreign(analysis, pod.controller()?, matches())
        }
        ClaimReason::NotSelected => released(analysis, pod).map(Reason::ReleasedEarlier),
        ClaimReason::OtherIdentity => Some(Reason::OtherIdentity {
            owner: pod.controller()?.into(),
        }),
        ClaimReason::OtherNamespace => None,
    };
    Some((engine.claim(), reason?))
}

/// With an invalid selector only the owner is known.
pub(super) fn by_owner_alone(
    analysis: &ClaimAnalysis<'_>,
    owner: &OwnerReference,
) -> Option<(Claim, Reason)> {
    if !owner.uid.is_empty() && owner.uid == analysis.ds().uid() {
        return Some((Claim::Owned, Reason::Controlled));
    }
    let former = analysis.owners.is_former(owner);
    former.then(|| (Claim::Foreign, former_daemon_set(analysis)))
}

/// It belongs to another controller; where nothing matches, only a DaemonSet of the same name is
/// reported.
pub(super) fn foreign(
    analysis: &ClaimAnalysis<'_>,
    owner: &OwnerReference,
    matches: bool,
) -> Option<Reason> {
    if analysis.owners.is_former(owner) {
        return Some(former_daemon_set(analysis));
    }
    matches.then(|| {
        if is_node(owner) {
            Reason::StaticPod {
                node: owner.name.to_string(),
            }
        } else if analysis.owners.exists(owner) == Some(false) {
            Reason::OwnerGone {
                owner: owner.into(),
            }
        } else {
            Reason::OtherController {
                owner: owner.into(),
            }
        }
    })
}

/// The DaemonSet is being deleted, so it neither adopts nor releases anything.
pub(super) fn deleting(analysis: &ClaimAnalysis<'_>) -> Reason {
    let since = analysis.ds().object.metadata.deletion_timestamp.as_ref();
    Reason::DaemonSetDeleting {
        since: since.map(|time| time.0),
    }
}

fn former_daemon_set(analysis: &ClaimAnalysis<'_>) -> Reason {
    Reason::FormerDaemonSet {
        name: analysis.ds().name.clone(),
    }
}

/// A StatefulSet's pods carry a revision hash too, next to their pod-name label.
fn orphan(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Reason {
    if let Some(first) = pod.owners.first() {
        return Reason::OwnerWithoutController {
            owner: ObjectRef::from(first),
            owners_are_gone: analysis.owners.are_gone(&*pod.owners),
        };
    }
    let has = |label| pod.labels.get(label).is_some();
    let made =
        has(GENERATION_LABEL) || (has(HASH_LABEL) && !has("statefulset.kubernetes.io/pod-name"));
    if !made {
        return Reason::BarePod { maker: maker(pod) };
    }
    let created = analysis.ds().created().zip(pod.created);
    Reason::OrphanedPod {
        may_be_released: created.is_some_and(|(ds, pod)| pod >= ds),
        origin: origin(analysis, pod),
    }
}

fn maker(pod: &Pod) -> Creator {
    let has = |label| pod.labels.get(label).is_some();
    if has("pod-template-hash") {
        Creator::ReplicaSet
    } else if has("statefulset.kubernetes.io/pod-name") {
        Creator::StatefulSet
    } else if has("batch.kubernetes.io/controller-uid") || has("controller-uid") {
        Creator::Job
    } else {
        Creator::Hand
    }
}

/// It has no controller and doesn't match; `None` if it never belonged to the DaemonSet.
fn released(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Option<Released> {
    let mismatch = || mismatch(analysis, pod);
    if analysis.was_the_formers(pod) {
        return Some(Released::FormerPod {
            mismatch: mismatch(),
        });
    }
    let origin = origin(analysis, pod);
    if analysis.is_of_claimed(pod) {
        return Some(Released::Pod {
            mismatch: mismatch(),
            origin,
        });
    }
    analysis.was_left_behind(pod).then(|| Released::LeftBehind {
        mismatch: mismatch(),
        origin,
    })
}

fn origin(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Origin {
    match analysis.revision_of(pod) {
        Some(revision) => Origin::Revision(revision.revision),
        None if analysis.knows_revisions() => Origin::Gone,
        None => Origin::Unknown,
    }
}

/// The first label of the selector that the pod lacks.
fn mismatch(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Option<LabelMismatch> {
    let mut wanted = analysis.ds().selector().match_labels.iter().flatten();
    let (key, value) = wanted.find(|(key, value)| pod.labels.get(key) != Some(value))?;
    Some(LabelMismatch {
        key: key.clone(),
        wanted: value.clone(),
        found: pod.labels.get(key).map(str::to_owned),
    })
}
