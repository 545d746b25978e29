//! What was typed or piped and is wrong, with a mark below the part that is.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::binary::{kubectl_ds, root, stderr, stdout};

const DUMP: &str = "docs/examples/incident.yaml";

/// The line of which `err` marks a part, and that part.
fn marked<'e>(err: &'e str, begins: &str) -> (&'e str, &'e str) {
    let lines: Vec<&str> = err.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(begins));
    let at = at.unwrap_or_else(|| panic!("{err}"));
    let (line, carets) = (lines[at], lines[at + 1]);
    assert_eq!(
        carets.trim_start_matches([' ', '|']).trim_matches('^'),
        "",
        "{err}"
    );
    let (begin, count) = (carets.find('^').unwrap(), carets.matches('^').count());
    (line, line.get(begin..begin + count).unwrap_or_default())
}

#[test]
fn the_value_of_a_flag() {
    for (question, flag, value, wrong) in [
        (
            &["why", "-A", "--now"][..],
            "--now",
            "2026-02-30T12:00:00Z",
            "30",
        ),
        (
            &["node", "n", "--taint"],
            "--taint",
            "gpu=a:NoSchedul",
            "NoSchedul",
        ),
        (&["why", "a", "n", "--label"], "--label", "pool=a b", "a b"),
        (&["why", "-l"], "--selector", "app=a,tier in (x", "("),
        (&["adopt", "-A", "-l"], "--selector", "a b", "a b"),
        (
            &["node", "--node-selector"],
            "--node-selector",
            "a=b,=c",
            "=",
        ),
        (
            &["why", "a", "--expect"],
            "--expect",
            "pool=gpu,x in y",
            "x in y",
        ),
        (
            &["why", "a", "--expect", "a", "--expect-at-least"],
            "--expect-at-least",
            "-1",
            "-",
        ),
        (
            &["plan", "a", "--max-unavailable"],
            "--max-unavailable",
            "1o%",
            "o",
        ),
        (&["plan", "a", "--max-surge"], "--max-surge", "110%", "110%"),
        (&["plan", "a", "--to-revision"], "--to-revision", "v3", "v"),
        (&["plan", "a", "--set-image"], "--set-image", "agent", ""),
        (
            &["plan", "a", "--set-image"],
            "--set-image",
            "=agent:2",
            "=",
        ),
        (
            &["why", "-A", "--feature-gates"],
            "--feature-gates",
            "TaintTolerationComparisonOperators=yes",
            "yes",
        ),
        (
            &["why", "-A", "--feature-gates"],
            "--feature-gates",
            "TaintTolerationComparisonOperators=true,Sidecars=true",
            "Sidecars",
        ),
    ] {
        let args = [question, &[value]].concat();
        let output = kubectl_ds(&args, &[]);
        let err = stderr(&output);
        assert_eq!(
            (output.status.code(), &*stdout(&output)),
            (Some(2), ""),
            "{err}"
        );
        assert_eq!(err.matches("error: ").count(), 1, "{err}");
        assert!(
            err.starts_with(&format!("error: invalid value '{value}' for '{flag} ")),
            "{err}"
        );
        let line = format!("  {flag} {value}");
        assert_eq!(marked(&err, &line), (&*line, wrong), "{err}");
        assert!(
            err.ends_with("\nFor more information, try '--help'.\n"),
            "{err}"
        );
    }
}

/// Exit code and stderr of a question that reads `text` from stdin.
fn piped(args: &[&str], text: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"))
        .args(args)
        .current_dir(root())
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), stderr(&output))
}

#[test]
fn a_line_of_stdin() {
    let good = std::fs::read_to_string(root().join("docs/examples/edge-agent.yaml")).unwrap();
    let misspelled = good.replace("minReadySeconds", "minReadySecond");
    let refused = good.replace("type: RollingUpdate", "type: Recreate");
    let agents = std::fs::read_to_string(root().join("docs/examples/agents.yaml")).unwrap();
    let agents = agents.replace("pool=gpu", "pool=g pu");
    let dump = "apiVersion: v1\nkind: List\nitems: [\n";
    let new = ["-f", "-", "--from", DUMP];
    for (args, text, line, wrong) in [
        (
            ["plan"].iter().chain(&new).collect::<Vec<_>>(),
            &*misspelled,
            "11 |",
            "minReadySecond",
        ),
        (
            ["why"].iter().chain(&new).collect(),
            &misspelled,
            "11 |",
            "minReadySecond",
        ),
        // What the server would refuse is found long after it was read.
        (
            ["plan"].iter().chain(&new).collect(),
            &refused,
            "13 |",
            "type",
        ),
        (
            ["why", "-A", "--from", DUMP, "--expect-file", "-"]
                .iter()
                .collect(),
            &agents,
            "11 |",
            "selector",
        ),
        (
            ["why", "-A", "--from", "-"].iter().collect(),
            dump,
            "3 |",
            "items: [",
        ),
    ] {
        let args: Vec<&str> = args.into_iter().copied().collect();
        let (code, err) = piped(&args, text);
        assert_eq!(code, Some(2), "{args:?}: {err}");
        assert!(err.starts_with("error: stdin:"), "{args:?}: {err}");
        assert!(err.contains("--> stdin:"), "{args:?}: {err}");
        assert_eq!(marked(&err, line).1, wrong, "{args:?}: {err}");
    }
}
