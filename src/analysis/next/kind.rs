//! What a step does.

use crate::analysis::attribute::AttributeKind;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::impact::Impact;
use crate::analysis::refusal::LimitChange;
use crate::analysis::remedy::TemplateChange;

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It only reads, and shows more.
    Look,
    /// It runs this program on one node.
    Explain,
    /// It runs this program on the rollout.
    Plan,
    /// Let the namespace run these pods.
    AllowInNamespace {
        /// The level that it enforces today.
        level: String,
    },
    /// Create a ResourceQuota that allows pods of the scope.
    CreateQuota,
    /// A ResourceQuota allows more.
    RaiseQuota {
        /// Its name.
        quota: String,
        /// The new limits, as `RESOURCE=QUANTITY`.
        hard: Vec<String>,
    },
    /// Create the ServiceAccount that the template names.
    CreateServiceAccount,
    /// Let the ServiceAccount use SecurityContextConstraints that allow the pods.
    AllowConstraints,
    /// Give the DaemonSet another host port.
    ChangePort {
        /// The one that another pod has.
        port: i32,
        /// One that is free; `None` where the template has to be edited by hand.
        to: Option<i32>,
    },
    /// Delete the DaemonSet that holds a host port.
    DeleteHolder {
        /// It.
        daemon_set: DaemonSetRef,
    },
    /// Delete the pod without a controller that holds a host port.
    DeleteHoldingPod {
        /// The pod, as `namespace/name`.
        pod: String,
    },
    /// Delete the orphans of a deleted DaemonSet that hold a host port.
    DeleteOrphans {
        /// The DaemonSet.
        daemon_set: DaemonSetRef,
        /// How many orphans there are.
        pods: usize,
    },
    /// Remove the node selector that the namespace adds to its pods.
    ClearNodeSelector {
        /// The annotation that holds the selector.
        annotation: &'static str,
        /// Whether the namespace has it today; otherwise the cluster's default applies.
        is_annotated: bool,
    },
    /// Recreate all pods, because existing ones keep what admission added.
    MakeAnew,
    /// Let the template select the nodes that admission selects.
    SelectNodes {
        /// The label.
        key: String,
        /// Its value.
        value: String,
    },
    /// Create a PriorityClass with this value.
    CreatePriorityClass {
        /// Its name.
        name: String,
        /// Its value.
        value: i32,
    },
    /// Give the template a priority that preempts other pods.
    RaisePriority {
        /// The PriorityClass.
        class: String,
    },
    /// Let something request less of the resources that the node lacks.
    RequestLess {
        /// The resources.
        resources: Vec<String>,
        /// Whether the pod alone requests more than the node has.
        never_fits: bool,
    },
    /// Remove the template's podAntiAffinity.
    RemoveAntiAffinity,
    /// Use the PriorityClass or RuntimeClass whose name is close to the one that doesn't exist.
    UseNear {
        /// Its kind.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A PriorityClass that there is is named in place of the one that doesn't exist.
    UseClass {
        /// Its name.
        name: String,
        /// The priority of its pods.
        value: i32,
    },
    /// Create the PriorityClass that the template names.
    CreateMissingClass {
        /// Its name.
        name: String,
    },
    /// Install the runtime that brings the RuntimeClass.
    InstallRuntime {
        /// The RuntimeClass.
        class: String,
    },
    /// Remove the RuntimeClass from the template.
    WithoutRuntimeClass,
    /// Keep the template within the LimitRange.
    KeepToLimits {
        /// By these requests and limits; none where it isn't known which would.
        changes: Vec<LimitChange>,
    },
    /// Add to the containers of the template what the quota requires.
    SpecifyRequests {
        /// What is missing.
        missing: String,
    },
    /// Let the policy allow the pods, or change the pods to comply.
    MeetPolicy,
    /// Get the pods of the webhook running again.
    RunWebhook {
        /// Namespace and name of its Service.
        service: Option<(String, String)>,
    },
    /// Give the webhook a trusted certificate.
    RenewCertificate,
    /// Let requests pass for which the webhook can't be called.
    IgnoreFailures {
        /// The name of its configuration.
        configuration: String,
    },
    /// Exempt the namespace from the webhook.
    ExemptNamespace {
        /// The namespace.
        namespace: String,
    },
    /// Find the slow webhook and speed it up or bypass it.
    FindSlowWebhook,
    /// Restore the controller's rights to create pods.
    RestoreRights,
    /// Finish the deletion of the namespace.
    FinishDeletion,
    /// Leave the pods to the default scheduler.
    DefaultScheduler,
    /// Let the ServiceAccount use a PodSecurityPolicy that allows the pods.
    AllowPolicy,
    /// Reduce the use of the resource for which the node's kubelet evicts pods.
    FreeNode {
        /// The resource.
        resource: String,
    },
    /// Force the deletion of pods that may or may not have stopped.
    ForceDelete {
        /// How many they are.
        pods: usize,
    },
    /// A pod of an older template is deleted under OnDelete.
    ReplacePod {
        /// The pod.
        pod: String,
    },
    /// Delete a pod that is of a former node of the node's name.
    DeletePodOfFormerNode {
        /// Its name.
        pod: String,
    },
    /// Delete the misscheduled pod.
    DeleteMisscheduled {
        /// The pod.
        pod: String,
    },
    /// Change the template in something that concerns more than one pod.
    ChangeTemplate {
        /// What is changed.
        changes: Vec<TemplateChange>,
        /// What that does to all nodes; `None` where not all are known.
        impact: Option<Impact>,
        /// No pod restarts automatically (OnDelete).
        on_delete: bool,
    },
    /// The virtual nodes get the label by which the template already means to keep off them.
    LabelVirtual {
        /// The label, as `KEY=VALUE`.
        label: String,
    },
    /// The DaemonSet is touched, so that the controller syncs it and counts anew.
    Resync,
    /// Raise the memory limit of a container that is killed for exceeding it.
    RaiseMemoryLimit {
        /// The container.
        container: String,
        /// Its limit in the template.
        limit: String,
        /// What it would be.
        raised: String,
    },
    /// Give a hostPath volume a path that exists on the nodes.
    ProvidePath {
        /// The missing path.
        path: String,
        /// Its expected type, such as `directory`.
        wanted: String,
    },
    /// Replace a volume that only one node can attach by one that all nodes can use.
    ShareVolume,
    /// Give the container a user that `runAsNonRoot` allows.
    SetUser,
    /// Mount a path of the node as shared.
    ShareMount {
        /// The path.
        path: String,
    },
    /// Configure the handler in the nodes' container runtime.
    ConfigureRuntime {
        /// Its name.
        handler: String,
    },
    /// Use an image for the nodes' Windows version.
    MatchWindows,
    /// The nodes get a profile for what a container may do.
    LoadProfile {
        /// `seccomp` or `AppArmor`.
        kind: &'static str,
        /// Its file, or its name.
        name: String,
    },
    /// What is mounted and the place where it is are both files, or both directories.
    MountAlike {
        /// The path in the container.
        path: String,
    },
    /// The image or the volume around it has the mount point.
    MakeMountPoint {
        /// The path in the container.
        path: String,
    },
    /// Kubelet and container runtime get the same cgroup driver.
    AlignCgroupDrivers,
    /// The program is installed on the nodes that mounts a file system.
    InstallMountHelper {
        /// Its type.
        filesystem: String,
    },
    /// The nodes can pull the sandbox image.
    ProvideSandboxImage {
        /// The image.
        image: String,
    },
    /// The container runtime answers again in time.
    RelieveRuntime,
    /// The template's topologySpreadConstraints are taken away.
    RemoveSpread,
    /// Allow a sysctl in the kubelets' configuration.
    AllowSysctl {
        /// The sysctl.
        name: String,
    },
    /// Get a higher pull limit from the registry.
    RaisePullLimit,
    /// The nodes trust who signed the registry's certificate.
    TrustRegistry {
        /// The registry, where its message names it.
        registry: Option<String>,
    },
    /// The registry gets a certificate that is valid, and for its name.
    RenewRegistryCertificate {
        /// The registry, where its message names it.
        registry: Option<String>,
        /// Whether the one that it has is of another time, rather than for another name.
        expired: bool,
    },
    /// The registry speaks HTTPS, or the nodes may ask it in HTTP.
    AllowPlainHttp {
        /// The registry, where its message names it.
        registry: Option<String>,
    },
    /// Limit the template to the nodes with an attribute that all healthy ones share.
    KeepTo {
        /// The kind of attribute.
        kind: AttributeKind,
        /// The value of the nodes to run on.
        value: String,
    },
}

impl StepKind {
    /// Its published name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Look => "Look",
            Self::Explain => "Explain",
            Self::Plan => "Plan",
            Self::AllowInNamespace { .. } => "AllowInNamespace",
            Self::CreateQuota => "CreateQuota",
            Self::RaiseQuota { .. } => "RaiseQuota",
            Self::CreateServiceAccount => "CreateServiceAccount",
            Self::AllowConstraints => "AllowConstraints",
            Self::ChangePort { .. } => "ChangePort",
            Self::DeleteHolder { .. } => "DeleteHolder",
            Self::DeleteHoldingPod { .. } => "DeleteHoldingPod",
            Self::DeleteOrphans { .. } => "DeleteOrphans",
            Self::ClearNodeSelector { .. } => "ClearNodeSelector",
            Self::MakeAnew => "MakeAnew",
            Self::SelectNodes { .. } => "SelectNodes",
            Self::CreatePriorityClass { .. } => "CreatePriorityClass",
            Self::RaisePriority { .. } => "RaisePriority",
            Self::RequestLess { .. } => "RequestLess",
            Self::RemoveAntiAffinity => "RemoveAntiAffinity",
            Self::UseNear { .. } => "UseNear",
            Self::UseClass { .. } => "UseClass",
            Self::CreateMissingClass { .. } => "CreateMissingClass",
            Self::InstallRuntime { .. } => "InstallRuntime",
            Self::WithoutRuntimeClass => "WithoutRuntimeClass",
            Self::KeepToLimits { .. } => "KeepToLimits",
            Self::SpecifyRequests { .. } => "SpecifyRequests",
            Self::MeetPolicy => "MeetPolicy",
            Self::RunWebhook { .. } => "RunWebhook",
            Self::RenewCertificate => "RenewCertificate",
            Self::IgnoreFailures { .. } => "IgnoreFailures",
            Self::ExemptNamespace { .. } => "ExemptNamespace",
            Self::FindSlowWebhook => "FindSlowWebhook",
            Self::RestoreRights => "RestoreRights",
            Self::FinishDeletion => "FinishDeletion",
            Self::DefaultScheduler => "DefaultScheduler",
            Self::AllowPolicy => "AllowPolicy",
            Self::FreeNode { .. } => "FreeNode",
            Self::ForceDelete { .. } => "ForceDelete",
            Self::ReplacePod { .. } => "ReplacePod",
            Self::DeletePodOfFormerNode { .. } => "DeletePodOfFormerNode",
            Self::DeleteMisscheduled { .. } => "DeleteMisscheduled",
            Self::ChangeTemplate { .. } => "ChangeTemplate",
            Self::Resync => "Resync",
            Self::LabelVirtual { .. } => "LabelVirtual",
            Self::RaiseMemoryLimit { .. } => "RaiseMemoryLimit",
            Self::ProvidePath { .. } => "ProvidePath",
            Self::ShareVolume => "ShareVolume",
            Self::SetUser => "SetUser",
            Self::ShareMount { .. } => "ShareMount",
            Self::ConfigureRuntime { .. } => "ConfigureRuntime",
            Self::MatchWindows => "MatchWindows",
            Self::LoadProfile { .. } => "LoadProfile",
            Self::MountAlike { .. } => "MountAlike",
            Self::MakeMountPoint { .. } => "MakeMountPoint",
            Self::AlignCgroupDrivers => "AlignCgroupDrivers",
            Self::InstallMountHelper { .. } => "InstallMountHelper",
            Self::ProvideSandboxImage { .. } => "ProvideSandboxImage",
            Self::RelieveRuntime => "RelieveRuntime",
            Self::RemoveSpread => "RemoveSpread",
            Self::AllowSysctl { .. } => "AllowSysctl",
            Self::RaisePullLimit => "RaisePullLimit",
            Self::TrustRegistry { .. } => "TrustRegistry",
            Self::RenewRegistryCertificate { .. } => "RenewRegistryCertificate",
            Self::AllowPlainHttp { .. } => "AllowPlainHttp",
            Self::KeepTo { .. } => "KeepTo",
        }
    }
}
