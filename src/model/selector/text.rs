//! kubectl's `-l` syntax.

use std::ops::Range;
use std::str::FromStr;

use super::{Operator, Selector};
use crate::model::qualified_name::{check_label_key, check_label_value};
use crate::model::span_of;

/// A selector text that can't be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("invalid selector `{text}`: {problem}; write it as `a=b,c!=d,e in (f,g),h,!i`")]
pub struct SelectorError {
    text: String,
    problem: String,
    at: Range<usize>,
}

impl SelectorError {
    /// Which part of the text is wrong.
    #[must_use]
    pub fn at(&self) -> Range<usize> {
        self.at.clone()
    }
}

/// What is wrong, and which part of the text.
type Wrong<'t> = (String, &'t str);

/// Reads what `labels.Parse` (apimachinery 0.37.1) reads, less its `>` and `<`.
impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |(problem, part): Wrong<'_>| SelectorError {
            text: text.to_owned(),
            problem,
            at: span_of(part, text),
        };
        let parts = split_outside_parentheses(text).map_err(fail)?;
        let requirements = parts.into_iter().map(requirement).collect::<Result<_, _>>();
        Ok(Self::of(requirements.map_err(fail)?))
    }
}

fn split_outside_parentheses(text: &str) -> Result<Vec<&str>, Wrong<'_>> {
    let (mut parts, mut start, mut open) = (Vec::new(), 0, None);
    let wrong = |problem: &str, at: usize| {
        let part = text.get(at..=at).unwrap_or(text);
        (problem.to_owned(), part)
    };
    for (at, c) in text.char_indices() {
        match c {
            '(' if open.is_some() => return Err(wrong("a `(` stands inside another", at)),
            '(' => open = Some(at),
            ')' if open.is_none() => return Err(wrong("a `)` has no `(`", at)),
            ')' => open = None,
            ',' if open.is_none() => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    if let Some(at) = open {
        return Err(wrong("a `(` has no `)`", at));
    }
    parts.extend(text.get(start..));
    let is_empty = parts.iter().all(|p| p.trim().is_empty());
    Ok(if is_empty { Vec::new() } else { parts })
}

type Requirement = (String, Operator, Vec<String>);

fn requirement(part: &str) -> Result<Requirement, Wrong<'_>> {
    let part = part.trim();
    let (key, operator, values) = if let Some(head) = part.strip_suffix(')') {
        let no_list = || ("a `)` has no `(`".to_owned(), part);
        let (head, list) = head.split_once('(').ok_or_else(no_list)?;
        let mut words = head.split_whitespace();
        let operator = match (words.next(), words.next(), words.next()) {
            (Some(_), Some("in"), None) => Operator::In,
            (Some(_), Some("notin"), None) => Operator::NotIn,
            _ => {
                let problem = format!("`{part}` is neither `key in (…)` nor `key notin (…)`");
                return Err((problem, part));
            }
        };
        let key = head.split_whitespace().next().unwrap_or_default();
        (key, operator, list.split(',').map(str::trim).collect())
    } else if let Some((key, value)) = part.split_once("!=") {
        (key, Operator::NotIn, vec![value.trim()])
    } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        (key, Operator::In, vec![value.trim()])
    } else if let Some(key) = part.strip_prefix('!') {
        (key, Operator::DoesNotExist, Vec::new())
    } else {
        (part, Operator::Exists, Vec::new())
    };
    let key = key.trim();
    check_label_key(key).map_err(|e| (e.into(), key))?;
    for value in &values {
        check_label_value(value).map_err(|e| (e.into(), *value))?;
    }
    Ok((
        key.to_owned(),
        operator,
        values.into_iter().map(str::to_owned).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Labels;

    #[test]
    fn selects_as_kubectl_does() {
        let labels: Labels = [("a", "b"), ("e", "f")].into_iter().collect();
        let matches = |text: &str| text.parse::<Selector>().map(|s| s.matches(&labels));
        for yes in [
            "",
            "a=b",
            "a==b",
            "a!=c",
            "x!=c",
            "e in (f, g)",
            "a,!x",
            "x notin (f),a=b",
        ] {
            assert_eq!(matches(yes), Ok(true), "{yes}");
        }
        for no in ["a=c", "a!=b", "x", "!a", "e notin (f)", "a=b,x=y"] {
            assert_eq!(matches(no), Ok(false), "{no}");
        }
        for bad in ["a in b", "(", "a in (b", "a b", "=b", "a=b c", ",a"] {
            assert!(matches(bad).is_err(), "{bad}");
        }
    }
}
