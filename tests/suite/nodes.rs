//! `node`: what it says of states that the example dump doesn't have.

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr, stdout};

fn node(name: &str, spec: Value, labels: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "allocatable": {"cpu": "1", "memory": "1Gi", "pods": "10"},
        },
    })
}

fn daemonset(name: &str, metadata: Value, pod: Value, strategy: &str) -> Value {
    let mut spec = json!({"containers": [{
        "name": "a", "image": "a", "resources": {"requests": {"cpu": "400m", "memory": "300Mi"}},
    }]});
    merge(&mut spec, pod);
    let mut meta = json!({"name": name, "namespace": "default", "uid": name, "generation": 1});
    merge(&mut meta, metadata);
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta,
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "updateStrategy": {"type": strategy},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec},
        },
    })
}

fn merge(into: &mut Value, more: Value) {
    for (key, value) in more.as_object().into_iter().flatten() {
        into[key] = value.clone();
    }
}

fn pod(of: &str, node: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("{of}-x"), "namespace": "default", "labels": {"app": of},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": of, "uid": of, "controller": true}],
        },
        "spec": {"nodeName": node},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
        },
    })
}

/// Lists of their own kinds, so that an empty one is known to be empty.
struct World {
    /// The kind that nothing is known of.
    unknown: &'static str,
    nodes: Vec<Value>,
    daemon_sets: Vec<Value>,
    pods: Vec<Value>,
    namespaces: Vec<Value>,
}

impl World {
    fn run(&self, question: &str) -> std::process::Output {
        let folder = tempfile::tempdir().unwrap();
        let list = |kind: &str, api: &str, items: &[Value]| {
            json!({"apiVersion": api, "kind": kind, "items": items}).to_string()
        };
        let parts = [
            list("NodeList", "v1", &self.nodes),
            list("DaemonSetList", "apps/v1", &self.daemon_sets),
            list("PodList", "v1", &self.pods),
            list("ControllerRevisionList", "apps/v1", &[]),
            list("EventList", "v1", &[]),
            list("NamespaceList", "v1", &self.namespaces),
        ];
        let known = parts
            .iter()
            .filter(|p| self.unknown.is_empty() || !p.contains(self.unknown));
        for (index, part) in known.enumerate() {
            std::fs::write(folder.path().join(format!("{index}.json")), part).unwrap();
        }
        let mut args: Vec<_> = question.split_whitespace().collect();
        let from = folder.path().to_str().unwrap();
        args.extend(["--from", from, "--now", "2026-01-02T00:00:00Z"]);
        kubectl_ds(&args, &[("COLUMNS", "200")])
    }

    fn ask(&self, question: &str) -> (Option<i32>, String) {
        let output = self.run(question);
        assert_eq!(stderr(&output), "", "{question}");
        (output.status.code(), stdout(&output))
    }

    /// What is said of a question that has no answer.
    fn fail(&self, question: &str) -> (Option<i32>, String) {
        let output = self.run(question);
        assert_eq!(stdout(&output), "", "{question}");
        (output.status.code(), stderr(&output))
    }

    fn json(&self, question: &str) -> Value {
        let (_, text) = self.ask(&format!("{question} -o json"));
        serde_json::from_str(&text).unwrap()
    }
}

/// The states by the names of the DaemonSets.
fn states(side: &Value) -> Vec<(&str, &str)> {
    let sets = side["daemonSets"].as_array().unwrap();
    sets.iter()
        .map(|d| (d["name"].as_str().unwrap(), d["state"].as_str().unwrap()))
        .collect()
}

fn world() -> World {
    let taint = json!({"taints": [{"key": "t", "effect": "NoSchedule"}]});
    let tolerates = json!({"tolerations": [{"operator": "Exists"}]});
    let deleting = json!({
        "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["foregroundDeletion"],
    });
    let nowhere = json!({"nodeSelector": {"no": "where"}});
    let rolling = "RollingUpdate";
    World {
        unknown: "",
        nodes: vec![node("n", taint, json!({}))],
        daemon_sets: vec![
            daemonset("deleting", deleting, tolerates.clone(), rolling),
            daemonset("excluded", json!({}), json!({}), rolling),
            daemonset("lost", json!({}), json!({}), rolling),
            daemonset("lost-by-hand", json!({}), json!({}), "OnDelete"),
            daemonset("runs", json!({}), tolerates.clone(), rolling),
            daemonset("starts", json!({}), tolerates, rolling),
            daemonset("stops", json!({}), nowhere, rolling),
        ],
        pods: ["lost", "lost-by-hand", "runs", "stops"]
            .map(|of| pod(of, "n"))
            .to_vec(),
        namespaces: Vec::new(),
    }
}

#[test]
fn every_state_is_told_from_the_others() {
    let report = world().json("node n");
    let wanted = [
        ("deleting", "Held"),
        ("excluded", "Excluded"),
        ("lost", "LostAtRollout"),
        ("lost-by-hand", "LostAtRollout"),
        ("runs", "Runs"),
        ("starts", "WouldStart"),
        ("stops", "WouldStop"),
    ];
    assert_eq!(states(&report), wanted);
    assert_eq!(report["clean"], false);
    let reasons = report["daemonSets"][0]["reasons"].to_string();
    assert!(reasons.contains("DaemonSetDeleting"), "{reasons}");
    let (_, text) = world().ask("node n");
    assert!(text.contains("lost when deleted"), "{text}");
    assert!(text.contains("lost at rollout"), "{text}");
    let (_, names) = world().ask("node n -o name");
    let wanted = ["lost", "lost-by-hand", "runs", "starts"];
    let wanted: String = wanted
        .iter()
        .map(|n| format!("daemonset.apps/{n}\n"))
        .collect();
    assert_eq!(names, wanted);
}

/// Four of 400m on a node of one core: what is lost at a rollout runs until then.
#[test]
fn sums_are_of_those_that_run_and_would_run() {
    let report = world().json("node n");
    let requests = json!({"cpu": "1600m", "memory": "1200Mi", "pods": "4"});
    assert_eq!(report["requests"], requests);
    let left = json!({"cpu": "-600m", "memory": "-176Mi", "pods": "6"});
    assert_eq!(report["left"], left);
    assert_eq!(report["percent"]["cpu"], 160.0);
    let (_, text) = world().ask("node n");
    let said = "the daemon pods alone ask for more cpu and memory than the node has";
    assert!(text.contains(said), "{text}");
}

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
        assert!(
            text.contains("would start today, and no longer then: default/ended, default/going")
        );
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
    let (code, text) = world.ask("node n --taint x:NoExecute --exit-code");
    assert_eq!(code, Some(1));
    assert!(text.contains("over and over: default/runs"), "{text}");
}

/// Nodes differ in their names' labels, and not in what becomes of the DaemonSets.
#[test]
fn nodes_of_one_outcome_are_one_group() {
    let mut world = world();
    world.pods.clear();
    world.daemon_sets.push(daemonset(
        "elsewhere",
        json!({}),
        json!({"nodeSelector": {"host": "gone"}}),
        "RollingUpdate",
    ));
    let hosts: Vec<_> = (10..40).map(|i| format!("n-{i}")).collect();
    let tainted = json!({"taints": [{"key": "t", "effect": "NoSchedule"}]});
    world.nodes = hosts
        .iter()
        .map(|n| node(n, json!({}), json!({"host": n, "pool": "a"})))
        .collect();
    world.nodes.push(node(
        "other",
        tainted,
        json!({"host": "other", "pool": "a"}),
    ));
    world.nodes[3]["status"]["allocatable"]["cpu"] = "500m".into();
    let (_, text) = world.ask("node --node-selector pool");
    assert!(
        text.starts_with("`pool` selects 31 nodes, in 2 groups"),
        "{text}"
    );
    assert!(
        text.contains("30 nodes: n-10, n-11, n-12, n-13, n-14, … and 25 more"),
        "{text}"
    );
    assert!(text.contains("-1500m on n-13"), "{text}");
    assert!(text.contains("\n1 node: other\n"), "{text}");
    let (_, wide) = world.ask("node --node-selector pool -o wide --limit 0");
    assert_eq!(wide.matches("\n1 node: ").count(), 31, "{wide}");
    let all = world.json("node --node-selector pool");
    assert_eq!(all["items"].as_array().unwrap().len(), 31);
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

#[test]
fn what_could_not_be_read_is_unknown_and_not_absent() {
    let mut world = world();
    world.unknown = "PodList";
    let (code, text) = world.ask("node n --taint x:NoExecute");
    assert_eq!(code, Some(3));
    assert!(text.contains("can't be told"), "{text}");
    let report = world.json("node n");
    assert!(states(&report).iter().all(|(_, state)| *state == "Unknown"));
    assert_eq!(report["clean"], Value::Null);
    world.unknown = "NodeList";
    let (code, text) = world.ask("node n");
    assert_eq!(code, Some(3));
    assert!(text.starts_with("Node n: it couldn't be read"), "{text}");
    let report = world.json("node n");
    assert_eq!(report["nodeExists"], Value::Null);
    assert_eq!(report["left"], Value::Null);
    // What is there is still counted.
    assert_eq!(report["requests"]["pods"], "4");
    for question in ["node --node-selector pool", "node n --cordon"] {
        let (code, text) = world.fail(question);
        assert_eq!(code, Some(2), "{question}");
        assert!(text.contains("the files hold no Node objects"), "{text}");
    }
}

/// Of a namespace that is being deleted, and of a pod that an older template made.
#[test]
fn what_holds_for_a_daemonset_as_a_whole_is_said_where_it_matters() {
    let mut world = world();
    world.namespaces = vec![json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "default", "deletionTimestamp": "2026-01-01T00:00:00Z"},
    })];
    let report = world.json("node n");
    assert_eq!(states(&report)[5], ("starts", "Held"));
    let reasons = report["daemonSets"][5]["reasons"].to_string();
    assert!(reasons.contains("NamespaceTerminating"), "{reasons}");
    let report = world.json("node n --taint t-");
    assert_eq!(report["effects"]["start"], json!([]));
    // No pod carries a revision's hash, so none is of the current template.
    let note = report["notes"].to_string();
    assert!(note.contains("may ask for something else"), "{note}");
}
