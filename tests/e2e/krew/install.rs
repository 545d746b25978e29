//! Installed from an archive, asked through the real kubectl, removed.

use std::path::PathBuf;

use serde_json::json;

use super::packed::{archive, pack};
use super::place::{Place, holds, run, succeed};
use crate::built::release_binary;
use crate::control_plane::{ControlPlane, Node, PATIENCE, PollError, wait_for};

/// Later than anything that the cluster writes.
const NOW: &str = "2030-01-01T00:00:00Z";

/// From the archive to an answer about a live DaemonSet, and away again without a trace.
pub(super) fn install(control_plane: &ControlPlane) -> Result<(), String> {
    let place = Place::new()?;
    let dist = place.dir().join("dist");
    let manifest = pack(&place, &release_binary()?, &dist, "http://127.0.0.1:9")?;
    let before = place.everything()?;

    let manifest = format!("--manifest={}", manifest.display());
    let from_archive = format!("--archive={}", archive(&dist)?.display());
    let sums = format!("--archive={}", dist.join("SHA256SUMS").display());
    let refused = place.krew_refuses(&["install", &manifest, &sums])?;
    holds(&refused, &["checksum does not match"])?;
    let said = place.krew(&["install", &manifest, &from_archive])?;
    holds(&said, &["Installed plugin: ds"])?;
    let shim = completed(&place, &said)?;
    answers(control_plane, &place)?;

    place.krew(&["uninstall", "ds"])?;
    std::fs::remove_file(&shim).map_err(|e| format!("{}: {e}", shim.display()))?;
    let left = place.everything()?;
    if left != before {
        let left: Vec<_> = left.symmetric_difference(&before).collect();
        return Err(format!("not as before: {left:?}"));
    }
    let gone = run(&mut place.kubectl(&["ds", "--version"]))?;
    holds(&gone.stderr, &["unknown command \"ds\""])
}

/// The command of the caveats, as it stands there, brings kubectl's completion: the file
/// that it wrote.
fn completed(place: &Place, said: &str) -> Result<PathBuf, String> {
    let command = said
        .lines()
        .find_map(|line| line.find("kubectl ds completion").map(|at| &line[at..]))
        .ok_or_else(|| format!("no caveat on completion in:\n{said}"))?;
    succeed(place.command("sh").args(["-euc", command]))?;
    let shim = place.krew_root().join("bin/kubectl_complete-ds");
    if !shim.exists() {
        return Err(format!("`{command}` wrote no {}", shim.display()));
    }
    let offered = succeed(&mut place.kubectl(&["__complete", "ds", ""]))?;
    holds(&offered, &["why\t", "plan\t"])?;
    Ok(shim)
}

/// What the installed plugin says of a live DaemonSet is what the one under test says.
fn answers(control_plane: &ControlPlane, place: &Place) -> Result<(), String> {
    let namespace = "krew";
    control_plane.add_nodes(&[Node::new("krew-1")])?;
    control_plane.kubectl(&["create", "namespace", namespace])?;
    control_plane.create(&json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {
                "metadata": {"labels": {"app": "agent"}},
                "spec": {"containers": [{"name": "agent", "image": "agent:1"}]},
            },
        },
    }))?;
    let wanted = ["daemonset", "agent", "-n", namespace];
    wait_for("the agent", PATIENCE, || {
        let agent = control_plane.get(&wanted)?;
        if agent["status"]["numberAvailable"] == 1 {
            Ok(())
        } else {
            Err(PollError::NotYet(agent["status"].to_string()))
        }
    })?;
    let question = ["why", "agent", "krew-1", "-n", namespace, "--now", NOW];
    let mut installed = place.kubectl(&[&["ds"], &question[..]].concat());
    let installed = run(installed.env("KUBECONFIG", control_plane.kubeconfig()))?;
    let here = control_plane.ds_plugin(&question)?;
    if installed != here || !here.success() {
        return Err(format!("installed: {installed:?}\nhere: {here:?}"));
    }
    holds(&here.stdout, &["available"])?;
    control_plane.kubectl(&["delete", "namespace", namespace])?;
    control_plane
        .kubectl(&["delete", "node", "krew-1"])
        .map(drop)
}
