//! Why a kubelet can't start or end a container or a pod, where its message has a known form
//! (kubelet 1.37.1, containerd 2.1, CRI-O 1.33, dockerd 28, CNI plugins 1.7).

use super::{EndKind, Reason};

/// The meaning of a message of the kubelet or the container runtime.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// A Secret or ConfigMap doesn't exist.
    MissingObject {
        /// `Secret` or `ConfigMap`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A Secret or ConfigMap lacks a key.
    MissingKey {
        /// `Secret` or `ConfigMap`.
        kind: &'static str,
        /// Its name.
        name: String,
        /// What it lacks.
        key: String,
    },
    /// `runAsNonRoot` is set, and the image's user is root.
    RunsAsRoot,
    /// `runAsNonRoot` is set, and the image's user isn't a number.
    NamedUser {
        /// The user.
        user: String,
    },
    /// The node lacks the path with the type that the hostPath volume requires.
    NoHostPath {
        /// The path.
        path: String,
        /// `directory`, `socket file` and so on.
        wanted: String,
    },
    /// A mount with propagation needs a path that isn't shared on the node.
    NotShared {
        /// The path.
        path: String,
    },
    /// The volume is attached to another node, and can be attached to one only.
    AttachedElsewhere {
        /// The template's PersistentVolumeClaim, if it has exactly one.
        claim: Option<String>,
    },
    /// No CSI driver of this name has registered with the kubelet.
    NoDriver {
        /// The driver.
        driver: String,
    },
    /// The container runtime has no handler of the RuntimeClass's name.
    NoRuntimeHandler {
        /// The handler.
        handler: String,
    },
    /// The network plugin has no address for the pod.
    NoAddress,
    /// The network plugin lacks a file on the node.
    NoNetworkFile {
        /// The file.
        path: String,
    },
    /// The program to run doesn't exist in the container.
    NoProgram {
        /// The program.
        program: String,
    },
    /// The node's NVIDIA driver isn't loaded.
    NoNvidiaDriver,
    /// The image is for another build of Windows than the node's.
    OtherWindows,
    /// The node has no such profile for what a container may do.
    NoProfile {
        /// `seccomp` or `AppArmor`.
        kind: &'static str,
        /// Its file, or its name.
        name: String,
    },
    /// A mount point isn't there, and lies on what is read-only.
    ReadOnlyMountPoint {
        /// The path in the container.
        path: String,
    },
    /// A directory is to be mounted onto a file, or a file onto a directory.
    MountOntoOther {
        /// The path in the container.
        path: String,
    },
    /// Kubelet and container runtime have different cgroup drivers.
    CgroupDrivers,
    /// The node lacks the program that mounts a file system.
    NoMountHelper {
        /// Its type, such as `nfs`.
        filesystem: String,
    },
    /// The image of the sandbox isn't on the node, and can't be pulled.
    NoSandboxImage {
        /// The image.
        image: String,
    },
    /// The runtime still works on an attempt of before to create the container.
    NameReserved,
}

impl Failure {
    /// The meaning of `message`; `None` for an unknown form.
    #[must_use]
    pub fn of(message: &str) -> Option<Self> {
        object(message)
            .or_else(|| user(message))
            .or_else(|| volume(message))
            .or_else(|| runtime(message))
            .or_else(|| network(message))
            .or_else(|| node_lacks(message))
    }

    /// As reports have it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MissingObject { .. } => "MissingObject",
            Self::MissingKey { .. } => "MissingKey",
            Self::RunsAsRoot => "RunsAsRoot",
            Self::NamedUser { .. } => "NamedUser",
            Self::NoHostPath { .. } => "NoHostPath",
            Self::NotShared { .. } => "NotShared",
            Self::AttachedElsewhere { .. } => "AttachedElsewhere",
            Self::NoDriver { .. } => "NoDriver",
            Self::NoRuntimeHandler { .. } => "NoRuntimeHandler",
            Self::NoAddress => "NoAddress",
            Self::NoNetworkFile { .. } => "NoNetworkFile",
            Self::NoProgram { .. } => "NoProgram",
            Self::NoNvidiaDriver => "NoNvidiaDriver",
            Self::OtherWindows => "OtherWindows",
            Self::NoProfile { .. } => "NoProfile",
            Self::ReadOnlyMountPoint { .. } => "ReadOnlyMountPoint",
            Self::MountOntoOther { .. } => "MountOntoOther",
            Self::CgroupDrivers => "CgroupDrivers",
            Self::NoMountHelper { .. } => "NoMountHelper",
            Self::NoSandboxImage { .. } => "NoSandboxImage",
            Self::NameReserved => "NameReserved",
        }
    }
}

impl Reason {
    /// Why the container or the pod concerned can't be started or ended.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        match self {
            Self::ContainerWaiting {
                container, said, ..
            } => {
                let end = container.last_end.as_ref();
                let end = end.filter(|end| EndKind::of(end) == EndKind::NotStarted);
                Failure::of(&said.message).or_else(|| Failure::of(&end?.message))
            }
            Self::PodWarning { failure, .. } => failure.clone(),
            _ => None,
        }
    }
}

/// The Secret or ConfigMap that doesn't exist, or lacks a key.
fn object(message: &str) -> Option<Failure> {
    let kinds = [("secret \"", "Secret"), ("configmap \"", "ConfigMap")];
    let missing = kinds.into_iter().find_map(|(word, kind)| {
        let (_, rest) = message.split_once(word)?;
        let (name, then) = rest.split_once('"')?;
        then.starts_with(" not found")
            .then(|| Failure::MissingObject {
                kind,
                name: name.to_owned(),
            })
    });
    missing.or_else(|| missing_key(message))
}

/// `couldn't find key api-key in Secret ns/name`.
fn missing_key(message: &str) -> Option<Failure> {
    let (_, rest) = message.split_once("couldn't find key ")?;
    let (key, rest) = rest.split_once(" in ")?;
    let (kind, rest) = rest.split_once(' ')?;
    let kind = match kind {
        "Secret" => "Secret",
        "ConfigMap" => "ConfigMap",
        _ => return None,
    };
    let full = rest.split_whitespace().next()?;
    let name = full.rsplit('/').next().unwrap_or(full);
    Some(Failure::MissingKey {
        kind,
        name: name.to_owned(),
        key: key.to_owned(),
    })
}

/// What `runAsNonRoot` refuses (`verifyRunAsNonRoot`).
fn user(message: &str) -> Option<Failure> {
    if message.contains("container has runAsNonRoot and image will run as root")
        || message.contains("container's runAsUser breaks non-root policy")
    {
        return Some(Failure::RunsAsRoot);
    }
    let user = between(
        message,
        "image has non-numeric user (",
        "), cannot verify user is non-root",
    )?;
    Some(Failure::NamedUser {
        user: user.to_owned(),
    })
}

fn volume(message: &str) -> Option<Failure> {
    if let Some((_, rest)) = message.split_once("hostPath type check failed: ") {
        let (path, rest) = rest.split_once(" is not a ")?;
        return Some(Failure::NoHostPath {
            path: path.to_owned(),
            wanted: rest.trim().to_owned(),
        });
    }
    if let Some(driver) = between(message, "driver name ", " not found in the list of") {
        return Some(Failure::NoDriver {
            driver: driver.to_owned(),
        });
    }
    if message.contains("Multi-Attach error for volume") {
        return Some(Failure::AttachedElsewhere { claim: None });
    }
    let shared = [
        "but it is not a shared or slave mount",
        "but it is not a shared mount",
    ];
    let path = between(message, "path ", " is mounted on ")?;
    let is_shared = shared.iter().any(|text| message.contains(text));
    is_shared.then(|| Failure::NotShared {
        path: path.trim_matches('"').to_owned(),
    })
}

fn runtime(message: &str) -> Option<Failure> {
    let handlers = [
        ("no runtime for \"", "\" is configured"),
        ("failed to find runtime handler ", " from runtime list"),
    ];
    let handler = handlers
        .into_iter()
        .find_map(|(before, after)| between(message, before, after));
    if let Some(handler) = handler {
        return Some(Failure::NoRuntimeHandler {
            handler: handler.to_owned(),
        });
    }
    if message.contains("nvml error: driver not loaded") {
        return Some(Failure::NoNvidiaDriver);
    }
    // The Host Compute Service's (0xc0370101).
    if message.contains("container operating system does not match the host operating system") {
        return Some(Failure::OtherWindows);
    }
    let program = between(message, "exec: \"", "\": ")?;
    let is_missing = message.contains("executable file not found in $PATH")
        || message.contains(&format!("stat {program}: no such file or directory"));
    is_missing.then(|| Failure::NoProgram {
        program: program.to_owned(),
    })
}

/// What a network plugin lacks: in these words the address managers of the VPC CNI, host-local,
/// Calico and Cilium say that they have no address left.
const NO_ADDRESS: [&str; 5] = [
    "failed to assign an IP address to container",
    "no IP addresses available in range set",
    "Failed to request IPv4 address",
    "range is full",
    "No more IPs available",
];

fn network(message: &str) -> Option<Failure> {
    let is_of_network = message.contains("network for sandbox") || message.contains("failed (add)");
    if !is_of_network {
        return None;
    }
    if NO_ADDRESS.iter().any(|text| message.contains(text)) {
        return Some(Failure::NoAddress);
    }
    let (before, _) = message.split_once(": no such file or directory")?;
    let path = before.rsplit([' ', ':']).next()?;
    path.starts_with('/').then(|| Failure::NoNetworkFile {
        path: path.to_owned(),
    })
}

/// What a node lacks that isn't the pod's, or what its runtime can't do with it.
fn node_lacks(message: &str) -> Option<Failure> {
    let name = between(message, "cannot load seccomp profile \"", "\"");
    if let Some(name) = name {
        return Some(Failure::NoProfile {
            kind: "seccomp",
            name: name.to_owned(),
        });
    }
    if let Some((_, name)) = message.split_once("apparmor profile not found ") {
        return Some(Failure::NoProfile {
            kind: "AppArmor",
            name: name.split_whitespace().next()?.to_owned(),
        });
    }
    if let Some(path) = between(message, "to rootfs at \"", "\"") {
        let path = path.to_owned();
        if message.contains("onto a file (or vice-versa)") {
            return Some(Failure::MountOntoOther { path });
        }
        if message.contains("read-only file system") {
            return Some(Failure::ReadOnlyMountPoint { path });
        }
    }
    if message.contains("helper program") && message.contains("/sbin/mount.<type>") {
        return Some(Failure::NoMountHelper {
            filesystem: between(message, "-t ", " ")?.to_owned(),
        });
    }
    if let Some(image) = between(message, "failed to get sandbox image \"", "\"") {
        return Some(Failure::NoSandboxImage {
            image: image.to_owned(),
        });
    }
    if message.contains("expected cgroupsPath to be of format") {
        return Some(Failure::CgroupDrivers);
    }
    let is_reserved = message.contains("failed to reserve container name")
        || message.contains("failed to reserve sandbox name");
    is_reserved.then_some(Failure::NameReserved)
}

/// The CNI plugin that a message of the runtime names; the kubelet may have quoted it.
#[must_use]
pub fn network_plugin(message: &str) -> Option<&str> {
    let quoted = || between(message, "plugin type=\\\"", "\\\"");
    between(message, "plugin type=\"", "\"").or_else(quoted)
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (found, _) = rest.split_once(after)?;
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests;
