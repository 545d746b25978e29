//! Exit codes, and what decides them.

use std::process::ExitCode;

use crate::output::answer::Outcome;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Success,
    /// With `--exit-code`: something isn't clean. With `--fail-on`: one of its conditions is met.
    /// With `--watch`: it is stuck, or the time is up.
    NotClean,
    /// It failed.
    Failed,
    /// The answer is partial; the report's `incomplete`, or stderr, says what is missing.
    Partial,
    /// It was asked to stop while it waited for something: the exit code that shells use for
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// All of them, by their codes.
    pub const ALL: [Self; 5] = [
        Self::Success,
        Self::NotClean,
        Self::Failed,
        Self::Partial,
        Self::Interrupted,
    ];

    /// What the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::NotClean => 1,
            Self::Failed => 2,
            Self::Partial => 3,
            Self::Interrupted => 130,
        }
    }

    /// The description in documents and man pages.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::NotClean => {
                "with `--exit-code`: a problem was found, or something would change; with `--fail-on`: one of its \
                 words applies; without them only for a `--watch` that ends stuck or at its timeout"
            }
            Self::Failed => "error",
            Self::Partial => {
                "partial answer: `incomplete` names what the verdict needed and couldn't read, or \
                 `-o name` left out a name that no server accepts"
            }
            Self::Interrupted => "interrupted: `--watch`, a dry run or an external diff",
        }
    }

    /// The exit code of a command that has answered: a partial answer takes precedence over one
    /// with findings, or one that meets `--fail-on`.
    #[must_use]
    pub const fn of(outcome: Outcome, exit_code: bool, fails: bool) -> Self {
        if outcome.is_partial {
            Self::Partial
        } else if fails || exit_code && outcome.has_findings {
            Self::NotClean
        } else {
            Self::Success
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
