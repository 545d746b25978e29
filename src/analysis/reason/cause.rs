//! What reasons are grouped by: the cause without the facts of one node or pod.

use jiff::Timestamp;

use super::{
    ApiMessage, ContainerFact, Ended, Misscheduled, NodeTrouble, NotReady, PodFact, Reason,
};

impl Reason {
    /// The reason without the names, hashes, times and counters of one node or pod: equal ones are
    /// shown as one, with container, exit code and message.
    #[must_use]
    pub fn alike(&self) -> Self {
        let mut alike = self.clone();
        match &mut alike {
            Self::ContainerWaiting {
                pod,
                container,
                said,
                ..
            } => {
                container.forget_counts();
                said.forget(&pod.name);
                *pod = PodFact::default();
            }
            Self::PodPending { pod, why } | Self::PodNotReady { pod, why } => {
                match why {
                    NotReady::Container(container) => container.forget_counts(),
                    NotReady::Condition(said) => said.forget(&pod.name),
                }
                *pod = PodFact::default();
            }
            Self::PodUnschedulable {
                pod,
                scheduler,
                lacks,
                ..
            } => {
                lacks.clear();
                scheduler.forget(&pod.name);
                *pod = PodFact::default();
            }
            Self::PodFailed {
                pod, said, repeats, ..
            } => {
                *repeats = None;
                said.forget(&pod.name);
                *pod = PodFact::default();
            }
            Self::PodSucceeded { pod, said, .. } => {
                said.forget(&pod.name);
                *pod = PodFact::default();
            }
            Self::PodTerminating {
                pod, grace_ends, ..
            } => {
                *pod = PodFact::default();
                *grace_ends = None;
            }
            Self::PodNotYetScheduled { pod, .. } | Self::PodSchedulingGated { pod, .. } => {
                *pod = PodFact::default();
            }
            Self::NodeTerminating { since, .. } => *since = None,
            Self::NodeNotReady { since, why, .. } => {
                *since = None;
                why.said.forget("");
            }
            Self::UntoleratedNoExecute(untolerated)
            | Self::UntoleratedNoSchedule(untolerated)
            | Self::UntoleratedPreferNoSchedule(untolerated) => untolerated.trouble = None,
            Self::PodWarning {
                pod,
                said,
                count,
                first,
                last,
                ..
            } => {
                said.forget(pod);
                pod.clear();
                (*count, *first, *last) = (0, None, None);
            }
            Self::RestartsAgainAndAgain {
                pods,
                of,
                container,
            } => {
                (*pods, *of) = (Vec::new(), 0);
                container.forget_counts();
            }
            Self::NodeSelectorMismatch { found, .. } => *found = None,
            Self::VirtualNode { nodes, .. } => nodes.clear(),
            Self::NodeAffinityMismatch(requirement)
            | Self::NodeAffinityInvalid { requirement, .. } => requirement.found = None,
            Self::PodNotYetAvailable {
                pod, available_at, ..
            } => (*pod, *available_at) = (String::new(), None),
            Self::DuplicatePods { pods, .. } => pods.clear(),
            Self::Surging { new, old } => {
                new.clear();
                old.clear();
            }
            Self::PodOutdated { pod }
            | Self::PodDrifted { pod, .. }
            | Self::PodToBeAdopted { pod } => pod.clear(),
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
            Self::PodOlderThanNode {
                pod,
                pod_created,
                node_created,
            } => {
                pod.clear();
                *pod_created = Timestamp::UNIX_EPOCH;
                *node_created = Timestamp::UNIX_EPOCH;
            }
            // The facts of the others belong to the template, a taint or the DaemonSet, or name an
            // object's owner.
            Self::NodeNameMismatch { .. }
            | Self::NodeAffinityNoTerms
            | Self::EvictedAgainAndAgain { .. }
            | Self::PodMissing
            | Self::Misscheduled(_)
            | Self::FailedCreate { .. }
            | Self::NamespaceTerminating { .. }
            | Self::NodeUnderPressure { .. }
            | Self::NamespaceNodeSelector { .. }
            | Self::DaemonSetDeleting { .. }
            | Self::SelectorMatchesEverything
            | Self::SelectorInvalid { .. }
            | Self::GenerationNotObserved { .. }
            | Self::NeverSynced
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
            | Self::FewerNodesThanExpected { .. }
            | Self::ExpectationInvalid { .. }
            | Self::PodNotCounted { .. } => {}
        }
        alike
    }

    /// The reason without the facts of one node or pod: equal ones have the same cause.
    #[must_use]
    pub fn cause(&self) -> Self {
        let mut cause = self.alike();
        match &mut cause {
            Self::PodUnschedulable { scheduler, .. } => *scheduler = ApiMessage::default(),
            Self::PodPending { why, .. } | Self::PodNotReady { why, .. } => {
                *why = NotReady::Condition(ApiMessage::default());
            }
            Self::ContainerWaiting {
                is_pending,
                container,
                said,
                ..
            } => {
                *is_pending = false;
                (*container, *said) = (ContainerFact::default(), ApiMessage::default());
            }
            Self::PodTerminating { finalizers, .. } => finalizers.clear(),
            Self::PodFailed { said, then, .. } | Self::PodSucceeded { said, then, .. } => {
                (*said, *then) = (ApiMessage::default(), Ended::default());
            }
            Self::PodWarning { said, failure, .. } => {
                (*said, *failure) = (ApiMessage::default(), None)
            }
            Self::Misscheduled(then) => *then = Misscheduled::UntilRolled,
            Self::NodeNotReady {
                is_terminating,
                why,
                ..
            } => {
                *is_terminating = false;
                *why = NodeTrouble::default();
            }
            _ => {}
        }
        cause
    }
}

impl ContainerFact {
    fn forget_counts(&mut self) {
        self.restarts = 0;
        if let Some(end) = &mut self.last_end {
            end.finished = None;
            end.message = without_own("", &end.message).into();
        }
    }
}

impl ApiMessage {
    fn forget(&mut self, pod: &str) {
        self.message = without_own(pod, &self.message);
    }
}

/// A foreign message without the pod's name, and with `#` for each run of letters and digits that
/// contains a digit: a hash, a time, a port, a counter.
fn without_own(pod: &str, message: &str) -> String {
    let message = match pod {
        "" => message.to_owned(),
        pod => message.replace(pod, "#"),
    };
    let mut text = String::with_capacity(message.len());
    for word in message.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        if !word.contains(|c: char| c.is_ascii_digit()) {
            text.push_str(word);
            continue;
        }
        text.push('#');
        text.extend(
            word.chars()
                .next_back()
                .filter(|c| !c.is_ascii_alphanumeric()),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without_own;

    #[test]
    fn messages_of_two_pods_are_alike() {
        let of = |pod: &str, back_off: &str| {
            let message =
                format!("back-off {back_off} restarting failed container=a pod={pod}_ns(1f2e)");
            without_own(pod, &message)
        };
        assert_eq!(of("agent-x7k2p", "5m0s"), of("agent-bbbbb", "2m40s"));
        assert_eq!(
            without_own("", "dial tcp 10.0.0.1:443: refused"),
            "dial tcp #.#.#.#:#: refused"
        );
    }
}
