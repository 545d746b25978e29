//! The rules of a template for one node, and what would make it eligible.

use serde::Serialize;

use crate::analysis::impact as analysed;
use crate::analysis::owners::ManagedBy;
use crate::analysis::owners::owned_taint::EndsWhen;
use crate::analysis::remedy::{self as facts, ChangedObject, Tag};
use crate::analysis::rules;
use crate::model::Command;
use crate::words::{self, Sentence};

/// One rule of the template applied to the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The field of the DaemonSet.
    pub field: String,
    /// Whether the node passes it; `null` for a rule that decides nothing.
    pub passed: Option<bool>,
    /// What the template asks.
    pub template: Sentence,
    /// What the node has.
    pub node: Sentence,
}

impl From<&rules::Rule> for Rule {
    fn from(rule: &rules::Rule) -> Self {
        Self {
            field: words::template_field::path(&rule.field),
            passed: rule.passed,
            template: words::rules::template(&rule.template),
            node: words::rules::node(&rule.node),
        }
    }
}

/// How far a node is from being eligible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Distance {
    /// Labels that say what the machine is, such as its operating system.
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

impl From<facts::Distance> for Distance {
    fn from(distance: facts::Distance) -> Self {
        Self {
            machine: distance.machine,
            labels: distance.labels,
            tolerations: distance.tolerations,
            conditions: distance.conditions,
            fields: distance.fields,
        }
    }
}

/// One change for one obstacle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Remedy<'a> {
    /// The obstacle that it removes, in words.
    pub obstacle: Sentence,
    /// What it changes.
    pub changes: ChangedObject,
    /// `mutating`, or `inspect` for a read-only step.
    pub tag: Tag,
    /// Who removes the obstacle, or restores what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'static str>,
    /// When the owner removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_when: Option<EndsWhen>,
    /// A command that does it, or shows more where nothing has to be changed, quoted for a POSIX
    /// shell; left out where there is none, or where a name can't be passed as an argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a Command>,
    /// The field of the DaemonSet to change, when the template is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to add there, as YAML to paste; left out when the field is to be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fragment: Option<String>,
    /// What it does, and what happens then.
    pub text: Sentence,
    /// What a change of the template does by itself to all nodes; left out for other changes, and
    /// where not all nodes and pods could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact<'a>>,
}

impl<'a> Remedy<'a> {
    /// The published form of a remedy for `node`; `on_delete` where no pod restarts automatically.
    #[must_use]
    pub fn new(remedy: &'a facts::Remedy, node: &str, on_delete: bool) -> Self {
        let field = remedy.field();
        Self {
            obstacle: words::remedy::obstacle(&remedy.obstacle),
            changes: remedy.changes(),
            tag: remedy.tag(),
            owner: remedy.managed_by().map(ManagedBy::owner),
            ends_when: remedy.managed_by().and_then(ManagedBy::ends_when),
            command: remedy.command(),
            field: field.map(|field| words::template_field::path(&field)),
            fragment: words::fragment::fragment(remedy),
            text: words::remedy::text(remedy, node, on_delete),
            impact: remedy.impact.as_ref().map(Impact::from),
        }
    }
}

/// Nodes that a change of the template would add or remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Impact<'a> {
    /// Nodes that become eligible; pods start there at once.
    pub gained: &'a [String],
    /// Nodes that are no longer eligible, whether they have a pod or not; those that lose a pod are
    /// in `notMadeAgain`.
    #[serde(rename = "lost")]
    pub no_longer_eligible: &'a [String],
    /// Nodes whose pod the rollout replaces, as it does after each change of the template.
    pub rolled: usize,
    /// Nodes whose pod the rollout deletes without creating another.
    pub not_made_again: &'a [String],
}

impl<'a> From<&'a analysed::Impact> for Impact<'a> {
    fn from(impact: &'a analysed::Impact) -> Self {
        Self {
            gained: &impact.gained,
            no_longer_eligible: &impact.no_longer_eligible,
            rolled: impact.rolled,
            not_made_again: &impact.not_made_again,
        }
    }
}
