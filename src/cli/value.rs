//! Values of flags that can't be read, each with the part of it that is wrong.

use std::error::Error;
use std::ops::Range;

use clap::error::{ContextKind, ContextValue};
use jiff::Timestamp;
use jiff::civil::Date;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::apply::budget::{self, AmountError};
use crate::apply::template_change::{ImageChange, ImageChangeError};
use crate::model::node_change::{ChangeError, NodeChange};
use crate::model::selector::{Selector, SelectorError};
use crate::model::{FeatureGateError, FeatureGates, parse_at_least};
use crate::output::excerpt::marked_value;

/// What is wrong with a value, and with which part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub(super) struct ValueError {
    problem: String,
    at: Range<usize>,
}

impl From<SelectorError> for ValueError {
    fn from(error: SelectorError) -> Self {
        Self {
            problem: error.to_string(),
            at: error.at(),
        }
    }
}

impl From<ChangeError> for ValueError {
    fn from(error: ChangeError) -> Self {
        Self {
            problem: error.to_string(),
            at: error.at(),
        }
    }
}

impl From<FeatureGateError> for ValueError {
    fn from(error: FeatureGateError) -> Self {
        Self {
            problem: error.to_string(),
            at: error.at(),
        }
    }
}

impl From<ImageChangeError> for ValueError {
    fn from(error: ImageChangeError) -> Self {
        Self {
            problem: error.to_string(),
            at: error.at,
        }
    }
}

pub(super) fn feature_gates(text: &str) -> Result<FeatureGates, ValueError> {
    Ok(text.parse::<FeatureGates>()?)
}

pub(super) fn image(text: &str) -> Result<ImageChange, ValueError> {
    Ok(text.parse::<ImageChange>()?)
}

pub(super) fn selector(text: &str) -> Result<Selector, ValueError> {
    Ok(text.parse::<Selector>()?)
}

pub(super) fn taint(text: &str) -> Result<NodeChange, ValueError> {
    Ok(NodeChange::taint(text)?)
}

pub(super) fn label(text: &str) -> Result<NodeChange, ValueError> {
    Ok(NodeChange::label(text)?)
}

pub(super) fn time(text: &str) -> Result<Timestamp, ValueError> {
    text.parse().map_err(|_| ValueError {
        problem: "write it as 2026-03-01T12:00:00Z".to_owned(),
        at: wrong_in_time(text),
    })
}

pub(super) fn budget(text: &str) -> Result<IntOrString, ValueError> {
    budget::parse_budget(text).map_err(|problem| ValueError {
        at: match problem {
            AmountError::Negative | AmountError::Over => 0..text.len(),
            AmountError::NoAmount => wrong_in_number(text.strip_suffix('%').unwrap_or(text)),
        },
        problem: problem.to_string(),
    })
}

pub(super) fn at_least(text: &str) -> Result<usize, ValueError> {
    parse_at_least(text).map_err(|problem| ValueError {
        problem,
        at: wrong_in_number(text),
    })
}

pub(super) fn revision(text: &str) -> Result<i64, ValueError> {
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| ValueError {
        problem: "write the number of a revision, such as 3, or 0 for the previous one".to_owned(),
        at: wrong_in_number(text),
    })
}

/// The first character that is no digit; all of it where each is one, as of a number that is
/// too large.
fn wrong_in_number(text: &str) -> Range<usize> {
    match text.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        Some((at, c)) => at..at + c.len_utf8(),
        None => 0..text.len(),
    }
}

/// What a time begins with: a `0` stands for any digit.
const FORM: &str = "0000-00-00T00:00:00";

/// Which part of `text` keeps it from being a time.
fn wrong_in_time(text: &str) -> Range<usize> {
    let is_as_wanted = |wanted: char, found: char| match wanted {
        '0' => found.is_ascii_digit(),
        'T' => matches!(found, 'T' | 't' | ' '),
        wanted => wanted == found,
    };
    let mut found = text.char_indices();
    for wanted in FORM.chars() {
        match found.next() {
            Some((_, found)) if is_as_wanted(wanted, found) => {}
            Some((at, found)) => return at..at + found.len_utf8(),
            None => return text.len()..text.len(),
        }
    }
    let is_over = |at: Range<usize>, most: &str| text.get(at).is_some_and(|part| part > most);
    let date = text.get(..10).unwrap_or_default();
    if date.parse::<Date>().is_err() {
        let is_month = !is_over(5..7, "12") && text.get(5..7) != Some("00");
        return if is_month { 8..10 } else { 5..7 };
    }
    let parts = [(11..13, "23"), (14..16, "59"), (17..19, "60")];
    let wrong = parts
        .into_iter()
        .find(|(at, most)| is_over(at.clone(), most));
    wrong.map_or(FORM.len()..text.len(), |(at, _)| at)
}

/// The error with the value and a mark below the part of it that is wrong, where that is known.
pub(super) fn with_mark(error: clap::Error) -> clap::Error {
    marked(&error).unwrap_or(error)
}

fn marked(error: &clap::Error) -> Option<clap::Error> {
    let ValueError { at, .. } = error.source()?.downcast_ref()?;
    let context = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    let flag = context(ContextKind::InvalidArg)?.split(' ').next()?;
    let drawn = marked_value(flag, context(ContextKind::InvalidValue)?, at.clone())?;
    let text = error.to_string();
    let (message, rest) = text.strip_prefix("error: ")?.split_once("\n\n")?;
    let text = format!("{message}\n{drawn}\n\n{rest}");
    Some(clap::Error::raw(error.kind(), text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The part of `text` that the mark of its error is below.
    fn at<T: std::fmt::Debug>(
        read: impl Fn(&str) -> Result<T, ValueError>,
        text: &str,
    ) -> (Range<usize>, String) {
        let error = read(text).unwrap_err();
        let part = text.get(error.at.clone()).unwrap();
        (error.at.clone(), part.to_owned())
    }

    #[test]
    fn the_wrong_part_of_a_time_is_found() {
        for (text, wrong) in [
            ("soon", "s"),
            ("2026-03-01", ""),
            ("2026-3-01T12:00:00Z", "-"),
            ("2026-13-01T12:00:00Z", "13"),
            ("2026-00-01T12:00:00Z", "00"),
            ("2026-02-30T12:00:00Z", "30"),
            ("2026-03-01T24:00:00Z", "24"),
            ("2026-03-01T12:60:00Z", "60"),
            ("2026-03-01T12:00:00", ""),
            ("2026-03-01T12:00:00 UTC", " UTC"),
            ("2026-03-01T12:00:0é", "é"),
        ] {
            assert_eq!(at(time, text).1, wrong, "{text}");
        }
    }

    #[test]
    fn the_wrong_part_of_a_selector_is_found() {
        for (text, wrong) in [
            ("a=b,b c,c", 4..7),
            ("a=b, x/=c", 5..7),
            ("a=b!,c", 2..4),
            ("a in (b,c d)", 8..11),
            ("a in (b", 5..6),
            ("a in (b),c in (d", 14..15),
            ("a=b)", 3..4),
            ("a on (b)", 0..8),
            ("a=b,,c", 4..4),
            ("=b", 0..0),
        ] {
            assert_eq!(at(selector, text).0, wrong, "{text}");
        }
    }

    #[test]
    fn the_wrong_part_of_a_change_is_found() {
        for (text, wrong) in [
            ("a=b:NoSchedul", "NoSchedul"),
            ("a=b", ""),
            ("a b=c:NoSchedule", "a b"),
            ("a=b c:NoSchedule", "b c"),
        ] {
            assert_eq!(at(taint, text).1, wrong, "{text}");
        }
        for (text, wrong) in [("a", ""), ("a=b c", "b c"), ("a_=b", "a_"), ("-", "")] {
            assert_eq!(at(label, text).1, wrong, "{text}");
        }
    }

    #[test]
    fn the_wrong_part_of_a_number_is_found() {
        for (text, wrong) in [("a%", "a"), ("1x%", "x"), ("-1", "-1"), ("101%", "101%")] {
            assert_eq!(at(budget, text).1, wrong, "{text}");
        }
        assert_eq!(at(at_least, "-1").1, "-");
        assert_eq!(at(revision, "9x").1, "x");
    }
}
