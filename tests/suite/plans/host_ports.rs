//! Host ports of a manifest that pods of others have already, which no apply would tell.

use std::fs;

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr, stdout};

use super::dump::{Dump, terminating};
use super::follows_the_schema;

/// A manifest of `a` whose container wants this host port.
fn manifest(name: &str, port: i64) -> Value {
    let ports = json!([{"containerPort": 1, "hostPort": port}]);
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "agent", "image": "a:3", "ports": ports}]}}}})
}

/// A pod of the DaemonSet `ops/logger` on a node, which has the host port 9099.
fn logger(node: &str) -> Value {
    let owner = json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "logger", "uid": "l", "controller": true});
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("logger-{node}"), "namespace": "ops", "ownerReferences": [owner]},
        "spec": {"nodeName": node, "containers": [{"name": "l", "image": "l:1",
            "ports": [{"containerPort": 9099, "hostPort": 9099, "protocol": "TCP"}]}]},
        "status": {"phase": "Running"}})
}

/// The dump with the logger on some of its nodes.
fn with_loggers(mut dump: Dump, nodes: &[&str]) -> Dump {
    dump.pods.extend(nodes.iter().map(|node| logger(node)));
    dump
}

/// The exit code and what is said, as JSON and as text.
fn apply(verb: &str, dump: &Dump, manifest: &Value, more: &[&str]) -> (i32, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": dump.objects()});
    let (from, file) = (
        folder.path().join("dump.json"),
        folder.path().join("a.json"),
    );
    fs::write(&from, list.to_string()).unwrap();
    fs::write(&file, manifest.to_string()).unwrap();
    let (from, file) = (from.to_str().unwrap(), file.to_str().unwrap());
    let mut args = vec![verb, "-f", file, "--from", from];
    args.extend(more);
    let text = kubectl_ds(&args, &[("COLUMNS", "200")]);
    args.extend(["-o", "json"]);
    let output = kubectl_ds(&args, &[]);
    let said = serde_json::from_str(&stdout(&output));
    let said: Value = said.unwrap_or_else(|_| panic!("{}", stderr(&output)));
    (output.status.code().unwrap(), said, stdout(&text))
}

fn plan(dump: &Dump, manifest: &Value) -> Value {
    let (_, said, _) = apply("plan", dump, manifest, &[]);
    follows_the_schema("plan", &said);
    said
}

/// What is foreseen of pods that find no room.
fn ports_taken(plan: &Value) -> Vec<(&str, &Value)> {
    let foreseen = plan["foreseen"].as_array().unwrap().iter();
    let ports = foreseen.filter(|f| f["code"] == "PodUnschedulable");
    ports
        .map(|f| (f["code"].as_str().unwrap(), &f["nodes"]))
        .collect()
}

const ALL: [&str; 3] = ["n1", "n2", "n3"];

#[test]
fn a_port_that_another_daemon_set_has_on_all_nodes() {
    let dump = with_loggers(Dump::new(3, 3), &ALL);
    let said = plan(&dump, &manifest("a", 9099));
    assert_eq!(ports_taken(&said), [("PodUnschedulable", &json!(ALL))]);
    assert_eq!(said["foreseen"][0]["certain"], true);
    assert_eq!(said["waves"].get("estimate"), None, "{said}");
    let commands = said["remedies"].as_array().unwrap().iter();
    let commands: Vec<_> = commands.filter_map(|r| r["command"].as_str()).collect();
    assert_eq!(commands, ["kubectl delete daemonset logger -n ops"]);
    let stuck = ["--fail-on", "stuck"];
    let (code, _, text) = apply("plan", &dump, &manifest("a", 9099), &stuck);
    assert_eq!(code, 1, "{text}");
    let first = text.lines().next().unwrap_or_default();
    let cause = "host port 9099 is taken by DaemonSet ops/logger on n1, n2, n3";
    assert!(first.ends_with(cause), "{text}");
}

#[test]
fn a_port_that_is_taken_on_one_node() {
    let dump = with_loggers(Dump::new(3, 3), &["n2"]);
    let said = plan(&dump, &manifest("a", 9099));
    assert_eq!(ports_taken(&said), [("PodUnschedulable", &json!(["n2"]))]);
}

#[test]
fn ports_that_are_free() {
    let free = |dump: &Dump, port| {
        let said = plan(dump, &manifest("a", port));
        assert_eq!(said["foreseen"], json!([]), "{said}");
    };
    let dump = with_loggers(Dump::new(3, 3), &ALL);
    free(&dump, 9098);
    let mut going = Dump::new(3, 3);
    going.pods.push(terminating(logger("n1")));
    free(&going, 9099);
    let mut elsewhere = Dump::new(3, 3);
    elsewhere.pods.push(logger("gone"));
    free(&elsewhere, 9099);
}

/// The pods run there with the port, whoever else seems to have it.
#[test]
fn a_port_that_the_stored_template_has_isnt_looked_for() {
    let mut dump = with_loggers(Dump::new(3, 3), &ALL);
    dump = dump.with_spec(
        "containers",
        manifest("a", 9099)["spec"]["template"]["spec"]["containers"].clone(),
    );
    assert_eq!(ports_taken(&plan(&dump, &manifest("a", 9099))), []);
}

#[test]
fn the_first_pods_of_a_new_daemon_set() {
    let dump = with_loggers(Dump::new(3, 3), &["n1", "n3"]);
    let said = plan(&dump, &manifest("b", 9099));
    let nodes = json!(["n1", "n3"]);
    assert_eq!(ports_taken(&said), [("PodUnschedulable", &nodes)]);
    let (code, ..) = apply("plan", &dump, &manifest("b", 9099), &["--fail-on", "stuck"]);
    assert_eq!(code, 1);
}

#[test]
fn why_of_the_manifest_says_it_too() {
    let dump = with_loggers(Dump::new(3, 3), &["n1", "n3"]);
    for name in ["a", "b"] {
        let (_, _, text) = apply("why", &dump, &manifest(name, 9099), &[]);
        let first = text.lines().next().unwrap_or_default();
        let cause = "host port 9099 is taken by DaemonSet ops/logger on n1, n3";
        assert!(first.contains(cause), "{text}");
    }
}

/// The cause is the template's: a budget that is larger costs another node its pod.
#[test]
fn no_larger_budget_is_advised() {
    let mut dump = Dump::new(3, 1).with_spec(
        "containers",
        manifest("a", 9099)["spec"]["template"]["spec"]["containers"].clone(),
    );
    let pod = &mut dump.pods[0];
    pod["spec"]["nodeName"] = Value::Null;
    pod["spec"]["containers"][0]["ports"] =
        json!([{"containerPort": 1, "hostPort": 9099, "protocol": "TCP"}]);
    pod["spec"]["affinity"] = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}});
    pod["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."}]});
    let dump = with_loggers(dump, &ALL);
    let (_, out, _) = crate::binary::ask(&dump.objects(), "plan a -o json");
    let said: Value = serde_json::from_str(&out).unwrap();
    let commands = said["remedies"].as_array().unwrap().iter();
    let commands: Vec<_> = commands.filter_map(|r| r["command"].as_str()).collect();
    assert_eq!(
        commands,
        [
            "kubectl rollout undo daemonset/a -n default",
            r#"kubectl patch daemonset a -n default --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/ports/0/hostPort","value":9100}]'"#,
            "kubectl delete daemonset logger -n ops"
        ],
        "{said}"
    );
}

/// Under surge no pod is replaced at all; what asks for it is the manifest.
#[test]
fn a_port_that_the_old_pod_has_under_surge() {
    let mut new = manifest("a", 9098);
    let containers = new["spec"]["template"]["spec"]["containers"].clone();
    let dump = Dump::new(3, 3).with_spec("containers", containers);
    new["spec"]["template"]["spec"]["containers"][0]["image"] = "a:4".into();
    new["spec"]["updateStrategy"] =
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}});
    let (code, said, text) = apply("plan", &dump, &new, &["--fail-on", "stuck"]);
    follows_the_schema("plan", &said);
    assert_eq!(code, 1, "{text}");
    assert_eq!(said["foreseen"][0]["code"], "HostPortsUnderSurge");
    assert_eq!(said["remedies"].as_array().unwrap().len(), 1, "{said}");
    assert_eq!(said["remedies"][0]["changes"], "DaemonSet");
    assert_eq!(said["remedies"][0].get("command"), None, "{said}");
    assert_eq!(text.matches("can't be taken twice").count(), 1, "{text}");
}
