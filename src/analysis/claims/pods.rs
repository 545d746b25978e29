//! The claim on each pod.

use crate::analysis::reason::Code;
use crate::engine::claim::{Claim, ClaimReason, Claimant};
use crate::engine::claim_outcome::{Then, UpdatedBy};
use crate::engine::history::HASH_LABEL;
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::{OwnerReference, Pod, Workload};

use super::ground::Ground;
use super::owners::is_node;
use super::pod_words::message;
use super::report::{ClaimKind, Follows, Owner, PodClaim, UpdatedByLabel};

/// A pod of the report, with what its row is made of.
pub(super) struct Row<'a> {
    pub(super) pod: &'a Pod,
    pub(super) claim: ClaimKind,
    pub(super) reason: Code,
    pub(super) follows: Option<Follows>,
    pub(super) updated_by: Option<UpdatedByLabel>,
    /// The pod that stays while this one is deleted as a duplicate.
    pub(super) stays: Option<&'a Pod>,
    /// What it hangs on, where that leaves open what follows.
    pub(super) open: Option<Open<'a>>,
    /// The pod of the DaemonSet beside which this one, which isn't its own, runs on, or
    /// that is there already in the place of this one, an old one.
    pub(super) beside: Option<&'a Pod>,
}

/// What leaves open what follows.
#[derive(Clone, Copy)]
pub(super) enum Open<'a> {
    /// Another controller, which takes the pod over.
    Taker(&'a Workload),
    /// The hash that the new revision gets.
    NewHash,
    /// The garbage collector, which takes off the reference to a controller that is gone.
    Collector,
    /// Whether its other owners exist.
    Owners,
}

impl Row<'_> {
    fn owner(&self, ground: &Ground<'_>) -> Option<Owner> {
        match ground.let_go_by(self.pod) {
            Some(owner) => ground.owners.owner(std::slice::from_ref(owner)),
            None => ground.owners.owner(&self.pod.owners),
        }
    }

    pub(super) fn claim(&self, ground: &Ground<'_>) -> PodClaim {
        PodClaim {
            name: self.pod.name.to_string(),
            node: self.pod.target_node.as_deref().map(str::to_owned),
            claim: self.claim,
            reason: self.reason,
            message: message(ground, self),
            owner: self.owner(ground),
            then: self.follows,
            updated_by: self.updated_by,
            stays: self.stays.map(|pod| pod.name.to_string()),
            revision: self
                .is_ours()
                .then(|| Some(ground.revision_of(self.pod)?.revision))
                .flatten(),
        }
    }

    /// Whether its hash label, if it has one, is of one of the DaemonSet's revisions.
    fn is_ours(&self) -> bool {
        self.claim != ClaimKind::Foreign
    }

    /// Whether the node's garbage collector has the say, because the node is gone.
    pub(super) fn node_is_gone(&self, ground: &Ground<'_>) -> bool {
        let node = &self.pod.node_name;
        !node.is_empty() && ground.owners.has_node(node) == Some(false)
    }
}

/// The pods by name; `None` when they couldn't be read.
pub(super) fn rows<'a>(ground: &Ground<'a>) -> Option<Vec<Row<'a>>> {
    let pods = ground.snapshot.pods_in(&ground.ds().namespace)?;
    Some(pods.iter().filter_map(|pod| row(ground, pod)).collect())
}

fn row<'a>(ground: &Ground<'a>, pod: &'a Pod) -> Option<Row<'a>> {
    let reason = code(ground, pod)?;
    let claim = kind(reason);
    let mut row = Row {
        pod,
        claim,
        reason,
        follows: None,
        updated_by: None,
        stays: None,
        open: None,
        beside: None,
    };
    if pod.is_deleting() {
        row.follows = Some(Follows::Terminating);
    } else if row.node_is_gone(ground) {
        row.follows = Some(Follows::GarbageCollected);
    } else if let Some(gone) = ground.is_ownerless(&row.pod.owners) {
        by_owners(&mut row, gone);
        if gone == Some(false) && is_orphaned(ground, &row) {
            (row.follows, row.open) = (None, Some(Open::Collector));
        }
    } else if ground.is_halted() {
        row.follows = Some(Follows::Kept);
    } else {
        decide(ground, &mut row);
        leave_open(ground, &mut row);
    }
    Some(row)
}

/// Takes back what isn't certain.
fn leave_open<'a>(ground: &Ground<'a>, row: &mut Row<'a>) {
    let pod = row.pod;
    if row.claim == ClaimKind::Release {
        row.open = ground.rivals.takers(pod).next().map(Open::Taker);
    } else if matches!(row.claim, ClaimKind::Owned | ClaimKind::Adopt)
        && by_hash(row)
        && ground.may_be_of_the_new_one(pod)
    {
        row.open = Some(Open::NewHash);
    }
    if row.open.is_some() {
        row.updated_by = None;
        row.beside = None;
        // By one label or the other.
        row.follows = row.follows.filter(|f| *f == Follows::CountsAsUpdated);
    }
}

/// Whether another's pod is taken over once the garbage collector has taken the
/// reference to its controller off, which is gone.
fn is_orphaned(ground: &Ground<'_>, row: &Row<'_>) -> bool {
    let matches = |claimant: &Claimant<'_>| claimant.selector.matches(&row.pod.labels);
    let is_foreign = row.claim == ClaimKind::Foreign && !ground.is_halted();
    is_foreign && ground.claimant().is_some_and(matches)
}

/// Whether it would be another outcome if its hash label were the current one.
fn by_hash(row: &Row<'_>) -> bool {
    match row.follows {
        Some(Follows::Replaced) => true,
        Some(Follows::Kept) => row.pod.target_node.is_some(),
        Some(Follows::CountsAsUpdated) => row.updated_by == Some(UpdatedByLabel::Generation),
        _ => false,
    }
}

/// What the controller comes to do.
fn decide<'a>(ground: &Ground<'a>, row: &mut Row<'a>) {
    let (pod, outcomes) = (row.pod, &ground.outcomes);
    // One that was let go is as one that is let go now.
    let asked = if row.reason == Code::ReleasedEarlier {
        Claim::Release
    } else {
        engine_claim(row.claim)
    };
    let then = outcomes.then(pod, asked);
    row.follows = then.map(follows);
    match then {
        Some(Then::CountsAsUpdated(UpdatedBy::Hash)) => {
            row.updated_by = Some(UpdatedByLabel::Hash);
        }
        Some(Then::CountsAsUpdated(UpdatedBy::Generation)) => {
            row.updated_by = Some(UpdatedByLabel::Generation);
        }
        Some(Then::DeletedAsDuplicate) => {
            row.stays = outcomes.stays_beside(pod);
        }
        Some(Then::Replaced) => row.beside = outcomes.replaced_by(pod),
        Some(Then::Kept) if asked == Claim::Release => {
            row.beside = outcomes.stays_beside(pod);
        }
        _ => {}
    }
}

/// What follows where the owners decide.
fn by_owners(row: &mut Row<'_>, gone: Option<bool>) {
    row.follows = gone.map(|gone| match gone {
        true => Follows::GarbageCollected,
        false => Follows::Kept,
    });
    row.open = gone.is_none().then_some(Open::Owners);
}

const fn follows(then: Then) -> Follows {
    match then {
        Then::CountsAsUpdated(_) => Follows::CountsAsUpdated,
        Then::Relabelled => Follows::Relabelled,
        Then::Replaced => Follows::Replaced,
        Then::DeletedAsDuplicate => Follows::DeletedAsDuplicate,
        Then::DeletedIneligible => Follows::DeletedIneligible,
        Then::DeletedEnded => Follows::DeletedEnded,
        Then::LeftBesideNew => Follows::LeftBesideNew,
        Then::Kept => Follows::Kept,
        Then::Terminating => Follows::Terminating,
    }
}

const fn engine_claim(claim: ClaimKind) -> Claim {
    match claim {
        ClaimKind::Owned => Claim::Owned,
        ClaimKind::Adopt => Claim::Adopt,
        ClaimKind::Release => Claim::Release,
        ClaimKind::Foreign => Claim::Foreign,
        ClaimKind::Ignored => Claim::Ignored,
    }
}

/// What the controller does about a pod or revision of which that is said.
pub(super) const fn kind(reason: Code) -> ClaimKind {
    match reason {
        Code::Controlled => ClaimKind::Owned,
        Code::OrphanedPod
        | Code::OwnerLetsGo
        | Code::BarePod
        | Code::OwnerWithoutController
        | Code::OrphanedRevision => ClaimKind::Adopt,
        Code::NoLongerSelected => ClaimKind::Release,
        Code::OtherController | Code::FormerDaemonSet | Code::OwnerGone | Code::StaticPod => {
            ClaimKind::Foreign
        }
        _ => ClaimKind::Ignored,
    }
}

/// Why it is claimed or isn't; `None` for a pod that has nothing to do with the DaemonSet.
fn code(ground: &Ground<'_>, pod: &Pod) -> Option<Code> {
    let Some(claimant) = ground.claimant() else {
        return by_owner_alone(ground, pod.controller()?);
    };
    let matches = || !claimant.selector.is_empty() && claimant.selector.matches(&pod.labels);
    match claimant.pod_reason(pod) {
        ClaimReason::Controlled => Some(Code::Controlled),
        ClaimReason::NoLongerSelected => Some(Code::NoLongerSelected),
        ClaimReason::Orphan if ground.let_go_by(pod).is_some() => Some(Code::OwnerLetsGo),
        ClaimReason::Orphan => matches().then(|| orphan(pod)),
        ClaimReason::Terminating => matches().then_some(Code::OrphanTerminating),
        ClaimReason::DaemonSetDeleting => {
            (pod.controller().is_some() || matches()).then_some(Code::DaemonSetDeleting)
        }
        ClaimReason::OtherController | ClaimReason::FormerSelf => {
            foreign(ground, pod.controller()?, matches())
        }
        ClaimReason::NotSelected => {
            let was_ours = ground.revision_of(pod).is_some() || ground.was_the_formers(pod);
            was_ours.then_some(Code::ReleasedEarlier)
        }
        ClaimReason::OtherIdentity => Some(Code::OtherIdentity),
        ClaimReason::OtherNamespace => None,
    }
}

/// With a selector that can't be parsed nothing more is known than who owns it.
pub(super) fn by_owner_alone(ground: &Ground<'_>, owner: &OwnerReference) -> Option<Code> {
    if !owner.uid.is_empty() && owner.uid == ground.ds().uid() {
        return Some(Code::Controlled);
    }
    let former = ground.owners.is_former(owner);
    former.then_some(Code::FormerDaemonSet)
}

/// Another controller's; only a DaemonSet of our name is told of where nothing matches.
pub(super) fn foreign(ground: &Ground<'_>, owner: &OwnerReference, matches: bool) -> Option<Code> {
    if ground.owners.is_former(owner) {
        return Some(Code::FormerDaemonSet);
    }
    matches.then(|| {
        if is_node(owner) {
            Code::StaticPod
        } else if ground.owners.exists(owner) == Some(false) {
            Code::OwnerGone
        } else {
            Code::OtherController
        }
    })
}

/// A StatefulSet's pods carry a revision's hash too, beside their own name.
fn orphan(pod: &Pod) -> Code {
    if !pod.owners.is_empty() {
        return Code::OwnerWithoutController;
    }
    let has = |label| pod.labels.get(label).is_some();
    let made =
        has(GENERATION_LABEL) || (has(HASH_LABEL) && !has("statefulset.kubernetes.io/pod-name"));
    if made {
        Code::OrphanedPod
    } else {
        Code::BarePod
    }
}
