//! Which nodes use the budget of a rollout, and why it makes no progress.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::analysis::attribute::Attribute;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::plan::{Blocker, Budget, BudgetHolder};
use crate::words::notation::{few, nodes};
use crate::words::reason::{below, beside_pod, details_of, row_with, since_text, trouble, why};
use crate::words::sentence::Sentence;
use crate::words::time::has_been;
use crate::words::why::in_common;

/// Why a node uses the budget, with all of the facts.
#[must_use]
pub fn holder(holder: &BudgetHolder, now: Timestamp) -> Sentence {
    text(holder, now, false)
}

/// The same in a row, where node, pod and time have columns of their own.
#[must_use]
pub fn holder_row(holder: &BudgetHolder, now: Timestamp) -> Sentence {
    text(holder, now, true)
}

/// The cause, and whether the node should have a pod at all.
fn text(holder: &BudgetHolder, now: Timestamp, is_row: bool) -> Sentence {
    let cause = cause(holder, now, is_row);
    // A NotReady node is excluded until it is ready, and no other pod is created there anyway.
    let by_itself = matches!(holder.reason, Reason::NodeNotReady { .. });
    if holder.should_run != Some(false) || by_itself {
        return cause;
    }
    Sentence::new(format!(
        "{cause}; the node is excluded, so this pod isn't replaced once it is deleted"
    ))
}

/// A problem of a node that uses the budget is phrased differently from one of a node or pod by
/// itself.
fn cause(holder: &BudgetHolder, now: Timestamp, is_row: bool) -> Sentence {
    let pods = holder.pods.join(", ");
    Sentence::new(match &holder.reason {
        Reason::PodMissing => "the node has no pod yet".to_owned(),
        reason if holder.pods.is_empty() => {
            format!("the node has no pod; {}", why(reason, now))
        }
        Reason::DuplicatePods { .. } | Reason::Surging { .. } => format!(
            "{} pods are on the node: {pods}; a node with more than one counts as unavailable until the others are gone",
            holder.pods.len()
        ),
        Reason::NodeNotReady {
            since,
            is_terminating,
            why,
        } => {
            let since = since.filter(|_| !is_row);
            let is = has_been(since);
            let since = since_text(since, now);
            let trouble = trouble(why);
            let terminating = if *is_terminating {
                "; it is stuck Terminating: the kubelet can't confirm that it stopped"
            } else {
                ""
            };
            format!(
                "the node {is} NotReady{since}{trouble}, so its pod {pods} isn't available{terminating}"
            )
        }
        Reason::NodeMissing { node, .. } => {
            let is = if is_row {
                String::new()
            } else {
                format!("pod {pods} is ")
            };
            format!("{is}on node {node}, which doesn't exist; the pod garbage collector removes it")
        }
        reason if is_row => return beside_pod(reason, now),
        reason => return why(reason, now),
    })
}

/// How many nodes use the budget for each kind of cause.
#[must_use]
pub fn by_cause(budget: &Budget) -> Sentence {
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for holder in &budget.holders {
        *causes.entry(holder.reason.code().name()).or_default() += 1;
    }
    let counts = causes.iter().map(|(code, n)| format!("{code} {n}"));
    let counts: Vec<_> = counts.collect();
    Sentence::new(format!("by cause: {}", counts.join(", ")))
}

/// Why a rollout makes no progress.
#[must_use]
pub fn blocker(blocker: &Blocker, now: Timestamp) -> Sentence {
    Sentence::new(match blocker {
        Blocker::Rollout(reason @ Reason::FailedCreate { .. }) => format!(
            "{}; as long as creating a pod fails, no old pod is replaced",
            why(reason, now)
        ),
        Blocker::Rollout(reason) => return why(reason, now),
        Blocker::Nodes { first, others, .. } if others.is_empty() => {
            format!("node {}: {}", first.node, holder(first, now))
        }
        Blocker::Nodes {
            first,
            others,
            shared,
        } => of_nodes(first, others, shared, now),
    })
}

/// A blocker in a row, where its nodes have a column of their own.
#[must_use]
pub fn cause_row(blocker: &Blocker, now: Timestamp) -> Sentence {
    let (warning, shared) = match blocker {
        Blocker::Rollout(_) => (None, None),
        Blocker::Nodes { first, shared, .. } => (first.warning.as_ref(), in_common(shared)),
    };
    let cause = row_with(blocker.reason(), warning, now);
    let shared = shared.map(|shared| format!(" ({shared})"));
    Sentence::new(format!("{cause}{}", shared.unwrap_or_default()))
}

/// The details of a blocker of one node, or of none, beyond its cause in a few words.
#[must_use]
pub fn details(blocker: &Blocker, now: Timestamp) -> Vec<Sentence> {
    let holder = blocker.holders().next();
    let warning = holder.and_then(|holder| holder.warning.as_ref());
    let reason = blocker.reason();
    let warned = warning.and_then(|warning| below(warning, reason, now));
    details_of(reason, now).into_iter().chain(warned).collect()
}

/// The cause of several nodes, and what they have in common.
pub(super) fn of_nodes(
    first: &BudgetHolder,
    others: &[BudgetHolder],
    attributes: &[Attribute],
    now: Timestamp,
) -> String {
    let all = std::iter::once(first).chain(others);
    let names: Vec<&str> = all.map(|h| h.node.as_str()).collect();
    let cause = row_with(&first.reason, first.warning.as_ref(), now);
    let shared = in_common(attributes).map(|shared| format!(" ({shared})"));
    format!(
        "{} ({}): {cause}{}",
        nodes(names.len()),
        few(&names),
        shared.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use crate::analysis::reason::{ApiMessage, NodeTrouble, NotReady, PodFact};

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn of(pods: &[&str], reason: Reason) -> BudgetHolder {
        BudgetHolder {
            node: "n1".to_owned(),
            pods: pods.iter().map(|&pod| pod.to_owned()).collect(),
            reason,
            warning: None,
            since: Some(NOW),
            should_run: Some(true),
        }
    }

    fn not_ready() -> Reason {
        Reason::PodNotReady {
            pod: PodFact {
                name: "a".to_owned(),
                since: Some(NOW),
            },
            why: NotReady::Condition(ApiMessage::default()),
        }
    }

    #[test]
    fn a_row_leaves_out_what_stands_beside_it() {
        let since = "since 1970-01-01T00:00:00Z (0s ago)";
        let dead = Reason::NodeNotReady {
            since: Some(NOW),
            is_terminating: false,
            why: NodeTrouble::default(),
        };
        let gone = Reason::NodeMissing {
            pod: "a".to_owned(),
            node: "n1".to_owned(),
            is_bound: true,
            controller_acts: true,
        };
        let gone_row = "on node n1, which doesn't exist; the pod garbage collector removes it";
        let cases = [
            (
                not_ready(),
                format!("pod a has been unready {since}"),
                "unready",
            ),
            (
                dead,
                format!("the node has been NotReady {since}, so its pod a isn't available"),
                "the node is NotReady, so its pod a isn't available",
            ),
            (gone, format!("pod a is {gone_row}"), gone_row),
        ];
        for (reason, sentence, row) in cases {
            let one = of(&["a"], reason);
            assert_eq!(holder(&one, NOW).as_str(), sentence);
            assert_eq!(holder_row(&one, NOW).as_str(), row);
        }
    }

    #[test]
    fn without_a_pod_and_with_two() {
        let missing = of(&[], Reason::PodMissing);
        assert_eq!(holder(&missing, NOW).as_str(), "the node has no pod yet");
        let refused = of(
            &[],
            Reason::NamespaceTerminating {
                namespace: "ops".to_owned(),
                held: None,
            },
        );
        let sentence =
            "the node has no pod; namespace ops is being deleted: no pod can be created in it";
        assert_eq!(holder(&refused, NOW).as_str(), sentence);
        assert_eq!(holder_row(&refused, NOW).as_str(), sentence);
        let two = Reason::Surging {
            new: "b".to_owned(),
            old: "a".to_owned(),
        };
        assert_eq!(
            holder(&of(&["a", "b"], two), NOW).as_str(),
            "2 pods are on the node: a, b; a node with more than one counts as unavailable until the others are gone"
        );
    }

    #[test]
    fn a_node_that_is_excluded_gets_no_other_pod() {
        let excluded = BudgetHolder {
            should_run: Some(false),
            ..of(&["a"], not_ready())
        };
        assert_eq!(
            holder_row(&excluded, NOW).as_str(),
            "unready; the node is excluded, so this pod isn't replaced once it is deleted"
        );
    }

    #[test]
    fn several_nodes_have_one_cause() {
        let nodes = Blocker::Nodes {
            first: of(&["a"], not_ready()),
            others: vec![of(&["b"], not_ready())],
            shared: Vec::new(),
        };
        assert_eq!(blocker(&nodes, NOW).as_str(), "2 nodes (n1, n1): NotReady");
    }
}
