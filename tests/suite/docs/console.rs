//! Every command in a console block, with what it really prints.

use std::fmt::Write as _;
use std::fs;

use crate::binary::{kubectl_ds, root, stderr, stdout};

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

/// What a command prints: `kubectl ds …`, piped into `head` or `tail` at most.
fn output(path: &str, command: &str) -> String {
    let (command, cut) = match command.split_once(" | ") {
        Some((command, cut)) => (command, Some(cut)),
        None => (command, None),
    };
    assert!(
        !command.contains(['\'', '"', '\\', '$', '|', '>']),
        "{path}: `{command}` would need a shell"
    );
    let args = command.strip_prefix("kubectl ds ");
    let args =
        args.unwrap_or_else(|| panic!("{path}: `{command}` isn't run; put it into an sh block"));
    let args: Vec<_> = args.split_whitespace().collect();
    let output = kubectl_ds(&args, &[("COLUMNS", COLUMNS)]);
    let printed = stdout(&output);
    match cut {
        Some(cut) => self::cut(path, cut, &printed) + &stderr(&output),
        None => printed + &stderr(&output),
    }
}

fn cut(path: &str, cut: &str, printed: &str) -> String {
    let lines: Vec<_> = printed.lines().collect();
    let count = |flag: &str| {
        cut.strip_prefix(flag)?
            .parse()
            .ok()
            .map(|n: usize| n.min(lines.len()))
    };
    let kept = if let Some(n) = count("head -n ") {
        &lines[..n]
    } else if let Some(n) = count("tail -n ") {
        &lines[lines.len() - n..]
    } else {
        panic!("{path}: `{cut}` isn't run: only `head -n N` and `tail -n N` are")
    };
    kept.join("\n") + "\n"
}
