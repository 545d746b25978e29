//! `--map`: the nodes of all DaemonSets, counted by groups.

use std::collections::BTreeSet;

use crate::analysis::map::Counting;
use crate::commands::error::CommandError;
use crate::model::selector::Selector;
use crate::model::{Node, Snapshot};
use crate::source::near_typed;

/// What counts them, where the map was asked for.
///
/// # Errors
/// When no node has the label that it was asked for by.
pub(super) fn begin<'a>(
    map: Option<&'a Option<String>>,
    selector: Option<&'a Selector>,
    snapshot: &'a Snapshot,
) -> Result<Option<Counting<'a>>, CommandError> {
    let Some(label) = map.map(Option::as_deref) else {
        return Ok(None);
    };
    let nodes = snapshot.nodes.as_deref();
    if let Some(label) = label {
        check_label(nodes.unwrap_or_default(), label)?;
    }
    Ok(Some(Counting::new(nodes, selector, label)))
}

/// A map by a label that no node has would have one column, and tell nothing.
fn check_label(nodes: &[Node], label: &str) -> Result<(), CommandError> {
    let is_there = nodes.iter().any(|n| n.labels.get(label).is_some());
    if is_there || nodes.is_empty() {
        return Ok(());
    }
    let keys = nodes.iter().flat_map(|n| n.labels.iter());
    let keys: BTreeSet<&str> = keys.map(|(key, _)| key).collect();
    let near = near_typed(label, keys.into_iter());
    let near: Vec<String> = near.iter().map(ToString::to_string).collect();
    let hint = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean `{}`?", near.join("`, `"))
    };
    Err(CommandError::Usage(format!(
        "no node has the label `{label}`{hint}"
    )))
}
