//! The lists that are written from the code.

use std::fmt::Write as _;
use std::fs;

use kubectl_ds::commands::exit::Exit;
use kubectl_ds::report::code::Code;

use crate::binary::root;

use super::check;

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

#[test]
fn the_list_of_exit_codes() {
    let mut table = String::from("| exit code | meaning |\n|---|---|\n");
    for exit in Exit::ALL {
        writeln!(table, "| {} | {} |", exit.code(), exit.meaning()).unwrap();
    }
    check(
        "docs/reference/exit-codes.md",
        &format!("# Exit codes\n\n{table}"),
    );
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(
        readme.contains(&table),
        "README.md has other exit codes:\n{table}"
    );
}
