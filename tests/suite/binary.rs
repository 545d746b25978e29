//! The built binary, run as a user would.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// Runs the binary in the root of the package, with nothing of this machine's configuration.
pub(crate) fn kubectl_ds(args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"));
    command
        .args(args)
        .current_dir(root())
        .env_clear()
        .env("HOME", "/nonexistent")
        .envs(env.iter().copied());
    command.output().unwrap()
}

/// The root of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What it printed to stdout.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it printed to stderr.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asks about a dump of `objects`: exit code, stdout, stderr.
pub(crate) fn ask(objects: &[Value], question: &str) -> (Option<i32>, String, String) {
    ask_in(objects, question, &[])
}

/// Asks about a dump of `objects`, with `environment`.
pub(crate) fn ask_in(
    objects: &[Value],
    question: &str,
    environment: &[(&str, &str)],
) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.json");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    fs::write(&file, list.to_string()).unwrap();
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["--from", file.to_str().unwrap()]);
    let output = kubectl_ds(&args, environment);
    (output.status.code(), stdout(&output), stderr(&output))
}
