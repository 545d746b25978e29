//! How to replace pods that rollouts skip because a label makes them count as updated.

use crate::analysis::commands::{next_generation, of_daemon_set, of_pods, take_generation_off};
use crate::analysis::drift::DriftBy;
use crate::engine::overlap::GENERATION_LABEL;

use super::analysis::RolloutAnalysis;
use super::drift::Drift;
use super::remedy::{RemedyKind, Risk, RolloutRemedy};

/// Ways around the labels, the least change first. `drift` may include pods from the template whose
/// image was changed by something else: a rollout would lead to the same result.
pub(super) fn workarounds(analysis: &RolloutAnalysis<'_>, drift: &[Drift]) -> Vec<RolloutRemedy> {
    let outdated = drift.iter().filter(|d| d.cause.is_other_template());
    let outdated: Vec<&Drift> = outdated.collect();
    if outdated.is_empty() || analysis.is_halted() {
        return Vec::new();
    }
    let mut ways = Vec::new();
    // Under OnDelete labels have no effect.
    if analysis.ds().is_on_delete() {
        ways.push(delete(analysis, &outdated));
        return ways;
    }
    ways.extend(take_off(analysis, &outdated));
    ways.push(delete(analysis, &outdated));
    ways.extend(restart(analysis));
    ways
}

fn names<'d>(drift: impl IntoIterator<Item = &'d Drift>) -> Vec<String> {
    drift.into_iter().map(|one| one.pod.clone()).collect()
}

/// For those that count only by their generation.
fn take_off(analysis: &RolloutAnalysis<'_>, outdated: &[&Drift]) -> Option<RolloutRemedy> {
    let by_generation = outdated.iter().copied();
    let by_generation = by_generation.filter(|d| d.cause.by() == DriftBy::Generation);
    let pods = names(by_generation);
    if pods.is_empty() {
        return None;
    }
    let (ds, subject) = (analysis.ds(), analysis.subject);
    let claimant = subject.claimant.as_ref();
    Some(RolloutRemedy {
        command: claimant.and_then(|c| take_generation_off(ds, c, subject.context.hash, &pods)),
        kind: RemedyKind::RemoveGeneration { pods },
        risk: None,
    })
}

fn delete(analysis: &RolloutAnalysis<'_>, outdated: &[&Drift]) -> RolloutRemedy {
    let pods = names(outdated.iter().copied());
    RolloutRemedy {
        command: of_pods(&analysis.ds().namespace, "delete", &pods),
        kind: RemedyKind::DeleteOutdated { pods },
        risk: Some(Risk::NodeWithoutPod),
    }
}

/// With the next generation, pods that carry it would count as updated.
fn restart(analysis: &RolloutAnalysis<'_>) -> Option<RolloutRemedy> {
    let ds = analysis.ds();
    let pods = analysis
        .subject
        .pods
        .as_ref()?
        .nodes()
        .flat_map(|(_, pods)| pods);
    let labels = pods.filter_map(|pod| pod.labels.get(GENERATION_LABEL));
    let generation = next_generation(ds, labels.filter_map(|label| label.parse().ok()))?;
    Some(RolloutRemedy {
        kind: RemedyKind::Restart { generation },
        command: of_daemon_set(ds, &["rollout", "restart"]),
        risk: Some(Risk::AllReplaced),
    })
}
