//! A step that would fix it.

use serde::Serialize;

use crate::analysis::reason::ObjectRef;
use crate::model::Command;

/// A step that would fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRemedy {
    /// What it is.
    pub kind: ClaimRemedyKind,
    /// The command, where there is one.
    pub command: Option<Command>,
}

/// What a remedy changes, the least disruptive first: nothing, metadata only, then what ends
/// containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ClaimChanges {
    /// Nothing: it only looks.
    Nothing,
    /// A manifest, before it is applied.
    Manifest,
    /// Labels of pods; they run on.
    PodLabels,
    /// ControllerRevisions.
    Revisions,
    /// Pods are deleted.
    Pods,
    /// The DaemonSet.
    DaemonSet,
    /// Another controller.
    Other,
}

/// What a remedy does. Pods are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimRemedyKind {
    /// List the pods that the selector matches.
    ListPods,
    /// Follow the rollout that replaces the adopted pods.
    FollowRollout,
    /// Remove a label from pods, so that they aren't adopted.
    KeepOut {
        /// The pods.
        pods: Vec<String>,
        /// The label's key.
        label: String,
        /// The stored DaemonSet has to be deleted first; it would create others.
        once_deleted: bool,
    },
    /// Restore the labels of a pod before it is released.
    RestoreLabels {
        /// The pod.
        pod: String,
    },
    /// Delete pods that run on without a controller.
    DeleteReleased {
        /// The pods.
        pods: Vec<String>,
        /// They have host ports that the DaemonSet's own pods want.
        hold_ports: bool,
    },
    /// Delete the stored DaemonSet with its pods, of which the new one could adopt none.
    DeleteWithPods {
        /// How many they are.
        pods: usize,
    },
    /// Delete pods that count as updated only by their generation.
    DeleteOutdated {
        /// The pods.
        pods: Vec<String>,
        /// They have to be adopted first.
        once_adopted: bool,
    },
    /// Remove the generation label from those pods.
    RemoveGeneration {
        /// The pods.
        pods: Vec<String>,
        /// The DaemonSet is from a manifest that isn't created yet.
        is_manifest: bool,
    },
    /// Give the manifest a generation that no pod carries.
    SetGeneration {
        /// It.
        generation: i64,
    },
    /// Restart the DaemonSet, which gets a generation that no pod carries.
    RaiseGeneration {
        /// It.
        generation: i64,
        /// The DaemonSet has to be created first.
        once_created: bool,
    },
    /// Delete duplicate revisions before pods are relabelled.
    DeleteDuplicates,
    /// Restart the DaemonSet once its pods are relabelled.
    RestartRelabelled,
    /// Give the manifest a label of its own.
    OwnSelector,
    /// Delete the DaemonSet without its pods, and create it with a selector of its own.
    RecreateWithOwnSelector,
    /// Give other controllers selectors of their own.
    OtherSelectors {
        /// The controllers.
        controllers: Vec<ObjectRef>,
    },
}

/// What a remedy is for. [Alternatives](Goal::is_reached_by_one) for the same goal do the same by
/// other means; goals don't depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To see more.
    See,
    /// To see how what the controller does ends.
    Follow,
    /// To keep pods from being adopted.
    KeepOut,
    /// To keep pods from being released.
    KeepIn,
    /// To delete pods that no controller owns.
    EndStrays,
    /// To bring pods that count as updated to the template.
    Update,
    /// To keep pods from being relabelled as if they were from the template.
    KeepLabels,
    /// To keep controllers from adopting each other's orphans.
    Separate,
}

impl Goal {
    /// Whether one remedy is enough to reach it.
    #[must_use]
    pub const fn is_reached_by_one(self) -> bool {
        matches!(self, Self::Update | Self::KeepLabels | Self::Separate)
    }
}

impl ClaimRemedy {
    /// What it is for.
    #[must_use]
    pub const fn goal(&self) -> Goal {
        use ClaimRemedyKind as Kind;
        match self.kind {
            Kind::ListPods => Goal::See,
            Kind::FollowRollout => Goal::Follow,
            Kind::KeepOut { .. } => Goal::KeepOut,
            Kind::RestoreLabels { .. } => Goal::KeepIn,
            Kind::DeleteReleased { .. } | Kind::DeleteWithPods { .. } => Goal::EndStrays,
            Kind::DeleteOutdated { .. }
            | Kind::RemoveGeneration { .. }
            | Kind::SetGeneration { .. }
            | Kind::RaiseGeneration { .. } => Goal::Update,
            Kind::DeleteDuplicates | Kind::RestartRelabelled => Goal::KeepLabels,
            Kind::OwnSelector | Kind::RecreateWithOwnSelector | Kind::OtherSelectors { .. } => {
                Goal::Separate
            }
        }
    }

    /// What it changes.
    #[must_use]
    pub const fn changes(&self) -> ClaimChanges {
        use ClaimRemedyKind as Kind;
        match self.kind {
            Kind::ListPods | Kind::FollowRollout => ClaimChanges::Nothing,
            Kind::SetGeneration { .. } | Kind::OwnSelector => ClaimChanges::Manifest,
            Kind::KeepOut { .. } | Kind::RestoreLabels { .. } | Kind::RemoveGeneration { .. } => {
                ClaimChanges::PodLabels
            }
            Kind::DeleteDuplicates => ClaimChanges::Revisions,
            Kind::DeleteReleased { .. }
            | Kind::DeleteWithPods { .. }
            | Kind::DeleteOutdated { .. } => ClaimChanges::Pods,
            Kind::RaiseGeneration { .. }
            | Kind::RestartRelabelled
            | Kind::RecreateWithOwnSelector => ClaimChanges::DaemonSet,
            Kind::OtherSelectors { .. } => ClaimChanges::Other,
        }
    }
}
