//! What applying a manifest would start.

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr, stdout};

use super::dump::{Dump, revision};
use super::{Case, check};

/// What stands in a file: nothing of the server's defaults.
fn manifest(image: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "a"}},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
            "template": {"metadata": {"labels": {"app": "a"}},
                "spec": {"containers": [{"name": "agent", "image": image}]}}}})
}

fn apply(name: &str, dump: &Dump, manifest: Value, code: i32, facts: Vec<(&str, Value)>) {
    check(Case {
        name,
        objects: dump.objects(),
        manifest: Some(manifest),
        question: "plan a",
        code,
        facts,
    });
}

fn image(before: &str, after: &str) -> Value {
    json!({"path": "spec.template.spec.containers[agent].image", "before": before, "after": after})
}

#[test]
fn another_image() {
    let new: Vec<_> = (1..=4).map(|n| format!("a-n{n}-new")).collect();
    let facts = vec![
        ("/change/kind", json!("Apply")),
        ("/change/obtained", json!("Local")),
        ("/change/template", json!("Changed")),
        ("/change/fields", json!([image("a:2", "a:3")])),
        ("/change/refused", json!([])),
        ("/revision/state", json!("New")),
        ("/revision/number", json!(3)),
        (
            "/update/delete",
            json!({"certain": [], "candidates": new, "take": 1}),
        ),
        ("/nodes", json!({"gained": [], "lost": [], "kept": 4})),
        ("/waves/replace", json!(4)),
    ];
    apply("apply", &Dump::new(4, 4), manifest("a:3"), 1, facts);
}

/// The template is the one of revision 1, so the pods that still run it are there already.
#[test]
fn back_to_what_some_pods_still_run() {
    let facts = vec![
        ("/revision/state", json!("Existing")),
        ("/revision/number", json!(1)),
        ("/revision/renumberedTo", json!(3)),
        (
            "/update/delete",
            json!({"certain": ["a-n1-new"], "candidates": [], "take": 0}),
        ),
        ("/waves/replace", json!(1)),
    ];
    apply("apply-back", &Dump::new(4, 1), manifest("a:1"), 1, facts);
}

#[test]
fn without_a_changed_template_nothing_rolls() {
    let mut new = manifest("a:2");
    new["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"] = "50%".into();
    let facts = vec![
        ("/change/template", json!("Unchanged")),
        ("/revision/state", json!("Current")),
        ("/strategy/written/maxUnavailable", json!("50%")),
        ("/next", json!("None")),
        ("/waves", Value::Null),
    ];
    apply("apply-no-rollout", &Dump::new(4, 4), new, 0, facts);
}

#[test]
fn a_node_selector_moves_pods_at_once() {
    let mut dump = Dump::new(6, 6);
    for (index, node) in dump.nodes.iter_mut().enumerate() {
        node["metadata"]["labels"]["pool"] = if index < 3 { "a" } else { "b" }.into();
    }
    dump.pods.truncate(4);
    let mut template = dump.ds["spec"]["template"].clone();
    template["spec"]["nodeSelector"] = json!({"pool": "a"});
    dump.revisions[1] = revision(2, "h2", &template);
    dump.ds["spec"]["template"] = template;
    dump.pods.truncate(3);
    let mut new = manifest("a:3");
    new["spec"]["template"]["spec"]["nodeSelector"] = json!({"pool": "b"});
    let facts = vec![
        (
            "/nodes",
            json!({"gained": ["n4", "n5", "n6"], "lost": ["n1", "n2", "n3"], "kept": 0}),
        ),
        ("/next", json!("Manage")),
        ("/manage/createNow", json!(3)),
        ("/manage/deleteAtLeast", json!(3)),
        ("/manage/delete/0/reason", json!("NodeExcluded")),
        ("/desired", json!(3)),
        ("/lost", json!([])),
    ];
    apply("apply-nodes", &dump, new, 1, facts);
}

/// What is deleted whatever the budget is isn't replaced or lost later too.
#[test]
fn a_node_selector_takes_nodes_out_and_an_image_rolls_the_others() {
    for (name, strategy, replaced) in [
        ("apply-narrowed", json!({"type": "RollingUpdate"}), 2),
        ("apply-narrowed-on-delete", json!({"type": "OnDelete"}), 0),
    ] {
        let mut dump = Dump::new(4, 4).strategy(strategy.clone());
        for node in dump.nodes.iter_mut().take(2) {
            node["metadata"]["labels"]["pool"] = "a".into();
        }
        let mut new = manifest("a:3");
        new["spec"]["updateStrategy"] = strategy;
        new["spec"]["template"]["spec"]["nodeSelector"] = json!({"pool": "a"});
        let waves = match replaced {
            0 => ("/waves", Value::Null),
            count => ("/waves/replace", json!(count)),
        };
        let facts = vec![
            ("/manage/delete/0/node", json!("n3")),
            ("/manage/delete/1/node", json!("n4")),
            ("/lost", json!([])),
            waves,
        ];
        apply(name, &dump, new, 1, facts);
    }
}

#[test]
fn another_selector_is_refused() {
    let mut new = manifest("a:3");
    new["spec"]["selector"]["matchLabels"]["app"] = "b".into();
    new["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
    let facts = vec![("/change/refused/0/field", json!("spec.selector"))];
    apply("apply-refused", &Dump::new(3, 3), new, 2, facts);
}

#[test]
fn a_host_port_never_fits_beside_the_old_pod() {
    let port = json!([{"containerPort": 9100, "hostPort": 9100, "protocol": "TCP"}]);
    let mut dump = Dump::new(3, 3).budget(0, 1);
    let mut template = dump.ds["spec"]["template"].clone();
    template["spec"]["containers"][0]["ports"] = port.clone();
    dump.revisions[1] = revision(2, "h2", &template);
    dump.ds["spec"]["template"] = template;
    let mut new = manifest("a:3");
    new["spec"]["template"]["spec"]["containers"][0]["ports"] = port;
    new["spec"]["updateStrategy"]["rollingUpdate"] = json!({"maxUnavailable": 0, "maxSurge": 1});
    let facts = vec![
        ("/change/refused", json!([])),
        ("/budget/of", json!("Surge")),
    ];
    apply("apply-host-port", &dump, new, 1, facts);
}

#[test]
fn a_daemon_set_that_is_not_there_yet() {
    let dump = Dump::new(3, 3);
    let mut new = manifest("b:1");
    new["metadata"]["name"] = "b".into();
    new["spec"]["selector"]["matchLabels"]["app"] = "b".into();
    new["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
    let facts = vec![
        (
            "/nodes",
            json!({"gained": ["n1", "n2", "n3"], "lost": [], "kept": 0}),
        ),
        ("/manage/createNow", json!(3)),
        ("/revision/state", json!("New")),
        ("/footprint/before", Value::Null),
    ];
    check(Case {
        name: "apply-new",
        objects: dump.objects(),
        manifest: Some(new),
        question: "plan b",
        code: 1,
        facts,
    });
}

#[test]
fn on_delete_leaves_the_pods() {
    let dump = Dump::new(3, 3).strategy(json!({"type": "OnDelete"}));
    let mut new = manifest("a:3");
    new["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    let facts = vec![
        ("/old/2/pod", json!("a-n3-new")),
        ("/waves", Value::Null),
        ("/budget", Value::Null),
    ];
    apply("apply-on-delete", &dump, new, 1, facts);
}

/// Asks with `-f` on a file of several documents.
fn ask_of(documents: &[Value], arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let text: Vec<_> = documents.iter().map(Value::to_string).collect();
    let manifest = path("new.yaml", text.join("\n---\n"));
    let items = Dump::new(3, 3).objects();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let dump = path("dump.json", list.to_string());
    let fixed = ["plan", "-f", &manifest, "--from", &dump];
    let output = kubectl_ds(&[&fixed[..], arguments].concat(), &[]);
    (output.status.code(), stdout(&output), stderr(&output))
}

#[test]
fn a_manifest_of_several_objects() {
    let mut other = manifest("b:1");
    other["metadata"]["name"] = "b".into();
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}});
    let all = [service.clone(), manifest("a:3"), other];
    let (code, out, err) = ask_of(&all, &["a"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("image a 2 → 3"), "{out}");
    assert!(err.contains("`b`") && err.contains("Service"), "{err}");
    let (code, out, err) = ask_of(&all, &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.contains("default/a") && out.contains("default/b"),
        "{out}"
    );
    let (code, _, err) = ask_of(&all, &["c"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("`c`"), "{err}");
    let (code, _, err) = ask_of(&[service], &[]);
    assert_eq!(code, Some(2), "{err}");
    let (code, _, err) = ask_of(&[manifest("a:3")], &["-n", "elsewhere"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("elsewhere") && err.contains("default"),
        "{err}"
    );
}
