//! krew as a person has it, in a folder of its own: nothing of the user's is read,
//! and nothing but loopback is reached.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::control_plane::Output;
use crate::control_plane::binaries::Binaries;
use crate::control_plane::go_programs::GoModule;

/// The tools' module; kubectl finds krew by its name.
pub(super) const TOOLS: GoModule = GoModule {
    dir: "tests/tools",
    cache: "tools",
    programs: &[
        ("kubectl-krew", "sigs.k8s.io/krew/cmd/krew"),
        (
            "validate-krew-manifest",
            "sigs.k8s.io/krew/cmd/validate-krew-manifest",
        ),
        ("actionlint", "github.com/rhysd/actionlint/cmd/actionlint"),
    ],
    sources: None,
};

/// The folder with the tools, built once.
pub(super) fn tools() -> Result<PathBuf, String> {
    TOOLS.locate_or_build(|| Ok(String::new()))
}

/// A home with kubectl and krew on the PATH.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    kubectl: PathBuf,
    path: OsString,
}

impl Place {
    /// With krew as its first `update` leaves it.
    pub(crate) fn new() -> Result<Self, String> {
        let dir = tempfile::Builder::new()
            .prefix("kubectl-ds-krew-")
            .tempdir()
            .map_err(|e| format!("a temporary folder: {e}"))?;
        let binaries = Binaries::locate_or_build()?;
        let path = std::env::join_paths([
            &dir.path().join("home/.krew/bin"),
            &tools()?,
            binaries.dir(),
            Path::new("/usr/bin"),
            Path::new("/bin"),
        ])
        .map_err(|e| e.to_string())?;
        for folder in ["home", "tmp", "index/plugins"] {
            std::fs::create_dir_all(dir.path().join(folder)).map_err(|e| e.to_string())?;
        }
        let place = Self {
            dir,
            kubectl: binaries.kubectl(),
            path,
        };
        place.add_default_index()?;
        Ok(place)
    }

    /// krew asks for one before most of what it does; this has no plugin.
    fn add_default_index(&self) -> Result<(), String> {
        let index = self.default_index();
        self.git(&index, &["init", "--quiet", "--initial-branch=main"])?;
        std::fs::write(index.join("plugins/.keep"), "").map_err(|e| e.to_string())?;
        self.git(&index, &["add", "."])?;
        self.git(&index, &["commit", "--quiet", "-m", "none"])?;
        self.krew(&["update"]).map(drop)
    }

    /// Where it is unless somebody moves it.
    pub(crate) fn krew_root(&self) -> PathBuf {
        self.dir().join("home/.krew")
    }

    fn default_index(&self) -> PathBuf {
        self.dir().join("index")
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Where programs are looked for.
    pub(crate) fn path(&self) -> OsString {
        self.path.clone()
    }

    /// What krew put on the PATH for `plugin`.
    pub(crate) fn link(&self, plugin: &str) -> PathBuf {
        self.krew_root()
            .join("bin")
            .join(format!("kubectl-{plugin}"))
    }

    /// A program with this place's environment and no other.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.dir().join("home"))
            .env("TMPDIR", self.dir().join("tmp"))
            .env("KREW_ROOT", self.krew_root())
            .env("KREW_NO_UPGRADE_CHECK", "1")
            .env("KREW_DEFAULT_INDEX_URI", self.default_index())
            // Whatever isn't on loopback fails at once.
            .env("HTTP_PROXY", "http://127.0.0.1:9")
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::null())
            .current_dir(self.dir().join("home"));
        command
    }

    /// `kubectl ARGS`.
    pub(crate) fn kubectl(&self, args: &[&str]) -> Command {
        let mut command = self.command(&self.kubectl);
        command.args(args);
        command
    }

    /// `kubectl krew ARGS`, which must succeed: what it printed on both.
    pub(crate) fn krew(&self, args: &[&str]) -> Result<String, String> {
        succeed(self.kubectl(&["krew"]).args(args))
    }

    /// `kubectl krew ARGS`, which must fail: what it printed on both.
    pub(crate) fn krew_refuses(&self, args: &[&str]) -> Result<String, String> {
        let output = run(self.kubectl(&["krew"]).args(args))?;
        if output.success() {
            Err(format!("`krew {}` succeeded: {output:?}", args.join(" ")))
        } else {
            Ok(output.stdout + &output.stderr)
        }
    }

    /// git in `folder`, with a name to commit by.
    pub(crate) fn git(&self, folder: &Path, args: &[&str]) -> Result<String, String> {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        succeed(
            self.command("git")
                .args(identity)
                .args(args)
                .current_dir(folder),
        )
    }

    /// Every file, folder and link that krew has but for what git writes as it fetches,
    /// and what it left in the folder for temporary files.
    pub(crate) fn everything(&self) -> Result<BTreeSet<PathBuf>, String> {
        let mut found = BTreeSet::new();
        let mut folders = vec![self.krew_root(), self.dir().join("tmp")];
        while let Some(folder) = folders.pop() {
            let entries = folder.read_dir().map_err(|e| e.to_string())?;
            for entry in entries {
                let entry = entry.map_err(|e| e.to_string())?;
                if entry.file_name() == ".git" {
                    continue;
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(entry.path());
                }
                found.insert(entry.path());
            }
        }
        Ok(found)
    }
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    Ok(Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs it to its end, which must be a good one: what it printed on both.
pub(crate) fn succeed(command: &mut Command) -> Result<String, String> {
    let output = run(command)?;
    if output.success() {
        Ok(output.stdout + &output.stderr)
    } else {
        Err(format!(
            "{command:?}: exit {}:\n{}{}",
            output.code, output.stdout, output.stderr
        ))
    }
}

/// `text` must hold each of these.
pub(crate) fn holds(text: &str, wanted: &[&str]) -> Result<(), String> {
    match wanted.iter().find(|part| !text.contains(**part)) {
        Some(missing) => Err(format!("`{missing}` isn't in:\n{text}")),
        None => Ok(()),
    }
}
