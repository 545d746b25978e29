//! Asks a source.

use crate::model::{DaemonSet, Snapshot};
use crate::output::progress::Progress;
use crate::report::version_note;
use crate::source::{Question, Source};

use super::error::CommandError;

/// Asks, with a word on the terminal if it takes long.
pub(super) fn ask(source: &dyn Source, question: &Question) -> Result<Snapshot, CommandError> {
    let progress = Progress::start("reading");
    let mut snapshot = source.ask(question)?;
    drop(progress);
    let note = snapshot.server_version.as_deref().and_then(version_note);
    snapshot.notes.extend(note);
    snapshot.sort();
    Ok(snapshot)
}

/// The one DaemonSet of a snapshot.
pub(super) fn first(snapshot: &Snapshot) -> Result<&DaemonSet, CommandError> {
    let nothing = || CommandError::Usage("the source knows no such DaemonSet".to_owned());
    snapshot.daemon_sets.first().ok_or_else(nothing)
}
