//! Which resources a question reads, and what depends on each. The cluster, the files, the
//! watch and what [`narrow`](super::narrow()) keeps all go by this.

use super::names::NameKind;
use super::{Question, Scope, Subject};
use crate::model::WorkloadKind;

/// A resource that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    DaemonSets,
    Nodes,
    Pods,
    ControllerRevisions,
    Events,
    Namespaces,
    LimitRanges,
    /// The other controllers of a kind.
    Workloads(WorkloadKind),
}

/// What depends on a resource, and thus what becomes of an answer without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// The verdict: without the right to read it the answer is incomplete.
    Verdict,
    /// Names of owners and of overlaps: without the right to read it a note says so.
    Names,
    /// Explanations: whatever keeps it from being read, a note says so.
    BestEffort,
}

impl Question {
    /// Whether objects of the resource are read at all.
    pub(super) fn reads(&self, resource: Resource) -> bool {
        match resource {
            Resource::DaemonSets | Resource::Events | Resource::Namespaces => true,
            Resource::Nodes | Resource::Pods | Resource::ControllerRevisions => {
                self.scope != Scope::NoNode
            }
            Resource::LimitRanges => self.sums,
            Resource::Workloads(_) => self.neighbours,
        }
    }

    /// Whether it is about claims: ControllerRevisions that a DaemonSet owns and doesn't
    /// select matter too, and the pods of those that it takes over.
    pub(super) fn is_about_claims(&self) -> bool {
        self.neighbours || matches!(self.subject, Subject::Recreated(_))
    }
}

impl Resource {
    /// All but the other controllers, the objects that a question is about first.
    pub(super) const ALL: [Self; 7] = [
        Self::DaemonSets,
        Self::Nodes,
        Self::Pods,
        Self::ControllerRevisions,
        Self::Events,
        Self::Namespaces,
        Self::LimitRanges,
    ];

    /// What depends on it.
    pub(super) const fn need(self) -> Need {
        match self {
            Self::DaemonSets | Self::Nodes | Self::Pods | Self::ControllerRevisions => {
                Need::Verdict
            }
            Self::Workloads(_) => Need::Names,
            Self::Events | Self::Namespaces | Self::LimitRanges => Need::BestEffort,
        }
    }

    /// What a note begins with where it can't be read.
    pub(super) fn unread(self) -> String {
        let verb = match self {
            // One is asked for by its name where that is enough.
            Self::Namespaces => "read",
            _ => "listed",
        };
        format!("{} can't be {verb}", self.plural())
    }

    /// The controllers of a kind.
    pub(super) const fn of(kind: WorkloadKind) -> Self {
        match kind {
            WorkloadKind::DaemonSet => Self::DaemonSets,
            other => Self::Workloads(other),
        }
    }

    /// The resource of which objects of files are.
    #[cfg(feature = "cli")]
    pub(super) fn of_object(api_version: &str, kind: &str) -> Option<Self> {
        let workloads = WorkloadKind::ALL.into_iter().map(Self::of);
        let mut all = Self::ALL.into_iter().chain(workloads);
        all.find(|r| {
            let is_event = *r == Self::Events && api_version == "events.k8s.io/v1";
            kind == r.kind() && (api_version == r.api_version() || is_event)
        })
    }

    /// The kind of its objects, as in `Node`.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::DaemonSets => "DaemonSet",
            Self::Nodes => "Node",
            Self::Pods => "Pod",
            Self::ControllerRevisions => "ControllerRevision",
            Self::Events => "Event",
            Self::Namespaces => "Namespace",
            Self::LimitRanges => "LimitRange",
            Self::Workloads(kind) => kind.name(),
        }
    }

    /// As requests and rights name it, as in `nodes`.
    pub(super) const fn plural(self) -> &'static str {
        match self {
            Self::DaemonSets => "daemonsets",
            Self::Nodes => "nodes",
            Self::Pods => "pods",
            Self::ControllerRevisions => "controllerrevisions",
            Self::Events => "events",
            Self::Namespaces => "namespaces",
            Self::LimitRanges => "limitranges",
            Self::Workloads(kind) => kind.resource(),
        }
    }

    const fn api_version(self) -> &'static str {
        match self {
            Self::DaemonSets | Self::ControllerRevisions => "apps/v1",
            Self::Nodes | Self::Pods | Self::Events | Self::Namespaces | Self::LimitRanges => "v1",
            Self::Workloads(kind) => kind.api_version(),
        }
    }

    /// The path of its group, below which the API has it.
    pub(super) fn root(self) -> String {
        match self.api_version() {
            "v1" => "/api/v1".to_owned(),
            version => format!("/apis/{version}"),
        }
    }

    /// Whether its objects are in namespaces.
    pub(super) const fn is_namespaced(self) -> bool {
        !matches!(self, Self::Nodes | Self::Namespaces)
    }
}

impl From<NameKind> for Resource {
    fn from(kind: NameKind) -> Self {
        match kind {
            NameKind::DaemonSet => Self::DaemonSets,
            NameKind::Node => Self::Nodes,
            NameKind::Namespace => Self::Namespaces,
            NameKind::Pod => Self::Pods,
            NameKind::Revision => Self::ControllerRevisions,
        }
    }
}
