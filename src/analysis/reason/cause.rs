//! What groups reasons with others: the cause without one node's or pod's own facts.

use super::{Ended, Misscheduled, NotReady, PodFact, Reason, Said};

impl Reason {
    /// The reason without what is one node's or one pod's own: what is equal then has one
    /// cause.
    #[must_use]
    pub fn cause(&self) -> Self {
        let mut cause = self.clone();
        match &mut cause {
            Self::NodeSelectorMismatch { found, .. } => *found = None,
            Self::NodeAffinityMismatch(requirement)
            | Self::NodeAffinityInvalid { requirement, .. } => requirement.found = None,
            Self::PodUnschedulable { pod, scheduler, .. } => {
                (*pod, *scheduler) = (PodFact::default(), Said::default());
            }
            Self::PodNotYetScheduled { pod, .. } | Self::PodSchedulingGated { pod, .. } => {
                *pod = PodFact::default();
            }
            Self::PodPending { pod, why } | Self::PodNotReady { pod, why } => {
                *pod = PodFact::default();
                *why = NotReady::Condition(Said::default());
            }
            Self::ContainerWaiting {
                pod,
                is_pending,
                container,
                said,
                restarts,
                last_end,
            } => {
                (*pod, *is_pending) = (PodFact::default(), false);
                (*container, *said) = (String::new(), Said::default());
                (*restarts, *last_end) = (0, None);
            }
            Self::PodNotYetAvailable {
                pod, available_at, ..
            } => (*pod, *available_at) = (String::new(), None),
            Self::PodTerminating {
                pod,
                grace_ends,
                has_finalizers,
            } => {
                (*pod, *grace_ends) = (PodFact::default(), None);
                *has_finalizers = false;
            }
            Self::PodFailed { pod, said, then } | Self::PodSucceeded { pod, said, then } => {
                (*pod, *said, *then) = (PodFact::default(), Said::default(), Ended::default());
            }
            Self::DuplicatePods { pods, .. } => pods.clear(),
            Self::Surging { new, old } => {
                new.clear();
                old.clear();
            }
            Self::PodOutdated { pod } | Self::PodToBeAdopted { pod } => pod.clear(),
            Self::Misscheduled(then) => *then = Misscheduled::UntilRolled,
            Self::NodeMissing {
                pod,
                node,
                is_bound,
                ..
            } => {
                pod.clear();
                node.clear();
                *is_bound = false;
            }
            Self::NodeNotReady {
                since,
                is_terminating,
            } => (*since, *is_terminating) = (None, false),
            // The facts of the others are the template's, a taint's or the DaemonSet's, or say
            // whose an object is.
            Self::NodeNameMismatch { .. }
            | Self::NodeAffinityNoTerms
            | Self::UntoleratedNoExecute(_)
            | Self::UntoleratedNoSchedule(_)
            | Self::UntoleratedPreferNoSchedule(_)
            | Self::EvictedAgainAndAgain { .. }
            | Self::PodMissing
            | Self::FailedCreate { .. }
            | Self::NamespaceTerminating { .. }
            | Self::VirtualNode { .. }
            | Self::NamespaceNodeSelector { .. }
            | Self::DaemonSetDeleting { .. }
            | Self::SelectorMatchesEverything
            | Self::SelectorInvalid { .. }
            | Self::GenerationNotObserved { .. }
            | Self::TaintStartsNoSync { .. }
            | Self::DeletedNodeStartsNoSync { .. }
            | Self::ExcludedNodeStartsNoSync { .. }
            | Self::FewerNodesStartNoSync { .. }
            | Self::StatusBehind
            | Self::ForeignPods { .. }
            | Self::ReleasedPods { .. }
            | Self::LeftBehindPods { .. }
            | Self::PodsWithoutNode { .. }
            | Self::NodeExcluded
            | Self::ReplacedUnderSurge
            | Self::NodeGoneUnderSurge { .. }
            | Self::HostPortsUnderSurge { .. }
            | Self::BudgetExhausted { .. }
            | Self::BudgetInvalid { .. }
            | Self::OldPodsWaitForAHand
            | Self::Controlled
            | Self::OrphanedPod { .. }
            | Self::BarePod { .. }
            | Self::OwnerWithoutController { .. }
            | Self::NoLongerSelected { .. }
            | Self::ReleasedEarlier(_)
            | Self::OwnerLetsGo { .. }
            | Self::OtherController { .. }
            | Self::FormerDaemonSet { .. }
            | Self::OwnerGone { .. }
            | Self::StaticPod { .. }
            | Self::OrphanTerminating
            | Self::OtherIdentity { .. }
            | Self::OrphanedRevision
            | Self::GenerationTrap { .. }
            | Self::DuplicateRevisions { .. }
            | Self::HistoryRewritten(_)
            | Self::SelectorOverlap { .. }
            | Self::PodNotCounted { .. } => {}
        }
        cause
    }
}
