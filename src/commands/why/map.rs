//! `--map`: the nodes of all DaemonSets, counted by groups.

use std::collections::BTreeSet;

use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::map::{Counting, NodeMap};
use crate::cli::overview::LABEL_BEHIND;
use crate::commands::error::CommandError;
use crate::model::selector::Selector;
use crate::model::{Node, Snapshot};
use crate::source::{Question, Scope, SourceError, Subject, near_typed};

use super::WhyContext;
use crate::commands::ask::{ask, first};
use crate::output::why::{Eligibility, EligibilityMap};

impl WhyContext<'_> {
    /// The nodes of one stored DaemonSet by groups.
    pub(super) fn map(
        &self,
        subject: Subject,
        by: &Option<String>,
    ) -> Result<EligibilityMap, CommandError> {
        let snapshot = ask(self.source, &Question::new(subject, Scope::AllNodes));
        let mut snapshot = snapshot.map_err(|error| with_hint(error, by.is_none()))?;
        self.said.put_into(&mut snapshot);
        let ds = first(&snapshot)?;
        self.said.check_others(self.source, &[ds], self.terminal)?;
        let analysis = DaemonSetAnalysis::new(&snapshot, ds);
        let Eligibility { report } = self.on_all_nodes(&analysis);
        let selector = self.request.node_selector.as_ref();
        let map = of_one(by, selector, &snapshot, &report)?;
        Ok(EligibilityMap { report, map })
    }
}

/// The counter, where a map was requested.
///
/// # Errors
/// When no node has the requested label.
pub(super) fn begin<'a>(
    map: Option<&'a Option<String>>,
    selector: Option<&'a Selector>,
    snapshot: &'a Snapshot,
) -> Result<Option<Counting<'a>>, CommandError> {
    map.map(|by| counting(by.as_deref(), selector, snapshot))
        .transpose()
}

fn counting<'a>(
    by: Option<&'a str>,
    selector: Option<&'a Selector>,
    snapshot: &'a Snapshot,
) -> Result<Counting<'a>, CommandError> {
    let nodes = snapshot.nodes.as_deref();
    if let Some(label) = by {
        check_label(nodes.unwrap_or_default(), label)?;
    }
    Ok(Counting::new(nodes, selector, by))
}

/// The map of one DaemonSet.
///
/// # Errors
/// When no node has the requested label.
fn of_one(
    by: &Option<String>,
    selector: Option<&Selector>,
    snapshot: &Snapshot,
    report: &EligibilityReport,
) -> Result<NodeMap, CommandError> {
    let mut counting = counting(by.as_deref(), selector, snapshot)?;
    counting.add(report);
    Ok(counting.finish())
}

/// The missing DaemonSet may have been meant as the label of the map.
fn with_hint(error: CommandError, is_without_label: bool) -> CommandError {
    match error {
        CommandError::Source(error @ SourceError::NotFound { .. }) if is_without_label => {
            CommandError::Usage(format!("{error}; {LABEL_BEHIND}"))
        }
        error => error,
    }
}

/// A map by a label that no node has would have a single column without information.
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
