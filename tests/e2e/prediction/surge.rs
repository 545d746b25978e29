//! maxSurge: a new pod beside the old one first.

use serde_json::{Value, json};

use super::budget::set_up;
use super::compare::shape;
use super::run::{Does, Stopped, creates, deletes};
use super::{Case, Outcome, case};
use crate::report::{Report, written};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;
use crate::scenario::pod::is_ready;

pub(super) const ALL: &[Case] = &[
    case("surge-one-at-a-time", surge_one_at_a_time),
    case("surge-percentage", surge_percentage),
    case("surge-done", surge_done),
    case("surge-unavailable-old-pods", surge_unavailable_old_pods),
    case("surge-sunset", surge_sunset),
    case("surge-sunset-held", surge_sunset_held),
    case("surge-moves-nodes", surge_moves_nodes),
    case("surge-node-gone", surge_node_gone),
    case("surge-host-port", surge_host_port),
    case("surge-new-pod-never-ready", surge_new_pod_never_ready),
    case("surge-quota", surge_quota),
];

const NODES: [&str; 5] = ["n1", "n2", "n3", "n4", "n5"];

fn agent(max_surge: impl Into<Value>) -> Ds {
    let rolling = json!({"maxSurge": max_surge.into(), "maxUnavailable": 0});
    Ds::new("agent")
        .spec(json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}))
}

fn roll(lab: &Lab<'_>, ds: &Ds, at_once: usize) -> Outcome {
    set_up(lab, ds, &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&ds.clone().image("agent:2"))?;
    plan.says("/next", "Update")?;
    plan.says("/budget/of", "Surge")?;
    plan.says("/budget/allowed", at_once)?;
    plan.says("/waves/unavailableAtWorst", 0)?;
    shape(&plan.choice("/update/delete")?, 0, 0, 0)?;
    shape(&plan.choice("/update/create")?, 0, 5, at_once)?;
    let frozen = stopped.go(&plan, creates(at_once))?;
    frozen.finish(&plan)?.replaced(5)
}

fn surge_one_at_a_time(lab: &Lab<'_>) -> Outcome {
    roll(lab, &agent(1), 1)
}

/// 50 % of 5 are 2.5, and the controller takes 3.
fn surge_percentage(lab: &Lab<'_>) -> Outcome {
    roll(lab, &agent("50%"), 3)
}

/// The new pod is available: the old one beside it goes.
fn surge_done(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &["n1", "n2", "n3"])?;
    let kubelets = lab.cluster().pause_kubelets()?;
    lab.apply(&agent(2).image("agent:2"))?;
    lab.until("two new pods", || Ok(lab.running("agent", "agent:2")? == 2))?;
    let stopped = Stopped::once(lab, "agent", kubelets, |pods| pods.iter().all(is_ready))?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/reason", "ReplacedUnderSurge")?;
    plan.says("/manage/deleteAtLeast", 2)?;
    let frozen = stopped.go(&plan, Does::Something)?;
    frozen.finish(&plan)?.replaced(3)
}

/// Beside old pods that aren't available new ones are made at once, whatever maxSurge is.
fn surge_unavailable_old_pods(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["never-ready-1", "never-ready-2", "n1", "n2"])?;
    lab.apply(&agent(1))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    plan.says("/next", "Update")?;
    shape(&plan.choice("/update/create")?, 2, 2, 1)?;
    let frozen = stopped.go(&plan, creates(3))?;
    // Neither is ready: manage takes the old ones from beside the new ones.
    frozen.in_all(2, 3)?;
    let ended = frozen.run_until("the available ones to be replaced too", |pods| {
        pods.len() == 4
            && pods.iter().filter(|pod| is_ready(pod)).count() == 2
            && pods
                .iter()
                .all(|pod| pod["spec"]["containers"][0]["image"] == "agent:2")
    })?;
    ended.replaced(4)
}

/// An old pod where none should run: an available one goes when enough others are.
fn surge_sunset(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    lab.taint("n3", "team=a:NoSchedule")?;
    let pod = lab.pod_on("agent", "n3")?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    plan.says("/update/delete/certain/0", pod)?;
    shape(&plan.choice("/update/delete")?, 1, 0, 0)?;
    shape(&plan.choice("/update/create")?, 0, 2, 1)?;
    plan.says("/lost/0/node", lab.node("n3"))?;
    let one_each = Does::Pods {
        deleted: 1,
        created: 1,
    };
    let ended = stopped.go(&plan, one_each)?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2")])
}

/// As long as another node is without an available pod, it stays.
fn surge_sunset_held(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "never-ready-2", "n3", "never-ready-4"])?;
    lab.apply(&agent(1))?;
    lab.until_ready_on("agent", &["n1", "n3"])?;
    for node in ["n3", "never-ready-4"] {
        lab.taint(node, "team=a:NoSchedule")?;
    }
    let (kept, unavailable) = (
        lab.pod_on("agent", "n3")?,
        lab.pod_on("agent", "never-ready-4")?,
    );
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    // The one that isn't available goes at once.
    plan.says("/update/delete/certain", json!([unavailable]))?;
    shape(&plan.choice("/update/delete")?, 1, 0, 0)?;
    shape(&plan.choice("/update/create")?, 2, 0, 0)?;
    let does = Does::Pods {
        deleted: 1,
        created: 2,
    };
    let ended = stopped
        .go(&plan, does)?
        .run_until("n1 to be replaced", |pods| {
            pods.len() == 3 && pods.iter().filter(|pod| is_ready(pod)).count() == 2
        })?;
    ended.pods_on(&[lab.node("n1"), lab.node("never-ready-2"), lab.node("n3")])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.says("/lost/0/pod", kept)?;
    stopped.go(&plan, Does::Nothing)?.stays().map(drop)
}

/// A template edit under surge: the nodes it leaves lose their pods at once all the same.
fn surge_moves_nodes(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").label("role", "a"),
        lab.new_node("n2").label("role", "a").label("new", "yes"),
        lab.new_node("n3").label("new", "yes"),
    ])?;
    lab.apply(&agent(1).pod(json!({"nodeSelector": {"role": "a"}})))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).pod(json!({"nodeSelector": {"new": "yes"}})))?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/node", lab.node("n1"))?;
    plan.says("/manage/create/0/node", lab.node("n3"))?;
    let frozen = stopped.go(&plan, Does::Something)?;
    let ended = frozen.finish(&plan)?;
    ended.replaced(2)?;
    ended.pods_on(&[lab.node("n2"), lab.node("n3")])
}

/// An old pod on a node that is gone: the whole rolling update fails until it is removed.
fn surge_node_gone(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    let pod = lab.pod_on("agent", "n3")?;
    lab.kubectl(&["delete", "node", &lab.node("n3")])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["GenerationNotObserved", "NodeGoneUnderSurge"])?;
    stopped.go(&plan, Does::Nothing)?.stays()?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.kubectl(&["delete", "pod", &pod, "--force", "--grace-period=0"])?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    shape(&plan.choice("/update/create")?, 0, 2, 1)?;
    let ended = stopped.go(&plan, creates(1))?.finish(&plan)?;
    ended.replaced(2)
}

/// k/k#106417, haproxytech/helm-charts#189: the server takes it, and it never fits.
fn surge_host_port(lab: &Lab<'_>) -> Outcome {
    let ports = |image: &str| {
        let container = json!({"name": "agent", "image": image, "ports": [{"containerPort": 9100, "hostPort": 9100}]});
        agent(1).pod(json!({"containers": [container]}))
    };
    set_up(lab, &ports("agent:1"), &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    stopped
        .plan_of(&ports("agent:2").manifest(), &["agent"])?
        .warns("9100")?;
    let plan = stopped.apply(&ports("agent:2"))?;
    stopped.go(&plan, creates(1))?.stays()?.replaced(0)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["HostPortsUnderSurge", "PodUnschedulable", "BudgetExhausted"])?;
    stopped.go(&plan, Does::Nothing)?.stays().map(drop)
}

/// The new pod never becomes available: it holds the surge, and every node keeps its old one.
fn surge_new_pod_never_ready(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2").behaviour("never-ready"))?;
    stopped.go(&plan, creates(1))?.stays()?.replaced(0)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["ContainerWaiting", "BudgetExhausted"])?;
    plan.advises(r#"{"maxSurge":2}"#)?;
    let rolling = json!({"spec": {"updateStrategy": {"rollingUpdate": {"maxSurge": 2}}}});
    lab.patch("daemonset", "agent", &rolling)?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    drop(stopped.go(&plan, creates(1))?);
    // And undone, the new ones go and no node was ever without.
    let stopped = Stopped::new(lab, "agent")?;
    lab.kubectl(&["rollout", "undo", "daemonset/agent"])?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/revision/state", "Existing")?;
    let frozen = stopped.go(&plan, deletes(2))?;
    frozen.finish(&plan)?.replaced(2)
}

/// A quota has no room for second pods: each is refused, and nothing else moves. Once there is
/// room all are replaced, and the event, which stays, is no cause any more.
fn surge_quota(lab: &Lab<'_>) -> Outcome {
    let labelled = agent(1).pod(json!({"nodeSelector": {"run": "yes"}}));
    let mut nodes = ["n1", "n2", "n3"]
        .map(|n| lab.new_node(n).label("run", "yes"))
        .to_vec();
    nodes.push(lab.new_node("n4"));
    lab.nodes(&nodes)?;
    lab.quota("three", 3)?;
    lab.apply(&labelled)?;
    lab.until_ready_on("agent", &["n1", "n2", "n3"])?;
    lab.apply(&labelled.clone().image("agent:2"))?;
    lab.until_refused()?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    plan.blocked_by(&["FailedCreate"])?;
    let namespace = lab.namespace();
    plan.advises(&format!("kubectl describe quota three -n {namespace}"))?;
    findings(lab, &["FailedCreate"])?;
    drop(stopped.go(&plan, Does::Nothing)?);
    lab.kubectl(&["describe", "quota", "three"])?;
    lab.set_quota("three", 20)?;
    lab.sync("agent")?;
    lab.until_rolled("agent", "agent:2", 3)?;
    lab.until_created_after_refusal("agent")?;
    lab.until_rolled("agent", "agent:2", 3)?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.label("n4", "run=yes")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/manage/create/0/node", lab.node("n4"))?;
    plan.blocked_by(&[])?;
    findings(lab, &[])?;
    drop(stopped.go(&plan, creates(1))?);
    Ok(())
}

/// An error unless these are the findings of `why` about the DaemonSet as a whole.
fn findings(lab: &Lab<'_>, codes: &[&str]) -> Outcome {
    let why = written(lab, &["why", "agent"])?;
    let why = Report::new("EligibilityReport", why)?;
    let found: Vec<_> = why.names("/findings", "code")?.into_iter().collect();
    if found == codes {
        Ok(())
    } else {
        Err(format!("the findings should be {codes:?}: {found:?}"))
    }
}
