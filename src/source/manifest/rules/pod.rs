use std::collections::HashSet;

use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Text;

use super::metadata::{DNS_LABEL, is_dns1123_label, labels};
use super::{Problems, affinity, toleration};
use crate::engine::quantity::Quantity;
use crate::model::DaemonSet;
use crate::source::document::shown;

const PATH: &str = "spec.template.spec";

/// `ValidatePodTemplateSpec` (1.37.1) on what a manifest most often has wrong
/// and on what decides about nodes, with what `ValidateDaemonSetSpec` adds.
pub(super) fn check(ds: &DaemonSet, problems: &mut Problems<'_>) {
    let metadata = ds.template().metadata.as_ref();
    let own = metadata.and_then(|m| m.labels.as_ref());
    labels("spec.template.metadata.labels", own, problems);
    let Some(spec) = ds.pod_spec() else {
        problems.add(PATH, "is missing: it holds the containers");
        return;
    };
    restart_policy(spec, problems);
    if spec.active_deadline_seconds.is_some() {
        problems.add(
            &format!("{PATH}.activeDeadlineSeconds"),
            "can't be set in a DaemonSet, whose pods run for ever: take it out",
        );
    }
    let grace = spec.termination_grace_period_seconds;
    problems.non_negative(&format!("{PATH}.terminationGracePeriodSeconds"), grace);
    labels(
        &format!("{PATH}.nodeSelector"),
        spec.node_selector.as_ref(),
        problems,
    );
    toleration::check(spec, problems);
    affinity::check(spec, problems);
    containers(spec, problems);
}

fn restart_policy(spec: &PodSpec, problems: &mut Problems<'_>) {
    let policy = spec.restart_policy.as_deref().unwrap_or("Always");
    if !matches!(policy, "Always" | "") {
        let problem = format!(
            "is `{}`; in a DaemonSet it can only be `Always`, which is also the default",
            shown(policy)
        );
        problems.add(&format!("{PATH}.restartPolicy"), &problem);
    }
}

fn containers(spec: &PodSpec, problems: &mut Problems<'_>) {
    if spec.containers.is_empty() {
        problems.add(
            &format!("{PATH}.containers"),
            "is missing: a pod has at least one",
        );
    }
    let mut names = HashSet::new();
    let init = spec.init_containers.iter().flatten().enumerate();
    let init = init.map(|(index, c)| (format!("{PATH}.initContainers[{index}]"), c));
    let main = spec.containers.iter().enumerate();
    let main = main.map(|(index, c)| (format!("{PATH}.containers[{index}]"), c));
    for (path, container) in init.chain(main) {
        name(&path, container, &mut names, problems);
        if container.image.as_deref().unwrap_or_default().is_empty() {
            problems.add(&format!("{path}.image"), "is missing");
        }
        mounts(&path, container, spec, problems);
        ports(&path, container, problems);
        resources(&path, container, problems);
    }
}

/// `ValidateResourceRequirements` (1.37.1) on the amounts themselves.
fn resources(path: &str, container: &Container, problems: &mut Problems<'_>) {
    let Some(resources) = &container.resources else {
        return;
    };
    let requests = resources.requests.iter().flatten();
    let requests = requests.map(|(name, quantity)| ("requests", name, quantity));
    let limits = resources.limits.iter().flatten();
    let limits = limits.map(|(name, quantity)| ("limits", name, quantity));
    for (which, name, Text(text)) in requests.chain(limits) {
        let path = format!("{path}.resources.{which}[{name}]");
        problems.check(&path, Quantity::parse(text).map(drop));
        if text.starts_with('-') {
            problems.add(&path, &format!("is `{text}`, and it can't be below 0"));
        }
    }
}

fn name<'a>(
    path: &str,
    container: &'a Container,
    names: &mut HashSet<&'a str>,
    problems: &mut Problems<'_>,
) {
    let path = format!("{path}.name");
    let name = container.name.as_str();
    if name.is_empty() {
        problems.add(&path, "is missing");
    } else if !is_dns1123_label(name) {
        problems.add(&path, &format!("is `{}`, {DNS_LABEL}", shown(name)));
    } else if !names.insert(name) {
        let problem = format!("is `{name}`, and another container has that name");
        problems.add(&path, &problem);
    }
}

fn mounts(path: &str, container: &Container, spec: &PodSpec, problems: &mut Problems<'_>) {
    let mut places = HashSet::new();
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        let place = mount.mount_path.as_str();
        let mut volumes = spec.volumes.iter().flatten();
        if !volumes.any(|v| v.name == mount.name) {
            let problem = format!(
                "is `{}`, and `{PATH}.volumes` has no volume of that name",
                shown(&mount.name)
            );
            problems.add(&format!("{path}.volumeMounts[{index}].name"), &problem);
        }
        let path = format!("{path}.volumeMounts[{index}].mountPath");
        if place.is_empty() {
            problems.add(&path, "is missing");
        } else if !places.insert(place) {
            let problem = format!("is `{}`, where another volume is mounted", shown(place));
            problems.add(&path, &problem);
        }
    }
}

fn ports(path: &str, container: &Container, problems: &mut Problems<'_>) {
    for (index, port) in container.ports.iter().flatten().enumerate() {
        let path = format!("{path}.ports[{index}]");
        let in_range = |port: i32| (1..=65535).contains(&port);
        if !in_range(port.container_port) {
            let problem = format!("is {}; a port is from 1 to 65535", port.container_port);
            problems.add(&format!("{path}.containerPort"), &problem);
        }
        // 0 is what nothing means, for Go.
        if let Some(host) = port.host_port.filter(|p| *p != 0 && !in_range(*p)) {
            let problem = format!("is {host}; a port is from 1 to 65535");
            problems.add(&format!("{path}.hostPort"), &problem);
        }
    }
}
