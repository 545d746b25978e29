//! The first line of an answer about a rollout.

use jiff::Timestamp;

use crate::analysis::coverage::ExpectationChange;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::problem::Problem;
use crate::analysis::rollout::change::RolloutChange;
use crate::analysis::rollout::plan::Body;
use crate::analysis::rollout::state::{ChangeOutcome, RolloutState};
use crate::words::rollout::{first_line, of_change as of_change_words};
use crate::words::{Sentence, coverage};

use crate::output::document::{Style, Text};
use crate::output::mark::Mark;

/// The state of the rollout of `of`, or the result of `change`.
pub(super) fn headline(
    of: &DaemonSetRef,
    (change, expectations): (Option<&RolloutChange>, &[ExpectationChange]),
    body: &Body,
    now: Timestamp,
    unicode: bool,
) -> Text {
    let (mark, words) = match change {
        None => under_way(of, body, now),
        Some(change) => of_change(of, change, body, now),
    };
    match coverage::breaks(expectations) {
        None => mark.text(unicode).then(words),
        Some(breaks) => {
            let mark = if mark == Mark::Healthy {
                Mark::Attention
            } else {
                mark
            };
            mark.text(unicode).then(words).and(Style::Plain, breaks)
        }
    }
}

fn under_way(of: &DaemonSetRef, body: &Body, now: Timestamp) -> (Mark, Sentence) {
    let found = RolloutState::new(body, now);
    let mark = match found {
        RolloutState::OnDelete(Some(0)) if !body.blockers.is_empty() => Mark::Broken,
        RolloutState::OnDelete(Some(0))
        | RolloutState::Idle
        | RolloutState::UnderWay(_)
        | RolloutState::Waits(_)
            if !needs_somebody(body, now) =>
        {
            Mark::Healthy
        }
        RolloutState::OnDelete(Some(0))
        | RolloutState::Idle
        | RolloutState::UnderWay(_)
        | RolloutState::Waits(_) => Mark::Attention,
        RolloutState::Unknown | RolloutState::MissingUnknown | RolloutState::OnDelete(None) => {
            Mark::Unknown
        }
        RolloutState::Manages if body.creates_fail() => Mark::Broken,
        RolloutState::Broken if body.problems.iter().all(is_harmless) => Mark::Attention,
        RolloutState::OnDelete(_) | RolloutState::Manages | RolloutState::Drift(_) => {
            Mark::Attention
        }
        RolloutState::Halted
        | RolloutState::HeldUp(_)
        | RolloutState::Waiting
        | RolloutState::Broken
        | RolloutState::OthersHeldUp => Mark::Broken,
    };
    (mark, first_line::under_way(found, of, body, now))
}

/// Whether a rollout that goes on loses pods, or will get stuck.
fn needs_somebody(body: &Body, now: Timestamp) -> bool {
    body.is_stuck(now) || body.lost.as_ref().is_some_and(|lost| !lost.is_empty())
}

/// Whether no node that should run it is without an available pod because of it.
const fn is_harmless(problem: &Problem) -> bool {
    problem.is_misscheduled || problem.nodes.is_empty()
}

fn of_change(
    of: &DaemonSetRef,
    change: &RolloutChange,
    body: &Body,
    now: Timestamp,
) -> (Mark, Sentence) {
    let outcome = ChangeOutcome::new(change, body);
    let mark = match outcome {
        ChangeOutcome::ReplacesNone if body.skipped() > 0 => Mark::Attention,
        ChangeOutcome::SameTemplate { .. } | ChangeOutcome::ReplacesNone => Mark::Healthy,
        ChangeOutcome::Refused
        | ChangeOutcome::Halted
        | ChangeOutcome::Rollout { held_up: true, .. } => Mark::Broken,
        ChangeOutcome::Created
        | ChangeOutcome::OnDelete
        | ChangeOutcome::ManagesAlone
        | ChangeOutcome::Rollout { .. } => Mark::Attention,
    };
    (
        mark,
        of_change_words::of_change(outcome, change, of, body, now),
    )
}
