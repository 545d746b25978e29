//! Label selectors: as objects have them, as people write them, and many at once.

mod index;
mod text;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::Labels;
use super::qualified_name::{LabelError, check_label_key, check_label_value};

pub use index::SelectorIndex;
pub use text::SelectorError;

/// A parsed selector, as `metav1.LabelSelectorAsSelector` (apimachinery 0.37.1) makes it.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    requirements: Vec<(String, Operator, Vec<String>)>,
}

/// Why a label selector can't be parsed, with the field below `spec.selector`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum LabelSelectorError {
    /// A pair is no label.
    #[error("matchLabels: {0}")]
    Labels(LabelError),
    /// An expression is none.
    #[error("matchExpressions[{index}]: {problem}")]
    Expression {
        /// Its index.
        index: usize,
        /// What is wrong with it.
        problem: ExpressionError,
    },
}

impl From<LabelSelectorError> for String {
    fn from(error: LabelSelectorError) -> Self {
        error.to_string()
    }
}

/// Why an expression of a label selector can't be parsed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ExpressionError {
    /// The operator is none.
    #[error("`{0}` is no operator: use In, NotIn, Exists or DoesNotExist")]
    Operator(String),
    /// The key or a value is no label's.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The operator compares with values, and there are none.
    #[error("it needs at least one value")]
    NoValue,
    /// The operator asks for the key alone, and there are values.
    #[error("it takes no values")]
    Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Selector {
    /// Parses `selector`. One with neither labels nor expressions matches everything.
    ///
    /// # Errors
    /// What can't be parsed.
    pub fn new(selector: &LabelSelector) -> Result<Self, LabelSelectorError> {
        let labels = selector.match_labels.iter().flatten();
        let labels = labels.map(|(key, value)| {
            check_label_key(key).map_err(LabelSelectorError::Labels)?;
            check_label_value(value).map_err(LabelSelectorError::Labels)?;
            Ok((key.clone(), Operator::In, vec![value.clone()]))
        });
        let expressions = selector.match_expressions.iter().flatten().enumerate();
        let expressions = expressions.map(|(index, e)| {
            let values = e.values.clone().unwrap_or_default();
            let operator = parse(&e.key, &e.operator, &values)
                .map_err(|problem| LabelSelectorError::Expression { index, problem })?;
            Ok((e.key.clone(), operator, values))
        });
        let requirements = labels
            .chain(expressions)
            .collect::<Result<_, LabelSelectorError>>()?;
        Ok(Self { requirements })
    }

    const fn of(requirements: Vec<(String, Operator, Vec<String>)>) -> Self {
        Self { requirements }
    }

    /// What an object has to fulfil, all of it.
    fn requirements(&self) -> &[(String, Operator, Vec<String>)] {
        &self.requirements
    }

    /// The selector that a controller acts on; `None` for one that can't be parsed and for
    /// the empty one, with which it does nothing.
    #[must_use]
    pub fn acting(selector: &LabelSelector) -> Option<Self> {
        Self::new(selector).ok().filter(|s| !s.is_empty())
    }

    /// Whether an object with `labels` is selected.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|(key, operator, values)| {
            let found = labels.get(key);
            let has_value = found.is_some_and(|f| values.iter().any(|v| v == f));
            match operator {
                Operator::In => has_value,
                Operator::NotIn => !has_value,
                Operator::Exists => found.is_some(),
                Operator::DoesNotExist => found.is_none(),
            }
        })
    }

    /// True for `{}`, which matches everything and which the controller refuses to act on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

/// The selector in the form of the query parameter `labelSelector`.
impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (key, operator, values)) in self.requirements.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // As people write it, where that is one value.
            if let (Operator::In, [value]) = (operator, values.as_slice()) {
                write!(f, "{comma}{key}={value}")?;
                continue;
            }
            let values = values.join(",");
            match operator {
                Operator::In => write!(f, "{comma}{key} in ({values})")?,
                Operator::NotIn => write!(f, "{comma}{key} notin ({values})")?,
                Operator::Exists => write!(f, "{comma}{key}")?,
                Operator::DoesNotExist => write!(f, "{comma}!{key}")?,
            }
        }
        Ok(())
    }
}

fn parse(key: &str, operator: &str, values: &[String]) -> Result<Operator, ExpressionError> {
    let operator = match operator {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        other => return Err(ExpressionError::Operator(other.to_owned())),
    };
    check_label_key(key)?;
    match (operator, values.is_empty()) {
        (Operator::In | Operator::NotIn, true) => Err(ExpressionError::NoValue),
        (Operator::Exists | Operator::DoesNotExist, false) => Err(ExpressionError::Values),
        _ => {
            values.iter().try_for_each(|v| check_label_value(v))?;
            Ok(operator)
        }
    }
}
