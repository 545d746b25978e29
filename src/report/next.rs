//! What to do next.

use serde::Serialize;

use crate::analysis::next as facts;
use crate::model::Command;
use crate::words::{self, Sentence};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// What it is: `Look`, `Explain` and `Plan` only read.
    pub kind: &'static str,
    /// What it does and what it risks; left out for one that only reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Sentence>,
    /// The command, quoted for a POSIX shell; left out where none can be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Command>,
    /// The place in `causes` of the cause that it is for, counted from 0; left out where it is
    /// for the DaemonSet as a whole, or for the one node that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<usize>,
}

impl From<facts::Step> for Step {
    fn from(step: facts::Step) -> Self {
        Self {
            kind: step.kind.name(),
            text: words::next::step(&step.kind),
            command: step.command,
            cause: step.cause,
        }
    }
}
