//! What each command does: resolve what was typed, ask the source, have the report made, print it.

mod adopt;
mod ask;
mod completion;
mod error;
pub mod exit;
mod manifest;
mod node;
mod open;
mod plan;
mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::global::GlobalOptions;
use crate::cli::name::Name;
use crate::cli::request::Request;
use crate::cli::{CommandLine, complete};
use crate::model::set_own_name;
use crate::output::answer::Answer;
use crate::output::printer::Printer;
use crate::output::terminal::Terminal;

use error::CommandError;
use exit::Exit;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let name = Name::of_process();
    set_own_name(name.words());
    if let Some(words) = complete::asked(&name) {
        // Who doesn't listen any more doesn't mind.
        let _ = Terminal::plain(&completion::complete(&name, words));
        return Exit::Success.into();
    }
    match CommandLine::parse(&name, std::env::args_os()) {
        Ok(line) => {
            let terminal = Terminal::new(line.global.color, line.global.headers);
            run(&name, line, &terminal).into()
        }
        Err(error) => help_or_usage(&error).into(),
    }
}

/// Answers a command line, its name first, on a terminal that is given.
///
/// # Errors
/// When the command line can't be parsed; what it says then was not printed.
pub fn answer(words: &[&str], terminal: &Terminal) -> Result<Exit, clap::Error> {
    let name = Name::default();
    let line = CommandLine::parse(&name, words.iter().map(OsString::from))?;
    Ok(run(&name, line, terminal))
}

fn run(name: &Name, line: CommandLine, terminal: &Terminal) -> Exit {
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

/// Help and version are answers; anything else is bad usage.
fn help_or_usage(error: &clap::Error) -> Exit {
    // Nothing is left to tell of a usage text that can't be printed.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Failed
    } else {
        Exit::Success
    }
}
