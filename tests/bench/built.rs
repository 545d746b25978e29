//! What is built to be measured: the release binary, and the program that fills clusters.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::control_plane::go_programs::GoModule;

/// What a filled cluster has, as the program that fills says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filled {
    pub(crate) namespace: String,
    pub(crate) daemon_set: String,
    /// Selects its pods.
    pub(crate) selector: String,
    /// Has a ready pod of it.
    pub(crate) node: String,
    pub(crate) nodes: usize,
}

const FILL: GoModule = GoModule {
    dir: "tests",
    cache: "fill",
    programs: &[("fill", "./bench/fill")],
    sources: Some("bench/fill"),
};

/// The program in `tests/bench/fill`.
#[derive(Clone, Debug)]
pub(crate) struct Fill(PathBuf);

impl Fill {
    /// Builds it, or finds it built.
    pub(crate) fn build() -> Result<Self, String> {
        let folder = FILL.locate_or_build(|| Ok(String::new()))?;
        Ok(Self(folder.join("fill")))
    }

    /// Makes a cluster of `nodes`; the flags say where to.
    pub(crate) fn run(&self, nodes: usize, flags: &[&str]) -> Result<Filled, String> {
        let output = Command::new(&self.0)
            .arg(format!("-nodes={nodes}"))
            .args(flags)
            .output()
            .map_err(|e| format!("fill: {e}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        serde_json::from_slice(&output.stdout).map_err(|e| format!("fill: {e}"))
    }
}

/// Builds what users get, as `Cargo.toml` has the release profile, and says where it is;
/// `$KUBECTL_DS_BINARY` is taken in its place.
pub(crate) fn release_binary() -> Result<PathBuf, String> {
    if let Some(built) = std::env::var_os("KUBECTL_DS_BINARY") {
        return Ok(built.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What cargo tells a test of its package would make the crates that look at it build anew.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_MANIFEST_"]
                .iter()
                .any(|p| name.starts_with(p))
        }) {
            command.env_remove(name);
        }
    }
    let status = command
        .args(["build", "--release", "--locked", "--bin", "kubectl-ds"])
        .current_dir(package())
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err(format!("cargo build --release: {status}"));
    }
    // Beside the folder of temporary files, wherever cargo was told to build.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    Ok(target.unwrap_or(package()).join("release/kubectl-ds"))
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
