//! The defaults of containers of all three sorts.

use super::access::{Object, default, items, nested, object, text};
use super::{image, pod_spec};

/// The lists of containers in a pod's spec.
pub(super) const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// The probes of a container.
pub(super) const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// The hooks of a container.
pub(super) const HOOKS: [&str; 2] = ["postStart", "preStop"];

/// `SetDefaults_Container`, and what the generated function does around it.
pub(super) fn set_defaults(container: &mut Object) {
    let policy = image::pull_policy(text(container, "image"));
    default(container, "imagePullPolicy", policy);
    default(container, "terminationMessagePath", "/dev/termination-log");
    default(container, "terminationMessagePolicy", "File");
    for port in items(container, "ports") {
        default(port, "protocol", "TCP");
    }
    for variable in items(container, "env") {
        if let Some(field) = nested(variable, &["valueFrom", "fieldRef"]) {
            object_field_selector(field);
        }
        if let Some(key) = nested(variable, &["valueFrom", "fileKeyRef"]) {
            default(key, "optional", false);
        }
    }
    if let Some(resources) = object(container, "resources") {
        pod_spec::round_up_resources(resources);
    }
    for name in PROBES {
        if let Some(probe) = object(container, name) {
            set_defaults_probe(probe);
        }
    }
    for name in HOOKS {
        if let Some(action) = nested(container, &["lifecycle", name, "httpGet"]) {
            http_get_action(action);
        }
    }
}

/// `SetDefaults_ObjectFieldSelector`.
pub(super) fn object_field_selector(field: &mut Object) {
    default(field, "apiVersion", "v1");
}

/// `SetDefaults_Probe`, and its handlers.
fn set_defaults_probe(probe: &mut Object) {
    default(probe, "timeoutSeconds", 1);
    default(probe, "periodSeconds", 10);
    default(probe, "successThreshold", 1);
    default(probe, "failureThreshold", 3);
    if let Some(action) = object(probe, "httpGet") {
        http_get_action(action);
    }
    if let Some(action) = object(probe, "grpc") {
        default(action, "service", "");
    }
}

/// `SetDefaults_HTTPGetAction`.
fn http_get_action(action: &mut Object) {
    default(action, "path", "/");
    default(action, "scheme", "HTTP");
}
