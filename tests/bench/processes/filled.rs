//! A real API server with a cluster of some size in it.

use std::cell::Cell;
use std::path::PathBuf;

use super::built::Filled;
use super::command::Program;
use super::control_plane::ControlPlane;
use super::tools::Tools;

/// Pods of others for each node.
const OTHERS: usize = 5;

/// The media type in which lists are asked for.
const PROTOBUF: &str = "Accept: application/vnd.kubernetes.protobuf";

pub struct Cluster {
    control_plane: ControlPlane,
    pub(crate) has: Filled,
    ds: PathBuf,
}

impl Cluster {
    /// Starts etcd, fills it, then starts the API server: it reads everything into its
    /// watch cache before it calls itself ready.
    pub fn start(tools: &Tools, nodes: usize) -> Result<Self, String> {
        eprintln!("{nodes} nodes: filling etcd and starting the API server");
        let has = Cell::new(None);
        let control_plane = ControlPlane::start_filled(|etcd| {
            let others = format!("-others={OTHERS}");
            let etcd = format!("-etcd={etcd}");
            has.set(Some(tools.fill(nodes, &[&others, &etcd])?));
            Ok(())
        })?;
        let cluster = Self {
            control_plane,
            has: has.into_inner().ok_or("nothing was filled")?,
            ds: tools.ds.clone(),
        };
        cluster.check()?;
        Ok(cluster)
    }

    /// Whether the plugin sees all that was put there: what answers in part is no bench.
    fn check(&self) -> Result<(), String> {
        let said = self.ds(&["why", &self.has.daemon_set]).output()?;
        let expected = format!(" of {} nodes excluded", self.has.nodes);
        if said.lines().next().is_some_and(|l| l.contains(&expected)) {
            Ok(())
        } else {
            Err(format!("expected `{expected}` in the first line of {said}"))
        }
    }

    /// `kubectl-ds ARGS` in the DaemonSet's namespace.
    pub fn ds(&self, args: &[&str]) -> Program {
        self.with_kubeconfig(self.ds.clone(), args)
    }

    /// The kubectl that was built from the release of the API server.
    pub fn kubectl(&self, args: &[&str]) -> Program {
        self.with_kubeconfig(self.control_plane.kubectl_program(), args)
    }

    fn with_kubeconfig(&self, program: PathBuf, args: &[&str]) -> Program {
        let namespace = format!("--namespace={}", self.has.namespace);
        Program::new(program, args.iter().copied().chain([namespace.as_str()]))
            .env("KUBECONFIG", self.control_plane.kubeconfig())
            .env("HOME", self.control_plane.scratch())
    }

    /// curl of some paths, at once in one process when there are several.
    pub fn curl(&self, paths: &[&str]) -> Program {
        let ca = self.control_plane.scratch().join("ca.crt");
        let mut args: Vec<String> = ["--http1.1", "--compressed", "--silent", "--show-error"]
            .map(str::to_owned)
            .to_vec();
        args.extend(["--fail".into(), "--header".into(), PROTOBUF.into()]);
        args.extend(["--cacert".into(), ca.display().to_string()]);
        args.extend(["--header".into(), self.control_plane.authorization()]);
        if paths.len() > 1 {
            args.extend(["--parallel".into(), "--parallel-immediate".into()]);
        }
        for path in paths {
            args.extend([format!("{}{path}", self.control_plane.server())]);
            args.extend(["--output".into(), "/dev/null".into()]);
        }
        Program::new("/usr/bin/curl", args)
    }

    /// The paths of what `kubectl-ds ARGS` asks the API server for, without what isn't
    /// about objects (the version).
    pub fn asked_by(&self, args: &[&str]) -> Result<Vec<String>, String> {
        let mark = self.control_plane.audit_mark()?;
        self.ds(args).output()?;
        let events = self.control_plane.audit_since(mark)?;
        Ok(events
            .into_iter()
            .filter(|event| event.object_ref.is_some() && event.by("kubectl-ds"))
            .map(|event| event.request_uri)
            .collect())
    }
}

/// Keeps a filled API server until Ctrl-C.
pub fn serve(tools: &Tools, nodes: usize) -> Result<(), String> {
    let cluster = Cluster::start(tools, nodes)?;
    let kubeconfig = cluster.control_plane.kubeconfig();
    println!("export KUBECONFIG={}", kubeconfig.display());
    let Filled {
        daemon_set,
        namespace,
        node,
        selector,
        ..
    } = &cluster.has;
    println!("# kubectl-ds why {daemon_set} {node} -n {namespace}; its pods: {selector}");
    println!("# until Ctrl-C");
    loop {
        std::thread::park();
    }
}
