//! What decides about pods beside their own labels: nodes, revisions, the strategy, a
//! DaemonSet that is deleted or created again.

use kubectl_ds::analysis::claims::outcome::{
    Follows, KeptBecause, PodOutcome, Replacement, UpdatedByLabel,
};
use kubectl_ds::analysis::claims::report::ClaimKind;
use kubectl_ds::analysis::reason::{Code, Reason};
use serde_json::{Value, json};

use crate::plans::dump::{Dump, node, template};

use super::{
    current, labelled, manifest, named, of_snapshot, of_the_first, orphan, owned_by, recreated,
    report, row, snapshot,
};

#[test]
fn nodes_decide_what_becomes_of_what_is_taken_over() {
    let mut dump = current(2).taint(2, "out", "NoExecute");
    dump.nodes.push(node("n3"));
    let mut nowhere = named(orphan("n1"), "nowhere");
    nowhere["spec"]["nodeName"] = Value::Null;
    let gone = orphan("gone");
    let mut ended = orphan("n3");
    ended["status"]["phase"] = "Failed".into();
    dump.pods.extend([nowhere, gone, ended]);
    let mut snapshot = snapshot(dump.objects());
    let report = of_snapshot(&snapshot);
    assert_eq!(
        row(&report, "a-n2-new").then(),
        Some(Follows::DeletedIneligible)
    );
    assert_eq!(row(&report, "nowhere").then(), Some(Follows::Kept));
    assert_eq!(row(&report, "nowhere").node, None);
    assert_eq!(
        row(&report, "orphan-gone").then(),
        Some(Follows::GarbageCollected)
    );
    assert_eq!(
        row(&report, "orphan-n3").then(),
        Some(Follows::DeletedEnded)
    );
    snapshot.nodes = None;
    let report = of_snapshot(&snapshot);
    assert_eq!(row(&report, "a-n2-new").then(), None);
    assert_eq!(row(&report, "nowhere").then(), Some(Follows::Kept));
}

#[test]
fn a_second_pod_of_its_own_is_not_clean() {
    let mut dump = current(2);
    assert_ne!(report(dump.objects()).clean, Some(false));
    let twin = named(dump.pods[0].clone(), "zz-twin");
    dump.pods.push(twin);
    let report = report(dump.objects());
    let twin = row(&report, "zz-twin");
    let found = (twin.claim, twin.then(), twin.stays());
    let follows = Some(Follows::DeletedAsDuplicate);
    assert_eq!(found, (ClaimKind::Owned, follows, Some("a-n1-new")));
    assert_eq!(report.clean, Some(false));
}

#[test]
fn without_revisions_it_is_not_known_what_is_old() {
    let mut dump = current(2).taint(2, "out", "NoExecute");
    dump.pods.push(named(orphan("n1"), "zz-twin"));
    let mut snapshot = snapshot(dump.objects());
    snapshot.revisions = None;
    let report = of_snapshot(&snapshot);
    assert_eq!(row(&report, "a-n1-new").then(), None);
    assert_eq!(
        row(&report, "a-n2-new").then(),
        Some(Follows::DeletedIneligible)
    );
    assert_eq!(
        row(&report, "zz-twin").then(),
        Some(Follows::DeletedAsDuplicate)
    );
    assert!(report.revisions.is_none() && report.history.is_none());
}

#[test]
fn under_on_delete_old_pods_stay() {
    let mut dump = Dump::new(2, 1).strategy(json!({"type": "OnDelete"}));
    dump.pods[1] = owned_by(dump.pods[1].clone(), json!([]));
    let report = report(dump.objects());
    let old = row(&report, "a-n2-old");
    assert_eq!(
        (old.claim, old.then()),
        (ClaimKind::Adopt, Some(Follows::Kept))
    );
    assert_eq!(
        old.outcome,
        PodOutcome::Kept(KeptBecause::OnDelete(of_the_first()))
    );
}

#[test]
fn a_daemon_set_that_is_being_deleted_claims_nothing() {
    let mut dump = current(2);
    dump.nodes.push(node("n3"));
    dump.pods.push(orphan("n3"));
    dump.ds["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
    dump.ds["metadata"]["finalizers"] = json!(["foregroundDeletion"]);
    let foreground = report(dump.objects());
    let orphan = row(&foreground, "orphan-n3");
    assert_eq!(
        (orphan.claim, orphan.reason.code(), orphan.then()),
        (
            ClaimKind::Ignored,
            Code::DaemonSetDeleting,
            Some(Follows::Kept)
        )
    );
    let owned = row(&foreground, "a-n1-new");
    assert_eq!(
        (owned.claim, owned.then()),
        (ClaimKind::Owned, Some(Follows::GarbageCollected))
    );
    assert_eq!(foreground.history, None);
    assert_eq!(foreground.findings[0].code(), Code::DaemonSetDeleting);
    assert_eq!(foreground.clean, Some(false));
    dump.ds["metadata"]["finalizers"] = json!(["orphan"]);
    let report = report(dump.objects());
    assert_eq!(row(&report, "a-n1-new").then(), Some(Follows::Kept));
}

#[test]
fn an_empty_or_invalid_selector_claims_nothing() {
    for (selector, code) in [
        (json!({}), Code::SelectorMatchesEverything),
        (
            json!({"matchExpressions": [{"key": "a", "operator": "Near"}]}),
            Code::SelectorInvalid,
        ),
    ] {
        let mut dump = current(2);
        dump.nodes.push(node("n3"));
        dump.pods.push(orphan("n3"));
        dump.ds["spec"]["selector"] = selector;
        let report = report(dump.objects());
        let pods = report.pods.as_ref().unwrap();
        assert_eq!(pods.len(), 2, "{pods:#?}");
        assert!(pods.iter().all(|pod| pod.claim == ClaimKind::Owned));
        assert!(pods.iter().all(|pod| pod.then() == Some(Follows::Kept)));
        assert_eq!(report.findings[0].code(), code);
    }
}

#[test]
fn a_daemon_set_that_is_created_again_walks_into_the_trap_of_the_generation() {
    let dump = {
        let mut dump = current(2);
        for pod in &mut dump.pods {
            *pod = labelled(pod.clone(), "pod-template-generation", "1");
        }
        dump
    };
    let snapshot = snapshot(dump.objects());
    let report = recreated(&snapshot, manifest(&dump, &template("a:3")));
    for pod in report.pods.iter().flatten() {
        assert_eq!(pod.claim, ClaimKind::Adopt);
        assert_eq!(pod.then(), Some(Follows::CountsAsUpdated));
        assert_eq!(pod.updated_by(), Some(UpdatedByLabel::Generation));
    }
    let codes: Vec<_> = report.findings.iter().map(|f| f.code()).collect();
    assert_eq!(codes, [Code::GenerationTrap, Code::HistoryRewritten]);
    let trap = |on_delete| Reason::GenerationTrap {
        pods: vec!["a-n1-new".to_owned(), "a-n2-new".to_owned()],
        generation: "1".to_owned(),
        images: vec![vec!["a:2".to_owned()]; 2],
        on_delete,
    };
    assert_eq!(report.findings[0], trap(false));
    // `kubectl rollout status` refuses to speak of OnDelete.
    let mut on_delete = manifest(&dump, &template("a:3"));
    on_delete["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    let on_delete = recreated(&snapshot, on_delete);
    assert_eq!(on_delete.findings[0], trap(true));
    // With the template of a revision that is there, they count by their hash.
    let same = recreated(&snapshot, manifest(&dump, &template("a:2")));
    for pod in same.pods.iter().flatten() {
        assert_eq!(pod.updated_by(), Some(UpdatedByLabel::Hash));
    }
}

#[test]
fn a_selector_that_no_longer_matches_leaves_the_former_pods_beside_new_ones() {
    let dump = current(2);
    let mut manifest = manifest(&dump, &template("a:2"));
    manifest["spec"]["selector"] = json!({"matchLabels": {"app": "b"}});
    manifest["spec"]["template"]["metadata"]["labels"] = json!({"app": "b"});
    let report = recreated(&snapshot(dump.objects()), manifest);
    let pods = report.pods.as_ref().unwrap();
    assert_eq!(pods.len(), 2, "{report:#?}");
    for pod in pods {
        assert_eq!(
            (pod.claim, pod.reason.code(), pod.then()),
            (
                ClaimKind::Ignored,
                Code::ReleasedEarlier,
                Some(Follows::LeftBesideNew)
            )
        );
    }
}

#[test]
fn under_surge_an_old_pod_gives_way_to_the_new_one_that_is_there() {
    let surge = json!({"type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    let mut dump = Dump::new(2, 1).strategy(surge);
    dump.pods.push(orphan("n2"));
    let report = report(dump.objects());
    let old = row(&report, "a-n2-old");
    assert_eq!(old.then(), Some(Follows::Replaced));
    assert_eq!(
        old.outcome,
        PodOutcome::Replaced {
            runs: of_the_first(),
            by: Replacement::Pod("orphan-n2".to_owned()),
        }
    );
}
