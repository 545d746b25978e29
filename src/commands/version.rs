//! `kubectl ds version`.

use crate::output::printer::Printer;
use crate::output::version::Version;

use super::error::CommandError;
use super::exit::Exit;

/// Answers `kubectl ds version`.
///
/// # Errors
/// When stdout is gone.
pub(super) fn run(printer: Printer<'_>) -> Result<Exit, CommandError> {
    printer.print(&Version)?;
    Ok(Exit::Success)
}
