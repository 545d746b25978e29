//! `ValidateLabelSelector` (apimachinery 0.37.1) inside a template: on the
//! affinity of pods, on spread constraints, on volumes.

use serde_json::Value;

use super::Problems;
use super::access::{Object, items, list, number, object, text, texts};
use crate::model::qualified_name::{check_label_key, check_label_value};

pub(super) fn check(path: &str, selector: &Object, problems: &mut Problems) {
    let before = problems.found.len();
    for (key, value) in object(selector, "matchLabels").into_iter().flatten() {
        let path = format!("{path}.matchLabels[{key}]");
        problems.check(&path, check_label_key(key));
        let value = value.as_str().unwrap_or_default();
        problems.check(&path, check_label_value(value));
    }
    for (index, requirement) in items(selector, "matchExpressions") {
        let path = format!("{path}.matchExpressions[{index}]");
        expression(&path, requirement, problems);
    }
    // `AllowInvalidTopologySpreadConstraintLabelSelector`
    if path.contains(".topologySpreadConstraints[") {
        let found = problems.found.iter_mut().skip(before);
        found.for_each(|violation| violation.kept = true);
    }
}

/// `ValidateLabelSelectorRequirement`
fn expression(path: &str, requirement: &Object, problems: &mut Problems) {
    let values = list(requirement, "values");
    match (text(requirement, "operator"), values.is_empty()) {
        (operator @ ("In" | "NotIn"), true) => {
            let problem = format!("is missing: `{operator}` takes at least one");
            problems.add(&format!("{path}.values"), problem);
        }
        (operator @ ("Exists" | "DoesNotExist"), false) => {
            let problem = format!("has to go: `{operator}` takes none");
            problems.add(&format!("{path}.values"), problem);
        }
        ("In" | "NotIn" | "Exists" | "DoesNotExist", _) => {}
        (other, _) => {
            let problem =
                format!("is `{other}`; it can be `In`, `NotIn`, `Exists` or `DoesNotExist`");
            problems.add(&format!("{path}.operator"), problem);
        }
    }
    let key = check_label_key(text(requirement, "key"));
    problems.check(&format!("{path}.key"), key);
    for (index, value) in values.iter().filter_map(Value::as_str).enumerate() {
        problems.check_kept(&format!("{path}.values[{index}]"), check_label_value(value));
    }
}

/// `validateMinDomains` and `validateLabelKeys` (1.37.1).
pub(super) fn check_spread(path: &str, constraint: &Object, problems: &mut Problems) {
    let action = text(constraint, "whenUnsatisfiable");
    if number(constraint, "minDomains").is_some() && action != "DoNotSchedule" {
        let problem = "can only be set with `whenUnsatisfiable: DoNotSchedule`";
        problems.add(&format!("{path}.minDomains"), problem);
    }
    let keys = texts(constraint, "matchLabelKeys");
    for (index, key) in keys.enumerate() {
        problems.check_kept(
            &format!("{path}.matchLabelKeys[{index}]"),
            check_label_key(key),
        );
    }
    if !list(constraint, "matchLabelKeys").is_empty()
        && object(constraint, "labelSelector").is_none()
    {
        let problem = "takes effect only beside a `labelSelector`, and is refused without it";
        problems.add_kept(&format!("{path}.matchLabelKeys"), problem);
    }
}
