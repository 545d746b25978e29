//! Volumes and what uses them (`validateVolumeSource`, `ValidateVolumeMounts`,
//! `ValidateVolumeDevices`, `validateProjectionSources`, 1.37.1).

use std::collections::{HashMap, HashSet};

use super::access::{Object, flag, has, items, object, text};
use super::rule::is_local;
use super::{Problems, walk_containers};

/// In the order in which upstream checks them: a volume keeps the first.
const SOURCES: [&str; 30] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

/// Exactly one source; without any, the defaults make it an emptyDir.
pub(super) fn check_sources(path: &str, volume: &Object, problems: &mut Problems) {
    let mut sources = SOURCES.iter().filter(|source| has(volume, source));
    if let Some(first) = sources.next() {
        for other in sources {
            let problem = format!("is a second source beside `{first}`: keep one of them");
            problems.add(&format!("{path}.{other}"), problem);
        }
    }
    if let Some(image) = object(volume, "image")
        && text(image, "reference").is_empty()
    {
        problems.add_kept(&format!("{path}.image.reference"), "is missing");
    }
}

/// Whether a volume can be used as a block device.
type Volumes<'a> = HashMap<&'a str, bool>;

/// What the containers mount.
pub(super) fn check_uses(path: &str, spec: &Object, problems: &mut Problems) {
    let volumes = items(spec, "volumes").map(|(_, volume)| {
        let is_claim = has(volume, "persistentVolumeClaim") || has(volume, "ephemeral");
        (text(volume, "name"), is_claim)
    });
    let volumes: Volumes<'_> = volumes.collect();
    walk_containers(path, spec, |path, container| {
        mounts(path, container, &volumes, problems);
        devices(path, container, &volumes, problems);
    });
}

fn mounts(path: &str, container: &Object, volumes: &Volumes<'_>, problems: &mut Problems) {
    let security = object(container, "securityContext");
    let is_privileged = security.and_then(|s| flag(s, "privileged")) == Some(true);
    for (index, mount) in items(container, "volumeMounts") {
        let path = format!("{path}.volumeMounts[{index}]");
        is_there(&path, text(mount, "name"), volumes, problems);
        if !text(mount, "subPath").is_empty() && !text(mount, "subPathExpr").is_empty() {
            let problem = "stands beside `subPath`: keep one of them";
            problems.add(&format!("{path}.subPathExpr"), problem);
        }
        let propagation = text(mount, "mountPropagation");
        if propagation == "Bidirectional" && !is_privileged {
            let problem = "can be `Bidirectional` only in a container with `securityContext.privileged: true`";
            problems.add(&format!("{path}.mountPropagation"), problem);
        }
        if matches!(text(mount, "recursiveReadOnly"), "Enabled" | "IfPossible") {
            if flag(mount, "readOnly") != Some(true) {
                let problem = "takes effect only with `readOnly: true`, and is refused without it";
                problems.add(&format!("{path}.recursiveReadOnly"), problem);
            }
            if !matches!(propagation, "" | "None") {
                let problem = "can't be set beside a `mountPropagation` other than `None`";
                problems.add(&format!("{path}.recursiveReadOnly"), problem);
            }
        }
    }
}

fn devices(path: &str, container: &Object, volumes: &Volumes<'_>, problems: &mut Problems) {
    let mounts: HashSet<&str> = items(container, "volumeMounts")
        .flat_map(|(_, mount)| [text(mount, "name"), text(mount, "mountPath")])
        .collect();
    for (index, device) in items(container, "volumeDevices") {
        let path = format!("{path}.volumeDevices[{index}]");
        let (name, place) = (text(device, "name"), text(device, "devicePath"));
        is_there(&path, name, volumes, problems);
        if volumes.get(name) == Some(&false) {
            let problem = format!(
                "is `{name}`, and only a `persistentVolumeClaim` or `ephemeral` can be a block device"
            );
            problems.add(&format!("{path}.name"), problem);
        }
        for (field, value) in [("name", name), ("devicePath", place)] {
            if mounts.contains(value) {
                let problem = format!("is `{value}`, which `volumeMounts` has too");
                problems.add(&format!("{path}.{field}"), problem);
            }
        }
    }
}

fn is_there(path: &str, name: &str, volumes: &Volumes<'_>, problems: &mut Problems) {
    if !name.is_empty() && !volumes.contains_key(name) {
        let problem =
            format!("is `{name}`, and `spec.template.spec.volumes` has no volume of that name");
        problems.add(&format!("{path}.name"), problem);
    }
}

/// One source each, and no path twice.
pub(super) fn check_projected(path: &str, projected: &Object, problems: &mut Problems) {
    let mut paths = HashSet::new();
    for (index, projection) in items(projected, "sources") {
        let path = format!("{path}.sources[{index}]");
        if projection
            .values()
            .filter(|source| !source.is_null())
            .count()
            > 1
        {
            problems.add(
                &path,
                "has several sources: make each an element of its own",
            );
        }
        for kind in ["secret", "configMap", "downwardAPI"] {
            let Some(source) = object(projection, kind) else {
                continue;
            };
            for (index, file) in items(source, "items") {
                let file = text(file, "path");
                if !file.is_empty() && !paths.insert(file) {
                    let path = format!("{path}.{kind}.items[{index}].path");
                    problems.add(
                        &path,
                        format!("is `{file}`, and another file has that path"),
                    );
                }
            }
        }
        let token = object(projection, "serviceAccountToken");
        let token = token.map(|token| text(token, "path"));
        if let Some(file) = token.filter(|file| !is_local(file)) {
            let problem = format!("is `{file}`, and it has to be a relative path without `..`");
            problems.add_kept(&format!("{path}.serviceAccountToken.path"), problem);
        }
    }
}
