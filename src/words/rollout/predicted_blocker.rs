//! What will block a rollout that still makes progress.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::analysis::rollout::plan::{Blocker, BudgetHolder, BudgetKind, PredictedBlocker};
use crate::words::notation::few;
use crate::words::reason::{sentence, since_text};
use crate::words::sentence::Sentence;
use crate::words::time::has_been;

use super::holder::blocker;

/// The heading of what will block a rollout.
pub const HEADING: &str = "What will block it";

/// What will block it, and why.
#[must_use]
pub fn predicted_blocker(predicted: &PredictedBlocker, now: Timestamp) -> Sentence {
    match &predicted.blocker {
        Blocker::Rollout(Reason::BudgetExhausted {
            surge,
            allowed,
            used,
            waiting,
        }) => exhausted(*surge, *allowed, *used, *waiting, predicted.certain),
        Blocker::Nodes { first, others, .. }
            if matches!(
                first.reason,
                Reason::NodeNotReady { .. } | Reason::NodeUnderPressure { .. }
            ) =>
        {
            on_nodes(first, others, predicted.certain, now)
        }
        other => blocker(other, now),
    }
}

fn exhausted(surge: bool, allowed: i64, used: usize, waiting: usize, certain: bool) -> Sentence {
    let field = if surge {
        BudgetKind::Surge
    } else {
        BudgetKind::Unavailable
    };
    let field = field.field();
    let waits = match waiting {
        1 => "1 available old pod waits".to_owned(),
        many => format!("{many} available old pods wait"),
    };
    Sentence::new(if certain {
        format!("that uses {used} of {field} {allowed} until somebody ends it: {waits}")
    } else {
        format!("that may use {used} of {field} {allowed}, and up to {waits} then")
    })
}

fn on_nodes(
    first: &BudgetHolder,
    others: &[BudgetHolder],
    certain: bool,
    now: Timestamp,
) -> Sentence {
    let names: Vec<&str> = std::iter::once(first)
        .chain(others)
        .map(|holder| holder.node.as_str())
        .collect();
    let (nodes, is_one) = match names.as_slice() {
        [node] => (format!("node {node}"), true),
        several => (format!("{} nodes ({})", several.len(), few(several)), false),
    };
    Sentence::new(match &first.reason {
        Reason::NodeNotReady { since, .. } => {
            let since = since.filter(|_| is_one);
            let (is, pod, stays) = if is_one {
                (has_been(since), "its pod", ("it stays", "it may stay"))
            } else {
                ("are", "their pods", ("they stay", "they may stay"))
            };
            let since = since_text(since, now);
            let then = match (first.should_run, certain) {
                (Some(true), true) => "no new pod becomes available there until then".to_owned(),
                (Some(true), false) => "a new pod may not become available there".to_owned(),
                (_, true) => format!(
                    "once the rollout deletes {pod}, {} Terminating: the kubelet can't confirm the end",
                    stays.0
                ),
                (_, false) => format!(
                    "once the rollout deletes {pod}, {} Terminating, if the kubelet can't confirm the end",
                    stays.1
                ),
            };
            format!("{nodes} {is} NotReady{since}: {then}")
        }
        reason => format!(
            "{nodes}: {}; a new pod there fails over and over",
            sentence(reason, now)
        ),
    })
}

#[cfg(test)]
mod tests {
    use crate::analysis::reason::NodeTrouble;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn not_ready(node: &str, should_run: bool) -> BudgetHolder {
        BudgetHolder {
            node: node.to_owned(),
            pods: vec!["a".to_owned()],
            reason: Reason::NodeNotReady {
                since: None,
                is_terminating: false,
                why: NodeTrouble::default(),
            },
            warning: None,
            since: None,
            should_run: Some(should_run),
        }
    }

    fn said(blocker: Blocker, certain: bool) -> String {
        predicted_blocker(&PredictedBlocker { blocker, certain }, NOW).into_string()
    }

    #[test]
    fn what_dead_nodes_do() {
        let one = |should_run| Blocker::Nodes {
            first: not_ready("n1", should_run),
            others: Vec::new(),
            shared: Vec::new(),
        };
        assert_eq!(
            said(one(false), true),
            "node n1 is NotReady: once the rollout deletes its pod, it stays Terminating: the kubelet can't confirm the end"
        );
        assert_eq!(
            said(one(true), true),
            "node n1 is NotReady: no new pod becomes available there until then"
        );
        let two = Blocker::Nodes {
            first: not_ready("n1", false),
            others: vec![not_ready("n2", false)],
            shared: Vec::new(),
        };
        assert_eq!(
            said(two, false),
            "2 nodes (n1, n2) are NotReady: once the rollout deletes their pods, they may stay Terminating, if the kubelet can't confirm the end"
        );
    }

    #[test]
    fn how_much_of_the_budget_is_used() {
        let exhausted = |waiting| {
            Blocker::Rollout(Reason::BudgetExhausted {
                surge: false,
                allowed: 1,
                used: 1,
                waiting,
            })
        };
        assert_eq!(
            said(exhausted(1), true),
            "that uses 1 of maxUnavailable 1 until somebody ends it: 1 available old pod waits"
        );
        assert_eq!(
            said(exhausted(5), false),
            "that may use 1 of maxUnavailable 1, and up to 5 available old pods wait then"
        );
    }
}
