//! `ValidateObjectMeta` (apimachinery 0.37.1) on names, labels and annotations.

use std::collections::BTreeMap;

use super::Problems;
use crate::model::DaemonSet;
use crate::model::qualified_name::{
    check_label_key, check_label_value, is_dns1123_label, is_dns1123_subdomain,
};

const DNS_LABEL: &str = "which is no name: it takes at most 63 lowercase letters, digits and `-`, and begins and ends with a letter or digit";

/// `TotalAnnotationSizeLimitB`
const ANNOTATIONS: usize = 256 << 10;

/// The metadata of the DaemonSet.
pub(super) fn check(ds: &DaemonSet, problems: &mut Problems) {
    let metadata = &ds.object.metadata;
    match metadata.name.as_deref().unwrap_or_default() {
        "" => problems.add("metadata.name", "is missing: it names the DaemonSet"),
        name if !is_dns1123_subdomain(name) => {
            let problem = format!(
                "is `{name}`, which is no name: it takes at most 253 lowercase letters, digits, `-` and `.`, and begins and ends with a letter or digit"
            );
            problems.add("metadata.name", problem);
        }
        _ => {}
    }
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    if !namespace.is_empty() && !is_dns1123_label(namespace) {
        let problem = format!("is `{namespace}`, {DNS_LABEL}");
        problems.add("metadata.namespace", problem);
    }
    labels("metadata.labels", metadata.labels.as_ref(), problems);
    let annotations_of = metadata.annotations.as_ref();
    annotations("metadata.annotations", annotations_of, problems);
    finalizers(metadata.finalizers.as_deref(), problems);
}

/// The labels and annotations of the template (`ValidatePodTemplateSpec`, 1.37.1).
pub(super) fn check_template(ds: &DaemonSet, problems: &mut Problems) {
    let Some(metadata) = ds.template().metadata.as_ref() else {
        return;
    };
    let path = "spec.template.metadata";
    labels(
        &format!("{path}.labels"),
        metadata.labels.as_ref(),
        problems,
    );
    let annotations_of = metadata.annotations.as_ref();
    annotations(&format!("{path}.annotations"), annotations_of, problems);
}

/// `ValidateLabels` (apimachinery 0.37.1).
fn labels(path: &str, labels: Option<&BTreeMap<String, String>>, problems: &mut Problems) {
    for (key, value) in labels.into_iter().flatten() {
        let path = format!("{path}[{key}]");
        problems.check(&path, check_label_key(key));
        problems.check(&path, check_label_value(value));
    }
}

/// `ValidateAnnotations` (apimachinery 0.37.1).
fn annotations(path: &str, of: Option<&BTreeMap<String, String>>, problems: &mut Problems) {
    let all = of.into_iter().flatten();
    let mut size = 0;
    for (key, value) in all {
        size += key.len() + value.len();
        problems.check(
            &format!("{path}[{key}]"),
            check_label_key(&key.to_lowercase()),
        );
    }
    if size > ANNOTATIONS {
        problems.add(
            path,
            format!("have {size} bytes, and {ANNOTATIONS} is the limit"),
        );
    }
}

/// `ValidateFinalizers` (apimachinery 0.37.1) and `validateKubeFinalizerName` (1.37.1).
fn finalizers(finalizers: Option<&[String]>, problems: &mut Problems) {
    const STANDARD: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
    for (index, name) in finalizers.into_iter().flatten().enumerate() {
        let path = format!("metadata.finalizers[{index}]");
        if check_label_key(name).is_err() || !name.contains('/') && !STANDARD.contains(&&**name) {
            let problem =
                format!("is `{name}`, which is no finalizer: write it as `example.com/name`");
            problems.add(&path, problem);
        }
    }
}
