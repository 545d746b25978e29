//! The pod that a question began with, where the DaemonSet doesn't count it.

use crate::engine::claim::{Claim, ClaimReason, Claimant};
use crate::model::{DaemonSet, Pod};

use super::code::Code;
use super::findings::is_namesake;
use super::reason::Reason;

/// Why `pod` isn't among the pods of its node; `None` when it is.
pub(super) fn asked_pod(ds: &DaemonSet, claimant: &Claimant<'_>, pod: &Pod) -> Option<Reason> {
    let ended = pod.is_terminal() && pod.is_deleting();
    let why = match claimant.claim_pod(pod) {
        // `getNodesToDaemonPods` (1.37.1) passes over them.
        Claim::Owned | Claim::Adopt if ended => ended_text(pod),
        Claim::Owned | Claim::Adopt => return None,
        Claim::Release => {
            "no longer matches the selector: the controller releases it and leaves it where it is"
                .to_owned()
        }
        Claim::Foreign if pod.controller().is_some_and(|o| is_namesake(ds, o)) => format!(
            "belongs to another DaemonSet {} with the same name that was deleted; the garbage collector removes it",
            ds.name
        ),
        Claim::Foreign => "belongs to another controller".to_owned(),
        Claim::Ignored => ignored_text(claimant.pod_reason(pod)).to_owned(),
    };
    let message = format!(
        "pod {}, which was asked for, {why}; what is said of the node is said without it",
        pod.name
    );
    Some(Reason::new(Code::PodNotCounted, message))
}

const fn ignored_text(reason: ClaimReason) -> &'static str {
    match reason {
        ClaimReason::Terminating => {
            "has no controller and is being deleted: the controller doesn't take it over"
        }
        ClaimReason::DaemonSetDeleting => {
            "is left as it is: the DaemonSet is being deleted, and its controller does nothing any more"
        }
        ClaimReason::OtherNamespace => "is in another namespace",
        ClaimReason::OtherIdentity => {
            "has an owner reference with the DaemonSet's UID and another kind or name: the controller doesn't see it"
        }
        _ => "doesn't match the selector",
    }
}

fn ended_text(pod: &Pod) -> String {
    let held = if pod.has_finalizers {
        ", held back by finalizers"
    } else {
        ""
    };
    format!(
        "has ended ({}) and is being deleted{held}: the controller no longer sees it",
        pod.phase
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    /// What is said of a pod that no controller owns and the selector matches.
    fn said(ds: &Value, pod: &Value) -> String {
        let (mut metadata, mut orphan) = (
            json!({"name": "ds", "namespace": "n", "uid": "u"}),
            json!({"name": "p", "namespace": "n", "labels": {"app": "a"}}),
        );
        for (into, more) in [(&mut metadata, ds), (&mut orphan, pod)] {
            let more = more.as_object().unwrap().clone();
            into.as_object_mut().unwrap().extend(more);
        }
        let ds = json!({"metadata": metadata, "spec": {
            "selector": {"matchLabels": {"app": "a"}}, "template": {}}});
        let ds = DaemonSet::from_value(ds, "n").unwrap();
        let pod: Pod = serde_json::from_value(json!({"metadata": orphan})).unwrap();
        let claimant = Claimant::new(&ds).unwrap();
        let reason = asked_pod(&ds, &claimant, &pod);
        reason.map(|reason| reason.message).unwrap_or_default()
    }

    #[test]
    fn a_pod_that_the_selector_matches_is_not_said_to_be_unselected() {
        let deleted = json!({"deletionTimestamp": "2026-03-01T12:00:00Z"});
        let terminating = said(&json!({}), &deleted);
        assert!(
            terminating.contains("doesn't take it over"),
            "{terminating}"
        );
        let ending = said(&deleted, &json!({}));
        assert!(
            ending.contains("the DaemonSet is being deleted"),
            "{ending}"
        );
        let elsewhere = said(&json!({}), &json!({"namespace": "m"}));
        assert!(elsewhere.contains("in another namespace"), "{elsewhere}");
        let other = said(&json!({}), &json!({"labels": {"app": "b"}}));
        assert!(other.contains("doesn't match the selector"), "{other}");
        assert_eq!(said(&json!({}), &json!({})), "");
    }
}
