//! What to do about a broken node, safest first: the read-only command that shows more, then
//! what repairs the cause.

mod container;
mod look;
mod repair;

use crate::model::Command;

use super::attribute::AttributeKind;
use super::causes::{
    CauseGroup, is_broken, is_only_outdated, main_cause, root_cause, warning, warning_among,
};
use super::eligibility::{DaemonSetRef, EligibilityReport};
use super::impact::Impact;
use super::node::NodeEligibility;
use super::on_node::{NodeReport, OnNode};
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::remedy::TemplateChange;
use super::rollout::plan::RolloutPlan;
use super::standing::Standing;

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

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It only reads, and shows more.
    Look,
    /// It asks this program about one node.
    Explain,
    /// It asks this program about the rollout.
    Plan,
    /// The namespace allows these pods.
    AllowInNamespace {
        /// The level that it enforces today.
        level: String,
    },
    /// A ResourceQuota is created that allows pods of the scope.
    CreateQuota,
    /// A ResourceQuota allows more.
    RaiseQuota {
        /// Its name.
        quota: String,
        /// What it would allow, as `RESOURCE=QUANTITY`.
        hard: Vec<String>,
    },
    /// The ServiceAccount that the template names is created.
    CreateServiceAccount,
    /// The ServiceAccount may use SecurityContextConstraints that allow the pods.
    AllowConstraints,
    /// One of two DaemonSets gets another host port.
    ChangePort {
        /// The one that both want.
        port: i32,
    },
    /// The DaemonSet that holds a host port is deleted.
    DeleteHolder {
        /// It.
        daemon_set: DaemonSetRef,
    },
    /// The template is changed in what holds for more than one pod.
    ChangeTemplate {
        /// What is changed.
        changes: Vec<TemplateChange>,
        /// What that does to all nodes; `None` where not all are known.
        impact: Option<Impact>,
        /// No pod restarts by itself.
        on_delete: bool,
    },
    /// The template keeps to the nodes that have a label, as all healthy ones do.
    KeepTo {
        /// What the nodes are told by.
        kind: AttributeKind,
        /// The value of the nodes to keep to.
        value: String,
    },
    /// A container that is killed for want of memory gets a higher limit.
    RaiseMemoryLimit {
        /// The container.
        container: String,
        /// Its limit in the template.
        limit: String,
        /// What it would be.
        raised: String,
    },
    /// A hostPath volume gets a path that the nodes have.
    ProvidePath {
        /// The one that they lack.
        path: String,
        /// What it has to be, such as `directory`.
        wanted: String,
    },
    /// A volume that one node can have at a time is replaced by one for all nodes.
    ShareVolume,
    /// The container gets a user that `runAsNonRoot` allows.
    SetUser,
    /// A path of the node is mounted as shared.
    ShareMount {
        /// The path.
        path: String,
    },
    /// The kubelets allow a sysctl.
    AllowSysctl {
        /// The sysctl.
        name: String,
    },
    /// The registry lets more be pulled.
    RaisePullLimit,
}

impl Step {
    fn new(kind: StepKind, command: Option<Command>) -> Self {
        Self { kind, command }
    }

    fn look(command: Command) -> Self {
        Self::new(StepKind::Look, Some(command))
    }
}

/// Of how many causes the steps are told.
const CAUSES: usize = 3;

impl StepKind {
    /// Its name, as it is published.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Look => "Look",
            Self::Explain => "Explain",
            Self::Plan => "Plan",
            Self::AllowInNamespace { .. } => "AllowInNamespace",
            Self::CreateQuota => "CreateQuota",
            Self::RaiseQuota { .. } => "RaiseQuota",
            Self::CreateServiceAccount => "CreateServiceAccount",
            Self::AllowConstraints => "AllowConstraints",
            Self::ChangePort { .. } => "ChangePort",
            Self::DeleteHolder { .. } => "DeleteHolder",
            Self::ChangeTemplate { .. } => "ChangeTemplate",
            Self::KeepTo { .. } => "KeepTo",
            Self::RaiseMemoryLimit { .. } => "RaiseMemoryLimit",
            Self::ProvidePath { .. } => "ProvidePath",
            Self::ShareVolume => "ShareVolume",
            Self::SetUser => "SetUser",
            Self::ShareMount { .. } => "ShareMount",
            Self::AllowSysctl { .. } => "AllowSysctl",
            Self::RaisePullLimit => "RaisePullLimit",
        }
    }
}

/// What to do about the nodes of a report that are broken, the largest groups first.
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

/// What to ask after a list of DaemonSets: about the first of those that are `troubled`.
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

/// What to look at, and what to ask, about the DaemonSets of a node that aren't as they should
/// be, the worst first.
#[must_use]
pub fn steps_for_on_node(report: &NodeReport) -> Vec<Step> {
    let sets = report.on_node.daemon_sets.iter();
    let is_troubled = |one: &&OnNode| one.standing() <= Standing::NeedsAttention;
    let mut troubled: Vec<_> = sets.filter(is_troubled).collect();
    troubled.sort_by_key(|one| (one.standing(), !one.is_node_critical));
    let mut steps: Vec<Step> = Vec::new();
    for one in troubled.into_iter().take(CAUSES) {
        let cause = root_cause(&one.reasons).filter(|_| one.standing() == Standing::Broken);
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
    let mut reasons = node.reasons.iter();
    let cause = match is_broken(node) {
        true => main_cause(node),
        false => reasons.find(|reason| reason.code() == Code::RestartsAgainAndAgain),
    };
    let steps = cause.into_iter().flat_map(|reason| {
        let warning = warning(node, reason);
        steps_for_cause(ds, reason, warning, &node.name, 1)
    });
    steps.chain(report.template_steps.iter().cloned()).collect()
}

/// The same with what is warned of the pod that the cause is about.
fn steps_for_cause(
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
    steps.chain(repair).collect()
}

/// What shows more of a cause together with what is warned of its pod.
fn look_with(
    ds: &DaemonSetRef,
    reason: &Reason,
    warning: Option<&Reason>,
    node: &str,
) -> Option<Command> {
    let told = container::look(ds, reason, warning, node);
    told.or_else(|| look_into(ds, reason, node))
}

/// What to do about one cause on one node, where `lacking` nodes lack a pod.
#[must_use]
pub fn steps_for_reason(
    ds: &DaemonSetRef,
    reason: &Reason,
    node: &str,
    lacking: usize,
) -> Vec<Step> {
    let look = look_into(ds, reason, node).map(Step::look);
    let repair = repair(ds, reason, lacking);
    look.into_iter().chain(repair).collect()
}

/// What shows more of what keeps a DaemonSet from being clean, where nothing is to be rolled;
/// nothing that a remedy of the plan says.
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
