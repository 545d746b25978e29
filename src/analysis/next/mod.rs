//! What to do about a broken node, safest first: the read-only command that shows more, then
//! what repairs the cause.

mod container;
mod kind;
mod look;
mod refused;
mod repair;
mod room;

use crate::model::Command;

use super::causes::{
    CauseGroup, is_broken, is_only_outdated, main_cause, root_cause, warning, warning_among,
};
use super::commands::of_pods;
use super::eligibility::{DaemonSetRef, EligibilityReport};
use super::node::{ClearsWhen, NodeEligibility};
use super::on_node::{NodeReport, OnNode};
use super::overall_health::Health;
use super::pod::PodState;
use super::reason::{Code, Evicted, Reason};
use super::rollout::plan::RolloutPlan;

pub use kind::StepKind;
pub use look::look_into;
pub use repair::repair;

use container::keep_to;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// The command; `None` where none can be given.
    pub command: Option<Command>,
}

impl Step {
    fn new(kind: StepKind, command: Option<Command>) -> Self {
        Self { kind, command }
    }

    fn look(command: Command) -> Self {
        Self::new(StepKind::Look, Some(command))
    }
}

/// For how many causes steps are given.
const CAUSES: usize = 3;

/// What to do about the broken nodes of a report, the largest groups first.
#[must_use]
pub fn steps(report: &EligibilityReport) -> Vec<Step> {
    if report.is_one_node {
        let nodes = report.nodes.iter();
        return nodes
            .flat_map(|node| steps_for_node(report, node))
            .collect();
    }
    let ds = &report.daemon_set;
    let lacks = |node: &&NodeEligibility| node.pod_state == PodState::Missing;
    let lacking = report.nodes.iter().filter(lacks).count().max(1);
    let mut steps: Vec<Step> = Vec::new();
    let broken = report.causes.iter().filter(|g| !is_only_outdated(g));
    for group in broken.clone().take(CAUSES) {
        steps.extend(steps_for(ds, group, lacking));
    }
    let findings = report.findings.iter();
    steps.extend(findings.flat_map(|finding| steps_for_cause(ds, finding, None, "", lacking)));
    steps.extend(report.template_steps.iter().cloned());
    steps.extend(force_deletion(report));
    let explain = broken.flat_map(|group| group.nodes.first()).next();
    steps.extend(explain.and_then(|node| Some(Step::new(StepKind::Explain, Some(why(ds, node)?)))));
    if report.applied && report.causes.iter().any(is_only_outdated) {
        let plan = Command::own(&["plan"]).name(&ds.name);
        let plan = plan.and_then(|command| command.namespace(&ds.namespace));
        steps.extend(plan.map(|command| Step::new(StepKind::Plan, Some(command))));
    }
    let mut seen = Vec::new();
    steps.retain(|step| {
        let is_new = !seen.contains(step);
        seen.push(step.clone());
        is_new
    });
    steps
}

/// What to ask next after a list of DaemonSets: about the first of `troubled`.
#[must_use]
pub fn steps_for_list<'a>(troubled: impl IntoIterator<Item = &'a DaemonSetRef>) -> Vec<Step> {
    let troubled = troubled.into_iter().take(CAUSES);
    troubled.filter_map(explain).collect()
}

/// Asks why about one DaemonSet.
fn explain(ds: &DaemonSetRef) -> Option<Step> {
    let command = Command::own(&["why"]).name(&ds.name)?;
    let command = command.namespace(&ds.namespace)?;
    Some(Step::new(StepKind::Explain, Some(command)))
}

/// What to look at and what to ask about the DaemonSets of a node that need attention, the worst
/// first.
#[must_use]
pub fn steps_for_on_node(report: &NodeReport) -> Vec<Step> {
    let sets = report.on_node.daemon_sets.iter();
    let is_troubled = |one: &&OnNode| one.health() <= Health::NeedsAttention;
    let mut troubled: Vec<_> = sets.filter(is_troubled).collect();
    troubled.sort_by_key(|one| (one.health(), !one.is_node_critical));
    let mut steps: Vec<Step> = Vec::new();
    for one in troubled.into_iter().take(CAUSES) {
        let cause = root_cause(&one.reasons).filter(|_| one.health() == Health::Broken);
        let look = cause.and_then(|cause| {
            let warning = warning_among(&one.reasons, cause);
            look_with(&one.daemon_set, cause, warning, &report.node)
        });
        let explain = why(&one.daemon_set, &report.node);
        let explain = explain.map(|command| Step::new(StepKind::Explain, Some(command)));
        for step in look.map(Step::look).into_iter().chain(explain) {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    steps
}

/// What to do about one node that is broken.
#[must_use]
pub fn steps_for_node(report: &EligibilityReport, node: &NodeEligibility) -> Vec<Step> {
    let ds = &report.daemon_set;
    let refusal = report.refusal_on(node);
    let restarts = |reason: &&Reason| reason.code() == Code::RestartsAgainAndAgain;
    let cause = match (refusal, is_broken(node)) {
        (Some(refusal), _) => Some(refusal),
        (None, true) => main_cause(node),
        (None, false) => node.reasons.iter().find(restarts),
    };
    let steps = cause.into_iter().flat_map(|reason| {
        let warning = warning(node, reason);
        steps_for_cause(ds, reason, warning, &node.name, 1)
    });
    let mut steps: Vec<Step> = steps.chain(report.template_steps.iter().cloned()).collect();
    if cause.is_none() {
        steps.extend(delete_misscheduled(report, node));
    }
    steps
}

/// What to do about one cause, with the warning about its pod; `lacking` nodes have no pod.
#[must_use]
pub fn steps_for_cause(
    ds: &DaemonSetRef,
    reason: &Reason,
    warning: Option<&Reason>,
    node: &str,
    lacking: usize,
) -> Vec<Step> {
    let failure = container::failure(reason, warning);
    let repair = container::repair(ds, reason, failure.as_ref());
    let look = look_with(ds, reason, warning, node).map(Step::look);
    let steps = look.into_iter().chain(self::repair(ds, reason, lacking));
    steps.chain(repair).chain(free_node(reason)).collect()
}

/// The command that shows more of a cause, with the warning about its pod.
fn look_with(
    ds: &DaemonSetRef,
    reason: &Reason,
    warning: Option<&Reason>,
    node: &str,
) -> Option<Command> {
    let of_container = container::look(ds, reason, warning, node);
    of_container.or_else(|| look_into(ds, reason, node))
}

/// The command that ends a deletion which waits for pods that no kubelet can end.
fn force_deletion(report: &EligibilityReport) -> Option<Step> {
    let waits_for = report.deletion_waits_for();
    let is_dead = |node: &NodeEligibility| {
        let mut codes = node.reasons.iter().map(Reason::code);
        codes.any(|code| code == Code::NodeNotReady)
    };
    let stuck = waits_for.iter().filter(|(_, node)| is_dead(node));
    let pods: Vec<&str> = stuck.map(|(pod, _)| *pod).collect();
    if pods.is_empty() {
        return None;
    }
    let command = of_pods(&report.daemon_set.namespace, "delete", &pods);
    let command = command.map(|command| command.with(&["--force", "--grace-period=0"]));
    Some(Step::new(
        StepKind::ForceDelete { pods: pods.len() },
        command,
    ))
}

/// The resource whose shortage on the node evicts pods. Rollouts have their own remedies for that.
fn free_node(reason: &Reason) -> Option<Step> {
    let Reason::PodFailed { said, .. } = reason else {
        return None;
    };
    let resource = match Evicted::of(said)? {
        Evicted::Low(resource) => resource,
        Evicted::UnderPressure("disk pressure") => "ephemeral-storage".to_owned(),
        Evicted::UnderPressure("memory pressure") => "memory".to_owned(),
        Evicted::UnderPressure(_) => return None,
    };
    Some(Step::new(StepKind::FreeNode { resource }, None))
}

/// Deletes the pod of a node that should run none, where nothing else ever does.
fn delete_misscheduled(report: &EligibilityReport, node: &NodeEligibility) -> Option<Step> {
    let mut deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    let is_of_template = deciding.all(|reason| reason.owner().is_none());
    let stays = node.should_run == Some(false) && node.clears() == ClearsWhen::Never;
    let stays = stays && is_of_template;
    let pod = node.pods.first().filter(|_| stays && report.applied)?;
    let command = Command::kubectl(&["delete", "pod"]).name(&pod.name);
    let command = command.and_then(|command| command.namespace(&report.daemon_set.namespace));
    let kind = StepKind::DeleteMisscheduled {
        pod: pod.name.clone(),
    };
    Some(Step::new(kind, command))
}

/// Commands that show more of what makes a DaemonSet unclean when there is nothing to roll, without
/// what the plan's remedies already say.
#[must_use]
pub fn steps_for_plan(plan: &RolloutPlan) -> Vec<Step> {
    let (ds, body) = (&plan.daemon_set, &plan.body);
    let is_broken = !body.blockers.is_empty() || !body.problems.is_empty();
    if body.has_old() || body.next.is_none() || !is_broken {
        return Vec::new();
    }
    let first = body.blockers.first();
    let node = first.and_then(|first| first.holders().next());
    let node = node.map_or("", |holder| &holder.node);
    let look = first.and_then(|first| look_into(ds, first.reason(), node));
    let look = look.map(Step::look).into_iter();
    let mut steps: Vec<Step> = look.chain(explain(ds)).collect();
    steps.retain(|step| body.remedies.iter().all(|one| one.command != step.command));
    steps
}

fn steps_for(ds: &DaemonSetRef, group: &CauseGroup, lacking: usize) -> Vec<Step> {
    let (Some(reason), Some(node)) = (&group.reason, group.nodes.first()) else {
        return Vec::new();
    };
    let mut steps = steps_for_cause(ds, reason, group.warning.as_ref(), node, lacking);
    steps.extend(keep_to(ds, group));
    steps
}

fn why(ds: &DaemonSetRef, node: &str) -> Option<Command> {
    let command = Command::own(&["why"]).name(&ds.name)?.name(node)?;
    command.namespace(&ds.namespace)
}
