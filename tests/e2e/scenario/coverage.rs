//! Where a DaemonSet is expected to run: labels that go, taints that come, a pool that is
//! scaled from and to 0, a DaemonSet without nodes. What the report says is compared with
//! the nodes and pods that are there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::daemonset::Ds;
use super::lab::Lab;
use super::pod::{is_ready, node_of};
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("coverage-of-labels", labels),
    case("coverage-of-taints", taints),
    case("coverage-of-a-pool-from-and-to-0", pool),
    case("coverage-without-nodes", without_nodes),
    case("coverage-foreseen", foreseen),
];

/// The label of expected nodes, of this scenario alone.
const GPU: &str = "e2e/gpu";

/// A DaemonSet for nodes with GPUs, which says itself where it is expected.
fn agent(lab: &Lab<'_>, at_least: &str) -> Ds {
    let value = lab.node("gpu");
    Ds::new("agent")
        .pod(json!({"nodeSelector": {"e2e/driver": value}}))
        .metadata(json!({"annotations": {
            "ds.kubectl/expect": format!("{GPU}={value}"),
            "ds.kubectl/expect-at-least": at_least,
        }}))
}

/// A node with a GPU, with its driver or without.
fn gpu(lab: &Lab<'_>, short: &str, with_driver: bool) -> crate::control_plane::Node {
    let value = lab.node("gpu");
    let node = lab.new_node(short).label(GPU, &value);
    if with_driver {
        node.label("e2e/driver", &value)
    } else {
        node
    }
}

/// The code that `why` ends with, and its report, once the controller has settled and synced.
fn why(lab: &Lab<'_>, more: &[&str]) -> Result<(i32, Value), String> {
    lab.settle("agent")?;
    lab.force_sync("agent")?;
    lab.settle("agent")?;
    let args = [&["agent", "-o", "json", "--exit-code"], more].concat();
    let answer = lab.why(&args)?;
    Ok((answer.code, answer.json()?))
}

/// Compares what is said of the coverage with what is there; `uncovered` names the nodes.
fn expect(lab: &Lab<'_>, at_least: usize, uncovered: &[&str]) -> Outcome {
    let (code, report) = why(lab, &[])?;
    let found = &report["expected"];
    let nodes = lab.get(&["nodes", "-l", &format!("{GPU}={}", lab.node("gpu"))])?;
    let nodes = nodes["items"].as_array().into_iter().flatten();
    let nodes: BTreeSet<&str> = nodes
        .filter_map(|n| n["metadata"]["name"].as_str())
        .collect();
    let pods = lab.pods_of("agent")?;
    let ready = pods.iter().filter(|pod| is_ready(pod));
    let ready: BTreeSet<&str> = ready.filter_map(node_of).collect();
    let wanted: BTreeSet<String> = uncovered.iter().map(|short| lab.node(short)).collect();
    let without: BTreeSet<String> = nodes.difference(&ready).map(|n| (*n).to_owned()).collect();
    let said = found["uncovered"].as_array().into_iter().flatten();
    let said: BTreeSet<String> = said
        .filter_map(|one| one["node"].as_str().map(str::to_owned))
        .collect();
    let findings = report["findings"].as_array().into_iter().flatten();
    let too_few = findings
        .filter(|f| f["code"] == "FewerNodesThanExpected")
        .count();
    let is_met = said.is_empty() && nodes.len() >= at_least;
    let checks = [
        ("the scenario's own", said == wanted),
        ("each without a ready pod", without.is_subset(&said)),
        ("nodes", found["nodes"] == nodes.len()),
        ("covered", found["covered"] == nodes.len() - said.len()),
        ("too few", (too_few == 1) == (nodes.len() < at_least)),
        ("clean", report["clean"] == is_met),
        ("exit code", code == i32::from(!is_met)),
    ];
    let wrong: Vec<_> = checks.iter().filter(|(_, holds)| !holds).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "wrong: {wrong:?}; {code} and {found}; there are {nodes:?}, ready {ready:?}"
    ))
}

fn labels(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        gpu(lab, "n1", true),
        gpu(lab, "n2", true),
        lab.new_node("n3"),
    ])?;
    lab.apply(&agent(lab, "2"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    expect(lab, 2, &[])?;
    // The label that the template wants goes, and with it the pod.
    lab.label("n1", "e2e/driver-")?;
    lab.until("its pod to go", || Ok(lab.pods_of("agent")?.len() == 1))?;
    expect(lab, 2, &["n1"])?;
    lab.label("n1", &format!("e2e/driver={}", lab.node("gpu")))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    expect(lab, 2, &[])?;
    // The label that it is expected by goes: its pod runs on, and there are too few.
    lab.label("n2", &format!("{GPU}-"))?;
    expect(lab, 2, &[])?;
    // A node that comes to be expected, and that the template excludes.
    lab.label("n3", &format!("{GPU}={}", lab.node("gpu")))?;
    expect(lab, 2, &["n3"])
}

fn taints(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[gpu(lab, "n1", true), gpu(lab, "n2", true)])?;
    lab.apply(&agent(lab, "1"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    expect(lab, 1, &[])?;
    lab.taint("n1", "e2e=x:NoExecute")?;
    lab.until("its pod to go", || Ok(lab.pods_of("agent")?.len() == 1))?;
    expect(lab, 1, &["n1"])?;
    // The pod that was there keeps running, and nothing creates it again.
    lab.taint("n2", "e2e=x:NoSchedule")?;
    let (_, report) = why(lab, &[])?;
    let nodes = report["expected"]["uncovered"].as_array().map(Vec::len);
    if nodes != Some(2) || report["expected"]["covered"] != 0 {
        return Err(format!("both are excluded: {}", report["expected"]));
    }
    lab.taint("n1", "e2e=x:NoExecute-")?;
    lab.taint("n2", "e2e=x:NoSchedule-")?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    expect(lab, 1, &[])
}

fn pool(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("other")])?;
    lab.apply(&agent(lab, "1"))?;
    expect(lab, 1, &[])?;
    lab.nodes(&[gpu(lab, "n1", true), gpu(lab, "n2", false)])?;
    lab.until_ready_on("agent", &["n1"])?;
    expect(lab, 1, &["n2"])?;
    for short in ["n1", "n2"] {
        lab.kubectl(&["delete", "node", &lab.node(short)])?;
    }
    // The pod garbage collector would do that within a minute.
    lab.kubectl(&["delete", "pods", "--all", "--force", "--grace-period=0"])?;
    expect(lab, 1, &[])?;
    // A pool that may be at 0.
    lab.apply(&agent(lab, "0"))?;
    expect(lab, 0, &[])
}

fn without_nodes(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    lab.apply(&Ds::new("agent").pod(json!({"nodeSelector": {"e2e/none": lab.node("gpu")}})))?;
    let hostname = format!("kubernetes.io/hostname={}", lab.node("n1"));
    for (more, code) in [
        (vec![], 0),
        (vec!["--expect", hostname.as_str()], 1),
        (vec!["--expect", "e2e/none"], 1),
        (vec!["--expect", "e2e/none", "--expect-at-least", "0"], 0),
        (vec!["--near-misses"], 1),
    ] {
        let (found, report) = why(lab, &more)?;
        if found != code || report["clean"] != (code == 0) {
            return Err(format!("{more:?}: {found}, and {}", report["expected"]));
        }
    }
    Ok(())
}

/// What a change would break and mend is what it breaks and mends once it is made.
fn foreseen(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        gpu(lab, "n1", true),
        gpu(lab, "n2", true),
        gpu(lab, "n3", false),
    ])?;
    lab.apply(&agent(lab, "1"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    expect(lab, 1, &["n3"])?;
    let moved = agent(lab, "1").pod(json!({"nodeSelector": {
        "kubernetes.io/hostname": lab.node("n3"),
    }}));
    let answer = lab.cluster().ds_plugin_with_input(
        crate::control_plane::ADMIN,
        &["plan", "-n", &lab.namespace(), "-f", "-", "-o", "json"],
        Some(&moved.manifest()),
    )?;
    let plan = answer.json()?;
    let nodes = |short: &[&str]| json!(short.iter().map(|n| lab.node(n)).collect::<Vec<_>>());
    let change = &plan["expectations"][0];
    if change["breaks"] != nodes(&["n1", "n2"]) || change["mends"] != nodes(&["n3"]) {
        return Err(format!("foreseen is {}", plan["expectations"]));
    }
    lab.apply(&moved)?;
    lab.until_ready_on("agent", &["n3"])?;
    lab.until("the others to go", || Ok(lab.pods_of("agent")?.len() == 1))?;
    expect(lab, 1, &["n1", "n2"])
}
