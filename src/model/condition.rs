//! Conditions at which a pipeline may stop.

/// A word of `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Pods that are deleted and not created again.
    Lost,
    /// A change that the server refuses.
    Refused,
    /// Nodes that are expected to run a DaemonSet but have no available pod of it.
    Uncovered,
    /// A rollout that completes only if somebody intervenes.
    Stuck,
    /// Nodes that a change makes ineligible.
    NodesLost,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Lost,
        Self::Refused,
        Self::Uncovered,
        Self::Stuck,
        Self::NodesLost,
    ];

    /// What `--fail-on` calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Uncovered => "uncovered",
            Self::Stuck => "stuck",
            Self::NodesLost => "nodes-lost",
        }
    }

    /// Whether only a rollout or a change can meet it.
    #[must_use]
    pub const fn is_of_a_plan(self) -> bool {
        matches!(self, Self::Refused | Self::Stuck | Self::NodesLost)
    }
}
