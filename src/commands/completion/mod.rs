//! `completion`: scripts for shells, what kubectl runs, and what words can be completed to.

pub mod ask;
pub mod candidates;
mod crowd;
mod describe;
pub mod script;
mod shim;

use crate::cli::completion::CompletionArgs;
use crate::cli::exit::Exit;
use crate::cli::name::Name;
use crate::output::terminal::Terminal;

use super::error::CommandError;

/// Answers `completion`.
///
/// # Errors
/// See [`CommandError`].
pub fn run(name: &Name, args: &CompletionArgs, terminal: &Terminal) -> Result<Exit, CommandError> {
    match (&args.install, args.shell) {
        (Some(place), _) => terminal.lines(shim::install(name, place.as_deref())?)?,
        (None, Some(shell)) => Terminal::plain(&script::script(shell, name))?,
        (None, None) => {
            return Err(CommandError::Usage(
                "for which shell? bash, zsh, fish or powershell; or `--install` for kubectl's own completion".to_owned(),
            ));
        }
    }
    Ok(Exit::Said)
}
