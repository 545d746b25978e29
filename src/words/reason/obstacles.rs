//! What about a node excludes a DaemonSet, in a table row.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::analysis::reason::{Reason, Requirement, requirement_text};
use crate::words::notation::counted;
use crate::words::sentence::Sentence;

use super::exclusion::exclusion;
use super::needs::{needs, requirement_of};
use super::node::{by_its_own_pod, condition, near_miss, owner};
use super::why;

/// What excludes it, as found on the node: `label disk=hdd, not ssd, taint d:NoSchedule`. The terms
/// of a node affinity are alternatives, none of which matches.
#[must_use]
pub fn obstacles(reasons: &[&Reason], now: Timestamp) -> Sentence {
    listed(reasons, now, obstacle)
}

fn listed(
    reasons: &[&Reason],
    now: Timestamp,
    obstacle: fn(&Reason, Timestamp) -> String,
) -> Sentence {
    let mut terms: BTreeMap<usize, Vec<&Requirement>> = BTreeMap::new();
    let mut others = Vec::new();
    for reason in reasons {
        match reason {
            Reason::NodeAffinityMismatch(requirement) => {
                terms.entry(requirement.term).or_default().push(requirement);
            }
            other => others.push(obstacle(other, now)),
        }
    }
    let affinity = (!terms.is_empty()).then(|| {
        let of_affinity = |reason: &&&Reason| matches!(reason, Reason::NodeAffinityMismatch(_));
        no_term(&terms).unwrap_or_else(|| {
            needs(reasons.iter().filter(of_affinity).copied(), now).into_string()
        })
    });
    // The affinity is the longest part, and the nodes of a pool differ in the others.
    let all: Vec<String> = others.into_iter().chain(affinity).collect();
    Sentence::new(all.join(", "))
}

fn obstacle(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            if condition(untolerated).is_some() {
                return exclusion(reason, now).into_string();
            }
            let owner = owner(untolerated).map(|owner| format!(": {owner}"));
            let owner = owner.unwrap_or_default();
            format!("{}{owner}", without_owner(reason, now))
        }
        Reason::NodeSelectorMismatch { key, wanted, found } => {
            without(key, wanted, found.as_deref())
        }
        other => why(other, now).into_string(),
    }
}

/// The same without who put a taint on.
fn without_owner(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated)
            if condition(untolerated).is_none() =>
        {
            let near = near_miss(untolerated).map(|near| format!(" ({near})"));
            let near = near.unwrap_or_default();
            let own = by_its_own_pod(untolerated);
            format!("taint {}{own}{near}", untolerated.taint)
        }
        other => obstacle(other, now),
    }
}

/// The labels of terms that ask for one each.
fn no_term(terms: &BTreeMap<usize, Vec<&Requirement>>) -> Option<String> {
    let ones = terms.values().map(|term| match term.as_slice() {
        [one] => Some(*one),
        _ => None,
    });
    // Two that contradict each other may both fail.
    let mut all = terms.values().flatten();
    if let (1, Some(text)) = (terms.len(), all.find_map(|one| contradiction(one))) {
        return Some(text);
    }
    let mut ones: Vec<&Requirement> = ones.collect::<Option<_>>()?;
    ones.sort_by_key(|one| one.remoteness());
    if let [one] = ones.as_slice() {
        return Some(mismatch(one));
    }
    let is_label = |one: &&Requirement| {
        !one.is_field && matches!(one.operator.as_str(), "In" | "Exists" | "Gt" | "Lt")
    };
    if !ones.iter().all(is_label) {
        return None;
    }
    let (near, far): (Vec<&Requirement>, Vec<&Requirement>) =
        ones.into_iter().partition(|one| one.found.is_some());
    let far: Vec<String> = far.into_iter().map(requirement_of).collect();
    let near = near.into_iter().map(mismatch);
    let far = (!far.is_empty()).then(|| format!("no {}", far.join(" or ")));
    Some(near.chain(far).collect::<Vec<_>>().join("; "))
}

/// The same for the first line of an answer: of alternatives the nearest is told.
#[must_use]
pub fn nearest_obstacles(reasons: &[&Reason], now: Timestamp) -> Sentence {
    let terms = reasons.iter().filter_map(|reason| match reason {
        Reason::NodeAffinityMismatch(requirement) => Some(requirement),
        _ => None,
    });
    let terms: Vec<&Requirement> = terms.collect();
    let are_alone = terms
        .iter()
        .all(|one| terms.iter().filter(|other| other.term == one.term).count() == 1);
    let Some(nearest) = terms.iter().min_by_key(|one| one.remoteness()) else {
        return listed(reasons, now, without_owner);
    };
    if terms.len() == 1 || !are_alone {
        return listed(reasons, now, without_owner);
    }
    let is_told = |reason: &&&Reason| match reason {
        Reason::NodeAffinityMismatch(one) => one.term == nearest.term,
        _ => true,
    };
    let told: Vec<&Reason> = reasons.iter().filter(is_told).copied().collect();
    let others = counted(terms.len() - 1, "alternative");
    Sentence::new(format!("{} or {others}", listed(&told, now, without_owner)))
}

fn mismatch(requirement: &Requirement) -> String {
    let Requirement { key, values, .. } = requirement;
    let found = requirement.found.as_deref();
    if let Some(contradiction) = contradiction(requirement) {
        return contradiction;
    }
    match (requirement.operator.as_str(), values.as_slice()) {
        ("In", [name]) if requirement.is_field => {
            format!("the node affinity is for node {name} alone")
        }
        ("NotIn", [name]) if requirement.is_field => {
            format!("the node affinity is for any node but {name}")
        }
        _ if requirement.is_field => format!("not the field {requirement}"),
        ("In", [wanted]) => without(key, wanted, found),
        ("In", wanted) => match found {
            Some(found) => format!("label {key}={found}, not one of {}", wanted.join(", ")),
            None => format!("no label {key}"),
        },
        ("NotIn" | "DoesNotExist", _) => match found {
            Some(found) => format!("label {key}={found}"),
            None => format!("label {key}"),
        },
        ("Gt", [bound]) => compared(key, found, "greater than", bound),
        ("Lt", [bound]) => compared(key, found, "less than", bound),
        _ => match found {
            Some(found) => format!("label {key}={found}, not {requirement}"),
            None => format!("no label {key}"),
        },
    }
}

fn without(key: &str, wanted: &str, found: Option<&str>) -> String {
    match found {
        Some(found) => format!("label {key}={found}, not {wanted}"),
        None => format!("no label {key}={wanted}"),
    }
}

/// What no node can satisfy.
fn contradiction(requirement: &Requirement) -> Option<String> {
    let (operator, values) = requirement.contradicts.as_ref()?;
    let other = requirement_text(&requirement.key, operator, values);
    // Both sides are shown alike.
    let mut both = [requirement.to_string(), other];
    both.sort();
    let [one, other] = both;
    Some(format!(
        "one term of the node affinity asks for {one} and for {other}, and no node is both"
    ))
}

/// Upstream compares only integers.
fn compared(key: &str, found: Option<&str>, than: &str, bound: &str) -> String {
    match found {
        Some(found) if found.parse::<i64>().is_err() => {
            format!("label {key}={found} isn't an integer, so it isn't {than} {bound}")
        }
        Some(found) => format!("label {key}={found}, not {than} {bound}"),
        None => format!("no label {key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::reason::needs::tests::requirement;

    fn says(reasons: &[&Reason]) -> String {
        obstacles(reasons, Timestamp::UNIX_EPOCH).into_string()
    }

    #[test]
    fn no_term_of_an_affinity_matches() {
        let gpu = requirement(0, "gpu", "In", &["true"]);
        let pool = requirement(1, "pool", "In", &["a", "b"]);
        let no_spot = requirement(1, "spot", "DoesNotExist", &[]);
        let mut found = requirement(0, "gpu", "In", &["true"]);
        if let Reason::NodeAffinityMismatch(one) = &mut found {
            one.found = Some("True".to_owned());
        }
        let discovered = requirement(2, "feature.node.kubernetes.io/a", "Exists", &[]);
        assert_eq!(
            says(&[&discovered, &pool, &found]),
            "label gpu=True, not true; no label pool in (a, b) or label feature.node.kubernetes.io/a"
        );
        assert_eq!(says(&[&gpu]), "no label gpu=true");
        assert_eq!(
            says(&[&gpu, &pool]),
            "no label gpu=true or label pool in (a, b)"
        );
        assert_eq!(
            says(&[&gpu, &pool, &no_spot]),
            "needs either label gpu=true, or label pool in (a, b) and no label spot"
        );
    }

    #[test]
    fn what_the_node_has_instead_is_said() {
        let selector = Reason::NodeSelectorMismatch {
            key: "pool".to_owned(),
            wanted: "gpu".to_owned(),
            found: Some("general".to_owned()),
        };
        assert_eq!(says(&[&selector]), "label pool=general, not gpu");
    }
}
