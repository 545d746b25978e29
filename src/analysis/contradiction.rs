//! Expressions of one term of the node affinity that no node satisfies together.

use crate::engine::Finding;
use crate::engine::affinity::{Requirement, Test};

/// Two expressions of one term that no node satisfies together: the expressions of a term are
/// ANDed.
#[derive(Clone, Copy, Debug)]
pub struct Contradiction<'a> {
    /// The index of the term.
    pub term: usize,
    /// The first of them.
    pub first: &'a Requirement,
    /// The other.
    pub second: &'a Requirement,
}

/// The first contradiction in the term of this index.
#[must_use]
pub fn contradiction<'a>(term: usize, findings: &[Finding<'a>]) -> Option<Contradiction<'a>> {
    let expressions = findings.iter().filter_map(|finding| match *finding {
        Finding::Expression {
            term: of,
            requirement,
            ..
        } if of == term => Some(requirement),
        _ => None,
    });
    let expressions: Vec<&Requirement> = expressions.collect();
    let mut behind = expressions.as_slice();
    while let [first, others @ ..] = behind {
        let second = others.iter().find(|other| contradict(first, other));
        if let Some(second) = second {
            return Some(Contradiction {
                term,
                first,
                second,
            });
        }
        behind = others;
    }
    None
}

impl Contradiction<'_> {
    /// The values of both, where any of them will do.
    #[must_use]
    pub fn joined(&self) -> Option<Vec<String>> {
        let both = [self.first, self.second];
        if both.iter().any(|one| one.test != Ok(Test::In)) {
            return None;
        }
        let mut values: Vec<String> = Vec::new();
        for value in both.iter().flat_map(|one| &one.values) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        Some(values)
    }
}

fn contradict(one: &Requirement, other: &Requirement) -> bool {
    one.key == other.key && (excludes(one, other) || excludes(other, one))
}

/// Whether `one` excludes every value that `other` allows.
fn excludes(one: &Requirement, other: &Requirement) -> bool {
    match (&one.test, &other.test) {
        (Ok(Test::In), Ok(Test::In)) => !one.values.iter().any(|v| other.values.contains(v)),
        (Ok(Test::In), Ok(Test::NotIn)) => one.values.iter().all(|v| other.values.contains(v)),
        (Ok(Test::In | Test::Exists | Test::Gt(_) | Test::Lt(_)), Ok(Test::DoesNotExist)) => true,
        (Ok(Test::Gt(over)), Ok(Test::Lt(under))) => over.saturating_add(1) >= *under,
        _ => false,
    }
}
