//! What a step does.

use crate::analysis::attribute::AttributeKind;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::impact::Impact;
use crate::analysis::remedy::TemplateChange;

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It only reads, and shows more.
    Look,
    /// It asks this program about one node.
    Explain,
    /// It asks this program about the rollout.
    Plan,
    /// The namespace allows these pods.
    AllowInNamespace {
        /// The level that it enforces today.
        level: String,
    },
    /// A ResourceQuota is created that allows pods of the scope.
    CreateQuota,
    /// A ResourceQuota allows more.
    RaiseQuota {
        /// Its name.
        quota: String,
        /// What it would allow, as `RESOURCE=QUANTITY`.
        hard: Vec<String>,
    },
    /// The ServiceAccount that the template names is created.
    CreateServiceAccount,
    /// The ServiceAccount may use SecurityContextConstraints that allow the pods.
    AllowConstraints,
    /// One of two DaemonSets gets another host port.
    ChangePort {
        /// The one that both want.
        port: i32,
    },
    /// The DaemonSet that holds a host port is deleted.
    DeleteHolder {
        /// It.
        daemon_set: DaemonSetRef,
    },
    /// The pods are deleted that hold a host port and that a deleted DaemonSet left.
    DeleteOrphans {
        /// The DaemonSet.
        daemon_set: DaemonSetRef,
        /// How many pods they are.
        pods: usize,
    },
    /// The namespace selects no nodes any more for its pods.
    ClearNodeSelector {
        /// The annotation that says so.
        annotation: &'static str,
        /// Whether the namespace has it today; else a default of the cluster holds.
        is_annotated: bool,
    },
    /// All pods are made anew, as those that are there keep what admission gave them.
    MakeAnew,
    /// The template selects the nodes that admission selects.
    SelectNodes {
        /// The label.
        key: String,
        /// Its value.
        value: String,
    },
    /// A PriorityClass is created, of this value.
    CreatePriorityClass {
        /// Its name.
        name: String,
        /// Its value.
        value: i32,
    },
    /// The template has a priority by which its pods preempt others.
    RaisePriority {
        /// The PriorityClass.
        class: String,
    },
    /// Something requests less of a resource on the node.
    RequestLess {
        /// The resource.
        resource: String,
        /// Whether the pod alone requests more than the node has.
        never_fits: bool,
    },
    /// The template's podAntiAffinity is taken away.
    RemoveAntiAffinity,
    /// The PriorityClass or RuntimeClass is named that nearly has the name of the one that
    /// doesn't exist.
    UseNear {
        /// Its kind.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// The PriorityClass that the template names is created.
    CreateMissingClass {
        /// Its name.
        name: String,
    },
    /// The runtime is installed that comes with the RuntimeClass.
    InstallRuntime {
        /// The RuntimeClass.
        class: String,
    },
    /// The template names no RuntimeClass any more.
    WithoutRuntimeClass,
    /// The template keeps to what the LimitRange allows.
    KeepToLimits,
    /// The containers of the template say what the quota wants them to.
    SpecifyRequests {
        /// What is missing.
        missing: String,
    },
    /// The policy lets the pods pass, or they keep to it.
    MeetPolicy,
    /// The pods of the webhook run again.
    RunWebhook {
        /// Namespace and name of its Service.
        service: Option<(String, String)>,
    },
    /// The webhook gets a certificate that is trusted.
    RenewCertificate,
    /// Requests pass for which the webhook can't be called.
    IgnoreFailures {
        /// The name of its configuration.
        configuration: String,
    },
    /// The webhook that is slow answers in time, or isn't asked.
    FindSlowWebhook,
    /// The controller may create pods again.
    RestoreRights,
    /// What holds the namespace lets go of it.
    FinishDeletion,
    /// The pods are left to the scheduler that runs.
    DefaultScheduler,
    /// The ServiceAccount may use a PodSecurityPolicy that allows the pods.
    AllowPolicy,
    /// Something on the node uses less of what its kubelet evicts pods for.
    FreeNode {
        /// The resource.
        resource: String,
    },
    /// Pods are deleted that nobody can say of whether they have stopped.
    ForceDelete {
        /// How many they are.
        pods: usize,
    },
    /// The misscheduled pod is deleted.
    DeleteMisscheduled {
        /// The pod.
        pod: String,
    },
    /// The template is changed in what holds for more than one pod.
    ChangeTemplate {
        /// What is changed.
        changes: Vec<TemplateChange>,
        /// What that does to all nodes; `None` where not all are known.
        impact: Option<Impact>,
        /// No pod restarts by itself.
        on_delete: bool,
    },
    /// A container that is killed for want of memory gets a higher limit.
    RaiseMemoryLimit {
        /// The container.
        container: String,
        /// Its limit in the template.
        limit: String,
        /// What it would be.
        raised: String,
    },
    /// A hostPath volume gets a path that the nodes have.
    ProvidePath {
        /// The one that they lack.
        path: String,
        /// What it has to be, such as `directory`.
        wanted: String,
    },
    /// A volume that one node can have at a time is replaced by one for all nodes.
    ShareVolume,
    /// The container gets a user that `runAsNonRoot` allows.
    SetUser,
    /// A path of the node is mounted as shared.
    ShareMount {
        /// The path.
        path: String,
    },
    /// The kubelets allow a sysctl.
    AllowSysctl {
        /// The sysctl.
        name: String,
    },
    /// The registry lets more be pulled.
    RaisePullLimit,
    /// The template keeps to the nodes that have a label, as all healthy ones do.
    KeepTo {
        /// What the nodes are told by.
        kind: AttributeKind,
        /// The value of the nodes to keep to.
        value: String,
    },
}

impl StepKind {
    /// Its name, as it is published.
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
            Self::DeleteOrphans { .. } => "DeleteOrphans",
            Self::ClearNodeSelector { .. } => "ClearNodeSelector",
            Self::MakeAnew => "MakeAnew",
            Self::SelectNodes { .. } => "SelectNodes",
            Self::CreatePriorityClass { .. } => "CreatePriorityClass",
            Self::RaisePriority { .. } => "RaisePriority",
            Self::RequestLess { .. } => "RequestLess",
            Self::RemoveAntiAffinity => "RemoveAntiAffinity",
            Self::UseNear { .. } => "UseNear",
            Self::CreateMissingClass { .. } => "CreateMissingClass",
            Self::InstallRuntime { .. } => "InstallRuntime",
            Self::WithoutRuntimeClass => "WithoutRuntimeClass",
            Self::KeepToLimits => "KeepToLimits",
            Self::SpecifyRequests { .. } => "SpecifyRequests",
            Self::MeetPolicy => "MeetPolicy",
            Self::RunWebhook { .. } => "RunWebhook",
            Self::RenewCertificate => "RenewCertificate",
            Self::IgnoreFailures { .. } => "IgnoreFailures",
            Self::FindSlowWebhook => "FindSlowWebhook",
            Self::RestoreRights => "RestoreRights",
            Self::FinishDeletion => "FinishDeletion",
            Self::DefaultScheduler => "DefaultScheduler",
            Self::AllowPolicy => "AllowPolicy",
            Self::FreeNode { .. } => "FreeNode",
            Self::ForceDelete { .. } => "ForceDelete",
            Self::DeleteMisscheduled { .. } => "DeleteMisscheduled",
            Self::ChangeTemplate { .. } => "ChangeTemplate",
            Self::RaiseMemoryLimit { .. } => "RaiseMemoryLimit",
            Self::ProvidePath { .. } => "ProvidePath",
            Self::ShareVolume => "ShareVolume",
            Self::SetUser => "SetUser",
            Self::ShareMount { .. } => "ShareMount",
            Self::AllowSysctl { .. } => "AllowSysctl",
            Self::RaisePullLimit => "RaisePullLimit",
            Self::KeepTo { .. } => "KeepTo",
        }
    }
}
