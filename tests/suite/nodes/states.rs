//! Nodes as they are.

use kubectl_ds::analysis::basis::Note;
use kubectl_ds::model::quantity::Quantity;
use serde_json::{Value, json};

use super::{daemonset, node, pod, states, world};

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
    let (_, text) = world().ask("node n -o wide");
    // What is so today isn't said as what would be.
    let row = |name: &str| text.lines().find(|l| l.contains(name)).map(words);
    assert_eq!(row(" starts ").unwrap()[2..4], ["missing", "missing"]);
    assert_eq!(row(" stops ").unwrap()[2..4], ["stopping", "available"]);
    assert!(!text.contains("would st"), "{text}");
    let (_, names) = world().ask("node n -o name");
    let wanted = ["lost", "lost-by-hand", "runs", "starts"];
    let wanted: String = wanted
        .iter()
        .map(|n| format!("daemonset.apps/{n}\n"))
        .collect();
    assert_eq!(names, wanted);
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
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
        text.starts_with("`pool` selects 31 nodes, grouped into 2 different outcomes"),
        "{text}"
    );
    assert!(
        text.contains("30 nodes: n-10, n-11, n-12, n-13, n-14, … and 25 more"),
        "{text}"
    );
    // What isn't on the screen is counted, and shown where all is asked for.
    assert!(text.lines().count() <= 40, "{text}");
    let (_, text) = world.ask("node --node-selector pool --limit 0");
    assert!(text.contains("-1.5 cores on n-13"), "{text}");
    assert!(text.contains("\n1 node: other\n"), "{text}");
    let (_, wide) = world.ask("node --node-selector pool -o wide --limit 0");
    assert_eq!(wide.matches("\n1 node: ").count(), 31, "{wide}");
    let all = world.json("node --node-selector pool");
    assert_eq!(all["items"].as_array().unwrap().len(), 31);
}

#[test]
fn what_could_not_be_read_is_unknown_and_not_absent() {
    let mut world = world();
    world.unknown = "PodList";
    let (code, _) = world.ask("node n --taint x:NoExecute");
    assert_eq!(code, Some(3));
    let report = world.json("node n --taint x:NoExecute");
    assert_eq!(report["then"]["summary"]["unknown"], 7);
    let report = world.json("node n");
    assert!(states(&report).iter().all(|(_, state)| *state == "Unknown"));
    assert_eq!(report["clean"], Value::Null);
    world.unknown = "NodeList";
    let (code, _) = world.ask("node n");
    assert_eq!(code, Some(3));
    let report = world.json("node n");
    assert_eq!(report["nodeExists"], Value::Null);
    assert_eq!(report["condition"], Value::Null);
    assert_eq!(report["left"], Value::Null);
    // What is there is still counted.
    assert_eq!(report["requests"]["pods"], "4");
    for question in ["node --node-selector pool", "node n --cordon"] {
        let (code, text) = world.fail(question);
        assert_eq!(code, Some(2), "{question}");
        assert!(text.contains("the files contain no Node objects"), "{text}");
    }
}

/// Of a namespace that is being deleted.
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
}

/// What is no quantity is neither nought nor "too much", and is said of the node that has it.
#[test]
fn an_allocatable_that_is_no_quantity_leaves_nothing_to_be_said() {
    let mut world = world();
    let pool = json!({"pool": "a"});
    let spec = || json!({"taints": [{"key": "t", "effect": "NoSchedule"}]});
    world.nodes = vec![
        node("bad", spec(), pool.clone()),
        node("good", spec(), pool),
    ];
    world.pods = vec![pod("runs", "bad")];
    world.pods[0]["metadata"]["name"] = "runs-bad".into();
    world.pods.push(pod("runs", "good"));
    world.nodes[0]["status"]["allocatable"]["cpu"] = "four".into();
    let report = world.json("node bad");
    assert_eq!(report["left"]["cpu"], Value::Null);
    assert_eq!(report["left"]["memory"], "424Mi");
    let (_, text) = world.ask("node bad");
    assert!(!text.contains("too much"), "{text}");
    let note = Note::UnreadableAllocatable {
        resource: "cpu".to_owned(),
        problem: Quantity::parse("four").unwrap_err(),
    };
    assert!(world.notes("bad", &[]).contains(&note));
    assert!(!world.notes("good", &[]).contains(&note));
    let (_, text) = world.ask("node --node-selector pool --label a=b");
    assert!(text.contains("2 nodes: bad, good"), "{text}");
    assert!(text.contains("200m on good"), "{text}");
    assert!(text.contains("(1 node: bad)"), "{text}");
}

/// The template of a node group may say no more than cpu; every node has memory and takes pods.
#[test]
fn what_an_allocatable_leaves_out_is_not_nought_where_every_node_has_it() {
    let mut world = world();
    world.nodes[0]["status"]["allocatable"] = json!({"cpu": "1"});
    let report = world.json("node n");
    assert_eq!(report["left"], json!({"cpu": "-600m"}));
    let spec = &mut world.daemon_sets[4]["spec"]["template"]["spec"];
    spec["containers"][0]["resources"]["requests"]["example.com/fpga"] = "2".into();
    assert_eq!(world.json("node n")["left"]["example.com/fpga"], "-2");
}

/// The controller fails at every sync, and the pod that it made runs on.
#[test]
fn a_selector_that_cannot_be_read_hides_no_pod() {
    let mut world = world();
    world.daemon_sets = vec![world.daemon_sets[4].clone()];
    world.daemon_sets[0]["spec"]["selector"] =
        json!({"matchExpressions": [{"key": "app", "operator": "Is", "values": ["runs"]}]});
    let one = world.json("node n")["daemonSets"][0].clone();
    assert_eq!(
        (&one["state"], &one["clean"]),
        (&"Runs".into(), &false.into())
    );
    assert_eq!(one["pods"][0]["name"], "runs-x");
    world.pods.clear();
    let one = world.json("node n")["daemonSets"][0].clone();
    assert_eq!(one["state"], "Held");
}

/// What the sums don't know of is said.
#[test]
fn the_overhead_of_a_runtime_class_is_not_guessed() {
    let mut world = world();
    let spec = &mut world.daemon_sets[4]["spec"]["template"]["spec"];
    spec["runtimeClassName"] = "kata".into();
    let daemon_sets = vec!["default/runs".to_owned()];
    let note = Note::NoRuntimeClassOverhead { daemon_sets };
    assert!(world.notes("n", &[]).contains(&note));
    let spec = &mut world.daemon_sets[4]["spec"]["template"]["spec"];
    spec["overhead"] = json!({"cpu": "10m"});
    assert!(!world.notes("n", &[]).contains(&note));
}

/// Reports are printed as they are made, and in a list each is what it is by itself.
#[test]
fn several_reports_are_one_list() {
    let mut world = world();
    world
        .nodes
        .push(node("m", json!({}), json!({"x": "\u{202e}"})));
    for (question, nodes) in [
        ("node --node-selector !nope", &["m", "n"][..]),
        ("node --node-selector nope", &[]),
    ] {
        let single = |format: &str| -> Vec<String> {
            let node = |node| world.ask(&format!("node {node} -o {format}")).1;
            nodes.iter().map(node).collect()
        };
        let (_, text) = world.ask(&format!("{question} -o json"));
        let mut wanted =
            "{\n  \"apiVersion\": \"ds.kubectl/v1alpha1\",\n  \"kind\": \"List\",\n  \"items\": ["
                .to_owned();
        let items = single("json");
        let items = items.iter().map(|i| i.trim_end().replace('\n', "\n    "));
        let items: Vec<_> = items.map(|item| format!("\n    {item}")).collect();
        wanted += &items.join(",");
        wanted += if nodes.is_empty() {
            "]\n}\n"
        } else {
            "\n  ]\n}\n"
        };
        assert_eq!(text, wanted);
        let list: Value = serde_json::from_str(&text).unwrap();
        let (_, text) = world.ask(&format!("{question} -o yaml"));
        assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), list);
        let mut wanted = "apiVersion: ds.kubectl/v1alpha1\nkind: List\nitems:".to_owned();
        let items = single("yaml");
        let items = items.iter().map(|i| i.trim_end().replace('\n', "\n  "));
        items.for_each(|item| wanted += &format!("\n- {item}"));
        wanted += if nodes.is_empty() { " []\n" } else { "\n" };
        assert_eq!(text, wanted);
    }
}

/// What a report is comes first, in each report and in a list of them.
#[test]
fn keys_are_in_the_order_of_the_types() {
    let world = world();
    for question in [
        "why runs",
        "why runs n",
        "why runs n --cordon",
        "why -A",
        "node n",
        "node n --cordon",
        "node --node-selector !nope",
        "plan runs",
        "plan runs --max-unavailable 2",
        "adopt runs",
        "adopt -A",
    ] {
        let (_, text) = world.ask(&format!("{question} -o json"));
        let begins = "{\n  \"apiVersion\": \"ds.kubectl/v1alpha1\",\n  \"kind\": \"";
        assert!(text.starts_with(begins), "{question}: {text}");
        let (_, text) = world.ask(&format!("{question} -o yaml"));
        let begins = "apiVersion: ds.kubectl/v1alpha1\nkind: ";
        assert!(text.starts_with(begins), "{question}: {text}");
    }
}
