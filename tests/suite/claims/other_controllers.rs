//! What other controllers let go or take over, and what is therefore left open.

use kubectl_ds::analysis::claims::outcome::{Follows, PodOutcome, PodUnknown};
use kubectl_ds::analysis::claims::report::{ClaimKind, PodClaim};
use kubectl_ds::analysis::reason::{Code, Reason};
use serde_json::{Value, json};

use super::{controller, current, labelled, named, object, orphan, owned_by, report, row};
use crate::plans::dump::pod;

/// A controller `w` of the pods `app: b`.
fn other(kind: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind,
    "metadata": {"name": "w", "namespace": "default", "uid": "w"},
    "spec": {
        "selector": {"matchLabels": {"app": "b"}},
        "template": {"metadata": {"labels": {"app": "b"}}, "spec": {"containers": []}},
    }})
}

/// The pod `name` of node n1 with these labels, that `w` controls.
fn of_other(kind: &str, name: &str, app: &str) -> Value {
    let owner = json!([controller("apps/v1", kind, "w", "w")]);
    labelled(owned_by(named(pod("n1", 2), name), owner), "app", app)
}

fn said_of(name: &str, objects: Vec<Value>) -> PodClaim {
    let mut all = current(1).objects();
    all.extend(objects);
    row(&report(all), name).clone()
}

#[test]
fn what_its_controller_lets_go_is_taken_over() {
    let said = said_of(
        "z",
        vec![other("DaemonSet"), of_other("DaemonSet", "z", "a")],
    );
    assert_eq!(
        (said.claim, said.reason.code()),
        (ClaimKind::Adopt, Code::OwnerLetsGo)
    );
    assert_eq!(said.then(), Some(Follows::DeletedAsDuplicate));
    assert_eq!(said.owner.unwrap().name, "w");
    let owner = object("DaemonSet", "w");
    assert_eq!(said.reason, Reason::OwnerLetsGo { owner });
}

#[test]
fn one_that_is_being_deleted_lets_nothing_go() {
    let mut set = other("DaemonSet");
    set["metadata"]["deletionTimestamp"] = json!("2026-01-01T01:00:00Z");
    let said = said_of("z", vec![set, of_other("DaemonSet", "z", "a")]);
    assert_eq!(
        (said.claim, said.reason.code()),
        (ClaimKind::Foreign, Code::OtherController)
    );
}

#[test]
fn a_job_that_has_finished_lets_nothing_go_and_takes_nothing() {
    let mut job = other("Job");
    job["apiVersion"] = json!("batch/v1");
    let owner = json!([controller("batch/v1", "Job", "w", "w")]);
    let owned = labelled(owned_by(named(pod("n1", 2), "z"), owner), "app", "a");
    let orphaned = named(orphan("n1"), "y");
    for (kind, status, acts) in [
        ("Complete", "True", false),
        ("Failed", "True", false),
        ("Suspended", "True", true),
        ("Complete", "False", true),
    ] {
        job["status"] = json!({"conditions": [{"type": kind, "status": status}]});
        let said = said_of("z", vec![job.clone(), owned.clone()]);
        assert_eq!(said.reason.code() == Code::OwnerLetsGo, acts, "{said:?}");
        let mut taker = job.clone();
        taker["spec"]["selector"] = json!({"matchLabels": {"app": "a"}});
        let said = said_of("y", vec![taker, orphaned.clone()]);
        assert_eq!(said.may_be_adopted_by.is_some(), acts, "{said:?}");
    }
}

#[test]
fn a_replica_set_passes_over_what_has_ended() {
    for (phase, acts) in [("Running", true), ("Failed", false)] {
        let mut pod = of_other("ReplicaSet", "z", "a");
        pod["status"]["phase"] = phase.into();
        let said = said_of("z", vec![other("ReplicaSet"), pod]);
        assert_eq!(said.reason.code() == Code::OwnerLetsGo, acts, "{said:?}");
    }
}

/// A StatefulSet looks at the names of pods too.
#[test]
fn a_stateful_set_lets_go_what_has_another_name() {
    let both = |name: &str| {
        let mut set = other("StatefulSet");
        set["spec"]["selector"] = json!({"matchLabels": {"app": "a"}});
        said_of(name, vec![set, of_other("StatefulSet", name, "a")])
    };
    assert_eq!(both("w-10").reason.code(), Code::OtherController);
    assert_eq!(both("w-x").reason.code(), Code::OwnerLetsGo);
}

#[test]
fn what_becomes_of_a_pod_that_another_takes_is_up_to_that_one() {
    let released = |kind: &str| {
        let ours = json!([controller("apps/v1", "DaemonSet", "a", "u")]);
        let moved = labelled(owned_by(named(pod("n1", 2), "z"), ours), "app", "b");
        said_of("z", vec![other(kind), moved])
    };
    let said = released("ReplicaSet");
    let up_to = PodOutcome::Unknown(PodUnknown::AdoptedBy(object("ReplicaSet", "w")));
    assert_eq!((said.claim, said.outcome), (ClaimKind::Release, up_to));
    // A Deployment has its pods by its ReplicaSets alone.
    let said = released("Deployment");
    assert_eq!(
        (said.claim, said.then()),
        (ClaimKind::Release, Some(Follows::Kept))
    );
}

#[test]
fn who_else_would_take_an_orphan_over_is_said() {
    let mut set = other("ReplicaSet");
    set["spec"]["selector"] = json!({"matchLabels": {"tier": "web"}});
    let orphan = labelled(orphan("n1"), "tier", "web");
    let said = said_of("orphan-n1", vec![set, orphan]);
    assert_eq!(said.then(), Some(Follows::DeletedAsDuplicate));
    assert_eq!(said.may_be_adopted_by, Some(object("ReplicaSet", "w")));
}

/// The hash of a revision that is gone may be that of the new one.
#[test]
fn a_hash_that_is_yet_to_be_made_leaves_open_what_follows() {
    let without_its_revision = |image: &str| {
        let mut dump = current(1);
        dump.revisions.truncate(1);
        let mut objects = dump.objects();
        for object in &mut objects {
            if object["kind"] == "Pod" {
                object["spec"]["containers"][0]["image"] = json!(image);
                object["metadata"]["labels"]["pod-template-generation"] = json!("77");
            }
        }
        let report = report(objects);
        report.pods.unwrap()[0].clone()
    };
    let template = current(1).ds["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    let said = without_its_revision(template.as_str().unwrap());
    let new_hash = PodOutcome::Unknown(PodUnknown::NewHash { on_delete: false });
    assert_eq!((said.claim, said.outcome), (ClaimKind::Owned, new_hash));
    let said = without_its_revision("another:9");
    assert_eq!(said.then(), Some(Follows::Replaced));
}

/// One that is let go and holds the template is found again when it is to be made.
#[test]
fn a_revision_that_is_let_go_may_be_the_new_one() {
    let mut dump = current(1);
    let labels = dump.revisions[1]["metadata"]["labels"].as_object_mut();
    labels.unwrap().remove("app");
    dump.pods[0]["metadata"]["labels"]["pod-template-generation"] = json!("77");
    let report = report(dump.objects());
    assert_eq!(report.pods.unwrap()[0].then(), None);
}
