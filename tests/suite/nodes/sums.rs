//! What the sums count: pods as they are, new ones by the template and its LimitRanges.

use kubectl_ds::analysis::basis::Note;
use kubectl_ds::analysis::requests::UnreadableRequests;
use kubectl_ds::engine::requests::RequestError;
use kubectl_ds::model::quantity::Quantity;
use serde_json::{Value, json};

use super::{World, daemonset, node, pod, world};

/// One DaemonSet that requests 400m and 300Mi, and its pod on the one node, which has a core
/// and 1Gi.
fn one(pod_spec: Value, status: Value) -> World {
    let mut world = world();
    world.nodes = vec![node("n", json!({}), json!({}))];
    world.daemon_sets = vec![daemonset("runs", json!({}), json!({}), "RollingUpdate")];
    world.pods = vec![pod("runs", "n")];
    super::merge(&mut world.pods[0]["spec"], pod_spec);
    super::merge(&mut world.pods[0]["status"], status);
    world
}

fn container(requests: Value) -> Value {
    json!({"name": "a", "image": "a", "resources": {"requests": requests}})
}

fn resized(status: Value, condition: Option<(&str, &str)>) -> World {
    let spec = json!({"containers": [container(json!({"cpu": "700m", "memory": "300Mi"}))]});
    let mut world = one(spec, json!({"containerStatuses": [status]}));
    if let Some((kind, reason)) = condition {
        let conditions = world.pods[0]["status"]["conditions"]
            .as_array_mut()
            .unwrap();
        conditions.push(json!({"type": kind, "status": "True", "reason": reason}));
    }
    world
}

fn limit_range(namespace: &str, item: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "LimitRange",
        "metadata": {"name": "l", "namespace": namespace}, "spec": {"limits": [item]}})
}

/// The requests of cpu that are counted of the one DaemonSet, of a new pod, and of the node.
fn cpu(report: &Value) -> [&str; 3] {
    let set = &report["daemonSets"][0];
    let of = |requests: &'static str| set[requests]["cpu"].as_str().unwrap_or("none");
    let sum = report["requests"]["cpu"].as_str().unwrap_or("none");
    [of("requests"), of("newPodRequests"), sum]
}

#[test]
fn a_pod_counts_as_it_was_resized() {
    let status = |cpu: &str| {
        json!({"name": "a", "ready": true, "allocatedResources": {"cpu": cpu},
            "resources": {"requests": {"cpu": cpu}}})
    };
    for (status, condition, counted) in [
        // It is done.
        (status("700m"), None, "700m"),
        // It grows, and the kubelet hasn't got to it.
        (status("400m"), None, "700m"),
        (
            status("400m"),
            Some(("PodResizePending", "Deferred")),
            "700m",
        ),
        (status("400m"), Some(("PodResizeInProgress", "")), "700m"),
        // It can't grow, so it stays as it is.
        (
            status("400m"),
            Some(("PodResizePending", "Infeasible")),
            "400m",
        ),
        // It shrinks, and the kubelet hasn't got to it.
        (status("900m"), Some(("PodResizeInProgress", "")), "900m"),
        // A kubelet that says nothing of it.
        (json!({"name": "a", "ready": true}), None, "700m"),
    ] {
        let said = format!("{status} {condition:?}");
        let report = resized(status, condition).json("node n");
        assert_eq!(cpu(&report), [counted, "400m", counted], "{said}");
        let left = Quantity::parse("1")
            .unwrap()
            .minus(Quantity::parse(counted).unwrap());
        assert_eq!(report["left"]["cpu"], left.to_string(), "{said}");
    }
}

#[test]
fn a_resize_and_the_template_stand_side_by_side() {
    let status = json!({"name": "a", "ready": true});
    let world = resized(status, None);
    let (_, text) = world.ask("node n -o wide");
    assert!(text.contains("700m (a new pod 400m)"), "{text}");
    assert!(!text.contains("300Mi ("), "{text}");
    let report = world.json("why runs");
    let footprint = &report["footprint"];
    assert_eq!(footprint["perPod"]["cpu"], "400m");
    assert_eq!(footprint["total"]["cpu"], "700m");
    assert_eq!(footprint["newPods"], 0);
    let differing = json!([{"requests": {"cpu": "700m", "memory": "300Mi"}, "pods": 1}]);
    assert_eq!(footprint["differing"], differing);
    assert_eq!(footprint["largestShare"][0]["percent"], 70.0);
}

#[test]
fn a_change_replaces_what_was_resized() {
    let world = resized(json!({"name": "a", "ready": true}), None);
    let footprint = &world.json("plan runs --set-image a=b")["footprint"];
    assert_eq!(footprint["before"]["total"]["cpu"], "700m");
    assert_eq!(footprint["after"]["total"]["cpu"], "400m");
    assert_eq!(footprint["after"]["newPods"], 1);
}

/// Sidecars, init containers, the pod's own resources and its overhead.
#[test]
fn all_that_a_pod_requests_counts() {
    let sidecar = json!({"name": "s", "image": "s", "restartPolicy": "Always",
        "resources": {"requests": {"cpu": "50m"}}});
    let init = json!({"name": "i", "image": "i", "resources": {"requests": {"cpu": "900m"}}});
    let containers = json!([container(json!({"cpu": "100m", "memory": "1Mi"}))]);
    let spec = json!({"containers": containers, "initContainers": [sidecar, init]});
    let report = one(spec.clone(), json!({})).json("node n");
    assert_eq!(cpu(&report), ["950m", "400m", "950m"]);
    let mut of_pod = spec;
    of_pod["resources"] = json!({"requests": {"cpu": "200m"}});
    of_pod["overhead"] = json!({"cpu": "5m"});
    let report = one(of_pod, json!({})).json("node n");
    assert_eq!(cpu(&report), ["205m", "400m", "205m"]);
    assert_eq!(report["requests"]["memory"], "1Mi");
}

#[test]
fn what_has_ended_counts_as_a_new_pod_and_two_pods_count_twice() {
    let spec = json!({"containers": [container(json!({"cpu": "700m"}))]});
    let report = one(spec.clone(), json!({"phase": "Failed"})).json("node n");
    assert_eq!(cpu(&report), ["400m", "400m", "400m"]);
    let mut world = one(spec, json!({}));
    let mut other = world.pods[0].clone();
    other["metadata"]["name"] = json!("runs-y");
    other["spec"]["containers"] = json!([container(json!({"cpu": "100m"}))]);
    world.pods.push(other);
    let report = world.json("node n");
    assert_eq!(cpu(&report), ["800m", "400m", "800m"]);
    assert_eq!(report["requests"]["pods"], "2");
}

#[test]
fn a_limit_range_is_what_a_new_pod_requests() {
    let mut world = one(json!({}), json!({}));
    world.pods.clear();
    let spec = &mut world.daemon_sets[0]["spec"]["template"]["spec"];
    spec["containers"][0]["resources"] = json!({"limits": {"memory": "64Mi"}});
    let requests = |world: &World| world.json("node n")["requests"].clone();
    assert_eq!(requests(&world), json!({"memory": "64Mi", "pods": "1"}));
    let default = json!({"type": "Container", "default": {"cpu": "250m", "memory": "1Gi"}});
    world.limit_ranges = vec![limit_range("elsewhere", default.clone())];
    assert_eq!(requests(&world), json!({"memory": "64Mi", "pods": "1"}));
    world.limit_ranges.push(limit_range("default", default));
    let wanted = json!({"cpu": "250m", "memory": "64Mi", "pods": "1"});
    assert_eq!(requests(&world), wanted);
    // On a node that is yet to come as well, and in the footprint.
    let footprint = &world.json("why runs")["footprint"];
    assert_eq!(
        footprint["perPod"],
        json!({"cpu": "250m", "memory": "64Mi"})
    );
    assert_eq!(footprint["newPods"], 1);
    let (_, text) = world.ask("why runs");
    assert!(!text.contains("requests nothing"), "{text}");
}

/// The template requests nothing, and the pod what a LimitRange gave it, which is gone since.
#[test]
fn a_pod_that_requests_something_is_never_said_to_request_nothing() {
    let spec = json!({"containers": [container(json!({"cpu": "200m"}))]});
    let mut world = one(spec, json!({}));
    let spec = &mut world.daemon_sets[0]["spec"]["template"]["spec"];
    spec["containers"][0]["resources"] = json!({});
    let (_, text) = world.ask("why runs");
    assert!(!text.contains("requests nothing"), "{text}");
    let footprint = &world.json("why runs")["footprint"];
    assert_eq!(footprint["total"]["cpu"], "200m");
    assert_eq!(cpu(&world.json("node n")), ["200m", "none", "200m"]);
    world.pods[0]["spec"]["containers"] = json!([container(json!({}))]);
    let footprint = &world.json("why runs")["footprint"];
    assert_eq!(footprint["total"], json!({}));
}

/// What the nodes' pods request is a part of the outcome.
#[test]
fn a_node_whose_pod_was_resized_is_a_group_of_its_own() {
    let spec = |cpu: &str| json!({"nodeName": "", "containers": [container(json!({"cpu": cpu}))]});
    let mut world = one(spec("100m"), json!({}));
    world.nodes = ["m", "n", "o"]
        .map(|name| node(name, json!({}), json!({})))
        .to_vec();
    world.pods = [("m", "100m"), ("n", "700m"), ("o", "100m")]
        .map(|(node, cpu)| {
            let mut pod = pod("runs", node);
            pod["metadata"]["name"] = json!(format!("runs-{node}"));
            pod["spec"] = spec(cpu);
            pod["spec"]["nodeName"] = json!(node);
            pod
        })
        .to_vec();
    let (_, text) = world.ask("node --node-selector !nope");
    assert!(
        text.contains("3 nodes, grouped into 2 different outcomes"),
        "{text}"
    );
    assert!(text.contains("2 nodes: m, o"), "{text}");
    assert!(text.contains("1 node: n"), "{text}");
}

#[test]
fn a_quantity_that_is_none_is_named_with_its_pod() {
    let spec = json!({"containers": [container(json!({"cpu": "plenty"}))]});
    let world = one(spec, json!({}));
    let problem = UnreadableRequests {
        pod: Some("runs-x".to_owned()),
        problem: RequestError {
            resource: "cpu".to_owned(),
            problem: Quantity::parse("plenty").unwrap_err(),
        },
    };
    let note = Note::RequestsLeftOut {
        daemon_set: "default/runs".to_owned(),
        problem,
    };
    assert!(world.notes("n", &[]).contains(&note));
    assert_eq!(world.json("node n")["requests"], json!({"pods": "1"}));
    let (_, text) = world.ask("why runs");
    let said =
        "the footprint is left out: in the requests of pod runs-x, cpu: `plenty` is no quantity";
    assert!(text.replace("\n  ", " ").contains(said), "{text}");
}
