//! What keeps a pod from a node.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::words::sentence::Sentence;

use super::needs::needs;
use super::{node, rule, why};

/// What keeps a pod from a node, as the end of "it is excluded: …".
#[must_use]
pub fn exclusion(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            if let Some(condition) = node::condition(&untolerated.taint.key) {
                let taint = &untolerated.taint;
                let trouble = untolerated.trouble.as_ref().map(node::trouble);
                let trouble = trouble.unwrap_or_default();
                return Sentence::new(format!("the node is {condition}{trouble} (taint {taint})"));
            }
            let near = node::near_miss(untolerated);
            let near = near.map(|near| format!(" ({near})")).unwrap_or_default();
            let owner = node::owner(untolerated).map(|owner| format!(": {owner}"));
            let owner = owner.unwrap_or_default();
            Sentence::new(format!(
                "no toleration for taint {}{near}{owner}",
                untolerated.taint
            ))
        }
        Reason::NodeSelectorMismatch { key, wanted, found } => Sentence::new(match found {
            None => format!("it has no label {key}, and the template wants {key}={wanted}"),
            Some(found) => format!("its label {key} is {found}, and the template wants {wanted}"),
        }),
        Reason::NodeAffinityMismatch(_) => rule(reason, now),
        other => why(other, now),
    }
}

/// The same in the first line of an answer: who put a taint on stands below.
#[must_use]
pub fn exclusion_brief(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)
            if node::condition(&untolerated.taint.key).is_none() =>
        {
            let near = node::near_miss(untolerated);
            let near = near.map(|near| format!(" ({near})")).unwrap_or_default();
            Sentence::new(format!(
                "no toleration for taint {}{near}",
                untolerated.taint
            ))
        }
        other => exclusion(other, now),
    }
}

/// All that keeps a pod from a node, without what comes near to tolerating a taint.
#[must_use]
pub fn exclusions_brief(reasons: &[&Reason], now: Timestamp) -> Sentence {
    let [Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)] =
        reasons
    else {
        return needs(reasons.iter().copied(), now);
    };
    let taint = &untolerated.taint;
    Sentence::new(match node::condition(&taint.key) {
        Some(condition) => {
            let trouble = untolerated.trouble.as_ref().map(node::trouble);
            format!("the node is {condition}{}", trouble.unwrap_or_default())
        }
        None => format!("no toleration for taint {taint}"),
    })
}

/// Who put a taint on that isn't tolerated, and when it goes.
#[must_use]
pub fn taint_owner(reason: &Reason) -> Option<Sentence> {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)
            if node::condition(&untolerated.taint.key).is_none() =>
        {
            node::owner(untolerated).map(Sentence::new)
        }
        _ => None,
    }
}
