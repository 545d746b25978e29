use std::collections::BTreeMap;

use super::Problems;
use crate::engine::qualified_name::{check_label_key, check_label_value, is_dns1123_subdomain};
use crate::model::DaemonSet;
use crate::source::document::shown;

/// `ValidateObjectMeta` (apimachinery 0.37.1) on names and labels.
pub(super) fn check(ds: &DaemonSet, problems: &mut Problems<'_>) {
    let metadata = &ds.object.metadata;
    match metadata.name.as_deref().unwrap_or_default() {
        "" => problems.add("metadata.name", "is missing: it names the DaemonSet"),
        name if !is_dns1123_subdomain(name) => {
            let problem = format!(
                "is `{}`, which is no name: it takes at most 253 lowercase letters, digits, `-` and `.`, and begins and ends with a letter or digit",
                shown(name)
            );
            problems.add("metadata.name", &problem);
        }
        _ => {}
    }
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    if !namespace.is_empty() && !is_dns1123_label(namespace) {
        let problem = format!("is `{}`, {DNS_LABEL}", shown(namespace));
        problems.add("metadata.namespace", &problem);
    }
    labels("metadata.labels", metadata.labels.as_ref(), problems);
    for key in metadata.annotations.iter().flat_map(BTreeMap::keys) {
        let path = format!("metadata.annotations[{key}]");
        problems.check(&path, check_label_key(&key.to_lowercase()));
    }
}

/// Why a name of one part is refused.
pub(super) const DNS_LABEL: &str = "which is no name: it takes at most 63 lowercase letters, digits and `-`, and begins and ends with a letter or digit";

/// `IsDNS1123Label` (apimachinery 0.37.1).
pub(super) fn is_dns1123_label(name: &str) -> bool {
    name.len() <= 63 && !name.contains('.') && is_dns1123_subdomain(name)
}

/// Keys and values of labels.
pub(super) fn labels(
    path: &str,
    labels: Option<&BTreeMap<String, String>>,
    problems: &mut Problems<'_>,
) {
    for (key, value) in labels.into_iter().flatten() {
        let path = format!("{path}[{key}]");
        problems.check(&path, check_label_key(key));
        problems.check(&path, check_label_value(value));
    }
}
