//! Whether the controller acts for a DaemonSet, and what prevents it.

use super::reason::properties::Stops;
use super::reason::{Code, Reason};

/// What the controller does for a DaemonSet when it syncs it (`syncDaemonSet`, 1.37.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// It creates and deletes pods.
    Acts,
    /// It deletes pods but can't create any.
    CreatesNone,
    /// It leaves the DaemonSet alone, or fails before it acts.
    Idle,
}

impl Controller {
    /// What it does when `findings` apply to the DaemonSet.
    #[must_use]
    pub fn new(findings: &[Reason]) -> Self {
        let codes = || findings.iter().map(Reason::code);
        if codes().any(Code::stops_the_controller) {
            Self::Idle
        } else if codes().any(|code| code.properties().stops == Stops::Creating) {
            Self::CreatesNone
        } else {
            Self::Acts
        }
    }

    /// Whether it deletes pods.
    #[must_use]
    pub const fn acts(self) -> bool {
        !matches!(self, Self::Idle)
    }

    /// Whether it creates pods.
    #[must_use]
    pub const fn creates(self) -> bool {
        matches!(self, Self::Acts)
    }
}
