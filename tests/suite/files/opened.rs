use std::fs;

use super::{DUMP, dump_as_json, fallback, open, open_text, options, print};
use kubectl_ds::source::{ObjectName, Question, Scope, Source, Subject};

fn message(text: &str) -> String {
    open_text(text).unwrap_err().to_string()
}

#[test]
fn a_dump_is_read_whole() {
    let files = open_text(DUMP).unwrap();
    let all = files.all();
    assert_eq!(all.daemon_sets.len(), 1);
    assert_eq!(
        all.daemon_sets[0].raw_template["metadata"]["labels"]["app"],
        "agent"
    );
    let nodes: Vec<&str> = all.nodes.iter().flatten().map(|n| &*n.name).collect();
    assert_eq!(nodes, ["node-a", "node-b"]);
    assert_eq!(all.pods.as_ref().unwrap().len(), 4);
    assert_eq!(all.revisions.as_ref().unwrap()[0].hash(), "7d9f");
    assert_eq!(all.events.as_ref().unwrap()[0].count, 3);
    assert_eq!(&*all.namespaces.as_ref().unwrap()[0].name, "logging");
    assert_eq!(files.skipped(), 1);
    assert!(all.incomplete.is_empty());
    assert!(all.notes.is_empty());
}

/// The heartbeat of node-b; neither the annotation nor the time at which a pod's grace ends.
#[test]
fn now_is_the_newest_time_that_is_recorded() {
    let files = open_text(DUMP).unwrap();
    assert_eq!(files.all().now.to_string(), "2026-03-02T09:59:41Z");
    let mut given = options();
    given.now = Some(fallback());
    let files = open(&["tests/suite/files/dump.yaml"], given).unwrap();
    assert_eq!(files.all().now, fallback());
    let files = open_text("apiVersion: v1\nkind: Node\nmetadata: {name: a}\n").unwrap();
    assert_eq!(files.all().now, fallback());
}

#[test]
fn json_and_yaml_say_the_same() {
    let yaml = print(&open_text(DUMP).unwrap());
    let json = dump_as_json();
    assert_eq!(yaml, print(&open_text(&json).unwrap()));
    // In one line, and with the items indented, so that the list isn't cut into items.
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(yaml, print(&open_text(&value.to_string()).unwrap()));
    let indented = DUMP.replace("\n  ", "\n    ").replace("\n- ", "\n  - ");
    assert_eq!(yaml, print(&open_text(&indented).unwrap()));
}

/// The same objects as documents, as JSON values one after the other, and as files of a folder.
#[test]
fn objects_may_come_in_any_packing() {
    let whole = print(&open_text(DUMP).unwrap());
    let list: serde_json::Value = serde_json::from_str(&dump_as_json()).unwrap();
    let items = list["items"].as_array().unwrap();
    let documents: Vec<String> = items
        .iter()
        .map(|i| serde_yaml::to_string(i).unwrap())
        .collect();
    assert_eq!(whole, print(&open_text(&documents.join("---\n")).unwrap()));
    let values: Vec<String> = items.iter().map(ToString::to_string).collect();
    assert_eq!(whole, print(&open_text(&values.join("\n")).unwrap()));

    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    for (index, (yaml, json)) in documents.iter().zip(&values).enumerate() {
        match index % 3 {
            0 => fs::write(folder.path().join(format!("{index}.yaml")), yaml),
            1 => fs::write(folder.path().join(format!("{index}.json")), json),
            _ => fs::write(below.join(format!("{index}.yml")), yaml),
        }
        .unwrap();
    }
    fs::write(folder.path().join("notes.txt"), "no manifest").unwrap();
    let path = folder.path().to_str().unwrap();
    let mut recursive = options();
    recursive.recursive = true;
    assert_eq!(whole, print(&open(&[path], recursive).unwrap()));
    let flat = open(&[path], options()).unwrap();
    assert!(flat.all().pods.iter().flatten().count() < 4);
}

#[test]
fn what_files_do_not_hold_is_unknown() {
    let files = open_text("apiVersion: v1\nkind: NodeList\nitems: []\n").unwrap();
    let all = files.all();
    assert_eq!(all.nodes.as_deref(), Some(&[][..]));
    assert_eq!(all.pods, None);
    assert_eq!(all.revisions, None);
    let missing: Vec<&str> = all.incomplete.iter().map(|i| &*i.resource).collect();
    assert_eq!(missing, ["controllerrevisions", "pods"]);
    assert_eq!(
        all.incomplete[1].why,
        "the files contain no Pod objects; add them with `kubectl get pods -A -o yaml`"
    );
    assert_eq!(all.notes.len(), 2);
    let subject = Subject::DaemonSet(ObjectName {
        namespace: "a".into(),
        name: "b".into(),
    });
    let question = Question::new(subject, Scope::AllNodes);
    assert_eq!(
        files.ask(&question).unwrap_err().to_string(),
        "the files contain no DaemonSet objects; add them with `kubectl get ds -A -o yaml`"
    );
}

/// As the API itself answers: the items don't say what they are.
#[test]
fn a_typed_list_says_what_its_items_are() {
    let text = r#"{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}"#;
    assert_eq!(
        open_text(text).unwrap().all().nodes.as_ref().unwrap().len(),
        1
    );
    let text = "apiVersion: v1\nitems:\n- metadata:\n    name: a\nkind: NodeList\n";
    assert_eq!(
        open_text(text).unwrap().all().nodes.as_ref().unwrap().len(),
        1
    );
}

#[test]
fn the_server_version_is_what_kubectl_version_prints() {
    let yaml = "clientVersion:\n  gitVersion: v1.36.0\nserverVersion:\n  gitVersion: v1.37.1\n";
    let json = r#"{"clientVersion": {"gitVersion": "v1.36.0"}, "serverVersion": {"gitVersion": "v1.37.1"}}"#;
    for text in [yaml, json] {
        let files = open_text(&format!("{text}\n")).unwrap();
        assert_eq!(files.all().server_version.as_deref(), Some("v1.37.1"));
    }
    let client = open_text("clientVersion:\n  gitVersion: v1.36.0\n").unwrap();
    assert_eq!(client.all().server_version, None);
}

#[test]
fn two_objects_of_one_name() {
    let node = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n";
    let files = open_text(&format!("{node}---\n{node}")).unwrap();
    assert_eq!(files.all().nodes.as_ref().unwrap().len(), 1);
    assert_eq!(
        files.all().notes.last().unwrap(),
        "the files contain no Namespace objects; add them with `kubectl get namespaces -o yaml`"
    );
    assert_eq!(
        files.all().notes[0],
        "Node `a` is in the files twice, the same both times: stdin:1 and stdin:5"
    );
    let other = format!("{node}spec: {{unschedulable: true}}\n");
    assert_eq!(
        message(&format!("{node}---\n{other}")),
        "stdin:5: Node `a` is in the files twice and not the same; the other one is at stdin:1: keep one of them"
    );
    let pod = |namespace: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: {namespace}}}\n---\n")
    };
    let files = open_text(&(pod("a") + &pod("b"))).unwrap();
    assert_eq!(files.all().pods.as_ref().unwrap().len(), 2);
}

#[test]
fn a_wrong_value_is_named_with_its_line() {
    let cases = [
        (
            "apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n  labels:\n    gpu: yes\n",
            "stdin:6: `metadata.labels.gpu` is `yes`, which kubectl reads as the boolean true, where a string is wanted: quote it: \"yes\"",
        ),
        (
            "{\"apiVersion\": \"v1\", \"kind\": \"Node\",\n\"metadata\": {\"name\": \"a\",\n \"labels\": {\"a.b/gpu\": true}}}",
            "stdin:3: `metadata.labels[a.b/gpu]` is `true`, a boolean, where a string is wanted: quote it: \"true\"",
        ),
        (
            "apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: a\n    ownerReferences:\n    - controller: nope\n",
            "stdin:7: `metadata.ownerReferences[0].controller` is the string `nope` where a boolean is wanted",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nstatus:\n  startTime: yesterday\n",
            "stdin:5: `status.startTime` is `yesterday`: ",
        ),
        (
            "apiVersion: v1\nkind: Node\nmetadata:\n- a\n",
            "stdin:3: `metadata` is a list where an object is wanted",
        ),
        (
            "apiVersion: v1\nkind: Node\n",
            "stdin:1: this Node has no `metadata.name`",
        ),
    ];
    for (text, expected) in cases {
        let message = message(text);
        assert!(message.starts_with(expected), "{message}\n{expected}");
    }
}

#[test]
fn a_key_that_is_given_twice() {
    let node = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n";
    assert_eq!(
        message(&format!("{node}{node}")),
        "stdin:5: `kind` is given twice, first on line 2: put a line `---` between two objects"
    );
    let list = "apiVersion: v1\nitems:\n- metadata:\n    name: a\n    name: b\nkind: NodeList\n";
    let files = open_text(list).unwrap();
    assert_eq!(&*files.all().nodes.as_ref().unwrap()[0].name, "b");
    let note = "stdin:5: `name` is given twice: kubectl takes line 5, not line 4";
    assert!(
        files.all().notes.iter().any(|n| n == note),
        "{:?}",
        files.all().notes
    );
}
