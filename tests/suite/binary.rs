//! The built binary, run as a user would.

use std::path::Path;
use std::process::{Command, Output};

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
