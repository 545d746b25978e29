//! README's words alone, followed by somebody who has nothing but a clone, kubectl, krew, git,
//! curl and Rust, and an empty home.
//!
//! Two things are other than they would be. Addresses on GitHub lead to loopback, where
//! a release of this checkout and an index stand as they would once it is published. And cargo
//! gets the crates and the compiled dependencies of this checkout, and builds without
//! optimisation, or not at all where a release is packed: what follows from README's words is
//! tried, not how long a download or a build takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::built::release_binary;
use crate::krew::packed::{pack, read, replaced, repository};
use crate::krew::place::{Place, holds, run, succeed};
use crate::krew::served::Served;
use crate::schedule::Schedule;

/// As wide as the documents are.
const COLUMNS: &str = "100";

/// What a newcomer doesn't do here, each with the reason.
const LEFT_OUT: [(&str, &str); 1] = [("cargo test\n", "CI runs it by itself")];

/// The sections that install it: from the clone, and from what GitHub would have.
const FROM_CLONE: &str = "Install";
const PUBLISHED: &str = "Once it is published";

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![schedule.computing("newcomer/readme", readme)]
}

/// A fenced block of the README.
struct Block {
    section: String,
    kind: String,
    text: String,
}

fn readme() -> Result<(), String> {
    let place = Place::new()?;
    let world = World::new(&place)?;
    let blocks = blocks(&read(&repository().join("README.md"))?);
    for (text, why) in LEFT_OUT {
        if !blocks.iter().any(|block| block.text.starts_with(text)) {
            return Err(format!("`{text}` isn't in README, and left out as {why}"));
        }
    }
    let is_left_out = |block: &&Block| !LEFT_OUT.iter().any(|(t, _)| block.text.starts_with(t));
    let blocks: Vec<_> = blocks.iter().filter(is_left_out).collect();
    let count = |section: &str| blocks.iter().filter(|b| b.section == section).count();
    let (from_clone, published, all) = (count(FROM_CLONE), count(PUBLISHED), blocks.len());
    if from_clone < 2 || published < 3 || all < from_clone + published + 4 {
        return Err(format!("only {from_clone}, {published} and {all} blocks"));
    }
    for block in blocks {
        match block.kind.as_str() {
            _ if [FROM_CLONE, PUBLISHED].contains(&&*block.section) => world.install(block)?,
            "sh" => world.script(&block.text, &world.clone()).map(drop)?,
            "console" => world.console(block)?,
            other => return Err(format!("README has a block of kind `{other}`")),
        }
    }
    Ok(())
}

fn blocks(document: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut section = String::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("##") {
            line.trim_start_matches(['#', ' ']).clone_into(&mut section);
        }
        if let Some(kind) = line.strip_prefix("```") {
            let text: Vec<_> = lines.by_ref().take_while(|l| *l != "```").collect();
            found.push(Block {
                section: section.clone(),
                kind: kind.to_owned(),
                text: text.join("\n") + "\n",
            });
        }
    }
    found
}

/// Where the newcomer is, and what GitHub would have.
struct World<'a> {
    place: &'a Place,
    served: Served,
    /// The empty folder. Always the same one, so that cargo, which tells packages by
    /// their folder, writes over what it built the last time.
    folder: PathBuf,
}

impl<'a> World<'a> {
    fn new(place: &'a Place) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newcomer");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let github = place.dir().join("github");
        fs::create_dir(&github).map_err(|e| e.to_string())?;
        let world = Self {
            place,
            served: Served::folder(&github)?,
            folder,
        };
        world.publish(&github)?;
        let (from, to) = (github.join("kubectl-ds.git"), world.clone());
        let args = [
            "clone",
            "--quiet",
            &from.display().to_string(),
            &to.display().to_string(),
        ];
        world.place.git(&world.folder, &args)?;
        Ok(world)
    }

    fn clone(&self) -> PathBuf {
        self.folder.join("kubectl-ds")
    }

    /// The repository, its release and the index.
    fn publish(&self, github: &Path) -> Result<(), String> {
        let checkout = self.place.dir().join("checkout");
        fs::create_dir(&checkout).map_err(|e| e.to_string())?;
        succeed(
            Command::new("sh")
                .args([
                    "-c",
                    "git ls-files -z | tar --null -T - -c | tar -x -C \"$0\"",
                ])
                .arg(&checkout)
                .current_dir(repository()),
        )?;
        self.repository(&checkout, &github.join("kubectl-ds.git"))?;

        let releases = github.join("kubectl-ds/releases");
        let version = concat!("download/v", env!("CARGO_PKG_VERSION"));
        fs::create_dir_all(releases.join("latest")).map_err(|e| e.to_string())?;
        let url = format!("{}/kubectl-ds/releases/{version}", self.served.url());
        let manifest = pack(
            self.place,
            &release_binary()?,
            &releases.join(version),
            &url,
        )?;
        let latest = Path::new("..").join(version);
        std::os::unix::fs::symlink(latest, releases.join("latest/download"))
            .map_err(|e| e.to_string())?;

        let index = self.place.dir().join("kubectl-ds-index");
        fs::create_dir_all(index.join("plugins")).map_err(|e| e.to_string())?;
        fs::copy(manifest, index.join("plugins/ds.yaml")).map_err(|e| e.to_string())?;
        self.repository(&index, &github.join("kubectl-ds-index.git"))
    }

    /// A folder as a repository that can be cloned from files alone.
    fn repository(&self, folder: &Path, to: &Path) -> Result<(), String> {
        let git = |folder: &Path, args: &[&str]| self.place.git(folder, args).map(drop);
        git(folder, &["init", "--quiet", "--initial-branch=main"])?;
        git(folder, &["add", "--all", "--force"])?;
        git(folder, &["commit", "--quiet", "-m", "all"])?;
        let target = to.display().to_string();
        git(folder, &["clone", "--quiet", "--bare", ".", &target])?;
        git(to, &["update-server-info"])
    }

    /// One way of installing it: afterwards the plugin is where that way puts it.
    fn install(&self, block: &Block) -> Result<(), String> {
        if block.kind != "sh" {
            return Err(format!("README installs by `{}`", block.kind));
        }
        let home = self.place.dir().join("home");
        let by_krew = self.place.link("ds");
        let installed = match &block.text {
            text if text.contains("kubectl krew install") => by_krew.clone(),
            text if text.contains("tar -xz") => home.join(".local/bin/kubectl-ds"),
            text if text.contains("cargo install") => home.join(".cargo/bin/kubectl-ds"),
            text => return Err(format!("README installs nothing that is known by\n{text}")),
        };
        if installed == by_krew && installed.exists() {
            self.place.krew(&["uninstall", "ds"])?;
        }
        if installed.exists() {
            return Err(format!("{} is there already", installed.display()));
        }
        let folder = match &*block.section {
            FROM_CLONE => self.clone(),
            _ => self.folder.clone(),
        };
        self.script(&block.text, &folder)?;
        let said = succeed(self.place.command(&installed).arg("--version"))?;
        holds(&said, &[env!("CARGO_PKG_VERSION")])
    }

    /// Each command of the block says what README says it does, and succeeds.
    fn console(&self, block: &Block) -> Result<(), String> {
        let steps = block.text.strip_prefix("$ ").unwrap_or(&block.text);
        for step in steps.split("\n$ ") {
            let (command, wanted) = step.split_once('\n').unwrap_or((step, ""));
            let said = self.script(command, &self.clone())?;
            if said.trim_end() != wanted.trim_end() {
                return Err(format!("$ {command}\nREADME:\n{wanted}\nhere:\n{said}"));
            }
        }
        Ok(())
    }

    /// Runs it as a shell does, in `folder`, to a good end: what it printed on both.
    fn script(&self, script: &str, folder: &Path) -> Result<String, String> {
        let address = env!("CARGO_PKG_REPOSITORY");
        let owner = address.rsplit_once('/').map_or(address, |(owner, _)| owner);
        let mut script = script.replace(owner, &self.served.url());
        if script.contains("cargo install") {
            script = replaced(&script, "cargo install", "cargo install --debug")?;
        }
        if script.contains("krew/release --to") {
            let release = format!("krew/release --binary '{}'", release_binary()?.display());
            script = replaced(&script, "krew/release", &release)?;
        }
        let mut shell = self.place.command("sh");
        self.with_rust(&mut shell)?
            .args(["-euc", &script])
            .env("COLUMNS", COLUMNS)
            .current_dir(folder);
        let output = run(&mut shell)?;
        let said = output.stdout + &output.stderr;
        if output.code == 0 {
            Ok(said)
        } else {
            Err(format!("{script}\nexit {}:\n{said}", output.code))
        }
    }

    /// The toolchain and the crates of whoever runs the tests; what is built and installed
    /// goes elsewhere.
    fn with_rust<'c>(&self, command: &'c mut Command) -> Result<&'c mut Command, String> {
        let cargo = PathBuf::from(env!("CARGO"));
        let rust = cargo.parent().ok_or("cargo is in no folder")?;
        let home = self.place.dir().join("home");
        let path = self.place.path();
        let folders = [home.join(".local/bin"), rust.to_owned()];
        let folders = std::env::split_paths(&path).chain(folders);
        let path = std::env::join_paths(folders).map_err(|e| e.to_string())?;
        let user = std::env::var_os("HOME").map(PathBuf::from);
        let crates = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let crates = crates.or_else(|| user.map(|home| home.join(".cargo")));
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        Ok(command
            .env("PATH", path)
            .env("CARGO_HOME", crates.ok_or("no CARGO_HOME and no HOME")?)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_INSTALL_ROOT", home.join(".cargo"))
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_BUILD_BUILD_DIR", target.ok_or("no target folder")?))
    }
}
