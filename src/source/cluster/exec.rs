//! Credential plugins.
//!
//! kube runs the plugin anew for each part of its client that asks for
//! credentials; a person would log in three times. Here it runs once, as for
//! kubectl, and what it says is laid into the user's entry.

use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, Cluster, ExecConfig, ExecInteractiveMode, Kubeconfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::authority;
use super::kubeconfig::io_problem;

/// The extension of a cluster that is meant for the plugin.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// The last lines of stderr that an error repeats.
const REPEATED_LINES: usize = 5;

#[derive(Deserialize)]
struct Credential {
    kind: Option<String>,
    #[serde(rename = "apiVersion")]
    api_version: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Runs the user's credential plugin, if the user has one that is needed, and
/// puts the credentials in its place. With `unattended_until` it is ended then, and
/// has no terminal.
pub(super) fn run(
    user: &mut AuthInfo,
    cluster: &Cluster,
    unattended_until: Option<Instant>,
) -> Result<(), String> {
    let Some(exec) = user.exec.take() else {
        return Ok(());
    };
    if user.token.is_some() || user.token_file.is_some() || user.username.is_some() {
        return Ok(());
    }
    let command = exec.command.clone().unwrap_or_default();
    let status = credentials(&exec, cluster, &command, unattended_until).map_err(|problem| {
        format!("Unable to connect to the server: getting credentials: exec: {problem}")
    })?;
    user.token = status.token.map(Into::into);
    if let (Some(certificate), Some(key)) = (status.client_certificate_data, status.client_key_data)
    {
        user.client_certificate_data = Some(STANDARD.encode(certificate));
        user.client_key_data = Some(STANDARD.encode(key).into());
    }
    Ok(())
}

fn credentials(
    exec: &ExecConfig,
    cluster: &Cluster,
    command: &str,
    unattended_until: Option<Instant>,
) -> Result<Status, String> {
    if command.is_empty() {
        return Err("the kubeconfig names no command".to_owned());
    }
    let is_attended = unattended_until.is_none() && io::stdin().is_terminal();
    let interactive = match exec.interactive_mode {
        Some(ExecInteractiveMode::Never) => false,
        Some(ExecInteractiveMode::Always) if !is_attended => {
            return Err(format!(
                "executable {command} needs a terminal (interactiveMode: Always), and stdin is none"
            ));
        }
        _ => is_attended,
    };
    let output = start(exec, cluster, command, interactive, unattended_until)?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let code = output.status.code();
        let how = code.map_or_else(|| "a signal".to_owned(), |c| format!("exit code {c}"));
        return Err(format!(
            "executable {command} failed with {how}{}",
            last_lines(&said)
        ));
    }
    // What a plugin warns of is for the user, as kubectl lets it through.
    let _ = io::stderr().write_all(&output.stderr);
    let credential = parse(&output.stdout)
        .ok_or_else(|| format!("executable {command} printed no credential"))?;
    check(credential, exec, command)
}

fn start(
    exec: &ExecConfig,
    cluster: &Cluster,
    command: &str,
    interactive: bool,
    unattended_until: Option<Instant>,
) -> Result<Output, String> {
    let mut process = Command::new(command);
    process.args(exec.args.iter().flatten());
    for entry in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) {
            process.env(name, value);
        }
    }
    process.env("KUBERNETES_EXEC_INFO", info(exec, cluster, interactive)?);
    // A plugin that may ask does so on the terminal.
    let (stdin, stderr) = match unattended_until {
        Some(_) => (Stdio::null(), Stdio::null()),
        None if interactive => (Stdio::inherit(), Stdio::inherit()),
        None => (Stdio::null(), Stdio::piped()),
    };
    let started = process.stdin(stdin).stderr(stderr).stdout(Stdio::piped());
    let child = started.spawn().and_then(|child| match unattended_until {
        Some(until) => output_until(child, until),
        None => child.wait_with_output(),
    });
    child.map_err(|error| {
        let hint = exec.install_hint.as_deref().map(str::trim);
        let hint = hint.filter(|h| !h.is_empty());
        let hint = hint.map_or_else(String::new, |h| format!("; {h}"));
        if error.kind() == ErrorKind::NotFound {
            format!("executable {command} not found{hint}")
        } else {
            format!(
                "executable {command} can't be run: {}{hint}",
                io_problem(&error)
            )
        }
    })
}

/// What a child prints; one that isn't done by `until` is ended.
fn output_until(mut child: Child, until: Instant) -> io::Result<Output> {
    let pipe = child.stdout.take();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut stdout = Vec::new();
        let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut stdout));
        // Nobody waits for it after `until`.
        let _ = sender.send(read.map(|_| stdout));
    });
    let left = until.saturating_duration_since(Instant::now());
    let Ok(stdout) = receiver.recv_timeout(left) else {
        child.kill()?;
        child.wait()?;
        return Err(ErrorKind::TimedOut.into());
    };
    Ok(Output {
        stdout: stdout?,
        status: child.wait()?,
        stderr: Vec::new(),
    })
}

/// What the plugin is told (`KUBERNETES_EXEC_INFO`).
fn info(exec: &ExecConfig, cluster: &Cluster, interactive: bool) -> Result<String, String> {
    let mut spec = json!({"interactive": interactive});
    if exec.provide_cluster_info
        && let Some(spec) = spec.as_object_mut()
    {
        spec.insert("cluster".to_owned(), cluster_info(cluster)?);
    }
    let info = json!({"kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec});
    Ok(info.to_string())
}

fn cluster_info(cluster: &Cluster) -> Result<Value, String> {
    let authority = authority::pem(cluster)?.map(|(pem, _)| STANDARD.encode(pem));
    let extensions = cluster.extensions.iter().flatten();
    let config = extensions
        .filter(|e| e.name == EXTENSION)
        .map(|e| e.extension.clone())
        .next();
    let fields = [
        ("server", json!(cluster.server)),
        ("tls-server-name", json!(cluster.tls_server_name)),
        (
            "insecure-skip-tls-verify",
            json!(cluster.insecure_skip_tls_verify),
        ),
        ("certificate-authority-data", json!(authority)),
        ("proxy-url", json!(cluster.proxy_url)),
        ("disable-compression", json!(cluster.disable_compression)),
        ("config", json!(config)),
    ];
    let given = fields.into_iter().filter(|(_, value)| !value.is_null());
    Ok(given
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

fn parse(stdout: &[u8]) -> Option<Credential> {
    if let Ok(credential) = serde_json::from_slice(stdout) {
        return Some(credential);
    }
    // Some plugins print YAML. kube's reader of kubeconfigs keeps the fields
    // that it doesn't know, so it reads this document too.
    let text = std::str::from_utf8(stdout).ok()?;
    let mut document = Kubeconfig::from_yaml(text).ok()?;
    let status = document.other.remove("status");
    Some(Credential {
        kind: document.kind,
        api_version: document.api_version,
        status: status.and_then(|s| serde_json::from_value(s).ok()),
    })
}

fn check(credential: Credential, exec: &ExecConfig, command: &str) -> Result<Status, String> {
    if credential.kind.as_deref() != Some("ExecCredential") {
        return Err(format!("executable {command} printed no credential"));
    }
    if let (Some(wanted), Some(got)) = (&exec.api_version, &credential.api_version)
        && wanted != got
    {
        return Err(format!(
            "executable {command} answers in version {got}, and the kubeconfig wants {wanted}"
        ));
    }
    let status = credential.status;
    let usable = |s: &Status| {
        s.token.as_deref().is_some_and(|t| !t.is_empty())
            || (s.client_certificate_data.is_some() && s.client_key_data.is_some())
    };
    status
        .filter(usable)
        .ok_or_else(|| format!("executable {command} gave neither a token nor a certificate"))
}

fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let skipped = lines.len().saturating_sub(REPEATED_LINES);
    let last: Vec<&str> = lines.into_iter().skip(skipped).collect();
    if last.is_empty() {
        return String::new();
    }
    format!(": {}", last.join("; "))
}
