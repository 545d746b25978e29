//! Why a command fails.

use std::io;

use crate::cli::request::UsageError;
use crate::source::SourceError;

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    /// The command line isn't a valid question.
    #[error("{0}")]
    Usage(String),
    /// The server refuses the change, or would.
    #[error(transparent)]
    Refused(SourceError),
    /// The source can't answer.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// This process was asked to end while it waited for another program.
    #[error("interrupted")]
    Interrupted,
    /// The answer couldn't be printed.
    #[error("the answer couldn't be printed: {0}")]
    Output(#[from] io::Error),
}

impl From<UsageError> for CommandError {
    fn from(error: UsageError) -> Self {
        Self::Usage(error.0)
    }
}

impl CommandError {
    /// True when this process was asked to end, even while another program printed.
    #[must_use]
    pub(super) fn is_interrupted(&self) -> bool {
        match self {
            Self::Interrupted => true,
            Self::Output(e) => e.kind() == io::ErrorKind::Interrupted,
            _ => false,
        }
    }

    /// True when the reader of the output closed it, as `head` does.
    #[must_use]
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }
}
