//! What people read follows the name of the file, as whoever packages it chose it.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::binary::{kubectl_ds, root, stderr, stdout};

/// What it says under another name.
fn called(file: &str, args: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join(file);
    symlink(env!("CARGO_BIN_EXE_kubectl-ds"), &program).unwrap();
    let output = Command::new(program)
        .args(args)
        .current_dir(root())
        .env_clear()
        .output()
        .unwrap();
    (stdout(&output), stderr(&output))
}

#[test]
fn help_and_messages_say_the_name_of_the_file() {
    for args in [
        &["--help"][..],
        &["--version"],
        &["why", "--help"],
        &["node", "-h"],
        &["plan", "--help"],
        &["adopt", "--help"],
        &["why", "--nope"],
        &["whi"],
        &["why", "ds", "x", "--from", "docs/examples/incident.yaml"],
    ] {
        let usual = kubectl_ds(args, &[]);
        let (usual, wrong) = (stdout(&usual), stderr(&usual));
        let (out, err) = called("kubectl-daemon_sets", args);
        assert_eq!(
            out,
            usual.replace("kubectl ds", "kubectl daemon-sets"),
            "{args:?}"
        );
        assert_eq!(
            err,
            wrong.replace("kubectl ds", "kubectl daemon-sets"),
            "{args:?}"
        );
        assert!((out + &err).contains("kubectl daemon-sets"), "{args:?}");
    }
}

/// The commands in answers are those of the file's name, in text and in reports, and what
/// is foreign is left alone.
#[test]
fn answers_say_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("kubectl ds.yaml");
    let example = std::fs::read_to_string(root().join("docs/examples/rollout.yaml")).unwrap();
    let by_hand = example.replace("type: RollingUpdate", "type: OnDelete");
    std::fs::write(&dump, by_hand.replace("CrashLoopBackOff", "kubectl ds")).unwrap();
    let dump = dump.to_str().unwrap();
    let takeover = "docs/examples/takeover.yaml";
    for (args, said) in [
        (
            &["plan", "edge-agent", "-n", "agents", "--from", dump][..],
            "kubectl daemon-sets plan edge-agent -n agents -o name | xargs kubectl delete -n agents",
        ),
        (
            &[
                "adopt",
                "edge-agent",
                "-n",
                "agents",
                "-o",
                "wide",
                "--from",
                takeover,
            ],
            "`kubectl daemon-sets adopt -f` of the new manifest shows what that does",
        ),
        (
            &[
                "adopt",
                "edge-agent",
                "-n",
                "agents",
                "-o",
                "json",
                "--from",
                takeover,
            ],
            "`kubectl daemon-sets adopt -f` of the new manifest shows what that does",
        ),
        (
            &["why", "worker-1", "--from", takeover],
            "`kubectl daemon-sets node worker-1 --from docs/examples/takeover.yaml` or `kubectl daemon-sets why DS worker-1 ",
        ),
    ] {
        let (out, err) = called("kubectl-daemon_sets", args);
        let all = out + &err;
        assert!(all.contains(said), "{args:?}: {all}");
        assert!(!all.contains("kubectl ds "), "{args:?}: {all}");
    }
    let (_, err) = called(
        "kubectl-daemon_sets",
        &["why", "x", "--from", "kubectl ds.yaml"],
    );
    assert!(err.contains("error: kubectl ds.yaml: "), "{err}");
}

#[test]
fn a_name_of_another_kind_changes_nothing() {
    let usual = stdout(&kubectl_ds(&["--help"], &[]));
    for file in ["ds", "kubectl-ds", "kubectl-`id`"] {
        assert_eq!(called(file, &["--help"]).0, usual, "{file}");
    }
}
