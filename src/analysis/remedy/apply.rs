//! The objects as they would be after the remedies, for the engine to confirm them.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Toleration};

use crate::analysis::owners::taint::is_tolerated_by_key;
use crate::model::{Node, Taint};

use super::obstacle::Found;
use super::{Obstacle, TemplateChange};

/// The node without the obstacles.
pub(super) fn apply_to_node<'a>(
    node: &Node,
    obstacles: impl IntoIterator<Item = &'a Found>,
) -> Node {
    let mut node = node.clone();
    for found in obstacles {
        for (key, value) in &found.labels {
            node.labels = match value {
                Some(value) => node.labels.with(key, value),
                None => node.labels.without(key),
            };
        }
        if let Obstacle::Taint(taint) = &found.obstacle {
            node.taints.retain(|t| t.without_time() != *taint);
        }
    }
    node
}

/// The template after the changes.
pub(super) fn apply_to_template(spec: &PodSpec, changes: &[TemplateChange]) -> PodSpec {
    let mut spec = spec.clone();
    for change in changes {
        match change {
            TemplateChange::RemoveNodeName => spec.node_name = None,
            TemplateChange::RemoveNodeSelector(key) => {
                if let Some(selector) = &mut spec.node_selector {
                    selector.remove(key);
                }
            }
            TemplateChange::AddTerm(node) => add_term(&mut spec, node),
            TemplateChange::AddToleration(taint) => {
                let tolerations = spec.tolerations.get_or_insert_default();
                tolerations.push(toleration_for(taint));
            }
        }
    }
    spec
}

/// The toleration that covers a taint: whatever its value where that is of one occasion, or
/// its owner is known; else with its value.
#[must_use]
pub fn toleration_for(taint: &Taint) -> Toleration {
    let by_key = is_tolerated_by_key(taint);
    Toleration {
        key: Some(taint.key.to_string()),
        operator: Some(if by_key { "Exists" } else { "Equal" }.to_owned()),
        value: (!by_key).then(|| taint.value.to_string()),
        effect: Some(taint.effect.to_string()),
        toleration_seconds: None,
    }
}

/// The term that the node of this name alone matches.
pub(super) fn term_for(node: &str) -> NodeSelectorTerm {
    NodeSelectorTerm {
        match_expressions: None,
        match_fields: Some(vec![requirement_for(node)]),
    }
}

/// The requirement of `matchFields` that matches the node of this name alone.
#[must_use]
pub fn requirement_for(node: &str) -> NodeSelectorRequirement {
    NodeSelectorRequirement {
        key: "metadata.name".to_owned(),
        operator: "In".to_owned(),
        values: Some(vec![node.to_owned()]),
    }
}

fn add_term(spec: &mut PodSpec, node: &str) {
    let required = spec
        .affinity
        .get_or_insert_default()
        .node_affinity
        .get_or_insert_default()
        .required_during_scheduling_ignored_during_execution
        .get_or_insert_default();
    required.node_selector_terms.push(term_for(node));
}
