//! The read-only command that shows more of a cause.

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::{ContainerFact, NotReady, Reason};
use crate::analysis::refusal::Refusal;
use crate::model::Command;

/// What shows more of `reason`, which is about `node` where that isn't empty.
#[must_use]
pub fn look_into(ds: &DaemonSetRef, reason: &Reason, node: &str) -> Option<Command> {
    let namespace = ds.namespace.as_str();
    match reason {
        Reason::ContainerWaiting { pod, container, .. } => match container.last_end {
            Some(_) => logs(&pod.name, namespace, container),
            None => describe("pod", &pod.name)?.namespace(namespace),
        },
        Reason::PodNotReady {
            pod,
            why: NotReady::Container(container),
        } if container.restarts > 0 => logs(&pod.name, namespace, container),
        Reason::PodUnschedulable { pod, .. }
        | Reason::PodNotYetScheduled { pod, .. }
        | Reason::PodSchedulingGated { pod, .. }
        | Reason::PodPending { pod, .. }
        | Reason::PodNotReady { pod, .. }
        | Reason::PodFailed { pod, .. }
        | Reason::PodSucceeded { pod, .. }
        | Reason::PodTerminating { pod, .. } => describe("pod", &pod.name)?.namespace(namespace),
        Reason::NodeNotReady { .. } | Reason::NodeTerminating { .. } => describe("node", node),
        Reason::PodOlderThanNode { pod, .. } => describe("pod", pod)?.namespace(namespace),
        Reason::FewerNodesThanExpected { selector, .. } => {
            let get = Command::kubectl(&["get", "nodes"]);
            get.option(("-l", "--selector"), selector)
        }
        Reason::FailedCreate { message, .. } => refused(ds, &Refusal::new(message)),
        _ => None,
    }
}

fn describe(kind: &'static str, name: &str) -> Option<Command> {
    Command::kubectl(&["describe", kind]).name(name)
}

fn logs(pod: &str, namespace: &str, container: &ContainerFact) -> Option<Command> {
    let command = Command::kubectl(&["logs"])
        .name(pod)?
        .namespace(namespace)?;
    let command = command.option(("-c", "--container"), &container.name)?;
    Some(command.with(&["--previous"]))
}

fn refused(ds: &DaemonSetRef, refusal: &Refusal) -> Option<Command> {
    let namespace = ds.namespace.as_str();
    let get = |what: &'static str| Command::kubectl(&["get", what]).namespace(namespace);
    match refusal {
        Refusal::QuotaExceeded { quota, .. } | Refusal::QuotaWantsRequests { quota, .. } => {
            describe("quota", quota)?.namespace(namespace)
        }
        Refusal::NoQuotaForScope { .. } => get("quota"),
        Refusal::PodSecurity { .. } => {
            let command = Command::kubectl(&["get", "namespace"]).name(namespace)?;
            Some(command.with(&["--show-labels"]))
        }
        Refusal::NoServiceAccount { .. } => get("serviceaccounts"),
        Refusal::NoPriorityClass { .. } => Some(Command::kubectl(&["get", "priorityclasses"])),
        Refusal::NoRuntimeClass { .. } => Some(Command::kubectl(&["get", "runtimeclasses"])),
        Refusal::LimitRange { .. } => {
            Command::kubectl(&["describe", "limitrange"]).namespace(namespace)
        }
        Refusal::WebhookDenied { .. } | Refusal::WebhookFailed { .. } => Some(Command::kubectl(&[
            "get",
            "validatingwebhookconfigurations,mutatingwebhookconfigurations",
        ])),
        Refusal::PolicyDenied { policy, .. } => describe("validatingadmissionpolicy", policy),
        Refusal::SecurityContextConstraints
        | Refusal::NamespaceTerminating
        | Refusal::Invalid { .. }
        | Refusal::Other { .. } => describe("daemonset", &ds.name)?.namespace(namespace),
    }
}
