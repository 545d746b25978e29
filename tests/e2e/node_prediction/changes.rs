//! Labels, several nodes at once, and taints that are tolerated for a while.

use serde_json::{Value, json};

use super::run::{Foretold, Moves, Sets, ask, set_up, until_ready};
use super::{Case, Outcome, case, compare};
use crate::report::{Report, written};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("label-set", label_set),
    case("label-taken-off", label_taken_off),
    case("label-and-taint", label_and_taint),
    case("evicted-again-and-again", evicted_again_and_again),
    case("several-nodes", several_nodes),
    case("surging", surging),
    case("waiting-for-a-pod-to-end", waiting_for_a_pod_to_end),
    case("refused-by-a-quota", refused_by_a_quota),
    case("on-delete", on_delete),
];

fn label_set(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let foretold = Foretold::new(lab, "n1", &["--label", "disk=ssd"])?;
    let followed = foretold.then(|| lab.label("n1", "disk=ssd"))?;
    followed.moved(&Moves::new(&["picky"], &[]))?.rolled(&[])
}

fn label_taken_off(lab: &Lab<'_>) -> Outcome {
    let node = lab.new_node("n1").label("disk", "ssd");
    set_up(lab, &[node], &["tolerant", "plain", "picky"])?;
    let foretold = Foretold::new(lab, "n1", &["--label", "disk-"])?;
    let followed = foretold.then(|| lab.label("n1", "disk-"))?;
    followed.moved(&Moves::new(&[], &["picky"]))?.rolled(&[])
}

/// The label would start it, the taint keeps it off.
fn label_and_taint(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let flags = ["--label", "disk=ssd", "--taint", "team=a:NoSchedule"];
    let foretold = Foretold::new(lab, "n1", &flags)?;
    let followed = foretold.then(|| {
        // The taint first: between the two the controllers stand still all the same.
        lab.taint("n1", "team=a:NoSchedule")?;
        lab.label("n1", "disk=ssd")
    })?;
    followed.moved(&Moves::default())?.rolled(&["plain"])
}

/// A taint that is tolerated for a second: its pod is evicted and made again, and again.
fn evicted_again_and_again(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1")])?;
    let for_a_second = json!([{"key": "team", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1}]);
    lab.apply(&Ds::new("brief").tolerations(for_a_second))?;
    let node = lab.node("n1");
    until_ready(lab, &node, &["brief"])?;
    let controllers = lab.cluster().pause_controller_manager()?;
    let said = ask(lab, &[&node, "--taint", "team=a:NoExecute"])?;
    said.says("/effects/start", json!([]))?;
    said.says("/effects/stop", json!([]))?;
    said.says("/effects/stay", json!([]))?;
    said.says("/effects/evicted/0/name", "brief")?;
    said.says("/effects/evicted/0/pod", lab.pod_on("brief", "n1")?)?;
    let mark = lab.cluster().audit_mark()?;
    lab.taint("n1", "team=a:NoExecute")?;
    drop(controllers);
    let namespace = lab.namespace();
    lab.until("two evictions", || {
        let events = lab.cluster().audit_since(mark)?;
        let evicted = events
            .iter()
            .filter(|event| event.is("delete", "pods", &namespace))
            .filter(|event| event.by_taint_eviction() && event.succeeded());
        let made = events
            .iter()
            .filter(|event| event.is("create", "pods", &namespace))
            .filter(|event| event.by_daemonset_controller() && event.succeeded());
        Ok(evicted.count() >= 2 && made.count() >= 2)
    })
}

/// A pool of nodes: what is said of each of them happens on each of them.
fn several_nodes(lab: &Lab<'_>) -> Outcome {
    let pool = lab.namespace();
    let node = |short: &str| lab.new_node(short).label("pool", &pool);
    let nodes = [
        node("n1").label("disk", "ssd"),
        node("n2"),
        lab.new_node("n3"),
    ];
    set_up(lab, &nodes, &["tolerant", "plain", "picky"])?;
    for short in ["n2", "n3"] {
        until_ready(lab, &lab.node(short), &["tolerant", "plain"])?;
    }
    let selector = format!("pool={pool}");
    let taint = ["--taint", "team=a:NoExecute"];
    let flags = [&["node", "--node-selector", &selector], &taint[..]].concat();
    let said = written(lab, &flags)?;
    let items = said["items"].as_array().ok_or("no list")?;
    let stop = |item: &Value| -> Result<(String, Sets), String> {
        let report = Report::new("NodeReport", item.clone())?;
        let node = report.at("/node").as_str().unwrap_or_default().to_owned();
        Ok((node, compare::effect(&report, "stop")?))
    };
    let stops: Vec<(String, Sets)> = items.iter().map(stop).collect::<Result<_, _>>()?;
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Sets>();
    let expected = [
        (lab.node("n1"), names(&["plain", "picky"])),
        (lab.node("n2"), names(&["plain"])),
    ];
    if stops != expected {
        return Err(format!("to be stopped are {expected:?}: {stops:?}"));
    }
    for short in ["n1", "n2"] {
        let foretold = Foretold::new(lab, short, &taint)?;
        let followed = foretold.then(|| lab.taint(short, taint[1]))?;
        let stopped = &stops.iter().find(|(node, _)| *node == lab.node(short));
        if stopped.map(|(_, sets)| sets) != Some(&followed.moves.stopped) {
            return Err(format!("{stops:?}, but {:?} on {short}", followed.moves));
        }
    }
    Ok(())
}

/// With surge the pod stays too, and goes with the rollout once the others are available.
fn surging(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1"), lab.new_node("n2")], &["plain"])?;
    let rolling = json!({"maxSurge": 1, "maxUnavailable": 0});
    let strategy = json!({"type": "RollingUpdate", "rollingUpdate": rolling});
    lab.apply(&Ds::new("surging").spec(json!({"updateStrategy": strategy})))?;
    for short in ["n1", "n2"] {
        until_ready(lab, &lab.node(short), &["tolerant", "plain", "surging"])?;
    }
    let foretold = Foretold::new(lab, "n1", &["--taint", "team=a:NoSchedule"])?;
    let followed = foretold.then(|| lab.taint("n1", "team=a:NoSchedule"))?;
    let followed = followed.moved(&Moves::default())?;
    followed.rolled(&["plain", "surging"])
}

/// With OnDelete no rollout deletes it; a hand does, and none is made again.
fn on_delete(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1")])?;
    let by_hand = json!({"updateStrategy": {"type": "OnDelete"}});
    lab.apply(&Ds::new("by-hand").spec(by_hand))?;
    until_ready(lab, &lab.node("n1"), &["by-hand"])?;
    let pod = lab.pod_on("by-hand", "n1")?;
    let foretold = Foretold::new(lab, "n1", &["--taint", "team=a:NoSchedule"])?;
    foretold.said.says("/effects/stay/0/pod", pod.clone())?;
    let followed = foretold.then(|| lab.taint("n1", "team=a:NoSchedule"))?;
    followed.moved(&Moves::default())?;
    lab.kubectl(&["rollout", "restart", "daemonset/by-hand"])?;
    lab.sync("by-hand")?;
    lab.rest_of_all()?;
    if lab.pod_on("by-hand", "n1")? != pod {
        return Err("no rollout should have replaced it".to_owned());
    }
    lab.kubectl(&["delete", "pod", &pod])?;
    lab.sync("by-hand")?;
    lab.rest_of_all()?;
    match lab.pods_of("by-hand")?.len() {
        0 => Ok(()),
        left => Err(format!("none should be made again, {left} are")),
    }
}

/// None is made as long as the former one ends, and then one is.
fn waiting_for_a_pod_to_end(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let (node, pod) = (lab.node("n1"), lab.pod_on("plain", "n1")?);
    lab.delete_but_hold(&pod)?;
    lab.sync("plain")?;
    lab.rest_of_all()?;
    is(lab, &node, "plain", ["Runs", "Terminating"])?;
    if lab.pods_of("plain")?.len() != 1 {
        return Err("none should be made beside it".to_owned());
    }
    lab.patch("pod", &pod, &json!({"metadata": {"finalizers": null}}))?;
    lab.until("the next one", || {
        Ok(lab.pod_on("plain", "n1").is_ok_and(|next| next != pod))
    })?;
    until_ready(lab, &node, &["plain"])?;
    is(lab, &node, "plain", ["Runs", "Available"])
}

/// One that would start doesn't where its pod isn't admitted.
fn refused_by_a_quota(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let node = lab.node("n1");
    lab.kubectl(&["create", "quota", "two", "--hard=pods=2"])?;
    lab.until("the quota to be counted", || {
        Ok(lab.get(&["quota", "two"])?["status"]["used"]["pods"] == "2")
    })?;
    lab.label("n1", "disk=ssd")?;
    lab.until("the FailedCreate event", || {
        let events = lab.get(&["events", "--field-selector", "reason=FailedCreate"])?;
        Ok(events["items"]
            .as_array()
            .is_some_and(|all| !all.is_empty()))
    })?;
    is(lab, &node, "picky", ["WouldStart", "Missing"])?;
    let said = ask(lab, &[&node])?;
    if !said.at("/daemonSets").to_string().contains("FailedCreate") {
        return Err(format!("it should be said that creates fail: {said:?}"));
    }
    lab.kubectl(&["delete", "quota", "two"])?;
    lab.until("it to be made", || {
        lab.sync("picky")?;
        Ok(lab.pod_on("picky", "n1").is_ok())
    })?;
    until_ready(lab, &node, &["picky"])?;
    is(lab, &node, "picky", ["Runs", "Available"])
}

/// An error unless a DaemonSet and its pod are in these states on a node.
fn is(lab: &Lab<'_>, node: &str, set: &str, [state, pod]: [&str; 2]) -> Outcome {
    let said = ask(lab, &[node])?;
    let mut sets = said.list("/daemonSets")?.iter();
    let right = |one: &Value| one["state"] == state && one["podState"] == pod;
    match sets.find(|one| one["name"] == set) {
        Some(one) if right(one) => Ok(()),
        one => Err(format!("{set} should be {state}, its pod {pod}: {one:?}")),
    }
}
