//! What `kubectl ds why` advises, done as it is printed; asked again, the node is eligible.

use serde_json::{Value, json};

use super::daemonset::Ds;
use super::lab::Lab;
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("advised-patch", advised_patch),
    case("advised-on-the-node", advised_on_the_node),
];

/// Everything that the template has against a node, and a taint whose value is an ID.
fn selective(lab: &Lab<'_>, tolerations: Value) -> Ds {
    let term = |value: &str| json!({"matchExpressions": [{"key": "example.com/pool", "operator": "In", "values": [value]}]});
    let other = lab.node("other");
    Ds::new("agent")
        .affinity(json!([term("a"), term("b")]))
        .pod(json!({"nodeSelector": {"example.com/tier": "1", "kubernetes.io/hostname": other}}))
        .tolerations(tolerations)
}

fn tainted(lab: &Lab<'_>) -> Outcome {
    let node = lab.new_node("n1");
    let node = node.taint("example.com/reserved", "it", "NoSchedule");
    let node = node.taint(
        "aws-node-termination-handler/spot-itn",
        "abcd-1234",
        "NoExecute",
    );
    lab.nodes(&[node, lab.new_node("other")])
}

fn asked(lab: &Lab<'_>) -> Result<Value, String> {
    let output = lab.why(&["agent", &lab.node("n1"), "-o", "json"])?;
    let report: Value = serde_json::from_str(&output.stdout).map_err(|e| e.to_string())?;
    Ok(report["nodes"][0].clone())
}

/// The command in kubectl's hands, as a shell would hand it on.
fn run(lab: &Lab<'_>, command: &Value) -> Outcome {
    let words = command.as_str().and_then(shlex::split);
    let words = words.ok_or_else(|| format!("no command: {command}"))?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.split_first() {
        Some((&"kubectl", args)) => lab.cluster().kubectl(args).map(drop),
        _ => Err(format!("not kubectl's: {command}")),
    }
}

fn is_eligible(lab: &Lab<'_>) -> Outcome {
    let node = asked(lab)?;
    if node["eligibility"] != "Eligible" {
        return Err(format!("not eligible: {node:#}"));
    }
    lab.until_ready_on("agent", &["n1"])
}

/// With tolerations that are there and without; a patch that was made for none fails where
/// one has come, and replaces nothing.
fn advised_patch(lab: &Lab<'_>) -> Outcome {
    tainted(lab)?;
    for there in [json!([]), json!([{"key": "other", "operator": "Exists"}])] {
        lab.apply(&selective(lab, there.clone()))?;
        let patch = asked(lab)?["templatePatch"].clone();
        run(lab, &patch)?;
        is_eligible(lab)?;
        if there == json!([]) && run(lab, &patch).is_ok() {
            return Err("a second time it should be refused".to_owned());
        }
        lab.kubectl(&["delete", "daemonset", "agent", "--cascade=foreground"])?;
    }
    Ok(())
}

fn advised_on_the_node(lab: &Lab<'_>) -> Outcome {
    let node = lab
        .new_node("n1")
        .taint("example.com/reserved", "it", "NoSchedule");
    lab.nodes(&[node])?;
    let wanted = json!({"nodeSelector": {"example.com/tier": "1"}});
    lab.apply(&Ds::new("agent").pod(wanted))?;
    let found = asked(lab)?;
    for remedy in found["remedies"].as_array().into_iter().flatten() {
        if remedy["changes"] == "Node" {
            run(lab, &remedy["command"])?;
        }
    }
    is_eligible(lab)
}
