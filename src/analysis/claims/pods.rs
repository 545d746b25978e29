//! The claim on each pod, and what happens to it.

use crate::analysis::reason::{ObjectRef, Reason};
use crate::engine::claim::{Claim, Claimant};
use crate::engine::claim_outcome::{ClaimOutcome, UpdatedBy};
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::Pod;

use super::analysis::ClaimAnalysis;
use super::deletion::Deletion;
use super::outcome::{
    CountedAsUpdated, GarbageCollectedBy, KeptBecause, OtherTemplate, PodOutcome, PodUnknown,
    Replacement,
};
use super::pod_reason::claim;
use super::report::{ClaimKind, Owner, PodClaim};

/// A pod with the claim on it.
pub(super) struct ClaimedPod<'a> {
    pub(super) pod: &'a Pod,
    pub(super) claim: PodClaim,
}

/// The pods by name; `None` when they couldn't be read.
pub(super) fn pods<'a>(analysis: &ClaimAnalysis<'a>) -> Option<Vec<ClaimedPod<'a>>> {
    let pods = analysis.snapshot.pods_in(&analysis.ds().namespace)?;
    let claims = pods.iter().filter_map(|pod| {
        let claim = pod_claim(analysis, pod)?;
        Some(ClaimedPod { pod, claim })
    });
    Some(claims.collect())
}

fn pod_claim(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Option<PodClaim> {
    let (claim, reason) = claim(analysis, pod)?;
    // The hash label of a foreign pod doesn't name a revision of the DaemonSet.
    let is_ours = claim != Claim::Foreign;
    let revision = analysis.revision_of(pod).filter(|_| is_ours);
    Some(PodClaim {
        name: pod.name.to_string(),
        node: pod.target_node.as_deref().map(str::to_owned),
        claim: ClaimKind::from(claim),
        owner: owner(analysis, pod),
        outcome: outcome(analysis, pod, claim, &reason),
        may_be_adopted_by: other_adopter(analysis, pod, claim),
        revision: revision.map(|revision| revision.revision),
        reason,
    })
}

fn owner(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Option<Owner> {
    match analysis.released_by(pod) {
        Some(owner) => analysis.owners.owner(std::slice::from_ref(owner)),
        None => analysis.owners.owner(&pod.owners),
    }
}

/// The first other controller that would adopt what this one would adopt.
fn other_adopter(analysis: &ClaimAnalysis<'_>, pod: &Pod, claim: Claim) -> Option<ObjectRef> {
    if claim != Claim::Adopt || analysis.is_halted() {
        return None;
    }
    analysis.others.adopters(pod).next().map(ObjectRef::from)
}

fn outcome(analysis: &ClaimAnalysis<'_>, pod: &Pod, claim: Claim, reason: &Reason) -> PodOutcome {
    if pod.is_deleting() {
        return PodOutcome::Terminating;
    }
    // Where the node is gone, the pod garbage collector decides.
    if !pod.node_name.is_empty() && analysis.owners.has_node(&pod.node_name) == Some(false) {
        return PodOutcome::GarbageCollected(GarbageCollectedBy::NodeGone);
    }
    match analysis.is_ownerless(&pod.owners) {
        Some(Some(true)) => PodOutcome::GarbageCollected(collected(analysis, pod)),
        Some(Some(false)) if is_orphaned(analysis, pod, claim) => {
            PodOutcome::Unknown(PodUnknown::Disowned)
        }
        Some(Some(false)) => PodOutcome::Kept(kept(analysis, pod, claim, None)),
        Some(None) => PodOutcome::Unknown(PodUnknown::Owners),
        None if analysis.is_halted() => PodOutcome::Kept(kept(analysis, pod, claim, None)),
        None => decided(analysis, pod, claim, reason),
    }
}

fn collected(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> GarbageCollectedBy {
    let is_self = |owner| analysis.owners.is_self(owner);
    match Deletion::of(analysis.ds()) {
        Some(Deletion::HeldBack) if pod.controller().is_some_and(is_self) => {
            GarbageCollectedBy::AfterFinalizers
        }
        _ => GarbageCollectedBy::Ownerless,
    }
}

/// Whether a foreign pod is adopted once the garbage collector has removed the reference to its
/// controller, which is gone.
fn is_orphaned(analysis: &ClaimAnalysis<'_>, pod: &Pod, claim: Claim) -> bool {
    let matches = |claimant: &Claimant<'_>| claimant.selector.matches(&pod.labels);
    let is_foreign = claim == Claim::Foreign && !analysis.is_halted();
    is_foreign && analysis.claimant().is_some_and(matches)
}

/// Why nothing is done to a pod; `beside` is a pod of the DaemonSet on the same node.
fn kept(
    analysis: &ClaimAnalysis<'_>,
    pod: &Pod,
    claim: Claim,
    beside: Option<&Pod>,
) -> KeptBecause {
    if let Some(beside) = beside {
        return KeptBecause::Beside(beside.name.to_string());
    }
    match claim {
        Claim::Release => KeptBecause::Alone,
        Claim::Foreign | Claim::Ignored => KeptBecause::NotOurs,
        Claim::Owned | Claim::Adopt if analysis.is_halted() => match Deletion::of(analysis.ds()) {
            Some(Deletion::Orphan) => KeptBecause::Orphaned,
            Some(Deletion::Foreground | Deletion::HeldBack) => KeptBecause::HasOtherOwners,
            None => KeptBecause::Halted,
        },
        Claim::Owned | Claim::Adopt if pod.target_node.is_none() => KeptBecause::WithoutNode,
        Claim::Owned | Claim::Adopt => KeptBecause::OnDelete(analysis.runs(pod)),
    }
}

/// What the controller ends up doing.
fn decided(analysis: &ClaimAnalysis<'_>, pod: &Pod, claim: Claim, reason: &Reason) -> PodOutcome {
    // A pod that was released earlier is like one that is released now.
    let asked = match reason {
        Reason::ReleasedEarlier(_) => Claim::Release,
        _ => claim,
    };
    if asked == Claim::Release
        && let Some(adopter) = analysis.others.adopters(pod).next()
    {
        return PodOutcome::Unknown(PodUnknown::AdoptedBy(adopter.into()));
    }
    let Some(then) = analysis.outcomes.then(pod, asked) else {
        return PodOutcome::Unknown(PodUnknown::Unread);
    };
    if claim.is_claimed() && goes_by_hash(then, pod) && analysis.may_be_of_new_revision(pod) {
        return match then {
            ClaimOutcome::CountsAsUpdated(_) => {
                PodOutcome::CountsAsUpdated(CountedAsUpdated::ByHashOrGeneration)
            }
            _ => PodOutcome::Unknown(PodUnknown::NewHash {
                on_delete: analysis.ds().is_on_delete(),
            }),
        };
    }
    match then {
        ClaimOutcome::CountsAsUpdated(by) => {
            PodOutcome::CountsAsUpdated(updated(analysis, pod, by))
        }
        ClaimOutcome::Relabelled => PodOutcome::Relabelled {
            runs: other_template(analysis, pod),
        },
        ClaimOutcome::Replaced => PodOutcome::Replaced {
            runs: analysis.runs(pod),
            by: replacement(analysis, pod),
        },
        ClaimOutcome::DeletedAsDuplicate => {
            let stays = analysis.outcomes.stays_beside(pod);
            PodOutcome::DeletedAsDuplicate {
                stays: stays.map(|pod| pod.name.to_string()),
            }
        }
        ClaimOutcome::DeletedIneligible => {
            let has_node = |node: &str| analysis.owners.has_node(node) == Some(false);
            PodOutcome::DeletedIneligible {
                node_is_gone: pod.target_node.as_deref().is_some_and(has_node),
                awaits_sync: !analysis.outcomes.is_seen_by_its_node(pod),
            }
        }
        ClaimOutcome::DeletedEnded => PodOutcome::DeletedEnded {
            failed: &*pod.phase == "Failed",
        },
        ClaimOutcome::LeftBesideNew => PodOutcome::LeftBesideNew,
        ClaimOutcome::Kept => {
            let beside = analysis.outcomes.stays_beside(pod);
            let beside = beside.filter(|_| asked == Claim::Release);
            PodOutcome::Kept(kept(analysis, pod, asked, beside))
        }
        ClaimOutcome::Terminating => PodOutcome::Terminating,
    }
}

/// Whether the outcome would differ if its hash label were the current one.
fn goes_by_hash(then: ClaimOutcome, pod: &Pod) -> bool {
    match then {
        ClaimOutcome::Replaced | ClaimOutcome::CountsAsUpdated(UpdatedBy::Generation) => true,
        ClaimOutcome::Kept => pod.target_node.is_some(),
        _ => false,
    }
}

fn updated(analysis: &ClaimAnalysis<'_>, pod: &Pod, by: UpdatedBy) -> CountedAsUpdated {
    match by {
        UpdatedBy::Hash => CountedAsUpdated::ByHash,
        UpdatedBy::Generation => CountedAsUpdated::ByGeneration {
            generation: pod
                .labels
                .get(GENERATION_LABEL)
                .unwrap_or_default()
                .to_owned(),
            runs: other_template(analysis, pod),
        },
    }
}

/// What a pod runs, where that isn't the template.
fn other_template(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Option<OtherTemplate> {
    (!analysis.runs_the_template(pod)).then(|| analysis.runs(pod))
}

fn replacement(analysis: &ClaimAnalysis<'_>, pod: &Pod) -> Replacement {
    let node = pod.target_node.as_deref().unwrap_or_default();
    if analysis.should_run(node) == Some(false) {
        return Replacement::None;
    }
    match analysis.outcomes.replaced_by(pod) {
        Some(new) => Replacement::Pod(new.name.to_string()),
        None => Replacement::New,
    }
}
