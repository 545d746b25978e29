//! The lists that are written from the code.

use std::fmt::Write as _;

use kubectl_ds::report::code::Code;

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
