//! The chain of rules for one node, each passed or failed, with both sides.

use crate::engine::affinity::RequirementError;
use crate::engine::toleration::{DaemonToleration, Origin};
use crate::engine::{CompiledDaemonSet, Finding};
use crate::model::Taint;

use super::template_field::TemplateField;

/// One rule of the template applied to the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The field of the DaemonSet.
    pub field: TemplateField,
    /// Whether the node passes it; `None` for a rule that decides nothing.
    pub passed: Option<bool>,
    /// What the template asks.
    pub template: TemplateRule,
    /// What the node has.
    pub node: NodeFact,
}

/// What a template requires of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateRule {
    /// Nothing: the field isn't set.
    NotSet,
    /// To be the node with this name.
    Node(String),
    /// A label with this value.
    Label {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
    },
    /// Something that no node can satisfy: no term of the required node affinity is usable.
    NoUsableTerm,
    /// All requirements of a term.
    AllRequirements,
    /// One requirement of a term.
    Requirement {
        /// The label or field.
        key: String,
        /// The operator as written.
        operator: String,
        /// The values as written.
        values: Vec<String>,
    },
    /// It tolerates the taint by this toleration.
    Toleration(DaemonToleration),
    /// It has no toleration for the taint.
    NoToleration,
    /// It has this many tolerations.
    Tolerations(usize),
}

/// What a node has to offer for a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeFact {
    /// Anything: nothing is required of it.
    AnyNode,
    /// Whether it is the named node.
    IsNamed(bool),
    /// Its value of a label; `None` where it lacks the label.
    Label {
        /// The label's key.
        key: String,
        /// Its value.
        value: Option<String>,
    },
    /// Its value of a field.
    Field(String),
    /// It can't be compared: the requirement can't be parsed.
    NotComparable(RequirementError),
    /// Whether it matches a term.
    MatchesTerm(bool),
    /// No node matches the requirement.
    NoNodeMatches,
    /// It has this taint.
    Taint {
        /// The taint.
        taint: Taint,
        /// Whether its effect keeps pods away.
        has_say: bool,
    },
    /// It has no taints.
    NoTaints,
}

/// The rules in upstream's order: nodeName, nodeSelector, affinity, taints.
#[must_use]
pub fn rules(ds: &CompiledDaemonSet, findings: &[Finding<'_>]) -> Vec<Rule> {
    let mut rules = vec![node_name(findings)];
    push_node_selector(&mut rules, findings);
    push_affinity(&mut rules, findings);
    push_taints(&mut rules, ds, findings);
    rules
}

impl Rule {
    const fn new(
        field: TemplateField,
        passed: bool,
        template: TemplateRule,
        node: NodeFact,
    ) -> Self {
        Self {
            field,
            passed: Some(passed),
            template,
            node,
        }
    }

    const fn not_set(field: TemplateField) -> Self {
        Self::new(field, true, TemplateRule::NotSet, NodeFact::AnyNode)
    }
}

fn node_name(findings: &[Finding<'_>]) -> Rule {
    let found = findings.iter().find_map(|f| match f {
        Finding::NodeName { wanted, ok } => Some((*wanted, *ok)),
        _ => None,
    });
    let field = TemplateField::NodeName;
    let Some((wanted, ok)) = found else {
        return Rule::not_set(field);
    };
    let template = TemplateRule::Node(wanted.to_owned());
    Rule::new(field, ok, template, NodeFact::IsNamed(ok))
}

fn push_node_selector(rules: &mut Vec<Rule>, findings: &[Finding<'_>]) {
    let before = rules.len();
    for finding in findings {
        if let Finding::NodeSelector {
            key,
            wanted,
            found,
            ok,
        } = *finding
        {
            let field = TemplateField::NodeSelectorPair(key.to_owned());
            let template = TemplateRule::Label {
                key: key.to_owned(),
                value: wanted.to_owned(),
            };
            rules.push(Rule::new(field, ok, template, label(key, found)));
        }
    }
    if rules.len() == before {
        rules.push(Rule::not_set(TemplateField::NodeSelector));
    }
}

fn label(key: &str, value: Option<&str>) -> NodeFact {
    NodeFact::Label {
        key: key.to_owned(),
        value: value.map(str::to_owned),
    }
}

fn push_affinity(rules: &mut Vec<Rule>, findings: &[Finding<'_>]) {
    let before = rules.len();
    let mut requirements = Vec::new();
    for finding in findings {
        match *finding {
            Finding::NoUsableTerm => rules.push(Rule::new(
                TemplateField::NodeSelectorTerms,
                false,
                TemplateRule::NoUsableTerm,
                NodeFact::NoNodeMatches,
            )),
            Finding::Term { term, ok } => {
                let field = TemplateField::NodeSelectorTerm(term);
                let node = NodeFact::MatchesTerm(ok);
                rules.push(Rule::new(field, ok, TemplateRule::AllRequirements, node));
                rules.append(&mut requirements);
            }
            _ => requirements.extend(requirement(finding)),
        }
    }
    if rules.len() == before {
        rules.push(Rule::not_set(TemplateField::NodeSelectorTerms));
    }
}

fn requirement(finding: &Finding<'_>) -> Option<Rule> {
    let (term, is_field, index, ok, (key, operator, values), node) = match *finding {
        Finding::Expression {
            term,
            requirement: r,
            found,
            ok,
        } => {
            let problem = r.test.as_ref().err();
            let node = problem.map_or_else(|| label(&r.key, found), not_comparable);
            let written = (&r.key, &r.operator, &r.values);
            (term, false, r.index, ok, written, node)
        }
        Finding::Field {
            term,
            requirement: r,
            found,
            ok,
        } => {
            let problem = r.equal.as_ref().err();
            let node = problem.map_or_else(|| NodeFact::Field(found.to_owned()), not_comparable);
            let written = (&r.key, &r.operator, &r.values);
            (term, true, r.index, ok, written, node)
        }
        _ => return None,
    };
    let field = TemplateField::Requirement {
        term,
        is_field,
        index,
    };
    let template = TemplateRule::Requirement {
        key: key.clone(),
        operator: operator.clone(),
        values: values.clone(),
    };
    Some(Rule::new(field, ok, template, node))
}

fn not_comparable(problem: &RequirementError) -> NodeFact {
    NodeFact::NotComparable(problem.clone())
}

fn push_taints(rules: &mut Vec<Rule>, ds: &CompiledDaemonSet, findings: &[Finding<'_>]) {
    let before = rules.len();
    for finding in findings {
        if let Finding::Taint { taint, toleration } = *finding {
            rules.push(of_taint(taint, toleration));
        }
    }
    if rules.len() == before {
        rules.push(Rule::new(
            TemplateField::Tolerations,
            true,
            TemplateRule::Tolerations(ds.tolerations().len()),
            NodeFact::NoTaints,
        ));
    }
}

fn of_taint(taint: &Taint, toleration: Option<&DaemonToleration>) -> Rule {
    let has_say = matches!(&*taint.effect, "NoSchedule" | "NoExecute");
    let field = match toleration.map(|t| t.origin) {
        Some(Origin::Template(index)) => TemplateField::Toleration(index),
        Some(Origin::Automatic { .. }) | None => TemplateField::Tolerations,
    };
    let template = match toleration {
        Some(toleration) => TemplateRule::Toleration(toleration.clone()),
        None => TemplateRule::NoToleration,
    };
    Rule {
        field,
        passed: has_say.then_some(toleration.is_some()),
        template,
        node: NodeFact::Taint {
            taint: taint.clone(),
            has_say,
        },
    }
}
