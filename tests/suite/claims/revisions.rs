//! Each reason of a revision, what follows, and what becomes of the history.

use kubectl_ds::analysis::claims::report::{ClaimKind, ClaimReport, Follows, RevisionClaim};
use kubectl_ds::analysis::reason::code::Code;
use serde_json::json;

use crate::plans::dump::{Dump, revision, template, terminating};

use super::{
    controller, current, labelled, manifest, named, of_snapshot, owned_by, recreated, report, row,
    snapshot,
};

fn revision_row<'r>(report: &'r ClaimReport, name: &str) -> &'r RevisionClaim {
    let mut rows = report.revisions.iter().flatten();
    rows.find(|row| row.name == name)
        .unwrap_or_else(|| panic!("no revision {name} in {report:#?}"))
}

fn codes(report: &ClaimReport) -> Vec<Code> {
    report.findings.iter().map(|f| f.code).collect()
}

#[test]
fn a_history_that_is_in_order_is_kept() {
    let report = report(current(1).objects());
    let history = report.history.as_ref().unwrap();
    assert!(!history.rewritten);
    assert_eq!((history.number, history.relabelled), (2, Some(0)));
    assert_eq!(history.current.as_deref(), Some("a-h2"));
    for name in ["a-h1", "a-h2"] {
        let row = revision_row(&report, name);
        assert_eq!(
            (row.claim, row.reason, row.then),
            (ClaimKind::Owned, Code::Controlled, Some(Follows::Kept))
        );
        assert_eq!(row.holds_template, name == "a-h2");
    }
}

#[test]
fn each_reason() {
    let mut dump = current(1);
    let other = |name: &str, owners| {
        owned_by(
            named(revision(9, name, &template("a:9")), &format!("a-{name}")),
            owners,
        )
    };
    let third = json!([controller("apps/v1", "StatefulSet", "s", "s")]);
    let former = json!([controller("apps/v1", "DaemonSet", "a", "before")]);
    dump.revisions.extend([
        other("orphan", json!([])),
        other("foreign", third),
        other("former", former),
        terminating(other("going", json!([]))),
        labelled(revision(9, "let-go", &template("a:9")), "app", "b"),
        labelled(other("unknown", json!([])), "app", "b"),
    ]);
    let report = report(dump.objects());
    let of = |name: &str| {
        let row = revision_row(&report, name);
        (row.claim, row.reason, row.then)
    };
    let kept = Some(Follows::Kept);
    assert_eq!(
        of("a-orphan"),
        (ClaimKind::Adopt, Code::OrphanedRevision, kept)
    );
    assert_eq!(
        of("a-foreign"),
        (ClaimKind::Foreign, Code::OtherController, kept)
    );
    assert_eq!(
        of("a-former"),
        (
            ClaimKind::Foreign,
            Code::FormerDaemonSet,
            Some(Follows::GarbageCollected)
        )
    );
    assert_eq!(
        of("a-going"),
        (
            ClaimKind::Ignored,
            Code::OrphanTerminating,
            Some(Follows::Terminating)
        )
    );
    assert_eq!(
        of("a-let-go"),
        (ClaimKind::Release, Code::NoLongerSelected, kept)
    );
    assert_eq!(report.revisions.as_ref().unwrap().len(), 7);
    assert_eq!(codes(&report), [Code::HistoryRewritten]);
    assert_eq!(
        report.findings[0].message.as_str(),
        "the next sync rewrites the history: it takes over a-orphan; lets go a-let-go; gives the number 10 to a-h2"
    );
    let renumbered = revision_row(&report, "a-h2");
    assert_eq!(
        (renumbered.then, renumbered.renumbered_to),
        (Some(Follows::Renumbered), Some(10))
    );
}

#[test]
fn duplicates_relabel_every_pod_and_it_is_said_which_run_another_template() {
    let mut dump = Dump::new(2, 1);
    let twin = named(revision(3, "h3", &template("a:2")), "a-h3");
    dump.revisions.push(owned_by(twin, json!([])));
    let report = report(dump.objects());
    let kept = revision_row(&report, "a-h3");
    assert_eq!(
        (kept.claim, kept.then),
        (ClaimKind::Adopt, Some(Follows::Kept))
    );
    let lower = revision_row(&report, "a-h2");
    assert_eq!(lower.then, Some(Follows::DeletedAsDuplicate));
    assert_eq!(
        codes(&report),
        [Code::DuplicateRevisions, Code::HistoryRewritten]
    );
    assert_eq!(
        report.findings[0].message.as_str(),
        "a-h2 and a-h3 hold the template: a-h3 is kept, the rest is deleted; 2 pods get its controller-revision-hash and aren't restarted, 1 of them on another template: nothing replaces those then, but for what that very sync still finds with the old label in its cache"
    );
    assert_eq!(report.history.as_ref().unwrap().relabelled, Some(2));
    let old = row(&report, "a-n2-old");
    assert_eq!(old.then, Some(Follows::Relabelled));
    assert_eq!(
        old.message.to_string(),
        "the DaemonSet controls it; its hash label becomes that of the revision that is kept, and it isn't restarted, though it runs the template of revision 1 (image a:1)"
    );
}

#[test]
fn of_tied_duplicates_it_is_open_which_is_kept() {
    let mut dump = current(1);
    dump.revisions
        .push(named(revision(2, "h3", &template("a:2")), "a-h3"));
    let report = report(dump.objects());
    for name in ["a-h2", "a-h3"] {
        assert_eq!(revision_row(&report, name).then, None);
    }
    assert!(
        report.findings[0]
            .message
            .as_str()
            .contains("one of them is kept, the controller's cache decides which")
    );
}

/// Old revisions with these numbers, none of which a pod is of.
fn with_old(numbers: &[i64], limit: i64) -> Dump {
    let mut dump = current(1);
    dump.ds["spec"]["revisionHistoryLimit"] = limit.into();
    dump.revisions = vec![revision(20, "h2", &template("a:2"))];
    for (index, number) in numbers.iter().enumerate() {
        let hash = format!("o{index}");
        let content = template(&format!("o:{index}"));
        dump.revisions.push(revision(*number, &hash, &content));
    }
    dump
}

#[test]
fn what_goes_beyond_the_limit_is_said_and_what_a_pod_is_of_stays() {
    let mut dump = with_old(&[1, 2, 3], 1);
    dump.pods.push(labelled(
        named(crate::plans::dump::pod("n1", 1), "live"),
        "controller-revision-hash",
        "o0",
    ));
    let mut snapshot = snapshot(dump.objects());
    let report = of_snapshot(&snapshot);
    let of = |report: &ClaimReport, name: &str| revision_row(report, name).then;
    assert_eq!(of(&report, "a-o0"), Some(Follows::Kept));
    assert_eq!(of(&report, "a-o1"), Some(Follows::DeletedByHistoryLimit));
    assert_eq!(of(&report, "a-o2"), Some(Follows::DeletedByHistoryLimit));
    snapshot.pods = None;
    assert_eq!(of(&of_snapshot(&snapshot), "a-o0"), None);
}

#[test]
fn of_tied_old_revisions_it_is_open_which_goes() {
    let report = report(with_old(&[1, 2, 2, 3], 2).objects());
    assert_eq!(
        revision_row(&report, "a-o0").then,
        Some(Follows::DeletedByHistoryLimit)
    );
    for name in ["a-o1", "a-o2"] {
        assert_eq!(revision_row(&report, name).then, None);
    }
    assert_eq!(revision_row(&report, "a-o3").then, Some(Follows::Kept));
}

#[test]
fn a_former_history_that_does_not_match_is_left_behind() {
    let dump = current(1);
    let mut manifest = manifest(&dump, &template("a:2"));
    manifest["spec"]["selector"] = json!({"matchLabels": {"app": "b"}});
    manifest["spec"]["template"]["metadata"]["labels"] = json!({"app": "b"});
    let report = recreated(&snapshot(dump.objects()), manifest);
    for name in ["a-h1", "a-h2"] {
        let row = revision_row(&report, name);
        assert_eq!(
            (row.claim, row.reason),
            (ClaimKind::Ignored, Code::ReleasedEarlier)
        );
    }
    assert_eq!(report.history.as_ref().unwrap().current, None);
}

#[test]
fn what_a_release_before_1_34_wrote_is_no_other_template() {
    let mut dump = current(1);
    let mut written = template("a:2");
    written["metadata"]["creationTimestamp"] = json!(null);
    dump.revisions = vec![revision(1, "h2", &written)];
    let report = report(dump.objects());
    let row = row(&report, "a-n1-new");
    // The controller makes a new revision, and the pod counts by its generation.
    assert_eq!(row.then, Some(Follows::CountsAsUpdated));
    assert_eq!(
        row.message.to_string(),
        "the DaemonSet controls it; it counts as updated by pod-template-generation 2 alone"
    );
    assert!(!revision_row(&report, "a-h2").holds_template);
    assert_eq!(codes(&report), []);
}

#[test]
fn whether_the_limit_sees_relabelled_pods_is_a_race() {
    let mut dump = Dump::new(1, 0);
    dump.ds["spec"]["revisionHistoryLimit"] = 0.into();
    dump.revisions
        .push(named(revision(3, "h3", &template("a:2")), "a-h3"));
    let report = report(dump.objects());
    let old = revision_row(&report, "a-h1");
    assert_eq!(old.then, None);
    assert!(
        old.message.to_string().contains("is a race"),
        "{}",
        old.message
    );
}
