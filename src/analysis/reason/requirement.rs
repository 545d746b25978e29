//! A requirement of the required node affinity.

use crate::analysis::owners::label::is_discovered;
use crate::analysis::template_field::TemplateField;
use crate::model::is_respelled;

/// One requirement of the required node affinity, and what the node has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// The index of its term.
    pub term: usize,
    /// Whether more than one term could have matched.
    pub of_several: bool,
    /// Whether it is in `matchFields`; else in `matchExpressions`.
    pub is_field: bool,
    /// Its index there.
    pub index: usize,
    /// The label or field.
    pub key: String,
    /// The operator as written.
    pub operator: String,
    /// The values as written.
    pub values: Vec<String>,
    /// The node's value; `None` where it lacks the label.
    pub found: Option<String>,
    /// Operator and values of another expression of its term for the same label, where no node
    /// satisfies both.
    pub contradicts: Option<(String, Vec<String>)>,
}

impl Requirement {
    /// How near a node is to fulfilling it, the nearest first: it has the label with the value
    /// in another spelling, anybody may set the label, or an agent would have to find it.
    #[must_use]
    pub fn remoteness(&self) -> u8 {
        let is_misspelled = self.found.as_deref().is_some_and(|found| {
            let mut values = self.values.iter();
            values.any(|wanted| is_respelled(wanted, found))
        });
        match is_misspelled {
            true => 0,
            false if is_discovered(&self.key) => 2,
            false => 1,
        }
    }

    /// Where it stands in the DaemonSet.
    #[must_use]
    pub const fn field(&self) -> TemplateField {
        TemplateField::Requirement {
            term: self.term,
            is_field: self.is_field,
            index: self.index,
        }
    }
}

/// As `key In [a, b]`.
impl std::fmt::Display for Requirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&requirement_text(&self.key, &self.operator, &self.values))
    }
}

/// A requirement as `key In [a, b]`.
#[must_use]
pub fn requirement_text(key: &str, operator: &str, values: &[String]) -> String {
    match (operator, values) {
        ("Exists" | "DoesNotExist", []) => format!("{key} {operator}"),
        ("Gt" | "Lt", [value]) => format!("{key} {operator} {value}"),
        _ => format!("{key} {operator} [{}]", values.join(", ")),
    }
}
