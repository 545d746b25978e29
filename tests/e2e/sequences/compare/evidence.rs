//! Each reason that is given beside what it is about: it has to be there.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::super::complaint::Complaints;
use super::super::state::{is_deleting, is_eligible, is_labelled, keeps, name_of, taints};
use super::Scene;
use super::counters::FIELDS;
use super::health::describe;
use crate::scenario::pod::{controller_of, is_ready, node_of};

/// They say why there is no pod, or only explain: none of them is wrong by itself.
const EXPLAINS: [&str; 9] = [
    "NodeSelectorMismatch",
    "UntoleratedNoExecute",
    "UntoleratedNoSchedule",
    "NodeExcluded",
    "ReplacedUnderSurge",
    "Controlled",
    "OtherController",
    "VirtualNode",
    "NamespaceNodeSelector",
];

/// A reason with what it is said of.
struct Reason<'a> {
    code: &'a str,
    node: Option<&'a str>,
    pod: Option<&'a str>,
}

/// The codes of a report.
pub(super) fn codes(report: &Value) -> BTreeSet<&str> {
    reasons(report).iter().map(|reason| reason.code).collect()
}

pub(super) fn compare(scene: &Scene<'_>, complaints: &mut Complaints) {
    for (name, report) in scene.reports {
        if *name == "node" {
            continue;
        }
        let reasons = reasons(report);
        for reason in reasons.iter().filter(|reason| is_ours(reason, scene)) {
            let rule = format!("{name}: {} is said, and isn't there", reason.code);
            match is_there(reason, scene) {
                Some(there) => complaints.expect(there, &rule, || {
                    format!("of {:?} {:?}; {}", reason.node, reason.pod, describe(scene))
                }),
                None => complaints.expect(false, "a code that nothing here knows", || {
                    format!("{name}: {}", reason.code)
                }),
            }
        }
        let mut codes_of_faults = reasons.iter().filter(|r| !EXPLAINS.contains(&r.code));
        // A plan that has something to do says what.
        let due = ["/old", "/drift", "/manage/create", "/manage/delete"];
        let is_due = |list: &str| entries_at(report, list).next().is_some();
        let explained = codes_of_faults.next().is_some() || due.into_iter().any(is_due);
        complaints.expect(
            report["clean"] != false || explained,
            &format!("{name}: not clean, and no reason is given"),
            || format!("{:?}", codes(report)),
        );
    }
    refused(scene, complaints);
}

/// The controller was refused a pod at this very state, and the events tell why.
fn refused(scene: &Scene<'_>, complaints: &mut Complaints) {
    if !scene.refused || !scene.at_rest || !was_refused(scene) {
        return;
    }
    for name in ["why", "plan"] {
        if let Some(report) = scene.report(name) {
            complaints.expect(
                codes(report).contains("FailedCreate"),
                &format!("{name}: pods are refused, and FailedCreate isn't said"),
                || format!("said is {:?}; {}", codes(report), describe(scene)),
            );
        }
    }
}

/// Those about the cluster's other nodes are left out.
fn is_ours(reason: &Reason<'_>, scene: &Scene<'_>) -> bool {
    reason
        .node
        .is_none_or(|node| scene.state.node(node).is_some())
}

/// All reasons of a report, whatever it is.
fn reasons(report: &Value) -> Vec<Reason<'_>> {
    let mut all = Vec::new();
    for (list, field) in [
        (&report["findings"], "code"),
        (&report["blockers"], "code"),
        (&report["budget"]["holders"], "reason"),
        (&report["manage"]["create"], "reason"),
        (&report["manage"]["delete"], "reason"),
        (&report["status"]["differences"], "cause"),
    ] {
        add(&mut all, list, field, None);
    }
    // Of ControllerRevisions and of pods that it controls a claim says no more than that.
    if report["kind"] == "ClaimReport" {
        add(&mut all, &report["pods"], "reason", None);
    }
    for lost in entries(&report["lost"]) {
        add(&mut all, &lost["reasons"], "code", lost["node"].as_str());
    }
    for problem in entries(&report["problems"]) {
        let code = problem["code"].as_str();
        let nodes = entries(&problem["nodes"]);
        let nodes: Vec<_> = nodes.map(Value::as_str).collect();
        let nodes = if nodes.is_empty() { vec![None] } else { nodes };
        let reason = |node| Reason {
            code: code.unwrap_or_default(),
            node,
            pod: None,
        };
        all.extend(nodes.into_iter().map(reason));
    }
    for node in entries(&report["nodes"]) {
        let name = node["name"].as_str();
        add(&mut all, &node["reasons"], "code", name);
        for pod in entries(&node["pods"]) {
            let start = all.len();
            add(&mut all, &pod["reasons"], "code", name);
            for reason in &mut all[start..] {
                reason.pod = pod["name"].as_str();
            }
        }
    }
    all
}

fn add<'a>(all: &mut Vec<Reason<'a>>, list: &'a Value, field: &str, node: Option<&'a str>) {
    let is_claim = field == "reason" && list[0]["claim"].is_string();
    for entry in entries(list) {
        let Some(code) = entry[field].as_str() else {
            continue;
        };
        let name = if is_claim {
            &entry["name"]
        } else {
            &entry["pod"]
        };
        all.push(Reason {
            code,
            node: entry["node"].as_str().or(node),
            pod: name.as_str(),
        });
    }
}

fn entries_at<'a>(report: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    report.pointer(pointer).into_iter().flat_map(entries)
}

fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Whether what a reason is about is there; `None` of a code that isn't known here.
fn is_there(reason: &Reason<'_>, scene: &Scene<'_>) -> Option<bool> {
    let state = scene.state;
    let node = reason.node.and_then(|node| state.node(node));
    let pods: Vec<&Value> = match (reason.pod, reason.node) {
        (Some(pod), _) => state.pod(pod).into_iter().collect(),
        (None, Some(node)) => state
            .pods
            .iter()
            .filter(|pod| node_of(pod) == Some(node))
            .collect(),
        (None, None) => state.pods.iter().collect(),
    };
    let any = |so: &dyn Fn(&Value) -> bool| pods.iter().any(|pod| so(pod));
    let phase = |phase: &str| any(&|pod| pod["status"]["phase"] == phase);
    let owned = |pod: &Value| state.owned().any(|owned| owned == pod);
    let claimed = |pod: &Value| state.claimed().any(|claimed| claimed == pod);
    let nodes: Vec<&Value> = match node {
        Some(node) => vec![node],
        None => state.nodes.iter().collect(),
    };
    let tainted = |effect: &str| {
        let is = |node: &&Value| taints(node).any(|taint| taint["effect"] == effect);
        nodes.iter().any(is)
    };
    Some(match reason.code {
        "PodMissing" => nodes
            .iter()
            .any(|node| is_eligible(node) && state.on(name_of(node)).all(is_deleting)),
        "FailedCreate" => was_refused(scene),
        "PodWarning" => {
            let warns = |event: &&Value| event["type"] == "Warning";
            let of_pod = |event: &Value| {
                let named = &event["involvedObject"]["name"];
                any(&|pod| *named == *name_of(pod))
            };
            state.events.iter().filter(warns).any(of_pod)
        }
        "PodUnschedulable" => any(&|pod| condition(pod, "PodScheduled", "False")),
        "PodPending" => phase("Pending"),
        "PodNotYetScheduled" => {
            let seen = |pod: &Value| {
                ["True", "False"].map(|status| condition(pod, "PodScheduled", status))
            };
            any(&|pod| !is_bound(pod) && seen(pod) == [false, false])
        }
        "ContainerWaiting" => any(&is_waiting),
        "RestartsAgainAndAgain" => any(&|pod| restarts(pod) >= 5),
        "PodNotReady" => any(&|pod| pod["status"]["phase"] == "Running" && !is_ready(pod)),
        "PodTerminating" => any(&is_deleting),
        "PodFailed" => phase("Failed"),
        "PodSucceeded" => phase("Succeeded"),
        "DuplicatePods" | "Surging" | "ReplacedUnderSurge" => {
            nodes.iter().any(|node| state.on(name_of(node)).count() > 1)
        }
        "PodOutdated" | "OldPodsWaitForAHand" => any(&|pod| claimed(pod) && !state.is_current(pod)),
        "PodToBeAdopted" | "OrphanedPod" | "BarePod" => {
            any(&|pod| controller_of(pod).is_none() && state.selects(pod))
        }
        "Misscheduled" => nodes
            .iter()
            .any(|node| !is_eligible(node) && state.on(name_of(node)).next().is_some()),
        "UntoleratedNoSchedule" => tainted("NoSchedule"),
        "UntoleratedNoExecute" => tainted("NoExecute"),
        "NodeSelectorMismatch" => nodes.iter().any(|node| !is_labelled(node)),
        "NodeExcluded" => tainted("NoExecute") || nodes.iter().any(|node| !is_labelled(node)),
        "NodeNotReady" => nodes.iter().any(|node| !condition(node, "Ready", "True")),
        "GenerationNotObserved" => {
            state.ds()["status"]["observedGeneration"] != state.ds()["metadata"]["generation"]
        }
        "NeverSynced" => state.ds()["status"]["observedGeneration"].is_null(),
        "ExcludedNodeStartsNoSync" => {
            let excluded = |pod: &Value| {
                let node = node_of(pod).and_then(|node| state.node(node));
                node.is_some_and(|node| !keeps(node))
            };
            status_is_old(scene) && any(&|pod| !is_bound(pod) && excluded(pod))
        }
        "FewerNodesStartNoSync" => {
            let eligible = state.nodes.iter().filter(|node| is_eligible(node)).count();
            state.counter("desiredNumberScheduled") > eligible as u64
        }
        "TaintStartsNoSync" => tainted("NoSchedule") && status_is_old(scene),
        "StatusBehind" => status_is_old(scene),
        "ReleasedPods" | "NoLongerSelected" | "ReleasedEarlier" => any(&|pod| !state.selects(pod)),
        "LeftBehindPods" => any(&|pod| controller_of(pod).is_none() && !state.selects(pod)),
        "BudgetExhausted" => state.claimed().any(|pod| !state.is_current(pod)),
        "Controlled" => any(&owned),
        "OtherController" | "ForeignPods" | "FormerDaemonSet" | "OwnerGone" | "OwnerLetsGo" => {
            any(&|pod| controller_of(pod).is_some() && !owned(pod))
        }
        "OrphanTerminating" => any(&|pod| controller_of(pod).is_none() && is_deleting(pod)),
        "OrphanedRevision" => state.revisions.iter().any(|r| controller_of(r).is_none()),
        "GenerationTrap" | "PodDrifted" => any(&|pod| state.is_trapped(pod)),
        "DuplicateRevisions" => has_duplicates(&state.revisions),
        "HistoryRewritten" => {
            names_and_numbers(&state.revisions) != names_and_numbers(&scene.then.revisions)
        }
        "DaemonSetDeleting" => is_deleting(state.ds()),
        // Nothing of that is ever done here.
        "NodeNameMismatch"
        | "NodeAffinityMismatch"
        | "NodeAffinityInvalid"
        | "NodeAffinityNoTerms"
        | "UntoleratedPreferNoSchedule"
        | "EvictedAgainAndAgain"
        | "NamespaceTerminating"
        | "PodNotYetAvailable"
        | "NodeMissing"
        | "VirtualNode"
        | "NamespaceNodeSelector"
        | "SelectorMatchesEverything"
        | "SelectorInvalid"
        | "DeletedNodeStartsNoSync"
        | "PodsWithoutNode"
        | "NodeGoneUnderSurge"
        | "HostPortsUnderSurge"
        | "BudgetInvalid"
        | "OwnerWithoutController"
        | "StaticPod"
        | "OtherIdentity"
        | "SelectorOverlap"
        | "PodNotCounted"
        | "NodeUnderPressure"
        | "PodSchedulingGated"
        | "PodOlderThanNode"
        | "NodeTerminating"
        | "FewerNodesThanExpected"
        | "ExpectationInvalid" => false,
        _ => return None,
    })
}

fn condition(object: &Value, kind: &str, status: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|c| c["type"] == kind && c["status"] == status)
}

/// Whether a pod has been scheduled.
fn is_bound(pod: &Value) -> bool {
    pod["spec"]["nodeName"].is_string()
}

fn is_waiting(pod: &Value) -> bool {
    let containers = pod["status"]["containerStatuses"].as_array();
    let mut containers = containers.into_iter().flatten();
    containers.any(|container| !container["state"]["waiting"].is_null())
}

/// How often a container of a pod was restarted, at most.
fn restarts(pod: &Value) -> u64 {
    let containers = pod["status"]["containerStatuses"].as_array();
    let counts = containers.into_iter().flatten();
    let counts = counts.filter_map(|container| container["restartCount"].as_u64());
    counts.max().unwrap_or_default()
}

/// Whether a whole sync changes what the status says.
fn status_is_old(scene: &Scene<'_>) -> bool {
    let differs = |field| scene.state.counter(field) != scene.then.counter(field);
    !scene.stays() || FIELDS.iter().any(|(_, field)| differs(field))
}

/// Whether the DaemonSet was refused a pod and has got none since.
pub(super) fn was_refused(scene: &Scene<'_>) -> bool {
    let uid = &scene.state.ds()["metadata"]["uid"];
    let time = |value: &Value| {
        value
            .as_str()
            .and_then(|text| text.parse::<Timestamp>().ok())
    };
    let events = scene.state.events.iter();
    let ours = events.filter(|event| event["involvedObject"]["uid"] == *uid);
    let refused = ours.filter_map(|event| time(&event["lastTimestamp"])).max();
    let pods = scene.state.owned();
    let made = pods
        .filter_map(|pod| time(&pod["metadata"]["creationTimestamp"]))
        .max();
    refused.is_some_and(|refused| made.is_none_or(|made| refused >= made))
}

fn has_duplicates(revisions: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    !revisions
        .iter()
        .all(|revision| seen.insert(revision["data"].to_string()))
}

fn names_and_numbers(revisions: &[Value]) -> BTreeSet<String> {
    let all = revisions.iter();
    all.map(|revision| {
        let owner = controller_of(revision).map_or(Value::Null, |owner| owner["uid"].clone());
        format!("{} {} {owner}", name_of(revision), revision["revision"])
    })
    .collect()
}
