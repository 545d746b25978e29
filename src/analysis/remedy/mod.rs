//! The smallest changes that would make a node eligible, each confirmed by the engine.

mod apply;
mod obstacle;
mod words;

use k8s_openapi::api::core::v1::PodSpec;
use serde::Serialize;

use crate::engine::{CompiledDaemonSet, Decision, Finding, Ignore, node_should_run_daemon_pod};
use crate::model::{Command, Node};

use apply::{apply_to_node, apply_to_template};
use obstacle::{Obstacle, obstacles};
use words::corrections;

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
    /// The command, when a command does it and can be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Command>,
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
    let mut list: Vec<_> = corrections(findings).collect();
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
