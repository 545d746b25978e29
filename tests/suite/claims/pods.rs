//! Each reason of a pod, and what follows.

use kubectl_ds::analysis::claims::outcome::{
    CountedAsUpdated, Follows, GarbageCollectedBy, KeptBecause, PodOutcome, Replacement,
};
use kubectl_ds::analysis::claims::report::{ClaimKind, PodClaim};
use kubectl_ds::analysis::reason::{Code, Creator, LabelMismatch, Origin, Reason, Released};
use serde_json::{Value, json};

use crate::plans::dump::{node, pod, terminating};

use super::{
    controller, current, labelled, named, object, of_the_first, orphan, owned_by, report, row,
    without,
};

/// What is said of the pod `name` in a cluster with a node more than pods, and `more`.
fn said(more: Vec<Value>, name: &str) -> PodClaim {
    let mut dump = current(2);
    dump.nodes.push(node("n3"));
    let mut objects = dump.objects();
    objects.extend(more);
    let report = report(objects);
    row(&report, name).clone()
}

#[track_caller]
fn check(pod: Value, name: &str, (claim, reason, outcome): (ClaimKind, Reason, PodOutcome)) {
    let found = said(vec![pod], name);
    assert_eq!(
        (found.claim, found.reason, found.outcome),
        (claim, reason, outcome)
    );
}

#[test]
fn an_orphan_that_may_have_been_its_own_is_taken_over_and_counts_by_its_hash() {
    check(
        orphan("n3"),
        "orphan-n3",
        (
            ClaimKind::Adopt,
            Reason::OrphanedPod {
                may_be_released: true,
                origin: Origin::Revision(2),
            },
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByHash),
        ),
    );
}

/// An orphan that was there before the DaemonSet.
fn of_a_former() -> Value {
    let mut old = named(owned_by(pod("n3", 1), json!([])), "old");
    old["metadata"]["creationTimestamp"] = "2025-12-01T00:00:00Z".into();
    old
}

const fn of_the_first_revision() -> Reason {
    Reason::OrphanedPod {
        may_be_released: false,
        origin: Origin::Revision(1),
    }
}

#[test]
fn an_old_orphan_counts_by_its_generation_alone() {
    let old = labelled(of_a_former(), "pod-template-generation", "2");
    check(
        old,
        "old",
        (
            ClaimKind::Adopt,
            of_the_first_revision(),
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration {
                generation: "2".to_owned(),
                runs: Some(of_the_first()),
            }),
        ),
    );
}

#[test]
fn an_old_orphan_is_replaced() {
    check(
        of_a_former(),
        "old",
        (
            ClaimKind::Adopt,
            of_the_first_revision(),
            PodOutcome::Replaced {
                runs: of_the_first(),
                by: Replacement::New,
            },
        ),
    );
}

fn by_hand(node: &str) -> Value {
    let bare = named(owned_by(pod(node, 2), json!([])), "bare");
    without(
        without(bare, "controller-revision-hash"),
        "pod-template-generation",
    )
}

#[test]
fn a_pod_made_by_hand_beside_an_owned_one_is_a_duplicate_and_it_is_said_which_stays() {
    let mut bare = by_hand("n1");
    bare["metadata"]["creationTimestamp"] = "2026-01-01T00:30:00Z".into();
    let mut objects = current(2).objects();
    objects.push(bare);
    let report = report(objects);
    let row = row(&report, "bare");
    assert_eq!(row.claim, ClaimKind::Adopt);
    let by_hand = Reason::BarePod {
        maker: Creator::Hand,
    };
    assert_eq!(row.reason, by_hand);
    assert_eq!(row.then(), Some(Follows::DeletedAsDuplicate));
    assert_eq!(row.stays(), Some("a-n1-new"));
}

#[test]
fn the_older_pod_stays_even_if_it_is_not_ours_yet() {
    let mut bare = by_hand("n1");
    bare["metadata"]["creationTimestamp"] = "2025-12-01T00:00:00Z".into();
    let mut objects = current(2).objects();
    objects.push(bare);
    let report = report(objects);
    assert_eq!(row(&report, "bare").then(), Some(Follows::Replaced));
    let owned = row(&report, "a-n1-new");
    assert_eq!(owned.then(), Some(Follows::DeletedAsDuplicate));
    assert_eq!(owned.stays(), Some("bare"));
}

#[test]
fn with_surge_an_old_and_a_new_pod_stay() {
    let mut dump = current(2).budget(0, 1);
    dump.pods[0]["status"]["conditions"][0]["status"] = "False".into();
    dump.pods.push(named(pod("n1", 1), "old"));
    let mut third = named(owned_by(pod("n1", 1), json!([])), "older-twin");
    third["metadata"]["creationTimestamp"] = "2026-01-01T00:10:00Z".into();
    dump.pods.push(third);
    let report = report(dump.objects());
    // The new one isn't available yet, so the old one stays beside it.
    assert_eq!(row(&report, "old").then(), Some(Follows::Replaced));
    assert_eq!(
        row(&report, "a-n1-new").then(),
        Some(Follows::CountsAsUpdated)
    );
    let third = row(&report, "older-twin");
    assert_eq!(third.then(), Some(Follows::DeletedAsDuplicate));
    assert_eq!(third.stays(), Some("old"));
}

#[test]
fn references_without_a_controller_protect_no_pod() {
    let owners = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "c"}]);
    let pod = named(owned_by(pod("n3", 2), owners), "p");
    let found = said(vec![pod], "p");
    let reason = Reason::OwnerWithoutController {
        owner: object("ConfigMap", "c"),
        owners_are_gone: None,
    };
    assert_eq!((found.claim, found.reason), (ClaimKind::Adopt, reason));
}

#[test]
fn owners_that_do_not_exist_and_do_not_control_let_the_collector_be_faster() {
    let owners = json!([{"apiVersion": "v1", "kind": "Node", "name": "gone", "uid": "g"}]);
    let found = said(vec![named(owned_by(pod("n3", 2), owners), "p")], "p");
    let reason = Reason::OwnerWithoutController {
        owner: object("Node", "gone"),
        owners_are_gone: Some(true),
    };
    assert_eq!(found.reason, reason);
}

#[test]
fn the_labels_of_other_controllers_tell_who_left_a_pod() {
    for (label, maker) in [
        ("pod-template-hash", Creator::ReplicaSet),
        ("statefulset.kubernetes.io/pod-name", Creator::StatefulSet),
        ("batch.kubernetes.io/controller-uid", Creator::Job),
    ] {
        let mut pod = labelled(by_hand("n3"), label, "x");
        if maker == Creator::StatefulSet {
            pod = labelled(pod, "controller-revision-hash", "web-1");
        }
        let found = said(vec![pod], "bare");
        let reason = Reason::BarePod { maker };
        assert_eq!((found.claim, found.reason), (ClaimKind::Adopt, reason));
    }
}

#[test]
fn a_relabelled_pod_is_let_go_and_later_it_runs_beside_another() {
    let mut dump = current(2);
    dump.pods[0] = labelled(dump.pods[0].clone(), "app", "debug");
    let first = report(dump.objects());
    let leaving = row(&first, "a-n1-new");
    let mismatch = Some(LabelMismatch {
        key: "app".to_owned(),
        wanted: "a".to_owned(),
        found: Some("debug".to_owned()),
    });
    let reason = Reason::NoLongerSelected {
        mismatch: mismatch.clone(),
    };
    assert_eq!(
        (leaving.claim, &leaving.reason),
        (ClaimKind::Release, &reason)
    );
    assert_eq!(leaving.outcome, PodOutcome::LeftBesideNew);
    dump.pods[0] = owned_by(dump.pods[0].clone(), json!([]));
    dump.pods.push(named(pod("n1", 2), "next"));
    let then = report(dump.objects());
    let left = row(&then, "a-n1-new");
    let reason = Reason::ReleasedEarlier(Released::Pod {
        mismatch,
        origin: Origin::Revision(2),
    });
    assert_eq!((left.claim, &left.reason), (ClaimKind::Ignored, &reason));
    let beside = KeptBecause::Beside("next".to_owned());
    assert_eq!(left.outcome, PodOutcome::Kept(beside));
}

#[test]
fn another_controllers_pods_are_left_alone() {
    let pod = owned_by(
        named(pod("n3", 2), "p"),
        json!([controller("example.com/v1", "Robot", "r", "r")]),
    );
    check(
        pod,
        "p",
        (
            ClaimKind::Foreign,
            Reason::OtherController {
                owner: object("Robot", "r"),
            },
            PodOutcome::Kept(KeptBecause::NotOurs),
        ),
    );
}

#[test]
fn a_former_daemon_set_of_the_name_owned_it() {
    let pod = owned_by(
        labelled(named(pod("n3", 2), "p"), "app", "b"),
        json!([controller("apps/v1", "DaemonSet", "a", "before")]),
    );
    check(
        pod,
        "p",
        (
            ClaimKind::Foreign,
            Reason::FormerDaemonSet {
                name: "a".to_owned(),
            },
            PodOutcome::GarbageCollected(GarbageCollectedBy::Ownerless),
        ),
    );
}

#[test]
fn an_owner_of_a_kind_that_was_read_and_that_is_not_there_is_gone() {
    let pod = owned_by(
        named(pod("n3", 2), "p"),
        json!([controller("apps/v1", "ReplicaSet", "r", "r")]),
    );
    let known = json!({"apiVersion": "apps/v1", "kind": "ReplicaSetList", "items": []});
    let mut objects = current(2).objects();
    objects.push(pod.clone());
    let unknown = report(objects.clone());
    assert_eq!(row(&unknown, "p").reason.code(), Code::OtherController);
    assert_eq!(row(&unknown, "p").owner.as_ref().unwrap().exists, None);
    objects.push(known);
    let report = report(objects);
    let gone = row(&report, "p");
    assert_eq!(gone.reason.code(), Code::OwnerGone);
    assert_eq!(gone.then(), Some(Follows::GarbageCollected));
    assert_eq!(gone.owner.as_ref().unwrap().exists, Some(false));
}

#[test]
fn a_mirror_pod_is_its_nodes() {
    let pod = owned_by(
        named(pod("n3", 2), "p"),
        json!([controller("v1", "Node", "n3", "n3")]),
    );
    check(
        pod,
        "p",
        (
            ClaimKind::Foreign,
            Reason::StaticPod {
                node: "n3".to_owned(),
            },
            PodOutcome::Kept(KeptBecause::NotOurs),
        ),
    );
}

#[test]
fn an_orphan_that_is_being_deleted_is_passed_over() {
    check(
        terminating(orphan("n3")),
        "orphan-n3",
        (
            ClaimKind::Ignored,
            Reason::OrphanTerminating,
            PodOutcome::Terminating,
        ),
    );
}

#[test]
fn an_owner_reference_with_our_uid_and_another_name_is_not_seen() {
    let pod = owned_by(
        named(pod("n3", 2), "p"),
        json!([controller("apps/v1", "DaemonSet", "b", "u")]),
    );
    let found = said(vec![pod], "p");
    let reason = Reason::OtherIdentity {
        owner: object("DaemonSet", "b"),
    };
    assert_eq!((found.claim, found.reason), (ClaimKind::Ignored, reason));
}

#[test]
fn pods_are_alike_whichever_stays_on_their_nodes() {
    let mut objects = current(2).objects();
    objects.extend([orphan("n1"), orphan("n2")]);
    let report = report(objects);
    let (one, two) = (row(&report, "orphan-n1"), row(&report, "orphan-n2"));
    assert_eq!(one.stays(), Some("a-n1-new"));
    assert_eq!(two.stays(), Some("a-n2-new"));
    assert!(one.is_like(two));
    assert!(!one.is_like(row(&report, "a-n2-new")));
    let mut contested = two.clone();
    contested.may_be_adopted_by = Some(object("ReplicaSet", "w"));
    assert!(!one.is_like(&contested));
}
