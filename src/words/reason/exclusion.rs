//! What keeps a pod from a node.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::words::sentence::Sentence;

use super::needs::needs;
use super::obstacles::obstacles;
use super::{node, why};

/// What keeps a pod from a node, as the end of "it is excluded: …".
#[must_use]
pub fn exclusion(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            if let Some(condition) = node::condition(untolerated) {
                let taint = &untolerated.taint;
                return Sentence::new(format!("{condition} (taint {taint})"));
            }
            let near = node::near_miss(untolerated);
            let near = near.map(|near| format!(" ({near})")).unwrap_or_default();
            let owner = node::owner(untolerated).map(|owner| format!(": {owner}"));
            let owner = owner.unwrap_or_default();
            let own = node::by_its_own_pod(untolerated);
            Sentence::new(format!(
                "no toleration for taint {}{own}{near}{owner}",
                untolerated.taint
            ))
        }
        Reason::NodeSelectorMismatch { key, wanted, found } => Sentence::new(match found {
            None => format!("it has no label {key}, but the template requires {key}={wanted}"),
            Some(found) => format!("its label {key} is {found}, and the template wants {wanted}"),
        }),
        Reason::NodeAffinityMismatch(_) => obstacles(&[reason], now),
        other => why(other, now),
    }
}

/// The same in the first line of an answer, without the taint's owner, which is shown below.
#[must_use]
fn exclusion_brief(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)
            if node::condition(untolerated).is_none() =>
        {
            let near = node::near_miss(untolerated);
            let near = near.map(|near| format!(" ({near})")).unwrap_or_default();
            let own = node::by_its_own_pod(untolerated);
            Sentence::new(format!(
                "no toleration for taint {}{own}{near}",
                untolerated.taint
            ))
        }
        other => exclusion(other, now),
    }
}

/// Everything that excludes the pod from the one node that is asked about.
#[must_use]
pub fn exclusions_of_node(reasons: &[&Reason], now: Timestamp) -> Sentence {
    let each = each(reasons, now, exclusion_brief);
    Sentence::new(each.join(", "))
}

/// The same with the owners of the taints, and when they are removed.
#[must_use]
pub fn exclusions(reasons: &[&Reason], now: Timestamp) -> Sentence {
    Sentence::new(each(reasons, now, exclusion).join("; "))
}

/// The terms of a node affinity are alternatives, so they are listed together.
fn each(
    reasons: &[&Reason],
    now: Timestamp,
    of: impl Fn(&Reason, Timestamp) -> Sentence,
) -> Vec<String> {
    let is_affinity = |reason: &&Reason| matches!(reason, Reason::NodeAffinityMismatch(_));
    let (affinity, others): (Vec<&Reason>, Vec<&Reason>) =
        reasons.iter().copied().partition(is_affinity);
    let affinity = (!affinity.is_empty()).then(|| obstacles(&affinity, now).into_string());
    let others = others.iter();
    let others = others.map(|reason| of(reason, now).into_string());
    affinity.into_iter().chain(others).collect()
}

/// Everything that excludes a pod from a node, without near misses of tolerations.
#[must_use]
pub fn exclusions_brief(reasons: &[&Reason], now: Timestamp) -> Sentence {
    let [Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)] =
        reasons
    else {
        return needs(reasons.iter().copied(), now);
    };
    let taint = &untolerated.taint;
    Sentence::new(match node::condition(untolerated) {
        Some(condition) => condition,
        None => {
            let own = node::by_its_own_pod(untolerated);
            format!("no toleration for taint {taint}{own}")
        }
    })
}

/// Who set an untolerated taint, and when it is removed.
#[must_use]
pub fn taint_owner(reason: &Reason) -> Option<Sentence> {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)
            if node::condition(untolerated).is_none() =>
        {
            let said = match untolerated.is_own {
                true => node::own_trouble(untolerated),
                false => node::meaning(untolerated),
            };
            said.map(Sentence::new)
        }
        _ => None,
    }
}
