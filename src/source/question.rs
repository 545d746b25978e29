use crate::model::DaemonSet;

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
    /// One that isn't applied yet. The snapshot's DaemonSet is this one, with the
    /// UID, generation and status of the stored one of its name where there is one.
    Manifest(Box<DaemonSet>),
    /// The DaemonSet that controls this pod.
    Pod(ObjectName),
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
}

/// What a command needs to know.
#[derive(Clone, Debug)]
pub struct Question {
    /// The DaemonSets.
    pub subject: Subject,
    /// The nodes.
    pub scope: Scope,
}
