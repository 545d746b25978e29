//! What undoes a change of a DaemonSet, below the changes that are advised.

use crate::analysis::commands::changes_daemon_set;
use crate::analysis::owners::manager::Manager;
use crate::model::Command;
use crate::words::manager::undoes;

use super::document::Document;

/// Adds what manages the DaemonSet, where one of the `advised` commands changes it.
pub(super) fn managed<'c>(
    document: &mut Document,
    manager: Option<&Manager>,
    advised: impl IntoIterator<Item = &'c Command>,
) {
    if let Some(manager) = manager
        && advised.into_iter().any(changes_daemon_set)
    {
        document.line(2, undoes(manager));
    }
}
