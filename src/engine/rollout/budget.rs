//! Budgets as they are written, and what the server accepts of them.

use k8s_openapi::api::apps::v1::RollingUpdateDaemonSet;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// A budget that the server refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct RefusedBudget {
    /// `maxUnavailable` or `maxSurge`.
    pub field: &'static str,
    /// What is wrong with it; goes on from the field's name.
    pub problem: String,
}

/// Reads a budget as it stands on a command line: `3`, `10%`.
///
/// # Errors
/// What isn't a whole number from 0 on or a percentage from 0% to 100%
/// (`ValidatePositiveIntOrPercent`, `IsNotMoreThan100Percent`, 1.37.1).
pub fn parse_budget(text: &str) -> Result<IntOrString, String> {
    let value = match text.parse() {
        Ok(number) => IntOrString::Int(number),
        Err(_) => IntOrString::String(text.to_owned()),
    };
    amount(&value)
        .map(|_| value)
        .map_err(|problem| match problem {
            Problem::NoAmount => {
                "write a whole number of nodes or a percentage of them, such as 3 or 10%".to_owned()
            }
            Problem::Negative => "it can't be below 0".to_owned(),
            Problem::Over => "it can't be over 100%".to_owned(),
        })
}

/// `ValidateRollingUpdateDaemonSet` (1.37.1), after the defaults: maxUnavailable 1, maxSurge 0.
///
/// # Errors
/// The first budget that is refused.
pub fn check_budgets(rolling: Option<&RollingUpdateDaemonSet>) -> Result<(), RefusedBudget> {
    let written = rolling.and_then(|r| r.max_unavailable.as_ref());
    let refused = |field, problem: &str| RefusedBudget {
        field,
        problem: problem.to_owned(),
    };
    let of = |field, value: Option<&IntOrString>, default| {
        let Some(value) = value else {
            return Ok(default);
        };
        amount(value).map_err(|problem| match problem {
            Problem::NoAmount => refused(
                field,
                "is neither a whole number nor a percentage such as 10%",
            ),
            Problem::Negative => refused(field, "can't be below 0"),
            Problem::Over => refused(field, "can't be over 100%"),
        })
    };
    let unavailable = of("maxUnavailable", written, 1)?;
    let surge = of("maxSurge", rolling.and_then(|r| r.max_surge.as_ref()), 0)?;
    match (unavailable > 0, surge > 0) {
        (true, true) if written.is_none() => Err(refused(
            "maxSurge",
            "is above 0, and so is `maxUnavailable`, which is 1 where nothing is written: set it to 0",
        )),
        (true, true) => Err(refused(
            "maxSurge",
            "and `maxUnavailable` are both above 0: set one of them to 0",
        )),
        (false, false) => Err(refused(
            "maxUnavailable",
            "and `maxSurge` are both 0, so that nothing could ever roll: set one of them above 0",
        )),
        _ => Ok(()),
    }
}

enum Problem {
    NoAmount,
    Negative,
    Over,
}

/// The number, or the percentage as a number.
fn amount(value: &IntOrString) -> Result<i64, Problem> {
    let text = match value {
        IntOrString::Int(number) if *number < 0 => return Err(Problem::Negative),
        IntOrString::Int(number) => return Ok((*number).into()),
        IntOrString::String(text) => text,
    };
    let digits = text.strip_suffix('%').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::NoAmount);
    }
    // Digits too many for a number are far over 100 too.
    match digits.parse().unwrap_or(i64::MAX) {
        percent if percent > 100 => Err(Problem::Over),
        percent => Ok(percent),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
            let problem = parse_budget(text).unwrap_err();
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
            assert_eq!(accepted(unavailable, surge), Ok(()));
        }
        for (unavailable, surge, word) in [
            (Some("0"), None, "both 0"),
            (Some("0%"), Some("0"), "both 0"),
            (Some("1"), Some("1"), "both above 0"),
            (None, Some("1"), "set it to 0"),
        ] {
            let problem = accepted(unavailable, surge).unwrap_err().problem;
            assert!(problem.contains(word), "{problem}");
        }
    }
}
