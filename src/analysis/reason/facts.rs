//! Properties of a reason: its code, what it denies, where it stands in the template, how it ends.

use jiff::{SignedDuration, Timestamp};

use crate::analysis::owners::finalizer::finalizer_owner;
use crate::analysis::owners::owned_taint::{EndsWhen, OwnedTaint, owned_taint};
use crate::analysis::template_field::TemplateField;
use crate::model::Taint;

use super::code::Code;
use super::properties::Ends;
use super::{Decides, Reason, Untolerated};

/// A pod goes when its grace period is over; the kubelet has this long to report it.
const AFTER_GRACE: SignedDuration = SignedDuration::from_secs(30);

impl Reason {
    /// Its code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NodeNameMismatch { .. } => Code::NodeNameMismatch,
            Self::NodeSelectorMismatch { .. } => Code::NodeSelectorMismatch,
            Self::NodeAffinityMismatch(_) => Code::NodeAffinityMismatch,
            Self::NodeAffinityInvalid { .. } => Code::NodeAffinityInvalid,
            Self::NodeAffinityNoTerms => Code::NodeAffinityNoTerms,
            Self::UntoleratedNoExecute(_) => Code::UntoleratedNoExecute,
            Self::UntoleratedNoSchedule(_) => Code::UntoleratedNoSchedule,
            Self::UntoleratedPreferNoSchedule(_) => Code::UntoleratedPreferNoSchedule,
            Self::EvictedAgainAndAgain { .. } => Code::EvictedAgainAndAgain,
            Self::PodMissing => Code::PodMissing,
            Self::FailedCreate { .. } => Code::FailedCreate,
            Self::NamespaceTerminating { .. } => Code::NamespaceTerminating,
            Self::PodNotYetScheduled { .. } => Code::PodNotYetScheduled,
            Self::PodSchedulingGated { .. } => Code::PodSchedulingGated,
            Self::PodUnschedulable { .. } => Code::PodUnschedulable,
            Self::PodPending { .. } => Code::PodPending,
            Self::ContainerWaiting { .. } => Code::ContainerWaiting,
            Self::PodNotReady { .. } => Code::PodNotReady,
            Self::PodNotYetAvailable { .. } => Code::PodNotYetAvailable,
            Self::PodWarning { .. } => Code::PodWarning,
            Self::RestartsAgainAndAgain { .. } => Code::RestartsAgainAndAgain,
            Self::PodTerminating { .. } => Code::PodTerminating,
            Self::PodFailed { .. } => Code::PodFailed,
            Self::PodSucceeded { .. } => Code::PodSucceeded,
            Self::DuplicatePods { .. } => Code::DuplicatePods,
            Self::Surging { .. } => Code::Surging,
            Self::PodOutdated { .. } => Code::PodOutdated,
            Self::PodDrifted { .. } => Code::PodDrifted,
            Self::PodToBeAdopted { .. } => Code::PodToBeAdopted,
            Self::Misscheduled(_) => Code::Misscheduled,
            Self::NodeMissing { .. } => Code::NodeMissing,
            Self::PodOlderThanNode { .. } => Code::PodOlderThanNode,
            Self::NodeTerminating { .. } => Code::NodeTerminating,
            Self::NodeNotReady { .. } => Code::NodeNotReady,
            Self::NodeUnderPressure { .. } => Code::NodeUnderPressure,
            Self::VirtualNode { .. } => Code::VirtualNode,
            Self::NamespaceNodeSelector { .. } => Code::NamespaceNodeSelector,
            Self::DaemonSetDeleting { .. } => Code::DaemonSetDeleting,
            Self::SelectorMatchesEverything => Code::SelectorMatchesEverything,
            Self::SelectorInvalid { .. } => Code::SelectorInvalid,
            Self::GenerationNotObserved { .. } => Code::GenerationNotObserved,
            Self::NeverSynced => Code::NeverSynced,
            Self::TaintStartsNoSync { .. } => Code::TaintStartsNoSync,
            Self::DeletedNodeStartsNoSync { .. } => Code::DeletedNodeStartsNoSync,
            Self::ExcludedNodeStartsNoSync { .. } => Code::ExcludedNodeStartsNoSync,
            Self::FewerNodesStartNoSync { .. } => Code::FewerNodesStartNoSync,
            Self::StatusBehind => Code::StatusBehind,
            Self::ForeignPods { .. } => Code::ForeignPods,
            Self::ReleasedPods { .. } => Code::ReleasedPods,
            Self::LeftBehindPods { .. } => Code::LeftBehindPods,
            Self::PodsWithoutNode { .. } => Code::PodsWithoutNode,
            Self::NodeExcluded => Code::NodeExcluded,
            Self::ReplacedUnderSurge => Code::ReplacedUnderSurge,
            Self::NodeGoneUnderSurge { .. } => Code::NodeGoneUnderSurge,
            Self::HostPortsUnderSurge { .. } => Code::HostPortsUnderSurge,
            Self::BudgetExhausted { .. } => Code::BudgetExhausted,
            Self::BudgetInvalid { .. } => Code::BudgetInvalid,
            Self::OldPodsWaitForAHand => Code::OldPodsWaitForAHand,
            Self::Controlled => Code::Controlled,
            Self::OrphanedPod { .. } => Code::OrphanedPod,
            Self::BarePod { .. } => Code::BarePod,
            Self::OwnerWithoutController { .. } => Code::OwnerWithoutController,
            Self::NoLongerSelected { .. } => Code::NoLongerSelected,
            Self::ReleasedEarlier(_) => Code::ReleasedEarlier,
            Self::OwnerLetsGo { .. } => Code::OwnerLetsGo,
            Self::OtherController { .. } => Code::OtherController,
            Self::FormerDaemonSet { .. } => Code::FormerDaemonSet,
            Self::OwnerGone { .. } => Code::OwnerGone,
            Self::StaticPod { .. } => Code::StaticPod,
            Self::OrphanTerminating => Code::OrphanTerminating,
            Self::OtherIdentity { .. } => Code::OtherIdentity,
            Self::OrphanedRevision => Code::OrphanedRevision,
            Self::GenerationTrap { .. } => Code::GenerationTrap,
            Self::DuplicateRevisions { .. } => Code::DuplicateRevisions,
            Self::HistoryRewritten(_) => Code::HistoryRewritten,
            Self::SelectorOverlap { .. } => Code::SelectorOverlap,
            Self::FewerNodesThanExpected { .. } => Code::FewerNodesThanExpected,
            Self::ExpectationInvalid { .. } => Code::ExpectationInvalid,
            Self::PodNotCounted { .. } => Code::PodNotCounted,
        }
    }

    /// What it denies by itself; `None` when it only explains.
    #[must_use]
    pub const fn decides(&self) -> Option<Decides> {
        match self {
            Self::NodeNameMismatch { .. }
            | Self::NodeSelectorMismatch { .. }
            | Self::NodeAffinityMismatch(_)
            | Self::NodeAffinityNoTerms
            | Self::NodeAffinityInvalid { decides: true, .. }
            | Self::UntoleratedNoExecute(_) => Some(Decides::Both),
            Self::UntoleratedNoSchedule(_) => Some(Decides::ShouldRun),
            _ => None,
        }
    }

    /// The field of the DaemonSet that requires it.
    #[must_use]
    pub fn field(&self) -> Option<TemplateField> {
        match self {
            Self::NodeNameMismatch { .. } => Some(TemplateField::NodeName),
            Self::NodeSelectorMismatch { key, .. } => {
                Some(TemplateField::NodeSelectorPair(key.clone()))
            }
            Self::NodeAffinityMismatch(requirement)
            | Self::NodeAffinityInvalid { requirement, .. } => Some(requirement.field()),
            Self::NodeAffinityNoTerms => Some(TemplateField::NodeSelectorTerms),
            Self::UntoleratedNoExecute(_)
            | Self::UntoleratedNoSchedule(_)
            | Self::UntoleratedPreferNoSchedule(_) => Some(TemplateField::Tolerations),
            Self::EvictedAgainAndAgain { toleration, .. } => {
                toleration.map(TemplateField::TolerationSeconds)
            }
            _ => None,
        }
    }

    /// The node's taint that it is about.
    #[must_use]
    pub const fn taint(&self) -> Option<&Taint> {
        match self {
            Self::UntoleratedNoExecute(untolerated)
            | Self::UntoleratedNoSchedule(untolerated)
            | Self::UntoleratedPreferNoSchedule(untolerated) => Some(&untolerated.taint),
            Self::EvictedAgainAndAgain { taint, .. } | Self::NodeUnderPressure { taint } => {
                Some(taint)
            }
            _ => None,
        }
    }

    /// The owner of the taint that it is about, or of the node's finalizer.
    #[must_use]
    pub fn owner(&self) -> Option<&'static str> {
        match self {
            Self::NodeTerminating { finalizers, .. } => {
                finalizers.iter().find_map(|name| finalizer_owner(name))
            }
            _ => Some(owned_taint(self.taint()?)?.owner),
        }
    }

    /// When the taint that it is about goes, where that is known.
    #[must_use]
    pub fn ends_when(&self) -> Option<EndsWhen> {
        Some(owned_taint(self.taint()?)?.ends)
    }

    /// The node's label that it is about: its key, and its value where the node has it.
    #[must_use]
    pub fn label(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::NodeSelectorMismatch { key, found, .. } => Some((key, found.as_deref())),
            Self::NodeAffinityMismatch(requirement)
            | Self::NodeAffinityInvalid { requirement, .. }
                if !requirement.is_field =>
            {
                Some((&requirement.key, requirement.found.as_deref()))
            }
            _ => None,
        }
    }

    /// The requirement of the template that it is about, as written there.
    #[must_use]
    pub fn expression(&self) -> Option<String> {
        match self {
            Self::NodeSelectorMismatch { key, wanted, .. } => Some(format!("{key}={wanted}")),
            Self::NodeAffinityMismatch(requirement)
            | Self::NodeAffinityInvalid { requirement, .. } => Some(requirement.to_string()),
            Self::VirtualNode { kinds, .. } => {
                let requirements = kinds.iter().map(|kind| kind.kept_off_by().to_string());
                Some(requirements.collect::<Vec<_>>().join(", "))
            }
            _ => None,
        }
    }

    /// The one node that the template is for, where this is another node.
    #[must_use]
    pub fn named_node(&self) -> Option<&str> {
        match self {
            Self::NodeNameMismatch { wanted } => Some(wanted),
            Self::NodeAffinityMismatch(one) if one.is_field && one.operator == "In" => {
                one.values.first().map(String::as_str)
            }
            _ => None,
        }
    }

    /// How often the container concerned was restarted.
    #[must_use]
    pub const fn restarts(&self) -> i32 {
        match self.container() {
            Some(container) => container.restarts,
            None => 0,
        }
    }

    /// How it ends: by the rule for its kind, unless its own facts say more.
    #[must_use]
    pub fn ends(&self, now: Timestamp) -> Ends {
        match self {
            Self::PodNotYetAvailable {
                available_at: Some(_),
                ..
            } => Ends::InTime,
            // Finalizers hold it beyond that.
            Self::PodTerminating {
                grace_ends: Some(end),
                finalizers,
                ..
            } if finalizers.is_empty()
                && end.checked_add(AFTER_GRACE).is_ok_and(|end| end >= now) =>
            {
                Ends::InTime
            }
            // What a kubelet says about a container that it hasn't started yet and that has no
            // problem.
            Self::ContainerWaiting { said, .. }
                if matches!(&*said.reason, "ContainerCreating" | "PodInitializing") =>
            {
                Ends::WhenStarted
            }
            _ => self.code().properties().ends,
        }
    }
}

impl Untolerated {
    /// Whether the taint stands for a condition of the node, so that the control plane removes it
    /// with the condition; one that the DaemonSet's own pod removes isn't waited for.
    #[must_use]
    pub fn stands_for_condition(&self) -> bool {
        !self.is_own && owned_taint(&self.taint).is_some_and(OwnedTaint::stands_for_condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::reason::{ApiMessage, ContainerFact, PodFact};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_pod_that_terminates_has_its_grace_period_and_half_a_minute() {
        let ends = |seconds: i64| {
            let reason = Reason::PodTerminating {
                pod: PodFact::default(),
                grace_ends: Timestamp::from_second(seconds).ok(),
                finalizers: Vec::new(),
            };
            reason.ends(NOW)
        };
        assert_eq!(ends(60), Ends::InTime);
        assert_eq!(ends(-30), Ends::InTime);
        assert_eq!(ends(-31), Ends::ByHand);
    }

    #[test]
    fn a_pod_becomes_available_if_its_condition_has_a_time() {
        let ends = |available_at| {
            let reason = Reason::PodNotYetAvailable {
                pod: String::new(),
                available_at,
                min_ready_seconds: 1,
            };
            reason.ends(NOW)
        };
        assert_eq!(ends(Some(NOW)), Ends::InTime);
        assert_eq!(ends(None), Ends::ByHand);
    }

    #[test]
    fn a_pod_that_starts_is_no_pod_that_fails() {
        let waiting = |why: &str| Reason::ContainerWaiting {
            pod: PodFact::default(),
            is_pending: true,
            container: ContainerFact::default(),
            said: ApiMessage::new(why, ""),
        };
        for starting in ["ContainerCreating", "PodInitializing"] {
            assert_eq!(waiting(starting).ends(NOW), Ends::WhenStarted);
        }
        assert_eq!(waiting("ImagePullBackOff").ends(NOW), Ends::ByHand);
        let waits = Reason::PodNotYetScheduled {
            pod: PodFact::default(),
            scheduler: None,
        };
        assert_eq!(waits.ends(NOW), Ends::WhenStarted);
        let refused = Reason::PodUnschedulable {
            pod: PodFact::default(),
            scheduler: ApiMessage::new("Unschedulable", ""),
            preempts_none_at: None,
            unfit: Vec::new(),
            lacks: Vec::new(),
        };
        assert_eq!(refused.ends(NOW), Ends::ByHand);
    }
}
