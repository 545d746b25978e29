//! What to do about a cause.

use crate::analysis::attribute::AttributeKind;
use crate::analysis::next::StepKind;

use super::remedy;
use super::sentence::Sentence;

/// The heading of what to do.
pub const HEADING: &str = "Next";

/// The heading of what shows how a change ends.
pub const FOLLOW: &str = "Afterwards";

/// The heading of what repairs it, below that.
pub const WAYS: &str = "Ways to fix it, safest first";

/// The same where there is but one.
pub const ONE_WAY: &str = "A way to fix it";

/// A step of a numbered list.
#[must_use]
pub fn numbered(number: usize, kind: &StepKind) -> Sentence {
    let text = step(kind).unwrap_or_default();
    Sentence::new(format!("{number}. {text}"))
}

/// Whose path it is that nodes with another container runtime lack.
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
        StepKind::Look | StepKind::Explain | StepKind::Plan => return None,
        StepKind::AllowInNamespace { level } => format!(
            "Let the namespace run such pods: it enforces `{level}`. Risk: any pod in it may then be privileged."
        ),
        StepKind::CreateQuota => {
            "Create a ResourceQuota of this scope, which allows such pods in the namespace, or use another priorityClassName. Risk: any pod of the scope may then run there.".to_owned()
        }
        StepKind::RaiseQuota { quota, hard } => format!(
            "Raise quota {quota} to {}, so that all pods of the DaemonSet fit. Risk: others may use the room first.",
            hard.join(" and ")
        ),
        StepKind::CreateServiceAccount => {
            "Create the ServiceAccount, with the rights that its pods need.".to_owned()
        }
        StepKind::AllowConstraints => {
            "Let its ServiceAccount use SecurityContextConstraints that allow the pods (oc adm policy add-scc-to-user). Risk: any pod of this account may then do as much.".to_owned()
        }
        StepKind::ChangePort { port } => format!(
            "Give one of the two a port other than {port}: change its hostPort and, under hostNetwork, also its containerPort; its program has to listen on the new port."
        ),
        StepKind::DeleteHolder { daemon_set } => format!(
            "If DaemonSet {daemon_set} is no longer needed, delete it. Risk: its pods are deleted on all nodes."
        ),
        StepKind::ChangeTemplate {
            changes,
            impact,
            on_delete,
        } => return Some(remedy::changes(changes, impact.as_ref(), *on_delete)),
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
    };
    Some(Sentence::new(text))
}
