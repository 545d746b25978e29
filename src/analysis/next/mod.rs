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
    CauseGroup, is_broken, is_only_outdated, main_cause, misscheduled_groups, needs_steps,
    root_cause, warning, warning_among,
};
use super::commands::{FORCE, of_pods};
use super::eligibility::{DaemonSetRef, EligibilityReport};
use super::node::{ClearsWhen, NodeEligibility};
use super::on_node::{NodeReport, OnNode};
use super::orphan::Orphan;
use super::overall_health::Health;
use super::owners::owned_taint::EndsWhen;
use super::pod::PodState;
use super::reason::{Code, Evicted, PullFailure, Reason};
use super::remedy::TemplateChange;
use super::rollout::plan::{RolloutPlan, StrategyType};
use super::summary::{CommonReason, excluded};

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
    /// For which of the report's causes it is, by its place; `None` where it is for the DaemonSet
    /// as a whole, or for the one node that was asked for.
    pub cause: Option<usize>,
}

impl Step {
    pub(super) fn new(kind: StepKind, command: Option<Command>) -> Self {
        Self {
            kind,
            command,
            cause: None,
        }
    }

    pub(super) fn look(command: Command) -> Self {
        Self::new(StepKind::Look, Some(command))
    }

    fn of_cause(self, cause: Option<usize>) -> Self {
        Self { cause, ..self }
    }

    /// Whether it does the same, for whatever cause.
    fn does_as(&self, other: &Self) -> bool {
        (&self.kind, &self.command) == (&other.kind, &other.command)
    }
}

/// For how many causes steps are given.
const CAUSES: usize = 3;

/// What to do about the nodes of a report that are broken, by cause, the largest groups first.
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
    let broken = report.causes.iter().enumerate();
    let broken = broken.filter(|(_, group)| needs_steps(group));
    for (at, group) in broken.clone().take(CAUSES) {
        let of_group = steps_for(ds, group, lacking).into_iter();
        steps.extend(of_group.map(|step| step.of_cause(Some(at))));
    }
    let findings = report.findings.iter();
    steps.extend(findings.flat_map(|finding| steps_for_cause(ds, finding, None, "", lacking)));
    let of_template = report.template_steps.iter().cloned();
    steps.extend(of_template.map(|step| {
        let cause = cause_of(&step.kind, &report.causes);
        step.of_cause(cause)
    }));
    steps.extend(force_deletion(report));
    let explain = broken.flat_map(|(_, group)| group.nodes.first()).next();
    let explain = explain.map(String::as_str).or_else(|| nearest(report));
    steps.extend(explain.and_then(|node| Some(Step::new(StepKind::Explain, Some(why(ds, node)?)))));
    steps.extend(resync(report));
    if report.applied && report.causes.iter().any(is_only_outdated) {
        let plan = Command::own(&["plan"]).name(&ds.name);
        let plan = plan.and_then(|command| command.namespace(&ds.namespace));
        steps.extend(plan.map(|command| Step::new(StepKind::Plan, Some(command))));
    }
    let mut seen: Vec<Step> = Vec::new();
    steps.retain(|step| {
        let is_new = !seen.iter().any(|known| known.does_as(step));
        seen.push(step.clone());
        is_new
    });
    // What is for no cause alone comes last.
    steps.sort_by_key(|step| step.cause.unwrap_or(usize::MAX));
    steps
}

/// The cause that a change of the template as a whole puts right, where it is the cause of nodes.
fn cause_of(kind: &StepKind, causes: &[CauseGroup]) -> Option<usize> {
    let StepKind::ChangeTemplate { changes, .. } = kind else {
        return None;
    };
    let keeps_off = |change: &TemplateChange| matches!(change, TemplateChange::KeepOff { .. });
    let ends_evictions =
        |change: &TemplateChange| matches!(change, TemplateChange::RemoveSeconds(_));
    let code = match changes.as_slice() {
        changes if changes.iter().all(keeps_off) => Code::VirtualNode,
        changes if changes.iter().all(ends_evictions) => Code::EvictedAgainAndAgain,
        _ => return None,
    };
    let mut codes = causes.iter().map(|g| g.reason.as_ref().map(Reason::code));
    codes.position(|of| of == Some(code))
}

/// The annotation that a touch sets; its value is the time, so that each touch changes it.
const TOUCHED: &str = "ds.kubectl/touched-at";

/// What makes the controller count anew, where a status is old for want of a sync that would do
/// nothing else.
fn resync(report: &EligibilityReport) -> Option<Step> {
    let status = report.status.as_ref().filter(|_| report.applied)?;
    let is_harmless = status.differences.iter().all(|difference| {
        matches!(
            difference.cause.code(),
            Code::StatusBehind
                | Code::TaintStartsNoSync
                | Code::FewerNodesStartNoSync
                | Code::DeletedNodeStartsNoSync
        )
    });
    if status.differences.is_empty() || !is_harmless || !report.causes.is_empty() {
        return None;
    }
    let ds = &report.daemon_set;
    let command = Command::kubectl(&["annotate", "daemonset"]).name(&ds.name)?;
    let command = command.namespace(&ds.namespace)?;
    let touched = format!("{TOUCHED}={}", report.basis.evaluated_at);
    let command = command.operand(&touched)?.with(&["--overwrite"]);
    Some(Step::new(StepKind::Resync, Some(command)))
}

/// The node to ask about where none is broken: one with a misscheduled pod, or where the
/// DaemonSet runs on no node, one that is nearest to running it.
fn nearest(report: &EligibilityReport) -> Option<&str> {
    if let Some(group) = misscheduled_groups(&report.nodes).first() {
        return group
            .nodes
            .first()
            .copied()
            .filter(|_| report.stuck.is_none());
    }
    let runs_here = |node: &NodeEligibility| node.should_run == Some(true);
    // A change of the template is all that there is to do.
    if report.nodes.iter().any(runs_here) || !report.template_steps.is_empty() {
        return None;
    }
    let groups = excluded(report);
    let nearest = groups.first()?;
    let is_awaited = |shared: &CommonReason| {
        let ends = shared.reason.ends_when();
        ends.is_some_and(|ends| !matches!(ends, EndsWhen::TakenOff | EndsWhen::PoolChanged))
    };
    let is_awaited = nearest.reasons.iter().all(is_awaited);
    nearest.nodes.first().copied().filter(|_| !is_awaited)
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
        let replace = replace_by_hand(one);
        let all = look.map(Step::look).into_iter().chain(explain);
        for step in all.chain(replace) {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    let orphans = report
        .orphans
        .iter()
        .filter(|orphan| orphan.needs_somebody());
    steps.extend(orphans.take(CAUSES).flat_map(Orphan::steps));
    steps
}

/// What replaces a pod of an older template that nothing else ever does.
fn replace_by_hand(one: &OnNode) -> Option<Step> {
    let is_outdated = one.reasons.iter().any(|r| r.code() == Code::PodOutdated);
    let is_by_hand = one.update_strategy == StrategyType::OnDelete && one.should_run == Some(true);
    let pod = one.pods.first().filter(|_| is_outdated && is_by_hand)?;
    let kind = StepKind::ReplacePod {
        pod: pod.name.clone(),
    };
    let command = of_pods(&one.daemon_set.namespace, "delete", &[&pod.name]);
    Some(Step::new(kind, command))
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
    let repair = container::repair(ds, reason, warning);
    let look = look_with(ds, reason, warning, node);
    // A warning may be a cause of its own.
    let of_warned = warning.and_then(|warned| look_into(ds, warned, node));
    let looks = look.into_iter().chain(of_warned).map(Step::look);
    let steps = looks.chain(self::repair(ds, reason, lacking));
    let room = room_on_node(reason, warning, node);
    steps.chain(repair).chain(room).collect()
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
    let is_dead = |node: &NodeEligibility| node.has(Code::NodeNotReady);
    let stuck = waits_for.iter().filter(|(_, node)| is_dead(node));
    let pods: Vec<&str> = stuck.map(|(pod, _)| *pod).collect();
    if pods.is_empty() {
        return None;
    }
    let command = of_pods(&report.daemon_set.namespace, "delete", &pods);
    let command = command.map(|command| command.with(&FORCE));
    Some(Step::new(
        StepKind::ForceDelete { pods: pods.len() },
        command,
    ))
}

/// What frees what a node lacks that evicts its pods, or doesn't take in their images. A rollout
/// has remedies of its own for the first.
fn room_on_node(reason: &Reason, warning: Option<&Reason>, node: &str) -> Option<Step> {
    let pull = container::pull(reason, warning).map(|(failure, _)| failure);
    let resource = match reason {
        _ if pull == Some(PullFailure::NoSpace) => DISK.to_owned(),
        Reason::PodFailed { said, .. } => match Evicted::of(said)? {
            Evicted::Low(resource) => resource,
            Evicted::UnderPressure("disk pressure") => DISK.to_owned(),
            Evicted::UnderPressure("memory pressure") => "memory".to_owned(),
            Evicted::UnderPressure(_) => return None,
        },
        _ => return None,
    };
    let command = (resource == DISK).then(|| prune_images(node)).flatten();
    Some(Step::new(StepKind::FreeNode { resource }, command))
}

/// The resource of a node's disk.
const DISK: &str = "ephemeral-storage";

/// Removes from a node the images that no container uses.
fn prune_images(node: &str) -> Option<Command> {
    let debug = Command::kubectl(&["debug"]).object("node", node)?;
    Some(debug.with(&[
        "-it",
        "--image=busybox",
        "--profile=sysadmin",
        "--",
        "chroot",
        "/host",
        "crictl",
        "rmi",
        "--prune",
    ]))
}

/// Deletes the pod of a node that should run none, where nothing else ever does.
fn delete_misscheduled(report: &EligibilityReport, node: &NodeEligibility) -> Option<Step> {
    let mut deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    let is_of_template = deciding.all(|reason| reason.owner().is_none());
    let stays = node.should_run == Some(false) && node.clears() == ClearsWhen::Never;
    let stays = stays && is_of_template;
    let pod = node.pods.first().filter(|_| stays && report.applied)?;
    let command = of_pods(&report.daemon_set.namespace, "delete", &[&pod.name]);
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
