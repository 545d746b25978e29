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
    /// It answered in part; the report's `incomplete`, or stderr, tells what is missing.
    Partial,
    /// It was asked to stop while it waited for something: what a shell makes of Ctrl-C.
    Interrupted,
}

impl Exit {
    /// All of them, by their codes.
    pub const ALL: [Self; 5] = [
        Self::Said,
        Self::NotClean,
        Self::Failed,
        Self::Partial,
        Self::Interrupted,
    ];

    /// What the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Said => 0,
            Self::NotClean => 1,
            Self::Failed => 2,
            Self::Partial => 3,
            Self::Interrupted => 130,
        }
    }

    /// What the documents and man pages say of it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Said => "it said what was asked",
            Self::NotClean => {
                "with `--exit-code`: something isn't clean, or would change; without it only for a \
                 `--watch` that ends stuck or at its timeout"
            }
            Self::Failed => "it failed",
            Self::Partial => {
                "answered in part: `incomplete` names what the verdict needed and couldn't read, or \
                 `-o name` left out a name that no server takes"
            }
            Self::Interrupted => "`--watch`, a dry run or an external diff was interrupted",
        }
    }

    /// The same where all of the answer was `printed`, or else not all of it.
    #[must_use]
    pub const fn if_all(self, printed: bool) -> Self {
        match self {
            Self::Said | Self::NotClean if !printed => Self::Partial,
            _ => self,
        }
    }

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
        Self::from(exit.code())
    }
}
