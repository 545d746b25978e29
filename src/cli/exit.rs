//! Exit codes.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It said what was asked.
    Said,
    /// With `--exit-code`: something isn't clean. With `--watch`: it is stuck, or the time was up.
    NotClean,
    /// It failed.
    Failed,
    /// It answered in part; the report's `incomplete` tells what is missing.
    Partial,
    /// It was asked to stop while it followed something: what a shell makes of Ctrl-C.
    Interrupted,
}

impl Exit {
    /// How an answer ends: one in part goes before one that isn't clean.
    #[must_use]
    pub const fn of_answer(partial: bool, not_clean: bool) -> Self {
        match (partial, not_clean) {
            (true, _) => Self::Partial,
            (false, true) => Self::NotClean,
            (false, false) => Self::Said,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Said => 0,
            Exit::NotClean => 1,
            Exit::Failed => 2,
            Exit::Partial => 3,
            Exit::Interrupted => 130,
        })
    }
}
