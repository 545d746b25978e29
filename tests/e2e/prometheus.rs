//! The gauges and the alert rules, read by Prometheus' own parsers and linter.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use kubectl_ds::analysis::gauges::Gauge;
use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::json;

use crate::control_plane::go_programs::GoModule;
use crate::schedule::Schedule;

const MODULE: GoModule = GoModule {
    dir: "tests/prometheus",
    cache: "prometheus",
    programs: &[("check", "./check")],
    sources: Some("check"),
};

/// A sample as Prometheus reads it.
#[derive(Debug, Deserialize)]
struct Sample {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    labels: BTreeMap<String, String>,
}

/// A rule as Prometheus reads it.
#[derive(Debug, Deserialize)]
struct Rule {
    alert: String,
    metrics: Vec<String>,
}

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.computing("prometheus/gauges", gauges),
        schedule.computing("prometheus/alerts", alerts),
    ]
}

/// Runs the checker: what it read, or what is wrong.
fn check(args: &[&str], stdin: &str) -> Result<String, String> {
    let program = MODULE.locate_or_build(|| Ok(String::new()))?.join("check");
    let mut child = Command::new(&program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    let mut input = child.stdin.take().ok_or("no stdin")?;
    // Who ends before it has read all says why.
    let _ = input.write_all(stdin.as_bytes());
    drop(input);
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|e| e.to_string())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn printed(from: &Path) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"))
        .args(["why", "-A", "-o", "prometheus", "--from"])
        .arg(from)
        .output()
        .map_err(|e| e.to_string())?;
    match output.status.code() {
        Some(0 | 3) => String::from_utf8(output.stdout).map_err(|e| e.to_string()),
        code => Err(format!(
            "{code:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

fn samples(text: &str) -> Result<Vec<Sample>, String> {
    serde_json::from_str(&check(&["metrics"], text)?).map_err(|e| e.to_string())
}

/// Each sample is a gauge of a DaemonSet; names that no server takes are escaped.
fn gauges() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = Gauge::ALL.map(|gauge| format!("kubectl_ds_{}", gauge.name()));
    for (dump, daemon_sets) in [("incident", 3), ("rollout", 1), ("takeover", 1)] {
        let text = printed(&root.join(format!("docs/examples/{dump}.yaml")))?;
        let samples = samples(&text)?;
        if samples.len() < daemon_sets || samples.len() % daemon_sets != 0 {
            return Err(format!("{dump}: {} samples:\n{text}", samples.len()));
        }
        for sample in &samples {
            let labels: Vec<&str> = sample.labels.keys().map(String::as_str).collect();
            let is_right = sample.kind == "GAUGE"
                && names.contains(&sample.name)
                && labels == ["daemonset", "namespace"];
            if !is_right {
                return Err(format!("{dump}: {sample:?}"));
            }
        }
    }
    let hostile = "quote\" backslash\\ brace}";
    let samples = samples(&printed(&dump_with(hostile)?.path().join("dump.json"))?)?;
    match samples.first() {
        Some(first) if first.labels.get("daemonset").map(String::as_str) == Some(hostile) => {}
        other => return Err(format!("{hostile}: {other:?}")),
    }
    // What is wrong is found.
    let wrong = "# TYPE kubectl_ds_desired gauge\nkubectl_ds_desired{namespace=\"a} 1\n";
    match check(&["metrics"], wrong) {
        Err(_) => Ok(()),
        Ok(read) => Err(format!("read as {read}")),
    }
}

fn dump_with(name: &str) -> Result<tempfile::TempDir, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}});
    let ds = json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "n", "uid": "u"},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"labels": {"app": "a"}},
            "spec": {"containers": [{"name": "a", "image": "a"}]}}}});
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [node, ds]});
    std::fs::write(folder.path().join("dump.json"), list.to_string()).map_err(|e| e.to_string())?;
    Ok(folder)
}

/// Every rule parses, and is about gauges that there are.
fn alerts() -> Result<(), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/integrations/alerts.yaml");
    let read = check(&["rules", &file.display().to_string()], "")?;
    let rules: Vec<Rule> = serde_json::from_str(&read).map_err(|e| e.to_string())?;
    let names = Gauge::ALL.map(|gauge| format!("kubectl_ds_{}", gauge.name()));
    for rule in &rules {
        let known = rule.metrics.iter().all(|name| names.contains(name));
        if rule.alert.is_empty() || rule.metrics.is_empty() || !known {
            return Err(format!("{rule:?}"));
        }
    }
    if rules.len() < 5 {
        return Err(format!("only {} rules", rules.len()));
    }
    let text = std::fs::read_to_string(&file).map_err(|e| e.to_string())?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let wrong = folder.path().join("wrong.yaml");
    std::fs::write(
        &wrong,
        text.replace("kubectl_ds_missing > 0", "kubectl_ds_missing >"),
    )
    .map_err(|e| e.to_string())?;
    match check(&["rules", &wrong.display().to_string()], "") {
        Err(_) => Ok(()),
        Ok(read) => Err(format!("read as {read}")),
    }
}
