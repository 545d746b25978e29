//! What a node lacks to run a DaemonSet, as its template requires it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::analysis::reason::{Reason, Requirement, Untolerated};
use crate::words::sentence::Sentence;

use super::node::{by_its_own_pod, near_miss};
use super::rule;

/// Everything that the node would need: `needs label a=b or label c, and a toleration for taint
/// d:NoSchedule`. The terms of a node affinity are alternatives.
#[must_use]
pub fn needs<'r>(reasons: impl Iterator<Item = &'r Reason>, now: Timestamp) -> Sentence {
    let (mut wanted, mut others) = (Vec::new(), Vec::new());
    let mut terms: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for reason in reasons {
        match reason {
            Reason::NodeSelectorMismatch {
                key,
                wanted: value,
                found,
            } => {
                wanted.push(with_found(
                    format!("label {key}={value}"),
                    key,
                    found.as_deref(),
                ));
            }
            Reason::NodeAffinityMismatch(requirement) => {
                let term = terms.entry(requirement.term).or_default();
                term.push(requirement_of(requirement));
            }
            Reason::UntoleratedNoExecute(taint) | Reason::UntoleratedNoSchedule(taint) => {
                wanted.push(toleration(taint));
            }
            other => others.push(rule(other, now).into_string()),
        }
    }
    let affinity = alternatives(terms);
    let wanted: Vec<String> = affinity.into_iter().chain(wanted).collect();
    if !wanted.is_empty() {
        others.insert(0, format!("needs {}", wanted.join(", and ")));
    }
    Sentence::new(others.join("; "))
}

/// One of the terms is enough; within a term all requirements are needed.
fn alternatives(terms: BTreeMap<usize, Vec<String>>) -> Option<String> {
    let is_one_each = terms.values().all(|term| term.len() == 1);
    let terms: Vec<String> = terms.into_values().map(|term| term.join(" and ")).collect();
    match terms.as_slice() {
        [] => None,
        _ if is_one_each => Some(terms.join(" or ")),
        [only] => Some(only.clone()),
        _ => Some(format!("either {}", terms.join(", or "))),
    }
}

pub(super) fn requirement_of(requirement: &Requirement) -> String {
    let Requirement {
        key,
        operator,
        values,
        found,
        ..
    } = requirement;
    if requirement.is_field {
        return format!("the field {requirement}");
    }
    let text = match (operator.as_str(), values.as_slice()) {
        ("In", [value]) => format!("label {key}={value}"),
        ("In", values) => format!("label {key} in ({})", values.join(", ")),
        ("Exists", _) => format!("label {key}"),
        ("DoesNotExist", _) => return format!("no label {key}"),
        ("NotIn", [value]) => return format!("no label {key}={value}"),
        ("Gt", [value]) => format!("label {key} > {value}"),
        ("Lt", [value]) => format!("label {key} < {value}"),
        _ => format!("label {requirement}"),
    };
    with_found(text, key, found.as_deref())
}

/// What the node has instead, where it has the label.
fn with_found(text: String, key: &str, found: Option<&str>) -> String {
    match found {
        Some(found) => format!("{text} (it has {key}={found})"),
        None => text,
    }
}

/// A node's condition is fixed, and its taint isn't tolerated.
fn toleration(untolerated: &Untolerated) -> String {
    let taint = &untolerated.taint;
    if untolerated.stands_for_condition() {
        return format!("the node to recover (taint {taint})");
    }
    let own = by_its_own_pod(untolerated);
    match near_miss(untolerated) {
        Some(near) => format!("a toleration for taint {taint}{own} ({near})"),
        None => format!("a toleration for taint {taint}{own}"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::words::reason) fn requirement(
        term: usize,
        key: &str,
        operator: &str,
        values: &[&str],
    ) -> Reason {
        Reason::NodeAffinityMismatch(Requirement {
            term,
            of_several: true,
            is_field: false,
            index: 0,
            key: key.to_owned(),
            operator: operator.to_owned(),
            values: values.iter().map(ToString::to_string).collect(),
            found: None,
            contradicts: None,
        })
    }

    fn says(reasons: &[Reason]) -> String {
        needs(reasons.iter(), Timestamp::UNIX_EPOCH).into_string()
    }

    #[test]
    fn terms_are_alternatives_and_requirements_are_not() {
        let gpu = requirement(0, "gpu", "In", &["true"]);
        let pool = requirement(1, "pool", "In", &["a", "b"]);
        let no_spot = requirement(1, "spot", "DoesNotExist", &[]);
        assert_eq!(says(std::slice::from_ref(&gpu)), "needs label gpu=true");
        let both = [gpu, pool.clone()];
        assert_eq!(says(&both), "needs label gpu=true or label pool in (a, b)");
        let [gpu, _] = both;
        assert_eq!(
            says(&[gpu, pool, no_spot]),
            "needs either label gpu=true, or label pool in (a, b) and no label spot"
        );
    }

    #[test]
    fn what_the_node_has_instead_is_said() {
        let selector = Reason::NodeSelectorMismatch {
            key: "pool".to_owned(),
            wanted: "gpu".to_owned(),
            found: Some("general".to_owned()),
        };
        assert_eq!(
            says(&[selector]),
            "needs label pool=gpu (it has pool=general)"
        );
    }
}
