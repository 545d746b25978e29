//! Each command: resolve what was typed, ask the source, have the report made, print it.

mod adopt;
pub mod apply;
mod ask;
mod completion;
mod error;
pub mod exit;
mod expect;
mod explain;
mod manifest;
mod node;
mod open;
mod plan;
mod version;
mod why;

use jiff::Timestamp;

use crate::analysis::eligibility::DaemonSetRef;
use crate::cli::global::GlobalOptions;
use crate::cli::name::Name;
use crate::cli::request::Request;
use crate::cli::{CommandLine, help};
use crate::model::condition::Condition;
use crate::output::answer::Answer;
use crate::output::printer::Printer;
use crate::output::terminal::Terminal;
use crate::source::cluster::is_configured;
use crate::source::{Excerpt, SourceError, excerpt};
use crate::words::notation::few;

use error::CommandError;
use exit::Exit;
use explain::{Typed, explain};

pub use completion::complete;

/// Runs a command line on a terminal; errors are printed there.
#[must_use]
pub fn run(name: &Name, line: CommandLine, terminal: &Terminal) -> Exit {
    match execute(name, line, terminal) {
        Ok(exit) => exit,
        Err(error) if error.is_broken_pipe() => Exit::Success,
        Err(error) if error.is_interrupted() => Exit::Interrupted,
        Err(error) => {
            print_error(&error, terminal);
            Exit::Failed
        }
    }
}

/// Prints the error; for one in a file with the line.
fn print_error(error: &CommandError, terminal: &Terminal) {
    let (CommandError::Source(SourceError::File(problems))
    | CommandError::Refused(SourceError::File(problems))) = error
    else {
        return terminal.error(&error.to_string());
    };
    for (at, problem) in problems.lines().enumerate() {
        match excerpt(problem) {
            Some(Excerpt { file, line, text }) => {
                terminal.error_in_file(problem, at == 0, (&file, line, &text));
            }
            None => terminal.problem(problem, at == 0),
        }
    }
}

fn execute(name: &Name, line: CommandLine, terminal: &Terminal) -> Result<Exit, CommandError> {
    if line.asks_nothing() && !is_configured(&line.global.connection) {
        Terminal::plain(&help(name))?;
        return Ok(Exit::Success);
    }
    let words = line.typed.clone();
    let (global, request) = line.request()?;
    let printer = Printer {
        terminal,
        format: global.output,
        rows: global.rows,
        written_at: global.now.is_none().then(Timestamp::now),
    };
    let (command, answer) = match request {
        Request::Why(request) => ("why", why::run(&global, request, printer)),
        Request::Node(request) => ("node", node::run(&global, &request, printer)),
        Request::Plan(request) => ("plan", plan::run(&global, request, printer)),
        Request::Adopt(request) => ("adopt", adopt::run(&global, request, printer)),
        Request::Completion(request) => return completion::run(name, &request, terminal),
        Request::Version => return version::run(printer),
    };
    answer.map_err(|error| explain(error, &Typed { command, words }))
}

/// Prints an answer, and returns how the command ends with it.
fn print(
    global: &GlobalOptions,
    printer: Printer<'_>,
    answer: &dyn Answer,
) -> Result<Exit, CommandError> {
    print_and_judge(global, printer, answer, &[])
}

/// The same with the conditions of `--fail-on`; the DaemonSets that meet them are printed to
/// stderr.
fn print_and_judge(
    global: &GlobalOptions,
    printer: Printer<'_>,
    answer: &dyn Answer,
    fail_on: &[Condition],
) -> Result<Exit, CommandError> {
    let mut outcome = answer.outcome();
    outcome.is_partial |= !printer.print(answer)?;
    let mut fails = false;
    for condition in Condition::ALL {
        let met = answer.meeting(condition);
        if fail_on.contains(&condition) && !met.is_empty() {
            fails = true;
            printer.terminal.error(&failed_on(condition, &met));
        }
    }
    Ok(Exit::of(outcome, global.exit_code, fails))
}

/// `` `--fail-on lost` applies to a/b, c/d ``.
fn failed_on(condition: Condition, met: &[&DaemonSetRef]) -> String {
    let names: Vec<String> = met.iter().map(ToString::to_string).collect();
    format!(
        "`--fail-on {}` applies to {}",
        condition.name(),
        few(&names)
    )
}
