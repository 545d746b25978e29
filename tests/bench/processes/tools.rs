//! The programs that are measured, and the one that fills clusters.

use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use super::built::{Fill, Filled, release_binary};
use super::command::Program;
use super::control_plane::binaries::Binaries;

pub struct Tools {
    /// The plugin.
    pub ds: PathBuf,
    /// kubectl, built from the release of the API server.
    pub kubectl: PathBuf,
    fill: Fill,
}

impl Tools {
    pub fn locate(arguments: &Arguments) -> Result<Self, String> {
        let ds = match &arguments.binary {
            Some(path) => path.canonicalize(),
            None => release_binary()?.canonicalize(),
        };
        Ok(Self {
            ds: ds.map_err(|e| format!("the plugin's binary: {e}"))?,
            kubectl: Binaries::locate_or_build()?.kubectl(),
            fill: Fill::build()?,
        })
    }

    /// What stands beside the plugin.
    pub fn versions(&self) -> Result<String, String> {
        let first = |path: &Path, args: &[&str]| {
            let said = Program::new(path, args).output()?;
            Ok::<_, String>(said.lines().next().unwrap_or_default().to_owned())
        };
        let kubectl = first(&self.kubectl, &["version", "--client"])?;
        let curl = first(Path::new("/usr/bin/curl"), &["--version"])?;
        let curl = curl.split(" (").next().unwrap_or_default();
        let jq = first(Path::new("/usr/bin/jq"), &["--version"])?;
        let release = kubectl.trim_start_matches("Client Version: ");
        Ok(format!(
            "kubectl and kube-apiserver {release}, {curl}, {jq}"
        ))
    }

    /// Makes a cluster of `nodes`, as the flags of `tests/bench/fill` say where to.
    pub(crate) fn fill(&self, nodes: usize, flags: &[&str]) -> Result<Filled, String> {
        self.fill.run(nodes, flags)
    }
}
