//! What stands between a node and eligibility.

use crate::engine::Finding;
use crate::engine::affinity::{Requirement, Test};
use crate::model::Taint;

/// A label of the node as it would have to be: `None` for not at all.
pub(super) type LabelChange = (String, Option<String>);
/// One obstacle with what it would take on either side.
pub(super) struct Obstacle {
    pub(super) text: String,
    pub(super) labels: Vec<LabelChange>,
    /// Only the template can remove it.
    pub(super) template_only: bool,
    pub(super) taint: Option<Taint>,
    pub(super) template: TemplateChange,
}

pub(super) enum TemplateChange {
    RemoveNodeName,
    RemoveNodeSelector(String),
    AddTerm,
    Tolerate(Taint),
}
pub(super) fn obstacles(findings: &[Finding<'_>]) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    for finding in findings {
        match *finding {
            Finding::NodeName { wanted, ok: false } => {
                obstacles.push(Obstacle::node_name(wanted));
            }
            Finding::NodeSelector {
                key,
                wanted,
                ok: false,
                ..
            } => {
                obstacles.push(Obstacle::node_selector(key, wanted));
            }
            Finding::NoUsableTerm => obstacles.push(Obstacle::terms(Vec::new(), true)),
            Finding::Taint {
                taint,
                toleration: None,
            } if matches!(&*taint.effect, "NoSchedule" | "NoExecute") => {
                obstacles.push(Obstacle::taint(taint));
            }
            _ => {}
        }
    }
    obstacles.extend(nearest_term(findings));
    obstacles
}

/// The term that the fewest label changes make match; one without a way by labels comes last.
fn nearest_term(findings: &[Finding<'_>]) -> Option<Obstacle> {
    let terms = findings.iter().filter_map(|f| match f {
        Finding::Term { term, ok } => Some((*term, *ok)),
        _ => None,
    });
    let terms: Vec<_> = terms.collect();
    if terms.is_empty() || terms.iter().any(|(_, ok)| *ok) {
        return None;
    }
    let ways = terms
        .iter()
        .filter_map(|(term, _)| labels_for_term(*term, findings));
    let nearest = ways.min_by_key(Vec::len);
    Some(match nearest {
        Some(labels) => Obstacle::terms(labels, false),
        None => Obstacle::terms(Vec::new(), true),
    })
}

/// The label changes that make one term match; `None` when labels can't.
fn labels_for_term(term: usize, findings: &[Finding<'_>]) -> Option<Vec<LabelChange>> {
    let mut labels = Vec::new();
    for finding in findings {
        match *finding {
            Finding::Expression {
                term: t,
                requirement,
                ok: false,
                ..
            } if t == term => {
                labels.push(label_for(requirement)?);
            }
            Finding::Field {
                term: t, ok: false, ..
            } if t == term => {
                return None;
            }
            _ => {}
        }
    }
    Some(labels)
}

/// The label that would make a requirement match.
fn label_for(requirement: &Requirement) -> Option<LabelChange> {
    let key = requirement.key.clone();
    match requirement.test {
        Ok(Test::In) => Some((key, requirement.values.first().cloned())),
        Ok(Test::Exists) => Some((key, Some(String::new()))),
        Ok(Test::NotIn | Test::DoesNotExist) => Some((key, None)),
        Ok(Test::Gt(bound)) => Some((key, Some(bound.checked_add(1)?.to_string()))),
        Ok(Test::Lt(bound)) if bound > 0 => Some((key, Some((bound - 1).to_string()))),
        _ => None,
    }
}
impl Obstacle {
    fn node_name(wanted: &str) -> Self {
        Self {
            text: format!("the template names node {wanted}"),
            labels: Vec::new(),
            template_only: true,
            taint: None,
            template: TemplateChange::RemoveNodeName,
        }
    }

    fn node_selector(key: &str, wanted: &str) -> Self {
        Self {
            text: format!("nodeSelector {key}={wanted}"),
            labels: vec![(key.to_owned(), Some(wanted.to_owned()))],
            template_only: false,
            taint: None,
            template: TemplateChange::RemoveNodeSelector(key.to_owned()),
        }
    }

    fn terms(labels: Vec<LabelChange>, template_only: bool) -> Self {
        Self {
            text: "required node affinity".to_owned(),
            labels,
            template_only,
            taint: None,
            template: TemplateChange::AddTerm,
        }
    }

    fn taint(taint: &Taint) -> Self {
        Self {
            text: format!("taint {taint}"),
            labels: Vec::new(),
            template_only: false,
            taint: Some(taint.clone()),
            template: TemplateChange::Tolerate(taint.clone()),
        }
    }
}
