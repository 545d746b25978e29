//! The changes of a template.

use k8s_openapi::api::core::v1::NodeSelectorRequirement;

use crate::analysis::contradiction::Contradiction;
use crate::analysis::reason::requirement_text;
use crate::analysis::template_field::TemplateField;
use crate::model::Taint;

/// Something removed from the template, added to it, or replaced in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateChange {
    /// `nodeName` is taken out.
    RemoveNodeName,
    /// The pair with this key is removed from `nodeSelector`.
    RemoveNodeSelector(String),
    /// A pair of `nodeSelector` is replaced by a label that nodes have.
    ReplaceNodeSelector {
        /// The key of the pair.
        key: String,
        /// Its value.
        wanted: String,
        /// The pair that replaces it.
        by: (String, String),
    },
    /// A term is added to the required node affinity that matches only the node of this name.
    AddTerm(String),
    /// A toleration is added that covers only this taint.
    AddToleration(Taint),
    /// The same for a taint that the DaemonSet itself removes.
    TolerateOwn(Taint),
    /// Two contradicting expressions of a term are merged into one.
    JoinValues {
        /// The index of the term.
        term: usize,
        /// The index of the expression that stays.
        kept: usize,
        /// The index of the one that is removed.
        dropped: usize,
        /// The label's key.
        key: String,
        /// The values of both.
        values: Vec<String>,
    },
    /// The `matchFields` of this term are removed; if the term then requires nothing, the whole
    /// term.
    RemoveFields(usize),
    /// Requirements are added to these terms, or to a new term where there are none.
    KeepOff {
        /// Their indexes.
        terms: Vec<usize>,
        /// What is added to each.
        requirements: Vec<Requirement>,
    },
    /// The `tolerationSeconds` of the toleration with this index are removed.
    RemoveSeconds(usize),
}

/// A requirement that is added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// The operator.
    pub operator: &'static str,
    /// The values.
    pub values: Vec<String>,
}

impl TemplateChange {
    /// One expression of two that contradict each other, with the values of both.
    pub(in crate::analysis) fn joined(found: &Contradiction<'_>, values: Vec<String>) -> Self {
        Self::JoinValues {
            term: found.term,
            kept: found.first.index,
            dropped: found.second.index,
            key: found.first.key.clone(),
            values,
        }
    }

    /// The field that is changed.
    #[must_use]
    pub fn field(&self) -> TemplateField {
        match self {
            Self::RemoveNodeName => TemplateField::NodeName,
            Self::RemoveNodeSelector(key) | Self::ReplaceNodeSelector { key, .. } => {
                TemplateField::NodeSelectorPair(key.clone())
            }
            Self::AddTerm(_) | Self::KeepOff { .. } => TemplateField::NodeSelectorTerms,
            Self::AddToleration(_) | Self::TolerateOwn(_) => TemplateField::Tolerations,
            Self::JoinValues { term, .. } | Self::RemoveFields(term) => {
                TemplateField::NodeSelectorTerm(*term)
            }
            Self::RemoveSeconds(index) => TemplateField::TolerationSeconds(*index),
        }
    }
}

/// As `key In [a, b]`.
impl std::fmt::Display for Requirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&requirement_text(&self.key, self.operator, &self.values))
    }
}

impl From<&Requirement> for NodeSelectorRequirement {
    fn from(requirement: &Requirement) -> Self {
        let values = &requirement.values;
        Self {
            key: requirement.key.clone(),
            operator: requirement.operator.to_owned(),
            values: (!values.is_empty()).then(|| values.clone()),
        }
    }
}
