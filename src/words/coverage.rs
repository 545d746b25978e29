//! Where a DaemonSet is expected to run, and whether it does.

use jiff::Timestamp;

use crate::analysis::coverage::{Coverage, ExpectationChange, Expected};
use crate::analysis::reason::Reason;
use crate::model::ExpectationSource;

use super::notation::nodes;
use super::reason::exclusions;
use super::sentence::Sentence;

/// Introduces nodes that are excluded though the DaemonSet is expected on them; what excludes them
/// follows.
pub const EXCLUDED: &str = "excluded, though expected";

/// How many of the expected nodes are covered.
#[must_use]
pub fn coverage(coverage: &Coverage) -> Sentence {
    let of = expected(&coverage.expected);
    Sentence::new(match (coverage.nodes, coverage.covered) {
        (Some(0), _) => format!("expected on {of}"),
        (Some(nodes), Some(covered)) => format!("{covered} of {nodes} covered; expected on {of}"),
        (Some(all), None) => format!(
            "how many of {} are covered isn't known; expected on {of}",
            nodes(all)
        ),
        (None, _) => format!("expected on {of}"),
    })
}

/// Which nodes are expected, and who expects them.
fn expected(expected: &Expected) -> String {
    let least = match expected.at_least {
        None | Some(1) => String::new(),
        Some(least) => format!(", at least {least}"),
    };
    format!("{}{least} ({})", which(expected), by(expected.source))
}

/// Who says so.
const fn by(source: ExpectationSource) -> &'static str {
    match source {
        ExpectationSource::Flag => "--expect",
        ExpectationSource::File => "--expect-file",
        ExpectationSource::Annotation => "annotation",
        ExpectationSource::NearMisses => "--near-misses",
    }
}

/// Which nodes are expected.
fn which(expected: &Expected) -> String {
    match expected.selector.as_deref() {
        None => "nodes that are one change away".to_owned(),
        Some(selector) => selected(selector),
    }
}

fn selected(selector: &str) -> String {
    match selector {
        "" => "all nodes".to_owned(),
        selector => selector.to_owned(),
    }
}

/// What excludes the DaemonSet from nodes on which it is expected.
#[must_use]
pub fn excluded(reasons: &[Reason], now: Timestamp) -> Sentence {
    let why = exclusions(&reasons.iter().collect::<Vec<_>>(), now);
    Sentence::new(format!("{EXCLUDED}: {why}"))
}

/// Why a node is wrong that `why` excludes, to follow its name.
pub(super) fn excluded_node(expected: Option<&Expected>, ds: &str, why: &str) -> String {
    match expected.and_then(|e| e.selector.as_deref()) {
        Some(selector) => {
            let by = selected(selector);
            format!("is expected to run DaemonSet {ds} ({by}), and is excluded: {why}")
        }
        None => format!("is one change away from running DaemonSet {ds}, and is excluded: {why}"),
    }
}

/// Fewer nodes are selected than an expectation asks for.
pub(super) fn fewer(selector: &str, at_least: usize, found: usize) -> String {
    let which = match selector {
        "" => String::new(),
        selector => format!(" with {selector}"),
    };
    let there = match found {
        0 => "there is no node".to_owned(),
        1 => "there is only 1 node".to_owned(),
        n => format!("there are only {n} nodes"),
    };
    match at_least {
        1 => format!("{there}{which}, where it is expected"),
        least => format!("{there}{which}, where at least {least} are expected"),
    }
}

/// A change excludes expected nodes, to follow the first line of an answer; `None` where it
/// excludes none.
#[must_use]
pub fn breaks(changes: &[ExpectationChange]) -> Option<Sentence> {
    let broken: usize = changes.iter().map(|change| change.breaks.len()).sum();
    let nodes = nodes(broken);
    (broken > 0).then(|| Sentence::new(format!(", and excludes {nodes} where it is expected")))
}

/// Where the DaemonSet of a change is expected.
#[must_use]
pub fn of_change(change: &ExpectationChange) -> Sentence {
    Sentence::new(format!("Expected on {}", expected(&change.expected)))
}

/// Where the DaemonSet of a change is expected, to follow the names of nodes.
#[must_use]
pub fn behind_nodes(change: &ExpectationChange) -> Sentence {
    let expected = &change.expected;
    let (which, by) = (which(expected), by(expected.source));
    Sentence::new(format!("; expected on {which} ({by})"))
}

/// The effect of a change on an expectation on some nodes, to precede their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The DaemonSet may run there today, but not afterwards.
    Breaks,
    /// It may run there afterwards, but not today.
    Mends,
    /// It is excluded from them today and afterwards.
    StillUncovered,
}

/// The beginning of a line that ends with the names of nodes.
#[must_use]
pub const fn on_nodes(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaks => "breaks:",
        Effect::Mends => "mends:",
        Effect::StillUncovered => "still excluded:",
    }
}

/// The beginning of a line about one node that ends with the names of DaemonSets.
#[must_use]
pub const fn on_node(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaks => "excluded then, though expected here:",
        Effect::Mends => "no longer excluded, and expected here:",
        Effect::StillUncovered => "still excluded, though expected here:",
    }
}

/// How many of the least number of expected nodes there are afterwards, where that is or was too
/// few.
#[must_use]
pub fn least(change: &ExpectationChange) -> Option<Sentence> {
    let (at_least, found) = change.expected.at_least.zip(change.nodes)?;
    if change.too_few() == 0 && !change.mends_least() {
        return None;
    }
    Some(Sentence::new(format!(
        "{} then, {} today, at least {at_least} expected",
        nodes(found.then),
        found.today
    )))
}

#[cfg(test)]
mod tests {
    use super::fewer;

    #[test]
    fn too_few_nodes_are_told_as_that() {
        let (none, few) = (fewer("a=b", 1, 0), fewer("a=b", 3, 1));
        assert_eq!(none, "there is no node with a=b, where it is expected");
        assert_eq!(
            few,
            "there is only 1 node with a=b, where at least 3 are expected"
        );
        let all = fewer("", 3, 2);
        assert_eq!(all, "there are only 2 nodes, where at least 3 are expected");
    }
}
