//! What blocks a rollout, now and later, how to unblock it, and other problems.

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

/// A problem that makes a DaemonSet unclean.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem<'a> {
    /// What kind of cause it is.
    pub code: Code,
    /// In words.
    pub message: Sentence,
    /// The nodes by name; empty where it concerns the DaemonSet as a whole.
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

/// A reason why a rollout makes no progress.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blocker<'a> {
    /// What kind of cause it is.
    pub code: Code,
    /// In words.
    pub message: Sentence,
    /// The pod, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<&'a str>,
    /// The node, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<&'a str>,
    /// Since when, where known.
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

/// What will block a rollout later.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Foreseen<'a> {
    /// What kind of cause it is.
    pub code: Code,
    /// In words.
    pub message: Sentence,
    /// The pod, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<&'a str>,
    /// The nodes; empty for a cause that doesn't belong to a node.
    pub nodes: Vec<&'a str>,
    /// False where it may end earlier.
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

/// A step that would unblock a rollout.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RolloutRemedy<'a> {
    /// What it changes.
    pub changes: RemedyChanges,
    /// What to do.
    pub text: Sentence,
    /// A command that does it, quoted for a POSIX shell; left out where there is none, or where a
    /// name can't be passed as an argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a Command>,
    /// What it may break; left out where nothing is known.
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
