//! Pictures of the terminal, drawn from what the binary really prints.

use crate::binary::{kubectl_ds, stderr, stdout};

use super::theme::THEMES;
use super::window::{broken, drawn, window};
use super::{COLUMNS, check};

/// The pictures by name, each with its question.
const PICTURES: &[(&str, &str)] = &[
    (
        "why",
        "why node-exporter -n monitoring --from docs/examples/incident.yaml",
    ),
    ("map", "why -A --map --from docs/examples/incident.yaml"),
    ("node", "node gpu-1 --from docs/examples/incident.yaml"),
    (
        "plan",
        "plan log-agent -n logging --from docs/examples/walk/2-stuck.yaml",
    ),
    (
        "adopt",
        "adopt edge-metrics -n agents --from docs/examples/takeover.yaml",
    ),
];

/// What a question is answered with in colour.
pub(super) fn answer(question: &str) -> String {
    let args: Vec<_> = question.split_whitespace().collect();
    let args = [args.as_slice(), &["--color", "always"]].concat();
    let output = kubectl_ds(&args, &[("COLUMNS", COLUMNS)]);
    assert_eq!(stderr(&output), "", "{question}");
    let printed = stdout(&output);
    assert!(printed.contains('\u{1b}'), "{question} has no colour");
    printed.trim_end().to_owned()
}

/// A prompt with the command that asks the question.
pub(super) fn prompt(question: &str) -> String {
    format!("\u{1b}[2m$\u{1b}[0m kubectl ds {question}")
}

#[test]
fn pictures_show_real_output() {
    for (name, question) in PICTURES {
        let screen = broken(&format!("{}\n{}", prompt(question), answer(question)));
        for theme in &THEMES {
            let drawn = drawn(theme, &screen);
            let picture = window(theme, &drawn.style, &drawn.text, screen.lines().count());
            check(
                &format!("docs/pictures/{name}-{}.svg", theme.name),
                &picture,
            );
        }
    }
}
