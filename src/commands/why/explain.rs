//! What may have been meant where what was typed isn't there.

use crate::cli::names::is_pod_word;
use crate::commands::error::CommandError;
use crate::model::Command;
use crate::source::SourceError;

/// Says what `why ds NAME` was taken for, and of `why NODE DS` how it is written: `kind_word`
/// is the first word, where it is a kind's, and `node` the second.
pub(super) fn explain(
    error: CommandError,
    kind_word: Option<&str>,
    node: Option<&str>,
) -> CommandError {
    let (
        CommandError::Source(SourceError::NotFound {
            kind,
            name,
            is_node,
            ..
        }),
        Some(second),
    ) = (&error, node)
    else {
        return error;
    };
    let why = Command::own(&["why"]);
    let (text, why) = match kind_word {
        _ if *is_node => (
            format!("`{name}` is a node, and the DaemonSet comes first"),
            why.names([second, name.as_str()]),
        ),
        Some(word) if matches!(*kind, "daemonset" | "node") => (
            format!("`{word}` was taken for the name of a DaemonSet, and there is none"),
            if is_pod_word(word) {
                why.object("pod", second)
            } else {
                why.name(second)
            },
        ),
        _ => return error,
    };
    let why = why.map_or_else(String::new, |why| format!(": write `{why}`"));
    CommandError::Usage(format!("{text}{why}"))
}
