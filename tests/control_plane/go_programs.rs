//! Programs that are built once from a Go module beside the tests and kept in a cache.

use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A Go module of this repository and the programs that are wanted of it.
pub(crate) struct GoModule {
    /// Its folder, from the repository's.
    pub(crate) dir: &'static str,
    /// What the folder in the cache is called; the key follows.
    pub(crate) cache: &'static str,
    /// Name of the binary, package.
    pub(crate) programs: &'static [(&'static str, &'static str)],
}

impl GoModule {
    /// The folder with all its programs, those that are missing built first with the
    /// linker's flags that `flags` gives. The cache is `$KUBECTL_DS_CACHE`, else
    /// `kubectl-ds` in `$XDG_CACHE_HOME` or `~/.cache`; another Go or another `go.mod`
    /// means another folder there.
    pub(crate) fn locate_or_build(
        &self,
        flags: impl FnOnce() -> Result<String, String>,
    ) -> Result<PathBuf, String> {
        let dir = cache_dir()?.join(format!("{}-{}", self.cache, self.key()?));
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let lock =
            File::create(dir.join(".lock")).map_err(|e| format!("{}/.lock: {e}", dir.display()))?;
        // A second run waits here for the first one's build.
        lock.lock()
            .map_err(|e| format!("{}/.lock: {e}", dir.display()))?;
        let missing: Vec<_> = self
            .programs
            .iter()
            .filter(|(name, _)| !dir.join(name).exists())
            .collect();
        if !missing.is_empty() {
            let flags = flags()?;
            for (done, (name, package)) in missing.iter().enumerate() {
                eprintln!(
                    "building {name} ({} of {}) into {}",
                    done + 1,
                    missing.len(),
                    dir.display()
                );
                self.build(&dir, name, package, &flags)?;
            }
        }
        Ok(dir)
    }

    fn key(&self) -> Result<String, String> {
        let mut hasher = DefaultHasher::new();
        self.go(&["env", "GOVERSION", "GOOS", "GOARCH"])?
            .hash(&mut hasher);
        for file in ["go.mod", "go.sum"] {
            let path = self.path().join(file);
            std::fs::read(&path)
                .map_err(|e| format!("{}: {e}", path.display()))?
                .hash(&mut hasher);
        }
        Ok(format!("{:016x}", hasher.finish()))
    }

    fn build(&self, dir: &Path, name: &str, package: &str, flags: &str) -> Result<(), String> {
        let start = Instant::now();
        let unfinished = dir.join(format!(".{name}.unfinished"));
        let status = self
            .command()
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

    /// What `go ARGS` prints in the module.
    pub(crate) fn go(&self, args: &[&str]) -> Result<String, String> {
        let output = self
            .command()
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

    fn command(&self) -> Command {
        let mut command = Command::new("go");
        command.current_dir(self.path());
        command
    }

    fn path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.dir)
    }
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
