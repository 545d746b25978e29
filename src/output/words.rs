//! Words that several commands share.

use crate::report::eligibility::DaemonSetRef;
use crate::report::pod::PodState;
use crate::report::reason::Reason;
use crate::report::rollout::change::Obtained;

use super::document::{Style, Text};

/// The beginning of a headline: `DaemonSet namespace/name`.
pub(super) fn daemon_set(daemon_set: &DaemonSetRef) -> Text {
    Text::from("DaemonSet ").and(Style::Strong, daemon_set.to_string())
}

/// A number of things in words.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

/// A number of nodes in words.
pub(super) fn nodes(count: usize) -> String {
    counted(count, "node")
}

/// Where the object comes from.
pub(super) const fn obtained_words(obtained: Obtained) -> &'static str {
    match obtained {
        Obtained::DryRun => "as the server answered a dry run, with its defaults and admission",
        Obtained::Local => {
            "computed here: the server checks more, and its admission may refuse or change it"
        }
    }
}

/// A finding about the DaemonSet as a whole.
pub(super) fn finding_text(finding: &Reason) -> Text {
    Text::default()
        .and(Style::Warn, finding.code.name())
        .and(Style::Plain, format!(": {}", finding.message))
}

/// A pod's state in words.
pub(super) const fn state_word(state: PodState) -> &'static str {
    match state {
        PodState::Available => "available",
        PodState::NotAvailable => "ready, not available yet",
        PodState::NotReady => "not ready",
        PodState::Pending => "pending",
        PodState::Failed => "failed",
        PodState::Terminating => "terminating",
        PodState::Missing => "missing",
        PodState::None => "none",
        PodState::Unknown => "unknown",
    }
}

/// A pod's state as one cell.
pub(super) fn state_cell(state: PodState) -> Text {
    let style = match state {
        PodState::Available => Style::Good,
        PodState::None => Style::Dim,
        _ => Style::Bad,
    };
    (style, state_word(state)).into()
}
