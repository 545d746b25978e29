//! Which resources a question reads, and what depends on each. The cluster, the files, the
//! watch and what [`narrow`](super::narrow()) keeps all go by this.

use super::kinds::{Need, ReadWhen};
use super::names::NameKind;
use super::{Question, Scope, Subject};
use crate::model::WorkloadKind;

/// A resource that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// What admission of pods goes by.
    Admission(AdmissionKind),
}

/// The kinds of what admission of pods goes by, and what of it explains a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AdmissionKind {
    ResourceQuota,
    ServiceAccount,
    PriorityClass,
    RuntimeClass,
    ValidatingWebhookConfiguration,
    MutatingWebhookConfiguration,
    Service,
}

impl AdmissionKind {
    const ALL: [Self; 7] = [
        Self::ResourceQuota,
        Self::ServiceAccount,
        Self::PriorityClass,
        Self::RuntimeClass,
        Self::ValidatingWebhookConfiguration,
        Self::MutatingWebhookConfiguration,
        Self::Service,
    ];
}

impl Question {
    /// Whether objects of the resource are read whatever the others say.
    pub(super) fn reads(&self, resource: Resource) -> bool {
        match resource.read_kind().when {
            ReadWhen::Always => match resource {
                Resource::Nodes | Resource::Pods | Resource::ControllerRevisions => {
                    self.scope != Scope::NoNode
                }
                _ => true,
            },
            ReadWhen::Sums => self.sums,
            ReadWhen::Claims => self.neighbours,
            ReadWhen::Refused => false,
        }
    }

    /// Whether it matters to it why a pod couldn't be created: who owns those that are there
    /// doesn't hang on that.
    pub(super) const fn is_about_creates(&self) -> bool {
        !self.neighbours
    }

    /// Whether it is about claims: ControllerRevisions that a DaemonSet owns and doesn't
    /// select matter too, and the pods of those that it takes over.
    pub(super) fn is_about_claims(&self) -> bool {
        self.neighbours || matches!(self.subject, Subject::Recreated(_))
    }
}

impl Resource {
    /// What questions read of themselves, but for the other controllers and what admission goes
    /// by; the objects that a question is about first.
    pub(super) const ALL: [Self; 7] = [
        Self::DaemonSets,
        Self::Nodes,
        Self::Pods,
        Self::ControllerRevisions,
        Self::Events,
        Self::Namespaces,
        Self::LimitRanges,
    ];

    /// All of them, each once.
    pub(super) fn every() -> impl Iterator<Item = Self> {
        let others = WorkloadKind::ALL.into_iter().map(Self::of);
        let others = others.filter(|other| *other != Self::DaemonSets);
        let admission = AdmissionKind::ALL.into_iter().map(Self::Admission);
        Self::ALL.into_iter().chain(admission).chain(others)
    }

    /// What depends on it.
    pub(super) const fn need(self) -> Need {
        self.read_kind().need
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
        Self::every().find(|r| {
            let is_event = *r == Self::Events && api_version == "events.k8s.io/v1";
            kind == r.kind() && (api_version == r.api_version() || is_event)
        })
    }

    /// The kind of its objects, as in `Node`.
    pub(super) const fn kind(self) -> &'static str {
        self.read_kind().kind
    }

    /// As requests and rights name it, as in `nodes`.
    pub(super) const fn plural(self) -> &'static str {
        self.read_kind().resource
    }

    const fn api_version(self) -> &'static str {
        self.read_kind().api_version
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
        self.read_kind().is_namespaced
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
