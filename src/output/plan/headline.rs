//! The first line of an answer about a rollout.

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::rollout::change::Change;
use crate::analysis::rollout::plan::Body;
use crate::analysis::rollout::state::{ChangeOutcome, RolloutState};
use crate::words::rollout::{change, state};

use crate::output::document::{Style, Text};

/// The DaemonSet, and how its rollout stands or what `change` comes to.
pub(super) fn headline(of: &DaemonSetRef, change: Option<&Change>, body: &Body) -> Text {
    let (style, words) = match change {
        None => under_way(body),
        Some(change) => of_change(change, body),
    };
    Text::from("DaemonSet ")
        .and(Style::Strong, format!("{}/{}", of.namespace, of.name))
        .and(Style::Plain, ": ")
        .and(style, words)
}

fn under_way(body: &Body) -> (Style, String) {
    let found = RolloutState::new(body);
    let style = match found {
        RolloutState::OnDelete(Some(0)) | RolloutState::Idle => Style::Good,
        RolloutState::OnDelete(_)
        | RolloutState::Unknown
        | RolloutState::UnderWay(_)
        | RolloutState::MissingUnknown
        | RolloutState::Manages => Style::Warn,
        RolloutState::Halted
        | RolloutState::HeldUp(_)
        | RolloutState::Drift(_)
        | RolloutState::Waiting
        | RolloutState::OthersHeldUp => Style::Bad,
    };
    (style, state(found).into_string())
}

fn of_change(change: &Change, body: &Body) -> (Style, String) {
    let outcome = ChangeOutcome::new(change, body);
    let style = match outcome {
        ChangeOutcome::SameTemplate { .. } | ChangeOutcome::ReplacesNone => Style::Good,
        ChangeOutcome::Refused
        | ChangeOutcome::Halted
        | ChangeOutcome::Rollout { held_up: true, .. } => Style::Bad,
        ChangeOutcome::Created
        | ChangeOutcome::OnDelete
        | ChangeOutcome::ManagesAlone
        | ChangeOutcome::Rollout { .. } => Style::Warn,
    };
    let words = change::outcome(outcome, change.kind, body.revision.as_ref());
    (style, words.into_string())
}
