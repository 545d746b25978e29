//! Changes of nodes, and nodes that aren't there yet.

use kubectl_ds::analysis::basis::Note;
use kubectl_ds::model::node_change::NodeChange;
use serde_json::{Value, json};

use super::{daemonset, node, pod, states, world};
use crate::binary::{kubectl_ds, stderr, stdout};

#[test]
fn a_what_if_of_all_daemonsets_at_once() {
    let report = world().json("node n --taint t- --label no=where");
    let names = |effect: &str| -> Vec<String> {
        let list = report["effects"][effect].as_array().unwrap();
        let name = |a: &Value| a["name"].as_str().unwrap().to_owned();
        list.iter().map(name).collect()
    };
    assert_eq!(names("start"), ["excluded"]);
    assert!(names("stop").is_empty() && names("stay").is_empty());
    assert_eq!(names("keep"), ["lost", "lost-by-hand", "stops"]);
    let then = states(&report["then"]);
    assert_eq!(then[2], ("lost", "Runs"));
    assert_eq!(then[6], ("stops", "Runs"));
    let (_, text) = world().ask("node n --taint t- --label no=where -o wide");
    let row = |name: &str| {
        let mut lines = text.lines().filter(|l| l.starts_with("default "));
        let line = lines.find(|l| l.contains(name)).unwrap();
        line.split("  ")
            .map(str::trim)
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
    };
    assert_eq!(row(" excluded ")[2..4], ["excluded", "would start"]);
    // The change leaves it as it is.
    assert_eq!(row(" starts ")[2..4], ["missing", "missing"]);
    let report = world().json("node n --taint x:NoExecute");
    let stop = report["effects"]["stop"].to_string();
    assert!(stop.contains(r#""pod":"lost-x""#), "{stop}");
    assert!(!stop.contains("runs-x"), "{stop}");
    assert_eq!(report["then"]["requests"]["cpu"], "800m");
}

/// A pod that has ended is deleted either way; what changes is whether another is made.
#[test]
fn what_has_ended_neither_stays_nor_stops() {
    let mut world = world();
    world.nodes = vec![node("n", json!({}), json!({}))];
    world.daemon_sets = ["ended", "going", "none"]
        .map(|n| daemonset(n, json!({}), json!({}), "RollingUpdate"))
        .to_vec();
    let (mut ended, mut going) = (pod("ended", "n"), pod("going", "n"));
    ended["status"]["phase"] = "Failed".into();
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
    world.pods = vec![ended, going];
    let all = json!([
        {"namespace": "default", "name": "ended"}, {"namespace": "default", "name": "going"},
        {"namespace": "default", "name": "none"},
    ]);
    for effect in ["NoSchedule", "NoExecute"] {
        let question = format!("node n --taint x:{effect}");
        let effects = world.json(&question)["effects"].clone();
        assert_eq!(effects["noLongerStart"], all, "{question}");
        assert_eq!(
            (&effects["stay"], &effects["stop"]),
            (&json!([]), &json!([]))
        );
        let (code, text) = world.ask(&format!("{question} --exit-code"));
        assert_eq!(code, Some(1), "{text}");
    }
    world.nodes = vec![node(
        "n",
        json!({"taints": [{"key": "x", "effect": "NoSchedule"}]}),
        json!({}),
    )];
    assert_eq!(world.json("node n --taint x-")["effects"]["start"], all);
}

/// The controller does nothing for it, and taint eviction doesn't ask the controller.
#[test]
fn pods_of_a_daemonset_that_is_being_deleted() {
    let mut world = world();
    world.pods.push(pod("deleting", "n"));
    world.daemon_sets[0]["spec"]["template"]["spec"]["tolerations"] =
        json!([{"key": "t", "operator": "Exists"}]);
    let then = |change: &str| {
        let report = world.json(&format!("node n {change}"));
        let state = report["then"]["daemonSets"][0]["state"].clone();
        let stop = report["effects"]["stop"].to_string();
        (state, stop.contains("deleting-x"))
    };
    assert_eq!(then("--taint x:NoSchedule"), ("Held".into(), false));
    assert_eq!(then("--taint x:NoExecute"), ("WouldStop".into(), true));
    assert_eq!(then("--label a=b"), ("Runs".into(), false));
}

/// Seconds that a toleration gives are no reason to stay away, but the pod comes and goes.
#[test]
fn eviction_again_and_again_is_named() {
    let mut world = world();
    let seconds = json!({"tolerations": [
        {"key": "t", "operator": "Exists"},
        {"key": "x", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60},
    ]});
    world.daemon_sets = vec![daemonset("runs", json!({}), seconds, "RollingUpdate")];
    world.pods = vec![pod("runs", "n")];
    let report = world.json("node n --taint x:NoExecute");
    assert_eq!(report["effects"]["evicted"][0]["name"], "runs");
    let (code, _) = world.ask("node n --taint x:NoExecute --exit-code");
    assert_eq!(code, Some(1));
}

/// What isn't there yet needs no nodes and no pods, and nothing is missing without them.
#[test]
fn a_planned_node_needs_no_nodes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ds.json");
    let sets =
        json!({"apiVersion": "apps/v1", "kind": "DaemonSetList", "items": world().daemon_sets});
    std::fs::write(&file, sets.to_string()).unwrap();
    let planned = folder.path().join("node.json");
    let two = json!({"apiVersion": "v1", "kind": "List", "items": [
        node("b", json!({}), json!({"no": "where"})), node("a", json!({}), json!({})),
    ]});
    std::fs::write(&planned, two.to_string()).unwrap();
    let ask = |more: &[&str]| {
        let (file, planned) = (file.to_str().unwrap(), planned.to_str().unwrap());
        let args = ["node", "--node-file", planned, "--from", file, "-o", "json"];
        let output = kubectl_ds(&[&args[..], more].concat(), &[]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        serde_json::from_str::<Value>(&stdout(&output)).unwrap()
    };
    let list = ask(&[]);
    assert_eq!(list["items"][0]["node"], "a");
    let one = ask(&["node/b", "--taint", "x:NoExecute"]);
    assert_eq!(one["node"], "b");
    assert_eq!(one["incomplete"], json!([]));
    assert_eq!(one["today"], Value::Null);
    assert_eq!(one["nodeExists"], false);
    assert_eq!(one["clean"], Value::Null);
    let start = one["effects"]["start"].as_array().unwrap();
    let start: Vec<_> = start.iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(start, ["runs", "starts"]);
    assert_eq!(one["then"]["left"]["cpu"], "200m");
}

/// A key that the node writes otherwise is no answer to a question about it.
#[test]
fn a_change_that_changes_nothing_is_said() {
    let world = world();
    let (code, _) = world.ask("node n --taint nope- --taint t:NoSchedule --exit-code");
    assert_eq!(code, Some(0));
    let taints = ["nope-", "t:NoSchedule"].map(|t| NodeChange::taint(t).unwrap());
    let notes = world.notes("n", &taints);
    for change in taints {
        assert!(notes.contains(&Note::IdleChange(change)), "{notes:#?}");
    }
    let (code, _) = world.ask("node n --label no=where --exit-code");
    assert_eq!(code, Some(1));
    let label = NodeChange::label("no=where").unwrap();
    let notes = world.notes("n", std::slice::from_ref(&label));
    assert!(!notes.contains(&Note::IdleChange(label)), "{notes:#?}");
    let report = world.json("node n --label no=where");
    let pods = |report: &Value, effect: &str| {
        let list = report["effects"][effect].as_array().unwrap();
        let pod = |a: &Value| a["pod"].as_str().unwrap().to_owned();
        list.iter().map(pod).collect::<Vec<_>>()
    };
    // The taint keeps it from counting, but no longer from staying.
    assert_eq!(pods(&report, "stay"), ["stops-x"]);
    let report = world.json("node n --label no=where --taint t-");
    assert!(pods(&report, "keep").contains(&"stops-x".to_owned()));
}
