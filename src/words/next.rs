//! What to do about a cause.

use crate::analysis::attribute::AttributeKind;
use crate::analysis::next::StepKind;

use super::notation::counted;
use super::remedy;
use super::sentence::Sentence;

/// The heading of the next steps.
pub const HEADING: &str = "Next";

/// The heading of the command that follows a change.
pub const FOLLOW: &str = "Afterwards";

/// The heading of the repairs, below that.
pub const WAYS: &str = "Ways to fix it, safest first";

/// The same where there is only one.
pub const ONE_WAY: &str = "A way to fix it";

/// A step in a numbered list.
#[must_use]
pub fn numbered(number: usize, kind: &StepKind) -> Sentence {
    let text = step(kind).unwrap_or_default();
    Sentence::new(format!("{number}. {text}"))
}

/// Explains a path of Docker that nodes with another container runtime lack.
fn of_docker(path: &str) -> &'static str {
    match path.contains("docker") {
        true => " Nodes whose container runtime is containerd or CRI-O don't have Docker's.",
        false => "",
    }
}

/// What a step does and what it risks; `None` for one that only reads.
#[must_use]
pub fn step(kind: &StepKind) -> Option<Sentence> {
    let text = match kind {
        StepKind::Look | StepKind::Explain | StepKind::Plan => None,
        StepKind::ChangeTemplate {
            changes,
            impact,
            on_delete,
        } => return Some(remedy::changes(changes, impact.as_ref(), *on_delete)),
        StepKind::ChangePort { .. }
        | StepKind::DeleteHolder { .. }
        | StepKind::DeleteOrphans { .. }
        | StepKind::ClearNodeSelector { .. }
        | StepKind::MakeAnew
        | StepKind::SelectNodes { .. }
        | StepKind::CreatePriorityClass { .. }
        | StepKind::RaisePriority { .. }
        | StepKind::RequestLess { .. }
        | StepKind::RemoveAntiAffinity
        | StepKind::DefaultScheduler
        | StepKind::FreeNode { .. }
        | StepKind::ForceDelete { .. }
        | StepKind::DeleteMisscheduled { .. } => of_room(kind),
        StepKind::AllowInNamespace { .. }
        | StepKind::CreateQuota
        | StepKind::RaiseQuota { .. }
        | StepKind::CreateServiceAccount
        | StepKind::AllowConstraints
        | StepKind::UseNear { .. }
        | StepKind::CreateMissingClass { .. }
        | StepKind::InstallRuntime { .. }
        | StepKind::WithoutRuntimeClass
        | StepKind::KeepToLimits
        | StepKind::SpecifyRequests { .. }
        | StepKind::AllowPolicy => of_admission(kind),
        StepKind::MeetPolicy
        | StepKind::RunWebhook { .. }
        | StepKind::RenewCertificate
        | StepKind::IgnoreFailures { .. }
        | StepKind::FindSlowWebhook
        | StepKind::RestoreRights
        | StepKind::FinishDeletion => of_webhooks(kind),
        StepKind::KeepTo { .. }
        | StepKind::RaiseMemoryLimit { .. }
        | StepKind::ProvidePath { .. }
        | StepKind::ShareVolume
        | StepKind::SetUser
        | StepKind::ShareMount { .. }
        | StepKind::AllowSysctl { .. }
        | StepKind::RaisePullLimit => of_container(kind),
    };
    text.map(Sentence::new)
}

/// How to make room for a pod on a node.
fn of_room(kind: &StepKind) -> Option<String> {
    Some(match kind {
        StepKind::ChangePort { port } => format!(
            "Give one of the two a port other than {port}: change its hostPort (with hostNetwork, its containerPort too), and make the program listen there."
        ),
        StepKind::DeleteHolder { daemon_set } => format!(
            "If DaemonSet {daemon_set} is no longer needed, delete it. Risk: its pods are deleted on all nodes."
        ),
        StepKind::DeleteOrphans { daemon_set, pods } => {
            let them = match pods {
                1 => "the pod".to_owned(),
                pods => format!("the {pods} pods"),
            };
            format!(
                "Delete {them} that DaemonSet {daemon_set} left when it was deleted without its pods; nothing creates them again."
            )
        }
        StepKind::ClearNodeSelector { is_annotated: true, .. } => {
            "Let the namespace's pods run on all nodes. Its other new pods may then land on any node, too.".to_owned()
        }
        StepKind::ClearNodeSelector { .. } => {
            "Exempt the namespace from the cluster's default node selector. Its other new pods may then land on any node, too.".to_owned()
        }
        StepKind::MakeAnew => {
            "After that, create the pods anew: those that wait keep the selector. Restarts all its pods.".to_owned()
        }
        StepKind::SelectNodes { key, value } => format!(
            "Or keep the DaemonSet to nodes with {key}={value}, as admission does: the other nodes are then excluded. Restarts all its pods."
        ),
        StepKind::CreatePriorityClass { name, value } => format!(
            "Create a PriorityClass {name} above the priority of other pods ({value}), unless one exists that fits."
        ),
        StepKind::RaisePriority { class } => format!(
            "Give its pods the priority {class}, so that they preempt pods of a lower one. Restarts all its pods. Risk: those others are evicted."
        ),
        StepKind::RequestLess { resource, never_fits: true } => format!(
            "Request less {resource} in the template, or keep the DaemonSet to nodes that have enough."
        ),
        StepKind::RequestLess { resource, .. } if resource == "pods" => {
            "Move other pods to another node, or raise the kubelet's maxPods.".to_owned()
        }
        StepKind::RequestLess { resource, .. } => format!(
            "Request less {resource} in the template, or move other pods to another node."
        ),
        StepKind::RemoveAntiAffinity => {
            "Remove podAntiAffinity from the template: a DaemonSet never has two pods on a node for long anyway. Restarts all its pods.".to_owned()
        }
        StepKind::DefaultScheduler => {
            "If no scheduler of this name is to run, leave the pods to the default one. Restarts all its pods.".to_owned()
        }
        StepKind::FreeNode { resource } => match resource.as_str() {
            "ephemeral-storage" => {
                "Free disk space on the node (old images, logs, emptyDir volumes), or give it a larger disk.".to_owned()
            }
            resource => format!("Free {resource} on the node: move other pods away, or limit what they use."),
        },
        StepKind::ForceDelete { pods } => format!(
            "Force-delete {}. Risk: if the node still runs, so do the containers.",
            counted(*pods, "pod")
        ),
        StepKind::DeleteMisscheduled { pod } => format!(
            "Delete pod {pod} to keep the DaemonSet away from the node: no other is created here."
        ),
        _ => return None,
    })
}

/// How to make the API server admit the pods.
fn of_admission(kind: &StepKind) -> Option<String> {
    Some(match kind {
        StepKind::AllowInNamespace { level } => format!(
            "Let the namespace run such pods: it enforces `{level}`. Risk: any pod in it may then be privileged."
        ),
        StepKind::CreateQuota => {
            "Create a ResourceQuota of this scope, which allows such pods in the namespace, or use another priorityClassName. Risk: any pod of the scope may then run there.".to_owned()
        }
        StepKind::RaiseQuota { quota, hard } => format!(
            "Raise quota {quota} to {}, so that all pods of the DaemonSet fit. Risk: other pods may take the room first.",
            hard.join(" and ")
        ),
        StepKind::CreateServiceAccount => {
            "Create the ServiceAccount, with the rights that its pods need.".to_owned()
        }
        StepKind::AllowConstraints => {
            "Let its ServiceAccount use SecurityContextConstraints that allow the pods. Risk: any pod of this account may then do as much.".to_owned()
        }
        StepKind::UseNear { kind, name } => format!(
            "If {kind} {name} is meant, name that in the template. Restarts all its pods."
        ),
        StepKind::CreateMissingClass { name } => format!(
            "Create PriorityClass {name}; with this value its pods go before all that have no class."
        ),
        StepKind::InstallRuntime { class } => format!(
            "Install the runtime that RuntimeClass {class} stands for; its installer creates the class."
        ),
        StepKind::WithoutRuntimeClass => {
            "Or run the pods with the node's default runtime. Restarts all its pods.".to_owned()
        }
        StepKind::KeepToLimits => {
            "Keep the template's requests and limits to what the LimitRange allows, or change the LimitRange.".to_owned()
        }
        StepKind::SpecifyRequests { missing } => format!(
            "Give the containers of the template what is missing ({missing}), or give the namespace a LimitRange with defaults."
        ),
        StepKind::AllowPolicy => {
            "Let its ServiceAccount use a PodSecurityPolicy that allows the pods, by a Role with the verb use. Kubernetes 1.25 has no such policies any more.".to_owned()
        }
        _ => return None,
    })
}

/// How to let the controller's requests pass webhooks.
fn of_webhooks(kind: &StepKind) -> Option<String> {
    Some(match kind {
        StepKind::MeetPolicy => {
            "Change the template so that it keeps to the policy, or exempt the namespace in the policy.".to_owned()
        }
        StepKind::RunWebhook { service: Some((namespace, name)) } => format!(
            "Get the pods behind Service {namespace}/{name} ready; the controller then tries again by itself."
        ),
        StepKind::RunWebhook { service: None } => {
            "Get the webhook's server to run; the controller then tries again by itself.".to_owned()
        }
        StepKind::RenewCertificate => {
            "Renew the webhook's certificate, and with it the caBundle of its configuration; whoever issued it (cert-manager, its operator) does both.".to_owned()
        }
        StepKind::IgnoreFailures { configuration } => format!(
            "Let requests pass while {configuration} can't be called. Risk: what it checks or changes is left out meanwhile."
        ),
        StepKind::FindSlowWebhook => {
            "Look for a webhook on pods whose server is slow or gone, and repair it or lower its timeoutSeconds.".to_owned()
        }
        StepKind::RestoreRights => {
            "Give the controller its rights back; a restart of kube-apiserver does the same.".to_owned()
        }
        StepKind::FinishDeletion => {
            "Let the deletion of the namespace end, and create it and the DaemonSet anew; its conditions say what it waits for.".to_owned()
        }
        _ => return None,
    })
}

/// How to get a container running.
fn of_container(kind: &StepKind) -> Option<String> {
    Some(match kind {
        StepKind::KeepTo { kind, value } => {
            let nodes = match kind {
                AttributeKind::OperatingSystem | AttributeKind::Architecture => {
                    format!("{value} nodes")
                }
                _ => value.clone(),
            };
            format!("Run it on {nodes} only, as its image is built for them. Restarts all its pods.")
        }
        StepKind::RaiseMemoryLimit {
            container,
            limit,
            raised,
        } => format!(
            "Raise the memory limit of container {container}, which is {limit}, for example to {raised}. Restarts all its pods. Risk: it may take that much from other pods of its nodes."
        ),
        StepKind::ProvidePath { path, wanted } => format!(
            "Give the volume a path that these nodes have, or create the {wanted} {path} on them.{}",
            of_docker(path)
        ),
        StepKind::ShareVolume => {
            "Give the pods a volume that several nodes can have at a time (ReadWriteMany), or one for each node (hostPath, or a generic ephemeral volume).".to_owned()
        }
        StepKind::SetUser => {
            "Set securityContext.runAsUser to a number other than 0 with which the program works, or use an image with such a user. Restarts all its pods.".to_owned()
        }
        StepKind::ShareMount { path } => format!(
            "Mount {path} as shared on the node (mount --make-rshared), or take mountPropagation out of the template."
        ),
        StepKind::AllowSysctl { name } => format!(
            "Allow {name} in the configuration of the kubelets (allowedUnsafeSysctls), or take it out of the template's securityContext."
        ),
        StepKind::RaisePullLimit => {
            "Pull with an account of the registry (imagePullSecrets), whose limit is higher, or through a mirror of your own.".to_owned()
        }
        _ => return None,
    })
}
