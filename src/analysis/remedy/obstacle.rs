//! What stands between a node and eligibility, and what would remove it.

use crate::analysis::managed_by::{label_managed_by, taint_managed_by};
use crate::analysis::template_field::TemplateField;
use crate::engine::Finding;
use crate::engine::affinity::{Requirement, RequirementError, Test};
use crate::model::Node;

use super::{ByHand, Change, Obstacle, Remedy, TemplateChange, command};

/// A label of the node as it would have to be: `None` for not at all.
pub type LabelChange = (String, Option<String>);

/// One obstacle with what it would take on the node.
pub(super) struct Found {
    pub(super) obstacle: Obstacle,
    pub(super) labels: Vec<LabelChange>,
    /// Only the template can remove it.
    pub(super) template_only: bool,
}

pub(super) fn obstacles(findings: &[Finding<'_>]) -> Vec<Found> {
    let mut obstacles = Vec::new();
    for finding in findings {
        match *finding {
            Finding::NodeName { wanted, ok: false } => {
                let wanted = wanted.to_owned();
                obstacles.push(Found {
                    obstacle: Obstacle::NodeName { wanted },
                    labels: Vec::new(),
                    template_only: true,
                });
            }
            Finding::NodeSelector {
                key,
                wanted,
                ok: false,
                ..
            } => {
                let (key, wanted) = (key.to_owned(), wanted.to_owned());
                obstacles.push(Found {
                    labels: vec![(key.clone(), Some(wanted.clone()))],
                    obstacle: Obstacle::NodeSelector { key, wanted },
                    template_only: false,
                });
            }
            Finding::NoUsableTerm => obstacles.push(Found::terms(Vec::new(), true)),
            Finding::Taint {
                taint,
                toleration: None,
            } if matches!(&*taint.effect, "NoSchedule" | "NoExecute") => {
                obstacles.push(Found {
                    obstacle: Obstacle::Taint(taint.without_time()),
                    labels: Vec::new(),
                    template_only: false,
                });
            }
            _ => {}
        }
    }
    obstacles.extend(nearest_term(findings));
    obstacles
}

/// The term that the fewest label changes make match; one without a way by labels comes last.
fn nearest_term(findings: &[Finding<'_>]) -> Option<Found> {
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
        Some(labels) => Found::terms(labels, false),
        None => Found::terms(Vec::new(), true),
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

impl Found {
    const fn terms(labels: Vec<LabelChange>, template_only: bool) -> Self {
        Self {
            obstacle: Obstacle::NodeAffinity,
            labels,
            template_only,
        }
    }

    /// The change of the node that removes it, where one does.
    pub(super) fn node_change(&self, node: &Node) -> Option<Change> {
        if let Obstacle::Taint(taint) = &self.obstacle {
            let command = || ByHand::Command(command::remove_taint(taint, node));
            let managed_by = taint_managed_by(&taint.key);
            return Some(Change::RemoveTaint(
                managed_by.map_or_else(command, ByHand::Undone),
            ));
        }
        let mut keys = self.labels.iter().map(|(key, _)| key);
        let command = || ByHand::Command(command::label(&self.labels, node));
        let managed_by = keys.find_map(|key| label_managed_by(key));
        (!self.labels.is_empty())
            .then(|| Change::SetLabels(managed_by.map_or_else(command, ByHand::Undone)))
    }
}

impl Obstacle {
    /// The change of the template that removes it for `node`.
    pub(super) fn template_change(&self, node: &Node) -> TemplateChange {
        match self {
            Self::NodeName { .. } => TemplateChange::RemoveNodeName,
            Self::NodeSelector { key, .. } => TemplateChange::RemoveNodeSelector(key.clone()),
            Self::NodeAffinity => TemplateChange::AddTerm(node.name.to_string()),
            Self::Taint(taint) => TemplateChange::AddToleration(taint.clone()),
        }
    }
}

/// Requirements that can't be parsed are corrected first of all.
pub(super) fn corrections<'a>(findings: &'a [Finding<'_>]) -> impl Iterator<Item = Remedy> + 'a {
    let matched = findings
        .iter()
        .any(|f| matches!(f, Finding::Term { ok: true, .. }));
    let broken = findings.iter().filter_map(|f| match *f {
        Finding::Expression {
            term,
            requirement: r,
            ..
        } => Some((term, false, r.index, r.test.as_ref().err()?)),
        Finding::Field {
            term,
            requirement: r,
            ..
        } => Some((term, true, r.index, r.equal.as_ref().err()?)),
        _ => None,
    });
    let correction = |(term, is_field, index, problem): (usize, bool, usize, &RequirementError)| {
        let field = TemplateField::Requirement {
            term,
            is_field,
            index,
        };
        Remedy {
            obstacle: Obstacle::NodeAffinity,
            change: Change::CorrectRequirement {
                field,
                problem: problem.clone(),
            },
        }
    };
    broken.filter(move |_| !matched).map(correction)
}
