//! What nodes that are broken for one cause have in common, and what of each is told of all.

use serde_json::{Value, json};

use crate::containers::{asked, kinds};
use crate::states::{counters, daemon_set, node, pod, ready, revision};

/// A container that crash-loops after so many restarts, with what it said at its end.
fn crashing(restarts: i32, message: &str) -> Value {
    json!({"phase": "Running",
        "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-02T10:00:00Z"}],
        "containerStatuses": [{"name": "c", "ready": false, "restartCount": restarts,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"reason": "Error", "exitCode": 1, "message": message,
                "finishedAt": "2026-01-02T11:55:00Z"}}}]})
}

fn not_ready(name: &str, message: &str) -> Value {
    let mut node = node(name, &json!({}), &json!([]));
    node["status"] = json!({"conditions": [{"type": "Ready", "status": "False",
        "reason": "KubeletNotReady", "message": message}]});
    node
}

const NO_PLUGIN: &str = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/// The cause of nodes with these labels and pods, and two healthy workers.
fn cluster(broken: &[(&str, Value, Value)]) -> Vec<Value> {
    let desired = i32::try_from(broken.len()).unwrap() + 2;
    let ds = daemon_set(&json!({}), &json!({}), &counters(desired, 0, 1));
    let mut objects = vec![revision(&ds), ds];
    let worker = json!({"node-role.kubernetes.io/worker": ""});
    let healthy = [("w-1", worker.clone(), ready()), ("w-2", worker, ready())];
    for (name, labels, status) in broken.iter().chain(&healthy) {
        objects.push(node(name, labels, &json!([])));
        objects.push(pod(&format!("p-{name}"), name, status));
    }
    objects
}

#[test]
fn ids_in_messages_make_no_causes_of_their_own() {
    let said = |id: &str| crashing(1, &format!("no container in pod {id}"));
    let labels = json!({});
    let report = asked(
        &cluster(&[
            (
                "a",
                labels.clone(),
                said("0b1f9d04-bdaf-4c9e-8f27-1a2b3c4d5e6f"),
            ),
            (
                "b",
                labels.clone(),
                said("5a503b5d-3669-4af3-a9a2-630cb5529728"),
            ),
            ("c", labels, said("aaaaaaaa-bdaf-cccc-dddd-eeeeeeeeeeee")),
        ]),
        "why a",
    );
    assert_eq!(report["causes"].as_array().unwrap().len(), 1, "{report}");
}

#[test]
fn the_restarts_of_a_group_are_those_of_all() {
    let labels = json!({"node-role.kubernetes.io/control-plane": ""});
    let report = asked(
        &cluster(&[
            ("a", labels.clone(), crashing(6, "")),
            ("b", labels.clone(), crashing(600, "")),
            ("c", labels, crashing(62, "")),
        ]),
        "why a",
    );
    let cause = &report["causes"][0];
    assert_eq!(cause["reason"]["restarts"], 600);
    assert_eq!(
        cause["shared"][0],
        json!({"kind": "role", "value": "control-plane", "others": "worker"})
    );
}

#[test]
fn a_virtual_node_is_told_apart_by_its_cause() {
    let labels = json!({"type": "virtual-kubelet", "kubernetes.io/role": "agent", "node.kubernetes.io/instance-type": "x"});
    let pending = json!({"phase": "Pending"});
    let report = asked(
        &cluster(&[
            ("v-1", labels.clone(), pending.clone()),
            ("v-2", labels, pending),
        ]),
        "why a",
    );
    let cause = &report["causes"][0];
    assert_eq!(cause["reason"]["code"], "VirtualNode");
    assert_eq!(cause["shared"], json!([]));
}

/// A DaemonSet on the nodes `a` and `b`, which have no network; the webhook `w.io` refuses its
/// pods.
fn refused(name: &str) -> Vec<Value> {
    let message = "Error creating: Internal error occurred: failed calling webhook \"w.io\": Post https://w.sys.svc:443/m?timeout=10s: no endpoints available for service \"w\"";
    let mut ds = daemon_set(
        &json!({"name": name}),
        &json!({"tolerations": [{"operator": "Exists"}]}),
        &counters(0, 0, 1),
    );
    ds["spec"]["template"]["spec"]["containers"] = json!([{"name": "c", "image": "i"}]);
    let event = json!({"apiVersion": "v1", "kind": "Event", "type": "Warning",
        "metadata": {"name": format!("{name}.1"), "namespace": "default"},
        "involvedObject": {"apiVersion": "apps/v1", "kind": "DaemonSet", "namespace": "default", "name": name, "uid": "u"},
        "reason": "FailedCreate", "message": message, "count": 9, "lastTimestamp": "2026-01-02T11:59:00Z"});
    let webhook = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "w"}, "webhooks": [{"name": "w.io", "failurePolicy": "Fail"}]});
    vec![
        ds,
        event,
        webhook,
        not_ready("a", NO_PLUGIN),
        not_ready("b", NO_PLUGIN),
    ]
}

#[test]
fn a_webhook_that_waits_for_the_network_plugin_does_not_run_first() {
    let plugin = asked(&refused("aws-node"), "why aws-node");
    let reason = &plugin["findings"][0];
    assert_eq!(reason["refusedBy"]["network"], true, "{plugin}");
    let steps = kinds(&plugin);
    let place = |kind| steps.iter().position(|one| *one == kind);
    assert!(
        place("IgnoreFailures") < place("ExemptNamespace"),
        "{steps:?}"
    );
    assert_eq!(place("RunWebhook"), None);
    let look = plugin["next"][0]["command"].as_str().unwrap();
    assert_eq!(look, "kubectl get pods -n sys");
    let other = asked(&refused("agent"), "why agent");
    assert!(kinds(&other).contains(&"RunWebhook"), "{other}");
}

#[test]
fn what_a_network_plugin_says_without_a_range_is_told() {
    let mut ds = daemon_set(
        &json!({"name": "kube-flannel-ds"}),
        &json!({"tolerations": [{"operator": "Exists"}]}),
        &counters(1, 0, 1),
    );
    ds["spec"]["template"]["spec"]["containers"] = json!([{"name": "c", "image": "i"}]);
    let mut pod = pod("p", "a", &crashing(540, "pod cidr not assigned"));
    pod["metadata"]["ownerReferences"][0]["name"] = "kube-flannel-ds".into();
    let report = asked(&[ds, pod, not_ready("a", NO_PLUGIN)], "why kube-flannel-ds");
    let cause = &report["causes"][0];
    assert_eq!(cause["reason"]["code"], "NodeNotReady", "{report}");
    assert_eq!(cause["warning"]["restarts"], 540);
    let commands = report["next"].as_array().unwrap().iter();
    let mut commands = commands.filter_map(|step| step["command"].as_str());
    assert!(commands.any(|command| command == "kubectl logs p -n default -c c --previous"));
}

#[test]
fn an_image_for_another_windows_has_a_remedy() {
    let message = "hcs::CreateComputeSystem c: The container operating system does not match the host operating system.";
    let mut status = crashing(27, message);
    status["containerStatuses"][0]["lastState"]["terminated"]["reason"] = "StartError".into();
    let report = asked(&cluster(&[("a", json!({}), status)]), "why a");
    assert_eq!(
        report["causes"][0]["reason"]["failure"], "OtherWindows",
        "{report}"
    );
    assert!(kinds(&report).contains(&"MatchWindows"));
}

/// Linux nodes don't nearly run what is for Windows.
#[test]
fn a_machine_of_another_kind_is_not_near() {
    let template = json!({"nodeSelector": {"kubernetes.io/os": "windows", "role": "agents"}});
    let ds = daemon_set(&json!({}), &template, &counters(0, 0, 1));
    let linux = json!({"kubernetes.io/os": "linux", "role": "agents"});
    let windows = json!({"kubernetes.io/os": "windows", "role": "services"});
    let taints = json!([{"key": "os", "value": "windows", "effect": "NoSchedule"}]);
    let objects = [
        revision(&ds),
        ds,
        node("l", &linux, &json!([])),
        node("w", &windows, &taints),
    ];
    let report = asked(&objects, "why a");
    let distance = |name: &str| {
        let mut nodes = report["nodes"].as_array().unwrap().iter();
        nodes.find(|node| node["name"] == name).unwrap()["distance"].clone()
    };
    assert_eq!(
        (&distance("l")["machine"], &distance("l")["labels"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        (&distance("w")["machine"], &distance("w")["labels"]),
        (&json!(0), &json!(1))
    );
}
