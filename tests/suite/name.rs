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

#[test]
fn a_name_of_another_kind_changes_nothing() {
    let usual = stdout(&kubectl_ds(&["--help"], &[]));
    for file in ["ds", "kubectl-ds", "kubectl-`id`"] {
        assert_eq!(called(file, &["--help"]).0, usual, "{file}");
    }
}
