//! nodeSelector and required node affinity, parsed once and matched often.
//!
//! Mirrors `k8s.io/component-helpers/scheduling/corev1/nodeaffinity` and the
//! parts of `k8s.io/apimachinery/pkg/labels` below it (0.37.1).

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec};

use crate::model::Node;
use crate::model::qualified_name::{LabelError, check_label_key, check_label_value};

use super::finding::{Finding, Findings, Ignore};

/// Upstream's `RequiredNodeAffinity`: nodeSelector and required affinity of a template.
#[derive(Clone, Debug, Default)]
pub struct RequiredNodeAffinity {
    /// The pairs of `nodeSelector`, compared as raw strings.
    node_selector: Vec<(String, String)>,
    /// The terms that aren't empty; `None` when nothing is required.
    terms: Option<Vec<Term>>,
}

/// A term of `nodeSelectorTerms`: all of its requirements must match.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its index in `nodeSelectorTerms`, empty terms counted.
    pub index: usize,
    expressions: Vec<Requirement>,
    fields: Vec<FieldRequirement>,
    /// One requirement that can't be parsed makes the whole term match nothing.
    parsed: bool,
}

/// One of `matchExpressions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// Its index in the term.
    pub index: usize,
    /// The label's key.
    pub key: String,
    /// The operator as it was written.
    pub operator: String,
    /// The values as they were written.
    pub values: Vec<String>,
    /// What it requires, or why that can't be parsed.
    pub test: Result<Test, RequirementError>,
}

/// Why a requirement can't be parsed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum RequirementError {
    /// The operator isn't valid for a label.
    #[error("`{0}` isn't an operator: use In, NotIn, Exists, DoesNotExist, Gt or Lt")]
    Operator(String),
    /// The key or a value isn't valid for a label.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The operator needs values, and there are none.
    #[error("{0} needs at least one value")]
    NoValue(String),
    /// The operator only takes a key, and there are values.
    #[error("{0} takes no values")]
    Values(String),
    /// The operator takes exactly one number.
    #[error("{0} needs exactly one value")]
    NotOneValue(String),
    /// The value for the operator isn't an integer.
    #[error("{operator} needs an integer, and `{value}` isn't one")]
    NotAnInteger {
        /// The operator.
        operator: String,
        /// The value.
        value: String,
    },
    /// The operator isn't valid for a field.
    #[error("`{0}` isn't an operator for a field: use In or NotIn")]
    FieldOperator(String),
    /// A field takes exactly one value.
    #[error("a field needs exactly one value")]
    FieldValues,
}

/// What a requirement demands of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// The label has one of the values.
    In,
    /// The label is missing or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is missing.
    DoesNotExist,
    /// The label is an integer above this one.
    Gt(i64),
    /// The label is an integer below this one.
    Lt(i64),
}

/// One of `matchFields`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRequirement {
    /// Its index in the term.
    pub index: usize,
    /// The field; only `metadata.name` has a value, but others aren't refused.
    pub key: String,
    /// The operator as it was written.
    pub operator: String,
    /// The values as they were written.
    pub values: Vec<String>,
    /// `Ok(true)` for In, `Ok(false)` for NotIn, or why it can't be parsed.
    pub equal: Result<bool, RequirementError>,
}

impl RequiredNodeAffinity {
    /// Parses what a pod template requires of nodes (`NewRequiredNodeAffinity`, 0.37.1).
    #[must_use]
    pub fn new(spec: &PodSpec) -> Self {
        let required = spec
            .affinity
            .as_ref()
            .and_then(|a| a.node_affinity.as_ref())
            .and_then(|a| {
                a.required_during_scheduling_ignored_during_execution
                    .as_ref()
            });
        let node_selector = spec.node_selector.iter().flatten();
        Self {
            node_selector: node_selector.map(|(k, v)| (k.clone(), v.clone())).collect(),
            terms: required.map(|r| parse_terms(&r.node_selector_terms)),
        }
    }

    /// Whether anything is required of a node at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.node_selector.is_empty() && self.terms.is_none()
    }

    /// `RequiredNodeAffinity.Match` (0.37.1), without its error: the controller
    /// drops it, and the findings carry what can't be parsed.
    pub fn matches<'a, F: Findings<'a>>(&'a self, node: &'a Node, findings: &mut F) -> bool {
        let selected = self.matches_node_selector(node, findings);
        if !selected && !F::ALL {
            return false;
        }
        let Some(terms) = &self.terms else {
            return selected;
        };
        if terms.is_empty() {
            findings.push(Finding::NoUsableTerm);
            return false;
        }
        let mut any = false;
        for term in terms {
            any |= term.matches(node, findings);
            if any && !F::ALL {
                break;
            }
        }
        selected && any
    }

    fn matches_node_selector<'a, F: Findings<'a>>(
        &'a self,
        node: &'a Node,
        findings: &mut F,
    ) -> bool {
        let mut all = true;
        for (key, wanted) in &self.node_selector {
            let found = node.labels.get(key);
            let ok = found == Some(wanted.as_str());
            findings.push(Finding::NodeSelector {
                key,
                wanted,
                found,
                ok,
            });
            all &= ok;
            if !all && !F::ALL {
                break;
            }
        }
        all
    }
}

/// Whether a single term, such as a preferred one, matches `node`.
#[must_use]
pub fn matches_term(term: &NodeSelectorTerm, node: &Node) -> bool {
    let terms = parse_terms(std::slice::from_ref(term));
    terms.iter().any(|term| term.matches(node, &mut Ignore))
}

/// An empty term selects nothing and is left out, as in `isEmptyNodeSelectorTerm`.
fn parse_terms(terms: &[NodeSelectorTerm]) -> Vec<Term> {
    let terms = terms.iter().enumerate().map(|(index, term)| {
        let expressions = term.match_expressions.iter().flatten().enumerate();
        let fields = term.match_fields.iter().flatten().enumerate();
        let expressions: Vec<_> = expressions.map(|(i, r)| Requirement::new(i, r)).collect();
        let fields: Vec<_> = fields.map(|(i, r)| FieldRequirement::new(i, r)).collect();
        let parsed =
            expressions.iter().all(|r| r.test.is_ok()) && fields.iter().all(|r| r.equal.is_ok());
        Term {
            index,
            expressions,
            fields,
            parsed,
        }
    });
    terms
        .filter(|t| !t.expressions.is_empty() || !t.fields.is_empty())
        .collect()
}

impl Term {
    /// `nodeSelectorTerm.match` (0.37.1).
    fn matches<'a, F: Findings<'a>>(&'a self, node: &'a Node, findings: &mut F) -> bool {
        if !self.parsed && !F::ALL {
            return false;
        }
        let mut all = self.parsed;
        for requirement in &self.expressions {
            let found = node.labels.get(&requirement.key);
            let ok = requirement.matches(found);
            findings.push(Finding::Expression {
                term: self.index,
                requirement,
                found,
                ok,
            });
            all &= ok;
            if !all && !F::ALL {
                return false;
            }
        }
        // A node without a name has no fields, and upstream then skips the field requirements.
        let has_fields = !node.name.is_empty();
        for requirement in &self.fields {
            let found = if requirement.key == "metadata.name" {
                &*node.name
            } else {
                ""
            };
            let ok = requirement.matches(found) || (!has_fields && requirement.equal.is_ok());
            findings.push(Finding::Field {
                term: self.index,
                requirement,
                found,
                ok,
            });
            all &= ok;
            if !all && !F::ALL {
                return false;
            }
        }
        findings.push(Finding::Term {
            term: self.index,
            ok: all,
        });
        all
    }
}

impl Requirement {
    fn new(index: usize, written: &NodeSelectorRequirement) -> Self {
        let values = written.values.clone().unwrap_or_default();
        Self {
            index,
            key: written.key.clone(),
            operator: written.operator.clone(),
            test: parse_test(&written.key, &written.operator, &values),
            values,
        }
    }

    /// `Requirement.Matches` (apimachinery 0.37.1); `found` is the node's label.
    #[must_use]
    pub fn matches(&self, found: Option<&str>) -> bool {
        let has_value = |value: &str| self.values.iter().any(|v| v == value);
        match self.test {
            Ok(Test::In) => found.is_some_and(has_value),
            Ok(Test::NotIn) => !found.is_some_and(has_value),
            Ok(Test::Exists) => found.is_some(),
            Ok(Test::DoesNotExist) => found.is_none(),
            Ok(Test::Gt(bound)) => integer(found).is_some_and(|value| value > bound),
            Ok(Test::Lt(bound)) => integer(found).is_some_and(|value| value < bound),
            Err(_) => false,
        }
    }
}

/// Go's `strconv.ParseInt(value, 10, 64)`; Rust's parser accepts the same strings.
fn integer(value: Option<&str>) -> Option<i64> {
    value?.parse().ok()
}

/// `labels.NewRequirement` (apimachinery 0.37.1) after the operator's translation.
fn parse_test(key: &str, operator: &str, values: &[String]) -> Result<Test, RequirementError> {
    let test = match operator {
        "In" => Test::In,
        "NotIn" => Test::NotIn,
        "Exists" => Test::Exists,
        "DoesNotExist" => Test::DoesNotExist,
        "Gt" => Test::Gt(0),
        "Lt" => Test::Lt(0),
        other => {
            return Err(RequirementError::Operator(other.to_owned()));
        }
    };
    check_label_key(key)?;
    let test = match (test, values) {
        (Test::In | Test::NotIn, []) => {
            return Err(RequirementError::NoValue(operator.to_owned()));
        }
        (Test::Exists | Test::DoesNotExist, [_, ..]) => {
            return Err(RequirementError::Values(operator.to_owned()));
        }
        (Test::Gt(_), [value]) => Test::Gt(bound(operator, value)?),
        (Test::Lt(_), [value]) => Test::Lt(bound(operator, value)?),
        (Test::Gt(_) | Test::Lt(_), _) => {
            return Err(RequirementError::NotOneValue(operator.to_owned()));
        }
        (test, _) => test,
    };
    for value in values {
        check_label_value(value)?;
    }
    Ok(test)
}

fn bound(operator: &str, value: &str) -> Result<i64, RequirementError> {
    let number = value.parse();
    number.map_err(|_| RequirementError::NotAnInteger {
        operator: operator.to_owned(),
        value: value.to_owned(),
    })
}

impl FieldRequirement {
    fn new(index: usize, written: &NodeSelectorRequirement) -> Self {
        let values = written.values.clone().unwrap_or_default();
        let equal = match (written.operator.as_str(), values.len()) {
            ("In", 1) => Ok(true),
            ("NotIn", 1) => Ok(false),
            ("In" | "NotIn", _) => Err(RequirementError::FieldValues),
            (other, _) => Err(RequirementError::FieldOperator(other.to_owned())),
        };
        Self {
            index,
            key: written.key.clone(),
            operator: written.operator.clone(),
            values,
            equal,
        }
    }

    /// `fields.hasTerm.Matches` and `notHasTerm.Matches` (apimachinery 0.37.1).
    fn matches(&self, found: &str) -> bool {
        let has = self.values.first().is_some_and(|v| v == found);
        matches!(&self.equal, Ok(equal) if *equal == has)
    }
}
