//! Where a rule stands in a DaemonSet's template.

/// A field of the template that decides on which nodes a pod may run.
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
        /// Whether it is in `matchFields`; else in `matchExpressions`.
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
