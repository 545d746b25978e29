//! What stands between a node and eligibility, and what would remove it.

use crate::analysis::contradiction::contradiction;
use crate::analysis::owners::ManagedBy;
use crate::analysis::owners::agent::OwnTaints;
use crate::analysis::owners::label::{
    LabelMeaning, LabelOwnership, OffSwitch, OwnedLabel, is_discovered, off_switch, own_value,
    owned_label,
};
use crate::analysis::owners::owned_taint::{EndsWhen, OwnedTaint, owned_taint};
use crate::analysis::reason::NodeTrouble;
use crate::analysis::template_field::TemplateField;
use crate::engine::Finding;
use crate::engine::affinity::{Requirement, RequirementError, Test};
use crate::model::{Command, Node, Taint, is_respelled};

use super::respelled::respelled;
use super::{Obstacle, Remedy, RemedyAction, TemplateChange, command};

/// A label that the node would have to have: `None` to remove it.
pub type LabelChange = (String, Option<String>);

/// One obstacle with what would have to change on the node.
pub(super) struct ObstacleDetails {
    pub(super) obstacle: Obstacle,
    pub(super) labels: Vec<LabelChange>,
    /// How many of them say what the machine is.
    pub(super) of_machine: usize,
    /// Whether a value among the labels is one of many possible ones.
    is_invented: bool,
    /// Only the template can remove it.
    pub(super) template_only: bool,
    /// What is wrong with the node, where the taint stands for that.
    trouble: Option<NodeTrouble>,
    /// Whether the DaemonSet itself removes the taint.
    is_own: bool,
    /// No node satisfies the term; holds the change that makes it satisfiable, where one is known.
    contradiction: Option<Option<TemplateChange>>,
}

pub(super) fn obstacles(
    node: &Node,
    findings: &[Finding<'_>],
    own: &OwnTaints,
) -> Vec<ObstacleDetails> {
    let mut obstacles = Vec::new();
    for finding in findings {
        match *finding {
            Finding::NodeName { wanted, ok: false } => {
                let wanted = wanted.to_owned();
                obstacles.push(ObstacleDetails {
                    template_only: true,
                    ..ObstacleDetails::new(Obstacle::NodeName { wanted })
                });
            }
            Finding::NodeSelector {
                key,
                wanted,
                ok: false,
                ..
            } => {
                let (key, wanted) = (key.to_owned(), wanted.to_owned());
                obstacles.push(ObstacleDetails {
                    labels: vec![(key.clone(), Some(wanted.clone()))],
                    ..ObstacleDetails::new(Obstacle::NodeSelector { key, wanted })
                });
            }
            Finding::NoUsableTerm => obstacles.push(ObstacleDetails::terms(Vec::new(), true)),
            Finding::Taint {
                taint,
                toleration: None,
            } if matches!(&*taint.effect, "NoSchedule" | "NoExecute") => {
                let trouble = NodeTrouble::behind(taint, node);
                obstacles.push(ObstacleDetails {
                    is_own: own.ends(taint, trouble.as_ref()),
                    trouble,
                    ..ObstacleDetails::new(Obstacle::Taint(taint.without_time()))
                });
            }
            _ => {}
        }
    }
    obstacles.extend(nearest_term(node, findings));
    for found in &mut obstacles {
        let of_machine = |wanted: &LabelOwnership| matches!(wanted, LabelOwnership::Contradicted(owned) if owned.says == LabelMeaning::Machine);
        found.of_machine = wanted(node, &found.labels).filter(of_machine).count();
    }
    obstacles
}

/// The term that needs the fewest label changes. Terms with a label that its owner sets otherwise
/// come later, and terms that labels can't satisfy come last.
fn nearest_term(node: &Node, findings: &[Finding<'_>]) -> Option<ObstacleDetails> {
    let terms = findings.iter().filter_map(|f| match f {
        Finding::Term { term, ok } => Some((*term, *ok)),
        _ => None,
    });
    let terms: Vec<_> = terms.collect();
    if terms.is_empty() || terms.iter().any(|(_, ok)| *ok) {
        return None;
    }
    let can_be_met = |term: &&(usize, bool)| contradiction(term.0, findings).is_none();
    let ways = terms
        .iter()
        .filter(can_be_met)
        .filter_map(|(term, _)| labels_for_term(node, *term, findings));
    let nearest = ways.min_by_key(|(way, _)| {
        let is_far =
            |(key, value): &LabelChange| !is_spelled_otherwise(node, key, value.as_deref());
        (
            is_contradicted(node, way),
            way.len(),
            way.iter().any(is_far),
            way.iter().any(|(key, _)| is_discovered(key)),
        )
    });
    Some(match nearest {
        Some((labels, is_invented)) => ObstacleDetails {
            is_invented,
            ..ObstacleDetails::terms(labels, false)
        },
        None => ObstacleDetails {
            contradiction: (!terms.iter().any(|term| can_be_met(&term)))
                .then(|| joined(&terms, findings)),
            ..ObstacleDetails::terms(Vec::new(), true)
        },
    })
}

/// Whether the node has the label with another spelling of the value: `True` for `true`.
fn is_spelled_otherwise(node: &Node, key: &str, wanted: Option<&str>) -> bool {
    let found = node.labels.get(key);
    found
        .zip(wanted)
        .is_some_and(|(found, wanted)| is_respelled(wanted, found))
}

/// The change that makes the first contradictory term of `terms` satisfiable.
fn joined(terms: &[(usize, bool)], findings: &[Finding<'_>]) -> Option<TemplateChange> {
    let mut found = terms
        .iter()
        .filter_map(|(term, _)| contradiction(*term, findings));
    found.find_map(|found| {
        let values = found.joined()?;
        Some(TemplateChange::joined(&found, values))
    })
}

/// The label changes that make one term match, and whether one of their values is one of many
/// possible ones; `None` when labels can't make it match.
fn labels_for_term(
    node: &Node,
    term: usize,
    findings: &[Finding<'_>],
) -> Option<(Vec<LabelChange>, bool)> {
    let (mut labels, mut is_invented) = (Vec::new(), false);
    for finding in findings {
        match *finding {
            Finding::Expression {
                term: t,
                requirement,
                ok: false,
                ..
            } if t == term => {
                labels.push(label_for(node, requirement)?);
                is_invented |= matches!(requirement.test, Ok(Test::Gt(_) | Test::Lt(_)));
            }
            Finding::Field {
                term: t, ok: false, ..
            } if t == term => {
                return None;
            }
            _ => {}
        }
    }
    Some((labels, is_invented))
}

/// The label that would make a requirement match: of several values, the one that is true for the
/// machine.
fn label_for(node: &Node, requirement: &Requirement) -> Option<LabelChange> {
    let key = requirement.key.clone();
    let own = own_value(node, &key);
    let is_own = |value: &&String| own == Some(value.as_str());
    match requirement.test {
        Ok(Test::In) => {
            let values = &requirement.values;
            let value = values.iter().find(is_own).or(values.first());
            Some((key, value.cloned()))
        }
        Ok(Test::Exists) => Some((key, Some(String::new()))),
        Ok(Test::NotIn | Test::DoesNotExist) => Some((key, None)),
        Ok(Test::Gt(bound)) => Some((key, Some(bound.checked_add(1)?.to_string()))),
        Ok(Test::Lt(bound)) if bound > 0 => Some((key, Some((bound - 1).to_string()))),
        _ => None,
    }
}

impl ObstacleDetails {
    const fn new(obstacle: Obstacle) -> Self {
        Self {
            obstacle,
            labels: Vec::new(),
            of_machine: 0,
            is_invented: false,
            template_only: false,
            trouble: None,
            is_own: false,
            contradiction: None,
        }
    }

    fn terms(labels: Vec<LabelChange>, template_only: bool) -> Self {
        Self {
            labels,
            template_only,
            ..Self::new(Obstacle::NodeAffinity)
        }
    }

    /// Whether it is a condition of the node, which ends by itself or is fixed there.
    pub(super) fn stands_for_condition(&self) -> bool {
        match &self.obstacle {
            Obstacle::Taint(taint) if !self.is_own => {
                owned_taint(taint).is_some_and(OwnedTaint::stands_for_condition)
            }
            _ => false,
        }
    }

    /// What to do about it for `node`.
    pub(super) fn ways(&self, node: &Node) -> ObstacleRemoval {
        match &self.obstacle {
            Obstacle::Taint(taint) if self.is_own => ObstacleRemoval {
                template: Some(TemplateChange::TolerateOwn(taint.clone())),
                ..ObstacleRemoval::default()
            },
            Obstacle::Taint(taint) => ObstacleRemoval {
                trouble: self.trouble.clone(),
                ..of_taint(taint, node)
            },
            Obstacle::NodeName { .. } => ObstacleRemoval {
                template: Some(TemplateChange::RemoveNodeName),
                ..ObstacleRemoval::default()
            },
            Obstacle::NodeSelector { key, wanted } => {
                if let Some(switch) = off_switch(node, key) {
                    return allow_operator(switch, node);
                }
                let Some(by) = respelled(key, wanted, &node.labels) else {
                    let change = TemplateChange::RemoveNodeSelector(key.clone());
                    return self.of_labels(change, node);
                };
                let change = TemplateChange::ReplaceNodeSelector {
                    key: key.clone(),
                    wanted: wanted.clone(),
                    by,
                };
                // Nothing restores its old name.
                let is_owned = owned_label(key).is_some();
                ObstacleRemoval {
                    template: Some(change.clone()),
                    node: self.of_labels(change, node).node.filter(|_| !is_owned),
                    ..ObstacleRemoval::default()
                }
            }
            Obstacle::NodeAffinity => match &self.contradiction {
                Some(change) => ObstacleRemoval {
                    template: change.clone(),
                    ..ObstacleRemoval::default()
                },
                None => {
                    let change = TemplateChange::AddTerm(node.name.to_string());
                    self.of_labels(change, node)
                }
            },
        }
    }

    /// A label that describes the machine isn't worked around: a pod that can't run there
    /// shouldn't.
    fn of_labels(&self, template: TemplateChange, node: &Node) -> ObstacleRemoval {
        let wanted = || wanted(node, &self.labels);
        let contradicted = wanted().find_map(|wanted| match wanted {
            LabelOwnership::Contradicted(owned) => Some(owned),
            LabelOwnership::Free | LabelOwnership::Restored(_) => None,
        });
        let restored = wanted().find_map(|wanted| match wanted {
            LabelOwnership::Restored(owned) => Some(owned),
            LabelOwnership::Free | LabelOwnership::Contradicted(_) => None,
        });
        let is_rightly_asked = |owned: &OwnedLabel| owned.says == LabelMeaning::Machine;
        let is_kept = restored.is_some() || contradicted.is_some_and(is_rightly_asked);
        let is_set = !self.labels.is_empty() && !self.is_invented && contradicted.is_none();
        let labels = is_set.then(|| RemedyAction::SetLabels {
            command: command::label(&self.labels, node),
            restored_by: restored.map(ManagedBy::Label),
            overwritten: self.overwritten(node),
            is_misspelled: self
                .labels
                .iter()
                .all(|(key, value)| is_spelled_otherwise(node, key, value.as_deref())),
        });
        ObstacleRemoval {
            template: (!is_kept).then_some(template),
            node: labels,
            managed_by: contradicted.map(ManagedBy::Label),
            trouble: None,
        }
    }

    /// The labels of `node` whose value would be overwritten.
    fn overwritten(&self, node: &Node) -> Vec<(String, String)> {
        let set = self.labels.iter().filter(|(_, value)| value.is_some());
        let found =
            set.filter_map(|(key, _)| Some((key.clone(), node.labels.get(key)?.to_owned())));
        found.collect()
    }
}

/// The ways to remove an obstacle.
#[derive(Default)]
pub(super) struct ObstacleRemoval {
    /// The change of the template that removes it.
    pub(super) template: Option<TemplateChange>,
    /// The change of the node that removes it.
    pub(super) node: Option<RemedyAction>,
    /// Who undoes a change by hand.
    pub(super) managed_by: Option<ManagedBy>,
    /// What is wrong with the node.
    pub(super) trouble: Option<NodeTrouble>,
}

impl ObstacleRemoval {
    /// Whether the obstacle lasts as long as the node exists: then nothing else helps.
    pub(super) fn is_for_good(&self) -> bool {
        let stays = match self.managed_by {
            Some(ManagedBy::Taint(owned)) => owned.ends == EndsWhen::PoolChanged,
            Some(ManagedBy::Label(_)) => true,
            None => false,
        };
        stays && self.template.is_none() && self.node.is_none()
    }
}

fn of_taint(taint: &Taint, node: &Node) -> ObstacleRemoval {
    let owned = owned_taint(taint);
    let is_tolerable = owned.is_none_or(OwnedTaint::may_be_tolerated);
    let is_by_hand = owned.is_none_or(OwnedTaint::is_taken_off_by_hand);
    // A taint of every node in a pool isn't waited for, where pods may run there.
    let is_for_good = |owned: &OwnedTaint| owned.ends == EndsWhen::PoolChanged && is_tolerable;
    let managed = owned.filter(|owned| !is_by_hand && !is_for_good(owned));
    ObstacleRemoval {
        template: is_tolerable.then(|| TemplateChange::AddToleration(taint.clone())),
        node: is_by_hand.then(|| RemedyAction::RemoveTaint(command::remove_taint(taint, node))),
        managed_by: managed.map(ManagedBy::Taint),
        trouble: None,
    }
}

/// What its operator selects nodes by isn't changed by hand.
fn allow_operator(switch: &'static OffSwitch, node: &Node) -> ObstacleRemoval {
    let label = (switch.key.to_owned(), None);
    ObstacleRemoval {
        node: Some(RemedyAction::AllowOperator {
            switch,
            command: command::label(&[label], node),
        }),
        ..ObstacleRemoval::default()
    }
}

fn wanted(node: &Node, labels: &[LabelChange]) -> impl Iterator<Item = LabelOwnership> {
    labels
        .iter()
        .map(|(key, value)| LabelOwnership::new(node, key, value.as_deref()))
}

fn is_contradicted(node: &Node, labels: &[LabelChange]) -> bool {
    wanted(node, labels).any(|wanted| matches!(wanted, LabelOwnership::Contradicted(_)))
}

/// Requirements that can't be parsed are corrected first.
pub(super) fn corrections<'a>(
    findings: &'a [Finding<'_>],
    edit: Option<&'a Command>,
) -> impl Iterator<Item = Remedy> + 'a {
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
    let correction =
        move |(term, is_field, index, problem): (usize, bool, usize, &RequirementError)| {
            let field = TemplateField::Requirement {
                term,
                is_field,
                index,
            };
            let change = RemedyAction::CorrectRequirement {
                field,
                problem: problem.clone(),
                command: edit.cloned(),
            };
            Remedy::new(Obstacle::NodeAffinity, change)
        };
    broken.filter(move |_| !matched).map(correction)
}
