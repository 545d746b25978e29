#[cfg(feature = "cluster")]
use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::PodSpec;

use crate::model::{DaemonSet, HostPort, host_ports};

/// The name of an object in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// Which DaemonSets a question is about.
#[derive(Clone, Debug)]
pub enum Subject {
    /// One that is stored.
    DaemonSet(ObjectName),
    /// All of a namespace, or of all namespaces, that a label selector keeps.
    DaemonSets {
        /// `None` for all namespaces.
        namespace: Option<String>,
        /// kubectl's `-l`, as it was written.
        selector: Option<String>,
    },
    /// One that isn't applied yet. The snapshot's `daemon_sets` hold the stored one of
    /// its name, or none where there is none; pods and revisions are that one's, or those
    /// that this one selects.
    Manifest(Box<DaemonSet>),
    /// One that is to be created, or deleted with `--cascade=orphan` and created
    /// again. The snapshot's `daemon_sets` then hold the stored one of its name, or
    /// none where there is none; pods and revisions are those that either of the two
    /// owns or selects. It is about all nodes, whatever the scope says.
    Recreated(Box<DaemonSet>),
    /// The DaemonSet that controls this pod.
    Pod(ObjectName),
}

impl Subject {
    /// The one namespace that it is in; `None` for all namespaces.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::DaemonSet(name) | Self::Pod(name) => Some(&name.namespace),
            Self::Manifest(ds) | Self::Recreated(ds) => Some(&ds.namespace),
            Self::DaemonSets { namespace, .. } => namespace.as_deref(),
        }
    }

    /// The namespaces of which more is read than the DaemonSets, where it means `daemon_sets`.
    #[cfg(feature = "cluster")]
    pub(super) fn namespaces<'a>(&'a self, daemon_sets: &'a [DaemonSet]) -> BTreeSet<&'a str> {
        match self {
            Self::DaemonSets { .. } => daemon_sets.iter().map(|ds| &*ds.namespace).collect(),
            one => one.namespace().into_iter().collect(),
        }
    }
}

/// Which nodes a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them, with all pods that the DaemonSets own or select.
    AllNodes,
    /// One, with the pods on it and the DaemonSet's pods that no node has yet.
    Node(String),
    /// The one that the subject's pod is on or meant for; only with [`Subject::Pod`].
    NodeOfPod,
    /// None that is there: nodes, pods and revisions aren't read, and there are none;
    /// only with [`Subject::DaemonSets`].
    NoNode,
}

/// What a command needs to know.
#[derive(Clone, Debug)]
pub struct Question {
    /// The DaemonSets.
    pub subject: Subject,
    /// The nodes.
    pub scope: Scope,
    /// Whether it is about claims: the other controllers of the DaemonSets' namespaces
    /// are read too, into the snapshot's `workloads`, and the ControllerRevisions that a
    /// DaemonSet owns and doesn't select, which it lets go.
    pub neighbours: bool,
    /// Whether it is about what pods request: the LimitRanges of the DaemonSets' namespaces
    /// are read too, which say what a new pod requests besides what its template says.
    pub sums: bool,
    /// The host ports of a template that isn't applied. Of those that the stored template
    /// doesn't take, the pods of any namespace that have one are read too, into the snapshot's
    /// `port_holders`.
    pub host_ports: Vec<HostPort>,
}

impl Question {
    /// What `subject` needs on the nodes of `scope`, and nothing beside it.
    #[must_use]
    pub const fn new(subject: Subject, scope: Scope) -> Self {
        Self {
            subject,
            scope,
            neighbours: false,
            sums: false,
            host_ports: Vec::new(),
        }
    }

    /// Whether it is about the pods too that DaemonSets left which are gone: nothing that is
    /// there leads to those, so only claims on all DaemonSets are, and what all DaemonSets have
    /// on a node.
    #[must_use]
    pub fn is_about_the_gone(&self) -> bool {
        let is_all = |selector: &Option<String>| selector.as_deref().is_none_or(str::is_empty);
        let is_wide = match self.scope {
            Scope::AllNodes => self.neighbours,
            Scope::Node(_) => !self.neighbours,
            Scope::NodeOfPod | Scope::NoNode => false,
        };
        is_wide && matches!(&self.subject, Subject::DaemonSets { selector, .. } if is_all(selector))
    }

    /// The question that asks for the other controllers of the namespaces too, and
    /// for the revisions that are let go.
    #[must_use]
    pub fn with_neighbours(self) -> Self {
        Self {
            neighbours: true,
            ..self
        }
    }

    /// The question that asks for the LimitRanges of the namespaces too.
    #[must_use]
    pub fn with_sums(self) -> Self {
        Self { sums: true, ..self }
    }

    /// The question that asks for the pods too that have the host ports of a template which
    /// isn't applied.
    #[must_use]
    pub fn with_host_ports(self, template: Option<&PodSpec>) -> Self {
        let ports = template.map(host_ports).unwrap_or_default().into_iter();
        Self {
            host_ports: ports.map(|wanted| wanted.port).collect(),
            ..self
        }
    }

    /// The host ports that it is about and that none of the `stored` templates takes.
    #[cfg(feature = "cluster")]
    pub(super) fn new_host_ports(&self, stored: &[DaemonSet]) -> Vec<HostPort> {
        let specs = stored.iter().filter_map(DaemonSet::pod_spec);
        let today: Vec<HostPort> = specs.flat_map(host_ports).map(|taken| taken.port).collect();
        let is_new = |port: &&HostPort| !today.contains(port);
        self.host_ports.iter().filter(is_new).cloned().collect()
    }
}
