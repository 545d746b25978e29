//! The scripts in `completions/` are those that the program prints.

use std::fs;

use crate::binary::{kubectl_ds, root, stderr, stdout};

const SCRIPTS: [(&str, &str); 4] = [
    ("bash", "kubectl-ds.bash"),
    ("zsh", "_kubectl-ds"),
    ("fish", "kubectl-ds.fish"),
    ("powershell", "kubectl-ds.ps1"),
];

/// A script of `completions/`.
pub(super) fn shipped(file: &str) -> String {
    fs::read_to_string(root().join("completions").join(file)).unwrap()
}

#[test]
fn each_shell_has_its_script() {
    for (shell, file) in SCRIPTS {
        let script = stdout(&kubectl_ds(&["completion", shell], &[]));
        assert_eq!(script, shipped(file));
        assert!(script.contains("kubectl-ds __complete") || shell == "powershell");
    }
    let mut files: Vec<_> = fs::read_dir(root().join("completions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let known = SCRIPTS.map(|(_, file)| file);
    files.retain(|file| !known.contains(&file.as_str()));
    assert_eq!(files, ["kubectl_complete-ds", "kubectl_complete-ds.cmd"]);
}

#[test]
fn a_shell_has_to_be_named() {
    for (args, wanted) in [
        (
            &["completion"][..],
            "for which shell? bash, zsh, fish or powershell",
        ),
        (
            &["completion", "tcsh"],
            "[possible values: bash, zsh, fish, powershell]",
        ),
        (&["completion", "bash", "--install"], "cannot be used with"),
    ] {
        let output = kubectl_ds(args, &[]);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(wanted), "{}", stderr(&output));
    }
}

#[cfg(unix)]
#[test]
fn another_name_has_scripts_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("kubectl-daemon_sets");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_kubectl-ds"), &program).unwrap();
    for (shell, _) in SCRIPTS {
        let mut command = std::process::Command::new(&program);
        let output = command.args(["completion", shell]).output().unwrap();
        let script = stdout(&output);
        assert!(script.contains("kubectl-daemon_sets"), "{script}");
        assert!(script.contains("kubectl daemon-sets"), "{script}");
        for other in ["kubectl-ds", "kubectl ds", "kubectl_ds"] {
            assert!(!script.contains(other), "{script}");
        }
    }
}
