//! The kinds of objects that are read, in one list: requests, files, the documented
//! `kubectl get`, the ClusterRole and the page on rights all go by it.

use super::needs::{AdmissionKind, Resource};
use crate::model::WorkloadKind;

/// A kind of objects that is read, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadKind {
    /// As objects name it, such as `Node`.
    pub kind: &'static str,
    /// As requests and rights name it, such as `nodes`.
    pub resource: &'static str,
    /// As the help's `kubectl get` names it; `None` where its line has no room for it.
    pub short: Option<&'static str>,
    /// Its API version, such as `apps/v1`.
    pub api_version: &'static str,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
    /// When it is read.
    pub when: ReadWhen,
    /// What depends on it.
    pub need: Need,
    /// What it tells.
    pub tells: &'static str,
}

/// When a kind is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadWhen {
    /// Whatever is asked.
    Always,
    /// Where requests are summed.
    Sums,
    /// For `adopt`.
    Claims,
    /// Where a create was refused because of an object of the kind.
    Refused,
}

/// What depends on a kind, and thus what becomes of an answer without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The verdict: without the right to read it the answer is incomplete.
    Verdict,
    /// Names of owners and of overlaps: without the right to read it a note says so.
    Names,
    /// Explanations: whatever keeps it from being read, a note says so.
    BestEffort,
}

/// What is read besides by commands that the answers print: the API group, the resources, the
/// verbs. No request of this program is among them.
pub const READ_BY_COMMANDS: [(&str, &[&str], &[&str]); 5] = [
    (
        "",
        &["resourcequotas", "limitranges", "pods/log"],
        &["get", "list"],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicies",
        ],
        &["get"],
    ),
    ("", &["persistentvolumeclaims"], &["get"]),
    (
        "rbac.authorization.k8s.io",
        &["clusterrolebindings"],
        &["get"],
    ),
    ("coordination.k8s.io", &["leases"], &["get"]),
];

/// All kinds that are read.
pub fn read_kinds() -> impl Iterator<Item = ReadKind> {
    Resource::every().map(Resource::read_kind)
}

impl ReadKind {
    /// Its API group, empty for the core.
    #[must_use]
    pub fn group(&self) -> &'static str {
        let group = self.api_version.split_once('/');
        group.map_or("", |(group, _)| group)
    }

    /// What a role that reads it has to allow.
    #[must_use]
    pub const fn verbs(&self) -> &'static [&'static str] {
        match self.when {
            ReadWhen::Always => &["get", "list", "watch"],
            ReadWhen::Sums | ReadWhen::Claims | ReadWhen::Refused => &["list"],
        }
    }

    const fn new(kind: &'static str, resource: &'static str, api_version: &'static str) -> Self {
        Self {
            kind,
            resource,
            short: None,
            api_version,
            is_namespaced: true,
            when: ReadWhen::Always,
            need: Need::Verdict,
            tells: "",
        }
    }

    const fn short(self, short: &'static str) -> Self {
        Self {
            short: Some(short),
            ..self
        }
    }

    const fn of_the_cluster(self) -> Self {
        Self {
            is_namespaced: false,
            ..self
        }
    }

    const fn tells(self, need: Need, when: ReadWhen, tells: &'static str) -> Self {
        Self {
            need,
            when,
            tells,
            ..self
        }
    }
}

impl Resource {
    /// Its row in the list of the kinds.
    pub(super) const fn read_kind(self) -> ReadKind {
        const CORE: &str = "v1";
        const APPS: &str = "apps/v1";
        match self {
            Self::DaemonSets => ReadKind::new("DaemonSet", "daemonsets", APPS)
                .short("ds")
                .tells(Need::Verdict, ReadWhen::Always, "what is asked about"),
            Self::Nodes => ReadKind::new("Node", "nodes", CORE)
                .of_the_cluster()
                .short("no")
                .tells(Need::Verdict, ReadWhen::Always, "where a pod should run"),
            Self::Pods => ReadKind::new("Pod", "pods", CORE).short("po").tells(
                Need::Verdict,
                ReadWhen::Always,
                "where one runs, and how it is",
            ),
            Self::ControllerRevisions => {
                ReadKind::new("ControllerRevision", "controllerrevisions", APPS)
                    .short("controllerrevisions")
                    .tells(Need::Verdict, ReadWhen::Always, "which pods are outdated")
            }
            Self::Events => ReadKind::new("Event", "events", CORE)
                .short("events")
                .tells(
                    Need::BestEffort,
                    ReadWhen::Always,
                    "what refuses creates, and what is wrong with pods",
                ),
            Self::Namespaces => ReadKind::new("Namespace", "namespaces", CORE)
                .of_the_cluster()
                .short("ns")
                .tells(
                    Need::BestEffort,
                    ReadWhen::Always,
                    "node selectors, the Pod Security level, whether it is being deleted",
                ),
            Self::LimitRanges => ReadKind::new("LimitRange", "limitranges", CORE)
                .short("limits")
                .tells(
                    Need::BestEffort,
                    ReadWhen::Sums,
                    "what new pods request besides what their template says",
                ),
            Self::Workloads(kind) => of_workload(kind),
            Self::Admission(kind) => of_admission(kind),
        }
    }
}

const fn of_admission(kind: AdmissionKind) -> ReadKind {
    const WEBHOOKS: &str = "admissionregistration.k8s.io/v1";
    const CREATED: &str = "whether it was created since, and near names";
    const WEBHOOK: &str = "whose webhook it is, and its failurePolicy";
    let (kind, tells) = match kind {
        AdmissionKind::ResourceQuota => (
            ReadKind::new("ResourceQuota", "resourcequotas", "v1").short("quota"),
            "whether it still is full, and its scopes",
        ),
        AdmissionKind::ServiceAccount => (
            ReadKind::new("ServiceAccount", "serviceaccounts", "v1").short("sa"),
            CREATED,
        ),
        AdmissionKind::PriorityClass => (
            ReadKind::new("PriorityClass", "priorityclasses", "scheduling.k8s.io/v1")
                .of_the_cluster()
                .short("pc"),
            CREATED,
        ),
        AdmissionKind::RuntimeClass => (
            ReadKind::new("RuntimeClass", "runtimeclasses", "node.k8s.io/v1").of_the_cluster(),
            CREATED,
        ),
        AdmissionKind::ValidatingWebhookConfiguration => (
            ReadKind::new(
                "ValidatingWebhookConfiguration",
                "validatingwebhookconfigurations",
                WEBHOOKS,
            )
            .of_the_cluster(),
            WEBHOOK,
        ),
        AdmissionKind::MutatingWebhookConfiguration => (
            ReadKind::new(
                "MutatingWebhookConfiguration",
                "mutatingwebhookconfigurations",
                WEBHOOKS,
            )
            .of_the_cluster(),
            WEBHOOK,
        ),
        AdmissionKind::Service => (
            ReadKind::new("Service", "services", "v1"),
            "whether a webhook is called at pods that it keeps from being created",
        ),
    };
    kind.tells(Need::BestEffort, ReadWhen::Refused, tells)
}

const fn of_workload(kind: WorkloadKind) -> ReadKind {
    let short = match kind {
        WorkloadKind::DaemonSet => "ds",
        WorkloadKind::Deployment => "deploy",
        WorkloadKind::ReplicaSet => "rs",
        WorkloadKind::StatefulSet => "sts",
        WorkloadKind::ReplicationController => "rc",
        WorkloadKind::Job => "jobs",
    };
    ReadKind::new(kind.name(), kind.resource(), kind.api_version())
        .short(short)
        .tells(
            Need::Names,
            ReadWhen::Claims,
            "who else owns the pods, or selects them",
        )
}
