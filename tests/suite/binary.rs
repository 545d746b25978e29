//! The built binary, run as a user would.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use kubectl_ds::cli::CommandLine;
use kubectl_ds::cli::name::Name;
use kubectl_ds::commands;
use kubectl_ds::output::terminal::Terminal;
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

/// What this process draws of an answer to a question, in each width, plain or in colour: as the
/// binary would, but read and computed once. The question is about files of the package.
pub(crate) fn drawn(question: &str, drawings: &[(Option<usize>, bool)]) -> Vec<String> {
    let (terminal, memory) = Terminal::in_memory(drawings);
    let words = std::iter::once("kubectl-ds").chain(question.split_whitespace());
    let name = Name::default();
    let line = CommandLine::parse(&name, words.map(OsString::from));
    let line = line.unwrap_or_else(|error| panic!("{question}: {error}"));
    let exit = commands::run(&name, line, &terminal);
    assert_eq!(memory.messages(), "", "{question}: {exit:?}");
    memory.drawings()
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
