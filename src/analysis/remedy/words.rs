//! An obstacle's remedies in words, commands and fragments to paste.

use crate::analysis::condition::removed_by_itself;
use crate::analysis::reason::{POD_SPEC, TERMS};
use crate::engine::Finding;
use crate::model::{Command, Node, Taint};

use super::obstacle::{LabelChange, Obstacle, TemplateChange};
use super::{Changes, Remedy};

impl Obstacle {
    pub(super) fn on_template(&self, node: &Node) -> Remedy {
        let (field, fragment, note) = match &self.template {
            TemplateChange::RemoveNodeName => (
                format!("{POD_SPEC}.nodeName"),
                None,
                Some("take the field out"),
            ),
            TemplateChange::RemoveNodeSelector(key) => (
                format!("{POD_SPEC}.nodeSelector[{key}]"),
                None,
                Some("take the pair out: nodes without the label become eligible too"),
            ),
            TemplateChange::AddTerm => (TERMS.to_owned(), Some(term_fragment(node)), None),
            TemplateChange::Tolerate(taint) => (
                format!("{POD_SPEC}.tolerations"),
                Some(toleration_fragment(taint)),
                None,
            ),
        };
        Remedy {
            obstacle: self.text.clone(),
            changes: Changes::Template,
            tag: "mutating",
            command: None,
            field: Some(field),
            fragment,
            note: note.map(str::to_owned),
        }
    }

    pub(super) fn on_node(&self, node: &Node) -> Option<Remedy> {
        let (command, note) = match &self.taint {
            Some(taint) => (taint_command(taint, node), removed_by_itself(&taint.key)),
            None if self.labels.is_empty() => return None,
            None => (
                label_command(&self.labels, node),
                kept_by_kubelet(&self.labels),
            ),
        };
        Some(Remedy {
            obstacle: self.text.clone(),
            changes: Changes::Node,
            tag: if note.is_some() {
                "inspect"
            } else {
                "mutating"
            },
            command: command.filter(|_| note.is_none()),
            field: None,
            fragment: None,
            note: note.map(str::to_owned),
        })
    }
}

/// Labels that say what a node is: written over by hand they are wrong, and the
/// kubelet puts them back at its next start (`updateDefaultLabels`, 1.37.1).
fn kept_by_kubelet(labels: &[LabelChange]) -> Option<&'static str> {
    const KEPT: [&str; 3] = [
        "kubernetes.io/os",
        "kubernetes.io/arch",
        "kubernetes.io/hostname",
    ];
    let kept = labels.iter().any(|(key, _)| KEPT.contains(&key.as_str()));
    kept.then_some(
        "the label says what the node is: the kubelet sets it, and sets it again when it starts",
    )
}

fn label_command(labels: &[LabelChange], node: &Node) -> Option<Command> {
    let mut command = Command::kubectl(&["label", "node"]).name(&node.name)?;
    let mut overwrites = false;
    for (key, value) in labels {
        let change = match value {
            Some(value) => {
                overwrites |= node.labels.get(key).is_some();
                format!("{key}={value}")
            }
            None => format!("{key}-"),
        };
        command = command.operand(&change)?;
    }
    Some(if overwrites {
        command.with(&["--overwrite"])
    } else {
        command
    })
}

fn taint_command(taint: &Taint, node: &Node) -> Option<Command> {
    let command = Command::kubectl(&["taint", "nodes"]).name(&node.name)?;
    command.operand(&format!("{taint}-"))
}

fn toleration_fragment(taint: &Taint) -> String {
    let Taint {
        key, value, effect, ..
    } = taint;
    let matching = if value.is_empty() {
        "  operator: Exists\n".to_owned()
    } else {
        format!("  operator: Equal\n  value: {}\n", quoted(value))
    };
    format!("- key: {}\n{matching}  effect: {effect}\n", quoted(key))
}

fn term_fragment(node: &Node) -> String {
    format!(
        "- matchFields:\n  - key: metadata.name\n    operator: In\n    values: [{}]\n",
        quoted(&node.name)
    )
}

/// Quotes what YAML would take for something else than a string.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// Requirements that can't be parsed are corrected first of all; what they were
/// meant to say isn't known, so the engine can't confirm it.
pub(super) fn corrections<'a>(findings: &'a [Finding<'_>]) -> impl Iterator<Item = Remedy> + 'a {
    let matched = findings
        .iter()
        .any(|f| matches!(f, Finding::Term { ok: true, .. }));
    let broken = findings.iter().filter_map(|f| match *f {
        Finding::Expression {
            term,
            requirement: r,
            ..
        } => {
            let problem = r.test.as_ref().err()?;
            Some((
                format!("{TERMS}[{term}].matchExpressions[{}]", r.index),
                problem,
            ))
        }
        Finding::Field {
            term,
            requirement: r,
            ..
        } => {
            let problem = r.equal.as_ref().err()?;
            Some((format!("{TERMS}[{term}].matchFields[{}]", r.index), problem))
        }
        _ => None,
    });
    broken
        .filter(move |_| !matched)
        .map(|(field, problem)| Remedy {
            obstacle: "required node affinity".to_owned(),
            changes: Changes::Template,
            tag: "mutating",
            command: None,
            field: Some(field),
            fragment: None,
            note: Some(format!(
                "correct the requirement: {problem} (what it then matches isn't checked here)"
            )),
        })
}
