//! Running kubectl, and the plugin through kubectl.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::files::token;
use super::{Binaries, ControlPlane};

/// What a command printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The exit code, -1 after a signal.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn success(&self) -> bool {
        self.code == 0
    }

    /// Its stdout as JSON, or an error with everything it printed.
    pub(crate) fn json(&self) -> Result<Value, String> {
        serde_json::from_str(&self.stdout).map_err(|e| {
            format!(
                "no JSON: {e}\nexit {}\nstdout: {}\nstderr: {}",
                self.code, self.stdout, self.stderr
            )
        })
    }
}

/// Why a probe has no answer yet.
pub(crate) enum PollError {
    /// It may still come.
    NotYet(String),
    /// It won't.
    Fatal(String),
}

impl From<String> for PollError {
    fn from(why: String) -> Self {
        Self::Fatal(why)
    }
}

impl ControlPlane {
    /// kubectl as the administrator; an error when it fails.
    pub(crate) fn kubectl(&self, args: &[&str]) -> Result<String, String> {
        self.kubectl_with_input(args, None)
    }

    /// What `kubectl get ARGS -o json` answers.
    pub(crate) fn get(&self, args: &[&str]) -> Result<Value, String> {
        self.api.get(args)
    }

    /// What the server answers to a request of the administrator: method, path, and a body
    /// with its type.
    pub(crate) fn send(
        &self,
        method: http::Method,
        path: &str,
        body: Option<(&str, &Value)>,
    ) -> Result<Value, String> {
        self.api.send(method, path, body)
    }

    /// `kubectl create` of a manifest: keeps what apply would leave out (status of nodes).
    pub(crate) fn create(&self, manifest: &Value) -> Result<(), String> {
        self.kubectl_with_input(&["create", "-f", "-"], Some(&manifest.to_string()))
            .map(drop)
    }

    /// `kubectl apply` of a manifest.
    pub(crate) fn apply(&self, manifest: &Value) -> Result<(), String> {
        self.kubectl_with_input(&["apply", "-f", "-"], Some(&manifest.to_string()))
            .map(drop)
    }

    /// kubectl with something on stdin.
    pub(crate) fn kubectl_with_input(
        &self,
        args: &[&str],
        input: Option<&str>,
    ) -> Result<String, String> {
        let output = kubectl(&self.binaries, &self.dir, &self.kubeconfig(), args, input)?;
        if output.success() {
            Ok(output.stdout)
        } else {
            Err(format!(
                "kubectl {}: exit {}: {}",
                args.join(" "),
                output.code,
                output.stderr.trim()
            ))
        }
    }

    /// The program itself.
    pub(crate) fn kubectl_program(&self) -> PathBuf {
        self.binaries.kubectl()
    }

    /// The header that makes a request the administrator's.
    #[allow(dead_code, reason = "the bench's curl needs it")]
    pub(crate) fn authorization(&self) -> String {
        format!("Authorization: Bearer {}", token(super::ADMIN))
    }

    /// Where the API server listens.
    #[allow(dead_code, reason = "the bench's curl needs it")]
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// kubectl as another user of the token file.
    pub(crate) fn kubectl_as(&self, user: &str, args: &[&str]) -> Result<Output, String> {
        kubectl(
            &self.binaries,
            &self.dir,
            &self.kubeconfig_for(user),
            args,
            None,
        )
    }

    /// `kubectl ds ARGS` as the administrator: the plugin as users run it.
    pub(crate) fn ds_plugin(&self, args: &[&str]) -> Result<Output, String> {
        self.ds_plugin_as(super::ADMIN, args)
    }

    /// The plugin itself, which no kubectl starts: for questions to files.
    pub(crate) fn ds_plugin_alone(&self, args: &[&str]) -> Result<Output, String> {
        let mut command = self.ds_command(args);
        command.env_remove("KUBECONFIG");
        run(command, None)
    }

    /// The plugin itself as the administrator, which no kubectl starts: where it is asked
    /// often, starting kubectl would take most of the time.
    pub(crate) fn ds_command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"));
        command
            .args(args)
            .env_clear()
            .env("HOME", &self.dir)
            .env("KUBECONFIG", self.kubeconfig())
            .current_dir(&self.dir);
        command
    }

    /// `kubectl ds ARGS` as another user of the token file.
    pub(crate) fn ds_plugin_as(&self, user: &str, args: &[&str]) -> Result<Output, String> {
        self.ds_plugin_with_input(user, args, None)
    }

    /// `kubectl ds ARGS` as another user, to be started and followed.
    pub(crate) fn ds_plugin_command(&self, user: &str, args: &[&str]) -> Result<Command, String> {
        self.kubectl_command(user, &[&["ds"], args].concat())
    }

    /// kubectl as another user, to be changed and run.
    pub(crate) fn kubectl_command(&self, user: &str, args: &[&str]) -> Result<Command, String> {
        let kubeconfig = self.kubeconfig_for(user);
        command(&self.binaries, &self.dir, &kubeconfig, args)
    }

    /// `kubectl ds ARGS` with something on stdin.
    pub(crate) fn ds_plugin_with_input(
        &self,
        user: &str,
        args: &[&str],
        input: Option<&str>,
    ) -> Result<Output, String> {
        let args = [&["ds"], args].concat();
        kubectl(
            &self.binaries,
            &self.dir,
            &self.kubeconfig_for(user),
            &args,
            input,
        )
    }
}

/// Runs kubectl with the plugin in PATH and nothing of the user's own configuration.
pub(super) fn kubectl(
    binaries: &Binaries,
    dir: &Path,
    kubeconfig: &Path,
    args: &[&str],
    input: Option<&str>,
) -> Result<Output, String> {
    run(command(binaries, dir, kubeconfig, args)?, input)
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command, input: Option<&str>) -> Result<Output, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{program}: {e}"))?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A command that refuses its arguments never reads; its answer says so.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child
        .wait_with_output()
        .map_err(|e| format!("{program}: {e}"))?;
    Ok(Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// kubectl with the plugin in PATH and nothing of the user's own configuration.
fn command(
    binaries: &Binaries,
    dir: &Path,
    kubeconfig: &Path,
    args: &[&str],
) -> Result<Command, String> {
    let plugin = Path::new(env!("CARGO_BIN_EXE_kubectl-ds")).parent();
    let path: OsString = std::env::join_paths(plugin.into_iter().chain([
        binaries.dir(),
        Path::new("/usr/bin"),
        Path::new("/bin"),
    ]))
    .map_err(|e| e.to_string())?;
    let mut command = Command::new(binaries.kubectl());
    command
        .args(args)
        .env_clear()
        .env("PATH", path)
        .env("HOME", dir)
        .env("KUBECONFIG", kubeconfig)
        .current_dir(dir);
    Ok(command)
}
