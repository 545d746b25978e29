//! The smallest changes that would make a node eligible, each confirmed by the engine.

mod apply;
mod change;
pub(super) mod command;
mod obstacle;
mod patch;
mod respelled;

use k8s_openapi::api::core::v1::PodSpec;
use serde::Serialize;

use crate::engine::affinity::RequirementError;
use crate::engine::{CompiledDaemonSet, Finding};
use crate::model::{Command, DaemonSet, Node, Taint};

use super::impact::{Impact, should_run};
use super::owners::ManagedBy;
use super::owners::agent::OwnTaints;
use super::owners::label::OffSwitch;
use super::reason::NodeTrouble;
use super::template_field::TemplateField;
use apply::{apply_to_node, apply_to_template};
use obstacle::{ObstacleDetails, ObstacleRemoval, corrections, obstacles};

pub use apply::{requirement_for, toleration_for};
pub use change::{Requirement, TemplateChange};
pub use obstacle::LabelChange;
pub use respelled::respelled;

/// Which object a change is made to, and so how far its effects reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Changes"))]
pub enum ChangedObject {
    /// The template: all pods of the DaemonSet restart, and other nodes may become eligible.
    Template,
    /// The node: other workloads see it too.
    Node,
    /// Nothing: wait for something, or look at it.
    Nothing,
}

/// The effect of making a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    /// None: it only shows more.
    Inspect,
    /// It changes the object, which wouldn't change by itself.
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
        /// The value that the node lacks.
        wanted: String,
    },
    /// The required node affinity: none of its terms matches.
    NodeAffinity,
    /// A taint that isn't tolerated, without its time.
    Taint(Taint),
}

/// One change, or what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemedyAction {
    /// Something is removed from the template, added to it, or replaced in it.
    Template {
        /// What.
        change: TemplateChange,
        /// The command that does it; `None` where there is none, as for a manifest.
        command: Option<Command>,
    },
    /// A requirement that can't be parsed is corrected. Its intended meaning isn't known, so the
    /// engine can't confirm the change.
    CorrectRequirement {
        /// Where it stands.
        field: TemplateField,
        /// Why it can't be parsed.
        problem: RequirementError,
        /// The command that opens the DaemonSet in an editor.
        command: Option<Command>,
    },
    /// Labels of the node are set or removed.
    SetLabels {
        /// The command that does it; `None` where a name can't be passed to a shell.
        command: Option<Command>,
        /// Who also sets the missing labels, at its next start.
        restored_by: Option<ManagedBy>,
        /// Labels whose value on the node is overwritten.
        overwritten: Vec<(String, String)>,
        /// What they have is another spelling of what is wanted.
        is_misspelled: bool,
    },
    /// The label is taken off the node by which an operator is kept off it.
    AllowOperator {
        /// The label.
        switch: &'static OffSwitch,
        /// The command; `None` where none can be given for the node.
        command: Option<Command>,
    },
    /// This command removes the taint from the node; `None` where a name can't be passed to a
    /// shell.
    RemoveTaint(Option<Command>),
    /// Nothing is changed by hand: the obstacle has an owner, which removes it, or it is intended.
    Await {
        /// The owner.
        by: ManagedBy,
        /// What is wrong with the node, where that is what is waited for.
        trouble: Option<NodeTrouble>,
        /// The command that shows more of the node.
        command: Option<Command>,
    },
    /// No change is known that would make the node eligible; the command shows more of the node.
    Unknown(Option<Command>),
}

/// One change for one obstacle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remedy {
    /// The obstacle that it removes.
    pub obstacle: Obstacle,
    /// What it changes.
    pub action: RemedyAction,
    /// What a change of the template does by itself to all nodes; `None` for other changes, and
    /// where not all nodes and pods are known.
    pub impact: Option<Impact>,
}

impl Remedy {
    pub(super) const fn new(obstacle: Obstacle, action: RemedyAction) -> Self {
        Self {
            obstacle,
            action,
            impact: None,
        }
    }

    /// Which object it changes.
    #[must_use]
    pub const fn changes(&self) -> ChangedObject {
        match self.action {
            RemedyAction::SetLabels { .. }
            | RemedyAction::AllowOperator { .. }
            | RemedyAction::RemoveTaint(_) => ChangedObject::Node,
            RemedyAction::Template { .. } | RemedyAction::CorrectRequirement { .. } => {
                ChangedObject::Template
            }
            RemedyAction::Await { .. } | RemedyAction::Unknown(_) => ChangedObject::Nothing,
        }
    }

    /// Who removes the obstacle, or restores what is missing.
    #[must_use]
    pub const fn managed_by(&self) -> Option<ManagedBy> {
        match &self.action {
            RemedyAction::Await { by, .. } => Some(*by),
            RemedyAction::SetLabels { restored_by, .. } => *restored_by,
            _ => None,
        }
    }

    /// What comes of it.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        match self.changes() {
            ChangedObject::Nothing => Tag::Inspect,
            ChangedObject::Template | ChangedObject::Node => Tag::Mutating,
        }
    }

    /// The command, where one can be given.
    #[must_use]
    pub const fn command(&self) -> Option<&Command> {
        match &self.action {
            RemedyAction::Template { command, .. }
            | RemedyAction::CorrectRequirement { command, .. }
            | RemedyAction::SetLabels { command, .. }
            | RemedyAction::AllowOperator { command, .. }
            | RemedyAction::RemoveTaint(command)
            | RemedyAction::Await { command, .. }
            | RemedyAction::Unknown(command) => command.as_ref(),
        }
    }

    /// The field of the DaemonSet to change, when the template is changed.
    #[must_use]
    pub fn field(&self) -> Option<TemplateField> {
        match &self.action {
            RemedyAction::Template { change, .. } => Some(change.field()),
            RemedyAction::CorrectRequirement { field, .. } => Some(field.clone()),
            _ => None,
        }
    }
}

/// The remedies for one node, and the template as it would be.
#[derive(Clone, Debug)]
pub struct Remedies {
    /// What to do, in the order of the obstacles.
    pub list: Vec<Remedy>,
    /// All template changes in one command, where they leave no obstacle.
    pub patch: Option<Command>,
    /// The template with all of its changes; `None` if that wouldn't make the node eligible.
    pub template: Option<PodSpec>,
}

/// How far a node is from being eligible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Distance {
    /// Labels that say what the machine is: it would have to be another.
    pub machine: usize,
    /// The labels that would have to change.
    pub labels: usize,
    /// Tolerations that are missing.
    pub tolerations: usize,
    /// Conditions of the node that have to end, where no toleration is missing.
    pub conditions: usize,
    /// Other fields of the template that rule the node out by name.
    pub fields: usize,
}

/// The context in which remedies are looked for.
#[derive(Clone, Copy, Debug)]
pub struct RemedyContext<'a> {
    /// The DaemonSet.
    pub ds: &'a DaemonSet,
    /// Its template, compiled.
    pub compiled: &'a CompiledDaemonSet,
    /// Whether it is stored in the cluster, so that a command can change it; else it is a manifest.
    pub is_stored: bool,
}

/// Finds the remedies for a node that isn't eligible.
#[must_use]
pub fn remedies(judged: RemedyContext<'_>, node: &Node, findings: &[Finding<'_>]) -> Remedies {
    let own = OwnTaints::new(judged.ds);
    let obstacles = obstacles(node, findings, &own);
    let ways: Vec<(ObstacleDetails, ObstacleRemoval)> = obstacles
        .into_iter()
        .map(|found| {
            let ways = found.ways(node);
            (found, ways)
        })
        .collect();
    let changes = ways.iter().filter_map(|(_, ways)| ways.template.clone());
    let changes: Vec<TemplateChange> = changes.collect();
    let spec = judged.ds.pod_spec().cloned().unwrap_or_default();
    let template = apply_to_template(&spec, &changes);
    // What only its owner can remove is assumed to be removed.
    let awaited = ways.iter().filter(|(_, ways)| ways.template.is_none());
    let then = apply_to_node(node, awaited.map(|(found, _)| found));
    let gates = judged.compiled.gates();
    let can_help = !ways.iter().any(|(_, ways)| ways.is_for_good());
    let template_helps = can_help && should_run(&CompiledDaemonSet::new(&template, gates), &then);
    let all = ways.iter().map(|(found, _)| found);
    let node_helps = can_help && should_run(judged.compiled, &apply_to_node(node, all));
    let edit = command::edit(judged.ds).filter(|_| judged.is_stored);
    let mut list: Vec<_> = corrections(findings, edit.as_ref()).collect();
    for (found, ways) in &ways {
        let changes = judged.changes(node, ways, template_helps, node_helps);
        let changes = changes.into_iter();
        list.extend(changes.map(|change| Remedy::new(found.obstacle.clone(), change)));
    }
    if let (true, Some((found, _))) = (list.is_empty(), ways.first()) {
        let unknown = RemedyAction::Unknown(command::describe(node));
        list.push(Remedy::new(found.obstacle.clone(), unknown));
    }
    let is_enough = template_helps && changes.len() == ways.len();
    Remedies {
        list,
        patch: judged.patch(&changes).filter(|_| is_enough),
        template: is_enough.then_some(template),
    }
}

impl RemedyContext<'_> {
    /// What to do about one obstacle, read-only steps first.
    fn changes(
        self,
        node: &Node,
        ways: &ObstacleRemoval,
        template_helps: bool,
        node_helps: bool,
    ) -> Vec<RemedyAction> {
        let wait = ways.managed_by.map(|by| RemedyAction::Await {
            by,
            trouble: ways.trouble.clone(),
            command: command::look(by, ways.trouble.as_ref(), node),
        });
        let template = ways.template.as_ref().filter(|_| template_helps);
        let template = template.map(|change| RemedyAction::Template {
            change: change.clone(),
            command: self.patch(std::slice::from_ref(change)),
        });
        // Together with the template changes, the node is changed where the template can't help.
        let completes = template_helps && ways.template.is_none();
        let on_node = ways.node.clone().filter(|_| node_helps || completes);
        let changes = match ways.template {
            // The affinity says what kind of node is meant, and a name goes round that.
            Some(TemplateChange::AddTerm(_)) => [wait, on_node, template],
            _ => [wait, template, on_node],
        };
        changes.into_iter().flatten().collect()
    }

    /// The command that makes all of `changes` at once; `None` for a manifest.
    pub(super) fn patch(self, changes: &[TemplateChange]) -> Option<Command> {
        self.is_stored.then(|| patch::patch(self.ds, changes))?
    }
}

/// The template of `ds` with the changes, for evaluation on all nodes.
#[must_use]
pub fn changed_template(ds: &DaemonSet, changes: &[TemplateChange]) -> PodSpec {
    let spec = ds.pod_spec().cloned().unwrap_or_default();
    apply_to_template(&spec, changes)
}

fn distance(obstacles: &[ObstacleDetails]) -> Distance {
    let is_taint = |o: &&ObstacleDetails| {
        matches!(o.obstacle, Obstacle::Taint(_)) && !o.stands_for_condition()
    };
    Distance {
        machine: obstacles.iter().map(|o| o.of_machine).sum(),
        labels: obstacles
            .iter()
            .map(|o| o.labels.len() - o.of_machine)
            .sum(),
        tolerations: obstacles.iter().filter(is_taint).count(),
        conditions: obstacles
            .iter()
            .filter(|o| o.stands_for_condition())
            .count(),
        fields: obstacles.iter().filter(|o| o.template_only).count(),
    }
}

/// How far `node` with its `findings` is from being eligible for a DaemonSet that itself removes
/// the taints `own`.
#[must_use]
pub fn distance_of(node: &Node, findings: &[Finding<'_>], own: &OwnTaints) -> Distance {
    distance(&obstacles(node, findings, own))
}
