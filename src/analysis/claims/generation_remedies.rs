//! Ways out of the generation trap.
//!
//! `IsPodUpdated` (1.37.1) counts a pod as updated when its label is the DaemonSet's template
//! generation. The API server sets the generation from the manifest's annotation when the object is
//! created, or to 1, and raises it by one with each change of the template; nobody else can set it
//! (`PrepareForCreate`, `PrepareForUpdate` of its strategy, 1.37.1).

use crate::analysis::commands::{next_generation, of_daemon_set, of_pods, take_generation_off};
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::Pod;

use super::analysis::ClaimAnalysis;
use super::pods::ClaimedPod;
use super::remedies::names;
use super::remedy::{ClaimRemedy, ClaimRemedyKind};

pub(super) fn workarounds(
    analysis: &ClaimAnalysis<'_>,
    claimed: &[ClaimedPod<'_>],
    trapped: &[&Pod],
) -> Vec<ClaimRemedy> {
    if trapped.is_empty() {
        return Vec::new();
    }
    let mut ways = vec![delete(analysis, trapped)];
    // Under OnDelete labels have no effect.
    if !analysis.ds().is_on_delete() {
        ways.push(take_off(analysis, trapped));
        ways.extend(annotate(analysis, claimed));
        ways.extend(restart(analysis, claimed));
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

/// A generation that no pod carries; it can only be set in the manifest of a DaemonSet that is
/// created.
fn annotate(analysis: &ClaimAnalysis<'_>, claimed: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    analysis.change?;
    let generation = generations(claimed).max()?.checked_add(1)?;
    Some(ClaimRemedyKind::SetGeneration { generation }.by(None))
}

fn take_off(analysis: &ClaimAnalysis<'_>, trapped: &[&Pod]) -> ClaimRemedy {
    let (ds, pods) = (analysis.ds(), names(trapped));
    let current = analysis.history.and_then(|h| h.current.hash());
    let claimant = analysis.claimant();
    let command = claimant.and_then(|c| take_generation_off(ds, c, current, &pods));
    let kind = ClaimRemedyKind::RemoveGeneration {
        pods,
        is_manifest: analysis.change.is_some(),
    };
    kind.by(command)
}

fn delete(analysis: &ClaimAnalysis<'_>, trapped: &[&Pod]) -> ClaimRemedy {
    let pods = names(trapped);
    let command = of_pods(&analysis.ds().namespace, "delete", &pods);
    let kind = ClaimRemedyKind::DeleteOutdated {
        pods,
        once_adopted: analysis.change.is_some(),
    };
    kind.by(command)
}

/// The next generation would trap the pods that carry it.
fn restart(analysis: &ClaimAnalysis<'_>, claimed: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    let ds = analysis.ds();
    let kind = ClaimRemedyKind::RaiseGeneration {
        generation: next_generation(ds, generations(claimed))?,
        once_created: analysis.change.is_some(),
    };
    Some(kind.by(of_daemon_set(ds, &["rollout", "restart"])))
}
