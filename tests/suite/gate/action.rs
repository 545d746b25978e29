//! `action.yml`: its script, run by bash against files.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::{Files, changed_and_new, manifest, said};
use crate::binary::{root, stderr, stdout};
use crate::plans::dump::Dump;

fn action() -> Value {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// The script with what its step's environment comes to for these inputs.
fn run(files: &Files, inputs: &[(&str, &str)]) -> Output {
    let action = action();
    let step = &action["runs"]["steps"][0];
    assert_eq!(step["shell"], "bash");
    let folder = files.folder();
    let given: BTreeMap<&str, &str> = inputs.iter().copied().collect();
    let input = |name: &str| {
        let of_action = &action["inputs"][name];
        assert!(of_action.is_object(), "no input {name}");
        let value = given.get(name).copied();
        value.unwrap_or_else(|| of_action["default"].as_str().unwrap_or_default())
    };
    let stream = files.stream.to_str().unwrap();
    let mut command = Command::new("bash");
    command
        .args(["-c", step["run"].as_str().unwrap()])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", "/nonexistent")
        .env("PLUGIN", env!("CARGO_BIN_EXE_kubectl-ds"))
        .env("GITHUB_OUTPUT", folder.join("output"))
        .env("GITHUB_STEP_SUMMARY", folder.join("summary"));
    for (name, value) in step["env"].as_object().unwrap() {
        let value = match value.as_str().unwrap() {
            "${{ inputs.manifests }}" => stream,
            "${{ inputs.version || github.action_ref }}" => input("version"),
            "${{ github.server_url }}/${{ github.action_repository }}/releases/download" => {
                &format!("file://{}/releases", folder.display())
            }
            other => {
                let name = other.strip_prefix("${{ inputs.");
                input(name.and_then(|name| name.strip_suffix(" }}")).unwrap())
            }
        };
        command.env(name, value);
    }
    command.output().unwrap()
}

fn read(files: &Files, name: &str) -> String {
    fs::read_to_string(files.folder().join(name)).unwrap_or_default()
}

fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_kubectl-ds")
}

#[test]
fn a_binary_plans_the_stream() {
    let files = changed_and_new();
    let state = files.dump.to_str().unwrap();
    let output = run(&files, &[("binary", binary()), ("state", state)]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let comment = read(&files, "kubectl-ds.md");
    assert!(comment.contains("<b>default/b</b>"), "{comment}");
    assert_eq!(read(&files, "summary"), comment);
    assert_eq!(
        read(&files, "output"),
        "comment=kubectl-ds.md\nexit-code=0\n"
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn what_fails_it_is_in_the_comment_too() {
    let dump = Dump::new(4, 1).taint(4, "x", "NoSchedule");
    let files = Files::new(&dump.objects(), &[manifest("a", "a:3")]);
    let state = files.dump.to_str().unwrap();
    let inputs = |fail_on| [("binary", binary()), ("state", state), ("fail-on", fail_on)];
    for (fail_on, code) in [("lost", 1), ("refused,lost", 1), ("refused", 0), ("", 0)] {
        let output = run(&files, &inputs(fail_on));
        assert_eq!(
            output.status.code(),
            Some(code),
            "{fail_on}: {}",
            stderr(&output)
        );
        assert!(
            read(&files, "kubectl-ds.md").contains("loses pods"),
            "{fail_on}"
        );
        assert!(read(&files, "output").ends_with(&format!("exit-code={code}\n")));
    }
}

/// Puts a release where the script downloads it from: a program that is the binary under test.
fn release(files: &Files) -> String {
    let folder = files.folder().join("releases/v9");
    fs::create_dir_all(&folder).unwrap();
    let program = files.folder().join("kubectl-ds");
    fs::write(&program, "#!/bin/sh\nexec \"$PLUGIN\" \"$@\"\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let archive = format!("kubectl-ds-{system}-{machine}.tar.gz");
    let tar = |folder: &Path| {
        let mut tar = Command::new("tar");
        let made = tar.arg("-czf").arg(folder.join(&archive)).arg("-C");
        let made = made.arg(files.folder()).arg("kubectl-ds").status();
        assert!(made.unwrap().success());
    };
    tar(&folder);
    let sums = "if command -v sha256sum >/dev/null; then sha256sum *.gz; else shasum -a 256 *.gz; fi >SHA256SUMS";
    let summed = Command::new("sh")
        .args(["-c", sums])
        .current_dir(&folder)
        .status();
    assert!(summed.unwrap().success());
    archive
}

#[test]
fn a_release_is_downloaded_and_its_checksum_compared() {
    let files = changed_and_new();
    let archive = release(&files);
    let state = files.dump.to_str().unwrap();
    let inputs = [("version", "v9"), ("state", state)];
    let output = run(&files, &inputs);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(read(&files, "kubectl-ds.md").contains("<b>default/b</b>"));
    fs::remove_file(files.folder().join("kubectl-ds.md")).unwrap();
    // An archive that isn't the one that was released.
    let packed = files.folder().join("releases/v9").join(archive);
    let mut bytes = fs::read(&packed).unwrap();
    bytes.push(0);
    fs::write(packed, bytes).unwrap();
    let output = run(&files, &inputs);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("::error::") && stderr(&output).contains("another checksum"));
    assert_eq!(read(&files, "kubectl-ds.md"), "");
}

#[test]
fn without_a_binary_and_a_release_it_says_what_to_give() {
    let files = changed_and_new();
    for (inputs, wanted) in [
        (vec![], "give the tag of a release, or a binary"),
        (vec![("version", "v8")], "v8/SHA256SUMS can't be downloaded"),
        (
            vec![("binary", "/nonexistent/kubectl-ds")],
            "/nonexistent/kubectl-ds is no program",
        ),
    ] {
        release(&files);
        // The archive of v8 isn't there, and its checksums neither.
        let wanted = wanted.replace("SHA256SUMS", "kubectl-ds-");
        let wanted = wanted.split(" can't").next().unwrap();
        let (code, out, err) = said(&run(&files, &inputs));
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(
            err.contains("::error::") && err.contains(wanted),
            "{wanted}: {err}"
        );
    }
}
