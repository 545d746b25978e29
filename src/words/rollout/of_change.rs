//! The first line of an answer about a change: what it does.

use jiff::Timestamp;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::change::{ChangeKind, RolloutChange};
use crate::analysis::rollout::plan::{Body, Waves};
use crate::analysis::rollout::state::ChangeOutcome;
use crate::words::notation::{counted, nodes};
use crate::words::reason::exclusions_brief;
use crate::words::sentence::Sentence;
use crate::words::time::duration;

use super::change::refused_brief;
use super::first_line::{blocked, managed, on_named_nodes, with_budget};

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
                refused_brief(first)
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
        ChangeOutcome::ReplacesNone => replaces_none(&it, of, body),
        ChangeOutcome::Halted => format!(
            "{it} changes the template of {of}, and the controller does nothing for it: {}",
            blocked(body, now)
        ),
        ChangeOutcome::Created => created(&it, change, of, body, now),
        ChangeOutcome::OnDelete => {
            let old = body.old_to_delete().len();
            let stay = match old {
                1 => "its 1 old pod stays until it is deleted by hand".to_owned(),
                old => format!("its {old} old pods stay until they are deleted by hand"),
            };
            format!("{it} changes the template of {of}: {stay} (OnDelete)")
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
    if body.is_stuck_at_first() {
        return stuck_at_first(it, of, body, now);
    }
    let pods = counted(waves.replace, "pod");
    let mut text = format!("{it} replaces {pods} of {of}{}", batch_size(waves, body));
    let gained = body.gained().len();
    if gained > 0 {
        text.push_str(&format!(", adds {}", nodes(gained)));
    }
    match body.lost.as_deref() {
        Some([]) => text.push_str(", and loses none"),
        Some(lost) => text.push_str(&format!(", and loses {}", counted(lost.len(), "pod"))),
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

/// That none of the pods starts that are to be replaced, and why.
fn stuck_at_first(it: &str, of: &DaemonSetRef, body: &Body, now: Timestamp) -> String {
    let first = body
        .predicted_blockers
        .iter()
        .find(|predicted| predicted.certain);
    let cause = first.map(|predicted| on_named_nodes(&predicted.blocker, now));
    let cause = cause.unwrap_or_default();
    let surges = body.strategy.surges();
    let mut text = match surges {
        true => format!("{it} replaces no pods of {of} and gets stuck at once: {cause}"),
        false => format!("{it} gets {of} stuck at the first node: {cause}"),
    };
    match body.lost.as_ref().map_or(0, Vec::len) {
        0 => {}
        lost => text.push_str(&format!("; it loses {}", counted(lost, "pod"))),
    }
    text
}

/// What is created, and where it doesn't run.
fn created(
    it: &str,
    change: &RolloutChange,
    of: &DaemonSetRef,
    body: &Body,
    now: Timestamp,
) -> String {
    let Some(desired) = body.desired else {
        return format!("{it} creates {of}");
    };
    let virtual_nodes = change.virtual_nodes().len();
    let runs = match desired.saturating_sub(virtual_nodes) {
        0 if virtual_nodes == 0 => "which runs on no node".to_owned(),
        desired => format!("which runs on {}", nodes(desired)),
    };
    let runs = match virtual_nodes {
        0 => runs,
        1 => format!("{runs}; its pod on a virtual node stays Pending"),
        several => format!("{runs}; its pods on {several} virtual nodes stay Pending"),
    };
    match body
        .predicted_blockers
        .iter()
        .find(|predicted| predicted.certain)
    {
        Some(predicted) => {
            let blocked = predicted.blocker.nodes();
            let stays = match blocked {
                1 => "its pod stays Pending on 1".to_owned(),
                blocked => format!("its pods stay Pending on {blocked}"),
            };
            format!(
                "{it} creates {of}, and {stays} of {}: {}",
                nodes(desired),
                on_named_nodes(&predicted.blocker, now)
            )
        }
        None => format!("{it} creates {of}, {runs}{}", adopted(body)),
    }
}

/// What becomes of the pods that a new DaemonSet adopts.
fn adopted(body: &Body) -> String {
    let drifted = body.skipped();
    let old = body.old.as_ref().map_or(0, Vec::len);
    let updated = body.revision.as_ref().and_then(|revision| revision.pods);
    let all = old + updated.unwrap_or_default();
    let orphans = match all {
        0 => return String::new(),
        1 => "1 orphan pod".to_owned(),
        all => format!("{all} orphan pods"),
    };
    let kept = all.saturating_sub(old + drifted);
    let parts = [
        (drifted, "on an old template for good"),
        (old, "replaced by the rollout"),
        (kept, "as they are"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let then: Vec<String> = parts
        .map(|(count, what)| match count {
            count if count == all => what.to_owned(),
            count => format!("{count} {what}"),
        })
        .collect();
    format!("; it adopts {orphans} ({})", then.join(", "))
}

/// That no pod is replaced, and why none is.
fn replaces_none(it: &str, of: &DaemonSetRef, body: &Body) -> String {
    let kept = body.skipped();
    let revision = body.revision.as_ref().filter(|_| kept > 0);
    let Some(revision) = revision.filter(|revision| !revision.relabelled.is_empty()) else {
        return format!("{it} changes the template of {of}, and there is no pod to replace");
    };
    let keep = match kept {
        1 => "1 pod keeps",
        _ => "pods keep",
    };
    let count = match kept {
        1 => String::new(),
        kept => format!("{kept} "),
    };
    let duplicates = match revision.duplicates.len() {
        0 | 1 => "has a duplicate".to_owned(),
        several => format!("has {several} duplicates"),
    };
    format!(
        "{it} replaces no pod of {of}: {count}{keep} the old template, because the revision {duplicates} and the controller relabels pods instead"
    )
}

/// `, 1 at a time (about 56s)`, after those that go first.
fn batch_size(waves: &Waves, body: &Body) -> String {
    let unavailable = body
        .next_update()
        .map_or(0, |update| update.unavailable.len());
    let first = match unavailable.min(waves.replace) {
        0 => "",
        1 => ", starting with the 1 that isn't available",
        _ => ", starting with those that aren't available",
    };
    if unavailable >= waves.replace && waves.replace > 1 {
        return format!(", all at once, for none is available{}", estimated(waves));
    }
    format!("{first}{}", at_a_time(waves))
}

fn estimated(waves: &Waves) -> String {
    let estimate = waves.estimate.as_ref();
    let estimate = estimate.map(|e| format!(" (about {})", duration(e.seconds)));
    estimate.unwrap_or_default()
}

fn at_a_time(waves: &Waves) -> String {
    if waves.replace == 0 {
        return String::new();
    }
    let batch = waves.batch.max(waves.now);
    let size = match batch {
        batch if batch >= waves.replace => ", all at once".to_owned(),
        batch => format!(", {batch} at a time"),
    };
    format!("{size}{}", estimated(waves))
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
