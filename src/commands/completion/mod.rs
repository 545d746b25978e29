//! `completion`: scripts for shells, the file that kubectl runs, and the completions of words.

mod candidates;
mod describe;
mod names;
mod prefixes;
mod script;
mod shim;

use std::ffi::OsString;

use crate::cli::complete;
use crate::cli::completion::CompletionRequest;
use crate::cli::name::Name;
use crate::output::terminal::Terminal;

use super::error::CommandError;
use super::exit::Exit;
use names::Deadline;

/// Answers `completion`.
///
/// # Errors
/// When the file can't be written, or stdout is closed.
pub(super) fn run(
    name: &Name,
    request: &CompletionRequest,
    terminal: &Terminal,
) -> Result<Exit, CommandError> {
    match request {
        CompletionRequest::Install(place) => {
            terminal.lines(shim::install(name, place.as_deref())?)?;
        }
        CompletionRequest::Script(shell) => Terminal::plain(&script::script(*shell, name))?,
    }
    Ok(Exit::Success)
}

/// The completions of the last word, in the format that shells and kubectl read.
#[must_use]
pub fn complete(name: &Name, words: Vec<OsString>) -> String {
    let deadline = Deadline::soon();
    complete::answer(name, words, move |lookup, typed, current| {
        candidates::look_up(lookup, typed, current, deadline)
    })
}
