//! Words that several commands share.

use jiff::Timestamp;

use crate::analysis::pod::PodState;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::change::Obtained;
use crate::words::reason::sentence;

use super::document::{Style, Text};

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

/// A finding about the DaemonSet as a whole, as it is said at `now`.
pub(super) fn reason_text(reason: &Reason, now: Timestamp) -> Text {
    Text::default()
        .and(Style::Warn, reason.code().name())
        .and(Style::Plain, format!(": {}", sentence(reason, now)))
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
