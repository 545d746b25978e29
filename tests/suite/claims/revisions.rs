//! Each reason of a revision, what follows, and what becomes of the history.

use kubectl_ds::analysis::claims::outcome::{
    CountedAsUpdated, Follows, PodOutcome, RevisionOutcome, RevisionUnknown,
};
use kubectl_ds::analysis::claims::report::{ClaimKind, ClaimReport, RevisionClaim};
use kubectl_ds::analysis::reason::{Code, HistoryRewrite, Reason};
use serde_json::json;

use crate::plans::dump::{Dump, revision, template, terminating};

use super::{
    controller, current, labelled, manifest, named, of_snapshot, of_the_first, owned_by, recreated,
    report, row, snapshot,
};

fn revision_row<'r>(report: &'r ClaimReport, name: &str) -> &'r RevisionClaim {
    let mut rows = report.revisions.iter().flatten();
    rows.find(|row| row.name == name)
        .unwrap_or_else(|| panic!("no revision {name} in {report:#?}"))
}

fn codes(report: &ClaimReport) -> Vec<Code> {
    report.findings.iter().map(|f| f.code()).collect()
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
            (row.claim, row.reason.code(), row.then()),
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
        (row.claim, row.reason.code(), row.then())
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
    let only = |name: &str| vec![name.to_owned()];
    let rewrite = HistoryRewrite {
        adopted: only("a-orphan"),
        released: only("a-let-go"),
        renumbered: only("a-h2"),
        number: 10,
        ..HistoryRewrite::default()
    };
    assert_eq!(report.findings[0], Reason::HistoryRewritten(rewrite));
    let renumbered = revision_row(&report, "a-h2");
    assert_eq!(
        (renumbered.then(), renumbered.renumbered_to()),
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
        (kept.claim, kept.then()),
        (ClaimKind::Adopt, Some(Follows::Kept))
    );
    let lower = revision_row(&report, "a-h2");
    assert_eq!(lower.then(), Some(Follows::DeletedAsDuplicate));
    assert_eq!(
        codes(&report),
        [Code::DuplicateRevisions, Code::HistoryRewritten]
    );
    let duplicates = Reason::DuplicateRevisions {
        kept: vec!["a-h3".to_owned()],
        others: vec!["a-h2".to_owned()],
        relabelled: 2,
        relabelled_old: 1,
    };
    assert_eq!(report.findings[0], duplicates);
    assert_eq!(report.history.as_ref().unwrap().relabelled, Some(2));
    let old = row(&report, "a-n2-old");
    let runs = Some(of_the_first());
    assert_eq!(old.outcome, PodOutcome::Relabelled { runs });
}

#[test]
fn of_tied_duplicates_it_is_open_which_is_kept() {
    let mut dump = current(1);
    dump.revisions
        .push(named(revision(2, "h3", &template("a:2")), "a-h3"));
    let report = report(dump.objects());
    for name in ["a-h2", "a-h3"] {
        let tied = RevisionOutcome::Unknown(RevisionUnknown::Tied);
        assert_eq!(revision_row(&report, name).outcome, tied);
    }
    let duplicates = Reason::DuplicateRevisions {
        kept: vec!["a-h3".to_owned(), "a-h2".to_owned()],
        others: Vec::new(),
        relabelled: 0,
        relabelled_old: 0,
    };
    assert_eq!(report.findings[0], duplicates);
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
    let of = |report: &ClaimReport, name: &str| revision_row(report, name).then();
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
        revision_row(&report, "a-o0").then(),
        Some(Follows::DeletedByHistoryLimit)
    );
    for name in ["a-o1", "a-o2"] {
        let tied = RevisionOutcome::Unknown(RevisionUnknown::TiedAtLimit);
        assert_eq!(revision_row(&report, name).outcome, tied);
    }
    assert_eq!(revision_row(&report, "a-o3").then(), Some(Follows::Kept));
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
            (row.claim, row.reason.code()),
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
    let by_generation = CountedAsUpdated::ByGeneration {
        generation: "2".to_owned(),
        runs: None,
    };
    assert_eq!(row.outcome, PodOutcome::CountsAsUpdated(by_generation));
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
    let race = RevisionOutcome::Unknown(RevisionUnknown::Relabelling);
    assert_eq!(old.outcome, race);
}
