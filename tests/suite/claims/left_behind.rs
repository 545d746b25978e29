//! Pods that a DaemonSet left which was deleted with `--cascade=orphan`: nobody's, and the one
//! that was created again doesn't select them.

use kubectl_ds::analysis::claims::left_by_the_gone;
use kubectl_ds::analysis::claims::outcome::{Follows, KeptBecause, PodOutcome};
use kubectl_ds::analysis::claims::remedy::ClaimRemedyKind;
use kubectl_ds::analysis::claims::report::{ClaimKind, ClaimReport};
use kubectl_ds::analysis::claims::state::ClaimState;
use kubectl_ds::analysis::reason::{LabelMismatch, Origin, Reason, Released};
use serde_json::{Value, json};

use crate::analysed::{all_nodes, reason};
use crate::plans::dump::{Dump, node, pod, revision, template};
use crate::states::no_schedule;

use super::{
    Code, controller, current, labelled, named, owned_by, recreated, report, row, snapshot,
};

/// A pod that the former DaemonSet made on a node, of its revision `h0`.
fn left(name: &str, node: &str) -> Value {
    let left = owned_by(named(pod(node, 1), name), json!([]));
    labelled(
        labelled(left, "app", "former"),
        "controller-revision-hash",
        "h0",
    )
}

/// That revision.
fn left_revision() -> Value {
    let left = owned_by(revision(7, "h0", &template("a:0")), json!([]));
    labelled(left, "app", "former")
}

/// A DaemonSet that was created again, with a pod on each of two nodes beside one that is left.
fn dump() -> Dump {
    let mut dump = current(2);
    dump.revisions.push(left_revision());
    dump.pods
        .extend([left("a-x7k2p", "n1"), left("a-b2c4d", "n2")]);
    dump
}

fn rows(report: &ClaimReport) -> Vec<(&str, ClaimKind, Code)> {
    let pods = report.pods.iter().flatten();
    let odd = pods.filter(|pod| pod.claim != ClaimKind::Owned);
    odd.map(|pod| (&*pod.name, pod.claim, pod.reason.code()))
        .collect()
}

#[test]
fn they_are_reported_where_one_of_that_name_is_there() {
    let report = report(dump().objects());
    let ignored = |name| (name, ClaimKind::Ignored, Code::ReleasedEarlier);
    assert_eq!(rows(&report), [ignored("a-b2c4d"), ignored("a-x7k2p")]);
    let left = row(&report, "a-x7k2p");
    let wanted = Reason::ReleasedEarlier(Released::LeftBehind {
        mismatch: Some(LabelMismatch {
            key: "app".to_owned(),
            wanted: "a".to_owned(),
            found: Some("former".to_owned()),
        }),
        origin: Origin::Revision(7),
    });
    assert_eq!((&left.reason, left.revision), (&wanted, Some(7)));
    let beside = PodOutcome::Kept(KeptBecause::Beside("a-n1-new".to_owned()));
    assert_eq!(left.outcome, beside);
    let revisions = report.revisions.iter().flatten();
    let revisions = revisions.filter(|r| r.claim == ClaimKind::Ignored);
    let revisions: Vec<_> = revisions.map(|r| (&*r.name, &r.reason)).collect();
    let of_them = Reason::ReleasedEarlier(Released::LeftRevision);
    assert_eq!(revisions, [("a-h0", &of_them)]);
    assert_eq!(report.clean, Some(false));
    let delete = ClaimRemedyKind::DeleteReleased {
        pods: vec!["a-b2c4d".to_owned(), "a-x7k2p".to_owned()],
        hold_ports: false,
    };
    assert!(report.remedies.iter().any(|remedy| remedy.kind == delete));
}

#[test]
fn why_finds_them_too() {
    let mut dump = dump();
    // One that has ended runs no more.
    dump.pods[3]["status"]["phase"] = "Succeeded".into();
    let found = all_nodes(&dump.objects());
    let wanted = Reason::LeftBehindPods {
        pods: vec!["a-x7k2p".to_owned()],
    };
    assert_eq!(reason(&found.findings, Code::LeftBehindPods), &wanted);
    assert_eq!(found.clean, Some(false));
    // What was let go before, and is of a revision of its own, is left as well.
    let mut relabelled = current(2);
    let debug = labelled(named(pod("n1", 2), "a-n1-debug"), "app", "debug");
    relabelled.pods.push(owned_by(debug, json!([])));
    let found = all_nodes(&relabelled.objects());
    let wanted = Reason::LeftBehindPods {
        pods: vec!["a-n1-debug".to_owned()],
    };
    assert_eq!(reason(&found.findings, Code::LeftBehindPods), &wanted);
}

#[test]
fn who_made_a_pod_is_told_by_its_revision_or_by_its_name() {
    let of = |pods: Vec<Value>, revisions: Vec<Value>| {
        let mut dump = current(2);
        dump.pods.extend(pods);
        dump.revisions.extend(revisions);
        let report = report(dump.objects());
        let rows = rows(&report).into_iter();
        rows.map(|(name, ..)| name.to_owned()).collect::<Vec<_>>()
    };
    let nothing = Vec::<String>::new();
    // The revision is gone, and the name is one that the API server makes of this one's.
    assert_eq!(of(vec![left("a-x7k2p", "n1")], vec![]), ["a-x7k2p"]);
    assert_eq!(of(vec![left("b-x7k2p", "n1")], vec![]), nothing);
    assert_eq!(of(vec![left("a-b-x7k2p", "n1")], vec![]), nothing);
    let bare = super::without(left("a-x7k2p", "n1"), "pod-template-generation");
    assert_eq!(of(vec![bare.clone()], vec![]), nothing);
    // Its revision alone shows it, whatever the pod is called.
    assert_eq!(of(vec![bare], vec![left_revision()]), ["a-x7k2p"]);
    let any = left("kept-for-later", "n1");
    let made = of(vec![any.clone()], vec![left_revision()]);
    assert_eq!(made, ["kept-for-later"]);
    // That of another DaemonSet shows nothing, nor does a StatefulSet's pod.
    let of_other = named(left_revision(), "b-h0");
    assert_eq!(of(vec![any], vec![of_other]), nothing);
    let member = labelled(
        left("a-0", "n1"),
        "statefulset.kubernetes.io/pod-name",
        "a-0",
    );
    assert_eq!(of(vec![member], vec![left_revision()]), nothing);
    let owned = json!([controller("apps/v1", "ReplicaSet", "r", "r")]);
    let others = owned_by(left("a-x7k2p", "n1"), owned);
    assert_eq!(of(vec![others], vec![left_revision()]), nothing);
}

/// Its node gets a pod, and so it is left beside a new one.
#[test]
fn a_node_without_another_gets_one() {
    let mut dump = dump();
    dump.nodes.push(node("n3"));
    dump.pods.push(left("a-c2d4f", "n3"));
    let report = report(dump.objects());
    let then = row(&report, "a-c2d4f").then();
    assert_eq!(then, Some(Follows::LeftBesideNew));
    dump.nodes[2]["spec"]["taints"] = no_schedule();
    let report = super::report(dump.objects());
    let outcome = &row(&report, "a-c2d4f").outcome;
    assert_eq!(outcome, &PodOutcome::Kept(KeptBecause::Alone));
}

#[test]
fn before_a_manifest_is_created_they_are_told_beside_what_it_takes_over() {
    let dump = dump();
    let snapshot = snapshot(dump.objects());
    let mut manifest = super::manifest(&dump, &template("a:2"));
    for labels in ["selector/matchLabels", "template/metadata/labels"] {
        *manifest.pointer_mut(&format!("/spec/{labels}")).unwrap() = json!({"app": "third"});
    }
    let report = recreated(&snapshot, manifest);
    let reasons = |name| match &row(&report, name).reason {
        Reason::ReleasedEarlier(released) => released.clone(),
        other => panic!("{other:#?}"),
    };
    assert!(matches!(reasons("a-n1-new"), Released::FormerPod { .. }));
    assert!(matches!(reasons("a-x7k2p"), Released::LeftBehind { .. }));
}

#[test]
fn what_a_daemon_set_left_that_is_gone_has_a_report_of_its_own() {
    let mut objects = dump().objects();
    let orphan = |name: &str| owned_by(named(pod("n2", 1), name), json!([]));
    let unrecorded = labelled(orphan("gone-x7k2p"), "controller-revision-hash", "none");
    // The DaemonSet `a` takes over what it selects, whoever made it.
    objects.push(labelled(unrecorded.clone(), "app", "x"));
    objects.push(named(unrecorded, "gone-b2c4d"));
    let of = |objects: &[Value]| {
        let reports = left_by_the_gone(&snapshot(objects.to_vec()));
        let reports = reports.into_iter().map(|report| {
            assert_eq!((report.exists, report.clean), (false, Some(false)));
            let state = ClaimState::new(&report);
            let is_left = |why: &Reason| why.code() == Code::LeftBehindPods;
            assert!(
                matches!(state, ClaimState::Finding(why) if is_left(why)),
                "{state:?}"
            );
            let name = report.daemon_set.to_string();
            let pods = rows(&report).into_iter();
            let pods = pods.map(|(name, ..)| name.to_owned()).collect::<Vec<_>>();
            (
                name,
                pods.join(" "),
                report.revisions.map_or(0, |r| r.len()),
            )
        });
        reports.collect::<Vec<_>>()
    };
    let gone = ("default/gone".to_owned(), "gone-x7k2p".to_owned(), 0);
    assert_eq!(of(&objects), std::slice::from_ref(&gone));
    objects.retain(|object| object["kind"] != "DaemonSet");
    let a = ("default/a".to_owned(), "a-b2c4d a-x7k2p".to_owned(), 1);
    let gone = (gone.0, "gone-b2c4d gone-x7k2p".to_owned(), 0);
    assert_eq!(of(&objects), [a, gone]);
}
