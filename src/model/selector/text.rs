//! kubectl's `-l` syntax.

use std::str::FromStr;

use super::{Operator, Selector};
use crate::model::qualified_name::{check_label_key, check_label_value};

/// A selector text that can't be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("invalid selector `{text}`: {problem}; write it as `a=b,c!=d,e in (f,g),h,!i`")]
pub struct SelectorError {
    text: String,
    problem: String,
}

/// Reads what `labels.Parse` (apimachinery 0.37.1) reads, less its `>` and `<`.
impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |problem| SelectorError {
            text: text.to_owned(),
            problem,
        };
        let parts = split_outside_parentheses(text).map_err(fail)?;
        let requirements = parts.into_iter().map(requirement).collect::<Result<_, _>>();
        Ok(Self::of(requirements.map_err(fail)?))
    }
}

fn split_outside_parentheses(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '(' if inside => return Err("a `(` stands inside another".to_owned()),
            '(' => inside = true,
            ')' if !inside => return Err("a `)` has no `(`".to_owned()),
            ')' => inside = false,
            ',' if !inside => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    if inside {
        return Err("a `(` has no `)`".to_owned());
    }
    parts.extend(text.get(start..));
    let is_empty = parts.iter().all(|p| p.trim().is_empty());
    Ok(if is_empty { Vec::new() } else { parts })
}

type Requirement = (String, Operator, Vec<String>);

fn requirement(part: &str) -> Result<Requirement, String> {
    let part = part.trim();
    let (key, operator, values) = if let Some(head) = part.strip_suffix(')') {
        let (head, list) = head.split_once('(').ok_or("a `)` has no `(`")?;
        let mut words = head.split_whitespace();
        let operator = match (words.next(), words.next(), words.next()) {
            (Some(_), Some("in"), None) => Operator::In,
            (Some(_), Some("notin"), None) => Operator::NotIn,
            _ => {
                return Err(format!(
                    "`{part}` is neither `key in (…)` nor `key notin (…)`"
                ));
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
    check_label_key(key)?;
    values.iter().try_for_each(|v| check_label_value(v))?;
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
