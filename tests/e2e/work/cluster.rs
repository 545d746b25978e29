//! Questions to a real API server, filled straight into its etcd.

use std::cell::RefCell;
use std::path::PathBuf;

use super::counted::Counted;
use super::forward::Forward;
use super::{NODES, fill, recorded};
use crate::built::Filled;
use crate::control_plane::ControlPlane;

type Figures = Vec<(&'static str, u64)>;

/// A filled API server behind a port that counts.
struct Cluster {
    control_plane: ControlPlane,
    has: Filled,
    forward: Forward,
    kubeconfig: PathBuf,
}

pub(crate) fn all() -> Result<(), String> {
    let [single, double] = NODES;
    let single = figures(single)?;
    let double = figures(double)?;
    for ((case, single), (_, double)) in single.iter().zip(&double) {
        recorded::check_growth(case, single, double)?;
        recorded::check(case, single)?;
    }
    Ok(())
}

/// What each question takes on a cluster of this size.
fn figures(nodes: usize) -> Result<Vec<(&'static str, Figures)>, String> {
    let cluster = Cluster::start(nodes)?;
    let ds = cluster.has.daemon_set.as_str();
    let node = cluster.has.node.as_str();
    Ok(vec![
        ("why DS", cluster.count(&["why", ds])?),
        ("why DS NODE", cluster.count(&["why", ds, node])?),
        ("plan DS", cluster.count(&["plan", ds])?),
        ("adopt DS", cluster.count(&["adopt", ds])?),
        ("node NODE", cluster.count(&["node", node])?),
    ])
}

impl Cluster {
    fn start(nodes: usize) -> Result<Self, String> {
        let has = RefCell::new(None);
        let control_plane = ControlPlane::start_filled(|etcd| {
            let filled = fill()?.run(nodes, &["-others=5", &format!("-etcd={etcd}")])?;
            has.replace(Some(filled));
            Ok(())
        })?;
        let server = control_plane.server().to_owned();
        let forward = Forward::to(server.trim_start_matches("https://").to_owned())?;
        let text =
            std::fs::read_to_string(control_plane.kubeconfig()).map_err(|e| e.to_string())?;
        let counted = text.replace(&server, &format!("https://127.0.0.1:{}", forward.port));
        let kubeconfig = control_plane.scratch().join("counted.kubeconfig");
        std::fs::write(&kubeconfig, counted).map_err(|e| e.to_string())?;
        Ok(Self {
            has: has.into_inner().ok_or("nothing was filled")?,
            control_plane,
            forward,
            kubeconfig,
        })
    }

    fn count(&self, args: &[&str]) -> Result<Figures, String> {
        let args = [args, &["-n", &self.has.namespace]].concat();
        let mut run = Counted::new(&args);
        run.kubeconfig = Some(&self.kubeconfig);
        let mark = self.control_plane.audit_mark()?;
        self.forward.take();
        run.plain()?;
        let bytes = self.forward.take();
        let asked = self.control_plane.audit_since(mark)?;
        let requests = asked.iter().filter(|event| event.by("kubectl-ds")).count();
        if requests == 0 {
            return Err(format!("no request of {args:?} stands in the audit log"));
        }
        let mut figures = vec![("requests", requests as u64), ("bytes read", bytes)];
        figures.extend(run.figures()?);
        Ok(figures)
    }
}
