//! What a word can be completed to.

/// Something to complete a word to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub value: String,
    /// What it is, empty where there is nothing to say.
    pub help: String,
    /// Whether more has to be typed right after it.
    pub is_unfinished: bool,
}

impl Candidate {
    /// A whole word.
    pub fn new(value: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            help: help.into(),
            is_unfinished: false,
        }
    }

    /// The same with more to be typed.
    #[must_use]
    pub fn unfinished(mut self) -> Self {
        self.is_unfinished = true;
        self
    }
}

/// What has to be looked up, in the source that was typed or in the kubeconfig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after what it looks up")]
pub enum Lookup {
    DaemonSets,
    DaemonSetsOrPods,
    Nodes,
    Namespaces,
    Contexts,
    Clusters,
    Users,
    Revisions,
    Containers,
    DaemonSetLabels,
    NodeLabels,
    NodeLabelKeys,
}
