//! Nodes that are excluded, and pods that don't run.

use serde_json::{Value, json};

use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

use super::situation::{Question, Situation, Tried};

const PATCH: &str = "kubectl patch daemonset agent ";
const LABEL: &str = "kubectl label node n1-";
const DESCRIBE: &str = "kubectl describe node n1-";

const fn on_n1(
    name: &'static str,
    set_up: fn(&Lab<'_>) -> Outcome,
    advised: &'static [&'static str],
) -> Situation {
    Situation::new(name, set_up, Question::WhyOn("n1"), advised)
}

pub(super) const ALL: &[Situation] = &[
    on_n1("taint", taint, &[PATCH, "kubectl taint nodes n1-"]),
    on_n1("cordon", cordon, &[]),
    on_n1("node-selector", node_selector, &[PATCH, LABEL]),
    on_n1("affinity", affinity, &[LABEL, PATCH]),
    on_n1(
        "requirement",
        requirement,
        &["kubectl edit daemonset agent ", PATCH],
    ),
    on_n1("node-name", node_name, &[PATCH]),
    on_n1("label-of-the-kubelet", label_of_the_kubelet, &[LABEL]),
    on_n1("unreachable", unreachable, &[DESCRIBE]),
    on_n1("crash-loop", crash_loop, &["kubectl logs agent-"]),
    on_n1(
        "several",
        several,
        &[
            PATCH,
            LABEL,
            PATCH,
            "kubectl taint nodes n1-",
            DESCRIBE,
            PATCH,
            LABEL,
            PATCH,
            PATCH,
        ],
    ),
    Situation {
        name: "other-system",
        set_up: other_system,
        question: Question::Why,
        advised: &["kubectl logs agent-", PATCH, "kubectl ds why agent "],
        tried: Tried::All,
    },
    Situation::new(
        "old-status",
        old_status,
        Question::Why,
        &["kubectl ds why agent ", "kubectl annotate daemonset agent "],
    ),
    Situation {
        name: "host-port",
        set_up: host_port,
        question: Question::Why,
        advised: &[
            "kubectl describe daemonset other ",
            PATCH,
            "kubectl delete daemonset other ",
            "kubectl ds why agent ",
        ],
        tried: Tried::All,
    },
    Situation {
        name: "lost",
        set_up: lost,
        question: Question::Plan(&["--restart"]),
        advised: &[PATCH],
        tried: Tried::All,
    },
];

fn runs_on(lab: &Lab<'_>, ds: &Ds, short: &[&str]) -> Outcome {
    lab.apply(ds)?;
    lab.until_ready_on("agent", short)
}

fn taint(lab: &Lab<'_>) -> Outcome {
    let tainted = |short: &str| {
        lab.new_node(short)
            .taint("example.com/team", "a", "NoSchedule")
    };
    lab.nodes(&[tainted("n1"), lab.new_node("n2"), tainted("n3")])?;
    runs_on(lab, &Ds::new("agent"), &["n2"])
}

/// Each daemon pod tolerates it, and nothing is to be done.
fn cordon(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1").cordoned(), lab.new_node("n2")])?;
    runs_on(lab, &Ds::new("agent"), &["n1", "n2"])
}

fn node_selector(lab: &Lab<'_>) -> Outcome {
    let labelled = lab.new_node("n2").label("example.com/tier", "1");
    lab.nodes(&[lab.new_node("n1"), labelled])?;
    let selector = json!({"nodeSelector": {"example.com/tier": "1"}});
    runs_on(lab, &Ds::new("agent").pod(selector), &["n2"])
}

fn in_pool(pool: &str) -> Value {
    json!({"matchExpressions": [{"key": "example.com/pool", "operator": "In", "values": [pool]}]})
}

fn affinity(lab: &Lab<'_>) -> Outcome {
    let node = |short: &str, pool: &str| lab.new_node(short).label("example.com/pool", pool);
    lab.nodes(&[node("n1", "c"), node("n2", "b")])?;
    let terms = json!([in_pool("a"), in_pool("b")]);
    runs_on(lab, &Ds::new("agent").affinity(terms), &["n2"])
}

/// The server takes it, and nothing matches it.
fn requirement(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    let bound = json!({"key": "example.com/size", "operator": "Gt", "values": ["large"]});
    let terms = json!([{"matchExpressions": [bound]}]);
    lab.apply(&Ds::new("agent").affinity(terms))
}

/// A NoSchedule taint starts no sync, and the status still counts the node.
fn old_status(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    runs_on(lab, &Ds::new("agent"), &["n1", "n2"])?;
    lab.settle("agent")?;
    lab.taint("n2", "team=a:NoSchedule")
}

fn node_name(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let name = json!({"nodeName": lab.node("n2")});
    runs_on(lab, &Ds::new("agent").pod(name), &["n2"])
}

fn label_of_the_kubelet(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.label("n1", "kubernetes.io/os-")?;
    let linux = json!({"nodeSelector": {"kubernetes.io/os": "linux"}});
    runs_on(lab, &Ds::new("agent").pod(linux), &["n2"])
}

/// Nobody but the node itself can end that.
fn unreachable(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    runs_on(lab, &Ds::new("agent"), &["n1", "n2"])?;
    lab.kubelets_die("agent", &["n1"])
}

/// A container that has ended before, as a kubelet reports it.
fn crash_loop(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    runs_on(lab, &Ds::new("agent"), &["n1"])?;
    let agent = json!({
        "name": "agent", "image": "agent:1", "imageID": "", "ready": false, "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
    });
    let ready = json!({"type": "Ready", "status": "False"});
    let status = json!({"conditions": [ready], "containerStatuses": [agent]});
    lab.pod_status(&lab.pod_on("agent", "n1")?, &status)
}

/// All that a template can have against a node, and a taint whose value is an ID.
fn several(lab: &Lab<'_>) -> Outcome {
    let node = lab.new_node("n1");
    let node = node.taint("example.com/reserved", "it", "NoSchedule");
    let spot = "aws-node-termination-handler/spot-itn";
    let node = node.taint(spot, "abcd-1234", "NoExecute");
    lab.nodes(&[node, lab.new_node("n2")])?;
    let terms = json!([in_pool("a"), in_pool("b")]);
    let tier = json!({"nodeSelector": {"example.com/tier": "1"}});
    lab.apply(&Ds::new("agent").affinity(terms).pod(tier))
}

/// The nodes whose names begin so are those on which pods crash.
fn other_system(lab: &Lab<'_>) -> Outcome {
    let windows = |short: &str| lab.new_node(short).label("kubernetes.io/os", "windows");
    let broken = [windows("never-ready-1"), windows("never-ready-2")];
    lab.nodes(&[&broken[..], &[lab.new_node("n1")]].concat())?;
    runs_on(lab, &Ds::new("agent"), &["n1"])?;
    let crashing = json!({"containerStatuses": [{
        "name": "agent", "image": "agent:1", "imageID": "", "ready": false, "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
        "lastState": {"terminated": {
            "exitCode": 255, "reason": "Error", "message": "exec /agent: exec format error",
        }},
    }]});
    for short in ["never-ready-1", "never-ready-2"] {
        lab.pod_status(&lab.pod_on("agent", short)?, &crashing)?;
    }
    Ok(())
}

/// Another DaemonSet has the host port.
fn host_port(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let port = json!({"containerPort": 9100, "hostPort": 9100});
    let ds = |name: &str| {
        let container = json!({"name": name, "image": "agent:1", "ports": [port]});
        Ds::new(name).pod(json!({"containers": [container]}))
    };
    lab.apply(&ds("other"))?;
    lab.until_ready_on("other", &["n1", "n2"])?;
    lab.apply(&ds("agent"))?;
    lab.until("pods that don't fit", || {
        let (_, pods) = lab.look("agent")?;
        let is_refused = |pod: &&Value| {
            let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
            conditions
                .filter(|c| c["reason"] == "Unschedulable")
                .count()
                > 0
        };
        Ok(pods.iter().filter(is_refused).count() == 2)
    })
}

/// A pod that a taint has excluded since is lost with the next rollout.
fn lost(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    runs_on(lab, &Ds::new("agent"), &["n1", "n2"])?;
    lab.taint("n1", "example.com/team=a:NoSchedule")
}
