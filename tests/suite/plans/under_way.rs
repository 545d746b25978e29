//! The rollout under way.

use serde_json::{Value, json};

use super::dump::{CREATED, Dump, crashing, node, not_ready, pod, revision, template, terminating};
use super::{Case, check};

fn old(numbers: impl IntoIterator<Item = usize>) -> Value {
    numbers.into_iter().map(|n| format!("a-n{n}-old")).collect()
}

fn ask(name: &str, dump: &Dump, code: i32, facts: Vec<(&str, Value)>) {
    check(Case {
        name,
        objects: dump.objects(),
        manifest: None,
        question: "plan a",
        code,
        facts,
    });
}

#[test]
fn one_of_many_is_next() {
    let facts = vec![
        ("/next", json!("Update")),
        (
            "/budget",
            json!({"of": "Unavailable", "allowed": 1, "used": 0, "free": 1, "holders": []}),
        ),
        (
            "/update/delete",
            json!({"certain": [], "candidates": old(2..=6), "take": 1}),
        ),
        ("/revision/state", json!("Current")),
        ("/revision/number", json!(2)),
        ("/waves/replace", json!(5)),
        ("/lost", json!([])),
        ("/blockers", json!([])),
        ("/clean", json!(false)),
        ("/change", json!("left out")),
    ];
    ask("under-way", &Dump::new(6, 1), 1, facts);
}

#[test]
fn all_that_are_left_are_certain() {
    let facts = vec![
        ("/budget/allowed", json!(2)),
        (
            "/update/delete",
            json!({"certain": old(5..=6), "candidates": [], "take": 0}),
        ),
    ];
    ask("certain", &Dump::new(6, 4).budget("25%", 0), 1, facts);
}

#[test]
fn a_crashing_new_pod_holds_it_up() {
    let dump = Dump::new(6, 1).pod(1, crashing);
    let facts = vec![
        ("/next", json!("Waiting")),
        ("/budget/used", json!(1)),
        ("/budget/free", json!(0)),
        ("/budget/holders/0/node", json!("n1")),
        ("/budget/holders/0/pod", json!("a-n1-new")),
        ("/budget/holders/0/reason", json!("ContainerWaiting")),
        (
            "/update/delete",
            json!({"certain": [], "candidates": [], "take": 0}),
        ),
        ("/blockers/0/code", json!("ContainerWaiting")),
        ("/waves/now", json!(0)),
    ];
    ask("held-up", &dump, 1, facts);
}

/// Unavailable old pods go whatever the budget is.
#[test]
fn unavailable_old_pods_are_certain() {
    let dump = Dump::new(6, 1).pod(3, not_ready).pod(5, not_ready);
    let facts = vec![
        ("/next", json!("Update")),
        ("/budget/used", json!(2)),
        ("/budget/free", json!(0)),
        (
            "/update/delete",
            json!({"certain": ["a-n3-old", "a-n5-old"], "candidates": [], "take": 0}),
        ),
        ("/update/unavailable", json!(["a-n3-old", "a-n5-old"])),
    ];
    ask("unavailable-old", &dump, 1, facts);
}

#[test]
fn a_taint_loses_pods() {
    let dump = Dump::new(6, 1)
        .taint(5, "x", "NoSchedule")
        .taint(6, "x", "NoSchedule");
    let facts = vec![
        ("/desired", json!(4)),
        ("/lost/0/node", json!("n5")),
        ("/lost/0/pod", json!("a-n5-old")),
        ("/lost/0/reasons/0/code", json!("UntoleratedNoSchedule")),
        ("/lost/0/recovers", json!(false)),
        ("/lost/1/node", json!("n6")),
        ("/lost/2", json!("left out")),
        (
            "/update/delete",
            json!({"certain": [], "candidates": old(2..=6), "take": 1}),
        ),
        ("/waves/replace", json!(3)),
    ];
    ask("lost", &dump, 1, facts);
}

#[test]
fn a_dead_node_holds_it_up() {
    let mut dump = Dump::new(6, 1).pod(6, not_ready).pod(6, terminating);
    dump.nodes[5]["status"]["conditions"][0]["status"] = "Unknown".into();
    dump = dump.taint(6, "node.kubernetes.io/unreachable", "NoSchedule");
    let facts = vec![
        ("/next", json!("Waiting")),
        ("/budget/holders/0/node", json!("n6")),
        ("/blockers/0/code", json!("NodeNotReady")),
        ("/blockers/0/node", json!("n6")),
    ];
    ask("dead-node", &dump, 1, facts);
}

/// The pod isn't asked to go yet: the rolling update deletes it, and while the node
/// is away none is made.
#[test]
fn a_node_that_is_away_loses_its_pod_until_it_is_back() {
    let mut dump = Dump::new(4, 1).pod(4, not_ready);
    dump.nodes[3]["status"]["conditions"][0]["status"] = "Unknown".into();
    dump = dump.taint(4, "node.kubernetes.io/unreachable", "NoSchedule");
    let facts = vec![
        ("/update/delete/certain", json!(["a-n4-old"])),
        ("/lost/0/node", json!("n4")),
        ("/lost/0/recovers", json!(true)),
        ("/lost/0/toleration", json!("left out")),
    ];
    ask("lost-until", &dump, 1, facts);
}

#[test]
fn on_delete_waits_for_a_hand() {
    let dump = Dump::new(6, 2).strategy(json!({"type": "OnDelete"}));
    let dump = dump.taint(6, "x", "NoSchedule");
    let facts = vec![
        ("/strategy/type", json!("OnDelete")),
        ("/budget", Value::Null),
        ("/next", json!("Waiting")),
        (
            "/old/0",
            json!({"node": "n3", "pod": "a-n3-old", "revision": 1, "remade": true}),
        ),
        ("/old/3/remade", json!(false)),
        ("/old/4", json!("left out")),
    ];
    ask("on-delete", &dump, 1, facts);
}

#[test]
fn surge_makes_second_pods() {
    let dump = Dump::new(6, 1).budget(0, 2);
    let facts = vec![
        ("/next", json!("Update")),
        ("/budget/of", json!("Surge")),
        ("/budget/allowed", json!(2)),
        (
            "/update/create",
            json!({"certain": [], "candidates": ["n2", "n3", "n4", "n5", "n6"], "take": 2}),
        ),
        (
            "/update/delete",
            json!({"certain": [], "candidates": [], "take": 0}),
        ),
    ];
    ask("surge", &dump, 1, facts);
}

/// The new pod is available, so the old one beside it goes, by manage.
#[test]
fn surge_ends_on_a_node() {
    let mut dump = Dump::new(4, 1).budget(0, 1);
    dump.pods.push(pod("n2", 2));
    let facts = vec![
        ("/next", json!("Manage")),
        ("/manage/delete/0/pod", json!("a-n2-old")),
        ("/manage/delete/0/reason", json!("ReplacedUnderSurge")),
        // Decided on the state as it is, and left to manage, which comes first.
        ("/update/delete/certain", json!(["a-n2-old"])),
        ("/updateAfterManage/delete/certain", json!([])),
    ];
    ask("surge-replaced", &dump, 1, facts);
}

#[test]
fn surge_fails_while_a_node_is_gone() {
    let mut dump = Dump::new(4, 1).budget(0, 1);
    dump.nodes.pop();
    let facts = vec![
        ("/blockers/0/code", json!("NodeGoneUnderSurge")),
        ("/blockers/0/node", json!("n4")),
    ];
    ask("surge-node-gone", &dump, 1, facts);
}

#[test]
fn manage_is_not_limited() {
    let mut dump = Dump::new(6, 6)
        .taint(5, "x", "NoExecute")
        .taint(6, "x", "NoExecute");
    dump.nodes.extend(["n7", "n8", "n9"].map(node));
    let facts = vec![
        ("/next", json!("Manage")),
        ("/manage/createNow", json!(3)),
        (
            "/manage/create/0",
            json!({"node": "n7", "reason": "PodMissing"}),
        ),
        ("/manage/delete/0/pod", json!("a-n5-new")),
        ("/manage/delete/0/reason", json!("NodeExcluded")),
        ("/manage/deleteAtLeast", json!(2)),
        ("/manage/deleteAtMost", json!(2)),
        ("/waves", Value::Null),
    ];
    ask("manage", &dump, 1, facts);
}

#[test]
fn a_failing_create_keeps_the_rolling_update_from_being_called() {
    let mut dump = Dump::new(4, 1).budget("100%", 0);
    dump.nodes.push(node("n5"));
    dump.others.push(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "f", "namespace": "default"},
        "involvedObject": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "namespace": "default", "uid": "u"},
        "type": "Warning", "reason": "FailedCreate", "count": 3, "lastTimestamp": "2026-01-01T01:59:00Z",
        "message": "Error creating: pods \"a-\" is forbidden: exceeded quota: q"}));
    let facts = vec![
        ("/blockers/0/code", json!("FailedCreate")),
        ("/waves/unavailableAtWorst", json!(4)),
        (
            "/manage/create",
            json!([{"node": "n5", "reason": "PodMissing"}]),
        ),
    ];
    ask("failing-create", &dump, 1, facts);
}

#[test]
fn min_ready_seconds_hold_it_up() {
    let mut dump = Dump::new(4, 1);
    dump.ds["spec"]["minReadySeconds"] = 600.into();
    dump.pods[0]["status"]["conditions"][0]["lastTransitionTime"] = "2026-01-01T01:55:00Z".into();
    let facts = vec![
        ("/strategy/minReadySeconds", json!(600)),
        ("/next", json!("Waiting")),
        ("/blockers/0/code", json!("PodNotYetAvailable")),
    ];
    ask("min-ready-seconds", &dump, 1, facts);
}

#[test]
fn nothing_is_left() {
    let facts = vec![
        ("/next", json!("None")),
        ("/clean", json!(true)),
        ("/old", json!([])),
        ("/waves", Value::Null),
        ("/blockers", json!([])),
        ("/remedies", json!([])),
    ];
    ask("none", &Dump::new(3, 3), 0, facts);
}

#[test]
fn labels_hide_drift() {
    let mut dump = Dump::new(3, 3);
    for pod in &mut dump.pods[1..] {
        pod["metadata"]["labels"]["controller-revision-hash"] = "h1".into();
        pod["spec"]["containers"][0]["image"] = "a:1".into();
    }
    dump.pods[2]["metadata"]["labels"]["controller-revision-hash"] = "h2".into();
    let facts = vec![
        ("/next", json!("None")),
        ("/clean", json!(false)),
        ("/drift/0/node", json!("n2")),
        ("/drift/0/by", json!("Generation")),
        (
            "/drift/0/images",
            json!({"agent": {"pod": "a:1", "template": "a:2"}}),
        ),
        ("/drift/1/node", json!("n3")),
        ("/drift/1/by", json!("Relabelled")),
        ("/drift/2", json!("left out")),
    ];
    ask("drift", &dump, 1, facts);
}

#[test]
fn a_duplicate_revision_relabels() {
    let mut dump = Dump::new(3, 1);
    dump.revisions.push(revision(3, "h3", &template("a:2")));
    let facts = vec![
        ("/revision/number", json!(3)),
        ("/revision/duplicates", json!(["a-h2"])),
    ];
    ask("duplicate", &dump, 1, facts);
}

/// The template has no revision yet: the controller hasn't seen the change.
#[test]
fn a_generation_that_is_not_observed() {
    let mut dump = Dump::new(3, 3);
    dump.ds["metadata"]["generation"] = 3.into();
    dump.ds["metadata"]["annotations"]["deprecated.daemonset.template.generation"] = "3".into();
    dump.ds["spec"]["template"] = template("a:3");
    let facts = vec![
        ("/revision/state", json!("New")),
        ("/revision/number", json!(3)),
        ("/blockers/0/code", json!("GenerationNotObserved")),
    ];
    ask("not-observed", &dump, 1, facts);
}

#[test]
fn a_daemon_set_that_is_being_deleted() {
    let mut dump = Dump::new(3, 1);
    dump.ds["metadata"]["deletionTimestamp"] = CREATED.into();
    dump.ds["metadata"]["finalizers"] = json!(["foregroundDeletion"]);
    let facts = vec![
        ("/blockers/0/code", json!("DaemonSetDeleting")),
        ("/manage/create", json!([])),
        ("/manage/delete", json!([])),
        ("/lost", json!([])),
        ("/waves", Value::Null),
    ];
    ask("deleting", &dump, 1, facts);
}

/// What a file doesn't hold is unknown.
#[test]
fn unknown_revisions() {
    let mut dump = Dump::new(3, 1);
    dump.revisions.clear();
    let facts = vec![
        ("/revision", Value::Null),
        ("/drift", Value::Null),
        ("/next", Value::Null),
        ("/update", Value::Null),
        ("/old", Value::Null),
        ("/lost", Value::Null),
        ("/incomplete/0/resource", json!("controllerrevisions")),
        ("/clean", Value::Null),
        ("/desired", json!(3)),
    ];
    ask("unknown-revisions", &dump, 3, facts);
}

/// One sync deletes 250 pods at most, and which ones nobody can tell.
#[test]
fn more_than_one_sync_does() {
    let mut dump = Dump::new(300, 0);
    for pod in &mut dump.pods {
        *pod = not_ready(pod.take());
    }
    dump.nodes
        .extend((301..=560).map(|n| node(&format!("n{n}"))));
    let mut all: Vec<_> = (1..=300).map(|n| format!("a-n{n}-old")).collect();
    all.sort();
    let facts = vec![
        ("/manage/createNow", json!(250)),
        ("/update/delete/take", json!(250)),
        ("/update/delete/certain", json!([])),
        ("/update/delete/candidates", json!(all)),
    ];
    ask("cap", &dump, 1, facts);
}
