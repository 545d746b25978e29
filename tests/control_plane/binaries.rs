//! The control plane's programs.

use std::path::{Path, PathBuf};

use super::go_programs::GoModule;

const MODULE: GoModule = GoModule {
    dir: "tests",
    cache: "control-plane",
    programs: &[
        ("etcd", "go.etcd.io/etcd/server/v3"),
        ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
        ("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
        (
            "kube-controller-manager",
            "k8s.io/kubernetes/cmd/kube-controller-manager",
        ),
        ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
        ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    ],
    sources: None,
};

/// A folder with all programs in it.
pub(crate) struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    /// The programs from the cache, those that are missing built first.
    pub(crate) fn locate_or_build() -> Result<Self, String> {
        MODULE
            .locate_or_build(version_stamps)
            .map(|dir| Self { dir })
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn etcd(&self) -> PathBuf {
        self.dir.join("etcd")
    }

    pub(crate) fn kubectl(&self) -> PathBuf {
        self.dir.join("kubectl")
    }

    pub(super) fn kube_scheduler(&self) -> PathBuf {
        self.dir.join("kube-scheduler")
    }

    pub(super) fn kube_controller_manager(&self) -> PathBuf {
        self.dir.join("kube-controller-manager")
    }

    pub(super) fn kube_apiserver(&self) -> PathBuf {
        self.dir.join("kube-apiserver")
    }

    pub(super) fn kwok(&self) -> PathBuf {
        self.dir.join("kwok")
    }

    /// The folder of kwok's stages, from the module cache.
    pub(super) fn kwok_stages(&self) -> Result<PathBuf, String> {
        let module = MODULE.go(&["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"])?;
        Ok(PathBuf::from(module).join("kustomize/stage"))
    }
}

/// Upstream's build stamps its version in; without it the server calls itself v0.0.0.
fn version_stamps() -> Result<String, String> {
    let version = MODULE.go(&["list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes"])?;
    let mut parts = version.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or("0"), parts.next().unwrap_or("0"));
    let stamp =
        |name: &str, value: &str| format!("-X k8s.io/component-base/version.{name}={value}");
    Ok([
        &*stamp("gitVersion", &version),
        &*stamp("gitMajor", major),
        &*stamp("gitMinor", minor),
    ]
    .join(" "))
}
