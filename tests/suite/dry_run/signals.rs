//! A process that is asked to end while kubectl has its private file, and after.
//! It is this test binary once more, in the role of the program.

use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use kubectl_ds::source::dry_run::{ApplyOptions, DryRunError, dry_run};

use super::{ConnectionFlags, Kubectl, kubeconfig_path, no_cluster};

/// Where the kubectl of the process in the role of the program is.
const ROLE: &str = "KUBECTL_DS_TEST_KUBECTL";

const PATIENCE: Duration = Duration::from_secs(20);

/// What the process in the role of the program does; in the test run itself nothing.
#[test]
fn program() {
    let Some(kubectl) = std::env::var_os(ROLE) else {
        return;
    };
    let kubectl = Path::new(&kubectl);
    let flags = ConnectionFlags {
        token: Some("sEcReT".into()),
        ..no_cluster()
    };
    let answer = dry_run(kubectl, &flags, "ops", b"{}", &ApplyOptions::default());
    match answer {
        Ok(_) => {
            std::fs::write(kubectl.with_file_name("answered"), "").unwrap();
            std::thread::sleep(Duration::from_secs(60));
            panic!("it goes on after the signal");
        }
        Err(error) => assert_eq!(error, DryRunError::Interrupted),
    }
}

fn start(kubectl: &Kubectl) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "dry_run::signals::program"])
        .env(ROLE, kubectl.folder().join("kubectl"))
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

pub(crate) fn wait_for(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < end, "{what} is still to come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends the signal and waits for the end.
pub(crate) fn ended(mut child: Child, signal: &str) -> ExitStatus {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status().unwrap();
    assert!(sent.success());
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it runs on after {signal}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process runs, one that nobody has looked after yet not counted.
pub(crate) fn runs(id: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", id.trim()])
        .output();
    let state = String::from_utf8(output.unwrap().stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

#[test]
fn the_private_file_and_kubectl_go_with_the_program() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let kubectl = Kubectl::new("echo $$ > \"$here/id\"; exec sleep 60");
        let child = start(&kubectl);
        wait_for("kubectl", || kubectl.kept("id").ends_with('\n'));
        let file = kubeconfig_path(&kubectl);
        assert!(file.exists());
        assert!(ended(child, signal).success(), "{signal}");
        assert!(!file.exists() && !file.parent().unwrap().exists());
        wait_for("the end of kubectl", || !runs(&kubectl.kept("id")));
    }
}

#[test]
fn afterwards_a_signal_ends_the_program_as_before() {
    let kubectl = Kubectl::answering();
    let child = start(&kubectl);
    wait_for("the answer", || kubectl.folder().join("answered").exists());
    assert_eq!(ended(child, "-INT").code(), Some(130));
}
