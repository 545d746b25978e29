//! The control plane's programs, built once from the Go module beside the tests
//! and kept in a cache.

use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Name of the binary, package.
const PROGRAMS: [(&str, &str); 6] = [
    ("etcd", "go.etcd.io/etcd/server/v3"),
    ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
    ("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
    (
        "kube-controller-manager",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
    ),
    ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
    ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
];

/// A folder with all programs in it.
pub(crate) struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    /// The programs from the cache, those that are missing built first. The cache
    /// is `$KUBECTL_DS_CACHE`, else `kubectl-ds` in `$XDG_CACHE_HOME` or `~/.cache`;
    /// another Go or another `tests/go.mod` means another folder there.
    pub(crate) fn locate_or_build() -> Result<Self, String> {
        let dir = cache_dir()?.join(format!("control-plane-{}", key()?));
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let lock =
            File::create(dir.join(".lock")).map_err(|e| format!("{}/.lock: {e}", dir.display()))?;
        // A second run waits here for the first one's build.
        lock.lock()
            .map_err(|e| format!("{}/.lock: {e}", dir.display()))?;
        let missing: Vec<_> = PROGRAMS
            .iter()
            .filter(|(name, _)| !dir.join(name).exists())
            .collect();
        if !missing.is_empty() {
            let flags = version_flags()?;
            for (done, (name, package)) in missing.iter().enumerate() {
                build(&dir, name, package, &flags, done + 1, missing.len())?;
            }
        }
        Ok(Self { dir })
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
        Ok(
            PathBuf::from(go(&["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"])?)
                .join("kustomize/stage"),
        )
    }
}

fn module_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn cache_dir() -> Result<PathBuf, String> {
    let from = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    from("KUBECTL_DS_CACHE")
        .or_else(|| from("XDG_CACHE_HOME").map(|dir| dir.join("kubectl-ds")))
        .or_else(|| from("HOME").map(|dir| dir.join(".cache/kubectl-ds")))
        .ok_or_else(|| "no cache folder: set KUBECTL_DS_CACHE or HOME".to_owned())
}

fn key() -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    go(&["env", "GOVERSION", "GOOS", "GOARCH"])?.hash(&mut hasher);
    for file in ["go.mod", "go.sum"] {
        let path = module_dir().join(file);
        std::fs::read(&path)
            .map_err(|e| format!("{}: {e}", path.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Upstream's build stamps its version in; without it the server calls itself v0.0.0.
fn version_flags() -> Result<String, String> {
    let version = go(&["list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes"])?;
    let mut parts = version.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or("0"), parts.next().unwrap_or("0"));
    let stamp =
        |name: &str, value: &str| format!("-X k8s.io/component-base/version.{name}={value}");
    Ok([
        "-s",
        "-w",
        &stamp("gitVersion", &version),
        &stamp("gitMajor", major),
        &stamp("gitMinor", minor),
    ]
    .join(" "))
}

fn build(
    dir: &Path,
    name: &str,
    package: &str,
    flags: &str,
    number: usize,
    of: usize,
) -> Result<(), String> {
    eprintln!("building {name} ({number} of {of}) into {}", dir.display());
    let start = Instant::now();
    let unfinished = dir.join(format!(".{name}.unfinished"));
    let status = go_command()
        .args(["build", "-trimpath", "-ldflags", flags, "-o"])
        .arg(&unfinished)
        .arg(package)
        .stdin(Stdio::null())
        .status()
        .map_err(|e| format!("go: {e}"))?;
    if !status.success() {
        return Err(format!("go build {package}: {status}"));
    }
    std::fs::rename(&unfinished, dir.join(name)).map_err(|e| format!("{name}: {e}"))?;
    eprintln!("built {name} in {} s", start.elapsed().as_secs());
    Ok(())
}

fn go_command() -> Command {
    let mut command = Command::new("go");
    command.current_dir(module_dir());
    command
}

fn go(args: &[&str]) -> Result<String, String> {
    let output = go_command()
        .args(args)
        .output()
        .map_err(|e| format!("go (is it installed?): {e}"))?;
    if !output.status.success() {
        return Err(format!(
            "go {}: {}",
            args.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
