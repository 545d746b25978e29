//! Several causes in one first line, each in two or three words.

use crate::analysis::reason::{ApiMessage, Reason};
use crate::model::refusal::Refusal;
use crate::words::sentence::Sentence;

use super::brief::pressure;
use super::warned::Warning;
use super::{container, failure, refusal, room};

/// How many causes are named.
const CAUSES: usize = 3;

/// `3 full, 2 crash-looping, 1 node NotReady`: the number of nodes for each cause; causes with the
/// same name are added up.
#[must_use]
pub fn tags(causes: impl IntoIterator<Item = (usize, String)>) -> String {
    let mut tags: Vec<(usize, String)> = Vec::new();
    for (nodes, tag) in causes {
        match tags.iter_mut().find(|(_, known)| *known == tag) {
            Some((count, _)) => *count += nodes,
            None => tags.push((nodes, tag)),
        }
    }
    let more: usize = tags.iter().skip(CAUSES).map(|(count, _)| count).sum();
    let shown = tags.iter().take(CAUSES);
    let mut shown: Vec<String> = shown.map(|(count, tag)| format!("{count} {tag}")).collect();
    if more > 0 {
        shown.push(format!("{more} for other causes"));
    }
    shown.join(", ")
}

/// The cause in two or three words, next to its number of nodes.
#[must_use]
pub fn tag(reason: &Reason, warning: Option<&Reason>) -> Sentence {
    Sentence::new(match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => {
            let warned = warning.and_then(Reason::failure);
            let failure = warned.or_else(|| reason.failure());
            match failure {
                Some(failure) => failure::tag(&failure),
                None => container::tag(container, said),
            }
        }
        Reason::PodUnschedulable { lacks: found, .. } => room::tag(found),
        Reason::FailedCreate { message, .. } => refusal::tag(&Refusal::new(message)).to_owned(),
        Reason::NodeNotReady { .. } => "node NotReady".to_owned(),
        Reason::NodeUnderPressure { taint } => pressure(&taint.key),
        Reason::NodeTerminating { .. } => "node being deleted".to_owned(),
        Reason::PodFailed { said, .. } if !said.reason.is_empty() => said.reason.clone(),
        Reason::PodFailed { .. } => "failed".to_owned(),
        Reason::PodSucceeded { .. } => "ended".to_owned(),
        Reason::PodNotReady { .. } => match warning.and_then(Warning::of) {
            Some(warning) => unready_tag(warning.said).to_owned(),
            None => "not ready".to_owned(),
        },
        Reason::PodPending { .. }
        | Reason::PodNotYetScheduled { .. }
        | Reason::PodSchedulingGated { .. } => "pending".to_owned(),
        Reason::PodTerminating { .. } => "terminating".to_owned(),
        Reason::PodMissing => "without a pod".to_owned(),
        Reason::PodDrifted { .. } => "not updated".to_owned(),
        Reason::DuplicatePods { .. } => "with several pods".to_owned(),
        Reason::PodOlderThanNode { .. } => "bound to a former node".to_owned(),
        Reason::VirtualNode { .. } => "on a virtual node".to_owned(),
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
        | Reason::PodOutdated { .. }
        | Reason::PodToBeAdopted { .. }
        | Reason::Misscheduled(_)
        | Reason::NodeMissing { .. }
        | Reason::NamespaceNodeSelector { .. }
        | Reason::DaemonSetDeleting { .. }
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
        | Reason::HostPortsUnderSurge { .. }
        | Reason::BudgetExhausted { .. }
        | Reason::BudgetInvalid { .. }
        | Reason::OldPodsWaitForAHand
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
        | Reason::PodNotCounted { .. } => reason.code().name().to_owned(),
    })
}

fn unready_tag(said: &ApiMessage) -> &'static str {
    match said.reason.as_str() {
        "Unhealthy" if said.message.starts_with("Liveness") => "failing liveness",
        "Unhealthy" if said.message.starts_with("Startup") => "failing startup",
        "Unhealthy" => "failing readiness",
        _ => "not ready",
    }
}
