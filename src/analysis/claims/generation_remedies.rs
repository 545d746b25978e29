//! The ways round the trap of the generation label.
//!
//! `IsPodUpdated` (1.37.1) takes a pod for updated whose label is the DaemonSet's
//! template generation. The API server sets that to what the manifest's annotation
//! says when the object is created, or to 1, raises it by one with each change of the
//! template, and takes it from nobody else (`PrepareForCreate`, `PrepareForUpdate` of
//! its strategy, 1.37.1).

use crate::engine::overlap::GENERATION_LABEL;
use crate::model::HASH_LABEL;
use crate::model::{Command, Pod};

use super::analysis::ClaimAnalysis;
use super::command::{of_daemon_set, of_pods, of_selected, selected};
use super::pods::ClaimedPod;
use super::remedies::names;
use super::remedy::{ClaimRemedy, ClaimRemedyKind};

pub(super) fn ways_round(
    analysis: &ClaimAnalysis<'_>,
    claimed: &[ClaimedPod<'_>],
    trapped: &[&Pod],
) -> Vec<ClaimRemedy> {
    let Some(generation) = analysis.ds().template_generation() else {
        return Vec::new();
    };
    if trapped.is_empty() {
        return Vec::new();
    }
    let mut ways = vec![delete(analysis, trapped)];
    // Under OnDelete no label brings anything about.
    if !analysis.ds().is_on_delete() {
        ways.push(take_off(analysis, generation, trapped));
        ways.extend(annotate(analysis, claimed));
        ways.extend(restart(analysis, generation, claimed));
    }
    ways
}

/// The generations that the pods carry.
fn generations<'r>(claimed: &'r [ClaimedPod<'_>]) -> impl Iterator<Item = i64> + 'r {
    let labels = claimed
        .iter()
        .filter_map(|one| one.pod.labels.get(GENERATION_LABEL));
    labels.filter_map(|label| label.parse().ok())
}

/// A generation that no pod carries; only the manifest of one that is created sets it.
fn annotate(analysis: &ClaimAnalysis<'_>, claimed: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    analysis.change?;
    let generation = generations(claimed).max()?.checked_add(1)?;
    Some(ClaimRemedyKind::SetGeneration { generation }.by(None))
}

fn take_off(analysis: &ClaimAnalysis<'_>, generation: i64, trapped: &[&Pod]) -> ClaimRemedy {
    let command = of_pods(analysis, "label", trapped)
        .or_else(|| of_generation(analysis, generation))
        .and_then(|command| command.operand(&format!("{GENERATION_LABEL}-")));
    let kind = ClaimRemedyKind::RemoveGeneration {
        pods: names(trapped),
        is_manifest: analysis.change.is_some(),
    };
    kind.by(command)
}

/// Labels the pods of a generation that aren't of the current revision.
fn of_generation(analysis: &ClaimAnalysis<'_>, generation: i64) -> Option<Command> {
    let mut selector = selected(analysis)?;
    selector.push_str(&format!(",{GENERATION_LABEL}={generation}"));
    if let Some(hash) = analysis.history.and_then(|h| h.current.hash()) {
        selector.push_str(&format!(",{HASH_LABEL}!={hash}"));
    }
    of_selected(analysis, "label", &selector)
}

fn delete(analysis: &ClaimAnalysis<'_>, trapped: &[&Pod]) -> ClaimRemedy {
    let kind = ClaimRemedyKind::DeleteOutdated {
        pods: names(trapped),
        once_adopted: analysis.change.is_some(),
    };
    kind.by(of_pods(analysis, "delete", trapped))
}

/// The next generation traps the pods that carry it in turn.
fn restart(
    analysis: &ClaimAnalysis<'_>,
    generation: i64,
    claimed: &[ClaimedPod<'_>],
) -> Option<ClaimRemedy> {
    let generation = generation.checked_add(1)?;
    if generations(claimed).any(|carried| carried == generation) {
        return None;
    }
    let kind = ClaimRemedyKind::RaiseGeneration {
        generation,
        once_created: analysis.change.is_some(),
    };
    Some(kind.by(of_daemon_set(analysis, &["rollout", "restart"])))
}
