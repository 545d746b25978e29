//! What blocks a rollout, now and later, what would move it, and what is wrong beside it.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::problem;
use crate::analysis::reason::Code;
use crate::analysis::rollout::plan as facts;
use crate::analysis::rollout::plan::RemedyChanges;
use crate::model::Command;
use crate::words::Sentence;
use crate::words::rollout::{holder, predicted_blocker as ahead, remedy};
use crate::words::why;

/// What keeps a DaemonSet from being clean.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem<'a> {
    /// What kind of cause it is.
    pub code: Code,
    /// In words.
    pub message: Sentence,
    /// The nodes by name; empty where it is about the DaemonSet as a whole.
    pub nodes: &'a [String],
}

impl<'a> Problem<'a> {
    pub(super) fn new(problem: &'a problem::Problem, now: Timestamp) -> Self {
        Self {
            code: problem.code(),
            message: why::problem(problem, now),
            nodes: &problem.nodes,
        }
    }
}

/// Why a rollout doesn't move.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blocker<'a> {
    /// What kind of cause it is.
    pub code: Code,
    /// In words.
    pub message: Sentence,
    /// The pod, if it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<&'a str>,
    /// The node, if it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<&'a str>,
    /// Since when, where anything tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl<'a> Blocker<'a> {
    pub(super) fn new(blocker: &'a facts::Blocker, now: Timestamp) -> Self {
        Self {
            code: blocker.code(),
            message: holder::blocker(blocker, now),
            pod: blocker.pod(),
            node: blocker.node(),
            since: blocker.since(),
        }
    }
}

/// What will hold a rollout up.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Foreseen<'a> {
    /// What kind of cause it is.
    pub code: Code,
    /// In words.
    pub message: Sentence,
    /// The pod, if it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<&'a str>,
    /// The nodes; empty for a cause that is no node's own.
    pub nodes: Vec<&'a str>,
    /// False where it may end before.
    pub certain: bool,
}

impl<'a> Foreseen<'a> {
    pub(super) fn new(foreseen: &'a facts::PredictedBlocker, now: Timestamp) -> Self {
        let blocker = &foreseen.blocker;
        Self {
            code: blocker.code(),
            message: ahead::predicted_blocker(foreseen, now),
            pod: blocker.pod(),
            nodes: blocker.holders().map(|h| h.node.as_str()).collect(),
            certain: foreseen.certain,
        }
    }
}

/// What would move a rollout.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RolloutRemedy<'a> {
    /// What it changes.
    pub changes: RemedyChanges,
    /// What to do.
    pub text: Sentence,
    /// A command that does it, quoted for a POSIX shell; left out where there is none, or
    /// where a name can't be an argument of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a Command>,
    /// What it may break; left out where nothing is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Sentence>,
}

impl<'a> RolloutRemedy<'a> {
    pub(super) fn new(one: &'a facts::RolloutRemedy, now: Timestamp) -> Self {
        Self {
            changes: one.kind.changes(),
            text: remedy::remedy(&one.kind, now),
            command: one.command.as_ref(),
            risk: remedy::risk_of(one),
        }
    }
}
