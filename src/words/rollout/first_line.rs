//! The first line of an answer about a rollout: its state and cause, or what a change does.

use jiff::Timestamp;

use crate::analysis::causes::is_in_progress;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::change::{ChangeKind, RolloutChange};
use crate::analysis::rollout::plan::{Blocker, Body, Waves};
use crate::analysis::rollout::state::{ChangeOutcome, RolloutState};
use crate::words::coverage;
use crate::words::notation::{counted, nodes};
use crate::words::reason::{Place, brief, exclusions_brief, tag, tags};
use crate::words::sentence::Sentence;
use crate::words::time::duration;

use super::change::refused;

/// The state of the rollout under way.
#[must_use]
pub fn under_way(state: RolloutState, of: &DaemonSetRef, body: &Body, now: Timestamp) -> Sentence {
    Sentence::new(match state {
        RolloutState::Halted => {
            format!(
                "The controller does nothing for {of}: {}",
                blocked(body, now)
            )
        }
        RolloutState::OnDelete(None) => {
            format!("{of} is OnDelete, which of its pods are old isn't known")
        }
        RolloutState::OnDelete(Some(0)) if body.blockers.is_empty() => {
            format!("{of} is OnDelete and has no old pods")
        }
        RolloutState::OnDelete(Some(0)) | RolloutState::Waiting | RolloutState::OthersHeldUp => {
            broken(of, body, now)
        }
        RolloutState::OnDelete(Some(old)) => {
            let all = body.desired.map(|all| format!(" of {all}"));
            format!(
                "{old}{} pods of {of} on an older template (OnDelete, each waits to be deleted by hand)",
                all.unwrap_or_default()
            )
        }
        RolloutState::Unknown => format!("Whether a rollout of {of} is under way isn't known"),
        RolloutState::HeldUp(_) => {
            format!("Rollout of {of} is stuck: {}", blocked(body, now))
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
            let waits = body.blockers.first().map(|first| {
                let cause = with_cause(first, now);
                match is_in_progress(first.reason()) {
                    true => format!(", {cause}"),
                    false => format!(", it waits because {cause}"),
                }
            });
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
            format!("{of} has no old pods, whether pods are missing isn't known")
        }
        RolloutState::Manages => match body.blockers.first() {
            Some(first) if body.creates_fail() => format!(
                "{} of {of} can't be created ({}), no rollout is pending",
                to_create(body),
                with_cause(first, now)
            ),
            _ => format!("No rollout of {of} is under way: {}", managed(body)),
        },
        RolloutState::Idle => match body.desired {
            Some(0) => format!("No rollout of {of} is under way: no node should run it"),
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
        RolloutState::Broken => {
            let problems = problems(body, now);
            format!("No rollout of {of} is pending: {problems}")
        }
    })
}

/// Nothing is to be rolled, but something is broken.
fn broken(of: &DaemonSetRef, body: &Body, now: Timestamp) -> String {
    let on_nodes: Vec<&Blocker> = body.blockers.iter().filter(|b| b.nodes() > 0).collect();
    let cause = match (on_nodes.as_slice(), body.blockers.first()) {
        ([], None) => return format!("{of} has no old pods, and isn't done"),
        ([], Some(first)) => with_cause(first, now),
        ([only], _) => match only.nodes() {
            1 => with_cause(only, now),
            _ => cause_at(only, Place::Here, now),
        },
        (several, _) => tags(several.iter().map(|blocker| {
            let warning = blocker.holders().next().and_then(|h| h.warning.as_ref());
            (
                blocker.nodes(),
                tag(blocker.reason(), warning).into_string(),
            )
        })),
    };
    match broken_nodes(body) {
        Some(broken) => format!("{broken} of {of} broken ({cause}), no rollout is pending"),
        None => format!("No rollout of {of} is pending: {cause}"),
    }
}

/// `2 of 3 nodes`, where it waits for nodes.
pub(super) fn broken_nodes(body: &Body) -> Option<String> {
    let broken = body.broken_nodes();
    match (broken, body.desired) {
        (0, _) => None,
        (broken, Some(all)) if broken <= all => Some(format!("{broken} of {}", nodes(all))),
        (broken, _) => Some(nodes(broken)),
    }
}

/// `2 pods` that are missing, or that a rollout would create.
fn to_create(body: &Body) -> String {
    let missing = body.manage.as_ref().map_or(0, |m| m.create.len());
    match missing {
        0 => "Pods".to_owned(),
        missing => counted(missing, "pod"),
    }
}

/// What makes the DaemonSet unclean: `2 misscheduled pods, 1 node broken (…)`.
fn problems(body: &Body, now: Timestamp) -> String {
    let mut parts = Vec::new();
    let misscheduled = body.problems.iter().filter(|p| p.is_misscheduled);
    let misscheduled: usize = misscheduled.map(|p| p.nodes.len()).sum();
    let others = body.problems.iter().filter(|p| !p.is_misscheduled);
    for problem in others.clone().take(PROBLEMS) {
        let place = match problem.nodes.as_slice() {
            [node] => Place::Node(node),
            _ => Place::Here,
        };
        let cause = match problem.is_expected {
            true => coverage::EXCLUDED.to_owned(),
            false => brief(&problem.reason, None, place, now).into_string(),
        };
        parts.push(match problem.nodes.len() {
            0 => cause,
            broken => format!("{} broken ({cause})", nodes(broken)),
        });
    }
    if misscheduled > 0 {
        parts.push(counted(misscheduled, "misscheduled pod"));
    }
    match others.count().saturating_sub(PROBLEMS) {
        0 => {}
        more => parts.push(format!("{more} more problems")),
    }
    parts.join(", ")
}

/// How many problems are named.
const PROBLEMS: usize = 2;

/// The first blocker, and how much of the budget it uses.
fn blocked(body: &Body, now: Timestamp) -> String {
    match body.blockers.first() {
        Some(first) => with_budget(first, body, now),
        None => "nothing says why".to_owned(),
    }
}

/// One blocker, and how much of the budget it uses.
fn with_budget(first: &Blocker, body: &Body, now: Timestamp) -> String {
    let cause = with_cause(first, now);
    let Some(budget) = body
        .budget
        .as_ref()
        .filter(|b| b.free == 0 && b.allowed > 0)
    else {
        return cause;
    };
    if first.nodes() == 0 {
        return cause;
    }
    let field = body.strategy.budget().field();
    format!("{cause} ({field} {} is used up)", budget.allowed)
}

/// What blocks a rollout, and where.
#[must_use]
pub fn held_up_by(first: &Blocker, now: Timestamp) -> Sentence {
    Sentence::new(with_cause(first, now))
}

/// One blocker, and where it is.
fn with_cause(first: &Blocker, now: Timestamp) -> String {
    let mut holders = first.holders();
    let place = match (first.nodes(), holders.next()) {
        (1, Some(holder)) => Place::Node(&holder.node),
        (0, _) | (_, None) => Place::Here,
        (nodes, _) => Place::Nodes(nodes),
    };
    cause_at(first, place, now)
}

fn cause_at(blocker: &Blocker, place: Place<'_>, now: Timestamp) -> String {
    let warning = blocker.holders().next().and_then(|h| h.warning.as_ref());
    brief(blocker.reason(), warning, place, now).into_string()
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

/// `its nodes are excluded, label cores Gt 8`: why nodes lose their pods.
fn excluded_by(body: &Body, now: Timestamp) -> Option<String> {
    let nodes = body.nodes.as_ref()?;
    let reasons: Vec<&Reason> = nodes.excluded_by.iter().collect();
    let all = nodes.no_longer_eligible.len();
    let which = match (nodes.kept + nodes.gained.len(), all) {
        (_, 0) => return None,
        (0, 1) => "its one node is excluded".to_owned(),
        (0, _) => "every node is excluded".to_owned(),
        (_, 1) => "1 node is excluded".to_owned(),
        _ => format!("{all} nodes are excluded"),
    };
    (!reasons.is_empty()).then(|| format!("{which} ({})", exclusions_brief(&reasons, now)))
}

/// What a change does.
#[must_use]
pub fn of_change(
    outcome: ChangeOutcome,
    change: &RolloutChange,
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
                ", the rollout under way goes on"
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
            let old = body.old_to_delete().len();
            format!(
                "{it} changes the template of {of}, its {} stay until somebody deletes them (OnDelete)",
                counted(old, "pod")
            )
        }
        ChangeOutcome::ManagesAlone => format!(
            "{it} changes {of}: {}, {}",
            managed(body),
            excluded_by(body, now).unwrap_or_else(|| "and no pod is left to replace".to_owned())
        ),
        ChangeOutcome::Rollout { .. } => rollout(&it, of, body, now),
    })
}

fn rollout(it: &str, of: &DaemonSetRef, body: &Body, now: Timestamp) -> String {
    let Some(waves) = &body.waves else {
        return format!("{it} changes the template of {of}");
    };
    let pods = counted(waves.replace, "pod");
    let mut text = format!("{it} replaces {pods} of {of}{}", batch_size(waves));
    let gained = body.gained().len();
    if gained > 0 {
        text.push_str(&format!(", adds {}", nodes(gained)));
    }
    match body.lost.as_deref() {
        Some([]) => text.push_str(" and loses none"),
        Some(lost) => text.push_str(&format!(" and loses {}", counted(lost.len(), "pod"))),
        None => {}
    }
    let ahead = body
        .predicted_blockers
        .first()
        .map(|predicted| &predicted.blocker);
    if let Some(blocker) = body.blockers.first().or(ahead) {
        text.push_str(&format!(
            ", then gets stuck because {}",
            with_budget(blocker, body, now)
        ));
    }
    text
}

/// `, 1 at a time (about 56s)`.
fn batch_size(waves: &Waves) -> String {
    if waves.replace == 0 {
        return String::new();
    }
    let batch = waves.batch.max(waves.now);
    let batch_size = match batch {
        batch if batch >= waves.replace => ", all at once".to_owned(),
        batch => format!(", {batch} at a time"),
    };
    let estimate = waves.estimate.as_ref();
    let estimate = estimate.map(|e| format!(" (about {})", duration(e.seconds)));
    format!("{batch_size}{}", estimate.unwrap_or_default())
}

/// The change as the subject of a sentence.
fn subject(change: &RolloutChange) -> String {
    match (change.kind, change.to_revision) {
        (ChangeKind::Apply, _) => "Applying it".to_owned(),
        (ChangeKind::Restart, _) => "A restart".to_owned(),
        (ChangeKind::SetImage, _) => "Setting the image".to_owned(),
        (ChangeKind::Undo, Some(number)) => format!("Going back to revision {number}"),
        (ChangeKind::Undo, None) => "Going back".to_owned(),
    }
}
