//! Another program in the place of the diff, as `kubectl diff` runs it.
#![cfg(unix)]

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use kubectl_ds::output::diff::TemplateDiff;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::{Value, json};

use crate::binary::root;
use crate::dry_run::signals::{ended, runs, wait_for};
use crate::dry_run::{Kubectl, agent};

/// What `KUBECTL_EXTERNAL_DIFF` names, run on two templates.
fn shown(behaviour: &str, words: &str) -> (Kubectl, Result<(), String>) {
    let program = Kubectl::new(behaviour);
    let template = |image: &str| agent(image)["spec"]["template"].clone();
    let diff = TemplateDiff::new("ops", "agent", &template("a:1"), &template("a:2")).unwrap();
    let command = format!("{}{words}", program.folder().join("kubectl").display());
    let result = diff.show_by(&command).map_err(|e| e.to_string());
    (program, result)
}

#[test]
fn it_gets_two_private_folders_with_a_file_of_kubectls_name_and_its_plain_words() {
    let keep = "cat \"$1\"/* > \"$here/live\"; cat \"$2\"/* > \"$here/merged\"; ls \"$1\" \"$2\" > \"$here/listed\"; ls -ld \"$1\" \"$2\" > \"$here/modes\"; exit 1";
    let (program, result) = shown(keep, " -u $(x) --color=always");
    assert_eq!(result, Ok(()), "1 means that there are differences");
    let arguments = program.kept("arguments");
    let arguments: Vec<&str> = arguments.lines().collect();
    let [live, merged, words @ ..] = arguments.as_slice() else {
        panic!("{arguments:?}");
    };
    assert!(live.contains("/LIVE-") && merged.contains("/MERGED-"));
    assert_eq!(words, ["-u", "--color=always"]);
    let file = "apps.v1.DaemonSet.ops.agent";
    assert_eq!(program.kept("listed").matches(file).count(), 2);
    assert!(
        program
            .kept("modes")
            .lines()
            .all(|l| l.starts_with("drwx------"))
    );
    for (side, image) in [("live", "a:1"), ("merged", "a:2")] {
        let object: Value = serde_yaml::from_str(&program.kept(side)).unwrap();
        assert_eq!(
            object["metadata"],
            json!({"name": "agent", "namespace": "ops"})
        );
        assert_eq!(object["spec"]["template"], agent(image)["spec"]["template"]);
    }
    for folder in [live, merged] {
        assert!(!std::path::Path::new(folder).exists());
    }
}

#[test]
fn more_than_1_means_that_it_failed() {
    for (behaviour, text) in [
        ("exit 2", "failed with exit code 2"),
        ("kill -9 $$", "was ended by a signal"),
    ] {
        let (_, result) = shown(behaviour, "");
        let error = result.unwrap_err();
        assert!(error.ends_with(text), "{error}");
        assert!(error.contains("KUBECTL_EXTERNAL_DIFF"), "{error}");
    }
    assert_eq!(shown("exit 0", "").1, Ok(()));
}

/// `plan` with a program that shows the diff, which is told to `behaviour`.
struct Shown {
    program: Kubectl,
    child: Child,
}

impl Shown {
    fn start(behaviour: &str, stderr: Stdio) -> Self {
        let program = Kubectl::new(behaviour);
        std::fs::create_dir(program.folder().join("tmp")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"))
            .args(["plan", "edge-agent", "-n", "agents", "--restart"])
            .args(["--from", "docs/examples/rollout.yaml"])
            .current_dir(root())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TMPDIR", program.folder().join("tmp"))
            .env("KUBECTL_EXTERNAL_DIFF", program.folder().join("kubectl"))
            .stdin(Stdio::null())
            .stdout(File::create(program.folder().join("stdout")).unwrap())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let shown = Self { program, child };
        let ids = || shown.program.kept("ids");
        wait_for("the program", || ids().ends_with("ready\n"));
        assert_eq!(shown.folders().len(), 2, "{:?}", shown.folders());
        shown
    }

    /// The processes that the program told of.
    fn ids(&self) -> Vec<String> {
        let ids = self.program.kept("ids");
        let ids = ids.lines().filter(|line| *line != "ready");
        ids.map(str::to_owned).collect()
    }

    fn folders(&self) -> Vec<PathBuf> {
        let folder = self.program.folder().join("tmp").read_dir().unwrap();
        folder.map(|entry| entry.unwrap().path()).collect()
    }

    /// Sends the signal to the plugin; how it ends, and that it leaves nothing behind.
    fn code_after(self, signal: &str) -> Option<i32> {
        let ids = self.ids();
        let (program, child) = (self.program, self.child);
        let code = ended(child, signal).code();
        for id in ids {
            wait_for("the end of the program", || !runs(&id));
        }
        let left = program.folder().join("tmp").read_dir().unwrap();
        assert_eq!(left.count(), 0, "{signal}");
        code
    }
}

const ITSELF_AND_A_CHILD: &str =
    "sleep 60 & printf '%s\\n' $$ $! ready > \"$here/ids\"; wait; exit 1";

#[test]
fn a_signal_leaves_neither_the_folders_nor_the_program_behind() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let shown = Shown::start(ITSELF_AND_A_CHILD, Stdio::null());
        assert_eq!(shown.ids().len(), 2);
        assert_eq!(shown.code_after(signal), Some(130), "{signal}");
    }
}

#[test]
fn one_that_does_not_end_when_it_is_asked_to_is_ended() {
    let stubborn =
        "trap '' TERM INT; printf '%s\\n' $$ ready > \"$here/ids\"; while :; do sleep 1; done";
    let shown = Shown::start(stubborn, Stdio::null());
    assert_eq!(shown.code_after("-TERM"), Some(130));
}

/// A terminal for stderr, which has to be held for as long as it is one.
fn terminal() -> (OwnedFd, Stdio) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let end = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap());
    (screen, end.unwrap().into())
}

/// A terminal sends Ctrl-C to both.
fn interrupt(id: &str) {
    let sent = Command::new("kill").args(["-INT", id]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn on_a_terminal_it_is_the_program_that_ctrl_c_ends() {
    let (_screen, stderr) = terminal();
    let shown = Shown::start(
        "printf '%s\\n' $$ ready > \"$here/ids\"; exec sleep 60",
        stderr,
    );
    let id = shown.ids().remove(0);
    let plugin = shown.child.id().to_string();
    interrupt(&plugin);
    assert!(runs(&id) && runs(&plugin), "it waits for the program");
    interrupt(&id);
    assert_eq!(shown.code_after("-CONT"), Some(130));
}

#[test]
fn a_pager_that_goes_on_after_ctrl_c_is_waited_for() {
    let (_screen, stderr) = terminal();
    let pager = "trap '' INT; printf '%s\\n' $$ ready > \"$here/ids\"; while ! [ -e \"$here/quit\" ]; do sleep 0.05; done; exit 1";
    let mut shown = Shown::start(pager, stderr);
    let id = shown.ids().remove(0);
    interrupt(&shown.child.id().to_string());
    interrupt(&id);
    std::fs::write(shown.program.folder().join("quit"), "").unwrap();
    assert_eq!(shown.child.wait().unwrap().code(), Some(0));
    assert_eq!(shown.folders().len(), 0);
    let said = shown.program.kept("stdout");
    assert!(said.contains("agents/edge-agent"), "{said}");
}
