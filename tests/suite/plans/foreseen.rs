//! What will hold a rollout up is said before it does, and before anything is applied.

use serde_json::{Value, json};

use super::dump::{Dump, node, not_ready, revision, terminating};
use super::follows_the_schema;

/// What `question` answers of a dump, by the schema.
pub(super) fn plan(dump: &Dump, question: &str) -> Value {
    let (code, out, err) = crate::binary::ask(&dump.objects(), &format!("{question} -o json"));
    assert_eq!((code, err.as_str()), (Some(0), ""), "{question}");
    let plan = serde_json::from_str(&out).unwrap();
    follows_the_schema(question, &plan);
    plan
}

/// What is foreseen: the codes, each with whether it is certain.
fn foreseen(plan: &Value) -> Vec<(&str, bool)> {
    let foreseen = plan["foreseen"].as_array().unwrap().iter();
    foreseen
        .map(|f| (f["code"].as_str().unwrap(), f["certain"] == true))
        .collect()
}

fn has_estimate(plan: &Value) -> bool {
    plan["waves"].get("estimate").is_some()
}

const DEAD: [(&str, bool); 2] = [("NodeNotReady", true), ("BudgetExhausted", true)];

/// Its pod is deleted, for it isn't available, and can't terminate.
#[test]
fn a_dead_node_before_a_rollout() {
    let dump = Dump::new(6, 6).dead(6);
    for question in ["plan a --restart", "plan a --set-image agent=a:3"] {
        let said = plan(&dump, question);
        assert_eq!(said["next"], "Update");
        assert_eq!(said["update"]["delete"]["certain"], json!(["a-n6-new"]));
        assert_eq!(said["blockers"], json!([]));
        assert_eq!(foreseen(&said), DEAD, "{question}");
        assert_eq!(said["foreseen"][0]["nodes"], json!(["n6"]));
        assert_eq!(said["foreseen"][0]["pod"], "a-n6-new");
        assert_eq!(said["foreseen"][1]["nodes"], json!([]));
        assert!(!has_estimate(&said), "{said}");
        let commands: Vec<_> = said["remedies"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|r| r["command"].as_str())
            .collect();
        assert_eq!(commands.len(), 5, "{commands:?}");
        assert_eq!(commands[0], "kubectl describe node n6");
        assert_eq!(
            [commands[2], commands[4]],
            [
                "kubectl delete pod a-n6-new -n default --force --grace-period=0",
                "kubectl delete node n6"
            ]
        );
        assert!(
            commands[1].contains(r#""maxUnavailable":2"#),
            "{commands:?}"
        );
    }
    // Under way it is the same, as long as the pod isn't deleted.
    let under_way = plan(&Dump::new(6, 1).dead(6), "plan a");
    assert_eq!(foreseen(&under_way), DEAD);
    // Once it is, it holds the rollout up now.
    let held_up = plan(&Dump::new(6, 1).dead(6).pod(6, terminating), "plan a");
    assert_eq!(foreseen(&held_up), []);
    assert_eq!(held_up["blockers"][0]["code"], "NodeNotReady");
    assert!(!has_estimate(&held_up), "{held_up}");
}

#[test]
fn what_a_larger_budget_leaves() {
    let with_room = plan(&Dump::new(6, 6).dead(6).budget(2, 0), "plan a --restart");
    assert_eq!(foreseen(&with_room), []);
    assert!(has_estimate(&with_room), "{with_room}");
    let two = plan(
        &Dump::new(6, 6).dead(6).dead(5).budget(2, 0),
        "plan a --restart",
    );
    assert_eq!(foreseen(&two), DEAD);
    assert_eq!(two["foreseen"][0]["nodes"], json!(["n5", "n6"]));
    // Where the agent should run there too, its rollout never ends.
    let tolerates = Dump::new(6, 6)
        .dead(6)
        .budget(2, 0)
        .with_spec("tolerations", json!([{"operator": "Exists"}]));
    let said = plan(&tolerates, "plan a --restart");
    assert_eq!(foreseen(&said), [("NodeNotReady", true)]);
    assert!(!has_estimate(&said), "{said}");
}

/// A kubelet that says that its node isn't ready may still stop pods.
#[test]
fn a_node_whose_kubelet_answers() {
    let mut dump = Dump::new(6, 6).dead(6);
    dump.nodes[5]["status"]["conditions"][0]["status"] = "False".into();
    let said = plan(&dump, "plan a --restart");
    assert_eq!(
        foreseen(&said),
        [("NodeNotReady", false), ("BudgetExhausted", false)]
    );
    assert!(has_estimate(&said), "{said}");
}

/// The pod garbage collector removes what terminates there.
#[test]
fn a_node_that_is_out_of_service() {
    let mut dump = Dump::new(6, 6).dead(6);
    dump.nodes[5]["spec"]["taints"] = json!([
        {"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"},
    ]);
    assert_eq!(foreseen(&plan(&dump, "plan a --restart")), []);
}

/// The kubelet turns new pods away, but for critical ones.
#[test]
fn a_node_under_pressure() {
    let under = |key: &str| Dump::new(6, 6).taint(6, key, "NoSchedule");
    let disk = "node.kubernetes.io/disk-pressure";
    let restart = |dump: Dump| plan(&dump, "plan a --restart");
    for dump in [under(disk), under(disk).budget(0, 1)] {
        let said = restart(dump);
        assert_eq!(
            foreseen(&said),
            [("NodeUnderPressure", true), ("BudgetExhausted", false)]
        );
        assert_eq!(said["foreseen"][0]["nodes"], json!(["n6"]));
        assert_eq!(said["remedies"][0]["command"], "kubectl describe node n6");
        assert!(!has_estimate(&said), "{said}");
    }
    let unavailable = restart(under(disk).budget(0, 1).pod(6, not_ready));
    assert_eq!(foreseen(&unavailable), [("NodeUnderPressure", true)]);
    let pids = restart(under("node.kubernetes.io/pid-pressure").budget(2, 0));
    assert_eq!(foreseen(&pids), [("NodeUnderPressure", true)]);
    let memory = restart(under("node.kubernetes.io/memory-pressure"));
    assert_eq!(foreseen(&memory), []);
    let critical = under(disk).with_spec("priorityClassName", json!("system-node-critical"));
    assert_eq!(foreseen(&restart(critical)), []);
}

/// One that was turned away is told by the pressure, not by the pod.
#[test]
fn an_evicted_pod_holds_the_budget() {
    let mut dump = Dump::new(6, 1).taint(1, "node.kubernetes.io/disk-pressure", "NoSchedule");
    dump.pods[0]["status"] = json!({"phase": "Failed", "reason": "Evicted",
        "message": "Pod was rejected: The node had condition: [DiskPressure]."});
    let said = plan(&dump, "plan a");
    assert_eq!(said["budget"]["holders"][0]["reason"], "NodeUnderPressure");
    assert_eq!(said["blockers"][0]["code"], "NodeUnderPressure");
    assert_eq!(said["remedies"][0]["command"], "kubectl describe node n1");
    dump.nodes[0] = node("n1");
    let said = plan(&dump, "plan a");
    assert_eq!(said["blockers"][0]["code"], "PodFailed");
}

/// The budget that is to be tried makes pods that never fit.
#[test]
fn surge_to_be_tried_beside_a_host_port() {
    let mut dump = Dump::new(3, 1);
    for (number, image) in [(0, "a:1"), (1, "a:2")] {
        let mut template = dump.ds["spec"]["template"].clone();
        template["spec"]["containers"][0]["image"] = image.into();
        template["spec"]["containers"][0]["ports"] =
            json!([{"containerPort": 9100, "hostPort": 9100, "protocol": "TCP"}]);
        dump.revisions[number] = revision(number as i64 + 1, ["h1", "h2"][number], &template);
        dump.ds["spec"]["template"] = template;
    }
    let question = "plan a --max-unavailable 0 --max-surge 1";
    let said = plan(&dump, question);
    assert_eq!(foreseen(&said["today"]), []);
    assert_eq!(foreseen(&said["then"]), [("HostPortsUnderSurge", true)]);
    assert!(!has_estimate(&said["then"]), "{said}");
}

/// A new pod that crashes while others still go.
#[test]
fn a_crashing_pod_beside_room() {
    let dump = Dump::new(6, 2).budget(2, 0).pod(1, super::dump::crashing);
    let said = plan(&dump, "plan a");
    assert_eq!(said["next"], "Update");
    assert_eq!(foreseen(&said), [("ContainerWaiting", false)]);
    assert!(has_estimate(&said), "{said}");
}
