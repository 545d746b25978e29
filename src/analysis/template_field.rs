//! Where a rule stands in the template of a DaemonSet.

/// A field of the template that decides on which nodes a pod may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateField {
    /// `nodeName`.
    NodeName,
    /// `nodeSelector`, all of it.
    NodeSelector,
    /// The pair of `nodeSelector` with this key.
    NodeSelectorPair(String),
    /// `nodeSelectorTerms` of the required node affinity.
    NodeSelectorTerms,
    /// The term at this index.
    NodeSelectorTerm(usize),
    /// One requirement of a term.
    Requirement {
        /// The index of the term.
        term: usize,
        /// It is one of `matchFields`; else of `matchExpressions`.
        is_field: bool,
        /// Its index there.
        index: usize,
    },
    /// `tolerations`, all of them.
    Tolerations,
    /// The toleration at this index.
    Toleration(usize),
    /// `tolerationSeconds` of the toleration at this index.
    TolerationSeconds(usize),
}
