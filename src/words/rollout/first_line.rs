//! The first line of an answer about a rollout: how it stands and why, or what a change does.

use jiff::Timestamp;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::change::{Change, ChangeKind};
use crate::analysis::rollout::plan::{Blocker, Body, Holder, Waves};
use crate::analysis::rollout::state::{ChangeOutcome, RolloutState};
use crate::words::notation::{counted, nodes};
use crate::words::reason::{headline, headline_with, trouble};
use crate::words::sentence::Sentence;
use crate::words::time::{duration, lasting};
use crate::words::why::problem;

use super::change::refused;
use super::holder::of_nodes;

/// How the rollout under way stands.
#[must_use]
pub fn under_way(state: RolloutState, of: &DaemonSetRef, body: &Body, now: Timestamp) -> Sentence {
    let because = || blocked(body, now);
    Sentence::new(match state {
        RolloutState::Halted => {
            format!("The controller does nothing for {of}: {}", because())
        }
        RolloutState::OnDelete(None) => {
            format!("{of} is OnDelete; which of its pods are old isn't known")
        }
        RolloutState::OnDelete(Some(0)) if body.blockers.is_empty() => {
            format!("{of} is OnDelete and has no old pods")
        }
        RolloutState::OnDelete(Some(0)) => {
            format!("{of} has no old pods, and isn't done: {}", because())
        }
        RolloutState::OnDelete(Some(old)) => format!(
            "{} of {of} on an older template; OnDelete: a pod is replaced only when somebody deletes it",
            counted(old, "pod")
        ),
        RolloutState::Unknown => format!("Whether a rollout of {of} is under way isn't known"),
        RolloutState::HeldUp(_) | RolloutState::Waiting => {
            format!("Rollout of {of} is stuck: {}", because())
        }
        RolloutState::UnderWay(old) => {
            let left = counted(old, "old pod");
            format!("Rollout of {of} is under way: {left} left")
        }
        RolloutState::Waits(old) => {
            let left = match old {
                0 => "no old pod left".to_owned(),
                old => format!("{} left", counted(old, "old pod")),
            };
            let waits = body.blockers.first().map(|first| with_cause(first, now));
            let waits = waits.map(|cause| format!("; it waits: {cause}"));
            format!(
                "Rollout of {of} is under way: {left}{}",
                waits.unwrap_or_default()
            )
        }
        RolloutState::Drift(pods) => format!(
            "No rollout of {of} is under way, and {} only {} as updated",
            counted(pods, "pod"),
            if pods == 1 { "counts" } else { "count" }
        ),
        RolloutState::MissingUnknown => {
            format!("{of} has no old pods; whether pods are missing isn't known")
        }
        RolloutState::Manages => format!("No rollout of {of} is under way; {}", managed(body)),
        RolloutState::Idle => match body.desired {
            Some(all) => format!(
                "No rollout of {of} is under way: its {} current",
                if all == 1 {
                    "pod is".to_owned()
                } else {
                    format!("{all} pods are")
                }
            ),
            None => format!("No rollout of {of} is under way"),
        },
        RolloutState::OthersHeldUp => {
            format!("No rollout of {of} is under way, and {}", because())
        }
        RolloutState::Broken => {
            let problems = problems(body, now);
            format!("No rollout of {of} is under way; {problems}")
        }
    })
}

/// What keeps the DaemonSet from being clean first, and how much more does.
fn problems(body: &Body, now: Timestamp) -> String {
    let first = body.problems.first().map(|p| problem(p, now));
    let first = first.map_or_else(String::new, Sentence::into_string);
    match body.problems.len().saturating_sub(1) {
        0 => first,
        more => format!("{first}, and {} more", counted(more, "problem")),
    }
}

/// What holds it up first, and what that takes of the budget.
fn blocked(body: &Body, now: Timestamp) -> String {
    match body.blockers.first() {
        Some(first) => with_budget(first, body, now),
        None => "nothing says why".to_owned(),
    }
}

/// What one blocker is, and what it takes of the budget.
fn with_budget(first: &Blocker, body: &Body, now: Timestamp) -> String {
    let cause = with_cause(first, now);
    let Some(budget) = body
        .budget
        .as_ref()
        .filter(|b| b.free == 0 && b.allowed > 0)
    else {
        return cause;
    };
    let holders = first.nodes();
    if holders == 0 {
        return cause;
    }
    let field = body.strategy.budget().field();
    match (holders, budget.allowed) {
        (1, 1) => format!("{cause}; it takes the only slot ({field} 1)"),
        (n, allowed) if i64::try_from(n).is_ok_and(|n| n >= allowed) => {
            format!("{cause}; they use up {field} {allowed}")
        }
        (n, allowed) => format!("{cause}; {n} of {field} {allowed} used"),
    }
}

/// What one blocker is, and where.
fn with_cause(first: &Blocker, now: Timestamp) -> String {
    match first {
        Blocker::Rollout(reason) => headline(reason, now).into_string(),
        Blocker::Nodes { first, others, .. } if others.is_empty() => of_node(first, now),
        Blocker::Nodes {
            first,
            others,
            shared,
        } => of_nodes(first, others, shared, now),
    }
}

fn of_node(holder: &Holder, now: Timestamp) -> String {
    let node = &holder.node;
    match &holder.reason {
        Reason::NodeNotReady {
            since,
            is_terminating,
            why,
        } => {
            let since = lasting(*since, now);
            let pod = if *is_terminating {
                ", so its pod is stuck Terminating"
            } else {
                ""
            };
            format!("node {node} is NotReady{since}{}{pod}", trouble(why))
        }
        Reason::NodeUnderPressure { taint } => {
            let pressure = taint.key.rsplit('/').next().unwrap_or_default();
            let pressure = pressure.replace('-', " ");
            format!(
                "node {node} is under {pressure}: its kubelet rejects new pods that aren't critical"
            )
        }
        other => {
            let cause = headline_with(other, holder.warning.as_ref(), now);
            format!("on {node} {cause}")
        }
    }
}

fn managed(body: &Body) -> String {
    let Some(manage) = &body.manage else {
        return "pods are created and deleted as nodes ask for it".to_owned();
    };
    let create = (!manage.create.is_empty())
        .then(|| format!("{} to create", counted(manage.create.len(), "pod")));
    let delete = (!manage.delete.is_empty())
        .then(|| format!("{} to delete", counted(manage.delete.len(), "pod")));
    let parts: Vec<String> = create.into_iter().chain(delete).collect();
    parts.join(", ")
}

/// What a change does.
#[must_use]
pub fn of_change(
    outcome: ChangeOutcome,
    change: &Change,
    of: &DaemonSetRef,
    body: &Body,
    now: Timestamp,
) -> Sentence {
    let it = subject(change);
    Sentence::new(match outcome {
        ChangeOutcome::Refused => match change.refused.first() {
            Some(first) => format!(
                "The server refuses the change of {of}: {} {}",
                first.field(),
                refused(first)
            ),
            None => format!("The server refuses the change of {of}"),
        },
        ChangeOutcome::SameTemplate {
            other_fields,
            goes_on,
        } => {
            let what = match other_fields {
                true => format!("{it} doesn't change the template of {of}, and replaces no pod"),
                false => format!("{it} changes nothing of {of}"),
            };
            let goes_on = if goes_on {
                "; the rollout under way goes on"
            } else {
                ""
            };
            format!("{what}{goes_on}")
        }
        ChangeOutcome::ReplacesNone => {
            format!("{it} changes the template of {of}, and there is no pod to replace")
        }
        ChangeOutcome::Halted => format!(
            "{it} changes the template of {of}, and the controller does nothing for it: {}",
            blocked(body, now)
        ),
        ChangeOutcome::Created => match body.desired {
            Some(0) => format!("{it} creates {of}, which runs on no node"),
            Some(desired) => format!("{it} creates {of}, which runs on {}", nodes(desired)),
            None => format!("{it} creates {of}"),
        },
        ChangeOutcome::OnDelete => {
            let old = body.old.as_ref().map_or(0, Vec::len);
            format!(
                "{it} changes the template of {of}; its {} stay until somebody deletes them (OnDelete)",
                counted(old, "pod")
            )
        }
        ChangeOutcome::ManagesAlone => format!(
            "{it} changes {of}: {}, and no pod is left to replace",
            managed(body)
        ),
        ChangeOutcome::Rollout { .. } => rollout(&it, of, body, now),
    })
}

fn rollout(it: &str, of: &DaemonSetRef, body: &Body, now: Timestamp) -> String {
    let Some(waves) = &body.waves else {
        return format!("{it} changes the template of {of}");
    };
    let pods = counted(waves.replace, "pod");
    let mut text = format!("{it} replaces {pods} of {of}{}", pace(waves));
    let gained = body.gained().len();
    if gained > 0 {
        text.push_str(&format!(", adds {}", nodes(gained)));
    }
    match body.lost.as_deref() {
        Some([]) => text.push_str(" and loses none"),
        Some(lost) => text.push_str(&format!(" and loses {}", counted(lost.len(), "pod"))),
        None => {}
    }
    let ahead = body.foreseen.first().map(|foreseen| &foreseen.blocker);
    if let Some(blocker) = body.blockers.first().or(ahead) {
        text.push_str(&format!(
            "; it gets stuck: {}",
            with_budget(blocker, body, now)
        ));
    }
    text
}

/// `, 1 at a time (about 56s)`.
fn pace(waves: &Waves) -> String {
    if waves.replace == 0 {
        return String::new();
    }
    let batch = waves.batch.max(waves.now);
    let pace = match batch {
        batch if batch >= waves.replace => ", all at once".to_owned(),
        batch => format!(", {batch} at a time"),
    };
    let estimate = waves.estimate.as_ref();
    let estimate = estimate.map(|e| format!(" (about {})", duration(e.seconds)));
    format!("{pace}{}", estimate.unwrap_or_default())
}

/// The change as the subject of a sentence.
fn subject(change: &Change) -> String {
    match (change.kind, change.to_revision) {
        (ChangeKind::Apply, _) => "Applying it".to_owned(),
        (ChangeKind::Restart, _) => "A restart".to_owned(),
        (ChangeKind::SetImage, _) => "Setting the image".to_owned(),
        (ChangeKind::Undo, Some(number)) => format!("Going back to revision {number}"),
        (ChangeKind::Undo, None) => "Going back".to_owned(),
    }
}
