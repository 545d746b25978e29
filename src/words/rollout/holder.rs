//! Who holds the budget of a rollout, and why it doesn't move.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::analysis::rollout::plan::{Blocker, Holder};
use crate::words::notation::few;
use crate::words::reason::{beside_pod, sentence, since_text};
use crate::words::sentence::Sentence;

/// Why a node holds the budget, with all of the facts.
#[must_use]
pub fn holder(holder: &Holder, now: Timestamp) -> Sentence {
    text(holder, now, false)
}

/// The same in a row, where node, pod and time stand in columns of their own.
#[must_use]
pub fn holder_row(holder: &Holder, now: Timestamp) -> Sentence {
    text(holder, now, true)
}

/// What a node that holds the budget has is told otherwise than of a node or pod by itself.
fn text(holder: &Holder, now: Timestamp, is_row: bool) -> Sentence {
    let pods = holder.pods.join(", ");
    Sentence::new(match &holder.reason {
        Reason::PodMissing => "the node has no pod yet".to_owned(),
        reason if holder.pods.is_empty() => {
            format!("the node has no pod; {}", sentence(reason, now))
        }
        Reason::DuplicatePods { .. } | Reason::Surging { .. } => format!(
            "{} pods are on the node: {pods}; a node with more than one counts as unavailable until the others are gone",
            holder.pods.len()
        ),
        Reason::NodeNotReady {
            since,
            is_terminating,
        } => {
            let since = since_text(since.filter(|_| !is_row), now);
            let terminating = if *is_terminating {
                ", and nobody there can say that it has stopped: it is being deleted and doesn't go"
            } else {
                ""
            };
            format!("the node isn't ready{since}, so its pod {pods} isn't available{terminating}")
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
        reason => return sentence(reason, now),
    })
}

/// Why a rollout doesn't move.
#[must_use]
pub fn blocker(blocker: &Blocker, now: Timestamp) -> Sentence {
    Sentence::new(match blocker {
        Blocker::Rollout(reason @ Reason::FailedCreate { .. }) => format!(
            "{}; as long as creating a pod fails, the controller doesn't get to the rolling update, and no old pod is replaced",
            sentence(reason, now)
        ),
        Blocker::Rollout(reason) => return sentence(reason, now),
        Blocker::Nodes { first, others } if others.is_empty() => {
            format!("node {}: {}", first.node, holder(first, now))
        }
        Blocker::Nodes { first, others } => {
            let all = std::iter::once(first).chain(others);
            let names: Vec<&str> = all.map(|h| h.node.as_str()).collect();
            format!(
                "{} nodes ({}), on the first: {}",
                names.len(),
                few(&names),
                holder(first, now)
            )
        }
    })
}
