//! What each command does: resolve what was typed, ask the source, have the report made, print it.

mod adopt;
pub mod apply;
mod ask;
mod completion;
mod error;
pub mod exit;
mod expect;
mod manifest;
mod node;
mod open;
mod plan;
mod why;

use crate::cli::CommandLine;
use crate::cli::global::GlobalOptions;
use crate::cli::name::Name;
use crate::cli::request::Request;
use crate::output::answer::Answer;
use crate::output::printer::Printer;
use crate::output::terminal::Terminal;

use error::CommandError;
use exit::Exit;

pub use completion::complete;

/// Answers a command line on a terminal; what goes wrong is said there.
#[must_use]
pub fn run(name: &Name, line: CommandLine, terminal: &Terminal) -> Exit {
    match execute(name, line, terminal) {
        Ok(exit) => exit,
        Err(error) if error.is_broken_pipe() => Exit::Success,
        Err(error) if error.is_interrupted() => Exit::Interrupted,
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Failed
        }
    }
}

fn execute(name: &Name, line: CommandLine, terminal: &Terminal) -> Result<Exit, CommandError> {
    let global = line.global.clone();
    let printer = Printer {
        terminal,
        format: global.output,
        rows: global.rows,
    };
    match line.request()? {
        Request::Why(request) => why::run(&global, request, printer),
        Request::Node(request) => node::run(&global, &request, printer),
        Request::Plan(request) => plan::run(&global, request, printer),
        Request::Adopt(request) => adopt::run(&global, request, printer),
        Request::Completion(request) => completion::run(name, &request, terminal),
    }
}

/// Prints an answer, and says how the command ends with it.
fn print(
    global: &GlobalOptions,
    printer: Printer<'_>,
    answer: &dyn Answer,
) -> Result<Exit, CommandError> {
    let mut outcome = answer.outcome();
    outcome.is_partial |= !printer.print(answer)?;
    Ok(Exit::of(outcome, global.exit_code))
}
