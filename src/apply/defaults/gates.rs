//! Fields behind feature gates that are off.

use serde_json::Value;

use super::access::{Object, items, nested, object};
use super::containers;

/// The fields of a pod's spec that a gate guards. A segment ends in `[]` for each item of a list;
/// `*[]` stands for the containers of all three sorts, and `?` for the probes of one.
type Fields = &'static [&'static str];

/// The gates that are off in 1.37, each with its fields, as in `dropDisabledFields`.
const OFF: [(&str, Fields); 8] = [
    (
        "AtomicWriteVolumeUserFields",
        &[
            "volumes[].secret.defaultUser",
            "volumes[].secret.items[].user",
            "volumes[].configMap.defaultUser",
            "volumes[].configMap.items[].user",
            "volumes[].downwardAPI.defaultUser",
            "volumes[].downwardAPI.items[].user",
            "volumes[].projected.defaultUser",
            "volumes[].projected.sources[].secret.items[].user",
            "volumes[].projected.sources[].downwardAPI.items[].user",
            "volumes[].projected.sources[].configMap.items[].user",
            "volumes[].projected.sources[].serviceAccountToken.user",
            "volumes[].projected.sources[].clusterTrustBundle.user",
            "volumes[].projected.sources[].podCertificate.user",
        ],
    ),
    ("ContainerStopSignals", &["*[].lifecycle.stopSignal"]),
    ("EmptyDirVolumeMode", &["volumes[].emptyDir.mode"]),
    ("EvictionRequestAPI", &["evictionResponders"]),
    ("GRPCContainerProbeTLS", &["*[].?.grpc.mode"]),
    ("GenericWorkload", &["schedulingGroup"]),
    (
        "H2CContainerProbe",
        &[
            "*[].?.httpGet.protocol",
            "*[].lifecycle.postStart.httpGet.protocol",
            "*[].lifecycle.preStop.httpGet.protocol",
        ],
    ),
    (
        "VolumeBindMountOptions",
        &["*[].volumeMounts[].bindMountOptions"],
    ),
];

/// Annotations from before init containers were fields.
const INIT_CONTAINER_ANNOTATIONS: [&str; 4] = [
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
];

/// `DropDisabledTemplateFields` of a DaemonSet's template: the fields of a disabled gate are
/// dropped, unless the `old` object already uses one of them.
pub(in crate::apply) fn drop_disabled_template_fields(ds: &mut Object, old: Option<&Value>) {
    let old_spec = old.and_then(|o| o.pointer("/spec/template/spec"));
    if let Some(spec) = nested(ds, &["spec", "template", "spec"]) {
        for (_, fields) in OFF {
            if !fields.iter().any(|field| is_used(old_spec, field)) {
                fields.iter().for_each(|field| remove(spec, field));
            }
        }
    }
    if let Some(metadata) = nested(ds, &["spec", "template", "metadata"]) {
        drop_init_container_annotations(metadata);
    }
}

/// `DropInitContainerAnnotations`.
fn drop_init_container_annotations(metadata: &mut Object) {
    let Some(annotations) = object(metadata, "annotations") else {
        return;
    };
    annotations.retain(|key, _| !INIT_CONTAINER_ANNOTATIONS.contains(&key.as_str()));
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
}

fn is_used(at: Option<&Value>, path: &str) -> bool {
    let Some(at) = at else {
        return false;
    };
    let Some((segment, rest)) = path.split_once('.') else {
        return at.get(path).is_some_and(|value| !value.is_null());
    };
    names(segment)
        .iter()
        .any(|name| match name.strip_suffix("[]") {
            Some(list) => {
                let items = at.get(list).and_then(Value::as_array);
                items.into_iter().flatten().any(|i| is_used(Some(i), rest))
            }
            None => is_used(at.get(*name), rest),
        })
}

fn remove(at: &mut Object, path: &str) {
    let Some((segment, rest)) = path.split_once('.') else {
        at.remove(path);
        return;
    };
    for name in names(segment) {
        if let Some(list) = name.strip_suffix("[]") {
            items(at, list).for_each(|item| remove(item, rest));
            continue;
        }
        let Some(inner) = object(at, name) else {
            continue;
        };
        let was_empty = inner.is_empty();
        remove(inner, rest);
        // `dropContainerStopSignals`: no hooks are left, and so no lifecycle.
        if rest == "stopSignal" && inner.is_empty() && !was_empty {
            at.remove(name);
        }
    }
}

/// The meaning of a segment.
fn names(segment: &str) -> Vec<&str> {
    match segment {
        "*[]" => vec!["initContainers[]", "containers[]", "ephemeralContainers[]"],
        "?" => containers::PROBES.to_vec(),
        one => vec![one],
    }
}
