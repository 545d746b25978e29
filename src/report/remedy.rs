//! The smallest changes that would make a node eligible, each confirmed by the engine.

use serde::Serialize;

use k8s_openapi::api::core::v1::{PodSpec, Toleration};

use crate::engine::affinity::{FieldRequirement, Requirement, Test};
use crate::engine::{CompiledDaemonSet, Decision, Finding, Ignore, node_should_run_daemon_pod};
use crate::model::{Node, Taint};

use super::reason::{POD_SPEC, TERMS, taint_text};

/// Which object a change is made to, and so how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Changes {
    /// The template: every pod of the DaemonSet is rolled, and other nodes may become eligible.
    Template,
    /// The node: other workloads see it too.
    Node,
}

/// One change for one obstacle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    /// The obstacle that it removes, in words.
    pub obstacle: String,
    /// What it changes.
    pub changes: Changes,
    /// `mutating`; nothing here is harmless, and nothing is done by itself.
    pub tag: &'static str,
    /// The command, when a command does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The field of the DaemonSet to change, when the template is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to add there, as YAML to paste; `None` when the field is to be taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fragment: Option<String>,
    /// What else is to be known about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The remedies for one node, and both objects as they would be.
#[derive(Clone, Debug)]
pub struct Remedies {
    /// The changes, in the order of the obstacles.
    pub list: Vec<Remedy>,
    /// How many labels and taints stand between the node and eligibility.
    pub distance: Distance,
    /// The template with all of its changes; `None` when that wouldn't make the node eligible.
    pub template: Option<PodSpec>,
}

/// How far a node is from being eligible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Distance {
    /// Labels that would have to change.
    pub labels: usize,
    /// Tolerations that are missing.
    pub tolerations: usize,
    /// Other fields of the template that rule the node out by name.
    pub fields: usize,
}

/// A label of the node as it would have to be: `None` for not at all.
type LabelChange = (String, Option<String>);

/// One obstacle with what it would take on either side.
struct Obstacle {
    text: String,
    labels: Vec<LabelChange>,
    /// Only the template can remove it.
    template_only: bool,
    taint: Option<Taint>,
    template: TemplateChange,
}

enum TemplateChange {
    RemoveNodeName,
    RemoveNodeSelector(String),
    AddTerm,
    Tolerate(Taint),
}

/// Finds the remedies for a node that isn't eligible.
#[must_use]
pub fn remedies(
    spec: &PodSpec,
    ds: &CompiledDaemonSet,
    node: &Node,
    findings: &[Finding<'_>],
) -> Remedies {
    let obstacles = obstacles(findings);
    let template = apply_to_template(spec, node, &obstacles);
    let template_helps = is_eligible(&CompiledDaemonSet::new(&template, ds.gates()), node);
    let node_helps = is_eligible(ds, &apply_to_node(node, &obstacles));
    let mut list = Vec::new();
    for obstacle in &obstacles {
        if template_helps {
            list.push(obstacle.on_template(node));
        }
        if node_helps {
            list.extend(obstacle.on_node(node));
        }
    }
    Remedies {
        list,
        distance: distance(&obstacles),
        template: template_helps.then_some(template),
    }
}

fn is_eligible(ds: &CompiledDaemonSet, node: &Node) -> bool {
    let Decision { should_run, .. } = node_should_run_daemon_pod(ds, node, &mut Ignore);
    should_run
}

fn distance(obstacles: &[Obstacle]) -> Distance {
    Distance {
        labels: obstacles.iter().map(|o| o.labels.len()).sum(),
        tolerations: obstacles.iter().filter(|o| o.taint.is_some()).count(),
        fields: obstacles.iter().filter(|o| o.template_only).count(),
    }
}

/// How far the node of `findings` is from being eligible, without the remedies themselves.
#[must_use]
pub fn distance_of(findings: &[Finding<'_>]) -> Distance {
    distance(&obstacles(findings))
}

fn obstacles(findings: &[Finding<'_>]) -> Vec<Obstacle> {
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
                term: t,
                ok: false,
                requirement,
                ..
            } if t == term => {
                let _: &FieldRequirement = requirement;
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
            text: format!("taint {}", taint_text(taint)),
            labels: Vec::new(),
            template_only: false,
            taint: Some(taint.clone()),
            template: TemplateChange::Tolerate(taint.clone()),
        }
    }

    fn on_template(&self, node: &Node) -> Remedy {
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

    fn on_node(&self, node: &Node) -> Option<Remedy> {
        let (command, note) = match &self.taint {
            Some(taint) => (taint_command(taint, node), removed_by_itself(taint)),
            None if self.labels.is_empty() => return None,
            None => (Some(label_command(&self.labels, node)), None),
        };
        Some(Remedy {
            obstacle: self.text.clone(),
            changes: Changes::Node,
            tag: "mutating",
            command: command.filter(|_| note.is_none()),
            field: None,
            fragment: None,
            note: note.map(str::to_owned),
        })
    }
}

fn label_command(labels: &[LabelChange], node: &Node) -> String {
    let mut command = format!("kubectl label node {}", node.name);
    let mut overwrites = false;
    for (key, value) in labels {
        match value {
            Some(value) => {
                overwrites |= node.labels.get(key).is_some();
                command.push_str(&format!(" {key}={value}"));
            }
            None => command.push_str(&format!(" {key}-")),
        }
    }
    if overwrites {
        command.push_str(" --overwrite");
    }
    command
}

fn taint_command(taint: &Taint, node: &Node) -> Option<String> {
    Some(format!(
        "kubectl taint nodes {} {}-",
        node.name,
        taint_text(taint)
    ))
}

/// Taints that the control plane puts on by itself and takes off when their cause is over.
fn removed_by_itself(taint: &Taint) -> Option<&'static str> {
    let condition = taint.key.strip_prefix("node.kubernetes.io/")?;
    match condition {
        "not-ready" | "unreachable" => {
            Some("it goes by itself when the node is ready again; taken off by hand it comes back")
        }
        "disk-pressure" | "memory-pressure" | "pid-pressure" | "network-unavailable" => Some(
            "it goes by itself when the node's condition is over; taken off by hand it comes back",
        ),
        _ => None,
    }
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

fn apply_to_node(node: &Node, obstacles: &[Obstacle]) -> Node {
    let mut node = node.clone();
    for obstacle in obstacles {
        for (key, value) in &obstacle.labels {
            node.labels = match value {
                Some(value) => node.labels.with(key, value),
                None => node.labels.without(key),
            };
        }
        if let Some(taint) = &obstacle.taint {
            node.taints.retain(|t| t != taint);
        }
    }
    node
}

fn apply_to_template(spec: &PodSpec, node: &Node, obstacles: &[Obstacle]) -> PodSpec {
    let mut spec = spec.clone();
    for obstacle in obstacles {
        match &obstacle.template {
            TemplateChange::RemoveNodeName => spec.node_name = None,
            TemplateChange::RemoveNodeSelector(key) => {
                if let Some(selector) = &mut spec.node_selector {
                    selector.remove(key);
                }
            }
            TemplateChange::AddTerm => add_term(&mut spec, node),
            TemplateChange::Tolerate(taint) => {
                spec.tolerations
                    .get_or_insert_default()
                    .push(toleration_for(taint));
            }
        }
    }
    spec
}

fn toleration_for(taint: &Taint) -> Toleration {
    let has_value = !taint.value.is_empty();
    Toleration {
        key: Some(taint.key.to_string()),
        operator: Some(if has_value { "Equal" } else { "Exists" }.to_owned()),
        value: has_value.then(|| taint.value.to_string()),
        effect: Some(taint.effect.to_string()),
        toleration_seconds: None,
    }
}

fn add_term(spec: &mut PodSpec, node: &Node) {
    use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm};
    let required = spec
        .affinity
        .get_or_insert_default()
        .node_affinity
        .get_or_insert_default()
        .required_during_scheduling_ignored_during_execution
        .get_or_insert_default();
    required.node_selector_terms.push(NodeSelectorTerm {
        match_expressions: None,
        match_fields: Some(vec![NodeSelectorRequirement {
            key: "metadata.name".to_owned(),
            operator: "In".to_owned(),
            values: Some(vec![node.name.to_string()]),
        }]),
    });
}
