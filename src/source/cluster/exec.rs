//! Credential plugins.
//!
//! kube runs the plugin again for each part of its client that needs credentials; a person would
//! log in three times. Here it runs once for all of them, as in kubectl, and again only when new
//! credentials are needed.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::{Output, Stdio};
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kube::config::{AuthInfo, Cluster, ExecConfig, ExecInteractiveMode, Kubeconfig};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::client_certificate::ClientCertificate;
use super::kubeconfig::io_problem;
use super::small_file::{self, too_large};

/// The extension of a cluster that is meant for the plugin.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// How many of the last lines of stderr an error repeats.
const REPEATED_LINES: usize = 5;

/// How much of a plugin's stderr is kept.
const KEPT_OF_STDERR: u64 = 64 * 1024;

/// A credential plugin of a user.
pub(super) struct Plugin {
    exec: ExecConfig,
    /// `KUBERNETES_EXEC_INFO`.
    info: String,
    /// Whether it may ask on the terminal.
    is_interactive: bool,
    /// It is ended then, has no terminal, and its output is dropped.
    unattended_until: Option<Instant>,
}

/// What a plugin gave.
pub(super) struct PluginCredentials {
    /// Never empty.
    pub token: Option<String>,
    pub certificate: Option<ClientCertificate>,
    /// When they expire, if the plugin says so.
    pub expires: Option<Timestamp>,
    /// Its stderr.
    pub said: PluginOutput,
}

/// The stderr of a plugin that succeeded.
#[derive(Default)]
pub(super) struct PluginOutput(Vec<u8>);

impl PluginOutput {
    /// A plugin's warnings are for the user, so they are shown as in kubectl.
    pub(super) fn show(&self) {
        let _ = io::stderr().write_all(&self.0);
    }
}

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
    expiration_timestamp: Option<String>,
}

impl Plugin {
    /// The plugin of `user`, unless it isn't needed: any other kind of credential takes precedence,
    /// as in client-go (`UpdateTransportConfig`, 0.37.1). `authority` is the server's, in PEM.
    pub(super) fn needed_by(
        user: &AuthInfo,
        cluster: &Cluster,
        authority: Option<&[u8]>,
        unattended_until: Option<Instant>,
    ) -> Result<Option<Self>, String> {
        let has_token = user.token.is_some() || user.token_file.is_some();
        let has_other = has_token || user.username.is_some() || ClientCertificate::is_in(user);
        let Some(exec) = user.exec.clone().filter(|_| !has_other) else {
            return Ok(None);
        };
        let is_interactive = is_interactive(&exec, unattended_until).map_err(failed)?;
        let info = info(&exec, cluster, authority, is_interactive);
        Ok(Some(Self {
            exec,
            info,
            is_interactive,
            unattended_until,
        }))
    }

    /// Runs it.
    pub(super) async fn credentials(&self) -> Result<PluginCredentials, String> {
        self.issued().await.map_err(failed)
    }

    /// The name of its token in messages.
    pub(super) fn origin(&self) -> String {
        format!("the token of the credential plugin {}", self.command())
    }

    fn command(&self) -> &str {
        self.exec.command.as_deref().unwrap_or_default()
    }

    async fn issued(&self) -> Result<PluginCredentials, String> {
        let command = self.command();
        let output = self.output().await.map_err(|e| self.not_run(&e))?;
        if !output.status.success() {
            let code = output.status.code();
            let how = code.map_or_else(|| "a signal".to_owned(), |c| format!("exit code {c}"));
            let said = last_lines(&String::from_utf8_lossy(&output.stderr));
            return Err(format!("executable {command} failed with {how}{said}"));
        }
        let credential = parse(&output.stdout);
        let status = credential.ok_or("printed no credential".to_owned());
        status
            .and_then(|c| check(c, &self.exec))
            .and_then(|status| issued(status, output.stderr))
            .map_err(|problem| format!("executable {command} {problem}"))
    }

    async fn output(&self) -> io::Result<Output> {
        let mut command = Command::new(self.command());
        command.args(self.exec.args.iter().flatten());
        for entry in self.exec.env.iter().flatten() {
            if let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) {
                command.env(name, value);
            }
        }
        command.env("KUBERNETES_EXEC_INFO", &self.info);
        // A plugin that may ask does so on the terminal.
        let (stdin, stderr) = match self.unattended_until {
            Some(_) => (Stdio::null(), Stdio::null()),
            None if self.is_interactive => (Stdio::inherit(), Stdio::inherit()),
            None => (Stdio::null(), Stdio::piped()),
        };
        command.stdin(stdin).stderr(stderr).stdout(Stdio::piped());
        let output = output(&mut command);
        match self.unattended_until {
            Some(until) => tokio::time::timeout_at(until.into(), output).await?,
            None => output.await,
        }
    }

    fn not_run(&self, error: &io::Error) -> String {
        let command = self.command();
        let hint = self.exec.install_hint.as_deref().map(str::trim);
        let hint = hint.filter(|h| !h.is_empty());
        let hint = hint.map_or_else(String::new, |h| format!("; {h}"));
        match error.kind() {
            ErrorKind::NotFound => format!("executable {command} not found{hint}"),
            ErrorKind::FileTooLarge => {
                let problem = io_problem(error);
                format!("the output of executable {command} can't be read: {problem}")
            }
            _ => {
                let problem = io_problem(error);
                format!("executable {command} can't be run: {problem}{hint}")
            }
        }
    }
}

fn failed(problem: String) -> String {
    format!("Unable to connect to the server: getting credentials: exec: {problem}")
}

fn is_interactive(exec: &ExecConfig, unattended_until: Option<Instant>) -> Result<bool, String> {
    let command = exec.command.as_deref().unwrap_or_default();
    if command.is_empty() {
        return Err("the kubeconfig names no command".to_owned());
    }
    let is_attended = unattended_until.is_none() && io::stdin().is_terminal();
    match exec.interactive_mode {
        Some(ExecInteractiveMode::Never) => Ok(false),
        Some(ExecInteractiveMode::Always) if !is_attended => Err(format!(
            "executable {command} needs a terminal (interactiveMode: Always), and stdin is none"
        )),
        _ => Ok(is_attended),
    }
}

/// The output of a process, which is ended when nobody waits for it any more, or when it prints too
/// much.
async fn output(command: &mut Command) -> io::Result<Output> {
    let mut child = command.kill_on_drop(true).spawn()?;
    let stdout = printed(child.stdout.take());
    let stderr = said(child.stderr.take());
    let (stdout, stderr) = tokio::try_join!(stdout, stderr)?;
    Ok(Output {
        status: child.wait().await?,
        stdout,
        stderr,
    })
}

async fn printed(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let mut pipe = pipe.take(small_file::CREDENTIAL + 1);
        pipe.read_to_end(&mut bytes).await?;
    }
    if bytes.len() as u64 > small_file::CREDENTIAL {
        return Err(too_large(small_file::CREDENTIAL));
    }
    Ok(bytes)
}

async fn said(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let mut first = (&mut pipe).take(KEPT_OF_STDERR);
        first.read_to_end(&mut bytes).await?;
        // It isn't blocked by printing more.
        tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await?;
    }
    Ok(bytes)
}

/// The input of the plugin.
fn info(
    exec: &ExecConfig,
    cluster: &Cluster,
    authority: Option<&[u8]>,
    is_interactive: bool,
) -> String {
    let mut spec = json!({"interactive": is_interactive});
    if exec.provide_cluster_info
        && let Some(spec) = spec.as_object_mut()
    {
        spec.insert("cluster".to_owned(), cluster_info(cluster, authority));
    }
    json!({"kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec}).to_string()
}

fn cluster_info(cluster: &Cluster, authority: Option<&[u8]>) -> Value {
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
        (
            "certificate-authority-data",
            json!(authority.map(|pem| STANDARD.encode(pem))),
        ),
        ("proxy-url", json!(cluster.proxy_url)),
        ("disable-compression", json!(cluster.disable_compression)),
        ("config", json!(config)),
    ];
    let given = fields.into_iter().filter(|(_, value)| !value.is_null());
    given
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn parse(stdout: &[u8]) -> Option<Credential> {
    if let Ok(credential) = serde_json::from_slice(stdout) {
        return Some(credential);
    }
    // Some plugins print YAML. kube's reader of kubeconfigs keeps unknown fields, so it reads this
    // document too.
    let text = std::str::from_utf8(stdout).ok()?;
    let mut document = Kubeconfig::from_yaml(text).ok()?;
    let status = document.other.remove("status");
    Some(Credential {
        kind: document.kind,
        api_version: document.api_version,
        status: status.and_then(|s| serde_json::from_value(s).ok()),
    })
}

fn check(credential: Credential, exec: &ExecConfig) -> Result<Status, String> {
    if credential.kind.as_deref() != Some("ExecCredential") {
        return Err("printed no credential".to_owned());
    }
    if let (Some(wanted), Some(got)) = (&exec.api_version, &credential.api_version)
        && wanted != got
    {
        return Err(format!(
            "answers in version {got}, and the kubeconfig wants {wanted}"
        ));
    }
    credential.status.ok_or_else(|| NEITHER.to_owned())
}

const NEITHER: &str = "gave neither a token nor a certificate";

fn issued(status: Status, said: Vec<u8>) -> Result<PluginCredentials, String> {
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    let token = given(status.token);
    let certificate = given(status.client_certificate_data);
    let certificate = match (certificate, given(status.client_key_data)) {
        (Some(certificate), Some(key)) => Some(ClientCertificate::from_pem(&certificate, &key)),
        (None, None) if token.is_none() => return Err(NEITHER.to_owned()),
        (None, None) => None,
        _ => return Err("gave only one of certificate and key".to_owned()),
    };
    let expires = given(status.expiration_timestamp).map(|text| {
        let problem = "gave an expirationTimestamp that is no time of RFC 3339";
        text.parse().map_err(|_| problem.to_owned())
    });
    Ok(PluginCredentials {
        token,
        certificate,
        expires: expires.transpose()?,
        said: PluginOutput(said),
    })
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
