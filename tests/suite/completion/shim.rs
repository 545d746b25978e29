//! The file that kubectl runs: written where the user says, and never over another.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use super::scripts::shipped;
use super::{read, words};
use crate::binary::{kubectl_ds, root, stderr, stdout};

const NAME: &str = "kubectl_complete-ds";

fn install(place: &Path, path: &str) -> Output {
    let place = place.to_str().unwrap();
    kubectl_ds(&["completion", "--install", place], &[("PATH", path)])
}

fn binaries() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kubectl-ds"))
        .parent()
        .unwrap()
}

#[test]
fn it_answers_as_kubectl_asks() {
    let folder = tempfile::tempdir().unwrap();
    let output = install(folder.path(), "/bin");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let file = folder.path().join(NAME);
    assert_eq!(fs::read_to_string(&file).unwrap(), shipped(NAME));
    let shipped = root().join("completions").join(NAME);
    for file in [&file, &shipped] {
        let mode = fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o555, 0o555, "{}", file.display());
    }
    // Through the PATH, wherever an upgrade has put the binary.
    let path = format!("{}:/bin:/usr/bin", binaries().display());
    let mut command = Command::new(&file);
    let line = "why --from docs/examples/incident.yaml -n monitoring n";
    let answer = command
        .args(words(line))
        .env("PATH", path)
        .current_dir(root());
    let answer = answer.output().unwrap();
    assert_eq!(read(&stdout(&answer)).values(), ["node-exporter"]);
}

#[test]
fn a_link_of_that_name_answers_too() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(NAME);
    symlink(env!("CARGO_BIN_EXE_kubectl-ds"), &link).unwrap();
    let answer = Command::new(link).arg("pla").output().unwrap();
    assert_eq!(read(&stdout(&answer)).values(), ["plan"]);
}

#[test]
fn it_says_what_is_missing_in_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().to_str().unwrap();
    let without = stdout(&install(folder.path(), "/bin"));
    assert!(
        without.contains(&format!("wrote {here}/{NAME}: kubectl runs it")),
        "{without}"
    );
    assert!(
        without.contains(&format!("{here} is not in your PATH yet")),
        "{without}"
    );
    assert!(
        without.contains("kubectl-ds is not in your PATH yet"),
        "{without}"
    );
    let path = format!("{here}:{}", binaries().display());
    let with = stdout(&install(folder.path(), &path));
    assert_eq!(with.lines().count(), 1, "{with}");
}

#[test]
fn its_own_file_is_replaced_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(NAME);
    for _ in 0..2 {
        assert_eq!(install(&file, "/bin").status.code(), Some(0));
    }
    let elsewhere = folder.path().join("elsewhere");
    fs::write(&elsewhere, fs::read(&file).unwrap()).unwrap();
    fs::remove_file(&file).unwrap();
    symlink(&elsewhere, &file).unwrap();
    refused(&file, "this command didn't write it");
    fs::remove_file(&file).unwrap();
    fs::write(&file, "#!/bin/sh\necho mine\n").unwrap();
    refused(&file, "this command didn't write it");
    refused(folder.path(), "remove it, or give another folder");
    assert_eq!(fs::read_to_string(&file).unwrap(), "#!/bin/sh\necho mine\n");
    refused(&folder.path().join("nowhere"), "make it first");
    refused(
        &folder.path().join("nowhere").join(NAME),
        "can't be written",
    );
}

fn refused(place: &Path, why: &str) {
    let output = install(place, "/bin");
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains(why), "{}", stderr(&output));
}

#[test]
fn without_a_place_it_says_what_to_do() {
    let path = binaries().to_str().unwrap();
    let told = stdout(&kubectl_ds(&["completion", "--install"], &[("PATH", path)]));
    assert!(
        told.contains(&format!("kubectl ds completion --install {path}")),
        "{told}"
    );
    let told = stdout(&kubectl_ds(
        &["completion", "--install"],
        &[("PATH", "/bin")],
    ));
    assert!(
        told.contains("kubectl ds completion --install FOLDER"),
        "{told}"
    );
}
