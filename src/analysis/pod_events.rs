//! What the kubelet and the scheduler warn about pods, and the controller about failed ones.

use std::collections::HashMap;

use crate::model::{DaemonSet, Event, Pod};

use super::pod::{DaemonPod, PodState};
use super::reason::{ApiMessage, ContainerFact, Failure, NotReady, PullFailure, Reason, Repeats};

/// The events about a DaemonSet's pods.
#[derive(Debug, Default)]
pub struct PodEvents<'a> {
    /// The warnings about the pods of its namespace, by the pods' names.
    by_pod: HashMap<&'a str, Vec<&'a Event>>,
    /// How many pods have failed, by node.
    failed: HashMap<&'a str, Repeats>,
    /// The same for all nodes, where events of several nodes were combined.
    failed_anywhere: Option<Repeats>,
    /// The PersistentVolumeClaim of the template, if it has exactly one.
    claim: Option<&'a str>,
}

impl<'a> PodEvents<'a> {
    pub(super) fn new(events: &'a [Event], ds: &'a DaemonSet) -> Self {
        let mut found = Self {
            claim: only_claim(ds),
            ..Self::default()
        };
        let here = events.iter().filter(|e| *e.namespace == *ds.namespace);
        for event in here.filter(|e| e.is_warning) {
            match &*event.kind {
                "Pod" => found.by_pod.entry(&event.name).or_default().push(event),
                "DaemonSet" if *event.name == *ds.name => found.count_failed(event),
                _ => {}
            }
        }
        let all = &found.failed;
        if let Some(combined) = &mut found.failed_anywhere {
            let alone = all.values().fold(0, |count, one| count + one.count);
            let firsts = all.values().filter_map(|one| one.first);
            combined.count += alone;
            combined.first = firsts.chain(combined.first).min();
        }
        found
    }

    /// Each failed pod gets one event, with its name and its node (`podsShouldBeOnNode`, 1.37.1).
    fn count_failed(&mut self, event: &'a Event) {
        if &*event.reason != "FailedDaemonPod" {
            return;
        }
        let rest = event.message.split_once(" on node ").map(|(_, rest)| rest);
        let Some((node, _)) = rest.and_then(|rest| rest.split_once(", will try to kill it")) else {
            return;
        };
        let repeats = match event.is_combined {
            // It names only the node of the latest one.
            true => self.failed_anywhere.get_or_insert(Repeats {
                on_all_nodes: true,
                ..Repeats::default()
            }),
            false => self.failed.entry(node).or_default(),
        };
        repeats.count += i64::from(event.count);
        let known = repeats.first.into_iter().chain(event.first);
        repeats.first = known.min();
    }

    /// Adds to the report on an unavailable pod the most relevant warning, where it says more than
    /// the report, and how many pods have failed on its node.
    pub(super) fn add_to(&self, report: &mut DaemonPod, pod: &Pod) {
        let is_troubled = matches!(
            report.state,
            PodState::Pending | PodState::NotReady | PodState::Terminating | PodState::Failed
        );
        if !is_troubled {
            return;
        }
        for reason in &mut report.reasons {
            if let Reason::PodFailed { repeats, .. } = reason {
                let here = self.failed.get(&*pod.node_name).copied();
                let failed = self.failed_anywhere.or(here);
                *repeats = failed.filter(|failed| failed.count > 1);
            }
        }
        let events = self.by_pod.get(&*pod.name).into_iter().flatten();
        let of_pod = |e: &&&Event| e.uid.is_empty() || pod.uid.is_empty() || e.uid == pod.uid;
        let says_more = |e: &&&Event| !repeats(e, &report.reasons);
        let events = events.filter(of_pod).filter(says_more);
        let most =
            events.max_by_key(|e| (relevance(e, &report.reasons), e.last, e.count, &e.message));
        report.reasons.extend(most.map(|event| Reason::PodWarning {
            pod: pod.name.to_string(),
            said: ApiMessage::new(&event.reason, event.message.trim()),
            failure: self.failure(event),
            count: event.count.into(),
            first: event.first,
            last: event.last,
        }));
    }
}

impl PodEvents<'_> {
    /// What an event says, with the claim that it concerns.
    fn failure(&self, event: &Event) -> Option<Failure> {
        Some(match Failure::of(&event.message)? {
            Failure::AttachedElsewhere { .. } => Failure::AttachedElsewhere {
                claim: self.claim.map(str::to_owned),
            },
            other => other,
        })
    }
}

/// The claim that the template names, if it names exactly one.
fn only_claim(ds: &DaemonSet) -> Option<&str> {
    let volumes = ds.pod_spec()?.volumes.iter().flatten();
    let claims = volumes.filter_map(|volume| volume.persistent_volume_claim.as_ref());
    let mut names = claims.map(|claim| claim.claim_name.as_str());
    let first = names.next()?;
    names.all(|other| other == first).then_some(first)
}

/// How much an event tells about a cause.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum EventRelevance {
    /// Something is retried, or took too long.
    Consequence,
    Any,
    /// What went wrong.
    Cause,
    /// What makes the kubelet restart the container.
    Restarts,
}

fn relevance(event: &Event, reasons: &[Reason]) -> EventRelevance {
    let says = |text: &str| event.message.contains(text);
    match &*event.reason {
        "BackOff" => EventRelevance::Consequence,
        "Failed" if is_only_a_name(&event.message) => EventRelevance::Consequence,
        "FailedMount" if says("timed out waiting") => EventRelevance::Consequence,
        "Unhealthy" if !says("Readiness probe") && has_restarted(reasons) => {
            EventRelevance::Restarts
        }
        "Unhealthy"
        | "Failed"
        | "FailedMount"
        | "FailedAttachVolume"
        | "FailedMapVolume"
        | "FailedCreatePodSandBox"
        | "FailedKillPod"
        | "NetworkNotReady"
        | "FailedPostStartHook" => EventRelevance::Cause,
        _ => EventRelevance::Any,
    }
}

fn has_restarted(reasons: &[Reason]) -> bool {
    let container = reasons.iter().find_map(|reason| match reason {
        Reason::ContainerWaiting { container, .. }
        | Reason::PodNotReady {
            why: NotReady::Container(container),
            ..
        } => Some(container),
        _ => None,
    });
    container.is_some_and(|container| container.restarts > 0)
}

/// `Error: ErrImagePull`: the reason that the container's status already has.
fn is_only_a_name(message: &str) -> bool {
    let name = message.strip_prefix("Error: ").unwrap_or(message);
    !name.trim().contains(' ')
}

/// Whether the pod's own status says the same as an event.
fn repeats(event: &Event, reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| match reason {
        Reason::ContainerWaiting {
            said, container, ..
        } => repeats_waiting(event, said, container),
        Reason::PodUnschedulable { .. } => &*event.reason == "FailedScheduling",
        Reason::PodFailed { said, .. } => *said.reason == *event.reason,
        _ => false,
    })
}

/// `BackOff`, `Failed`: the status of a waiting container says that itself, unless it only says
/// that it waits.
fn repeats_waiting(event: &Event, said: &ApiMessage, container: &ContainerFact) -> bool {
    let is_starting = matches!(&*said.reason, "ContainerCreating" | "PodInitializing");
    match &*event.reason {
        _ if is_starting => false,
        "BackOff" | "InspectFailed" => true,
        "Failed" if is_only_a_name(&event.message) => true,
        "Failed" => {
            let message = event.message.trim();
            let message = message.strip_prefix("Error: ").unwrap_or(message);
            let is_of_pull = matches!(&*said.reason, "ImagePullBackOff" | "ErrImagePull");
            let is_known = is_of_pull
                && (PullFailure::of(said).is_some() || said.message.contains("ErrImagePull"));
            let end = container.last_end.as_ref();
            said.message.contains(message)
                || is_known
                || end.is_some_and(|end| !end.message.is_empty())
        }
        _ => false,
    }
}
