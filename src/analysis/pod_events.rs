//! What the kubelet and the scheduler warn of pods.

use std::collections::HashMap;

use crate::model::{Event, Pod};

use super::pod::{DaemonPod, PodState};
use super::reason::{Reason, Said};

/// The warnings about the pods of a namespace, by the pods' names.
#[derive(Debug, Default)]
pub struct PodEvents<'a>(HashMap<&'a str, Vec<&'a Event>>);

impl<'a> PodEvents<'a> {
    pub(super) fn new(events: &'a [Event], namespace: &str) -> Self {
        let mut by_pod: HashMap<&str, Vec<&Event>> = HashMap::new();
        let is_warning =
            |e: &&Event| e.is_warning && &*e.kind == "Pod" && *e.namespace == *namespace;
        for event in events.iter().filter(is_warning) {
            by_pod.entry(&event.name).or_default().push(event);
        }
        Self(by_pod)
    }

    /// Adds the latest warning to what is said of a pod that isn't available, where it says
    /// more than that.
    pub(super) fn add_to(&self, report: &mut DaemonPod, pod: &Pod) {
        let is_troubled = matches!(
            report.state,
            PodState::Pending | PodState::NotReady | PodState::Terminating | PodState::Failed
        );
        let events = self.0.get(&*pod.name).filter(|_| is_troubled);
        let of_pod = |e: &&&Event| e.uid.is_empty() || pod.uid.is_empty() || e.uid == pod.uid;
        let says_more = |e: &&&Event| !repeats(&e.reason, &report.reasons);
        let events = events
            .into_iter()
            .flatten()
            .filter(of_pod)
            .filter(says_more);
        let latest = events.max_by_key(|e| (e.last, e.count, &e.message));
        report
            .reasons
            .extend(latest.map(|event| Reason::PodWarning {
                pod: pod.name.to_string(),
                said: Said::new(&event.reason, event.message.trim()),
                count: event.count.into(),
                first: event.first,
                last: event.last,
            }));
    }
}

/// Whether the pod's own status says what an event of this reason says.
fn repeats(event: &str, reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| match reason {
        // `BackOff`, `Failed`: a container that waits says it with more facts.
        Reason::ContainerWaiting { said, .. } => {
            let is_starting = matches!(&*said.reason, "ContainerCreating" | "PodInitializing");
            !is_starting && matches!(event, "BackOff" | "Failed" | "InspectFailed")
        }
        Reason::PodUnschedulable { .. } => event == "FailedScheduling",
        Reason::PodFailed { said, .. } => said.reason == event,
        _ => false,
    })
}
