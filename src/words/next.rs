//! What to do about a cause.

use crate::analysis::attribute::AttributeKind;
use crate::analysis::causes::CauseGroup;
use crate::analysis::next::StepKind;
use crate::analysis::refusal::LimitChange;

use super::notation::{and, counted, nodes, platform};
use super::remedy;
use super::sentence::Sentence;
use super::why;

/// The heading of the next steps.
pub const HEADING: &str = "Next";

/// The heading of the command that follows a change.
pub const FOLLOW: &str = "Afterwards";

/// The heading of the repairs, below that.
pub const WAYS: &str = "Ways to fix it, safest first";

/// The heading of so many ways; `by_cause` where each stands below the cause that it is for.
#[must_use]
pub const fn ways(count: usize, by_cause: bool) -> &'static str {
    match (count, by_cause) {
        (1, _) => "A way to fix it",
        (_, true) => "Ways to fix it, by cause",
        (_, false) => WAYS,
    }
}

/// The cause that ways are for: `For worker-4 (refused by quota):`.
#[must_use]
pub fn for_cause(cause: Option<&CauseGroup>) -> Sentence {
    Sentence::new(match cause {
        Some(group) => {
            let whom = match group.nodes.as_slice() {
                [node] => node.clone(),
                several => nodes(several.len()),
            };
            format!("For {whom} ({}):", why::tag_of(group))
        }
        None => "For the DaemonSet as a whole:".to_owned(),
    })
}

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
        | StepKind::DeleteHoldingPod { .. }
        | StepKind::DeleteOrphans { .. }
        | StepKind::ClearNodeSelector { .. }
        | StepKind::MakeAnew
        | StepKind::SelectNodes { .. }
        | StepKind::CreatePriorityClass { .. }
        | StepKind::RaisePriority { .. }
        | StepKind::RequestLess { .. }
        | StepKind::RemoveAntiAffinity
        | StepKind::RemoveSpread
        | StepKind::DefaultScheduler
        | StepKind::FreeNode { .. }
        | StepKind::ForceDelete { .. }
        | StepKind::ReplacePod { .. }
        | StepKind::DeletePodOfFormerNode { .. }
        | StepKind::Resync
        | StepKind::LabelVirtual { .. }
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
        | StepKind::UseClass { .. }
        | StepKind::KeepToLimits { .. }
        | StepKind::SpecifyRequests { .. }
        | StepKind::AllowPolicy => of_admission(kind),
        StepKind::MeetPolicy
        | StepKind::RunWebhook { .. }
        | StepKind::RenewCertificate
        | StepKind::IgnoreFailures { .. }
        | StepKind::ExemptNamespace { .. }
        | StepKind::FindSlowWebhook
        | StepKind::RestoreRights
        | StepKind::FinishDeletion => of_webhooks(kind),
        StepKind::KeepTo { .. }
        | StepKind::RaiseMemoryLimit { .. }
        | StepKind::ProvidePath { .. }
        | StepKind::ShareVolume
        | StepKind::SetUser
        | StepKind::ShareMount { .. }
        | StepKind::ConfigureRuntime { .. }
        | StepKind::MatchWindows
        | StepKind::AllowSysctl { .. }
        | StepKind::RaisePullLimit
        | StepKind::TrustRegistry { .. }
        | StepKind::RenewRegistryCertificate { .. }
        | StepKind::AllowPlainHttp { .. } => of_container(kind),
        StepKind::LoadProfile { .. }
        | StepKind::MountAlike { .. }
        | StepKind::MakeMountPoint { .. }
        | StepKind::AlignCgroupDrivers
        | StepKind::InstallMountHelper { .. }
        | StepKind::ProvideSandboxImage { .. }
        | StepKind::RelieveRuntime => of_node(kind),
    };
    text.map(Sentence::new)
}

/// How to make room for a pod on a node.
fn of_room(kind: &StepKind) -> Option<String> {
    Some(match kind {
        StepKind::ChangePort { port, to: Some(to) } => format!(
            "Give this DaemonSet host port {to} instead; no pod that could be read uses it. Restarts all its pods. Risk: clients of port {port} have to switch to {to}."
        ),
        StepKind::ChangePort { port, to: None } => format!(
            "Move this DaemonSet off host port {port}: change hostPort, containerPort, the port the program listens on, and the probes. Restarts all its pods. Risk: clients of port {port} have to be updated."
        ),
        StepKind::DeleteHoldingPod { pod } => format!(
            "If pod {pod} is no longer needed, delete it. Risk: nothing creates it again."
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
            "Give its pods PriorityClass {class}, so that they preempt lower-priority pods. Restarts all its pods. Risk: the preempted pods are evicted."
        ),
        StepKind::RequestLess { resources, never_fits: true } => format!(
            "Request less {} in the template, or keep the DaemonSet to nodes that have enough.",
            and(resources)
        ),
        StepKind::RequestLess { resources, .. } if resources.iter().any(|name| name == "pods") => {
            "Move other pods to another node, or raise the kubelet's maxPods.".to_owned()
        }
        StepKind::RequestLess { resources, .. } => format!(
            "Request less {} in the template, or move other pods to another node.",
            and(resources)
        ),
        StepKind::RemoveAntiAffinity => {
            "Remove podAntiAffinity from the template: a DaemonSet never has two pods on a node for long anyway. Restarts all its pods.".to_owned()
        }
        StepKind::RemoveSpread => {
            "Take topologySpreadConstraints out of the template: a DaemonSet has a pod on each of its nodes anyway. Restarts all its pods.".to_owned()
        }
        StepKind::DefaultScheduler => {
            "If no scheduler of this name is to run, leave the pods to the default one. Restarts all its pods.".to_owned()
        }
        StepKind::FreeNode { resource } => match resource.as_str() {
            "ephemeral-storage" => {
                "Free disk space on the node: images that no container uses (crictl rmi --prune there, if this pod can't start either), old logs, emptyDir volumes. Or give it a larger disk.".to_owned()
            }
            resource => format!("Free {resource} on the node: move other pods away, or limit what they use."),
        },
        StepKind::ForceDelete { pods } => format!(
            "Force-delete {}. Risk: if the node still runs, so do the containers.",
            counted(*pods, "pod")
        ),
        StepKind::DeletePodOfFormerNode { pod } => {
            format!("If pod {pod} doesn't start on the new node, delete it; the controller then creates a new one.")
        }
        StepKind::ReplacePod { pod } => {
            format!("Delete pod {pod} (OnDelete): the one that is created instead runs the template.")
        }
        StepKind::Resync => "Touch the DaemonSet: its controller then syncs it and counts anew. No pod restarts.".to_owned(),
        StepKind::LabelVirtual { label } => format!(
            "Label the virtual nodes {label}: the template's node affinity keeps off nodes with that label already. No pod restarts."
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
            "Create a ResourceQuota with this scope, which allows such pods in the namespace, or use another priorityClassName. Risk: any pod with a priority class in the scope can then run there.".to_owned()
        }
        StepKind::RaiseQuota { quota, hard } => format!(
            "Raise quota {quota} to {}, so that all its pods fit. Risk: other pods may use it up first.",
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
        StepKind::UseClass { name, value } => format!(
            "If PriorityClass {name} ({value}) fits, name that in the template. Restarts all its pods."
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
        StepKind::KeepToLimits { changes } if changes.is_empty() => {
            "Keep the template's requests and limits to what the LimitRange allows, or change the LimitRange.".to_owned()
        }
        StepKind::KeepToLimits { changes } => {
            let set = changes.iter().map(|change| {
                let what = if change.is_limit { "limit" } else { "request" };
                let LimitChange { container, resource, value, .. } = change;
                format!("the {resource} {what} of container {container} to {value}")
            });
            let set: Vec<String> = set.collect();
            format!(
                "Set {}, which the LimitRange allows, or change the LimitRange. Restarts all its pods.",
                set.join(", ")
            )
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
            "Let requests through while {configuration} can't be called. Risk: its checks and changes are skipped in the meantime."
        ),
        StepKind::ExemptNamespace { namespace } => format!(
            "Or exempt the namespace by the webhook's namespaceSelector (kubernetes.io/metadata.name NotIn [{namespace}])."
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
                    format!("{} nodes", platform(value))
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
        StepKind::ConfigureRuntime { handler } => format!(
            "Give the container runtime of these nodes the handler {handler} (containerd: in /etc/containerd/config.toml) and restart it, as the runtime's installer does."
        ),
        StepKind::MatchWindows => {
            "Use an image for the Windows version of these nodes (their label node.kubernetes.io/windows-build), or one for several versions.".to_owned()
        }
        StepKind::AllowSysctl { name } => format!(
            "Allow {name} in the configuration of the kubelets (allowedUnsafeSysctls), or take it out of the template's securityContext."
        ),
        StepKind::RaisePullLimit => {
            "Pull with an account of the registry (imagePullSecrets), whose limit is higher, or through a mirror of your own.".to_owned()
        }
        StepKind::TrustRegistry { registry } => {
            let (name, folder) = registry_of(registry.as_deref());
            format!(
                "Have the nodes trust the CA of {name}: put its certificate on them as /etc/containerd/certs.d/{folder}/ca.crt, with config_path of containerd's registry set to /etc/containerd/certs.d (for CRI-O: /etc/containers/certs.d/{folder}/ca.crt)."
            )
        }
        StepKind::RenewRegistryCertificate { registry, expired: true } => format!(
            "Renew the certificate of {}; or set the node's clock, if that is wrong.",
            registry_of(registry.as_deref()).0
        ),
        StepKind::RenewRegistryCertificate { registry, expired: false } => format!(
            "Give {} a certificate for the name that the image has it by, or name it in the image as its certificate does.",
            registry_of(registry.as_deref()).0
        ),
        StepKind::AllowPlainHttp { registry } => {
            let (name, folder) = registry_of(registry.as_deref());
            format!(
                "Have {name} speak HTTPS, or let the nodes ask it in HTTP: with [host.\"http://{folder}\"] in /etc/containerd/certs.d/{folder}/hosts.toml (for CRI-O: insecure = true in /etc/containers/registries.conf)."
            )
        }
        _ => return None,
    })
}

/// What a node gets that containers need of it.
fn of_node(kind: &StepKind) -> Option<String> {
    Some(match kind {
        StepKind::LoadProfile { kind, name } => format!(
            "Put {kind} profile {name} on these nodes (the Security Profiles Operator does), or name another in the template's securityContext."
        ),
        StepKind::MountAlike { path } => format!(
            "Mount a file onto a file, or a directory onto a directory, at {path}. With a ConfigMap or Secret, subPath has to be one of its keys. A missing hostPath is created as a directory unless its type is FileOrCreate."
        ),
        StepKind::MakeMountPoint { path } => format!(
            "Have {path} in the image or in the read-only volume that it lies in, or mount the volume elsewhere."
        ),
        StepKind::AlignCgroupDrivers => {
            "Give kubelet and container runtime of these nodes the same driver: cgroupDriver: systemd in the kubelet's configuration, SystemdCgroup = true in containerd's. Then restart both.".to_owned()
        }
        StepKind::InstallMountHelper { filesystem } => {
            let package = match filesystem.as_str() {
                "nfs" | "nfs4" => "nfs-common (Debian) or nfs-utils (RHEL)",
                "cifs" => "cifs-utils",
                _ => "the package that has it",
            };
            format!("Install mount.{filesystem} on these nodes: {package}.")
        }
        StepKind::ProvideSandboxImage { image } => format!(
            "Let these nodes pull {image}, or name an image that they have in the container runtime's configuration (sandbox_image; from containerd 2 pinned_images.sandbox)."
        ),
        StepKind::RelieveRuntime => {
            "Look for what slows the container runtime of the node down, mostly its disk; a restart of the runtime frees the name.".to_owned()
        }
        _ => return None,
    })
}

/// What a registry is called, and the name of its folder on nodes.
fn registry_of(registry: Option<&str>) -> (&str, &str) {
    registry.map_or(("the registry", "REGISTRY"), |registry| {
        (registry, registry)
    })
}
