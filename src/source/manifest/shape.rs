//! Where the parts of a DaemonSet stand.

use k8s_openapi::api::apps::v1 as apps;

use crate::model::DaemonSet;
use crate::source::SourceError;
use crate::source::document::{Failure, Object, Spanned, Unknown, decode};

/// The fields of `spec`.
const SPEC: [&str; 5] = [
    "selector",
    "template",
    "updateStrategy",
    "minReadySeconds",
    "revisionHistoryLimit",
];

/// API versions that had DaemonSets before 1.16.
pub(in crate::source) fn old_api_version(api_version: &str) -> bool {
    matches!(
        api_version,
        "extensions/v1beta1" | "apps/v1beta1" | "apps/v1beta2"
    )
}

/// Whether a kind named DaemonSet of this API version is somebody else's.
pub(in crate::source) fn is_foreign_group(api_version: &str) -> bool {
    let group = api_version.split_once('/').map(|(group, _)| group);
    group.is_some_and(|g| g != "apps" && g != "extensions")
}

/// Reads a DaemonSet of a dump. One that a server stored has passed the
/// server's checks; of any other at least the parts have to be where they belong.
pub(in crate::source) fn read_stored(
    object: &Object<'_>,
    default_namespace: &str,
) -> Result<DaemonSet, SourceError> {
    let spanned = object.spanned()?;
    let problems = misplaced(&spanned);
    if let Some(problem) = problems.first() {
        return Err(object.error(problem.line, &problem.problem));
    }
    match daemon_set(&spanned, default_namespace) {
        Ok((ds, _)) => Ok(ds),
        Err(failure) => Err(object.error(failure.line, &failure.problem)),
    }
}

/// Decodes a DaemonSet, and names the fields that the API doesn't have.
pub(super) fn daemon_set(
    spanned: &Spanned,
    default_namespace: &str,
) -> Result<(DaemonSet, Vec<Unknown>), Failure> {
    let (object, unknown) = decode::<apps::DaemonSet>(spanned)?;
    let template = spanned.at(&["spec", "template"]);
    let namespace = object.metadata.namespace.clone();
    let ds = DaemonSet {
        namespace: namespace
            .filter(|n| !n.is_empty())
            .unwrap_or_else(|| default_namespace.to_owned()),
        name: object.metadata.name.clone().unwrap_or_default(),
        raw_template: template.map(Spanned::to_value).unwrap_or_default(),
        object,
    };
    Ok((ds, unknown))
}

/// Parts that are missing or stand beside the object that they belong into.
pub(super) fn misplaced(spanned: &Spanned) -> Vec<Failure> {
    let beside: Vec<Failure> = spanned
        .fields()
        .iter()
        .filter(|f| SPEC.contains(&f.key.as_str()))
        .map(|f| Failure {
            line: f.line,
            problem: format!(
                "`{0}` stands beside `spec`; indent it so that it is `spec.{0}`",
                f.key
            ),
        })
        .collect();
    if !beside.is_empty() {
        return beside;
    }
    let missing = |path: &[&str], problem: String| {
        let is_missing = spanned.at(path).is_none();
        is_missing.then(|| Failure {
            line: spanned.line_of(&path.join(".")),
            problem,
        })
    };
    if let Some(missing) = missing(
        &["spec"],
        "`spec` is missing: it holds the selector and the template".to_owned(),
    ) {
        return vec![missing];
    }
    let selector = missing(&["spec", "selector"], missing_selector(spanned));
    let template = "`spec.template` is missing: it says what the pods are".to_owned();
    let template = missing(&["spec", "template"], template);
    selector.into_iter().chain(template).collect()
}

/// Whether so much is missing that it is the patch of another one: the selector and the
/// labels, which don't stand elsewhere either.
pub(super) fn is_patch(spanned: &Spanned) -> bool {
    let is_missing = |path: &[&str]| spanned.at(path).is_none();
    let has_spec = spanned.get("spec").is_some_and(|s| !s.fields().is_empty());
    let is_misplaced = SPEC.iter().any(|key| spanned.field(key).is_some());
    let is_part = is_missing(&["spec", "selector"])
        && is_missing(&["spec", "template", "metadata", "labels"]);
    has_spec && is_part && !is_misplaced || spanned.field("$patch").is_some()
}

/// The selector that the template's labels suggest.
fn missing_selector(spanned: &Spanned) -> String {
    let labels = spanned.at(&["spec", "template", "metadata", "labels"]);
    let mut labels = labels.into_iter().flat_map(Spanned::fields);
    let label = labels.find_map(|f| Some((f.key.as_str(), f.value.text()?)));
    let (key, value) = label.unwrap_or(("app", "NAME"));
    format!(
        "`spec.selector` is missing, and `apps/v1` doesn't take it from the template's labels: add `selector: {{matchLabels: {{{key}: {value}}}}}`"
    )
}
