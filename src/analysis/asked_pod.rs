//! The pod that was asked about, where the DaemonSet doesn't count it.

use crate::engine::claim::{Claim, ClaimReason, Claimant};
use crate::model::{DaemonSet, Pod};

use super::findings::is_namesake;
use super::reason::{NotCounted, Reason};

/// Why `pod` isn't among the pods of its node; `None` when it is.
pub(super) fn asked_pod(ds: &DaemonSet, claimant: &Claimant<'_>, pod: &Pod) -> Option<Reason> {
    let ended = pod.is_terminal() && pod.is_deleting();
    let why = match claimant.claim_pod(pod) {
        // `getNodesToDaemonPods` (1.37.1) skips them.
        Claim::Owned | Claim::Adopt if ended => NotCounted::Ended {
            phase: pod.phase.to_string(),
            has_finalizers: pod.has_finalizers(),
        },
        Claim::Owned | Claim::Adopt => return None,
        Claim::Release => NotCounted::Released,
        Claim::Foreign if pod.controller().is_some_and(|o| is_namesake(ds, o)) => {
            NotCounted::Namesake(ds.name.to_string())
        }
        Claim::Foreign => NotCounted::Foreign,
        Claim::Ignored => ignored(claimant.pod_reason(pod)),
    };
    Some(Reason::PodNotCounted {
        pod: pod.name.to_string(),
        why,
    })
}

const fn ignored(reason: ClaimReason) -> NotCounted {
    match reason {
        ClaimReason::Terminating => NotCounted::Terminating,
        ClaimReason::DaemonSetDeleting => NotCounted::DaemonSetDeleting,
        ClaimReason::OtherNamespace => NotCounted::OtherNamespace,
        ClaimReason::OtherIdentity => NotCounted::OtherIdentity,
        _ => NotCounted::NotSelected,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    /// Why a pod that matches the selector and has no controller isn't counted.
    fn why(ds: &Value, pod: &Value) -> Option<NotCounted> {
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
        match asked_pod(&ds, &claimant, &pod)? {
            Reason::PodNotCounted { why, .. } => Some(why),
            _ => None,
        }
    }

    #[test]
    fn a_pod_that_the_selector_matches_is_not_said_to_be_unselected() {
        let deleted = json!({"deletionTimestamp": "2026-03-01T12:00:00Z"});
        let none = json!({});
        assert_eq!(why(&none, &deleted), Some(NotCounted::Terminating));
        assert_eq!(why(&deleted, &none), Some(NotCounted::DaemonSetDeleting));
        let elsewhere = json!({"namespace": "m"});
        assert_eq!(why(&none, &elsewhere), Some(NotCounted::OtherNamespace));
        let other = json!({"labels": {"app": "b"}});
        assert_eq!(why(&none, &other), Some(NotCounted::NotSelected));
        assert_eq!(why(&none, &none), None);
    }
}
