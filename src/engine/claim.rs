//! Whose pods are these.

use crate::model::{DaemonSet, Labels, OwnerReference, Pod};

use super::label_selector::Selector;

/// What the controller does about one object, as
/// `BaseControllerRefManager.ClaimObject` (1.37.1) decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    /// Ours, and it matches.
    Owned,
    /// Nobody's, and it matches: it gets our owner reference.
    Adopt,
    /// Ours, and it no longer matches: our owner reference is taken off.
    Release,
    /// Another controller's.
    Foreign,
    /// Not ours and not to be taken.
    Ignored,
}

impl Claim {
    /// True for the objects that the controller works with afterwards.
    #[must_use]
    pub const fn is_claimed(self) -> bool {
        matches!(self, Self::Owned | Self::Adopt)
    }
}

/// The claiming side: a DaemonSet and its parsed selector.
#[derive(Clone, Debug)]
pub struct Claimant<'a> {
    /// `metadata.namespace`.
    pub namespace: &'a str,
    /// `metadata.uid`.
    pub uid: &'a str,
    /// True while the DaemonSet is being deleted.
    pub deleting: bool,
    /// Its parsed `spec.selector`.
    pub selector: Selector,
}

impl<'a> Claimant<'a> {
    /// The claimant that `ds` is.
    ///
    /// # Errors
    /// When its selector can't be parsed; the controller then does nothing at all.
    pub fn new(ds: &'a DaemonSet) -> Result<Self, String> {
        Ok(Self {
            namespace: &ds.namespace,
            uid: ds.uid(),
            deleting: ds.is_deleting(),
            selector: Selector::new(ds.selector())?,
        })
    }

    /// Decides about one pod.
    #[must_use]
    pub fn claim_pod(&self, pod: &Pod) -> Claim {
        self.claim_object(
            &pod.namespace,
            pod.controller(),
            &pod.labels,
            pod.is_deleting(),
        )
    }

    /// `ClaimObject` (1.37.1) on what it reads of an object.
    #[must_use]
    pub fn claim_object(
        &self,
        namespace: &str,
        controller: Option<&OwnerReference>,
        labels: &Labels,
        deleting: bool,
    ) -> Claim {
        if namespace != self.namespace {
            return Claim::Ignored;
        }
        let matches = self.selector.matches(labels);
        match controller {
            Some(owner) if owner.uid != self.uid => Claim::Foreign,
            Some(_) if matches => Claim::Owned,
            Some(_) if self.deleting => Claim::Ignored,
            Some(_) => Claim::Release,
            None if matches && !self.deleting && !deleting => Claim::Adopt,
            None => Claim::Ignored,
        }
    }
}
