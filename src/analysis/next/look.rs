//! The read-only command that shows more of a cause.

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::{
    ApiMessage, ContainerFact, EndKind, NotReady, NotReadyCause, Reason, Shortage,
};
use crate::analysis::refusal::Evidence;
use crate::analysis::remedy::command::pods_on;
use crate::model::Command;
use crate::model::refusal::{CallFailure, Refusal, exceeded_quota};

/// The command that shows more of `reason`, which is about `node` unless that is empty.
#[must_use]
pub fn look_into(ds: &DaemonSetRef, reason: &Reason, node: &str) -> Option<Command> {
    let namespace = ds.namespace.as_str();
    match reason {
        Reason::ContainerWaiting {
            pod,
            container,
            said,
            ..
        } => {
            if has_run(container, said) {
                Some(logs(&pod.name, namespace, container)?.with(&["--previous"]))
            } else {
                describe("pod", &pod.name)?.namespace(namespace)
            }
        }
        Reason::PodNotReady {
            pod,
            why: NotReady::Container(container),
        } if container.restarts > 0 => {
            Some(logs(&pod.name, namespace, container)?.with(&["--previous"]))
        }
        Reason::RestartsAgainAndAgain {
            pods, container, ..
        } => Some(logs(pods.first()?, namespace, container)?.with(&["--previous"])),
        // Its log tells why its probe fails.
        Reason::PodNotReady {
            pod,
            why: NotReady::Container(container),
        } => Some(logs(&pod.name, namespace, container)?.with(&["--tail=100"])),
        Reason::PodPending {
            pod,
            why: NotReady::Container(container),
        } if container.is_init => logs(&pod.name, namespace, container),
        // The node's description shows the requests of its pods, and which disk is full.
        Reason::PodFailed { said, .. } if said.reason == "Evicted" && !node.is_empty() => {
            describe("node", node)
        }
        Reason::PodUnschedulable { pod, lacks, .. } => match lacks.first() {
            Some(Shortage::Port { holders, .. }) if !holders.is_empty() => {
                let holder = holders.first()?;
                let described = match holder.daemon_set() {
                    Some(of) => describe("daemonset", &of.name),
                    None => describe("pod", &holder.pod),
                };
                described?.namespace(&holder.namespace)
            }
            Some(Shortage::Resource { .. }) if !node.is_empty() => describe("node", node),
            Some(Shortage::Claims { names }) => {
                let claims = Command::kubectl(&["describe", "persistentvolumeclaim"]);
                claims
                    .names(names.iter().map(String::as_str))?
                    .namespace(namespace)
            }
            _ => describe("pod", &pod.name)?.namespace(namespace),
        },
        Reason::PodNotYetScheduled {
            scheduler: Some(scheduler),
            ..
        } => scheduled_by(scheduler),
        Reason::PodNotYetScheduled { pod, .. }
        | Reason::PodSchedulingGated { pod, .. }
        | Reason::PodPending { pod, .. }
        | Reason::PodNotReady { pod, .. }
        | Reason::PodFailed { pod, .. }
        | Reason::PodSucceeded { pod, .. }
        | Reason::PodTerminating { pod, .. } => describe("pod", &pod.name)?.namespace(namespace),
        // They include the network plugin's own pod.
        Reason::NodeNotReady { why, .. } if why.cause == NotReadyCause::NetworkPlugin => {
            pods_on(node)
        }
        Reason::NodeNotReady { .. } | Reason::NodeTerminating { .. } => describe("node", node),
        Reason::PodOlderThanNode { pod, .. } => describe("pod", pod)?.namespace(namespace),
        Reason::FewerNodesThanExpected { selector, .. } => {
            let get = Command::kubectl(&["get", "nodes"]);
            get.option(("-l", "--selector"), selector)
        }
        Reason::FailedCreate {
            message, evidence, ..
        } => refused(ds, message, evidence.as_ref()),
        Reason::NodeNameMismatch { .. }
        | Reason::NodeSelectorMismatch { .. }
        | Reason::NodeAffinityMismatch(_)
        | Reason::NodeAffinityInvalid { .. }
        | Reason::NodeAffinityNoTerms
        | Reason::UntoleratedNoExecute(_)
        | Reason::UntoleratedNoSchedule(_)
        | Reason::UntoleratedPreferNoSchedule(_)
        | Reason::EvictedAgainAndAgain { .. }
        | Reason::PodMissing
        | Reason::NamespaceTerminating { .. }
        | Reason::PodNotYetAvailable { .. }
        | Reason::PodWarning { .. }
        | Reason::DuplicatePods { .. }
        | Reason::Surging { .. }
        | Reason::PodOutdated { .. }
        | Reason::PodDrifted { .. }
        | Reason::PodToBeAdopted { .. }
        | Reason::Misscheduled(_)
        | Reason::NodeMissing { .. }
        | Reason::NodeUnderPressure { .. }
        | Reason::VirtualNode { .. }
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
        | Reason::ExpectationInvalid { .. }
        | Reason::PodNotCounted { .. } => None,
    }
}

/// Whether a waiting container has run, so that it has logs: one that can't be created or started
/// has none, or only old ones.
fn has_run(container: &ContainerFact, said: &ApiMessage) -> bool {
    let was_created = !matches!(
        said.reason.as_str(),
        "CreateContainerConfigError"
            | "CreateContainerError"
            | "RunContainerError"
            | "PreCreateHookError"
            | "ContainerCannotRun"
            | "StartError"
    );
    let has_ended = match &container.last_end {
        Some(end) => EndKind::of(end) != EndKind::NotStarted,
        None => container.restarts > 0,
    };
    was_created && has_ended
}

/// What a scheduler of this name has placed recently; it emits an event for each pod.
fn scheduled_by(scheduler: &str) -> Option<Command> {
    let command = Command::kubectl(&["get", "events", "-A"]);
    let selector = format!("reason=Scheduled,reportingComponent={scheduler}");
    command.option(("--field-selector", "--field-selector"), &selector)
}

fn describe(kind: &'static str, name: &str) -> Option<Command> {
    Command::kubectl(&["describe", kind]).name(name)
}

fn logs(pod: &str, namespace: &str, container: &ContainerFact) -> Option<Command> {
    let command = Command::kubectl(&["logs"])
        .name(pod)?
        .namespace(namespace)?;
    command.option(("-c", "--container"), &container.name)
}

/// A truncated message still names its quota.
fn refused(ds: &DaemonSetRef, message: &str, evidence: Option<&Evidence>) -> Option<Command> {
    let namespace = ds.namespace.as_str();
    if let Some(quota) = exceeded_quota(message) {
        return describe("quota", quota)?.namespace(namespace);
    }
    let get = |what: &'static str| Command::kubectl(&["get", what]).namespace(namespace);
    match &Refusal::new(message) {
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
        Refusal::WebhookFailed {
            service: Some((namespace, _)),
            message,
            ..
        } if !CallFailure::of(message).is_some_and(CallFailure::is_of_certificate) => {
            Command::kubectl(&["get", "pods"]).namespace(namespace)
        }
        Refusal::WebhookDenied { .. } | Refusal::WebhookFailed { .. } => configuration(evidence),
        Refusal::Timeout => configuration(None),
        Refusal::ControllerForbidden { .. } => Some(Command::kubectl(&[
            "get",
            "clusterrolebinding",
            "system:controller:daemon-set-controller",
        ])),
        Refusal::NamespaceTerminating => describe("namespace", namespace),
        Refusal::PolicyDenied { policy, .. } => describe("validatingadmissionpolicy", policy),
        Refusal::PriorityClassElsewhere { .. } => get("quota"),
        Refusal::SecurityContextConstraints { .. }
        | Refusal::PodSecurityPolicy { .. }
        | Refusal::Invalid { .. }
        | Refusal::Other { .. } => describe("daemonset", &ds.name)?.namespace(namespace),
    }
}

/// The configuration of the webhook, or all configurations where it isn't known which one.
fn configuration(evidence: Option<&Evidence>) -> Option<Command> {
    match evidence {
        Some(Evidence::Webhook(webhook)) => {
            let kind = match webhook.kind {
                "MutatingWebhookConfiguration" => "mutatingwebhookconfiguration",
                _ => "validatingwebhookconfiguration",
            };
            describe(kind, &webhook.configuration)
        }
        _ => Some(Command::kubectl(&[
            "get",
            "validatingwebhookconfigurations,mutatingwebhookconfigurations",
        ])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refused() {
        let ds = DaemonSetRef {
            namespace: "ops".to_owned(),
            name: "a".to_owned(),
        };
        let shown = |why: &str| {
            let message = format!("Error creating: pods \"a-x\" is forbidden: {why}");
            refused(&ds, &message, None).map(|command| command.to_string())
        };
        let quota = "exceeded quota: three, requested: pods=1, used: pods=3, limited: pods=3";
        let show_quota = "kubectl describe quota three -n ops";
        assert_eq!(shown(quota).as_deref(), Some(show_quota));
        let level = "violates PodSecurity \"restricted:latest\": privileged";
        let show_labels = "kubectl get namespace ops --show-labels";
        assert_eq!(shown(level).as_deref(), Some(show_labels));
        // A message crafted to be pasted.
        let odd = "exceeded quota: $(reboot), requested: pods=1";
        let quoted = "kubectl describe quota '$(reboot)' -n ops";
        assert_eq!(shown(odd).as_deref(), Some(quoted));
    }
}
