//! The objects as they would be after the remedies, for the engine to confirm them.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Toleration};

use crate::model::{Node, Taint};

use super::obstacle::Found;
use super::{Obstacle, TemplateChange};

pub(super) fn apply_to_node(node: &Node, obstacles: &[Found]) -> Node {
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

pub(super) fn apply_to_template(spec: &PodSpec, node: &Node, obstacles: &[Found]) -> PodSpec {
    let mut spec = spec.clone();
    for found in obstacles {
        match found.obstacle.template_change(node) {
            TemplateChange::RemoveNodeName => spec.node_name = None,
            TemplateChange::RemoveNodeSelector(key) => {
                if let Some(selector) = &mut spec.node_selector {
                    selector.remove(&key);
                }
            }
            TemplateChange::AddTerm(node) => add_term(&mut spec, &node),
            TemplateChange::AddToleration(taint) => {
                let tolerations = spec.tolerations.get_or_insert_default();
                tolerations.push(toleration_for(&taint));
            }
        }
    }
    spec
}

/// The toleration that covers a taint and nothing else.
#[must_use]
pub fn toleration_for(taint: &Taint) -> Toleration {
    let has_value = !taint.value.is_empty();
    Toleration {
        key: Some(taint.key.to_string()),
        operator: Some(if has_value { "Equal" } else { "Exists" }.to_owned()),
        value: has_value.then(|| taint.value.to_string()),
        effect: Some(taint.effect.to_string()),
        toleration_seconds: None,
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
    required.node_selector_terms.push(NodeSelectorTerm {
        match_expressions: None,
        match_fields: Some(vec![requirement_for(node)]),
    });
}
