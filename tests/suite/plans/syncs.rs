//! What one sync does, and what follows without waiting or doesn't follow at all.

use kubectl_ds::analysis::rollout::change::{ChangeKind, ObjectSource, RolloutChange};
use kubectl_ds::analysis::rollout::difference::describe;
use kubectl_ds::analysis::rollout::state::ChangeOutcome;
use kubectl_ds::analysis::rollout::{self, Rollout};
use kubectl_ds::apply::template_change::restart;
use serde_json::{Value, json};

use crate::analysed::snapshot_at;

use super::dump::{Dump, node, not_ready, pod};
use super::foreseen::plan;

fn codes(plan: &Value) -> Vec<&str> {
    let blockers = plan["blockers"].as_array().unwrap().iter();
    blockers.map(|b| b["code"].as_str().unwrap()).collect()
}

/// One sync takes 250 of them, and the next doesn't wait for their pods.
#[test]
fn more_than_one_sync_takes() {
    const WAVES: [&str; 5] = ["now", "later", "withoutWaiting", "batch", "batches"];
    let cases = [
        (json!("100%"), json!(0), [250, 370, 370, 620, 0]),
        (json!(300), json!(0), [250, 370, 50, 300, 2]),
        (json!(100), json!(0), [100, 520, 0, 100, 6]),
        (json!(250), json!(0), [250, 370, 0, 250, 2]),
        (json!(0), json!("100%"), [250, 370, 370, 620, 0]),
    ];
    for (max_unavailable, max_surge, waves) in cases {
        let dump = Dump::new(620, 0).budget(max_unavailable.clone(), max_surge);
        let said = plan(&dump, "plan a");
        let found = WAVES.map(|key| said["waves"][key].as_u64().unwrap());
        assert_eq!(found, waves, "maxUnavailable {max_unavailable}");
        let estimate = &said["waves"]["estimate"];
        let calls = 1 + waves[4];
        assert_eq!(estimate["seconds"], 20 * calls, "{estimate}");
    }
}

/// The failed pod is gone as soon as it is deleted, and the old one is replaced in the
/// same sync.
#[test]
fn a_failed_pod_beside_an_old_one() {
    let mut dump = Dump::new(3, 0);
    let mut failed = not_ready(pod("n1", 2));
    failed["status"]["phase"] = "Failed".into();
    dump.pods.push(failed);
    let said = plan(&dump, "plan a");
    assert_eq!(said["next"], "Manage");
    assert_eq!(said["manage"]["delete"][0]["pod"], "a-n1-new");
    assert_eq!(said["manage"]["deleteAtLeast"], 0);
    assert_eq!(said["update"]["delete"]["take"], 0);
    assert_eq!(
        said["updateAfterManage"]["delete"],
        json!({"certain": [], "candidates": ["a-n1-old", "a-n2-old", "a-n3-old"], "take": 1})
    );
    assert_eq!(said["waves"]["replace"], 3);
    assert_eq!(codes(&said), [""; 0]);
    // A finalizer holds it.
    let last = dump.pods.len() - 1;
    dump.pods[last]["metadata"]["finalizers"] = json!(["x/hold"]);
    let held = plan(&dump, "plan a");
    assert_eq!(held.get("updateAfterManage"), None);
    assert_eq!(codes(&held), ["PodFailed", "BudgetExhausted"]);
}

/// What the controller tries to create there fails, and it says nothing.
#[test]
fn nothing_is_created_in_a_terminating_namespace() {
    let terminating = |mut dump: Dump| {
        dump.others[1]["status"]["phase"] = "Terminating".into();
        dump
    };
    let mut dump = Dump::new(4, 4);
    dump.nodes.push(node("n5"));
    assert_eq!(plan(&dump, "plan a")["manage"]["createNow"], 1);
    let dump = terminating(dump);
    let said = plan(&dump, "plan a");
    assert_eq!(said["manage"]["create"], json!([]));
    assert_eq!(said["manage"]["createNow"], 0);
    assert_eq!(said["next"], "Waiting");
    assert_eq!(codes(&said)[0], "NamespaceTerminating");
    let said = plan(&terminating(Dump::new(4, 1)), "plan a");
    assert_eq!(codes(&said), ["NamespaceTerminating"]);
    let waves = ["replace", "loses", "now", "later", "batches"].map(|key| &said["waves"][key]);
    assert_eq!(waves, [0, 1, 1, 2, 0]);
    assert_eq!(said["waves"].get("estimate"), None);
    let said = plan(&terminating(Dump::new(4, 1).budget(0, 1)), "plan a");
    assert_eq!(said["update"]["create"]["take"], 0);
    assert_eq!(said["waves"]["now"], 0);
    assert_eq!(codes(&said)[0], "NamespaceTerminating");
}

/// What a restart comes to.
fn outcome(dump: &Dump) -> ChangeOutcome {
    let snapshot = &snapshot_at(&dump.objects(), "2026-01-01T02:00:00Z");
    let stored = &snapshot.daemon_sets[0];
    let target = &restart(stored, snapshot.now).unwrap().daemon_set;
    let obtained = ObjectSource::Local;
    let change: RolloutChange = describe(
        ChangeKind::Restart,
        obtained,
        Some(stored),
        target,
        snapshot,
    );
    let plan = rollout::plan(Rollout {
        snapshot,
        stored: Some(stored),
        target,
        change: Some(&change),
    });
    ChangeOutcome::new(&change, &plan.body)
}

#[test]
fn a_change_that_replaces_nothing_starts_no_rollout() {
    let starts = |held_up| ChangeOutcome::Rollout {
        to_older: false,
        held_up,
    };
    assert_eq!(outcome(&Dump::new(3, 3)), starts(false));
    // Files without any pod would tell nothing of pods.
    let without_pods = |mut dump: Dump| {
        dump.pods.truncate(1);
        dump.pods[0]["metadata"]["namespace"] = "other".into();
        dump
    };
    let nowhere = Dump::new(3, 3).with_spec("nodeSelector", json!({"no": "where"}));
    let nowhere = without_pods(nowhere);
    assert_eq!(outcome(&nowhere), ChangeOutcome::ReplacesNone);
    // Another has been deleted before, and holds the budget.
    let waiting = Dump::new(3, 3).pod(1, super::dump::terminating);
    assert_eq!(outcome(&waiting), starts(true));
    let missing = without_pods(Dump::new(3, 3));
    assert_eq!(outcome(&missing), ChangeOutcome::ManagesAlone);
}
