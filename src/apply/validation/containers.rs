//! Rules between the containers of a pod, and between them and the pod (`validateContainers`,
//! `validateInitContainers`, `validatePodHostNetworkDeps`, 1.37.1).

use std::collections::HashSet;

use super::Problems;
use super::access::{Object, flag, has, items, list, number, text};

pub(super) fn check(path: &str, spec: &Object, problems: &mut Problems) {
    names(path, spec, problems);
    let containers = format!("{path}.containers");
    let mut taken = HashSet::new();
    for (index, container) in items(spec, "containers") {
        let path = format!("{containers}[{index}]");
        host_ports(&path, container, &mut taken, problems);
        if flag(spec, "hostNetwork") == Some(true) {
            same_ports(&path, container, problems);
        }
        restart_rules(&path, container, problems);
    }
    for (index, container) in items(spec, "initContainers") {
        let path = format!("{path}.initContainers[{index}]");
        // They run one after the other.
        host_ports(&path, container, &mut HashSet::new(), problems);
        restart_rules(&path, container, problems);
        if text(container, "restartPolicy") != "Always" {
            runs_once(&path, container, problems);
        }
    }
}

/// Names are unique among regular and init containers.
fn names(path: &str, spec: &Object, problems: &mut Problems) {
    let mut names = HashSet::new();
    for field in ["containers", "initContainers"] {
        for (index, container) in items(spec, field) {
            let name = text(container, "name");
            if !name.is_empty() && !names.insert(name) {
                let problem = format!("is `{name}`, and another container has that name");
                problems.add(&format!("{path}.{field}[{index}].name"), problem);
            }
        }
    }
}

/// `AccumulateUniqueHostPorts`
fn host_ports<'a>(
    path: &str,
    container: &'a Object,
    taken: &mut HashSet<(&'a str, &'a str, i64)>,
    problems: &mut Problems,
) {
    for (index, port) in items(container, "ports") {
        let Some(number) = number(port, "hostPort").filter(|p| *p != 0) else {
            continue;
        };
        let protocol = Some(text(port, "protocol")).filter(|p| !p.is_empty());
        if !taken.insert((protocol.unwrap_or("TCP"), text(port, "hostIP"), number)) {
            let problem = format!("is {number}, and another port of the pod has that on the host");
            problems.add(&format!("{path}.ports[{index}].hostPort"), problem);
        }
    }
}

/// `validatePodHostNetworkDeps`
fn same_ports(path: &str, container: &Object, problems: &mut Problems) {
    for (index, port) in items(container, "ports") {
        let inside = number(port, "containerPort").unwrap_or_default();
        let host = number(port, "hostPort").unwrap_or_default();
        if host != 0 && host != inside {
            let problem = format!(
                "is {host}; with `hostNetwork: true` it has to be {inside}, the `containerPort`, or go"
            );
            problems.add(&format!("{path}.ports[{index}].hostPort"), problem);
        }
    }
}

/// `validateContainerRestartPolicy`
fn restart_rules(path: &str, container: &Object, problems: &mut Problems) {
    let rules = list(container, "restartPolicyRules");
    if !rules.is_empty() && !has(container, "restartPolicy") {
        let problem = "is missing beside `restartPolicyRules`";
        problems.add(&format!("{path}.restartPolicy"), problem);
    }
    for (index, rule) in items(container, "restartPolicyRules") {
        if !has(rule, "exitCodes") {
            let path = format!("{path}.restartPolicyRules[{index}].exitCodes");
            problems.add(&path, "is missing");
        }
    }
}

/// An init container that ends can't have probes.
fn runs_once(path: &str, container: &Object, problems: &mut Problems) {
    for field in [
        "lifecycle",
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
    ] {
        if has(container, field) {
            let problem = "can be set for an init container only with `restartPolicy: Always`";
            problems.add(&format!("{path}.{field}"), problem);
        }
    }
    for (index, policy) in items(container, "resizePolicy") {
        if text(policy, "restartPolicy") == "RestartContainer" {
            let path = format!("{path}.resizePolicy[{index}].restartPolicy");
            let problem =
                "can be `RestartContainer` for an init container only with `restartPolicy: Always`";
            problems.add_kept(&path, problem);
        }
    }
}
