//! The dry run against a kubectl that fails in every way that it can.
//! What the real one answers is in the end-to-end tests.

mod adopt;
mod command;
mod fallback;
mod faults;
pub(crate) mod signals;

use std::path::{Path, PathBuf};

use kubectl_ds::source::cluster::ConnectionFlags;
use kubectl_ds::source::dry_run::{ApplyOptions, DryRun, DryRunError, dry_run};
use serde_json::{Value, json};

use crate::binary::root;

/// A kubectl in a folder of its own.
pub(crate) struct Kubectl {
    folder: tempfile::TempDir,
}

impl Kubectl {
    /// `behaviour` is shell; `$here` is the folder.
    pub(crate) fn new(behaviour: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // A script that was only just written could still be open in a child of another test.
        let script = root().join("tests/suite/dry_run/fake-kubectl");
        std::os::unix::fs::symlink(script, folder.path().join("kubectl")).unwrap();
        let kubectl = Self { folder };
        std::fs::write(kubectl.at("behaviour"), behaviour).unwrap();
        let answer = agent("agent:2").to_string();
        std::fs::write(kubectl.at("answer.json"), answer).unwrap();
        kubectl
    }

    /// One that reads the manifest and answers as the server would.
    pub(crate) fn answering() -> Self {
        Self::new("cat > \"$here/stdin\"; cat \"$here/answer.json\"")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// What it kept.
    pub(crate) fn kept(&self, file: &str) -> String {
        std::fs::read_to_string(self.at(file)).unwrap_or_default()
    }

    fn run(&self, flags: &ConnectionFlags) -> Result<DryRun, DryRunError> {
        let manifest = agent("agent:2").to_string();
        let options = ApplyOptions::default();
        dry_run(
            &self.at("kubectl"),
            flags,
            "ops",
            manifest.as_bytes(),
            &options,
        )
    }

    fn error(&self) -> DryRunError {
        self.run(&no_cluster()).unwrap_err()
    }
}

pub(crate) fn agent(image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent", "namespace": "ops"},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "agent", "image": image}]}},
        },
    })
}

/// A server that is never asked, and nothing of this machine's configuration.
fn no_cluster() -> ConnectionFlags {
    ConnectionFlags {
        kubeconfig: Some(PathBuf::from("/dev/null")),
        server: Some("https://127.0.0.1:1".to_owned()),
        ..ConnectionFlags::default()
    }
}

/// Where the path of a private kubeconfig was.
fn kubeconfig_path(kubectl: &Kubectl) -> PathBuf {
    let arguments = kubectl.kept("arguments");
    let path = arguments
        .lines()
        .find_map(|a| a.strip_prefix("--kubeconfig="));
    PathBuf::from(path.unwrap())
}

#[test]
fn the_manifest_goes_through_stdin() {
    let kubectl = Kubectl::answering();
    let answer = kubectl.run(&no_cluster()).unwrap();
    assert_eq!(kubectl.kept("stdin"), agent("agent:2").to_string());
    let arguments = kubectl.kept("arguments");
    let first: Vec<&str> = arguments.lines().take(5).collect();
    assert_eq!(
        first,
        [
            "apply",
            "--filename=-",
            "--dry-run=server",
            "--output=json",
            "--namespace=ops"
        ]
    );
    let ds = answer.daemon_set("ops").unwrap();
    assert_eq!(ds.raw_template, agent("agent:2")["spec"]["template"]);
    assert_eq!(answer.warnings, [""; 0]);
}

#[test]
fn a_token_is_in_a_private_file_for_as_long_as_kubectl_runs() {
    let kubectl = Kubectl::answering();
    let flags = ConnectionFlags {
        token: Some("sEcReT".into()),
        certificate_authority: Some("Cargo.toml".to_owned()),
        ..no_cluster()
    };
    kubectl.run(&flags).unwrap();
    assert!(!kubectl.kept("arguments").contains("sEcReT"));
    let kubeconfig: Value = serde_json::from_str(&kubectl.kept("kubeconfig")).unwrap();
    assert_eq!(kubeconfig["users"][0]["user"], json!({"token": "sEcReT"}));
    let cluster = &kubeconfig["clusters"][0]["cluster"];
    assert_eq!(cluster["server"], "https://127.0.0.1:1");
    let authority = cluster["certificate-authority"].as_str().unwrap();
    assert!(Path::new(authority).is_absolute(), "{authority}");
    let modes = kubectl.kept("modes");
    let modes: Vec<&str> = modes.lines().filter_map(|l| l.get(..10)).collect();
    assert_eq!(modes, ["drwx------", "-rw-------"]);
    let path = kubeconfig_path(&kubectl);
    assert!(!path.exists() && !path.parent().unwrap().exists());
}

#[test]
fn the_private_file_goes_when_kubectl_fails_or_cannot_be_run() {
    let flags = ConnectionFlags {
        token: Some("sEcReT".into()),
        ..no_cluster()
    };
    let kubectl = Kubectl::new("echo no >&2; exit 1");
    let error = kubectl.run(&flags).unwrap_err();
    assert_eq!(error, DryRunError::Failed("no".to_owned()));
    assert!(!kubeconfig_path(&kubectl).exists());
}

#[test]
fn a_credential_plugin_runs_once_and_before_kubectl() {
    let kubectl = Kubectl::answering();
    let credential = json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "lEnT"}});
    let script = format!(
        "echo asked >> {0}/asked; echo '{credential}'",
        kubectl.folder().display()
    );
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", script], "interactiveMode": "Never"}}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
    });
    let file = kubectl.folder().join("users-own");
    std::fs::write(&file, kubeconfig.to_string()).unwrap();
    let flags = ConnectionFlags {
        kubeconfig: Some(file),
        ..ConnectionFlags::default()
    };
    kubectl.run(&flags).unwrap();
    let given: Value = serde_json::from_str(&kubectl.kept("kubeconfig")).unwrap();
    assert_eq!(given["users"][0]["user"], json!({"token": "lEnT"}));
    assert_eq!(kubectl.kept("asked"), "asked\n");
}
