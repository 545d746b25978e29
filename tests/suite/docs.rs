//! What the documents show is what the binary prints, and their lists are the code's.
//!
//! `UPDATE_DOCS=1 cargo test --test suite docs` writes them anew.

use std::fmt::Write as _;
use std::fs;

use kubectl_ds::report::code::Code;

use crate::binary::{kubectl_ds, root, stderr, stdout};

fn check(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is out of date: UPDATE_DOCS=1 cargo test --test suite docs"
    );
}

#[test]
fn the_list_of_reason_codes() {
    let mut text = String::from(
        "# Reason codes\n\n\
         The codes of `reasons[]`, `findings[]` and `differences[].cause` in every report.\n\n\
         | code | meaning |\n|---|---|\n",
    );
    for code in Code::ALL {
        writeln!(text, "| `{}` | {} |", code.name(), code.description()).unwrap();
    }
    check("docs/reference/reasons.md", &text);
}

/// Every `$ kubectl ds …` in a console block of the README, with what it really prints.
#[test]
fn the_readme_shows_real_output() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut text = String::new();
    let mut lines = readme.lines().peekable();
    let mut shown = 0;
    while let Some(line) = lines.next() {
        writeln!(text, "{line}").unwrap();
        let Some(command) = line.strip_prefix("$ kubectl ds ") else {
            continue;
        };
        while lines
            .next_if(|l| !l.starts_with("```") && !l.starts_with("$ "))
            .is_some()
        {}
        let args: Vec<_> = command.split_whitespace().collect();
        let output = kubectl_ds(&args, &[("COLUMNS", "110")]);
        text.push_str(&stdout(&output));
        text.push_str(&stderr(&output));
        shown += 1;
    }
    assert!(shown > 0, "the README shows no command");
    check("README.md", &text);
}
