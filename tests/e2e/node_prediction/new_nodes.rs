//! Nodes that don't exist yet: karpenter#715 and others ask for the overhead of a node
//! before there is one.

use std::collections::BTreeMap;

use serde_json::json;

use super::compare;
use super::run::{SETS, ask, set_up, sets_of, until_ready};
use super::{Case, Outcome, case};
use crate::control_plane::Node;
use crate::report::manifest_file;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("planned", planned),
    case("planned-with-changes", planned_with_changes),
];

/// Says what starts on a node of a manifest, makes it, and looks what started.
fn starts(
    lab: &Lab<'_>,
    manifest: &Node,
    flags: &[&str],
    real: Node,
    states: [&str; 3],
) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let file = manifest_file(lab, &manifest.manifest().to_string())?;
    let said = ask(lab, &[&["--node-file", &file], flags].concat())?;
    said.says("/nodeExists", false)?;
    said.says("/effects/stop", json!([]))?;
    said.says("/effects/stay", json!([]))?;
    let start = compare::effect(&said, "start")?;
    let expected: BTreeMap<String, String> = SETS
        .iter()
        .zip(states)
        .map(|(&set, state)| (set.to_owned(), state.to_owned()))
        .collect();
    if compare::states_of(&said, "/then")? != expected {
        return Err(format!("the states should be {expected:?}: {said:?}"));
    }
    let name = real.name().to_owned();
    lab.nodes(&[real])?;
    let started: Vec<&str> = start.iter().map(String::as_str).collect();
    until_ready(lab, &name, &started)?;
    for set in SETS {
        lab.sync(set)?;
    }
    lab.rest_of_all()?;
    let pods = lab.get(&["pods"])?;
    let pods: Vec<_> = pods["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|pod| crate::scenario::pod::node_of(pod) == Some(&name))
        .cloned()
        .collect();
    if sets_of(&pods) != start {
        return Err(format!("{start:?} were to start: {:?}", sets_of(&pods)));
    }
    let now = ask(lab, &[&name])?;
    compare::states(&now, "", &pods)?;
    for part in ["requests", "allocatable", "left"] {
        now.says(
            &format!("/{part}"),
            said.at(&format!("/then/{part}")).clone(),
        )?;
    }
    Ok(())
}

fn planned(lab: &Lab<'_>) -> Outcome {
    let node = lab.new_node("planned").label("disk", "ssd");
    let node = node.taint("team", "a", "NoSchedule");
    let states = ["WouldStart", "Excluded", "Excluded"];
    starts(lab, &node.clone(), &[], node, states)
}

/// The manifest of a node group, and the label and taint that this node gets.
fn planned_with_changes(lab: &Lab<'_>) -> Outcome {
    let template = lab.new_node("planned").taint("team", "a", "NoSchedule");
    let flags = ["--label", "disk=ssd", "--taint", "team:NoSchedule-"];
    let real = lab.new_node("planned").label("disk", "ssd");
    let states = ["WouldStart"; 3];
    starts(lab, &template, &flags, real, states)
}
