//! A cause in a few words, for the first line of an answer: what is wrong and where. Counts, times
//! and messages are in the row below.

use jiff::Timestamp;

use crate::analysis::reason::{ApiMessage, Evicted, Failure, NotReady, Reason, Rejection};
use crate::model::refusal::Refusal;
use crate::words::notation::counted;
use crate::words::owners;
use crate::words::sentence::Sentence;
use crate::words::time::{age, duration, lasting};

use super::container::{self, name};
use super::failure::{because, rejected};
use super::message_cause::{in_brief, in_quotes, probe_in_brief};
use super::warned::Warning;
use super::{daemon_set, node, refusal, room, warned, why};

/// Where a cause is.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// On one node.
    Node(&'a str),
    /// On so many nodes.
    Nodes(usize),
    /// On nodes that the reader already knows.
    Here,
    /// On the one node that the answer is about.
    ThisNode,
}

impl Place<'_> {
    /// The location of what is about a pod, as the end of a clause.
    fn at(self) -> String {
        match self {
            Self::Node(node) => format!(" on {node}"),
            Self::Nodes(count) => format!(" on {count} nodes"),
            Self::Here | Self::ThisNode => String::new(),
        }
    }

    /// The node or nodes as the subject.
    fn is(self) -> String {
        match self {
            Self::Node(node) => format!("{node} is"),
            Self::Nodes(count) => format!("{count} nodes are"),
            Self::Here => "the nodes are".to_owned(),
            Self::ThisNode => "the node is".to_owned(),
        }
    }

    /// The same for one node that has had it for some time.
    fn has_been(self) -> String {
        match self {
            Self::Node(node) => format!("{node} has been"),
            _ => "the node has been".to_owned(),
        }
    }
}

/// A clause in two parts, with the location between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    what: String,
    /// The explanation, after `because`; often empty.
    explained: Option<String>,
    /// The message, in quotes at the end.
    said: Option<String>,
}

impl Clause {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            explained: None,
            said: None,
        }
    }

    /// With the cause from a foreign message, if there is any.
    pub(super) fn said(self, message: &str) -> Self {
        let cause = Some(in_brief(message)).filter(|cause| !cause.is_empty());
        Self {
            said: cause.map(|cause| in_quotes(&cause)),
            ..self
        }
    }

    /// With the message of a probe.
    pub(super) fn probed(self, message: &str) -> Self {
        let cause = Some(probe_in_brief(message)).filter(|cause| !cause.is_empty());
        Self {
            said: cause.map(|cause| in_quotes(&cause)),
            ..self
        }
    }

    /// With the explanation, where that is known, or else with the message.
    pub(super) fn by(self, failure: Option<&Failure>, message: &str) -> Self {
        match failure {
            Some(failure) => self.explained(because(failure)),
            None => self.said(message),
        }
    }

    pub(super) fn explained(self, by: impl Into<String>) -> Self {
        Self {
            explained: Some(by.into()),
            ..self
        }
    }

    /// With the cause behind the explanation.
    pub(super) fn and_because(mut self, behind: String) -> Self {
        self.said = Some(behind);
        self
    }

    /// With more details on what is wrong.
    pub(super) fn and(mut self, more: &str) -> Self {
        self.what.push_str(more);
        self
    }

    fn at(self, place: &str) -> String {
        let mut text = self.what + place;
        if let Some(why) = self.explained {
            text.push_str(&format!(" because {why}"));
        }
        if let Some(said) = self.said {
            text.push_str(&format!(", {said}"));
        }
        text
    }
}

/// The cause as a clause without a colon: `container agent crash-loops with exit code 1 on w-1`.
#[must_use]
pub fn brief(
    reason: &Reason,
    warning: Option<&Reason>,
    place: Place<'_>,
    now: Timestamp,
) -> Sentence {
    let of_node = match reason {
        Reason::NodeNotReady {
            since,
            is_terminating,
            why,
        } => {
            let since = since.filter(|_| matches!(place, Place::Node(_) | Place::ThisNode));
            let pod = match (is_terminating, place) {
                (false, _) => "",
                (true, Place::Node(_) | Place::ThisNode) => ", and its pod is stuck Terminating",
                (true, _) => ", and their pods are stuck Terminating",
            };
            let trouble = node::brief_trouble(why.cause);
            let what = format!("NotReady{}{trouble}{pod}", lasting(since, now));
            if since.is_some() {
                return Sentence::new(format!("{} {what}", place.has_been()));
            }
            Some(what)
        }
        Reason::NodeUnderPressure { taint } => Some(format!("under {}", pressure(&taint.key))),
        Reason::VirtualNode { kinds, .. } => {
            let is_one = matches!(place, Place::Node(_) | Place::ThisNode);
            Some(daemon_set::takes_none(kinds, is_one))
        }
        Reason::NodeTerminating { finalizers, .. } => {
            Some(format!("being deleted{}", owners::holders(finalizers)))
        }
        Reason::PodFailed { said, repeats, .. } => Evicted::of(said).map(|evicted| {
            let what = match evicted {
                Evicted::UnderPressure(pressure) => format!("under {pressure}"),
                Evicted::Low(resource) => format!("low on {resource}"),
            };
            match repeats {
                Some(repeats) => format!("{what}, {} of its pods have failed there", repeats.count),
                None => what,
            }
        }),
        _ => None,
    };
    if let Some(what) = of_node {
        return Sentence::new(format!("{} {what}", place.is()));
    }
    if let (Place::Nodes(pods), Some(waits)) = (place, waits_for_min_ready(reason)) {
        return Sentence::new(format!("{} wait for {waits}", counted(pods, "pod")));
    }
    let at = match reason {
        // They name the node, or don't belong to a node.
        Reason::NodeMissing { .. } | Reason::FailedCreate { .. } => String::new(),
        _ => place.at(),
    };
    let warning = warning.and_then(Warning::of);
    let clause = warning.and_then(|warning| warned::brief(reason, warning));
    Sentence::new(clause.unwrap_or_else(|| of_pod(reason, now)).at(&at))
}

/// What a pod that is ready waits for.
fn waits_for_min_ready(reason: &Reason) -> Option<String> {
    match reason {
        Reason::PodNotYetAvailable {
            available_at: Some(_),
            min_ready_seconds,
            ..
        } => {
            let seconds = duration(i64::from(*min_ready_seconds));
            Some(format!("the {seconds} of minReadySeconds"))
        }
        _ => None,
    }
}

/// `disk pressure` of `node.kubernetes.io/disk-pressure`.
pub(super) fn pressure(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or_default();
    name.replace('-', " ")
}

fn of_pod(reason: &Reason, now: Timestamp) -> Clause {
    let what = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => return container::brief(container, said),
        Reason::PodUnschedulable {
            unfit,
            lacks: found,
            ..
        } => room::brief(unfit, found),
        Reason::PodNotYetScheduled {
            scheduler: Some(name),
            ..
        } => format!("no scheduler {name} has looked at its pod"),
        Reason::PodNotYetScheduled { .. } => {
            "the scheduler hasn't looked at its pod yet".to_owned()
        }
        Reason::PodSchedulingGated { gates, .. } => match gates.as_slice() {
            [gate] => format!("scheduling gate {gate} holds its pod back"),
            _ => "scheduling gates hold its pod back".to_owned(),
        },
        Reason::PodPending { why, .. } => match why {
            NotReady::Container(container) if container.is_init => {
                format!("{} hasn't ended", name(container))
            }
            NotReady::Container(container) => format!("{} hasn't started", name(container)),
            NotReady::Condition(_) => "its pod is Pending".to_owned(),
        },
        Reason::PodNotReady { why, .. } => match why {
            NotReady::Container(container) => format!("{} isn't ready", name(container)),
            NotReady::Condition(_) => "its pod isn't ready".to_owned(),
        },
        Reason::PodFailed { said, .. } => return pod_failed(said),
        Reason::PodSucceeded { said, .. } if said.message.contains("node shutdown") => {
            return Clause::new("its pod ended").explained("the node shut down");
        }
        Reason::PodSucceeded { .. } => "its pod has ended".to_owned(),
        Reason::PodTerminating {
            grace_ends,
            finalizers,
            ..
        } => match (finalizers.as_slice(), grace_ends) {
            ([], Some(end)) if *end > now => "its pod is Terminating".to_owned(),
            ([], _) => "its pod is stuck Terminating".to_owned(),
            ([one], _) => {
                let stuck = Clause::new("its pod is stuck Terminating");
                return stuck.explained(format!("finalizer {one} holds it"));
            }
            _ => {
                let stuck = Clause::new("its pod is stuck Terminating");
                return stuck.explained("finalizers hold it");
            }
        },
        Reason::FailedCreate {
            message, evidence, ..
        } => match evidence {
            Some(evidence) if evidence.is_lifted() => refusal::past(&Refusal::new(message)),
            _ => refusal::brief(&Refusal::new(message)),
        },
        Reason::EvictedAgainAndAgain { .. } => {
            "its pod is evicted and created again, over and over".to_owned()
        }
        Reason::PodMissing => "its pod is missing".to_owned(),
        Reason::PodNotYetAvailable {
            available_at: Some(_),
            ..
        } => {
            let waits = waits_for_min_ready(reason).unwrap_or_default();
            format!("its pod waits for {waits}")
        }
        Reason::PodOutdated { .. } => "its pod is of an older template".to_owned(),
        Reason::PodDrifted { .. } => "its pod counts as updated but isn't".to_owned(),
        Reason::PodOlderThanNode { .. } => {
            "its pod belongs to a previous node of the same name".to_owned()
        }
        Reason::NodeMissing { node, .. } => format!("node {node} doesn't exist"),
        Reason::DuplicatePods { pods, .. } => {
            format!("{} of the DaemonSet", counted(pods.len(), "pod"))
        }
        Reason::Surging { .. } => "a new pod runs beside the old one".to_owned(),
        Reason::LeftBehindPods { pods } => format!(
            "{} left by a former DaemonSet of this name",
            counted(pods.len(), "pod")
        ),
        other => of_daemon_set(other, now),
    };
    Clause::new(what)
}

/// Why a kubelet rejected a pod, or how it failed.
fn pod_failed(said: &ApiMessage) -> Clause {
    if let Some(rejection) = Rejection::of(said) {
        return Clause::new("the kubelet rejected its pod").explained(rejected(&rejection));
    }
    let what = match said.reason.as_str() {
        _ if Rejection::is_any(said) => "the kubelet rejected its pod".to_owned(),
        "" => "its pod failed".to_owned(),
        reason => format!("its pod failed with {reason}"),
    };
    Clause::new(what).said(&said.message)
}

/// What keeps the controller from acting, or makes its status outdated.
fn of_daemon_set(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::NamespaceTerminating { namespace, .. } => {
            format!("namespace {namespace} is being deleted")
        }
        Reason::DaemonSetDeleting { since } => {
            let began = since.map(|since| format!(" began {} and", age(since, now)));
            format!("its deletion{} hasn't ended", began.unwrap_or_default())
        }
        Reason::SelectorMatchesEverything => "its selector is empty".to_owned(),
        Reason::SelectorInvalid { .. } => "its selector is invalid".to_owned(),
        Reason::BudgetInvalid { .. } => "its update strategy is invalid".to_owned(),
        Reason::NeverSynced => "the controller hasn't synced the DaemonSet yet".to_owned(),
        Reason::StatusBehind => "the objects are newer than the status".to_owned(),
        Reason::TaintStartsNoSync { .. }
        | Reason::DeletedNodeStartsNoSync { .. }
        | Reason::ExcludedNodeStartsNoSync { .. }
        | Reason::FewerNodesStartNoSync { .. } => {
            "its status is old and nothing starts a sync".to_owned()
        }
        Reason::OldPodsWaitForAHand => "its update strategy is OnDelete".to_owned(),
        Reason::PodsWithoutNode { pods } => {
            format!("{} without a node", counted(pods.len(), "pod"))
        }
        Reason::ReleasedPods { pods } => {
            format!(
                "{} that its selector no longer matches",
                counted(pods.len(), "pod")
            )
        }
        Reason::ForeignPods { pods } => {
            format!(
                "{} of other controllers match its selector",
                counted(pods.len(), "pod")
            )
        }
        Reason::HostPortsUnderSurge { ports, .. } => super::daemon_set::surge_ports(ports),
        Reason::NodeGoneUnderSurge { .. } => "old pods are on nodes that don't exist".to_owned(),
        Reason::ExpectationInvalid { annotation, .. } => {
            format!("annotation {annotation} is invalid")
        }
        other => why(other, now).into_string(),
    }
}
