//! What a rollout would replace, lose and wait for.

mod after_manage;
mod analysis;
mod blockers;
mod budget_holders;
pub mod change;
pub mod difference;
mod drift;
mod drift_remedies;
mod exhausted_budget;
mod expectations;
pub mod following;
pub mod host_ports;
pub mod lost;
pub mod plan;
mod pods;
mod predicted_blockers;
mod pressure;
pub mod progress;
pub mod refused;
mod remedies;
mod remedy;
pub(in crate::analysis) mod revision;
pub mod state;
mod steps;
mod strategy;
pub mod total;
mod waves;

use crate::engine::CompiledDaemonSet;
use crate::model::{DaemonSet, Pod, Snapshot};

use super::basis::{Basis, Note};
use super::daemon_set::DaemonSetAnalysis;
use super::eligibility::Detail;
use super::findings::not_observed;
use super::footprint::Footprint;
use super::impact::{NodeEffect, should_run};
use super::owners::manager::Manager;
use super::problem::{Problem, problems};
use super::reason::Reason;
use super::requests::{NewPod, UnreadableRequests};
use super::status::reported;

use after_manage::after_manage;
use analysis::RolloutAnalysis;
pub(super) use blockers::ports_under_surge;
use change::RolloutChange;
use plan::{
    Blocker, Body, Budget, BudgetTrial, Drift, Footprints, Next, Nodes, Revision, RolloutPlan,
    RolloutRemedy, Waves,
};
use predicted_blockers::Prediction;
use progress::Progress;

/// The input of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Rollout<'a> {
    /// Nodes, pods and revisions as they are.
    pub snapshot: &'a Snapshot,
    /// The DaemonSet as it is stored; `None` when there is none of its name.
    pub stored: Option<&'a DaemonSet>,
    /// The DaemonSet as it would be; for the rollout under way, the stored one.
    pub target: &'a DaemonSet,
    /// The change from one to the other; `None` for the rollout under way.
    pub change: Option<&'a RolloutChange>,
}

/// Plans a rollout.
#[must_use]
pub fn plan(rollout: Rollout<'_>) -> RolloutPlan {
    with_analyses(rollout, rollout.target, |analyses, revision| {
        of_analyses(rollout, analyses, revision)
    })
}

/// Plans a rollout and reports its progress; `None` where that can't be known.
#[must_use]
pub fn plan_with_progress(rollout: Rollout<'_>) -> (RolloutPlan, Option<Progress>) {
    with_analyses(rollout, rollout.target, |analyses, revision| {
        let progress = progress::progress(analyses.now);
        (of_analyses(rollout, analyses, revision), progress)
    })
}

fn of_analyses(
    rollout: Rollout<'_>,
    analyses: &Analyses<'_, '_>,
    revision: Option<Revision>,
) -> RolloutPlan {
    let mut body = body(rollout, analyses, revision);
    let clean = match rollout.change {
        None => {
            let (clean, problems) = health(analyses.now, &body);
            body.problems = problems;
            clean
        }
        Some(_) => None,
    };
    RolloutPlan {
        basis: basis(rollout, analyses.then, &body),
        clean,
        daemon_set: analyses.now.subject.reference(),
        manager: Manager::of(analyses.now.subject.ds),
        change: rollout.change.cloned(),
        expectations: expectations::expectations(rollout, analyses.now),
        body,
    }
}

/// Plans a rollout with the budgets of its target, next to one with those of `tried`.
#[must_use]
pub fn try_budgets(rollout: Rollout<'_>, tried: &DaemonSet) -> BudgetTrial {
    let plan = plan(rollout);
    BudgetTrial {
        basis: plan.basis,
        clean: plan.clean,
        daemon_set: plan.daemon_set,
        change: plan.change,
        expectations: plan.expectations,
        today: plan.body,
        then: with_analyses(rollout, tried, |analyses, revision| {
            body(rollout, analyses, revision)
        }),
    }
}

/// Evaluates `target` with the pods as they will be after relabelling.
fn with_analyses<T>(
    rollout: Rollout<'_>,
    target: &DaemonSet,
    then: impl FnOnce(&Analyses<'_, '_>, Option<Revision>) -> T,
) -> T {
    let history = revision::history(rollout.snapshot, target);
    let relabelled = history
        .as_ref()
        .and_then(|h| revision::relabelled(rollout.snapshot, target, h));
    let (after, names) = relabelled.unzip();
    let snapshot = after.as_ref().unwrap_or(rollout.snapshot);
    let revision = history.map(|h| revision::revision(&h, target, names.unwrap_or_default()));
    let now = subject(
        Rollout {
            snapshot,
            ..rollout
        },
        target,
    );
    let now = RolloutAnalysis::new(&now);
    let managed = now.managed.as_ref().zip(now.inputs);
    let after = managed.and_then(|(managed, inputs)| {
        after_manage(snapshot, target, managed, inputs.pods, snapshot.now)
    });
    let Some(after) = &after else {
        return then(
            &Analyses {
                now: &now,
                then: &now,
            },
            revision,
        );
    };
    let then_subject = subject(
        Rollout {
            snapshot: after,
            ..rollout
        },
        target,
    );
    let after = RolloutAnalysis::new(&then_subject);
    then(
        &Analyses {
            now: &now,
            then: &after,
        },
        revision,
    )
}

/// The state as it is, and as it is when the rolling update is called.
struct Analyses<'g, 'a> {
    now: &'g RolloutAnalysis<'a>,
    then: &'g RolloutAnalysis<'a>,
}

/// What the controller hasn't processed yet only concerns the stored DaemonSet.
fn subject<'a>(rollout: Rollout<'a>, target: &'a DaemonSet) -> DaemonSetAnalysis<'a> {
    let mut subject = if rollout.stored.is_some() {
        DaemonSetAnalysis::new(rollout.snapshot, target)
    } else {
        DaemonSetAnalysis::of_manifest(rollout.snapshot, target)
    };
    let is_observed = |stored| not_observed(rollout.snapshot, stored).is_none();
    if rollout.stored.is_none_or(is_observed) {
        subject.leave_out_unobserved();
    }
    subject
}

fn body(rollout: Rollout<'_>, analyses: &Analyses<'_, '_>, revision: Option<Revision>) -> Body {
    let analysis = analyses.now;
    let desired = desired(analysis);
    let budget = budget_holders::budget(analysis);
    let next = steps::next(analysis);
    let manage = steps::manage(
        analysis,
        rollout.change.is_some_and(RolloutChange::is_written),
    );
    let lost = lost::lost(analyses.then);
    let waves = waves::waves(analyses.then, lost.as_deref().unwrap_or_default());
    let blockers = blockers::blockers(
        analysis,
        analyses.then,
        next,
        manage.as_ref(),
        budget.as_ref(),
    );
    let drift = drift::drift(analysis);
    let known_drift = drift.as_deref().unwrap_or_default();
    let prediction = predicted_blockers::prediction(analyses.then, &blockers);
    let held_up = (blockers.as_slice(), budget.as_ref());
    let mut remedies = remedies_of(analyses, held_up, &prediction, known_drift, rollout.change);
    let old = pods::old(analysis);
    let of_hand = old.as_deref().unwrap_or_default();
    remedies.extend(remedies::by_hand(
        analysis,
        of_hand,
        rollout.change.is_some(),
    ));
    let mut body = Body {
        strategy: strategy::strategy(analysis, desired),
        revision: revision.map(|revision| Revision {
            pods: pods::updated(analysis),
            ..revision
        }),
        desired,
        reported: analysis
            .inputs
            .map_or_else(|| reported(analysis.ds()), |_| None)
            .filter(|_| rollout.stored.is_some()),
        unavailable: budget_holders::unavailable(analysis),
        next,
        update: steps::update(analysis),
        update_after_manage: (!std::ptr::eq(analyses.now, analyses.then))
            .then(|| steps::update(analyses.then))
            .flatten(),
        nodes: nodes(rollout, analysis, desired),
        old,
        waves,
        predicted_blockers: prediction.blockers,
        remedies,
        drift,
        footprint: rollout
            .change
            .and_then(|_| footprints(rollout, analysis).ok()),
        manage,
        budget,
        lost,
        blockers,
        problems: Vec::new(),
    };
    if body.is_stuck(rollout.snapshot.now) {
        body.waves = body.waves.map(Waves::without_end);
    }
    body
}

/// What would unblock it now, and what would keep it from being blocked later.
fn remedies_of(
    analyses: &Analyses<'_, '_>,
    (blockers, budget): (&[Blocker], Option<&Budget>),
    prediction: &Prediction,
    drift: &[Drift],
    change: Option<&RolloutChange>,
) -> Vec<RolloutRemedy> {
    if prediction.blockers.is_empty() {
        return remedies::remedies(analyses.now, (blockers, budget), drift, change);
    }
    let predicted = prediction.blockers.iter().map(|f| &f.blocker);
    let all: Vec<_> = blockers.iter().chain(predicted).cloned().collect();
    let budget = prediction.budget.as_ref().or(budget);
    remedies::remedies(analyses.then, (&all, budget), drift, change)
}

fn desired(analysis: &RolloutAnalysis<'_>) -> Option<usize> {
    analysis.nodes?;
    let counted = || eligible(&analysis.subject.compiled, analysis).count();
    let desired = analysis.rollout_nodes.as_ref().map(|nodes| nodes.desired);
    Some(desired.unwrap_or_else(counted))
}

fn eligible<'a>(
    compiled: &'a CompiledDaemonSet,
    analysis: &'a RolloutAnalysis<'_>,
) -> impl Iterator<Item = &'a crate::model::Node> {
    let nodes = analysis.nodes.unwrap_or_default().iter();
    nodes.filter(|node| should_run(compiled, node))
}

fn compiled(ds: &DaemonSet, snapshot: &Snapshot) -> CompiledDaemonSet {
    CompiledDaemonSet::new(&ds.pod_spec().cloned().unwrap_or_default(), snapshot.gates)
}

/// The nodes of today's template compared with those of the target's.
fn nodes(
    rollout: Rollout<'_>,
    analysis: &RolloutAnalysis<'_>,
    desired: Option<usize>,
) -> Option<Nodes> {
    let nodes = analysis.nodes?;
    if rollout.change.is_none() {
        return Some(Nodes {
            kept: desired?,
            ..Nodes::default()
        });
    }
    let today = rollout.stored.map(|ds| compiled(ds, rollout.snapshot));
    let mut compared = Nodes::default();
    let mut excluded_by: Option<Vec<Reason>> = None;
    for node in nodes {
        match NodeEffect::new(today.as_ref(), &analysis.subject.compiled, node) {
            NodeEffect::StaysEligible => compared.kept += 1,
            NodeEffect::Gained => compared.gained.push(node.name.to_string()),
            NodeEffect::NoLongerEligible => {
                compared.no_longer_eligible.push(node.name.to_string());
                let reasons = analysis.subject.judge(node).0.reasons.into_iter();
                let deciding = reasons.filter(|reason| reason.decides().is_some());
                let causes: Vec<Reason> = deciding.map(|reason| reason.cause()).collect();
                match &mut excluded_by {
                    Some(known) if *known != causes => known.clear(),
                    Some(_) => {}
                    None => excluded_by = Some(causes),
                }
            }
            NodeEffect::StaysExcluded => {}
        }
    }
    compared.excluded_by = excluded_by.unwrap_or_default();
    Some(compared)
}

/// Before the change the pods count as they are; after it those from an older template are
/// replaced.
///
/// # Errors
/// When a quantity of a template or of a pod can't be parsed.
fn footprints(
    rollout: Rollout<'_>,
    analysis: &RolloutAnalysis<'_>,
) -> Result<Footprints, UnreadableRequests> {
    let of = |ds: &DaemonSet, keeps: &dyn Fn(&Pod) -> bool| {
        let compiled = compiled(ds, rollout.snapshot);
        let nodes = eligible(&compiled, analysis).map(|node| {
            let pods = analysis.pods_on(&node.name).iter().copied();
            (node, pods.filter(move |pod| keeps(pod)))
        });
        Footprint::new(&NewPod::new(rollout.snapshot, ds), nodes)
    };
    let before = rollout.stored.map(|ds| of(ds, &|_| true)).transpose()?;
    Ok(Footprints {
        before,
        after: of(rollout.target, &|pod| analysis.is_updated(pod))?,
    })
}

fn basis(rollout: Rollout<'_>, analysis: &RolloutAnalysis<'_>, body: &Body) -> Basis {
    let mut basis = Basis::new(rollout.snapshot);
    let update = analysis.update();
    let rolls = update.is_some_and(|u| !u.delete.is_empty() || !u.create.is_empty());
    if rolls && body.next == Some(Next::Manage) {
        basis.notes.push(Note::RollsInTheSameSync);
    }
    let after = body.footprint.as_ref().map(|f| &f.after);
    let defaults = after.and_then(|after| analysis.subject.no_limit_ranges(after));
    basis.notes.extend(defaults);
    let revision = body.revision.as_ref();
    if revision.is_some_and(|r| !r.relabelled.is_empty()) {
        basis.notes.push(Note::RelabellingRace);
    }
    basis
}

/// Whether nothing is left to do and the DaemonSet is clean (`health`), `None` where that can't be
/// known; and what makes it unclean where nothing else is left to do.
fn health(analysis: &RolloutAnalysis<'_>, body: &Body) -> (Option<bool>, Vec<Problem>) {
    let unavailable = body.unavailable.as_deref().unwrap_or_default();
    let is_left = !body.blockers.is_empty() || !unavailable.is_empty() || body.has_old();
    match body.next {
        _ if is_left => (Some(false), Vec::new()),
        None => (None, Vec::new()),
        Some(Next::None) => {
            let report = analysis.subject.report(Detail::AllNodes);
            (report.clean, problems(&report))
        }
        Some(_) => (Some(false), Vec::new()),
    }
}
