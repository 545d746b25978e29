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
            Self::PodUnschedulable {
                scheduler, unfit, ..
            } => {
                *scheduler = ApiMessage::default();
                unfit.clear();
            }
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
        (self.restarts, self.fewest) = (0, None);
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

/// A foreign message without the pod's name, and with `#` for each UUID, each long hash and each
/// run of letters and digits that has a digit: a time, a port, a counter.
fn without_own(pod: &str, message: &str) -> String {
    let message = match pod {
        "" => message.to_owned(),
        pod => message.replace(pod, "#"),
    };
    let mut text = String::with_capacity(message.len());
    let is_end = |c: char| !c.is_ascii_alphanumeric();
    let words: Vec<&str> = message.split_inclusive(is_end).collect();
    let mut rest = words.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let (last, then) = match uuid(rest) {
            Some(uuid) => uuid,
            None if is_own(first) => (*first, others),
            None => {
                text.push_str(first);
                rest = others;
                continue;
            }
        };
        text.push('#');
        text.extend(last.chars().next_back().filter(|c| is_end(*c)));
        rest = then;
    }
    text
}

/// The groups of a UUID by their lengths; one of letters alone isn't told from a word.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

/// The last group of the UUID that `words` begin with, and what comes after it.
fn uuid<'w, 't>(words: &'w [&'t str]) -> Option<(&'t str, &'w [&'t str])> {
    let (groups, then) = words.split_at_checked(UUID.len())?;
    let (last, before) = groups.split_last()?;
    let fits = |(group, length): (&&str, usize)| {
        let digits = group.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        digits.len() == length && is_hex(digits)
    };
    let is_uuid =
        groups.iter().zip(UUID).all(fits) && before.iter().all(|group| group.ends_with('-'));
    is_uuid.then_some((*last, then))
}

/// Whether a word is one pod's own: a hash, or what has a digit.
fn is_own(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    word.contains(|c: char| c.is_ascii_digit()) || digits.len() >= HASH && is_hex(digits)
}

/// Hexadecimal digits that make a hash, not a word.
const HASH: usize = 32;

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
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

    #[test]
    fn ids_without_a_digit_are_ids() {
        let of = |id: &str| without_own("", &format!("exec in pod {id}: no such container"));
        assert_eq!(
            of("0b1f9d04-bdaf-4c9e-8f27-1a2b3c4d5e6f"),
            "exec in pod #: no such container"
        );
        assert_eq!(
            of("0b1f9d04-7777-4c9e-8f27-1a2b3c4d5e6f"),
            of("aaaaaaaa-bdaf-cccc-dddd-eeeeeeeeeeee")
        );
        assert_eq!(of(&"deadbeef".repeat(8)), of(&"1".repeat(64)));
        assert_eq!(without_own("", "a dead-beef cafe"), "a dead-beef cafe");
    }
}
