//! Findings about the DaemonSet as a whole.

use std::collections::BTreeMap;

use crate::analysis::pod::skipped;
use crate::analysis::reason::{HistoryRewrite, ObjectRef, Reason};
use crate::model::Pod;

use super::analysis::ClaimAnalysis;
use super::outcome::{CountedAsUpdated, OtherTemplate, PodOutcome, RevisionOutcome};
use super::pods::ClaimedPod;
use super::report::{ClaimKind, HistoryChange, Overlap};
use super::revisions::{ClaimedRevision, is_renumbered};

/// What the findings of a report are derived from.
pub(super) struct Parts<'p, 'a> {
    pub(super) pods: Option<&'p [ClaimedPod<'a>]>,
    pub(super) revisions: Option<&'p [ClaimedRevision<'a>]>,
    pub(super) history: Option<&'p HistoryChange>,
    pub(super) overlaps: &'p [Overlap],
}

/// A pod that counts as updated only by its generation and runs another template.
pub(super) struct Trapped<'p, 'a> {
    pub(super) pod: &'a Pod,
    generation: &'p str,
    runs: &'p OtherTemplate,
}

impl<'p, 'a> Parts<'p, 'a> {
    pub(super) fn generation_trapped(&self) -> Vec<Trapped<'p, 'a>> {
        let pods = self.pods.unwrap_or_default().iter();
        let generation_trapped = pods.filter_map(|one| match &one.claim.outcome {
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration {
                generation,
                runs: Some(runs),
            }) => Some(Trapped {
                pod: one.pod,
                generation,
                runs,
            }),
            _ => None,
        });
        generation_trapped.collect()
    }

    /// How many pods that run another template are relabelled when a duplicate revision is deleted.
    pub(super) fn relabelled_old(&self) -> usize {
        let pods = self.pods.unwrap_or_default().iter();
        let old = pods.filter(|one| {
            let outcome = &one.claim.outcome;
            matches!(outcome, PodOutcome::Relabelled { runs: Some(_) })
        });
        old.count()
    }
}

pub(super) fn findings(analysis: &ClaimAnalysis<'_>, parts: &Parts<'_, '_>) -> Vec<Reason> {
    let general = analysis.subject.findings.iter();
    let general = general.filter(|f| concerns_claims(f)).cloned();
    general
        .chain(generation_trap(analysis, &parts.generation_trapped()))
        .chain(relabelled_earlier(analysis, parts))
        .chain(duplicate_revisions(analysis, parts))
        .chain(history_rewritten(analysis, parts))
        .chain(selector_overlap(parts.overlaps))
        .collect()
}

/// Whether a general finding about a DaemonSet matters to what it claims.
const fn concerns_claims(finding: &Reason) -> bool {
    finding.code().properties().stops.limits_controller()
}

fn generation_trap(
    analysis: &ClaimAnalysis<'_>,
    generation_trapped: &[Trapped<'_, '_>],
) -> Option<Reason> {
    let first = generation_trapped.first()?;
    let images = generation_trapped.iter().map(|one| &one.runs.images);
    Some(Reason::GenerationTrap {
        pods: generation_trapped
            .iter()
            .map(|one| one.pod.name.to_string())
            .collect(),
        generation: first.generation.to_owned(),
        images: images
            .filter(|images| !images.is_empty())
            .cloned()
            .collect(),
        on_delete: analysis.ds().is_on_delete(),
    })
}

/// What owned pods have in common that carry the hash of the current revision but were created from
/// another: they were relabelled when the revision had a duplicate.
fn relabelled_earlier(analysis: &ClaimAnalysis<'_>, parts: &Parts<'_, '_>) -> Vec<Reason> {
    let pods = parts.pods.unwrap_or_default().iter();
    let by_hash = pods.filter(|one| {
        let outcome = &one.claim.outcome;
        matches!(
            outcome,
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByHash)
        )
    });
    let templates = &analysis.subject.templates;
    let drifted = by_hash.filter_map(|one| skipped(one.pod, templates.drift(one.pod)?));
    let by_cause: BTreeMap<_, _> = drifted.map(|reason| (reason.cause(), reason)).collect();
    by_cause.into_values().collect()
}

fn duplicate_revisions(analysis: &ClaimAnalysis<'_>, parts: &Parts<'_, '_>) -> Option<Reason> {
    let history = analysis.history?;
    let kept: Vec<_> = history.kept().map(|r| r.name.to_string()).collect();
    let others: Vec<_> = history
        .duplicates
        .iter()
        .map(|r| r.name.to_string())
        .collect();
    if kept.len() + others.len() < 2 {
        return None;
    }
    Some(Reason::DuplicateRevisions {
        kept,
        others,
        relabelled: parts.history.and_then(|h| h.relabelled).unwrap_or(0),
        relabelled_old: parts.relabelled_old(),
    })
}

fn history_rewritten(analysis: &ClaimAnalysis<'_>, parts: &Parts<'_, '_>) -> Option<Reason> {
    let change = parts.history.filter(|history| history.rewritten)?;
    let history = analysis.history?;
    let mut rewrite = HistoryRewrite {
        number: change.number,
        ..HistoryRewrite::default()
    };
    for one in parts.revisions.unwrap_or_default() {
        let claim = &one.claim;
        let lists = [
            (claim.claim == ClaimKind::Adopt, &mut rewrite.adopted),
            (claim.claim == ClaimKind::Release, &mut rewrite.released),
            (claim.is_labelled, &mut rewrite.labelled),
            (
                is_renumbered(history, one.revision),
                &mut rewrite.renumbered,
            ),
            (
                matches!(claim.outcome, RevisionOutcome::DeletedAsDuplicate { .. }),
                &mut rewrite.duplicates,
            ),
            (
                matches!(claim.outcome, RevisionOutcome::DeletedByHistoryLimit),
                &mut rewrite.beyond_limit,
            ),
            (claim.outcome.is_open(), &mut rewrite.perhaps),
        ];
        for (_, list) in lists.into_iter().filter(|(is_in, _)| *is_in) {
            list.push(claim.name.clone());
        }
    }
    Some(Reason::HistoryRewritten(rewrite))
}

fn selector_overlap(overlaps: &[Overlap]) -> Option<Reason> {
    let controllers = controllers(overlaps);
    (!controllers.is_empty()).then_some(Reason::SelectorOverlap { controllers })
}

/// The controllers whose selectors overlap with it.
pub(super) fn controllers(overlaps: &[Overlap]) -> Vec<ObjectRef> {
    let controllers = overlaps.iter().map(|overlap| ObjectRef {
        kind: overlap.kind.name().to_owned(),
        name: overlap.name.clone(),
    });
    controllers.collect()
}
