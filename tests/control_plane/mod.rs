//! A real control plane for the end-to-end tests: etcd, kube-apiserver,
//! kube-controller-manager and kube-scheduler as upstream builds them, and kwok
//! in place of kubelets. Everything listens on loopback and lives in one
//! temporary folder; nothing outlives the tests, however they end.

mod api;
mod audit;
pub(crate) mod binaries;
mod client;
mod files;
pub(crate) mod go_programs;
mod nodes;
mod pki;
pub(crate) mod process;

use std::cell::Cell;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(crate) use audit::{AuditEvent, AuditMark};
pub(crate) use client::{Output, PollError, run};
pub(crate) use nodes::Node;

use api::Api;
use binaries::Binaries;
use process::{Janitor, Process};

/// The user with every right (group `system:masters`).
pub(crate) const ADMIN: &str = "admin";

/// A running control plane. Dropping it ends its processes and removes its files.
pub(crate) struct ControlPlane {
    binaries: Binaries,
    // Dropped in this order: clients of the API server first.
    controllers: Option<Controllers>,
    apiserver: Process,
    etcd: Process,
    _janitor: Janitor,
    api: Api,
    dir: PathBuf,
    server: String,
    barrier: Cell<u64>,
}

/// What acts on the cluster.
struct Controllers {
    manager: Process,
    kwok: Process,
    scheduler: Process,
}

impl Controllers {
    fn start(dir: &Path, binaries: &Binaries) -> Result<Self, String> {
        let start =
            |name, binary: PathBuf, args: Vec<String>| Process::start(dir, name, &binary, &args);
        Ok(Self {
            manager: start(
                "kube-controller-manager",
                binaries.kube_controller_manager(),
                controller_manager_args(dir),
            )?,
            scheduler: start(
                "kube-scheduler",
                binaries.kube_scheduler(),
                scheduler_args(dir),
            )?,
            kwok: start("kwok", binaries.kwok(), kwok_args(dir))?,
        })
    }
}

impl ControlPlane {
    /// Builds what isn't in the cache, starts everything and waits until the
    /// API server is ready and the controllers answer.
    pub(crate) fn start() -> Result<Self, String> {
        let mut started = Self::start_filled(|_| Ok(()))?;
        started.controllers = Some(Controllers::start(&started.dir, &started.binaries)?);
        Ok(started)
    }

    /// etcd and the API server alone, so that nothing changes what `fill` puts into
    /// the etcd at the address that it gets.
    pub(crate) fn start_filled(
        fill: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<Self, String> {
        let binaries = Binaries::locate_or_build()?;
        let dir = tempfile::Builder::new()
            .prefix("kubectl-ds-e2e-")
            .tempdir()
            .map_err(|e| format!("a temporary folder: {e}"))?
            .keep();
        let janitor = Janitor::watch(&dir)?;
        let [client_port, peer_port, api_port] = free_ports()?;
        let server = format!("https://127.0.0.1:{api_port}");
        files::write_all(&dir, &server, &binaries)?;

        let etcd = Process::start(
            &dir,
            "etcd",
            &binaries.etcd(),
            &etcd_args(&dir, client_port, peer_port),
        )?;
        fill(&format!("http://127.0.0.1:{client_port}"))?;
        let apiserver = Process::start(
            &dir,
            "kube-apiserver",
            &binaries.kube_apiserver(),
            &apiserver_args(&dir, client_port, api_port),
        )?;
        let api = Api::connect(&files::kubeconfig(&dir, ADMIN))?;
        wait_until_ready(&api, &[&etcd, &apiserver])?;
        Ok(Self {
            api,
            binaries,
            controllers: None,
            apiserver,
            etcd,
            _janitor: janitor,
            dir,
            server,
            barrier: Cell::new(0),
        })
    }

    /// The kubeconfig of the administrator.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.kubeconfig_for(ADMIN)
    }

    /// The kubeconfig of one of the users in the token file.
    pub(crate) fn kubeconfig_for(&self, user: &str) -> PathBuf {
        files::kubeconfig(&self.dir, user)
    }

    /// A folder that goes with the control plane, for dumps and kubeconfigs.
    pub(crate) fn scratch(&self) -> &Path {
        &self.dir
    }

    /// An error with the end of its log when one of the processes has ended.
    pub(crate) fn still_running(&self) -> Result<(), String> {
        let controllers = self.controllers.iter();
        controllers
            .flat_map(|c| [&c.manager, &c.scheduler, &c.kwok])
            .chain([&self.etcd, &self.apiserver])
            .try_for_each(Process::still_running)
    }

    fn controllers(&self) -> Result<&Controllers, String> {
        let started = self.controllers.as_ref();
        started.ok_or_else(|| "no controllers were started".to_owned())
    }

    /// Stops the controllers where they are (SIGSTOP) until the guard is dropped:
    /// what is read meanwhile is one state of the world.
    pub(crate) fn pause_controller_manager(&self) -> Result<Paused<'_>, String> {
        Paused::stop(&self.controllers()?.manager)
    }

    /// Stops what stands in for the kubelets: no pod becomes ready, and none that is
    /// being deleted goes, until the guard is dropped.
    pub(crate) fn pause_kubelets(&self) -> Result<Paused<'_>, String> {
        Paused::stop(&self.controllers()?.kwok)
    }

    /// The same with the API server: it accepts connections and says nothing.
    pub(crate) fn pause_apiserver(&self) -> Result<Paused<'_>, String> {
        self.apiserver.signal("STOP")?;
        Ok(Paused {
            process: &self.apiserver,
        })
    }
}

/// While this lives the process stands still.
pub(crate) struct Paused<'a> {
    process: &'a Process,
}

impl<'a> Paused<'a> {
    fn stop(process: &'a Process) -> Result<Self, String> {
        process.signal("STOP")?;
        Ok(Self { process })
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        // It may have been ended meanwhile; then there is nothing to resume.
        let _ = self.process.signal("CONT");
    }
}

/// How long the control plane gets for anything that it does at once: long, for it may have
/// a small part of a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The time between two looks at something that is waited for.
const POLL: Duration = Duration::from_millis(50);

/// Calls `probe` until it returns `Ok`, at most `limit`; the last error names
/// what was still missing.
pub(crate) fn wait_for<T>(
    what: &str,
    limit: Duration,
    mut probe: impl FnMut() -> Result<T, PollError>,
) -> Result<T, String> {
    let start = Instant::now();
    loop {
        match probe() {
            Ok(value) => return Ok(value),
            Err(PollError::Fatal(why)) => return Err(format!("{what}: {why}")),
            Err(PollError::NotYet(why)) if start.elapsed() > limit => {
                return Err(format!("{what}: not within {} s: {why}", limit.as_secs()));
            }
            Err(PollError::NotYet(_)) => std::thread::sleep(POLL),
        }
    }
}

/// Three ports that were free a moment ago, held together so that they differ.
fn free_ports() -> Result<[u16; 3], String> {
    let bind = || TcpListener::bind("127.0.0.1:0").map_err(|e| format!("a free port: {e}"));
    let held = [bind()?, bind()?, bind()?];
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(&held) {
        *port = listener.local_addr().map_err(|e| e.to_string())?.port();
    }
    Ok(ports)
}

fn wait_until_ready(api: &Api, needed: &[&Process]) -> Result<(), String> {
    wait_for("the API server", PATIENCE, || {
        for process in needed {
            process.still_running().map_err(PollError::Fatal)?;
        }
        api.raw("/readyz").map(drop).map_err(PollError::NotYet)
    })
}

fn etcd_args(dir: &Path, client: u16, peer: u16) -> Vec<String> {
    let client = format!("http://127.0.0.1:{client}");
    let peer = format!("http://127.0.0.1:{peer}");
    vec![
        format!("--data-dir={}", dir.join("etcd-data").display()),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
        // The data is thrown away; syncing it to disk would only slow the run.
        "--unsafe-no-fsync=true".into(),
    ]
}

fn apiserver_args(dir: &Path, etcd: u16, port: u16) -> Vec<String> {
    let at = |file: &str| dir.join(file).display().to_string();
    vec![
        format!("--etcd-servers=http://127.0.0.1:{etcd}"),
        "--bind-address=127.0.0.1".into(),
        "--advertise-address=127.0.0.1".into(),
        format!("--secure-port={port}"),
        format!("--tls-cert-file={}", at("server.crt")),
        format!("--tls-private-key-file={}", at("server.key")),
        "--service-account-issuer=https://kubernetes.default.svc".into(),
        format!("--service-account-key-file={}", at("service-account.pub")),
        format!(
            "--service-account-signing-key-file={}",
            at("service-account.key")
        ),
        format!("--token-auth-file={}", at("tokens.csv")),
        "--authorization-mode=RBAC".into(),
        "--service-cluster-ip-range=10.96.0.0/16".into(),
        // Pods need no token of a service account that no controller makes.
        "--disable-admission-plugins=ServiceAccount".into(),
        format!("--admission-control-config-file={}", at(files::ADMISSION)),
        "--endpoint-reconciler-type=none".into(),
        "--allow-privileged=true".into(),
        format!("--audit-policy-file={}", at("audit-policy.yaml")),
        format!("--audit-log-path={}", at(audit::LOG)),
    ]
}

fn controller_manager_args(dir: &Path) -> Vec<String> {
    vec![
        format!(
            "--kubeconfig={}",
            files::kubeconfig(dir, "system:kube-controller-manager").display()
        ),
        "--leader-elect=false".into(),
        "--bind-address=127.0.0.1".into(),
        "--secure-port=0".into(),
        // Nodes that no kubelet keeps alive send no heartbeat.
        "--node-monitor-grace-period=24h".into(),
        "--kube-api-qps=200".into(),
        "--kube-api-burst=400".into(),
    ]
}

fn scheduler_args(dir: &Path) -> Vec<String> {
    vec![
        format!(
            "--kubeconfig={}",
            files::kubeconfig(dir, "system:kube-scheduler").display()
        ),
        "--leader-elect=false".into(),
        "--bind-address=127.0.0.1".into(),
        "--secure-port=0".into(),
        "--kube-api-qps=200".into(),
        "--kube-api-burst=400".into(),
    ]
}

fn kwok_args(dir: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", files::kubeconfig(dir, "kwok").display()),
        "--manage-all-nodes=true".into(),
        format!("--config={}", dir.join("stages.yaml").display()),
    ]
}
