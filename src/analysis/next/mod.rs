//! What to do about a broken node, safest first: the read-only command that shows more, then
//! what repairs the cause.

mod look;

use crate::model::Command;

use super::attribute::AttributeKind;
use super::causes::{CauseGroup, is_broken, is_only_outdated, main_cause};
use super::eligibility::{DaemonSetRef, EligibilityReport};
use super::node::NodeEligibility;
use super::reason::Reason;
use super::refusal::Refusal;

pub use look::look_into;

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
    /// A ResourceQuota is made that allows pods of these scopes.
    MakeQuota,
    /// The ServiceAccount that the template names is made.
    MakeServiceAccount,
    /// The ServiceAccount may use SecurityContextConstraints that allow the pods.
    AllowConstraints,
    /// The template keeps to the nodes that have a label, as all healthy ones do.
    KeepTo {
        /// What the nodes are told by.
        kind: AttributeKind,
        /// The value of the nodes to keep to.
        value: String,
    },
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

/// What to do about the broken nodes of a DaemonSet, the largest groups first.
#[must_use]
pub fn steps(report: &EligibilityReport) -> Vec<Step> {
    let ds = &report.daemon_set;
    let mut steps: Vec<Step> = Vec::new();
    let broken = report.causes.iter().filter(|g| !is_only_outdated(g));
    for group in broken.clone().take(CAUSES) {
        steps.extend(steps_for(ds, group));
    }
    let findings = report.findings.iter();
    steps.extend(findings.flat_map(|finding| steps_for_reason(ds, finding, "")));
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

/// What to ask after a list of DaemonSets: about the `worst` of them.
#[must_use]
pub fn steps_for_list(worst: Option<&DaemonSetRef>) -> Vec<Step> {
    let why = worst.and_then(|ds| {
        let command = Command::own(&["why"]).name(&ds.name)?;
        command.namespace(&ds.namespace)
    });
    why.map(|command| Step::new(StepKind::Explain, Some(command)))
        .into_iter()
        .collect()
}

/// What to do about one node that is broken.
#[must_use]
pub fn steps_for_node(report: &EligibilityReport, node: &NodeEligibility) -> Vec<Step> {
    let ds = &report.daemon_set;
    if !is_broken(node) {
        return Vec::new();
    }
    let cause = main_cause(node).into_iter();
    cause
        .flat_map(|reason| steps_for_reason(ds, reason, &node.name))
        .collect()
}

/// What to do about one cause on one node.
#[must_use]
pub fn steps_for_reason(ds: &DaemonSetRef, reason: &Reason, node: &str) -> Vec<Step> {
    let look = look_into(ds, reason, node).map(Step::look);
    look.into_iter().chain(repair(ds, reason)).collect()
}

fn steps_for(ds: &DaemonSetRef, group: &CauseGroup) -> Vec<Step> {
    let (Some(reason), Some(node)) = (&group.reason, group.nodes.first()) else {
        return Vec::new();
    };
    let mut steps = steps_for_reason(ds, reason, node);
    steps.extend(keep_to(ds, group));
    steps
}

fn why(ds: &DaemonSetRef, node: &str) -> Option<Command> {
    let command = Command::own(&["why"]).name(&ds.name)?.name(node)?;
    command.namespace(&ds.namespace)
}

/// What repairs the cause itself.
fn repair(ds: &DaemonSetRef, reason: &Reason) -> Option<Step> {
    let Reason::FailedCreate {
        message,
        enforces_now: None,
        ..
    } = reason
    else {
        return None;
    };
    match Refusal::new(message) {
        Refusal::PodSecurity { level, .. } => {
            let command = Command::kubectl(&["label", "namespace"])
                .name(&ds.namespace)
                .map(|c| {
                    c.with(&[
                        "pod-security.kubernetes.io/enforce=privileged",
                        "--overwrite",
                    ])
                });
            Some(Step::new(StepKind::AllowInNamespace { level }, command))
        }
        Refusal::NoQuotaForScope { .. } => Some(Step::new(StepKind::MakeQuota, None)),
        Refusal::NoServiceAccount { name } => {
            let command = Command::kubectl(&["create", "serviceaccount"]).name(&name);
            let command = command.and_then(|c| c.namespace(&ds.namespace));
            Some(Step::new(StepKind::MakeServiceAccount, command))
        }
        Refusal::SecurityContextConstraints { .. } => {
            Some(Step::new(StepKind::AllowConstraints, None))
        }
        _ => None,
    }
}

/// An image that is for another system than the nodes of the group have.
fn keep_to(ds: &DaemonSetRef, group: &CauseGroup) -> Option<Step> {
    let system = [AttributeKind::OperatingSystem, AttributeKind::Architecture];
    let shared = group.shared.iter().find(|a| system.contains(&a.kind))?;
    let value = shared.others.clone()?;
    let label = match shared.kind {
        AttributeKind::OperatingSystem => "kubernetes.io/os",
        _ => "kubernetes.io/arch",
    };
    let patch =
        serde_json::json!({"spec": {"template": {"spec": {"nodeSelector": {label: value}}}}});
    let command = Command::kubectl(&["patch", "daemonset"])
        .name(&ds.name)
        .and_then(|c| c.namespace(&ds.namespace))
        .and_then(|c| {
            c.with(&["--type=merge"])
                .option(("-p", "--patch"), &patch.to_string())
        });
    let kind = StepKind::KeepTo {
        kind: shared.kind,
        value,
    };
    Some(Step::new(kind, command))
}
