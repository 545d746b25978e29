//! DaemonSets that end a taint of their nodes themselves: where they don't tolerate it, neither
//! comes, and no waiting helps.

use kubectl_ds::analysis::causes::main_cause;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::next::steps;
use kubectl_ds::analysis::node::Eligibility;
use kubectl_ds::analysis::overall_health::Health;
use kubectl_ds::analysis::owners::agent::AGENTS;
use kubectl_ds::analysis::reason::{Code, NotReadyCause};
use kubectl_ds::analysis::remedy::ChangedObject;
use kubectl_ds::analysis::summary::Overview;
use serde_json::{Value, json};

use super::patches::patched;
use super::{a_taint, judged, other_pod};
use crate::analysed::{all_nodes, one_node, snapshot, with_subject};
use crate::states::{counters, daemon_set, node, pod, revision};

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const NO_PLUGIN: &str = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/// A node with one taint; one that isn't ready says that it is for want of a network plugin.
fn tainted(key: &str, message: &str) -> Value {
    let mut node = node("n", &json!({}), &json!([a_taint(key, "", "NoSchedule")]));
    if key == NOT_READY {
        node["status"] =
            json!({"conditions": [{"type": "Ready", "status": "False", "message": message}]});
    }
    node
}

fn objects(name: &str, spec: &Value, node: Value) -> Vec<Value> {
    let ds = daemon_set(&json!({"name": name}), spec, &counters(0, 0, 1));
    vec![revision(&ds), ds, other_pod(), node]
}

fn image(image: &str) -> Value {
    json!({"containers": [{"name": "c", "image": image}]})
}

/// Each agent, by its name alone and by its image alone, for each taint that it ends.
#[test]
fn what_an_agent_ends_it_has_to_tolerate() {
    for agent in AGENTS {
        assert!(agent.source.starts_with("https://"), "{agent:?}");
        for (name, key) in agent
            .names
            .iter()
            .flat_map(|name| agent.ends.iter().map(move |key| (name, key)))
        {
            let by_image = image(&format!("registry.example:5000/x/{name}:v1@sha256:0"));
            let by_name = objects(
                &name.replace('/', "-"),
                &image("i:1"),
                tainted(key, NO_PLUGIN),
            );
            for (objects, is_named) in [
                (by_name, !name.contains('/')),
                (objects("a", &by_image, tainted(key, NO_PLUGIN)), true),
            ] {
                if is_named {
                    tolerates_first(&objects, &format!("{name} {key}"));
                }
            }
        }
    }
}

/// The first and only advice is a toleration, which is enough; the DaemonSet needs somebody.
fn tolerates_first(objects: &[Value], about: &str) {
    let found = one_node(objects, "n");
    assert_eq!(found.should_run, Some(false), "{about}");
    let changes: Vec<_> = found.remedies.iter().map(|one| one.changes()).collect();
    assert_eq!(
        changes,
        [ChangedObject::Template],
        "{about}: {:#?}",
        found.remedies
    );
    assert_eq!(found.distance.tolerations, 1, "{about}");
    let report = all_nodes(objects);
    assert_eq!(report.clean, Some(true), "{about}");
    assert_eq!(
        Overview::new(&report).health,
        Health::NeedsAttention,
        "{about}"
    );
    let [step] = &steps(&report)[..] else {
        panic!("{about}: {:#?}", steps(&report));
    };
    assert_eq!(step.kind.name(), "ChangeTemplate", "{about}");
    let command = step.command.as_ref().unwrap().to_string();
    let command_of_node = found.remedies[0].command().unwrap().to_string();
    assert_eq!(command, command_of_node, "{about}");
    let ds = patched(&objects[1], &command).unwrap();
    let then = [&[revision(&ds), ds], &objects[2..]].concat();
    assert_eq!(
        one_node(&then, "n").eligibility,
        Eligibility::Eligible,
        "{about}"
    );
}

/// What it mounts tells as much as what it is called.
#[test]
fn what_it_mounts_tells_what_it_is() {
    let mounts = |path: &str, host_network: bool| json!({"hostNetwork": host_network, "volumes": [{"name": "v", "hostPath": {"path": path}}]});
    let plugin = mounts("/etc/cni/net.d/", true);
    tolerates_first(
        &objects("a", &plugin, tainted(NOT_READY, NO_PLUGIN)),
        "plugin",
    );
    let driver = mounts("/var/lib/kubelet/plugins/disk.csi.example.com/", false);
    let key = "disk.csi.example.com/agent-not-ready";
    tolerates_first(&objects("a", &driver, tainted(key, "")), "driver");
}

/// Neither does another agent end it, nor a network plugin what else ails a node; nor does one
/// that adds to another's configuration.
#[test]
fn what_it_does_not_end_is_waited_for() {
    let waits = |objects: &[Value]| {
        let found = one_node(objects, "n");
        assert_eq!(
            found.remedies[0].changes(),
            ChangedObject::Nothing,
            "{:#?}",
            found.remedies
        );
        let report = all_nodes(objects);
        assert_eq!(Overview::new(&report).health, Health::OnNoNode);
        assert!(steps(&report).is_empty());
    };
    let flannel = image("flannel/flannel:v0.28.0");
    let pleg = "PLEG is not healthy: pleg was last seen active 12m ago";
    waits(&objects("a", &flannel, tainted(NOT_READY, pleg)));
    waits(&objects(
        "a",
        &image("fluent-bit:4"),
        tainted(NOT_READY, NO_PLUGIN),
    ));
    waits(&objects(
        "a",
        &flannel,
        tainted("node.cilium.io/agent-not-ready", ""),
    ));
    let chained = json!({"hostNetwork": true, "volumes": [{"name": "v", "hostPath": {"path": "/etc/cni/net.d"}}]});
    waits(&objects(
        "linkerd-cni",
        &chained,
        tainted(NOT_READY, NO_PLUGIN),
    ));
}

/// The condition of a node is no toleration that is missing.
#[test]
fn a_condition_of_the_node_is_not_a_toleration() {
    let mut node = tainted("node.kubernetes.io/network-unavailable", "");
    let said = "RouteController failed to create a route";
    node["status"] = json!({"conditions": [
        {"type": "NetworkUnavailable", "status": "True", "reason": "NoRouteCreated", "message": said}]});
    let objects = objects("a", &image("i:1"), node);
    let found = one_node(&objects, "n");
    assert_eq!(
        (found.distance.tolerations, found.distance.conditions),
        (0, 1)
    );
    let text = serde_json::to_string(&kubectl_ds::words::remedy::text(
        &found.remedies[0],
        "n",
        false,
    ))
    .unwrap();
    assert!(text.contains(said), "{text}");
}

/// A node that shuts down is left, and what says more of one without a plugin is its pods.
#[test]
fn what_shows_more_of_a_node_that_is_not_ready() {
    let look = |message: &str| {
        let objects = objects("a", &image("i:1"), tainted(NOT_READY, message));
        one_node(&objects, "n").remedies[0]
            .command()
            .unwrap()
            .to_string()
    };
    assert_eq!(look("node is shutting down"), "kubectl describe node n");
    assert_eq!(
        look(NO_PLUGIN),
        "kubectl get pods -A -o wide --field-selector spec.nodeName=n"
    );
}

/// An agent that isn't there on some nodes only is as stuck there.
#[test]
fn a_new_node_is_excluded_too() {
    let mut objects = objects(
        "cilium",
        &image("cilium:v1"),
        tainted("node.cilium.io/agent-not-ready", ""),
    );
    objects.push(node("other", &json!({}), &json!([])));
    with_subject(&objects, |subject| {
        let report = subject.report(Detail::AllNodes);
        let excluded_by_own_taint = report.excluded_by_own_taint().unwrap();
        assert_eq!(excluded_by_own_taint.nodes, ["n"]);
    });
    let snapshot = snapshot(&objects);
    let other = judged(&snapshot, &snapshot.daemon_sets[0], "other");
    assert_eq!(other.eligibility, Eligibility::Eligible);
}

/// A network plugin that crashes where its node has no addresses for pods: what it lacks is
/// nearer to the root than the crash.
#[test]
fn a_network_plugin_without_addresses_for_its_node() {
    let crash = json!({"phase": "Running", "containerStatuses": [{"name": "c", "image": "i", "ready": false,
        "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]});
    let cause = |name: &str, args: &Value, range: Option<&str>| {
        let mut spec = image("i:1");
        spec["tolerations"] = json!([{"operator": "Exists"}]);
        spec["containers"][0]["args"] = args.clone();
        let mut node = tainted(NOT_READY, NO_PLUGIN);
        if let Some(range) = range {
            node["spec"]["podCIDR"] = range.into();
        }
        let mut objects = objects(name, &spec, node);
        let mut pod = pod("p", "n", &crash);
        pod["metadata"]["ownerReferences"][0]["name"] = name.into();
        objects.push(pod);
        let found = one_node(&objects, "n");
        let cause = main_cause(&found).unwrap();
        (cause.code(), cause.node_cause())
    };
    let none = json!([]);
    let lacking = (Code::NodeNotReady, Some(NotReadyCause::NoPodCidr));
    let crashing = (Code::ContainerWaiting, None);
    assert_eq!(cause("kube-flannel-ds", &none, None), lacking);
    assert_eq!(
        cause("kube-flannel-ds", &none, Some("10.244.3.0/24")),
        crashing
    );
    // These take their ranges from elsewhere.
    assert_eq!(cause("aws-node", &none, None), crashing);
    let etcd = json!(["-etcd-endpoints=http://10.0.0.1:2379"]);
    assert_eq!(cause("kube-flannel-ds", &etcd, None), crashing);
}
