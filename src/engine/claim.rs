//! Who owns pods and ControllerRevisions.

use crate::model::selector::{LabelSelectorError, Selector};
use crate::model::{ControllerRevision, DaemonSet, Labels, OwnerReference, Pod};

/// What the controller does about an object, as decided by `BaseControllerRefManager.ClaimObject`
/// (1.37.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    /// Ours, and it matches.
    Owned,
    /// It has no controller, and it matches: it gets our owner reference.
    Adopt,
    /// It is ours, and no longer matches: our owner reference is removed.
    Release,
    /// Another controller's.
    Foreign,
    /// It isn't ours, and isn't adopted.
    Ignored,
}

impl Claim {
    /// True for the objects that the controller works with afterwards.
    #[must_use]
    pub const fn is_claimed(self) -> bool {
        matches!(self, Self::Owned | Self::Adopt)
    }
}

/// Why an object is claimed or not; each reason leads to one [`Claim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimReason {
    /// We are its controller, and the selector matches.
    Controlled,
    /// It has no controller, and the selector matches.
    Orphan,
    /// We are its controller, and the selector doesn't match.
    NoLongerSelected,
    /// Another controller is in its owner references.
    OtherController,
    /// The same, where the owner is an earlier DaemonSet of our name with another UID.
    FormerSelf,
    /// It is in another namespace.
    OtherNamespace,
    /// It has no controller, and the selector doesn't match.
    NotSelected,
    /// It would be adopted or released, but the DaemonSet is being deleted.
    DaemonSetDeleting,
    /// It would be adopted, but is being deleted itself.
    Terminating,
    /// A pod with our UID under another kind or name: the controller looks up its pods by all
    /// three.
    OtherIdentity,
}

impl ClaimReason {
    /// What the controller does.
    #[must_use]
    pub const fn claim(self) -> Claim {
        match self {
            Self::Controlled => Claim::Owned,
            Self::Orphan => Claim::Adopt,
            Self::NoLongerSelected => Claim::Release,
            Self::OtherController | Self::FormerSelf => Claim::Foreign,
            Self::OtherNamespace
            | Self::NotSelected
            | Self::DaemonSetDeleting
            | Self::Terminating
            | Self::OtherIdentity => Claim::Ignored,
        }
    }
}

/// The claiming side: a DaemonSet and its parsed selector.
#[derive(Clone, Debug)]
pub struct Claimant<'a> {
    /// `metadata.namespace`.
    pub namespace: &'a str,
    /// `metadata.name`.
    pub name: &'a str,
    /// `metadata.uid`.
    pub uid: &'a str,
    /// True while the DaemonSet is being deleted.
    pub deleting: bool,
    /// Its parsed `spec.selector`.
    pub selector: Selector,
}

impl<'a> Claimant<'a> {
    /// The claimant for `ds`.
    ///
    /// # Errors
    /// When its selector can't be parsed; the controller then does nothing at all.
    pub fn new(ds: &'a DaemonSet) -> Result<Self, LabelSelectorError> {
        Ok(Self {
            namespace: &ds.namespace,
            name: &ds.name,
            uid: ds.uid(),
            deleting: ds.is_deleting(),
            selector: Selector::new(ds.selector())?,
        })
    }

    /// Whether `syncDaemonSet` (1.37.1) gets as far as claiming: it doesn't for a DaemonSet that is
    /// being deleted, nor for the selector `{}`, which would match every pod.
    #[must_use]
    pub fn claims_pods(&self) -> bool {
        !self.deleting && !self.selector.is_empty()
    }

    /// Decides about one pod.
    #[must_use]
    pub fn claim_pod(&self, pod: &Pod) -> Claim {
        self.pod_reason(pod).claim()
    }

    /// Decides about one ControllerRevision.
    #[must_use]
    pub fn claim_revision(&self, revision: &ControllerRevision) -> Claim {
        self.revision_reason(revision).claim()
    }

    /// Why [`Self::claim_pod`] decides so.
    #[must_use]
    pub fn pod_reason(&self, pod: &Pod) -> ClaimReason {
        let controller = pod.controller();
        let here = *pod.namespace == *self.namespace;
        if here && controller.is_some_and(|owner| self.is_other_identity(owner)) {
            return ClaimReason::OtherIdentity;
        }
        self.claim_object(&pod.namespace, controller, &pod.labels, pod.is_deleting())
    }

    /// Why [`Self::claim_revision`] decides so.
    #[must_use]
    pub fn revision_reason(&self, revision: &ControllerRevision) -> ClaimReason {
        let controller = OwnerReference::controller(&revision.owners);
        let (namespace, labels) = (&revision.namespace, &revision.labels);
        self.claim_object(namespace, controller, labels, revision.deleting)
    }

    /// `ClaimObject` (1.37.1), on the parts of an object that it reads.
    fn claim_object(
        &self,
        namespace: &str,
        controller: Option<&OwnerReference>,
        labels: &Labels,
        deleting: bool,
    ) -> ClaimReason {
        if namespace != self.namespace {
            return ClaimReason::OtherNamespace;
        }
        let matches = || self.selector.matches(labels);
        match controller {
            Some(owner) if owner.uid != self.uid && self.is_namesake(owner) => {
                ClaimReason::FormerSelf
            }
            Some(owner) if owner.uid != self.uid => ClaimReason::OtherController,
            Some(_) if matches() => ClaimReason::Controlled,
            Some(_) if self.deleting => ClaimReason::DaemonSetDeleting,
            Some(_) => ClaimReason::NoLongerSelected,
            None if !matches() => ClaimReason::NotSelected,
            None if self.deleting => ClaimReason::DaemonSetDeleting,
            None if deleting => ClaimReason::Terminating,
            None => ClaimReason::Orphan,
        }
    }

    /// `FilterPodsByOwner` (1.37.1) skips these: its index is by kind, name and UID.
    /// ControllerRevisions are looked up by the UID alone.
    fn is_other_identity(&self, owner: &OwnerReference) -> bool {
        owner.uid == self.uid && !self.is_namesake(owner)
    }

    fn is_namesake(&self, owner: &OwnerReference) -> bool {
        owner.kind == "DaemonSet" && owner.name == self.name
    }
}

/// What the API holds under the DaemonSet's name when the first object is about to be adopted. The
/// controller decides on its cache and checks again before it adopts (`RecheckDeletionTimestamp`,
/// 1.37.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recheck {
    /// The same DaemonSet, and it isn't being deleted.
    Confirmed,
    /// Nothing, a DaemonSet with another UID, or one that is being deleted.
    Refused,
}

impl Recheck {
    /// What the controller makes of `live`, where `ds` is what it has cached.
    #[must_use]
    pub fn new(ds: &DaemonSet, live: Option<&DaemonSet>) -> Self {
        match live {
            Some(live) if live.uid() == ds.uid() && !live.is_deleting() => Self::Confirmed,
            _ => Self::Refused,
        }
    }
}

/// The result of `ClaimPods` or `ClaimControllerRevisions` (1.37.1) on a list, in the order of the
/// input.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims<'a, T> {
    /// What the controller works with afterwards: what it owned, and what it adopted.
    pub claimed: Vec<&'a T>,
    /// What gets our owner reference.
    pub adopted: Vec<&'a T>,
    /// What loses our owner reference.
    pub released: Vec<&'a T>,
    /// What would have been adopted.
    pub refused: Vec<&'a T>,
}

impl<'a, T> Claims<'a, T> {
    fn new(
        recheck: Recheck,
        objects: impl IntoIterator<Item = &'a T>,
        decide: impl Fn(&T) -> Claim,
    ) -> Self {
        let mut claims = Self {
            claimed: Vec::new(),
            adopted: Vec::new(),
            released: Vec::new(),
            refused: Vec::new(),
        };
        for object in objects {
            match decide(object) {
                Claim::Owned => claims.claimed.push(object),
                Claim::Adopt if recheck == Recheck::Refused => claims.refused.push(object),
                Claim::Adopt => {
                    claims.claimed.push(object);
                    claims.adopted.push(object);
                }
                Claim::Release => claims.released.push(object),
                Claim::Foreign | Claim::Ignored => {}
            }
        }
        claims
    }

    /// Whether the sync ends here with an error. Releases still happen.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        !self.refused.is_empty()
    }
}

impl Claimant<'_> {
    /// `getDaemonPods` (1.37.1).
    pub fn claim_pods<'p>(
        &self,
        recheck: Recheck,
        pods: impl IntoIterator<Item = &'p Pod>,
    ) -> Claims<'p, Pod> {
        Claims::new(recheck, pods, |pod| self.claim_pod(pod))
    }

    /// `controlledHistories` (1.37.1).
    pub fn claim_revisions<'r>(
        &self,
        recheck: Recheck,
        revisions: impl IntoIterator<Item = &'r ControllerRevision>,
    ) -> Claims<'r, ControllerRevision> {
        Claims::new(recheck, revisions, |r| self.claim_revision(r))
    }
}
