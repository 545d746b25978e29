//! What the garbage collector makes of pods whose owners are gone, or may be.

use kubectl_ds::analysis::claims::outcome::{Follows, PodOutcome, PodUnknown};
use kubectl_ds::analysis::claims::report::ClaimKind;
use kubectl_ds::analysis::reason::code::Code;
use serde_json::{Value, json};

use super::{controller, current, labelled, named, orphan, owned_by, report, row};

fn other(api_version: &str, kind: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "name": "w", "uid": "w"})
}

/// An owner of a kind that can't be listed, one that is gone, and one that exists.
fn others() -> [(Value, Option<Follows>); 3] {
    let node = json!({"apiVersion": "v1", "kind": "Node", "name": "n1", "uid": "n1"});
    [
        (other("example.com/v1", "Widget"), None),
        (
            other("apps/v1", "DaemonSet"),
            Some(Follows::GarbageCollected),
        ),
        (node, Some(Follows::Kept)),
    ]
}

#[test]
fn of_a_pod_without_its_controller_the_other_owners_decide() {
    for (other, then) in others() {
        let mut dump = current(1);
        let gone = controller("apps/v1", "DaemonSet", "gone", "gone");
        let is_there = other["kind"] == "Node";
        dump.pods.push(owned_by(orphan("n1"), json!([gone, other])));
        let report = report(dump.objects());
        let row = row(&report, "orphan-n1");
        // It isn't kept: without the reference it is nobody's, and is taken over.
        let then = then.filter(|then| *then != Follows::Kept);
        assert_eq!(
            (row.reason.code(), row.then()),
            (Code::OwnerGone, then),
            "{row:?}"
        );
        let taken = row.outcome == PodOutcome::Unknown(PodUnknown::Disowned);
        assert_eq!(taken, is_there, "{row:?}");
    }
}

#[test]
fn of_a_pod_whose_daemon_set_is_deleted_the_other_owners_decide() {
    for finalizer in ["foregroundDeletion", "example.com/hold", "orphan"] {
        for (other, then) in others() {
            let mut dump = current(1);
            dump.ds["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
            dump.ds["metadata"]["finalizers"] = json!([finalizer]);
            let own = dump.pods[0]["metadata"]["ownerReferences"][0].clone();
            dump.pods[0] = owned_by(dump.pods[0].clone(), json!([own, other]));
            let report = report(dump.objects());
            let row = row(&report, "a-n1-new");
            assert_eq!((row.claim, row.then()), (ClaimKind::Owned, then), "{row:?}");
        }
    }
}

#[test]
fn a_pod_that_no_longer_matches_goes_with_its_daemon_set() {
    let mut dump = current(1);
    dump.ds["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
    dump.pods[0] = labelled(dump.pods[0].clone(), "app", "debug");
    let report = report(dump.objects());
    let row = row(&report, "a-n1-new");
    assert_eq!(
        (row.reason.code(), row.then()),
        (Code::DaemonSetDeleting, Some(Follows::GarbageCollected))
    );
}

#[test]
fn an_owner_is_looked_for_by_its_name_too() {
    let mut dump = current(1);
    let uid = dump.ds["metadata"]["uid"].as_str().unwrap().to_owned();
    let misnamed = controller("apps/v1", "DaemonSet", "b", &uid);
    let pod = owned_by(named(orphan("n1"), "misnamed"), json!([misnamed]));
    dump.pods.push(pod);
    let report = report(dump.objects());
    let row = row(&report, "misnamed");
    assert_eq!(
        (row.reason.code(), row.then()),
        (Code::OtherIdentity, Some(Follows::GarbageCollected))
    );
}
