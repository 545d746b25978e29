//! The defaults of volumes.

use serde_json::json;

use super::access::{Object, default, items, nested, object, text};
use super::containers::object_field_selector;
use super::{image, pod_spec};

/// 0644, in decimal as JSON has it.
const MODE: i32 = 0o644;

/// Fields with a fixed default, by the volume's source.
const TEXTS: [(&str, &str, &str); 10] = [
    // An empty type is written, and means that nothing is checked.
    ("hostPath", "type", ""),
    ("iscsi", "iscsiInterface", "default"),
    ("rbd", "pool", "rbd"),
    ("rbd", "user", "admin"),
    ("rbd", "keyring", "/etc/ceph/keyring"),
    ("azureDisk", "cachingMode", "ReadWrite"),
    ("azureDisk", "fsType", "ext4"),
    ("azureDisk", "kind", "Shared"),
    ("scaleIO", "storageMode", "ThinProvisioned"),
    ("scaleIO", "fsType", "xfs"),
];

/// Sources of files with a mode.
const MODES: [&str; 4] = ["secret", "configMap", "downwardAPI", "projected"];

/// `SetDefaults_Volume`, and what the generated function does around it.
pub(super) fn set_defaults(volume: &mut Object) {
    if volume.keys().all(|field| field == "name") {
        volume.insert("emptyDir".to_owned(), json!({}));
    }
    if let Some(source) = object(volume, "image") {
        let policy = image::pull_policy(text(source, "reference"));
        default(source, "pullPolicy", policy);
    }
    for (source, field, value) in TEXTS {
        if let Some(source) = object(volume, source) {
            default(source, field, value);
        }
    }
    for source in MODES {
        if let Some(source) = object(volume, source) {
            default(source, "defaultMode", MODE);
        }
    }
    if let Some(disk) = object(volume, "azureDisk") {
        default(disk, "readOnly", false);
    }
    if let Some(source) = object(volume, "downwardAPI") {
        downward_api(source);
    }
    if let Some(projected) = object(volume, "projected") {
        items(projected, "sources").for_each(projection);
    }
    if let Some(claim) = nested(volume, &["ephemeral", "volumeClaimTemplate", "spec"]) {
        default(claim, "volumeMode", "Filesystem");
        if let Some(resources) = object(claim, "resources") {
            pod_spec::round_up_resources(resources);
        }
    }
}

fn downward_api(source: &mut Object) {
    for item in items(source, "items") {
        if let Some(field) = object(item, "fieldRef") {
            object_field_selector(field);
        }
    }
}

fn projection(source: &mut Object) {
    if let Some(downward) = object(source, "downwardAPI") {
        downward_api(downward);
    }
    if let Some(token) = object(source, "serviceAccountToken") {
        // `SetDefaults_ServiceAccountTokenProjection`: an hour.
        default(token, "expirationSeconds", 3600);
    }
}
