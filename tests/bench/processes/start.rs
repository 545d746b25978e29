//! The rows about the program itself.

use super::arguments::Arguments;
use super::command::{Program, Work};
use super::measure::{Case, in_turn};
use super::report::{Report, Row, milliseconds};
use super::tools::Tools;

/// Runs this short need more of them.
const TIMES: usize = 5;

pub fn measure(tools: &Tools, arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let help = Program::new(&tools.ds, ["--help"]);
    let version = Program::new(&tools.kubectl, ["version", "--client"]);
    let cases = [
        Case::new("--help", Work::One(help)),
        Case::new("kubectl version --client", Work::One(version)),
    ];
    let [help, version] = in_turn(arguments.runs * TIMES, cases)?;
    let part = 1.0 / version.times(&help);
    report.add(Row {
        case: "`--help`".into(),
        beside: "`kubectl version --client`".into(),
        target: "at most a tenth".into(),
        reached: format!(
            "{part:.3} ({} : {})",
            milliseconds(&help),
            milliseconds(&version)
        ),
        met: part <= 0.1,
    });
    let bytes = tools
        .ds
        .metadata()
        .map_err(|e| format!("{}: {e}", tools.ds.display()))?
        .len();
    let megabytes = bytes as f64 / 1e6;
    report.add(Row {
        case: "binary, stripped".into(),
        beside: String::new(),
        target: "at most 7 MB".into(),
        reached: format!("{megabytes:.1} MB"),
        met: megabytes <= 7.0,
    });
    Ok(())
}
