//! Words that several commands share.

use jiff::Timestamp;

use crate::analysis::pod::PodState;
use crate::analysis::reason::Reason;
use crate::report::reason::Reason as Published;
use crate::words::reason::sentence;

use super::document::{Style, Text};

pub(super) use crate::words::notation::{counted, nodes};
pub(super) use crate::words::rollout::change::obtained as obtained_words;

/// A finding about the DaemonSet as a whole.
pub(super) fn finding_text(finding: &Published) -> Text {
    Text::default()
        .and(Style::Warn, finding.code.name())
        .and(Style::Plain, format!(": {}", finding.message))
}

/// The same as it is said at `now`.
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
