//! What to do about a container or a pod that can't start, and about one that needs more than it
//! gets.

use serde_json::json;

use crate::analysis::causes::CauseGroup;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::{
    ApiMessage, ContainerFact, EndKind, Failure, PullFailure, Reason, Rejection, network_plugin,
    registry,
};
use crate::analysis::remedy::command::pods_on;
use crate::model::Command;
use crate::model::quantity::Quantity;

use super::repair::patch_pod_spec;
use super::{Step, StepKind};

/// By how much a memory limit is multiplied for the next attempt.
const MORE_MEMORY: usize = 2;

/// What is known about a cause together with the warning about its pod.
pub(super) fn failure(reason: &Reason, warning: Option<&Reason>) -> Option<Failure> {
    let warned = warning.and_then(Reason::failure);
    warned.or_else(|| reason.failure())
}

/// The command that shows more of a cause than the pod's description does.
pub(super) fn look(
    ds: &DaemonSetRef,
    reason: &Reason,
    warning: Option<&Reason>,
    node: &str,
) -> Option<Command> {
    let failure = failure(reason, warning);
    if let Some(Reason::PodWarning { said, .. }) = warning
        && network_plugin(&said.message).is_some()
        && !node.is_empty()
    {
        return pods_on(node);
    }
    let get = |what: &'static str| Command::kubectl(&["get", what]).namespace(&ds.namespace);
    match (&failure, reason) {
        (Some(Failure::MissingObject { kind: "Secret", .. }), _) => get("secrets"),
        (Some(Failure::MissingObject { .. }), _) => get("configmaps"),
        (Some(Failure::MissingKey { kind, name, .. }), _) => {
            let kind = match *kind {
                "Secret" => "secret",
                _ => "configmap",
            };
            // It shows the keys of a Secret, but no values.
            let command = Command::kubectl(&["describe", kind]).name(name)?;
            command.namespace(&ds.namespace)
        }
        (Some(Failure::NoDriver { .. }), _) if !node.is_empty() => {
            Command::kubectl(&["get", "csinode"])
                .name(node)
                .map(|command| command.with(&["-o", "yaml"]))
        }
        (Some(Failure::NoRuntimeHandler { .. }), _) => {
            Some(Command::kubectl(&["get", "runtimeclasses"]))
        }
        (Some(Failure::AttachedElsewhere { claim: Some(claim) }), _) => {
            let command = Command::kubectl(&["describe", "pvc"]).name(claim)?;
            command.namespace(&ds.namespace)
        }
        (None, Reason::PodFailed { said, .. }) if !node.is_empty() => match Rejection::of(said)? {
            Rejection::NodeLabels => {
                let command = Command::kubectl(&["get", "node"]).name(node)?;
                Some(command.with(&["--show-labels"]))
            }
            Rejection::OutOf { .. } | Rejection::Devices { .. } => {
                Command::kubectl(&["describe", "node"]).name(node)
            }
            Rejection::Sysctl { .. } => None,
        },
        _ => None,
    }
}

/// What fixes it, where what was read tells.
pub(super) fn repair(ds: &DaemonSetRef, reason: &Reason, warning: Option<&Reason>) -> Option<Step> {
    if let Some((failure, said)) = pull(reason, warning) {
        return pull_again(failure, said).map(|kind| Step::new(kind, None));
    }
    let failure = failure(reason, warning);
    let kind = match (&failure, reason) {
        (Some(Failure::NoHostPath { path, wanted }), _) => StepKind::ProvidePath {
            path: path.clone(),
            wanted: wanted.clone(),
        },
        (Some(Failure::AttachedElsewhere { .. }), _) => StepKind::ShareVolume,
        (Some(Failure::RunsAsRoot | Failure::NamedUser { .. }), _) => StepKind::SetUser,
        (Some(Failure::NoRuntimeHandler { handler }), _) => StepKind::ConfigureRuntime {
            handler: handler.clone(),
        },
        (Some(Failure::OtherWindows), _) => StepKind::MatchWindows,
        (Some(Failure::NotShared { path }), _) => StepKind::ShareMount { path: path.clone() },
        (Some(Failure::NoProfile { kind, name }), _) => StepKind::LoadProfile {
            kind,
            name: name.clone(),
        },
        (Some(Failure::MountOntoOther { path }), _) => StepKind::MountAlike { path: path.clone() },
        (Some(Failure::ReadOnlyMountPoint { path }), _) => {
            StepKind::MakeMountPoint { path: path.clone() }
        }
        (Some(Failure::CgroupDrivers), _) => StepKind::AlignCgroupDrivers,
        (Some(Failure::NoMountHelper { filesystem }), _) => StepKind::InstallMountHelper {
            filesystem: filesystem.clone(),
        },
        (Some(Failure::NoSandboxImage { image }), _) => StepKind::ProvideSandboxImage {
            image: image.clone(),
        },
        (Some(Failure::NameReserved), _) => StepKind::RelieveRuntime,
        (None, Reason::PodFailed { said, .. }) => match Rejection::of(said)? {
            Rejection::Sysctl {
                name,
                shares_host: false,
            } => StepKind::AllowSysctl { name },
            _ => return None,
        },
        _ => return raise_memory(ds, reason.container()?),
    };
    Some(Step::new(kind, None))
}

/// Why the image can't be had, as the container says it or what is warned of its pod.
pub(super) fn pull<'r>(
    reason: &'r Reason,
    warning: Option<&'r Reason>,
) -> Option<(PullFailure, &'r ApiMessage)> {
    let said = reason.pull_message()?;
    let warned = match warning {
        Some(Reason::PodWarning { said, .. }) => Some(said),
        _ => None,
    };
    let told = std::iter::once(said).chain(warned);
    let mut told = told.filter_map(|said| Some((PullFailure::of(said)?, said)));
    told.next()
}

/// What has the pull succeed, beside room for the image.
fn pull_again(failure: PullFailure, said: &ApiMessage) -> Option<StepKind> {
    let registry = registry(&said.message).map(str::to_owned);
    Some(match failure {
        PullFailure::RateLimited => StepKind::RaisePullLimit,
        PullFailure::Certificate => StepKind::TrustRegistry { registry },
        PullFailure::CertificateExpired | PullFailure::CertificateName => {
            StepKind::RenewRegistryCertificate {
                registry,
                expired: failure == PullFailure::CertificateExpired,
            }
        }
        PullFailure::PlainHttp => StepKind::AllowPlainHttp { registry },
        _ => return None,
    })
}

/// A higher memory limit for a container that was killed for exceeding it, where the template sets
/// one.
fn raise_memory(ds: &DaemonSetRef, container: &ContainerFact) -> Option<Step> {
    if !container.is_out_of_memory() {
        return None;
    }
    let limit = container.memory_limit.as_ref()?;
    let raised = Quantity::parse(limit).ok()?.times(MORE_MEMORY).to_string();
    let command = limit_memory(ds, container, &raised);
    let kind = StepKind::RaiseMemoryLimit {
        container: container.name.clone(),
        limit: limit.clone(),
        raised,
    };
    Some(Step::new(kind, command))
}

/// `kubectl set resources` leaves init containers as they are.
fn limit_memory(ds: &DaemonSetRef, container: &ContainerFact, limit: &str) -> Option<Command> {
    let name = &container.name;
    if container.is_init {
        let limited = json!({"name": name, "resources": {"limits": {"memory": limit}}});
        return patch_pod_spec(ds, &json!({"initContainers": [limited]}));
    }
    let set = Command::kubectl(&["set", "resources", "daemonset"]).name(&ds.name)?;
    let set = set.namespace(&ds.namespace)?;
    let set = set.option(("-c", "--containers"), name)?;
    set.flag(&format!("--limits=memory={limit}"))
}

/// A template limited to the nodes for which its image is built, where it is known to be built for
/// no others.
pub(super) fn keep_to(ds: &DaemonSetRef, group: &CauseGroup) -> Option<Step> {
    use crate::analysis::attribute::AttributeKind::{Architecture, OperatingSystem};
    let reason = group.reason.as_ref()?;
    if !is_for_another_platform(reason, group.warning.as_ref()) {
        return None;
    }
    let system = [OperatingSystem, Architecture];
    let shared = group.shared.iter().find(|a| system.contains(&a.kind))?;
    let value = shared.others.clone()?;
    let label = match shared.kind {
        OperatingSystem => "kubernetes.io/os",
        _ => "kubernetes.io/arch",
    };
    let command = patch_pod_spec(ds, &json!({"nodeSelector": {label: value}}));
    let kind = StepKind::KeepTo {
        kind: shared.kind,
        value,
    };
    Some(Step::new(kind, command))
}

/// Whether the runtime or the registry says that the image isn't built for the node's platform.
fn is_for_another_platform(reason: &Reason, warning: Option<&Reason>) -> bool {
    let has_wrong_format = |said: &ApiMessage| said.message.contains("exec format error");
    let Reason::ContainerWaiting { said, .. } = reason else {
        return false;
    };
    let is_warned =
        matches!(warning, Some(Reason::PodWarning { said, .. }) if has_wrong_format(said));
    let pull = pull(reason, warning).map(|(failure, _)| failure);
    pull == Some(PullFailure::NoPlatform)
        || reason.container_end() == Some(EndKind::ExecFormat)
        || has_wrong_format(said)
        || is_warned
}
