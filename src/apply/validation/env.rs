//! The sources of variables and files (`ValidateEnv`, `ValidateEnvFrom`,
//! `validateDownwardAPIVolumeFile`, 1.37.1).

use super::Problems;
use super::access::{Object, has, object, text};
use crate::model::qualified_name::check_label_key;

/// `validEnvDownwardAPIFieldPathExpressions`, with the old name of one.
const FIELDS_OF_VARIABLES: [&str; 10] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.host",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// `validVolumeDownwardAPIFieldPathExpressions`
const FIELDS_OF_FILES: [&str; 5] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.labels",
    "metadata.annotations",
    "metadata.uid",
];

/// `validContainerResourceFieldPathExpressions`
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

const SOURCES: [&str; 5] = [
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "fileKeyRef",
];

/// `validateEnvVarValueFrom`
pub(super) fn check_var(path: &str, var: &Object, problems: &mut Problems) {
    let Some(from) = object(var, "valueFrom") else {
        return;
    };
    let path = format!("{path}.valueFrom");
    match SOURCES.iter().filter(|source| has(from, source)).count() {
        0 => problems.add(
            &path,
            "has no source: add `fieldRef`, `configMapKeyRef` or another",
        ),
        _ if !text(var, "value").is_empty() => {
            problems.add(&path, "stands beside `value`: keep one of them");
        }
        1 => {}
        count => problems.add(&path, format!("has {count} sources: keep one of them")),
    }
    if let Some(of) = object(from, "fieldRef") {
        field(
            &format!("{path}.fieldRef"),
            of,
            &FIELDS_OF_VARIABLES,
            problems,
        );
    }
    if let Some(of) = object(from, "resourceFieldRef") {
        resource(&format!("{path}.resourceFieldRef"), of, problems);
    }
}

pub(super) fn check_from(path: &str, from: &Object, problems: &mut Problems) {
    match (has(from, "configMapRef"), has(from, "secretRef")) {
        (false, false) => {
            problems.add(path, "has no source: add `configMapRef` or `secretRef`");
        }
        (true, true) => problems.add(path, "has two sources: keep one of them"),
        _ => {}
    }
}

pub(super) fn check_file(path: &str, file: &Object, problems: &mut Problems) {
    match (object(file, "fieldRef"), object(file, "resourceFieldRef")) {
        (None, None) => problems.add(path, "has no source: add `fieldRef` or `resourceFieldRef`"),
        (Some(_), Some(_)) => problems.add(path, "has two sources: keep one of them"),
        (Some(of), None) => field(&format!("{path}.fieldRef"), of, &FIELDS_OF_FILES, problems),
        (None, Some(of)) => {
            let path = format!("{path}.resourceFieldRef");
            if text(of, "containerName").is_empty() {
                problems.add(&format!("{path}.containerName"), "is missing");
            } else {
                resource(&path, of, problems);
            }
        }
    }
}

/// `validateObjectFieldSelector`
fn field(path: &str, of: &Object, fields: &[&str], problems: &mut Problems) {
    let path = format!("{path}.fieldPath");
    let field = text(of, "fieldPath");
    let version = text(of, "apiVersion");
    if field.is_empty() {
        problems.add(&path, "is missing");
    } else if !matches!(version, "" | "v1") {
        let problem = format!("is of `apiVersion: {version}`, and there is only `v1`");
        problems.add(&path, problem);
    } else if let Some((of, key)) = subscript(field) {
        match of {
            "metadata.labels" => problems.check(&path, check_label_key(key)),
            "metadata.annotations" => {
                problems.check(&path, check_label_key(&key.to_lowercase()));
            }
            _ => problems.add(&path, format!("is `{field}`, and `{of}` has no keys")),
        }
    } else if !fields.contains(&field) {
        problems.add(&path, format!("is `{field}`, which can't be used here"));
    }
}

/// `SplitMaybeSubscriptedPath` (1.37.1): `metadata.labels['app']`.
fn subscript(field: &str) -> Option<(&str, &str)> {
    let inner = field.strip_suffix("']")?;
    inner.split_once("['").filter(|(path, _)| !path.is_empty())
}

/// `validateContainerResourceFieldSelector`, less its divisors.
fn resource(path: &str, of: &Object, problems: &mut Problems) {
    let path = format!("{path}.resource");
    let name = text(of, "resource");
    let is_huge = ["requests.hugepages-", "limits.hugepages-"];
    if name.is_empty() {
        problems.add(&path, "is missing");
    } else if !RESOURCES.contains(&name) && !is_huge.iter().any(|begin| name.starts_with(begin)) {
        problems.add(&path, format!("is `{name}`, which can't be used here"));
    }
}
