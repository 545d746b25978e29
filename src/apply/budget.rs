//! Budgets as written, and which of them the server accepts.

use k8s_openapi::api::apps::v1::RollingUpdateDaemonSet;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// A budget that the server refuses.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct RefusedBudget {
    /// `maxUnavailable` or `maxSurge`.
    pub field: &'static str,
    /// What is wrong with it, to follow the field's name.
    pub problem: BudgetProblem,
}

/// What is wrong with a budget.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BudgetProblem {
    /// It is too small or too large.
    #[error("is {}, and {problem}", written(.value))]
    OutOfRange {
        /// The budget as written.
        value: IntOrString,
        /// Which of both.
        problem: AmountError,
    },
    /// It is neither a whole number nor a percentage.
    #[error(
        "is {}, which is neither a whole number nor a percentage such as `10%`{}",
        written(.0),
        if is_quoted_number(.0) { ": write the number without quotes" } else { "" }
    )]
    NoAmount(IntOrString),
    /// Both budgets are above 0.
    #[error(
        "and `maxUnavailable`{} are both above 0: set one of them to 0",
        if *.unavailable_is_one { ", which is 1 where nothing is written," } else { "" }
    )]
    BothAboveZero {
        /// `maxUnavailable` resolves to 1, as it does by default.
        unavailable_is_one: bool,
    },
    /// Both budgets are 0.
    #[error("and `maxSurge` are both 0, so that nothing could ever roll: set one of them above 0")]
    BothZero,
}

/// Why a value doesn't give a number of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is below 0.
    #[error("it can't be below 0")]
    Negative,
    /// It is a percentage over 100.
    #[error("it can't be over 100%")]
    Over,
    /// It is neither a whole number nor a percentage.
    #[error("write a whole number of nodes or a percentage of them, such as 3 or 10%")]
    NoAmount,
}

fn written(value: &IntOrString) -> String {
    match value {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(text) => format!("`{text}`"),
    }
}

fn is_quoted_number(value: &IntOrString) -> bool {
    matches!(value, IntOrString::String(text) if text.parse::<u32>().is_ok())
}

/// Parses a budget from the command line: `3`, `10%`.
///
/// # Errors
/// When it is neither a whole number from 0 on nor a percentage from 0% to 100%
/// (`ValidatePositiveIntOrPercent`, `IsNotMoreThan100Percent`, 1.37.1).
pub fn parse_budget(text: &str) -> Result<IntOrString, AmountError> {
    let value = match text.parse() {
        Ok(number) => IntOrString::Int(number),
        Err(_) => IntOrString::String(text.to_owned()),
    };
    amount(&value).map(|_| value)
}

/// `ValidateRollingUpdateDaemonSet` (1.37.1), after the defaults: maxUnavailable 1, maxSurge 0.
/// Returns the budgets that are refused.
#[must_use]
pub fn check_budgets(rolling: Option<&RollingUpdateDaemonSet>) -> Vec<RefusedBudget> {
    let mut refused = Vec::new();
    let unavailable = rolling.and_then(|r| r.max_unavailable.as_ref());
    let surge = rolling.and_then(|r| r.max_surge.as_ref());
    let unavailable = budget("maxUnavailable", unavailable, 1, &mut refused);
    let surge = budget("maxSurge", surge, 0, &mut refused);
    let (Some(unavailable), Some(surge)) = (unavailable, surge) else {
        return refused;
    };
    if unavailable > 0 && surge > 0 {
        refused.push(RefusedBudget {
            field: "maxSurge",
            problem: BudgetProblem::BothAboveZero {
                unavailable_is_one: unavailable == 1,
            },
        });
    }
    if unavailable == 0 && surge == 0 {
        refused.push(RefusedBudget {
            field: "maxUnavailable",
            problem: BudgetProblem::BothZero,
        });
    }
    refused
}

/// The size of a budget; `None` when it is refused.
fn budget(
    field: &'static str,
    value: Option<&IntOrString>,
    default: i64,
    refused: &mut Vec<RefusedBudget>,
) -> Option<i64> {
    let Some(value) = value else {
        return Some(default);
    };
    match amount(value) {
        Ok(amount) => Some(amount),
        Err(problem) => {
            let value = value.clone();
            let problem = match problem {
                AmountError::NoAmount => BudgetProblem::NoAmount(value),
                problem => BudgetProblem::OutOfRange { value, problem },
            };
            refused.push(RefusedBudget { field, problem });
            None
        }
    }
}

/// The number, or the percentage as a number.
fn amount(value: &IntOrString) -> Result<i64, AmountError> {
    let text = match value {
        IntOrString::Int(number) if *number < 0 => return Err(AmountError::Negative),
        IntOrString::Int(number) => return Ok((*number).into()),
        IntOrString::String(text) => text,
    };
    let digits = text.strip_suffix('%').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountError::NoAmount);
    }
    // Too many digits for a number means far over 100 as well.
    match digits.parse().unwrap_or(i64::MAX) {
        percent if percent > 100 => Err(AmountError::Over),
        percent => Ok(percent),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn budgets_of_a_command_line() {
        for (text, value) in [("0", 0), ("3", 3), ("2147483647", i32::MAX)] {
            assert_eq!(parse_budget(text), Ok(IntOrString::Int(value)), "{text}");
        }
        for text in ["0%", "10%", "100%"] {
            let value = IntOrString::String(text.to_owned());
            assert_eq!(parse_budget(text), Ok(value), "{text}");
        }
        for (text, word) in [
            ("", "whole number"),
            ("3.5", "whole number"),
            ("3.5%", "whole number"),
            ("%", "whole number"),
            ("ten", "10%"),
            ("-5%", "whole number"),
            ("2147483648", "whole number"),
            ("-1", "below 0"),
            ("101%", "over 100%"),
            ("99999999999999999999%", "over 100%"),
        ] {
            let problem = parse_budget(text).unwrap_err().to_string();
            assert!(problem.contains(word), "{text}: {problem}");
        }
    }

    fn rolling(unavailable: Option<&str>, surge: Option<&str>) -> RollingUpdateDaemonSet {
        let budget = |text: &str| parse_budget(text).unwrap();
        RollingUpdateDaemonSet {
            max_unavailable: unavailable.map(budget),
            max_surge: surge.map(budget),
        }
    }

    #[test]
    fn exactly_one_is_above_0() {
        let accepted = |u, s| check_budgets(Some(&rolling(u, s)));
        for (unavailable, surge) in [
            (None, None),
            (Some("1"), Some("0")),
            (Some("10%"), None),
            (Some("0"), Some("100%")),
            (None, Some("0%")),
        ] {
            assert_eq!(accepted(unavailable, surge), []);
        }
        for (unavailable, surge, word) in [
            (Some("0"), None, "both 0"),
            (Some("0%"), Some("0"), "both 0"),
            (Some("1"), Some("1"), "both above 0"),
            (None, Some("1"), "1 where nothing is written"),
        ] {
            let refused = accepted(unavailable, surge);
            assert_eq!(refused.len(), 1);
            assert!(refused[0].to_string().contains(word), "{refused:?}");
        }
    }
}
