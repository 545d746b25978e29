//! Rollouts that don't move.

use serde_json::{Value, json};

use crate::prediction::{agent, set_up};
use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

use super::situation::{Question, Situation, Tried};

const PATCH: &str = "kubectl patch daemonset agent ";
const UNDO: &str = "kubectl rollout undo daemonset/agent ";
const DELETE: &str = "kubectl delete pod agent-";
const DEAD: [&str; 2] = ["kubectl taint node dead-", "kubectl delete node dead-"];

const fn stuck(
    name: &'static str,
    set_up: fn(&Lab<'_>) -> Outcome,
    advised: &'static [&'static str],
) -> Situation {
    Situation::new(name, set_up, Question::Plan(&[]), advised)
}

const fn of_dead_node(name: &'static str, tried: Tried) -> Situation {
    let advised: &[&str] = &[
        "kubectl describe node dead-",
        PATCH,
        DELETE,
        DEAD[0],
        DEAD[1],
    ];
    Situation {
        tried,
        ..stuck(name, dead_node, advised)
    }
}

pub(super) const ALL: &[Situation] = &[
    // The garbage collector of pods takes more than a minute for what these do.
    of_dead_node("dead-node-out-of-service", Tried::Only(DEAD[0])),
    of_dead_node("dead-node-deleted", Tried::Only(DEAD[1])),
    of_dead_node("dead-node", Tried::AllBut(&DEAD)),
    stuck("crashing", crashing, &[UNDO, PATCH]),
    stuck("excluded-pod", excluded_pod, &[UNDO, DELETE, PATCH]),
    stuck("held-pod", held_pod, &[PATCH, "kubectl patch pod agent-"]),
    stuck("surge-host-port", surge_host_port, &[PATCH]),
    stuck(
        "on-delete",
        on_delete,
        &[DELETE, PATCH, "kubectl ds plan agent -n "],
    ),
    stuck(
        "generation-trap",
        generation_trap,
        &[
            "kubectl label pods agent-",
            "kubectl delete pods agent-",
            "kubectl rollout restart daemonset/agent ",
        ],
    ),
];

const NODES: [&str; 3] = ["n1", "n2", "n3"];

fn dead_node(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["dead-1", "n1", "n2"])?;
    lab.kubelets_die("agent", &["dead-1"])?;
    lab.apply(&agent(1).image("agent:2"))
}

fn crashing(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.apply(&agent(1).image("agent:2").behaviour("never-ready"))?;
    until_one_is_new(lab).map(drop)
}

/// A new pod that crashes, on a node that a taint has excluded since.
fn excluded_pod(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.apply(&agent(1).image("agent:2").behaviour("never-ready"))?;
    let node = until_one_is_new(lab)?;
    let taint = ["taint", "nodes", &node, "example.com/team=a:NoSchedule"];
    lab.kubectl(&taint).map(drop)
}

/// Returns the node of the new pod.
fn until_one_is_new(lab: &Lab<'_>) -> Result<String, String> {
    lab.until("the first pod to be replaced", || {
        Ok(lab.running("agent", "agent:2")? == 1)
    })?;
    lab.rest("agent")?;
    let (_, pods) = lab.look("agent")?;
    let new = |pod: &&Value| pod["spec"]["containers"][0]["image"] == "agent:2";
    let pod = pods.iter().find(new).ok_or("no new pod")?;
    let node = pod["spec"]["nodeName"].as_str();
    node.map(str::to_owned)
        .ok_or_else(|| "on no node".to_owned())
}

fn held_pod(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.delete_but_hold(&lab.pod_on("agent", "n1")?)?;
    lab.apply(&agent(1).image("agent:2"))
}

/// The new pod never fits beside the old one.
fn surge_host_port(lab: &Lab<'_>) -> Outcome {
    let port = json!({"containerPort": 9100, "hostPort": 9100});
    let ds = |image: &str| {
        let container = json!({"name": "agent", "image": image, "ports": [port]});
        let rolling = json!({"maxSurge": 1, "maxUnavailable": 0});
        Ds::new("agent")
            .spec(json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}))
            .pod(json!({"containers": [container]}))
    };
    set_up(lab, &ds("agent:1"), &["n1", "n2"])?;
    lab.apply(&ds("agent:2"))?;
    lab.until("a new pod beside an old one", || {
        Ok(lab.running("agent", "agent:2")? == 1)
    })
}

fn on_delete(lab: &Lab<'_>) -> Outcome {
    let by_hand = agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    set_up(lab, &by_hand, &NODES)?;
    lab.apply(&by_hand.image("agent:2"))
}

/// The pods of a former DaemonSet count as updated by their generation alone.
fn generation_trap(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.orphan("agent")?;
    lab.apply(&agent(1).image("agent:2"))?;
    lab.until("the pods to be adopted", || {
        let adopted = lab.pods_of("agent")?.len();
        Ok(adopted == NODES.len())
    })
}
