//! Sentences about claims, by their facts.

use jiff::Timestamp;

use crate::analysis::claims::outcome::{
    CountedAsUpdated, KeptBecause, OtherTemplate, PodOutcome, PodUnknown, Replacement,
    RevisionOutcome, RevisionUnknown,
};
use crate::analysis::claims::remedy::ClaimRemedyKind;
use crate::analysis::claims::report::{
    AdoptedByOther, AdoptedFromOther, AdoptedObjects, ClaimKind, Overlap, PodClaim, RevisionClaim,
};
use crate::analysis::reason::{
    Creator, HistoryRewrite, LabelMismatch, ObjectRef, Origin, Reason, Released,
};
use crate::model::WorkloadKind;
use crate::words::reason::sentence;

use super::{overlap, pod_message, pod_then, remedy, revision_message, revision_then, risk};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        kind: kind.to_owned(),
        name: name.to_owned(),
    }
}

fn runs() -> OtherTemplate {
    OtherTemplate {
        revision: Some(1),
        images: vec!["a:1".to_owned()],
    }
}

fn pod(claim: ClaimKind, reason: Reason, outcome: PodOutcome) -> PodClaim {
    PodClaim {
        name: "p".to_owned(),
        node: Some("n1".to_owned()),
        claim,
        reason,
        owner: None,
        outcome,
        may_be_adopted_by: None,
        revision: None,
    }
}

fn adopted(outcome: PodOutcome) -> PodClaim {
    let reason = Reason::OrphanedPod {
        may_be_released: false,
        origin: Origin::Revision(1),
    };
    pod(ClaimKind::Adopt, reason, outcome)
}

#[track_caller]
fn says(pod: &PodClaim, message: &str) {
    assert_eq!(pod_message(pod, NOW).as_str(), message);
}

#[test]
fn why_a_pod_is_claimed_or_is_not() {
    let kept = || PodOutcome::Kept(KeptBecause::NotOurs);
    let owner = || object("Robot", "r");
    let mismatch = || LabelMismatch {
        key: "app".to_owned(),
        wanted: "a".to_owned(),
        found: Some("debug".to_owned()),
    };
    let cases = [
        (
            Reason::OrphanedPod {
                may_be_released: true,
                origin: Origin::Gone,
            },
            "orphan of a DaemonSet that released it or was deleted (its revision is gone): it matches the selector and is adopted at the next sync",
        ),
        (
            Reason::BarePod {
                maker: Creator::Job,
            },
            "orphan of a Job: it matches the selector and is adopted at the next sync",
        ),
        (
            Reason::OwnerWithoutController {
                owner: owner(),
                owners_are_gone: Some(false),
            },
            "its owner reference to Robot r doesn't say `controller: true`, so nothing controls it: it matches the selector and is adopted at the next sync",
        ),
        (
            Reason::ReleasedEarlier(Released::Pod {
                mismatch: Some(LabelMismatch {
                    found: None,
                    ..mismatch()
                }),
                origin: Origin::Unknown,
            }),
            "orphan whose labels don't match (it has no label app): it was released or relabelled",
        ),
        (
            Reason::ReleasedEarlier(Released::FormerPod {
                mismatch: Some(mismatch()),
            }),
            "orphan once the stored DaemonSet is deleted without its pods; its labels don't match (app is debug, not a)",
        ),
        (
            Reason::OwnerLetsGo { owner: owner() },
            "Robot r controls it, but its labels no longer match that one's selector: it is released, then adopted",
        ),
        (
            Reason::OtherController { owner: owner() },
            "Robot r controls it, and so it is left alone",
        ),
        (
            Reason::OwnerGone { owner: owner() },
            "its controller, Robot r, doesn't exist any more",
        ),
        (
            Reason::StaticPod {
                node: "n1".to_owned(),
            },
            "the mirror of a static pod of Node n1, whose kubelet alone decides about it",
        ),
        (
            Reason::OtherIdentity { owner: owner() },
            "its owner reference has the DaemonSet's UID and says Robot r: the controller doesn't see it",
        ),
        (
            Reason::DaemonSetDeleting { since: None },
            "orphan that matches; the DaemonSet is being deleted, so it isn't adopted",
        ),
    ];
    for (reason, message) in cases {
        says(&pod(ClaimKind::Ignored, reason, kept()), message);
    }
}

#[test]
fn what_follows_for_a_pod_is_said_beside_its_name() {
    let stays = Some("old".to_owned());
    let cases = [
        (
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration {
                generation: "2".to_owned(),
                runs: Some(runs()),
            }),
            "counts as updated by pod-template-generation 2 alone, though it runs the template of revision 1 (image a:1)",
        ),
        (
            PodOutcome::Replaced {
                runs: runs(),
                by: Replacement::Pod("new".to_owned()),
            },
            "is old (revision 1, image a:1): pod new takes its place on node n1, and it is deleted",
        ),
        (
            PodOutcome::DeletedAsDuplicate { stays },
            "node n1 has pod old too, which stays: it is deleted as a duplicate",
        ),
        (
            PodOutcome::Unknown(PodUnknown::NewHash { on_delete: false }),
            "carries the hash of a revision that the DaemonSet doesn't have; if the new revision gets the same, it counts as updated, else the rollout replaces it",
        ),
        // Even where there is nothing to report, a word is printed.
        (PodOutcome::Kept(KeptBecause::NotOurs), "left as it is"),
    ];
    for (outcome, then) in cases {
        assert_eq!(pod_then(&adopted(outcome)).as_str(), then);
    }
}

#[test]
fn what_follows_may_come_to_nothing() {
    let mut contested = adopted(PodOutcome::LeftBesideNew);
    contested.may_be_adopted_by = Some(object("ReplicaSet", "w"));
    let start = "orphan of a deleted DaemonSet (revision 1): it matches the selector and is adopted at the next sync; it runs on without a controller, and node n1 gets another pod";
    says(
        &contested,
        &format!(
            "{start}; all that unless ReplicaSet w, whose selector matches it too, adopts it first"
        ),
    );
    let mut collected = adopted(PodOutcome::Unknown(PodUnknown::Unread));
    collected.reason = Reason::OwnerWithoutController {
        owner: object("Node", "gone"),
        owners_are_gone: Some(true),
    };
    assert_eq!(
        pod_then(&collected).as_str(),
        "what follows isn't known without what couldn't be read; all that unless the garbage collector deletes it before, as no owner of it exists"
    );
}

#[test]
fn what_follows_for_a_revision_is_not_said_twice_in_a_table() {
    let of = |claim, is_labelled, outcome| RevisionClaim {
        name: "a-h1".to_owned(),
        revision: 1,
        claim,
        reason: Reason::Controlled,
        owner: None,
        outcome,
        is_labelled,
        holds_template: true,
        restores_template: true,
    };
    let current = RevisionOutcome::Kept { is_current: true };
    let plain = of(ClaimKind::Owned, false, current.clone());
    assert_eq!(
        revision_message(&plain, NOW).as_str(),
        "the DaemonSet controls it; it holds the template"
    );
    assert_eq!(revision_then(&plain, NOW).as_str(), "left as it is");
    let labelled = of(ClaimKind::Owned, true, current);
    assert_eq!(
        revision_then(&labelled, NOW).as_str(),
        "it has no hash label and gets its name as one; it holds the template"
    );
    let race = RevisionOutcome::Unknown(RevisionUnknown::Relabelling);
    assert_eq!(
        revision_then(&of(ClaimKind::Owned, false, race), NOW).as_str(),
        "its pods get the hash of the revision that is kept; whether revisionHistoryLimit then ends it in the same sync is a race"
    );
}

#[test]
fn what_is_said_of_the_daemon_set() {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let cases = [
        (
            Reason::GenerationTrap {
                pods: names(&["p", "q"]),
                generation: "1".to_owned(),
                images: vec![names(&["a:2"]), names(&["a:2"]), names(&["a:1", "b:1"])],
                on_delete: false,
            },
            "2 pods count as updated by pod-template-generation 1 alone, on another template (image a:2, images a:1, b:1): nothing replaces them, and kubectl rollout status says success: p, q",
        ),
        (
            Reason::GenerationTrap {
                pods: names(&["p"]),
                generation: "1".to_owned(),
                images: Vec::new(),
                on_delete: true,
            },
            "1 pod counts as updated by pod-template-generation 1 alone, on another template: the status counts it as updated, and under OnDelete nothing replaces it: p",
        ),
        (
            Reason::DuplicateRevisions {
                kept: names(&["a-h3"]),
                others: names(&["a-h2"]),
                relabelled: 2,
                relabelled_old: 1,
            },
            "a-h2 and a-h3 hold the template: a-h3 is kept, the rest is deleted; 2 pods get its controller-revision-hash and aren't restarted, 1 of them on another template: nothing replaces those then, but for what that very sync still finds with the old label in its cache",
        ),
        (
            Reason::DuplicateRevisions {
                kept: names(&["a-h3", "a-h2"]),
                others: Vec::new(),
                relabelled: 0,
                relabelled_old: 0,
            },
            "a-h3, a-h2 hold the template and have one number: one of them is kept, the controller's cache decides which",
        ),
        (
            Reason::HistoryRewritten(HistoryRewrite {
                adopted: names(&["a-orphan"]),
                renumbered: names(&["a-h2"]),
                number: 10,
                ..HistoryRewrite::default()
            }),
            "the next sync rewrites the history: it adopts a-orphan; gives the number 10 to a-h2",
        ),
        (
            Reason::SelectorOverlap {
                controllers: vec![object("Job", "w")],
            },
            "its selector overlaps with those of Job w",
        ),
    ];
    for (reason, text) in cases {
        assert_eq!(sentence(&reason, NOW).as_str(), text);
    }
}

#[test]
fn each_side_of_an_overlap_is_said() {
    let of = |takes, taken| Overlap {
        kind: WorkloadKind::StatefulSet,
        name: "w".to_owned(),
        owner: None,
        takes,
        taken,
    };
    assert_eq!(
        overlap(&of(Some(AdoptedByOther::NothingFinished), None)).as_str(),
        "its selector matches this DaemonSet's pods; it has finished, and adopts nothing any more: w is no danger"
    );
    let taken = AdoptedFromOther {
        what: AdoptedObjects::PodsAndRevisions,
        on_delete: true,
        surges: false,
    };
    assert_eq!(
        overlap(&of(Some(AdoptedByOther::OwnNames), Some(taken))).as_str(),
        "its selector matches this DaemonSet's pods; it takes over only those named w-NUMBER, but every orphaned ControllerRevision that matches, of a DaemonSet too; this DaemonSet's selector matches its pods: orphans of it are adopted; they aren't of this DaemonSet's template: under OnDelete they stay until somebody deletes them, and where a node has a pod of its own too, the younger of the two is deleted as a duplicate; its orphaned ControllerRevisions that match are adopted too"
    );
}

#[test]
fn a_remedy_says_what_it_risks() {
    let kind = ClaimRemedyKind::KeepOut {
        pods: vec!["p".to_owned()],
        label: "app".to_owned(),
        once_deleted: true,
    };
    assert_eq!(
        remedy(&kind).as_str(),
        "Keep pod p out of the DaemonSet: remove its label app, after you delete the stored DaemonSet with --cascade=orphan and before you create the new one."
    );
    let risks = risk(&kind);
    assert_eq!(
        risks.as_ref().map(super::Sentence::as_str),
        Some("the pod keeps running without a controller, and Services that select by app lose it")
    );
    assert_eq!(risk(&ClaimRemedyKind::ListPods), None);
    let annotation = remedy(&ClaimRemedyKind::SetGeneration { generation: 3 });
    assert!(
        annotation
            .as_str()
            .contains("add the annotation deprecated.daemonset.template.generation: \"3\",")
    );
}
