//! The commands of a report, and a shell that they are pasted into.

use std::process::Command;

use serde_json::Value;

use crate::control_plane::{ADMIN, ControlPlane, Output, run};
use crate::report::Report;
use crate::rights::READER;
use crate::scenario::Outcome;

/// Where commands stand in reports: a list, and a field of its entries.
const PLACES: [(&str, &str); 5] = [
    ("/nodes/0/remedies", "command"),
    ("/nodes", "templatePatch"),
    ("/next", "command"),
    ("/lost", "command"),
    ("/remedies", "command"),
];

/// How a command is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trying {
    /// It only reads: whoever has the reading role may run it.
    Reads,
    /// It changes something: the question has a better answer then.
    Changes,
    /// It can't be run to its end here, for this reason.
    Untried(&'static str),
}

/// What the commands begin with, and how each is tried.
const KINDS: [(&str, Trying); 18] = [
    ("kubectl describe ", Trying::Reads),
    ("kubectl get ", Trying::Reads),
    // With an editor that changes nothing.
    ("kubectl edit ", Trying::Reads),
    ("kubectl ds why ", Trying::Reads),
    ("kubectl ds plan ", Trying::Reads),
    (
        "kubectl logs ",
        Trying::Untried("no kubelet runs, which has the logs"),
    ),
    (
        "kubectl debug node/",
        Trying::Untried("no kubelet runs, which would start its pod"),
    ),
    ("kubectl patch ", Trying::Changes),
    ("kubectl set resources ", Trying::Changes),
    ("kubectl taint ", Trying::Changes),
    ("kubectl label ", Trying::Changes),
    ("kubectl annotate ", Trying::Changes),
    ("kubectl delete ", Trying::Changes),
    ("kubectl create quota ", Trying::Changes),
    ("kubectl create priorityclass ", Trying::Changes),
    ("kubectl rollout undo ", Trying::Changes),
    ("kubectl rollout restart ", Trying::Changes),
    ("kubectl cordon ", Trying::Changes),
];

/// How a command is tried.
///
/// # Errors
/// For one of which that isn't known.
pub(super) fn trying(line: &str) -> Result<Trying, String> {
    if line.contains(" | xargs kubectl delete ") {
        return Ok(Trying::Changes);
    }
    let kind = KINDS.iter().find(|(start, _)| line.starts_with(start));
    let unknown = || format!("how is it tried? {line}");
    kind.map(|(_, trying)| *trying).ok_or_else(unknown)
}

/// All commands of a report, each once.
pub(super) fn of(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (list, field) in PLACES {
        let entries = report.at(list).as_array().into_iter().flatten();
        for line in entries.filter_map(|entry| entry[field].as_str()) {
            if !lines.iter().any(|known| known == line) {
                lines.push(line.to_owned());
            }
        }
    }
    lines
}

/// Runs a command as the administrator.
pub(super) fn change(control_plane: &ControlPlane, line: &str) -> Outcome {
    let output = paste(control_plane, ADMIN, line)?;
    if output.success() {
        Ok(())
    } else {
        Err(format!("{line}: {output:?}"))
    }
}

/// Runs a command that reads as one who has the reading role.
pub(super) fn read(control_plane: &ControlPlane, line: &str) -> Outcome {
    let output = paste(control_plane, READER, line)?;
    let is_forbidden = output.stderr.contains("orbidden");
    // 1 is what this program says where something is wrong.
    let is_answered = output.success() || (line.starts_with("kubectl ds ") && output.code == 1);
    // An empty list, and that nothing was edited, is told on stderr.
    let is_silent = output.stdout.is_empty() && output.stderr.is_empty();
    if is_answered && !is_forbidden && !is_silent {
        Ok(())
    } else {
        Err(format!("{line}: {output:?}"))
    }
}

/// Runs a command that can't end well: it is the server that says so, and not for want of rights.
pub(super) fn reaches_server(control_plane: &ControlPlane, line: &str) -> Outcome {
    let output = paste(control_plane, READER, line)?;
    let error = output.stderr.trim_start();
    if error.starts_with("Error from server") && !error.contains("orbidden") {
        Ok(())
    } else {
        Err(format!("{line}: {output:?}"))
    }
}

/// The line in a shell, as a person pastes it.
fn paste(control_plane: &ControlPlane, user: &str, line: &str) -> Result<Output, String> {
    let kubectl = control_plane.kubectl_command(user, &[])?;
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).env_clear().env("EDITOR", "true");
    for (name, value) in kubectl.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    if let Some(dir) = kubectl.get_current_dir() {
        shell.current_dir(dir);
    }
    run(shell, None)
}

/// How bad an answer is: nodes that don't have what they should, what holds a rollout up, and
/// counters that are old.
pub(super) fn trouble(report: &Report) -> usize {
    let count = |pointer: &str| report.at(pointer).as_array().map_or(0, Vec::len);
    if report.at("/kind") == "RolloutPlan" {
        return ["/old", "/blockers", "/lost", "/drift"]
            .map(count)
            .iter()
            .sum();
    }
    // Of one node it is asked how it could run there; of all only what is broken.
    let is_one = report.at("/status").is_null();
    let nodes = report.at("/nodes").as_array().into_iter().flatten();
    let nodes: usize = nodes.map(|node| trouble_of_node(node, is_one)).sum();
    nodes + count("/status/differences")
}

fn trouble_of_node(node: &Value, is_one: bool) -> usize {
    if node["shouldRun"] == true {
        return usize::from(node["podState"] != "Available");
    }
    if !is_one {
        return node["pods"].as_array().map_or(0, Vec::len);
    }
    let distance = node["distance"].as_object().into_iter().flatten();
    let distance: u64 = distance.filter_map(|(_, count)| count.as_u64()).sum();
    usize::try_from(distance).unwrap_or(usize::MAX)
}
