//! Sentences that no example of the documentation has.

use jiff::Timestamp;

use super::{rule, sentence};
use crate::analysis::reason::{
    ApiMessage, Ended, ForeignOwner, ForeignPod, NotCounted, PodFact, Reason, Requirement,
};

fn says(reason: &Reason) -> String {
    let now: Timestamp = "2026-01-02T01:00:00Z".parse().unwrap_or_default();
    sentence(reason, now).into_string()
}

#[test]
fn pods_that_are_not_counted() {
    let says = |why| {
        let pod = "lone".to_owned();
        says(&Reason::PodNotCounted { pod, why })
    };
    let ended = NotCounted::Ended {
        phase: "Failed".to_owned(),
        has_finalizers: true,
    };
    assert_eq!(
        says(ended),
        "pod lone, which was asked for, has ended (Failed) and is being deleted, held back by finalizers: the controller no longer sees it; what is said of the node is said without it"
    );
    assert_eq!(
        says(NotCounted::Released),
        "pod lone, which was asked for, no longer matches the selector: the controller releases it and leaves it where it is; what is said of the node is said without it"
    );
    assert_eq!(
        says(NotCounted::Namesake("a".to_owned())),
        "pod lone, which was asked for, belongs to another DaemonSet a with the same name that was deleted; the garbage collector removes it; what is said of the node is said without it"
    );
}

#[test]
fn pods_of_others_are_told_apart() {
    let foreign = |name: &str, owner| ForeignPod {
        name: name.to_owned(),
        owner: Some(owner),
    };
    let pods = vec![
        foreign(
            "other",
            ForeignOwner::Other("ReplicaSet".to_owned(), "a".to_owned()),
        ),
        foreign("old", ForeignOwner::Namesake("a".to_owned())),
    ];
    assert_eq!(
        says(&Reason::ForeignPods { pods }),
        "the selector matches pods of other controllers, which it doesn't count: other of ReplicaSet a, old of another DaemonSet a with the same name that was deleted"
    );
}

#[test]
fn a_pod_of_a_missing_node_goes_where_somebody_acts() {
    let says = |is_bound, controller_acts| {
        says(&Reason::NodeMissing {
            pod: "p".to_owned(),
            node: "gone".to_owned(),
            is_bound,
            controller_acts,
        })
    };
    assert_eq!(
        says(true, false),
        "pod p is on node gone, which doesn't exist; the pod garbage collector removes it"
    );
    assert_eq!(
        says(false, true),
        "pod p is meant for node gone, which doesn't exist; the controller deletes it at its next sync, and a deleted node starts none"
    );
    assert_eq!(
        says(false, false),
        "pod p is meant for node gone, which doesn't exist; the controller doesn't act"
    );
}

#[test]
fn what_follows_for_a_pod_that_failed() {
    let says = |then| {
        let since = "2026-01-02T00:00:00Z".parse().ok();
        let name = "p".to_owned();
        says(&Reason::PodFailed {
            pod: PodFact { name, since },
            said: ApiMessage {
                reason: "OutOfcpu".to_owned(),
                message: String::new(),
            },
            then,
            repeats: None,
        })
    };
    let failed = "pod p failed at 2026-01-02T00:00:00Z (60m ago): OutOfcpu";
    assert_eq!(
        says(Ended::AfterBackoff),
        format!("{failed}; the controller deletes it after a backoff, which grows to 15 minutes")
    );
    assert_eq!(
        says(Ended::AtOnce),
        format!("{failed}; the controller deletes it at its next sync")
    );
    assert_eq!(says(Ended::Nothing), failed);
}

/// A clock that was set to an earlier time can't tell how long ago that was.
#[test]
fn nothing_was_ago_before_the_clock() {
    let since = "2026-01-03T00:00:00Z".parse().ok();
    assert_eq!(
        says(&Reason::DaemonSetDeleting { since }),
        "the deletion of the DaemonSet began at 2026-01-03T00:00:00Z; the controller does nothing for it any more"
    );
}

#[test]
fn a_rule_leaves_out_what_the_node_has() {
    let reason = Reason::NodeAffinityMismatch(Requirement {
        term: 1,
        of_several: true,
        is_field: false,
        index: 0,
        key: "zone".to_owned(),
        operator: "In".to_owned(),
        values: vec!["a".to_owned()],
        found: Some("b".to_owned()),
        contradicts: None,
    });
    let wants = "affinity term 1 wants zone In [a]";
    assert_eq!(says(&reason), format!("{wants}, the node has zone=b"));
    assert_eq!(
        rule(&reason, Timestamp::UNIX_EPOCH).as_str(),
        "affinity term 1 wants zone In [a]"
    );
}
