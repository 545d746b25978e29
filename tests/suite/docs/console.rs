//! Every command in a console block, with what it really prints.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::binary::{root, stderr, stdout};

use super::{COLUMNS, check, documents};

#[test]
fn console_blocks_show_real_output() {
    let mut shown = 0;
    for path in documents() {
        let document = fs::read_to_string(root().join(&path)).unwrap();
        check(&path, &with_output(&path, &document, &mut shown));
    }
    assert!(shown > 10, "only {shown} commands are shown");
}

/// The document with each command's output as it is now.
fn with_output(path: &str, document: &str, shown: &mut usize) -> String {
    let mut text = String::new();
    let mut lines = document.lines().peekable();
    let mut in_console = false;
    while let Some(line) = lines.next() {
        writeln!(text, "{line}").unwrap();
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        if !in_console {
            continue;
        }
        let Some(command) = line.strip_prefix("$ ") else {
            assert!(
                line == "```console",
                "{path}: `{line}` is the output of no command"
            );
            continue;
        };
        while lines
            .next_if(|l| !l.starts_with("```") && !l.starts_with("$ "))
            .is_some()
        {}
        text.push_str(&output(path, command));
        *shown += 1;
    }
    text
}

/// What a command prints in a shell, where `kubectl ds` is the binary under test.
fn output(path: &str, command: &str) -> String {
    assert!(
        command.starts_with("kubectl ds "),
        "{path}: `{command}` isn't run; put it into an sh block"
    );
    let script = format!("kubectl() {{ shift; \"$PLUGIN\" \"$@\"; }}\n{command}");
    let output = Command::new("sh")
        .args(["-euc", &script])
        .current_dir(root())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", "/nonexistent")
        .env("PLUGIN", env!("CARGO_BIN_EXE_kubectl-ds"))
        .env("COLUMNS", COLUMNS)
        .output()
        .unwrap();
    stdout(&output) + &stderr(&output)
}
