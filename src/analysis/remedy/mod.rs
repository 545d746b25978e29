//! The smallest changes that would make a node eligible, each confirmed by the engine.

mod apply;
mod command;
mod obstacle;

use k8s_openapi::api::core::v1::PodSpec;
use serde::Serialize;

use crate::engine::affinity::RequirementError;
use crate::engine::{CompiledDaemonSet, Decision, Finding, Ignore, node_should_run_daemon_pod};
use crate::model::{Command, Node, Taint};

use super::managed_by::ManagedBy;
use super::template_field::TemplateField;
use apply::{apply_to_node, apply_to_template};
use obstacle::{Found, corrections, obstacles};

pub use apply::{requirement_for, toleration_for};
pub use obstacle::LabelChange;

/// Which object a change is made to, and so how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Changes {
    /// The template: every pod of the DaemonSet is rolled, and other nodes may become eligible.
    Template,
    /// The node: other workloads see it too.
    Node,
}

/// What comes of making a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    /// Nothing lasting: what it changes is managed by the cluster, which puts it back.
    Inspect,
    /// It changes the object, and nothing does so by itself.
    Mutating,
}

/// What stands between a node and eligibility.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The template names another node.
    NodeName {
        /// That node.
        wanted: String,
    },
    /// A pair of the template's `nodeSelector`.
    NodeSelector {
        /// The label's key.
        key: String,
        /// The value that the node hasn't.
        wanted: String,
    },
    /// The required node affinity: none of its terms matches.
    NodeAffinity,
    /// A taint that isn't tolerated; without its time.
    Taint(Taint),
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Something is taken out of the template, or added to it.
    Template(TemplateChange),
    /// A requirement is corrected that can't be parsed. What it was meant to say isn't
    /// known, so the engine can't confirm it.
    CorrectRequirement {
        /// Where it stands.
        field: TemplateField,
        /// Why it can't be parsed.
        problem: RequirementError,
    },
    /// Labels of the node are set or taken off.
    SetLabels(ByHand),
    /// The taint is taken off the node.
    RemoveTaint(ByHand),
}

/// What is taken out of a template, or added to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateChange {
    /// `nodeName` is taken out.
    RemoveNodeName,
    /// The pair of this key is taken out of `nodeSelector`.
    RemoveNodeSelector(String),
    /// A term of the required node affinity is added that matches the node of this name alone.
    AddTerm(String),
    /// A toleration is added that covers this taint alone.
    AddToleration(Taint),
}

/// How what a node has is changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByHand {
    /// By this command; `None` where none can be given for the names in it.
    Command(Option<Command>),
    /// Not for long: what is changed is put back.
    Undone(ManagedBy),
}

/// One change for one obstacle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remedy {
    /// The obstacle that it removes.
    pub obstacle: Obstacle,
    /// What it changes.
    pub change: Change,
}

impl Remedy {
    /// Which object it changes.
    #[must_use]
    pub const fn changes(&self) -> Changes {
        match self.change {
            Change::SetLabels(_) | Change::RemoveTaint(_) => Changes::Node,
            Change::Template(_) | Change::CorrectRequirement { .. } => Changes::Template,
        }
    }

    /// Who manages what it changes; `None` where a change lasts.
    #[must_use]
    pub const fn managed_by(&self) -> Option<ManagedBy> {
        match &self.change {
            Change::SetLabels(ByHand::Undone(by)) | Change::RemoveTaint(ByHand::Undone(by)) => {
                Some(*by)
            }
            _ => None,
        }
    }

    /// What comes of it.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        match self.managed_by() {
            Some(_) => Tag::Inspect,
            None => Tag::Mutating,
        }
    }

    /// The command, when a command does it and can be given.
    #[must_use]
    pub const fn command(&self) -> Option<&Command> {
        match &self.change {
            Change::SetLabels(ByHand::Command(command))
            | Change::RemoveTaint(ByHand::Command(command)) => command.as_ref(),
            _ => None,
        }
    }

    /// The field of the DaemonSet to change, when the template is changed.
    #[must_use]
    pub fn field(&self) -> Option<TemplateField> {
        match &self.change {
            Change::Template(change) => Some(change.field()),
            Change::CorrectRequirement { field, .. } => Some(field.clone()),
            Change::SetLabels(_) | Change::RemoveTaint(_) => None,
        }
    }
}

impl TemplateChange {
    fn field(&self) -> TemplateField {
        match self {
            Self::RemoveNodeName => TemplateField::NodeName,
            Self::RemoveNodeSelector(key) => TemplateField::NodeSelectorPair(key.clone()),
            Self::AddTerm(_) => TemplateField::NodeSelectorTerms,
            Self::AddToleration(_) => TemplateField::Tolerations,
        }
    }
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    for found in &obstacles {
        let of = |change| Remedy {
            obstacle: found.obstacle.clone(),
            change,
        };
        if template_helps {
            list.push(of(Change::Template(found.obstacle.template_change(node))));
        }
        if node_helps {
            list.extend(found.node_change(node).map(of));
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

fn distance(obstacles: &[Found]) -> Distance {
    let is_taint = |o: &&Found| matches!(o.obstacle, Obstacle::Taint(_));
    Distance {
        labels: obstacles.iter().map(|o| o.labels.len()).sum(),
        tolerations: obstacles.iter().filter(is_taint).count(),
        fields: obstacles.iter().filter(|o| o.template_only).count(),
    }
}

/// How far the node of `findings` is from being eligible, without the remedies themselves.
#[must_use]
pub fn distance_of(findings: &[Finding<'_>]) -> Distance {
    distance(&obstacles(findings))
}
