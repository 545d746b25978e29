//! The objects as the remedies would leave them, for the engine to confirm.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Toleration};

use crate::analysis::owners::owned_taint::is_tolerated_by_key;
use crate::model::{Node, Taint};

use super::obstacle::ObstacleDetails;
use super::{Obstacle, Requirement, TemplateChange};

/// The node without the obstacles.
pub(super) fn apply_to_node<'a>(
    node: &Node,
    obstacles: impl IntoIterator<Item = &'a ObstacleDetails>,
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
            TemplateChange::ReplaceNodeSelector { key, by, .. } => {
                if let Some(selector) = &mut spec.node_selector {
                    selector.remove(key);
                    selector.insert(by.0.clone(), by.1.clone());
                }
            }
            TemplateChange::AddTerm(node) => terms(&mut spec).push(term_for(node)),
            TemplateChange::AddToleration(taint) | TemplateChange::TolerateOwn(taint) => {
                let tolerations = spec.tolerations.get_or_insert_default();
                tolerations.push(toleration_for(taint));
            }
            TemplateChange::JoinValues {
                term,
                kept,
                dropped,
                values,
                ..
            } => join_values(&mut spec, *term, (*kept, *dropped), values),
            TemplateChange::RemoveFields(term) => remove_fields(&mut spec, *term),
            TemplateChange::KeepOff {
                terms: indexes,
                requirements,
            } => keep_off(&mut spec, indexes, requirements),
            TemplateChange::RemoveSeconds(index) => {
                let toleration = spec.tolerations.iter_mut().flatten().nth(*index);
                if let Some(toleration) = toleration {
                    toleration.toleration_seconds = None;
                }
            }
        }
    }
    spec
}

fn join_values(
    spec: &mut PodSpec,
    term: usize,
    (kept, dropped): (usize, usize),
    values: &[String],
) {
    let term = terms(spec).get_mut(term);
    let Some(expressions) = term.and_then(|term| term.match_expressions.as_mut()) else {
        return;
    };
    if let Some(kept) = expressions.get_mut(kept) {
        kept.values = Some(values.to_vec());
    }
    if dropped < expressions.len() {
        expressions.remove(dropped);
    }
}

/// A term that requires nothing matches no node, and neither does an empty list of terms.
fn remove_fields(spec: &mut PodSpec, term: usize) {
    let terms = terms(spec);
    let Some(found) = terms.get_mut(term) else {
        return;
    };
    found.match_fields = None;
    if found.match_expressions.iter().flatten().next().is_none() {
        terms.remove(term);
    }
    if terms.is_empty()
        && let Some(affinity) = spec
            .affinity
            .as_mut()
            .and_then(|a| a.node_affinity.as_mut())
    {
        affinity.required_during_scheduling_ignored_during_execution = None;
    }
}

fn keep_off(spec: &mut PodSpec, indexes: &[usize], requirements: &[Requirement]) {
    let terms = terms(spec);
    let added = requirements.iter().map(NodeSelectorRequirement::from);
    if indexes.is_empty() {
        terms.push(NodeSelectorTerm {
            match_expressions: Some(added.collect()),
            match_fields: None,
        });
        return;
    }
    for index in indexes {
        if let Some(term) = terms.get_mut(*index) {
            let expressions = term.match_expressions.get_or_insert_default();
            expressions.extend(added.clone());
        }
    }
}

/// The toleration that covers a taint: whatever its value, where that is a time or an ID or the
/// owner is known; else with its value.
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

/// The term that matches only the node of this name.
pub(super) fn term_for(node: &str) -> NodeSelectorTerm {
    NodeSelectorTerm {
        match_expressions: None,
        match_fields: Some(vec![requirement_for(node)]),
    }
}

/// The requirement of `matchFields` that matches only the node of this name.
#[must_use]
pub fn requirement_for(node: &str) -> NodeSelectorRequirement {
    NodeSelectorRequirement {
        key: "metadata.name".to_owned(),
        operator: "In".to_owned(),
        values: Some(vec![node.to_owned()]),
    }
}

/// The terms of the required node affinity, which is created if missing.
fn terms(spec: &mut PodSpec) -> &mut Vec<NodeSelectorTerm> {
    let required = spec
        .affinity
        .get_or_insert_default()
        .node_affinity
        .get_or_insert_default()
        .required_during_scheduling_ignored_during_execution
        .get_or_insert_default();
    &mut required.node_selector_terms
}
