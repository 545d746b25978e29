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
    /// The folder of the module whose files the programs are built from, where these aren't
    /// other modules' alone: a change there builds them anew.
    pub(crate) sources: Option<&'static str>,
}

/// The same for all programs, so that what two of them use is compiled once: paths that don't
/// depend on the machine, and no debug information, which nobody reads.
const COMPILED: [&str; 2] = ["-trimpath", "-gcflags=all=-dwarf=false"];

impl GoModule {
    /// The folder with all its programs, those that are missing built first; `stamps` are
    /// the values that the linker writes into them. The cache is `$KUBECTL_DS_CACHE`, else
    /// `kubectl-ds` in `$XDG_CACHE_HOME` or `~/.cache`; another Go, `go.mod` or source
    /// means another folder there.
    pub(crate) fn locate_or_build(
        &self,
        stamps: impl FnOnce() -> Result<String, String>,
    ) -> Result<PathBuf, String> {
        let cache = cache_dir()?;
        let dir = cache.join(format!("{}-{}", self.cache, self.key()?));
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        if self.missing(&dir).is_empty() {
            return Ok(dir);
        }
        let lock = cache.join(".lock");
        // One build at a time: side by side two would compile the same packages twice.
        File::create(&lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|e| format!("{}: {e}", lock.display()))
            .and_then(|_locked| self.build_missing(&dir, stamps))?;
        Ok(dir)
    }

    fn build_missing(
        &self,
        dir: &Path,
        stamps: impl FnOnce() -> Result<String, String>,
    ) -> Result<(), String> {
        // Another run may have built them meanwhile.
        let missing = self.missing(dir);
        if missing.is_empty() {
            return Ok(());
        }
        let stamps = stamps()?;
        for (done, (name, package)) in missing.iter().enumerate() {
            eprintln!(
                "building {name} ({} of {}) into {}",
                done + 1,
                missing.len(),
                dir.display()
            );
            self.build(dir, name, package, &stamps)?;
        }
        Ok(())
    }

    /// The programs that aren't in `dir`; one that is there is whole, for it was renamed.
    fn missing(&self, dir: &Path) -> Vec<&(&'static str, &'static str)> {
        let is_missing = |(name, _): &&(&str, &str)| !dir.join(name).exists();
        self.programs.iter().filter(is_missing).collect()
    }

    fn key(&self) -> Result<String, String> {
        let mut hasher = DefaultHasher::new();
        COMPILED.hash(&mut hasher);
        self.go(&["env", "GOVERSION", "GOOS", "GOARCH"])?
            .hash(&mut hasher);
        let mut files = vec![self.path().join("go.mod"), self.path().join("go.sum")];
        if let Some(sources) = self.sources {
            files.extend(go_files(&self.path().join(sources))?);
        }
        for path in files {
            std::fs::read(&path)
                .map_err(|e| format!("{}: {e}", path.display()))?
                .hash(&mut hasher);
        }
        Ok(format!("{:016x}", hasher.finish()))
    }

    fn build(&self, dir: &Path, name: &str, package: &str, stamps: &str) -> Result<(), String> {
        let start = Instant::now();
        let unfinished = dir.join(format!(".{name}.unfinished"));
        let status = self
            .command()
            .arg("build")
            .args(COMPILED)
            .arg(format!("-ldflags=-s -w {stamps}"))
            .arg("-o")
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

/// The Go and assembler files of a folder, sorted.
fn go_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = listed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "go" || e == "s"))
        .collect();
    files.sort();
    Ok(files)
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
