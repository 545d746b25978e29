//! What would move a rollout, and how much of it: only what does.

use kubectl_ds::analysis::rollout::plan::{BudgetKind, RemedyKind, Targets};
use kubectl_ds::analysis::rollout::{self, Rollout};
use serde_json::{Value, json};

use crate::analysed::snapshot_at;

use super::dump::{Dump, node, not_ready, pod, revision, template, terminating};
use super::follows_the_schema;

fn plan(dump: &Dump) -> Value {
    let (code, out, err) = crate::binary::ask(&dump.objects(), "plan a -o json");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let plan = serde_json::from_str(&out).unwrap();
    follows_the_schema("held up", &plan);
    plan
}

/// What would move the rollout.
fn remedies(dump: &Dump) -> Vec<RemedyKind> {
    let snapshot = &snapshot_at(&dump.objects(), "2026-01-01T02:00:00Z");
    let stored = &snapshot.daemon_sets[0];
    let plan = rollout::plan(Rollout {
        snapshot,
        stored: Some(stored),
        target: stored,
        change: None,
    });
    let remedies = plan.body.remedies.into_iter();
    remedies.map(|remedy| remedy.kind).collect()
}

fn targets(names: &[&str], enough: Option<usize>) -> Targets {
    Targets {
        names: names.iter().map(|&name| name.to_owned()).collect(),
        enough,
    }
}

/// One more than the nodes that use it.
fn max_unavailable(holders: &[&str], percent: u32) -> RemedyKind {
    RemedyKind::RaiseBudget {
        of: BudgetKind::Unavailable,
        least: holders.len() + 1,
        percent: Some(percent),
        holders: holders.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn commands(plan: &Value) -> Vec<&str> {
    let remedies = plan["remedies"].as_array().unwrap();
    remedies
        .iter()
        .filter_map(|r| r["command"].as_str())
        .collect()
}

fn codes(plan: &Value) -> Vec<&str> {
    let blockers = plan["blockers"].as_array().unwrap();
    blockers
        .iter()
        .map(|b| b["code"].as_str().unwrap())
        .collect()
}

/// The last `dead` of `nodes` nodes are dead, their pods as they are after `change`.
fn with_dead(nodes: usize, dead: usize, change: fn(Value) -> Value) -> Dump {
    let mut dump = Dump::new(nodes, 1);
    for number in nodes - dead + 1..=nodes {
        dump = dump.pod(number, |p| {
            let node = p["spec"]["nodeName"].as_str().unwrap().to_owned();
            not_ready(pod(&node, 2))
        });
        dump = dump.pod(number, change);
        dump.nodes[number - 1]["status"]["conditions"][0]["status"] = "Unknown".into();
        dump = dump.taint(number, "node.kubernetes.io/unreachable", "NoSchedule");
    }
    dump
}

fn tolerates_all(mut dump: Dump) -> Dump {
    dump.ds["spec"]["template"]["spec"]["tolerations"] = json!([{"operator": "Exists"}]);
    let template = &dump.ds["spec"]["template"];
    dump.revisions[1] = revision(2, "h2", template);
    dump
}

/// A pod that isn't ready and is on a node where none should run: its deletion frees the
/// budget, for none is made again.
#[test]
fn an_unready_pod_of_an_excluded_node_is_to_be_deleted() {
    let mut dump = Dump::new(5, 2)
        .pod(1, not_ready)
        .taint(1, "x", "NoSchedule");
    let said = plan(&dump);
    assert_eq!(said["next"], "Waiting");
    assert_eq!(said["budget"]["holders"][0]["node"], "n1");
    assert_eq!(said["budget"]["holders"][0]["shouldRun"], false);
    assert_eq!(codes(&said), ["PodNotReady", "BudgetExhausted"]);
    let delete = RemedyKind::DeletePods {
        pods: vec!["a-n1-new".to_owned()],
        nodes: targets(&["n1"], Some(1)),
    };
    assert_eq!(remedies(&dump), [delete, max_unavailable(&["n1"], 26)]);
    assert_eq!(commands(&said)[0], "kubectl delete pod a-n1-new -n default");
    dump.pods.remove(0);
    let said = plan(&dump);
    assert_eq!(said["next"], "Update");
    assert_eq!(said["budget"]["free"], 1);
}

/// On a node that should run one the deletion is for nothing: another takes its place.
#[test]
fn an_unready_pod_is_not_deleted_where_it_is_made_again() {
    let found = remedies(&Dump::new(5, 2).pod(1, not_ready));
    assert_eq!(found, [max_unavailable(&["n1"], 21)]);
    let going = Dump::new(5, 2)
        .pod(1, not_ready)
        .pod(1, terminating)
        .taint(1, "x", "NoSchedule");
    assert_eq!(remedies(&going), [max_unavailable(&["n1"], 26)]);
    let said = plan(&Dump::new(5, 2).pod(1, not_ready));
    assert_eq!(said["budget"]["holders"][0]["shouldRun"], true);
}

/// One of two is enough where two may be unavailable.
#[test]
fn how_many_unready_pods_are_to_be_deleted() {
    let dump = Dump::new(7, 3)
        .budget(2, 0)
        .pod(1, not_ready)
        .pod(2, not_ready)
        .taint(1, "x", "NoSchedule")
        .taint(2, "x", "NoSchedule");
    let delete = RemedyKind::DeletePods {
        pods: vec!["a-n1-new".to_owned(), "a-n2-new".to_owned()],
        nodes: targets(&["n1", "n2"], Some(1)),
    };
    assert_eq!(remedies(&dump)[0], delete);
    let said = plan(&dump);
    assert_eq!(commands(&said)[0], "kubectl delete pod a-n1-new -n default");
}

/// The garbage collector would remove the pod, and the controller make another.
#[test]
fn a_taint_that_the_agent_tolerates_frees_nothing() {
    let dump = tolerates_all(with_dead(5, 1, terminating));
    let said = plan(&dump);
    assert_eq!(codes(&said), ["NodeNotReady", "BudgetExhausted"]);
    assert_eq!(
        remedies(&dump),
        [
            RemedyKind::RecoverNodes(targets(&["n5"], Some(1))),
            max_unavailable(&["n5"], 21),
            RemedyKind::DeleteNodes(targets(&["n5"], Some(1))),
        ]
    );
}

#[test]
fn how_many_dead_nodes_it_takes() {
    let dump = with_dead(7, 3, terminating);
    let said = plan(&dump);
    let all = |enough| targets(&["n5", "n6", "n7"], enough);
    let pods = ["a-n5-new", "a-n6-new", "a-n7-new"].map(str::to_owned);
    let force = |nodes| RemedyKind::ForceDelete {
        pods: pods.to_vec(),
        nodes,
    };
    assert_eq!(
        remedies(&dump),
        [
            RemedyKind::RecoverNodes(all(Some(3))),
            max_unavailable(&["n5", "n6", "n7"], 76),
            force(all(Some(3))),
            RemedyKind::TaintOutOfService(all(Some(3))),
            RemedyKind::DeleteNodes(all(Some(3))),
        ]
    );
    assert_eq!(
        commands(&said)[2..],
        [
            "kubectl delete pod a-n5-new a-n6-new a-n7-new -n default --force --grace-period=0",
            "kubectl taint node n5 n6 n7 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
            "kubectl delete node n5 n6 n7",
        ]
    );
    let dump = with_dead(7, 3, terminating).budget(3, 0);
    let said = plan(&dump);
    assert_eq!(commands(&said)[0], "kubectl describe node n5");
    assert_eq!(commands(&said)[4], "kubectl delete node n5");
    assert_eq!(remedies(&dump)[0], RemedyKind::RecoverNodes(all(Some(1))));
    assert_eq!(remedies(&dump)[4], RemedyKind::DeleteNodes(all(Some(1))));
    // Another holds as much as there is.
    let found = remedies(&with_dead(7, 2, terminating).pod(1, not_ready));
    let both = || targets(&["n6", "n7"], None);
    assert_eq!(found[0], RemedyKind::RecoverNodes(both()));
    assert!(matches!(&found[2], RemedyKind::ForceDelete { nodes, .. } if *nodes == both()));
    assert_eq!(
        found[3..],
        [
            RemedyKind::TaintOutOfService(both()),
            RemedyKind::DeleteNodes(both()),
        ]
    );
}

/// 10% of 11 nodes are 2, of 10 only 1.
#[test]
fn a_percentage_is_of_fewer_nodes_then() {
    let dump = tolerates_all(with_dead(11, 2, terminating)).budget("10%", 0);
    let said = plan(&dump);
    assert_eq!(said["budget"]["allowed"], 2);
    assert_eq!(commands(&said)[2], "kubectl delete node n10 n11");
}

#[test]
fn when_waiting_is_enough() {
    let mut dump = Dump::new(6, 3);
    dump.ds["spec"]["minReadySeconds"] = 600.into();
    for (number, minute) in [(0, 54), (1, 55), (2, 56)] {
        dump.pods[number]["status"]["conditions"][0]["lastTransitionTime"] =
            format!("2026-01-01T01:{minute}:00Z").into();
    }
    let wait = RemedyKind::AwaitAvailability {
        pod: "a-n1-new".to_owned(),
        first: "2026-01-01T02:04:00Z".parse().unwrap(),
        pods: 3,
        enough: Some("2026-01-01T02:06:00Z".parse().unwrap()),
    };
    assert_eq!(remedies(&dump)[0], wait);
}

/// Under surge an old pod where none should run waits for other pods, not for room.
#[test]
fn more_surge_moves_no_pod_that_is_lost() {
    let mut dump = Dump::new(4, 3)
        .budget(0, 1)
        .pod(2, not_ready)
        .taint(4, "x", "NoSchedule");
    dump.pods[0] = pod("n1", 1);
    dump.pods.push(not_ready(pod("n1", 2)));
    let said = plan(&dump);
    assert_eq!(codes(&said), ["PodNotReady"]);
    assert_eq!(said["lost"][0]["pod"], "a-n4-old");
    assert_eq!(remedies(&dump), []);
    assert_eq!(said["waves"], Value::Null);
    assert_eq!(said["next"], "Waiting");
}

/// What else holds it up comes after the creates that fail, and isn't the first to mend.
#[test]
fn failing_creates_come_before_dead_nodes() {
    let mut dump = with_dead(5, 1, terminating);
    dump.nodes.push(node("n6"));
    dump.others.push(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "f", "namespace": "default"},
        "involvedObject": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "namespace": "default", "uid": "u"},
        "type": "Warning", "reason": "FailedCreate", "count": 3, "lastTimestamp": "2026-01-01T01:59:00Z",
        "message": "Error creating: exceeded quota"}));
    let said = plan(&dump);
    assert_eq!(said["next"], "Manage");
    assert_eq!(
        codes(&said),
        ["FailedCreate", "NodeNotReady", "BudgetExhausted"]
    );
    assert_eq!(remedies(&dump), [RemedyKind::LetCreatesSucceed]);
}

/// A failed pod that the controller deletes over and over doesn't hide what holds the rest up.
#[test]
fn a_failed_pod_hides_nothing() {
    let mut dump = with_dead(5, 1, terminating).pod(1, not_ready);
    dump.pods[0]["status"]["phase"] = "Failed".into();
    let said = plan(&dump);
    assert_eq!(said["next"], "Manage");
    assert_eq!(
        codes(&said),
        ["NodeNotReady", "PodFailed", "BudgetExhausted"]
    );
}

#[test]
fn host_ports_need_another_strategy() {
    let mut dump = Dump::new(3, 0).budget(0, 1);
    dump.ds["spec"]["template"]["spec"]["containers"][0]["ports"] =
        json!([{"containerPort": 1, "hostPort": 9100, "protocol": "TCP"}]);
    let mut before = dump.ds["spec"]["template"].clone();
    before["spec"]["containers"][0]["image"] = "a:1".into();
    dump.revisions = vec![
        revision(1, "h1", &before),
        revision(2, "h2", &dump.ds["spec"]["template"]),
    ];
    dump.pods.push(not_ready(pod("n1", 2)));
    let said = plan(&dump);
    assert_eq!(
        codes(&said),
        ["HostPortsUnderSurge", "PodNotReady", "BudgetExhausted"]
    );
    assert_eq!(
        remedies(&dump),
        [RemedyKind::WithoutSurge { in_manifest: false }]
    );
    assert_eq!(said["waves"]["estimate"], Value::Null);
}

#[test]
fn pods_of_nodes_that_are_gone_are_no_part_of_the_waves() {
    let mut dump = Dump::new(8, 0);
    for number in 6..=8 {
        dump = dump.pod(number, not_ready);
    }
    dump.nodes.truncate(5);
    let said = plan(&dump);
    assert_eq!(
        said["update"]["delete"]["certain"],
        json!(["a-n6-old", "a-n7-old", "a-n8-old"])
    );
    let waves = ["replace", "now", "later", "batch"].map(|key| &said["waves"][key]);
    assert_eq!(waves, [5, 0, 5, 1]);
    // Deleted already, they are waited for.
    for number in 6..=8 {
        dump = dump.pod(number, terminating);
    }
    let said = plan(&dump);
    assert_eq!(codes(&said), ["NodeMissing", "BudgetExhausted"]);
    assert_eq!(
        remedies(&dump)[0],
        RemedyKind::AwaitCollection { is_enough: true }
    );
}

/// No old pod is left to delete, and a new one isn't ready.
#[test]
fn under_on_delete_the_rest_is_waited_for() {
    let on_delete = json!({"type": "OnDelete"});
    let dump = Dump::new(3, 3)
        .strategy(on_delete.clone())
        .pod(2, not_ready);
    let said = plan(&dump);
    assert_eq!(codes(&said), ["PodNotReady"]);
    assert_eq!(said["next"], "Waiting");
    let said = plan(&Dump::new(3, 2).strategy(on_delete).pod(2, not_ready));
    assert_eq!(codes(&said), ["OldPodsWaitForAHand", "PodNotReady"]);
}

/// Of two old pods manage leaves one, and the rolling update replaces that.
#[test]
fn what_is_left_of_duplicates_is_replaced() {
    let mut dump = Dump::new(3, 1);
    let mut second = pod("n2", 1);
    second["metadata"]["name"] = "a-n2-second".into();
    dump.pods.push(second);
    let said = plan(&dump);
    assert_eq!(said["manage"]["delete"][0]["pod"], "a-n2-second");
    assert_eq!(said["waves"]["replace"], 2);
    // One that ended well isn't replaced, it is deleted and made again.
    let mut dump = Dump::new(3, 1);
    dump.pods[2]["status"]["phase"] = "Succeeded".into();
    let said = plan(&dump);
    assert_eq!(said["manage"]["delete"][0]["pod"], "a-n3-old");
    assert_eq!(said["waves"]["replace"], 1);
}

/// A number is known without the nodes, a percentage isn't.
#[test]
fn budgets_without_nodes() {
    let ask = |dump: Dump, question| {
        let mut dump = dump;
        dump.nodes.clear();
        crate::binary::ask(&dump.objects(), question)
    };
    let (code, out, _) = ask(Dump::new(3, 1), "plan a -o json");
    assert_eq!(code, Some(3));
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(said["strategy"]["maxUnavailable"], 1);
    let (_, out, _) = ask(Dump::new(3, 1).budget("10%", 0), "plan a -o wide");
    assert!(
        out.contains("maxUnavailable 10%, of how many nodes is unknown"),
        "{out}"
    );
    let (_, out, _) = ask(Dump::new(3, 1).budget("10%", 0), "plan a -o json");
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(said["strategy"]["maxUnavailable"], Value::Null);
}

/// There is nothing to go back to.
#[test]
fn undo_needs_a_revision() {
    let mut dump = Dump::new(3, 1).pod(1, super::dump::crashing);
    let undo = "kubectl rollout undo daemonset/a -n default";
    assert!(commands(&plan(&dump)).contains(&undo));
    dump.revisions = vec![revision(2, "h2", &template("a:2"))];
    assert!(!commands(&plan(&dump)).contains(&undo));
}
