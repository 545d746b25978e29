//! What a rollout would replace, lose and wait for.

mod after_manage;
mod blockers;
pub mod change;
pub mod difference;
mod drift;
pub mod following;
mod freeing;
mod ground;
mod host_ports;
mod ledger;
pub mod plan;
mod pods;
pub mod progress;
pub mod refused;
mod remedies;
pub(in crate::report) mod revision;
mod steps;
mod strategy;
mod summary;
mod waves;

use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::{DaemonSet, Snapshot};

use super::code::Code;
use super::footprint::Footprint;
use super::header::Header;
use super::status::{Evidence, StatusReport, reported};
use super::subject::Subject;

use after_manage::after_manage;
use change::Change;
use ground::Ground;
use plan::{Body, BudgetTrial, Footprints, Next, Nodes, Revision, RolloutPlan};
use progress::Progress;

/// `kind` of the report.
const KIND: &str = "RolloutPlan";

/// What a plan is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Rollout<'a> {
    /// Nodes, pods and revisions as they are.
    pub snapshot: &'a Snapshot,
    /// The DaemonSet as it is stored; `None` when there is none of its name.
    pub stored: Option<&'a DaemonSet>,
    /// The DaemonSet as it would be; the stored one for the rollout under way.
    pub target: &'a DaemonSet,
    /// What leads from the one to the other; `None` for the rollout under way.
    pub change: Option<&'a Change>,
}

/// Plans a rollout.
#[must_use]
pub fn plan(rollout: Rollout<'_>) -> RolloutPlan {
    with_grounds(rollout, rollout.target, |grounds, revision| {
        on_grounds(rollout, grounds, revision)
    })
}

/// Plans a rollout and says how far it is; `None` where that can't be known.
#[must_use]
pub fn plan_with_progress(rollout: Rollout<'_>) -> (RolloutPlan, Option<Progress>) {
    with_grounds(rollout, rollout.target, |grounds, revision| {
        let progress = progress::progress(grounds.now);
        (on_grounds(rollout, grounds, revision), progress)
    })
}

fn on_grounds(
    rollout: Rollout<'_>,
    grounds: &Grounds<'_, '_>,
    revision: Option<Revision>,
) -> RolloutPlan {
    let body = body(rollout, grounds, revision);
    let clean = rollout.change.is_none().then(|| clean(grounds.now, &body));
    RolloutPlan {
        header: header(rollout, grounds.then, &body, clean.flatten()),
        daemon_set: grounds.now.subject.reference(),
        change: rollout.change.cloned(),
        body,
    }
}

/// Plans a rollout under the budgets of its target beside one under those of `tried`.
#[must_use]
pub fn try_budgets(rollout: Rollout<'_>, tried: &DaemonSet) -> BudgetTrial {
    let plan = plan(rollout);
    BudgetTrial {
        header: plan.header,
        daemon_set: plan.daemon_set,
        change: plan.change,
        today: plan.body,
        then: with_grounds(rollout, tried, |grounds, revision| {
            body(rollout, grounds, revision)
        }),
    }
}

/// Judges `target` by the pods as they are once those are relabelled that will be.
fn with_grounds<T>(
    rollout: Rollout<'_>,
    target: &DaemonSet,
    then: impl FnOnce(&Grounds<'_, '_>, Option<Revision>) -> T,
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
    let now = Ground::new(&now);
    let managed = now.managed.as_ref();
    let after = managed.and_then(|m| after_manage(snapshot, target, m, snapshot.now));
    let Some(after) = &after else {
        return then(
            &Grounds {
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
    let after = Ground::new(&then_subject);
    then(
        &Grounds {
            now: &now,
            then: &after,
        },
        revision,
    )
}

/// The state as it is, and as it is when the rolling update is called.
struct Grounds<'g, 'a> {
    now: &'g Ground<'a>,
    then: &'g Ground<'a>,
}

/// What the controller hasn't processed yet is held against the stored DaemonSet only.
fn subject<'a>(rollout: Rollout<'a>, target: &'a DaemonSet) -> Subject<'a> {
    let mut subject = if rollout.stored.is_some() {
        Subject::new(rollout.snapshot, target)
    } else {
        Subject::of_manifest(rollout.snapshot, target)
    };
    if rollout.stored.is_none_or(is_observed) {
        subject
            .findings
            .retain(|f| f.code != Code::GenerationNotObserved);
    }
    subject
}

fn is_observed(ds: &DaemonSet) -> bool {
    let status = ds.object.status.as_ref();
    let observed = status.and_then(|s| s.observed_generation);
    observed.is_none_or(|observed| observed >= ds.generation())
}

fn body(rollout: Rollout<'_>, grounds: &Grounds<'_, '_>, revision: Option<Revision>) -> Body {
    let ground = grounds.now;
    let desired = desired(ground);
    let budget = ledger::budget(ground);
    let next = steps::next(ground);
    let manage = steps::manage(ground);
    let lost = pods::lost(grounds.then);
    let waves = waves::waves(grounds.then, lost.as_deref().unwrap_or_default());
    let blockers = blockers::blockers(ground, next, manage.as_ref(), budget.as_ref());
    let mut body = Body {
        strategy: strategy::strategy(ground, desired),
        revision: revision.map(|revision| Revision {
            pods: pods::updated(ground),
            ..revision
        }),
        desired,
        reported: ground
            .inputs
            .map_or_else(|| reported(ground.ds()), |_| None)
            .filter(|_| rollout.stored.is_some()),
        unavailable: ledger::unavailable(ground),
        next,
        update: steps::update(ground),
        update_after_manage: (!std::ptr::eq(grounds.now, grounds.then))
            .then(|| steps::update(grounds.then))
            .flatten(),
        nodes: nodes(rollout, ground, desired),
        old: pods::old(ground),
        waves,
        remedies: remedies::remedies(ground, &blockers, budget.as_ref()),
        drift: drift::drift(ground),
        footprint: rollout
            .change
            .and_then(|_| footprints(rollout, ground).ok()),
        manage,
        budget,
        lost,
        blockers,
        summary: String::new(),
    };
    body.summary = summary::summary(&body);
    body
}

fn desired(ground: &Ground<'_>) -> Option<usize> {
    ground.nodes?;
    let counted = || eligible(&ground.subject.compiled, ground).count();
    let walked = ground.walk.as_ref().map(|walk| walk.desired);
    Some(walked.unwrap_or_else(counted))
}

fn eligible<'a>(
    compiled: &'a CompiledDaemonSet,
    ground: &'a Ground<'_>,
) -> impl Iterator<Item = &'a crate::model::Node> {
    let nodes = ground.nodes.unwrap_or_default().iter();
    nodes.filter(|node| node_should_run_daemon_pod(compiled, node, &mut Ignore).should_run)
}

fn compiled(ds: &DaemonSet, snapshot: &Snapshot) -> CompiledDaemonSet {
    CompiledDaemonSet::new(&ds.pod_spec().cloned().unwrap_or_default(), snapshot.gates)
}

/// Nodes of today's template against those of the target's.
fn nodes(rollout: Rollout<'_>, ground: &Ground<'_>, desired: Option<usize>) -> Option<Nodes> {
    let nodes = ground.nodes?;
    if rollout.change.is_none() {
        return Some(Nodes {
            kept: desired?,
            ..Nodes::default()
        });
    }
    let today = rollout.stored.map(|ds| compiled(ds, rollout.snapshot));
    let runs = |compiled: &CompiledDaemonSet, node| {
        node_should_run_daemon_pod(compiled, node, &mut Ignore).should_run
    };
    let mut compared = Nodes::default();
    for node in nodes {
        let was = today.as_ref().is_some_and(|today| runs(today, node));
        match (was, runs(&ground.subject.compiled, node)) {
            (true, true) => compared.kept += 1,
            (false, true) => compared.gained.push(node.name.to_string()),
            (true, false) => compared.lost.push(node.name.to_string()),
            (false, false) => {}
        }
    }
    Some(compared)
}

/// # Errors
/// When a quantity of a template can't be parsed.
fn footprints(rollout: Rollout<'_>, ground: &Ground<'_>) -> Result<Footprints, String> {
    let of = |ds: &DaemonSet| {
        let compiled = compiled(ds, rollout.snapshot);
        let nodes: Vec<_> = eligible(&compiled, ground).collect();
        Footprint::new(ds, &nodes)
    };
    Ok(Footprints {
        before: rollout.stored.map(of).transpose()?,
        after: of(rollout.target)?,
    })
}

fn header(rollout: Rollout<'_>, ground: &Ground<'_>, body: &Body, clean: Option<bool>) -> Header {
    let mut header = Header::new(KIND, rollout.snapshot, clean);
    let deletes = ground.update().is_some_and(|u| !u.delete.is_empty());
    if deletes || body.waves.is_some() {
        header.notes.push(
            "a PodDisruptionBudget has no say in it: the controller deletes pods, it doesn't evict them"
                .to_owned(),
        );
    }
    let managed = body.next == Some(Next::Manage);
    if managed
        && ground
            .update()
            .is_some_and(|u| !u.delete.is_empty() || !u.create.is_empty())
    {
        header.notes.push(
            "after a sync that makes or deletes pods outside the budget, the rolling update may or may not follow in the same sync"
                .to_owned(),
        );
    }
    if body
        .revision
        .as_ref()
        .is_some_and(|r| !r.relabelled.is_empty())
    {
        header.notes.push(
            "the revision has duplicates: the controller first gives every pod its label and then goes on; whether it sees the new labels in the same sync is a race, and where it doesn't, it replaces pods as if they were old"
                .to_owned(),
        );
    }
    header
}

/// Every node that should run it has one available, current pod and nothing else
/// has one; the status agrees. `None` where that can't be known.
fn clean(ground: &Ground<'_>, body: &Body) -> Option<bool> {
    let is_some = |holders: &Option<Vec<_>>| holders.as_ref().is_some_and(|h| !h.is_empty());
    let is_wrong = !body.known_drift().is_empty()
        || !body.blockers.is_empty()
        || is_some(&body.unavailable)
        || body.old.as_ref().is_some_and(|old| !old.is_empty());
    if is_wrong || body.next? != Next::None {
        return Some(false);
    }
    let walk = ground.walk.as_ref()?;
    let as_it_should_be = walk.visited.iter().all(|v| {
        let alone = ground.pods_on(v.node).len() == 1;
        v.should_run == Some(true) && alone && !v.state.is_unavailable()
    });
    let wrong = ground.subject.findings.iter().any(|f| f.code.is_problem());
    Some(as_it_should_be && !wrong && status_agrees(ground)?)
}

fn status_agrees(ground: &Ground<'_>) -> Option<bool> {
    let counted = ground.subject.counters()?;
    let report = StatusReport::new(
        ground.ds(),
        counted,
        Evidence {
            kept_by_no_schedule: 0,
            missing_nodes: 0,
            selects_everything: false,
            revisions_known: true,
        },
    );
    Some(report.differences.is_empty())
}
