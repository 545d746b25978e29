//! Rollouts that take longer than the credentials live.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;

use super::proxy::Proxy;
use super::service_account::ServiceAccount;
use super::{Field, LONG, bind, expect, server};

/// So long a token is good.
const LIFE: SignedDuration = SignedDuration::from_secs(15);

/// All watches are opened again so often.
const CUT: Duration = Duration::from_secs(8);

const NODES: usize = 20;

/// A credential plugin, as clouds have it for their clusters.
pub(super) fn plugin(cluster: &ControlPlane) -> Result<(), String> {
    let runs = cluster.scratch().join("plugin-runs");
    let script = |issued: &Path| {
        format!(
            "echo run >>'{}'; cat '{}'",
            runs.display(),
            issued.display()
        )
    };
    let took = rollout(cluster, "plugin", |issued| {
        json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
            "command": "sh", "args": ["-c", script(&issued.credential)],
        }})
    })?;
    let runs = std::fs::read_to_string(runs).unwrap_or_default();
    let runs = runs.lines().count();
    // One login for each life, which has ten seconds at least, however many requests there are.
    let most = took.as_secs() as usize / 10 + 1;
    if (3..=most).contains(&runs) {
        Ok(())
    } else {
        Err(format!("the plugin was run {runs} times in {took:?}"))
    }
}

/// A token file, as the kubelet keeps it for a pod.
pub(super) fn token_file(cluster: &ControlPlane) -> Result<(), String> {
    rollout(
        cluster,
        "token-file",
        |issued| json!({"tokenFile": issued.token}),
    )
    .map(drop)
}

/// How long it took.
fn rollout(
    cluster: &ControlPlane,
    namespace: &str,
    user: impl Fn(&Issued) -> Value,
) -> Result<Duration, String> {
    let names = (0..NODES).map(|n| format!("{n:02}-{namespace}"));
    let field = Field::of(cluster, namespace, names.collect())?;
    let account = ServiceAccount::make(cluster, namespace, "watcher")?;
    bind(cluster, &account.user(), "kubectl-ds-read")?;
    let first = account.token(LIFE.as_secs())?;
    let issued = Issued::keep_fresh(cluster.scratch(), namespace, account)?;
    let way = server(cluster)?;
    let proxy = Proxy::to(way.parse().map_err(|_| format!("`{way}`"))?)?;
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {
            "server": format!("https://{}", proxy.address),
            "certificate-authority": cluster.scratch().join("ca.crt"),
        }}],
        "users": [{"name": "u", "user": user(&issued)}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
    });
    let path = cluster.scratch().join(format!("{namespace}.json"));
    std::fs::write(&path, kubeconfig.to_string()).map_err(|e| e.to_string())?;

    // A minute and more. Pods that aren't available yet would be replaced at once.
    field.patch(&json!({"spec": {"minReadySeconds": 3}}))?;
    field.wait("pods that are available longer", |ds| {
        let is_seen = ds["status"]["observedGeneration"] == ds["metadata"]["generation"];
        is_seen && ds["status"]["numberAvailable"] == NODES
    })?;
    field.new_image()?;
    let began = Instant::now();
    let running = field.watch_with(&path)?;
    let done = format!("is done: all {NODES} nodes");
    for _ in 0..30 {
        if running.says(&done, CUT).is_ok() || running.stderr().contains("error: ") {
            break;
        }
        proxy.cut();
        proxy.mend();
    }
    let answer = running.end(LONG)?;
    let took = began.elapsed();
    let is_done = answer.code == 0 && answer.stdout.contains(&done);
    expect(is_done, "done by one token after another", &answer)?;
    let refused = answer.stderr.contains("Unauthorized");
    expect(!refused, "no refusal is seen", &answer)?;
    // It couldn't have been done by one.
    let answer = cluster.kubectl_as("nothing", &["get", "nodes", "--token", &first])?;
    let expired = answer
        .stderr
        .contains("You must be logged in to the server");
    expect(expired, "the first token has expired", &answer)?;
    field.clear()?;
    Ok(took)
}

/// A token in a file, and as a plugin prints it; there are new ones long before they expire.
struct Issued {
    token: PathBuf,
    credential: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Issued {
    fn keep_fresh(folder: &Path, name: &str, account: ServiceAccount) -> Result<Self, String> {
        let issued = Self {
            token: folder.join(format!("{name}-token")),
            credential: folder.join(format!("{name}-credential")),
            stop: Arc::default(),
        };
        let (token, credential) = (issued.token.clone(), issued.credential.clone());
        write(&account, &token, &credential)?;
        let stop = Arc::clone(&issued.stop);
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_secs(1));
                // Without a fresh one the rollout can't be followed, and the test says so.
                let _ = write(&account, &token, &credential);
            }
        });
        Ok(issued)
    }
}

impl Drop for Issued {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn write(account: &ServiceAccount, token: &Path, credential: &Path) -> Result<(), String> {
    let fresh = account.token(LIFE.as_secs())?;
    let printed = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": {"token": fresh, "expirationTimestamp": Timestamp::now() + LIFE},
    });
    // Nobody sees a half of it.
    for (path, text) in [(token, fresh.clone()), (credential, printed.to_string())] {
        let new = path.with_extension("new");
        std::fs::write(&new, text).map_err(|e| e.to_string())?;
        std::fs::rename(&new, path).map_err(|e| e.to_string())?;
    }
    Ok(())
}
