//! The chain of rules for one node, each passed or failed with both sides.

use serde::Serialize;

use crate::engine::toleration::{DaemonToleration, Origin};
use crate::engine::{CompiledDaemonSet, Finding};
use crate::words::notation::{label_fact, toleration};

use super::reason::{POD_SPEC, TERMS, requirement_text};

/// One rule of the template held against the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The field of the DaemonSet.
    pub field: String,
    /// Whether the node passes it; `None` for one that has no say.
    pub passed: Option<bool>,
    /// What the template asks.
    pub template: String,
    /// What the node has.
    pub node: String,
    /// 0 for a rule, 1 for a part of the rule above it.
    #[serde(skip)]
    pub depth: usize,
}

/// The rules in upstream's order: nodeName, nodeSelector, affinity, taints.
#[must_use]
pub fn rules(ds: &CompiledDaemonSet, findings: &[Finding<'_>]) -> Vec<Rule> {
    let mut rules = Vec::new();
    push_node_name(&mut rules, findings);
    push_node_selector(&mut rules, findings);
    push_affinity(&mut rules, findings);
    push_taints(&mut rules, ds, findings);
    rules
}

fn rule(field: impl Into<String>, passed: bool, template: &str, node: &str) -> Rule {
    Rule {
        field: field.into(),
        passed: Some(passed),
        template: template.to_owned(),
        node: node.to_owned(),
        depth: 0,
    }
}

fn push_node_name(rules: &mut Vec<Rule>, findings: &[Finding<'_>]) {
    let field = format!("{POD_SPEC}.nodeName");
    let found = findings.iter().find_map(|f| match f {
        Finding::NodeName { wanted, ok } => Some((*wanted, *ok)),
        _ => None,
    });
    rules.push(match found {
        None => rule(field, true, "not set", "any node"),
        Some((wanted, true)) => rule(field, true, wanted, "this node"),
        Some((wanted, false)) => rule(field, false, wanted, "another node"),
    });
}

fn push_node_selector(rules: &mut Vec<Rule>, findings: &[Finding<'_>]) {
    let before = rules.len();
    for finding in findings {
        if let Finding::NodeSelector {
            key,
            wanted,
            found,
            ok,
        } = finding
        {
            let field = format!("{POD_SPEC}.nodeSelector[{key}]");
            let template = format!("{key}={wanted}");
            rules.push(rule(field, *ok, &template, &label_fact(key, *found)));
        }
    }
    if rules.len() == before {
        rules.push(rule(
            format!("{POD_SPEC}.nodeSelector"),
            true,
            "not set",
            "any node",
        ));
    }
}

fn push_affinity(rules: &mut Vec<Rule>, findings: &[Finding<'_>]) {
    let before = rules.len();
    let mut parts = Vec::new();
    for finding in findings {
        match *finding {
            Finding::NoUsableTerm => {
                rules.push(rule(TERMS, false, "no usable term", "no node matches it"));
            }
            Finding::Expression {
                term,
                requirement: r,
                found,
                ok,
            } => {
                let field = format!("{TERMS}[{term}].matchExpressions[{}]", r.index);
                let template = requirement_text(&r.key, &r.operator, &r.values);
                let node = r.test.as_ref().err().map_or_else(
                    || label_fact(&r.key, found),
                    |problem| format!("can't be parsed: {problem}"),
                );
                parts.push(Rule {
                    depth: 1,
                    ..rule(field, ok, &template, &node)
                });
            }
            Finding::Field {
                term,
                requirement: r,
                found,
                ok,
            } => {
                let field = format!("{TERMS}[{term}].matchFields[{}]", r.index);
                let template = requirement_text(&r.key, &r.operator, &r.values);
                let node = r.equal.as_ref().err().map_or_else(
                    || format!("is `{found}`"),
                    |problem| format!("can't be parsed: {problem}"),
                );
                parts.push(Rule {
                    depth: 1,
                    ..rule(field, ok, &template, &node)
                });
            }
            Finding::Term { term, ok } => {
                let node = if ok { "matches" } else { "doesn't match" };
                rules.push(rule(format!("{TERMS}[{term}]"), ok, "all of", node));
                rules.append(&mut parts);
            }
            _ => {}
        }
    }
    if rules.len() == before {
        rules.push(rule(TERMS, true, "not set", "any node"));
    }
}

fn push_taints(rules: &mut Vec<Rule>, ds: &CompiledDaemonSet, findings: &[Finding<'_>]) {
    let before = rules.len();
    for finding in findings {
        let Finding::Taint { taint, toleration } = finding else {
            continue;
        };
        let counts = matches!(&*taint.effect, "NoSchedule" | "NoExecute");
        let (field, template) = match toleration {
            Some(t) => (toleration_field(t), tolerated_by(t)),
            None => (
                format!("{POD_SPEC}.tolerations"),
                "no toleration matches".to_owned(),
            ),
        };
        let node = format!("taint {taint}");
        let node = if counts {
            node
        } else {
            format!("{node}, which has no say")
        };
        rules.push(Rule {
            passed: counts.then_some(toleration.is_some()),
            ..rule(field, true, &template, &node)
        });
    }
    if rules.len() == before {
        let count = ds.tolerations().len();
        let template = format!("{count} tolerations");
        rules.push(rule(
            format!("{POD_SPEC}.tolerations"),
            true,
            &template,
            "no taints",
        ));
    }
}

fn toleration_field(toleration: &DaemonToleration) -> String {
    match toleration.origin {
        Origin::Template(index) => format!("{POD_SPEC}.tolerations[{index}]"),
        Origin::Automatic { .. } => format!("{POD_SPEC}.tolerations"),
    }
}

fn tolerated_by(by: &DaemonToleration) -> String {
    let text = toleration(by);
    match by.origin {
        Origin::Template(_) => format!("tolerates {text}"),
        Origin::Automatic { replaced: None } => format!("tolerates {text} (added automatically)"),
        Origin::Automatic {
            replaced: Some(index),
        } => format!(
            "tolerates {text} (added automatically in place of tolerations[{index}], whose tolerationSeconds is lost)"
        ),
    }
}
