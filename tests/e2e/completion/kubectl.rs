//! `kubectl __complete ds …`: what kubectl's own scripts run when Tab is pressed.

use std::ffi::OsStr;

use super::installed;
use crate::control_plane::{AuditEvent, ControlPlane};
use crate::read_only::{USER, allow_everything};
use crate::stage::Stage;

/// What is typed after `kubectl ds`, and all that is offered for the last word.
const CASES: [(&str, &[&str]); 13] = [
    (
        "",
        &[
            "status",
            "why",
            "node",
            "plan",
            "adopt",
            "completion",
            "version",
        ],
    ),
    ("why -n tab ", &["agent", "picky"]),
    ("why -n tab ds/ag", &["ds/agent"]),
    ("-n tab plan p", &["picky"]),
    ("why agent -n tab ssd-tab", &["ssd-tab"]),
    ("node node/gpu-t", &["node/gpu-tab"]),
    ("node --node-selector disk=", &["disk=hdd", "disk=ssd"]),
    ("adopt -n tab", &["tab", "tab-quota"]),
    ("plan agent -n tab --to-revision ", &["1"]),
    ("plan agent -n tab --set-image ", &["agent="]),
    ("why --context ", &["e2e"]),
    ("why --prob", &["--problems"]),
    ("why --output=js", &["json"]),
];

/// What is typed, a value that is offered, and what is said of it.
const SAID: [(&str, &str, &str); 3] = [
    ("why -n tab a", "agent", " old"),
    ("plan agent -n tab --to-revision ", "1", "agent-"),
    ("plan agent -n tab --set-image ", "agent=", "agent:1"),
];

/// What a Tab may list.
const LISTED: [&str; 5] = [
    "nodes",
    "namespaces",
    "daemonsets",
    "pods",
    "controllerrevisions",
];

pub(super) fn asks(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "tab")?;
    allow_everything(control_plane)?;
    let (_, path) = installed(control_plane, "tab-bin")?;
    let since = control_plane.audit_mark()?;
    let mut wrong = Vec::new();
    for (line, wanted) in CASES {
        let offered = complete(control_plane, &path, line)?;
        let values: Vec<_> = offered.iter().map(|(value, _)| value.as_str()).collect();
        if values != wanted {
            wrong.push(format!("`{line}`: {offered:?} instead of {wanted:?}"));
        }
    }
    for (line, value, help) in SAID {
        let offered = complete(control_plane, &path, line)?;
        if !offered.iter().any(|(v, h)| v == value && h.contains(help)) {
            wrong.push(format!("`{line}`: {offered:?} doesn't say {help}"));
        }
    }
    let pods = complete(control_plane, &path, "why -n tab pod/agent-")?;
    if pods.len() != 3 || !pods.iter().all(|(_, help)| help.starts_with("of agent")) {
        wrong.push(format!("pods: {pods:?}"));
    }
    let events = control_plane.audit_since(since)?;
    let mine: Vec<_> = events.iter().filter(|e| e.user() == USER).collect();
    if mine.len() < 12 {
        wrong.push(format!("only {} requests were seen", mine.len()));
    }
    let strange = mine.iter().filter(|event| !is_for_names(event));
    wrong.extend(strange.map(|event| format!("not for names: {}", event.request())));
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Values and what they are, as kubectl passes them on to the shell.
fn complete(
    control_plane: &ControlPlane,
    path: &OsStr,
    line: &str,
) -> Result<Vec<(String, String)>, String> {
    let mut args = vec!["__complete", "ds"];
    args.extend(line.split_whitespace());
    if line.is_empty() || line.ends_with(' ') {
        args.push("");
    }
    let mut command = control_plane.kubectl_command(USER, &args)?;
    let answer = command.env("PATH", path).output();
    let answer = answer.map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let mut lines: Vec<_> = text.lines().collect();
    match lines.pop() {
        Some(":36" | ":38") => {}
        other => return Err(format!("`{line}` ends with {other:?}: {answer:?}")),
    }
    let told = lines.into_iter().map(|line| {
        let (value, help) = line.split_once('\t').unwrap_or((line, ""));
        (value.to_owned(), help.to_owned())
    });
    Ok(told.collect())
}

/// A list in pages, or in columns where metadata doesn't say enough.
fn is_for_names(event: &AuditEvent) -> bool {
    let resource = event.object_ref.as_ref().map(|o| o.resource.as_str());
    let is_listed = resource.is_some_and(|r| LISTED.contains(&r));
    let has_columns =
        resource == Some("controllerrevisions") || event.request_uri.contains("includeObject=None");
    event.verb == "list" && is_listed && (has_columns || event.request_uri.contains("limit=500"))
}
