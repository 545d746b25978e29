//! The programs that are measured, and the one that fills clusters.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::arguments::Arguments;
use super::command::Program;
use super::control_plane::binaries::Binaries;

pub struct Tools {
    /// The plugin.
    pub ds: PathBuf,
    /// kubectl, built from the release of the API server.
    pub kubectl: PathBuf,
    fill: PathBuf,
}

/// What a filled cluster has, as the program that fills says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filled {
    pub namespace: String,
    pub daemon_set: String,
    /// Selects its pods.
    pub selector: String,
    /// Has a ready pod of it.
    pub node: String,
    pub nodes: usize,
}

impl Tools {
    pub fn locate(arguments: &Arguments) -> Result<Self, String> {
        let ds = match &arguments.binary {
            Some(path) => path.canonicalize(),
            None => release_build()?.canonicalize(),
        };
        Ok(Self {
            ds: ds.map_err(|e| format!("the plugin's binary: {e}"))?,
            kubectl: Binaries::locate_or_build()?.kubectl(),
            fill: build_fill()?,
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
    pub fn fill(&self, nodes: usize, flags: &[&str]) -> Result<Filled, String> {
        let nodes = format!("-nodes={nodes}");
        let args = [nodes.as_str()].into_iter().chain(flags.iter().copied());
        let said = Program::new(&self.fill, args).output()?;
        serde_json::from_str(&said).map_err(|e| format!("fill: {e}: {said}"))
    }
}

fn release_build() -> Result<PathBuf, String> {
    eprintln!("building the release binary");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--locked", "--bin", "kubectl-ds"])
        .current_dir(manifest)
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err(format!("cargo build --release: {status}"));
    }
    // Two below the folder of the benches' own files, wherever cargo was told to build.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    Ok(target.unwrap_or(manifest).join("release/kubectl-ds"))
}

fn build_fill() -> Result<PathBuf, String> {
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fill");
    let status = Command::new("go")
        .arg("build")
        .arg("-o")
        .arg(&binary)
        .arg("./bench/fill")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"))
        .status()
        .map_err(|e| format!("go (is it installed?): {e}"))?;
    if status.success() {
        Ok(binary)
    } else {
        Err(format!("go build ./bench/fill: {status}"))
    }
}
