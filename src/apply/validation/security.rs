//! Security contexts (`ValidateSecurityContext`, `validatePodSpecSecurityContext`,
//! `validateSysctls`, `validateSeccompProfileField`, `ValidateAppArmorProfileField`, 1.37.1).

use super::access::{Object, flag, has, items, object, text, texts};
use super::{Problems, walk_containers};

/// The sysctls of the IPC namespace (`nameToNamespace`, component-helpers 0.37.1).
const IPC: [&str; 10] = [
    "kernel.sem",
    "kernel.shm",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
    "kernel.msg",
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
];

/// Rules for the whole pod.
pub(super) fn check_pod(path: &str, spec: &Object, problems: &mut Problems) {
    // A pod's namespaces decide about its sysctls and its /proc.
    let context = object(spec, "securityContext");
    for (index, sysctl) in context.into_iter().flat_map(|c| items(c, "sysctls")) {
        let name = text(sysctl, "name").replace('/', ".");
        let Some(field) = namespace(&name).filter(|field| flag(spec, field) == Some(true)) else {
            continue;
        };
        let path = format!("{path}.securityContext.sysctls[{index}].name");
        let problem = format!("is `{name}`, which is the host's with `{field}: true`");
        problems.add_kept(&path, problem);
    }
    if flag(spec, "hostUsers") != Some(false) {
        walk_containers(path, spec, |path, container| {
            let context = object(container, "securityContext");
            if context.is_some_and(|c| text(c, "procMount") == "Unmasked") {
                let problem = "can be `Unmasked` only in a pod with `hostUsers: false`";
                problems.add(&format!("{path}.securityContext.procMount"), problem);
            }
        });
    }
}

/// The field by which a pod shares the namespace of a sysctl (`ValidateHostSysctl`).
fn namespace(sysctl: &str) -> Option<&'static str> {
    if sysctl.starts_with("net.") {
        return Some("hostNetwork");
    }
    (IPC.contains(&sysctl) || sysctl.starts_with("fs.mqueue.")).then_some("hostIPC")
}

pub(super) fn check_container(path: &str, context: &Object, problems: &mut Problems) {
    if flag(context, "allowPrivilegeEscalation") != Some(false) {
        return;
    }
    let path = format!("{path}.allowPrivilegeEscalation");
    if flag(context, "privileged") == Some(true) {
        problems.add(&path, "can't be false beside `privileged: true`");
    }
    let capabilities = object(context, "capabilities");
    let mut added = capabilities.into_iter().flat_map(|c| texts(c, "add"));
    if added.any(|capability| capability == "CAP_SYS_ADMIN") {
        problems.add_kept(
            &path,
            "can't be false beside the capability `CAP_SYS_ADMIN`",
        );
    }
}

/// A profile of the host has a name, and no other type has one.
pub(super) fn check_profile(path: &str, profile: &Object, problems: &mut Problems) {
    let path = format!("{path}.localhostProfile");
    match (text(profile, "type"), has(profile, "localhostProfile")) {
        ("Localhost", false) => problems.add(&path, "is missing: `type: Localhost` takes it"),
        ("RuntimeDefault" | "Unconfined", true) => {
            problems.add(&path, "can only be set with `type: Localhost`");
        }
        _ => {}
    }
}
