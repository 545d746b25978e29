//! A step that would unblock a rollout.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::next::StepKind;
use crate::model::{Command, Taint};

use super::plan::BudgetKind;

/// Which object a remedy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum RemedyChanges {
    /// Nothing: time does it.
    Nothing,
    /// A pod.
    Pod,
    /// A node: other workloads see it too.
    Node,
    /// The namespace, or what limits it: other workloads in it see it too.
    Namespace,
    /// The DaemonSet.
    DaemonSet,
}

/// A step that would unblock a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutRemedy {
    /// What to do.
    pub kind: RemedyKind,
    /// The command that does it, where one can be given.
    pub command: Option<Command>,
    /// What it risks.
    pub risk: Option<Risk>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemedyKind {
    /// Fix what refuses the creation of pods; the controller tries again by itself.
    LetCreatesSucceed,
    /// What makes them succeed.
    Repair(StepKind),
    /// Bring NotReady nodes back.
    RecoverNodes(Targets),
    /// Wait for the controller to see the latest change.
    AwaitController {
        /// Its pod, where that is known to be broken.
        pod: Option<String>,
    },
    /// Wait for the pod garbage collector to remove pods of nodes that are gone.
    AwaitCollection {
        /// Whether that gives the budget room.
        is_enough: bool,
    },
    /// Wait until pods have been ready for `minReadySeconds`.
    AwaitAvailability {
        /// The first to become available.
        pod: String,
        /// When it does.
        first: Timestamp,
        /// How many pods there are.
        pods: usize,
        /// From when on the budget has room; `None` if that alone isn't enough.
        enough: Option<Timestamp>,
    },
    /// Let the finalizers of a pod complete, or remove them.
    ReleaseFinalizers {
        /// The pod.
        pod: String,
    },
    /// Delete unavailable pods on nodes that should run none.
    DeletePods {
        /// The pods.
        pods: Vec<String>,
        /// Their nodes.
        nodes: Targets,
    },
    /// Free the exhausted resource on nodes under pressure.
    RelievePressure {
        /// The nodes.
        nodes: Vec<String>,
        /// The taint of the first one that stands for it.
        taint: Taint,
    },
    /// Force the deletion of pods on NotReady nodes.
    ForceDelete {
        /// The pods.
        pods: Vec<String>,
        /// Their nodes.
        nodes: Targets,
    },
    /// Delete NotReady nodes.
    DeleteNodes(Targets),
    /// Taint NotReady nodes out-of-service.
    TaintOutOfService(Targets),
    /// Remove the generation label from pods that count as updated only by it.
    RemoveGeneration {
        /// The pods.
        pods: Vec<String>,
    },
    /// Delete pods that only count as updated.
    DeleteOutdated {
        /// The pods.
        pods: Vec<String>,
    },
    /// Restart the DaemonSet, which gets a template generation that no pod carries.
    Restart {
        /// It.
        generation: i64,
    },
    /// Under OnDelete: delete the old pods one after the other.
    ReplaceByHand {
        /// Whether the change has to be made first.
        after_change: bool,
    },
    /// Under OnDelete: delete all old pods at once.
    ReplaceAllByHand,
    /// Under OnDelete: let the controller replace them.
    SwitchToRollingUpdate {
        /// How many pods it replaces.
        replaced: usize,
        /// How many it deletes without another in their place.
        lost: usize,
    },
    /// Fix the template, or roll back to the previous revision if there is one.
    FixTemplate {
        /// The nodes on which its pods fail.
        nodes: Vec<String>,
        /// Whether there is one.
        can_undo: bool,
    },
    /// Replace pods without creating new ones next to the old.
    WithoutSurge {
        /// A manifest asks for it: that is what has to change.
        in_manifest: bool,
    },
    /// Before an undo: delete the revisions that hold the same template as the one that is gone
    /// back to.
    DeleteDuplicates {
        /// Their names.
        revisions: Vec<String>,
    },
    /// Raise the budget.
    RaiseBudget {
        /// Which one.
        of: BudgetKind,
        /// The smallest number with which another pod is replaced.
        least: usize,
        /// The smallest percentage that resolves to that number.
        percent: Option<u32>,
        /// The nodes that use it.
        holders: Vec<String>,
    },
}

/// Objects, any of which a remedy may be applied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// Their names.
    pub names: Vec<String>,
    /// How many of them are enough; `None` if all of them are too few.
    pub enough: Option<usize>,
}

/// What a remedy risks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// All pods of the node are removed from the API, but their containers may still run.
    NodePodsRemoved,
    /// Volumes are detached from a machine that may still write.
    VolumesDetached,
    /// The pod's containers may still run, next to those of a new pod.
    ContainersRunOn,
    /// No other pod is created on the node as long as it is excluded.
    NotMadeAgain,
    /// What the finalizer was for doesn't happen.
    FinalizerUndone,
    /// Pods that were already replaced are replaced again.
    ReplacedAgain,
    /// Every pod is replaced, including those from the template.
    AllReplaced,
    /// Each node is without the agent for a while.
    NodeWithoutPod,
    /// Each later change of the template is rolled out at once.
    RollsByItself,
    /// More nodes are replaced at once.
    MoreAtOnce {
        /// By which budget.
        of: BudgetKind,
        /// How many nodes.
        nodes: usize,
        /// The next new pods may crash like the existing ones.
        may_crash: bool,
    },
}

impl RemedyKind {
    /// Which object it changes.
    #[must_use]
    pub const fn changes(&self) -> RemedyChanges {
        match self {
            Self::LetCreatesSucceed
            | Self::RecoverNodes(_)
            | Self::AwaitController { .. }
            | Self::AwaitCollection { .. }
            | Self::AwaitAvailability { .. } => RemedyChanges::Nothing,
            Self::ReleaseFinalizers { .. }
            | Self::ForceDelete { .. }
            | Self::DeletePods { .. }
            | Self::RemoveGeneration { .. }
            | Self::ReplaceByHand { .. }
            | Self::ReplaceAllByHand
            | Self::DeleteOutdated { .. } => RemedyChanges::Pod,
            Self::Repair(
                StepKind::DeleteOrphans { .. }
                | StepKind::DeleteHoldingPod { .. }
                | StepKind::DeletePodOfFormerNode { .. },
            ) => RemedyChanges::Pod,
            Self::Repair(
                StepKind::ChangePort { .. }
                | StepKind::MakeAnew
                | StepKind::SelectNodes { .. }
                | StepKind::RaisePriority { .. }
                | StepKind::RequestLess { .. }
                | StepKind::RemoveAntiAffinity
                | StepKind::RemoveSpread
                | StepKind::UseNear { .. }
                | StepKind::WithoutRuntimeClass
                | StepKind::UseClass { .. }
                | StepKind::KeepToLimits { .. }
                | StepKind::SpecifyRequests { .. }
                | StepKind::DefaultScheduler,
            ) => RemedyChanges::DaemonSet,
            Self::Repair(_) => RemedyChanges::Namespace,
            Self::RelievePressure { .. } | Self::DeleteNodes(_) | Self::TaintOutOfService(_) => {
                RemedyChanges::Node
            }
            Self::FixTemplate { .. }
            | Self::WithoutSurge { .. }
            | Self::DeleteDuplicates { .. }
            | Self::SwitchToRollingUpdate { .. }
            | Self::RaiseBudget { .. }
            | Self::Restart { .. } => RemedyChanges::DaemonSet,
        }
    }
}

/// How safe a remedy is, safest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// It only shows more, or no command does it.
    Looks,
    /// It repairs the cause.
    Repairs,
    /// It works around the cause, or restarts pods.
    GoesRound,
    /// It destroys something that may not come back.
    Destroys,
}

impl RemedyKind {
    /// Whether it is for OnDelete, where nothing is stuck.
    #[must_use]
    pub const fn is_by_hand(&self) -> bool {
        matches!(
            self,
            Self::ReplaceByHand { .. }
                | Self::ReplaceAllByHand
                | Self::SwitchToRollingUpdate { .. }
        )
    }

    /// How safe it is.
    #[must_use]
    pub const fn safety(&self) -> Safety {
        match self {
            Self::LetCreatesSucceed
            | Self::RecoverNodes(_)
            | Self::RelievePressure { .. }
            | Self::AwaitController { .. }
            | Self::AwaitCollection { .. }
            | Self::AwaitAvailability { .. } => Safety::Looks,
            Self::Repair(StepKind::DeleteHolder { .. } | StepKind::DeleteHoldingPod { .. }) => {
                Safety::Destroys
            }
            Self::Repair(_)
            | Self::RemoveGeneration { .. }
            | Self::FixTemplate { .. }
            | Self::DeleteDuplicates { .. }
            | Self::WithoutSurge { .. } => Safety::Repairs,
            Self::DeletePods { .. }
            | Self::DeleteOutdated { .. }
            | Self::ReplaceByHand { .. }
            | Self::ReplaceAllByHand
            | Self::SwitchToRollingUpdate { .. }
            | Self::RaiseBudget { .. }
            | Self::Restart { .. } => Safety::GoesRound,
            Self::ReleaseFinalizers { .. }
            | Self::ForceDelete { .. }
            | Self::TaintOutOfService(_)
            | Self::DeleteNodes(_) => Safety::Destroys,
        }
    }
}

/// A remedy that needs no command.
impl From<RemedyKind> for RolloutRemedy {
    fn from(kind: RemedyKind) -> Self {
        Self {
            kind,
            command: None,
            risk: None,
        }
    }
}
