//! The details of a cause beyond its few words in the first line of an answer.

use jiff::Timestamp;

use crate::analysis::reason::{NotReadyCause, Reason, Shortage};
use crate::words::notation::{counted, few};
use crate::words::sentence::Sentence;

use super::container::quoted;
use super::headline::{quote, row};
use super::refusal::tries;
use super::room::lacks_row;
use super::why;

/// Counts, messages and names, if there are any.
#[must_use]
pub fn details_of(reason: &Reason, now: Timestamp) -> Option<Sentence> {
    let text = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => {
            let restarts = usize::try_from(container.restarts).unwrap_or_default();
            let restarts = (restarts > 0).then(|| counted(restarts, "restart"));
            let limit = container.memory_limit.as_ref();
            let limit = limit.filter(|_| container.is_out_of_memory());
            let limit = limit.map(|limit| format!("memory limit {limit}"));
            let parts = [restarts, limit, quoted(reason)];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            match parts.as_slice() {
                [] => String::new(),
                parts => format!("{}, {}", said.reason, parts.join(", ")),
            }
        }
        Reason::FailedCreate { count, last, .. } => {
            let tries = tries(*count, *last, now);
            match quoted(reason) {
                Some(quote) => format!("{quote}{tries}"),
                None => row(reason, now).into_string(),
            }
        }
        Reason::PodUnschedulable { lacks, .. } => match lacks.as_slice() {
            [
                Shortage::Resource {
                    allocatable: Some(_),
                    ..
                }
                | Shortage::Rivals { .. }
                | Shortage::Selector(_),
            ]
            | []
            | [_, _, ..] => lacks_row(reason),
            // Nothing else is lacking.
            [_] => String::new(),
        },
        Reason::NodeUnderPressure { .. } => {
            "its kubelet turns away new pods that aren't critical".to_owned()
        }
        Reason::DuplicatePods { pods, .. } => few(pods),
        // For a silent kubelet the message adds nothing.
        Reason::NodeNotReady { why, .. } if why.cause == NotReadyCause::Silent => return None,
        Reason::NodeNotReady { .. } => return quoted(reason).map(Sentence::new),
        Reason::PodFailed { .. } | Reason::PodSucceeded { .. } => row(reason, now).into_string(),
        Reason::NodeTerminating { .. } => return quote(reason),
        Reason::DaemonSetDeleting { .. }
        | Reason::HostPortsUnderSurge { .. }
        | Reason::PodNotReady { .. }
        | Reason::PodPending { .. }
        | Reason::PodTerminating { .. }
        | Reason::PodMissing
        | Reason::NodeMissing { .. }
        | Reason::PodSchedulingGated { .. }
        | Reason::PodNotYetScheduled { .. }
        | Reason::OldPodsWaitForAHand
        | Reason::PodOutdated { .. } => return None,
        Reason::NodeNameMismatch { .. }
        | Reason::NodeSelectorMismatch { .. }
        | Reason::NodeAffinityMismatch(_)
        | Reason::NodeAffinityInvalid { .. }
        | Reason::NodeAffinityNoTerms
        | Reason::UntoleratedNoExecute(_)
        | Reason::UntoleratedNoSchedule(_)
        | Reason::UntoleratedPreferNoSchedule(_)
        | Reason::EvictedAgainAndAgain { .. }
        | Reason::NamespaceTerminating { .. }
        | Reason::PodNotYetAvailable { .. }
        | Reason::PodWarning { .. }
        | Reason::RestartsAgainAndAgain { .. }
        | Reason::Surging { .. }
        | Reason::PodDrifted { .. }
        | Reason::PodToBeAdopted { .. }
        | Reason::Misscheduled(_)
        | Reason::PodOlderThanNode { .. }
        | Reason::VirtualNode { .. }
        | Reason::NamespaceNodeSelector { .. }
        | Reason::SelectorMatchesEverything
        | Reason::SelectorInvalid { .. }
        | Reason::GenerationNotObserved { .. }
        | Reason::NeverSynced
        | Reason::TaintStartsNoSync { .. }
        | Reason::DeletedNodeStartsNoSync { .. }
        | Reason::ExcludedNodeStartsNoSync { .. }
        | Reason::FewerNodesStartNoSync { .. }
        | Reason::StatusBehind
        | Reason::ForeignPods { .. }
        | Reason::ReleasedPods { .. }
        | Reason::LeftBehindPods { .. }
        | Reason::PodsWithoutNode { .. }
        | Reason::NodeExcluded
        | Reason::ReplacedUnderSurge
        | Reason::NodeGoneUnderSurge { .. }
        | Reason::BudgetExhausted { .. }
        | Reason::BudgetInvalid { .. }
        | Reason::Controlled
        | Reason::OrphanedPod { .. }
        | Reason::BarePod { .. }
        | Reason::OwnerWithoutController { .. }
        | Reason::NoLongerSelected { .. }
        | Reason::ReleasedEarlier(_)
        | Reason::OwnerLetsGo { .. }
        | Reason::OtherController { .. }
        | Reason::FormerDaemonSet { .. }
        | Reason::OwnerGone { .. }
        | Reason::StaticPod { .. }
        | Reason::OrphanTerminating
        | Reason::OtherIdentity { .. }
        | Reason::OrphanedRevision
        | Reason::GenerationTrap { .. }
        | Reason::DuplicateRevisions { .. }
        | Reason::HistoryRewritten(_)
        | Reason::SelectorOverlap { .. }
        | Reason::FewerNodesThanExpected { .. }
        | Reason::ExpectationInvalid { .. }
        | Reason::PodNotCounted { .. } => {
            let all = why(reason, now).into_string();
            let brief = super::brief(reason, None, super::Place::Here, now);
            return Some(Sentence::new(all)).filter(|all| *all != brief);
        }
    };
    Some(Sentence::new(text)).filter(|text| !text.is_empty())
}
