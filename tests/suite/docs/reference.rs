//! The lists that are written from the code.

use std::fmt::Write as _;
use std::fs;

use kubectl_ds::analysis::reason::code::Code;
use kubectl_ds::commands::exit::Exit;

use crate::binary::root;

use super::check;

#[test]
fn the_list_of_reason_codes() {
    let mut text = String::from(
        "# Reason codes\n\n\
         The codes of `reasons[]`, `findings[]` and `differences[].cause` in every report: what each means, \
         whether it keeps a DaemonSet from being clean, what it keeps the controller from, whether a node for \
         which it holds uses the rollout's budget, and how it ends unless its own facts say more.\n\n\
         | code | meaning | severity | keeps the controller from | uses the budget | ends |\n|---|---|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let properties = code.properties();
        let budget = if properties.holds_budget.is_some() {
            "yes"
        } else {
            ""
        };
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {budget} | {} |",
            code.name(),
            code.description(),
            properties.severity.description(),
            properties.stops.description(),
            properties.ends.description(),
        )
        .unwrap();
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
