//! Known messages of a kubelet or a container runtime, in our own words.

use crate::analysis::reason::{Failure, Rejection};
use crate::words::quantity;

/// The cause, to follow `because`.
pub(super) fn because(failure: &Failure) -> String {
    match failure {
        Failure::MissingObject { kind, name } => format!("{kind} {name} doesn't exist"),
        Failure::MissingKey { kind, name, key } => format!("{kind} {name} has no key {key}"),
        Failure::RunsAsRoot => "its image runs as root, which runAsNonRoot forbids".to_owned(),
        Failure::NamedUser { user } => {
            format!("its image's user {user} isn't a number, so that runAsNonRoot can't be checked")
        }
        Failure::NoHostPath { path, wanted } => format!("the node has no {wanted} {path}"),
        Failure::NotShared { path } => format!("{path} isn't a shared mount on the node"),
        Failure::AttachedElsewhere { claim: Some(claim) } => {
            format!("PersistentVolumeClaim {claim} is attached to another node")
        }
        Failure::AttachedElsewhere { claim: None } => {
            "its volume is attached to another node".to_owned()
        }
        Failure::NoDriver { driver } => {
            format!("CSI driver {driver} isn't registered on the node")
        }
        Failure::NoRuntimeHandler { handler } => {
            format!("the node's container runtime has no runtime handler {handler}")
        }
        Failure::NoAddress => "no IP address is free".to_owned(),
        Failure::NoNetworkFile { path } => format!("{path} doesn't exist on the node"),
        Failure::NoProgram { program } => format!("there is no program {program} in it"),
        Failure::NoNvidiaDriver => "the NVIDIA driver isn't loaded on the node".to_owned(),
        Failure::OtherWindows => {
            "its image is for another Windows version than the node's".to_owned()
        }
        Failure::NoProfile { kind, name } => format!("the node has no {kind} profile {name}"),
        Failure::ReadOnlyMountPoint { path } => {
            format!(
                "{path}, where a volume is to be mounted, is missing on a read-only file system"
            )
        }
        Failure::MountOntoOther { path } => {
            format!("a directory is mounted onto the file {path}, or the other way round")
        }
        Failure::CgroupDrivers => {
            "kubelet and container runtime have different cgroup drivers".to_owned()
        }
        Failure::NoMountHelper { filesystem } => {
            format!("the node has no mount.{filesystem}, which mounts {filesystem}")
        }
        Failure::NoSandboxImage { image } => {
            format!("the node can't pull the sandbox image {image}")
        }
        Failure::NameReserved => {
            "the container runtime hasn't finished an earlier attempt".to_owned()
        }
    }
}

/// The same in two or three words, next to a number of nodes.
pub(super) fn tag(failure: &Failure) -> String {
    match failure {
        Failure::MissingObject { kind, name } => format!("without {kind} {name}"),
        Failure::MissingKey { kind, name, key } => format!("without key {key} of {kind} {name}"),
        Failure::RunsAsRoot => "with an image that runs as root".to_owned(),
        Failure::NamedUser { .. } => "with an image whose user isn't a number".to_owned(),
        Failure::NoHostPath { path, .. } | Failure::NoNetworkFile { path } => {
            format!("without {path}")
        }
        Failure::NotShared { path } => format!("where {path} isn't shared"),
        Failure::AttachedElsewhere { .. } => "whose volume is attached elsewhere".to_owned(),
        Failure::NoDriver { driver } => format!("without CSI driver {driver}"),
        Failure::NoRuntimeHandler { handler } => format!("without runtime handler {handler}"),
        Failure::NoAddress => "without a free IP address".to_owned(),
        Failure::NoProgram { program } => format!("without program {program}"),
        Failure::NoNvidiaDriver => "without the NVIDIA driver".to_owned(),
        Failure::OtherWindows => "with an image for another Windows version".to_owned(),
        Failure::NoProfile { kind, .. } => format!("without the {kind} profile"),
        Failure::ReadOnlyMountPoint { path } => format!("without mount point {path}"),
        Failure::MountOntoOther { path } => format!("with another kind of {path}"),
        Failure::CgroupDrivers => "with another cgroup driver".to_owned(),
        Failure::NoMountHelper { filesystem } => format!("without mount.{filesystem}"),
        Failure::NoSandboxImage { .. } => "without the sandbox image".to_owned(),
        Failure::NameReserved => "with a slow container runtime".to_owned(),
    }
}

/// Why a kubelet rejected a pod, to follow `because`.
pub(super) fn rejected(rejection: &Rejection) -> String {
    match rejection {
        Rejection::OutOf {
            resource,
            used,
            capacity,
            ..
        } if resource == "pods" => {
            format!("the node is at its pod limit ({used} of {capacity})")
        }
        Rejection::OutOf {
            resource,
            requested,
            used,
            capacity,
        } => format!(
            "it requests {} {resource}, but {} of {} are taken",
            amount(resource, *requested),
            amount(resource, *used),
            amount(resource, *capacity)
        ),
        Rejection::Sysctl {
            name,
            shares_host: false,
        } => format!("it doesn't allow sysctl {name}"),
        Rejection::Sysctl {
            name,
            shares_host: true,
        } => format!("sysctl {name} can't be set in a namespace of the host"),
        Rejection::NodeLabels => {
            "the node's labels didn't match its node selector or affinity at that time".to_owned()
        }
        Rejection::Devices { resource } => {
            format!("the node has too few healthy {resource} devices")
        }
    }
}

/// The kubelet counts CPU in thousandths, and everything else in units or bytes.
fn amount(resource: &str, count: i64) -> String {
    let text = match resource {
        "cpu" => format!("{count}m"),
        _ => count.to_string(),
    };
    quantity::written(resource, &text, false).into_string()
}
