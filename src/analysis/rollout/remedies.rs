//! What would move a rollout, the least change first.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;

use crate::analysis::creates::shows_refusal;
use crate::analysis::reason::{Code, Reason};
use crate::engine::rollout::int_or_percent::scaled_value_from_int_or_percent;
use crate::model::{Command, DaemonSet, Taint};

use super::analysis::RolloutAnalysis;
use super::drift::Drift;
use super::drift_remedies::ways_round;
use super::exhausted_budget::{ExhaustedBudget, excluded_pods, not_ready_nodes};
use super::plan::{Blocker, Budget, BudgetKind, Holder};
use super::revision::history;

/// Which object a remedy changes, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum RemedyChanges {
    /// Nothing: time does it.
    Nothing,
    /// A pod.
    Pod,
    /// A node: other workloads see it too.
    Node,
    /// The DaemonSet.
    DaemonSet,
}

/// What would move a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutRemedy {
    /// What to do.
    pub kind: RemedyKind,
    /// The command that does it, where one can be given.
    pub command: Option<Command>,
    /// What it risks.
    pub risk: Option<Risk>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemedyKind {
    /// Let the creation of pods succeed; the controller tries again by itself.
    LetCreatesSucceed,
    /// Wait for the controller to see the latest change.
    AwaitController,
    /// Wait for the pod garbage collector to remove pods of nodes that are gone.
    AwaitCollection {
        /// Whether that gives the budget room.
        is_enough: bool,
    },
    /// Wait for pods to have been ready for `minReadySeconds`.
    AwaitAvailability {
        /// The first to become available.
        pod: String,
        /// When it does.
        first: Timestamp,
        /// How many pods there are.
        pods: usize,
        /// From when on the budget has room; `None` if that alone isn't enough.
        enough: Option<Timestamp>,
    },
    /// Let the finalizers of a pod be done with, or take them off.
    ReleaseFinalizers {
        /// The pod.
        pod: String,
    },
    /// Delete pods that aren't available, on nodes that should run none.
    DeletePods {
        /// The pods.
        pods: Vec<String>,
        /// Their nodes.
        nodes: Targets,
    },
    /// Free what nodes that are under pressure have none left of.
    RelievePressure {
        /// The nodes.
        nodes: Vec<String>,
        /// The taint of the first one that stands for it.
        taint: Taint,
    },
    /// Force the deletion of pods on nodes that aren't ready.
    ForceDelete {
        /// The pods.
        pods: Vec<String>,
        /// Their nodes.
        nodes: Targets,
    },
    /// Delete nodes that aren't ready.
    DeleteNodes(Targets),
    /// Taint nodes that aren't ready out-of-service.
    TaintOutOfService(Targets),
    /// Take the label with the generation off pods that count as updated by it alone.
    RemoveGeneration {
        /// The pods.
        pods: Vec<String>,
    },
    /// Delete pods that only count as updated.
    DeleteOutdated {
        /// The pods.
        pods: Vec<String>,
    },
    /// Restart the DaemonSet, which gets a template generation that no pod carries.
    Restart {
        /// It.
        generation: i64,
    },
    /// Mend the template, or go back to the revision before where there is one.
    MendTemplate {
        /// Whether there is one.
        can_undo: bool,
    },
    /// Replace pods without making new ones beside the old.
    WithoutSurge,
    /// Raise the budget.
    RaiseBudget {
        /// Which one.
        of: BudgetKind,
        /// The least under which another pod is replaced.
        least: usize,
        /// The least percentage that comes to that.
        percent: Option<u32>,
    },
}

/// Objects any of which a remedy may be done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// Their names.
    pub names: Vec<String>,
    /// How many of them are enough; `None` if all of them are too few.
    pub enough: Option<usize>,
}

/// What a remedy risks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// All pods of the node are removed from the API, and their containers may run on.
    NodePodsRemoved,
    /// Volumes are detached from a machine that may still write.
    VolumesDetached,
    /// The pod's containers may still run, and run beside a new pod's.
    ContainersRunOn,
    /// No other pod is made on the node as long as it is excluded.
    NotMadeAgain,
    /// What the finalizer was for is left undone.
    FinalizerUndone,
    /// Pods that were replaced already are replaced again.
    ReplacedAgain,
    /// Every pod is replaced, those of the template too.
    AllReplaced,
    /// Each node is without the agent for a while.
    NodeWithoutPod,
    /// More nodes are replaced at once.
    MoreAtOnce {
        /// By which budget.
        of: BudgetKind,
        /// How many nodes.
        nodes: usize,
        /// The next new pods may crash as those that are there.
        may_crash: bool,
    },
}

impl RemedyKind {
    /// Which object it changes.
    #[must_use]
    pub const fn changes(&self) -> RemedyChanges {
        match self {
            Self::LetCreatesSucceed
            | Self::AwaitController
            | Self::AwaitCollection { .. }
            | Self::AwaitAvailability { .. } => RemedyChanges::Nothing,
            Self::ReleaseFinalizers { .. }
            | Self::ForceDelete { .. }
            | Self::DeletePods { .. }
            | Self::RemoveGeneration { .. }
            | Self::DeleteOutdated { .. } => RemedyChanges::Pod,
            Self::RelievePressure { .. } | Self::DeleteNodes(_) | Self::TaintOutOfService(_) => {
                RemedyChanges::Node
            }
            Self::MendTemplate { .. }
            | Self::WithoutSurge
            | Self::RaiseBudget { .. }
            | Self::Restart { .. } => RemedyChanges::DaemonSet,
        }
    }
}

/// A remedy that needs no command.
impl From<RemedyKind> for RolloutRemedy {
    fn from(kind: RemedyKind) -> Self {
        Self {
            kind,
            command: None,
            risk: None,
        }
    }
}

/// The remedies for what holds the rollout up, and for what it has passed over.
pub(super) fn remedies(
    analysis: &RolloutAnalysis<'_>,
    blockers: &[Blocker],
    budget: Option<&Budget>,
    drift: &[Drift],
) -> Vec<RolloutRemedy> {
    let mut list = of_blockers(analysis, blockers, budget);
    list.extend(ways_round(analysis, drift));
    list.sort_by_key(|r| r.kind.changes());
    list.dedup();
    list
}

fn of_blockers(
    analysis: &RolloutAnalysis<'_>,
    blockers: &[Blocker],
    budget: Option<&Budget>,
) -> Vec<RolloutRemedy> {
    let mut list: Vec<_> = blockers
        .iter()
        .filter_map(|b| of_blocker(analysis, b))
        .collect();
    let Some(budget) = budget else {
        return list;
    };
    let blocks = |code| blockers.iter().any(|b| b.code() == code);
    // While no pod can be made, room in the budget moves nothing.
    let fails = blockers.iter().any(Blocker::creates_fail);
    if fails || !blocks(Code::BudgetExhausted) {
        return list;
    }
    let exhausted = ExhaustedBudget { analysis, budget };
    list.extend(available_soon(&exhausted));
    list.extend(collected_soon(&exhausted));
    list.extend(excluded_pods(&exhausted));
    let terminating = budget.holders.iter();
    list.extend(terminating.filter_map(|holder| finalizers(analysis, holder)));
    list.extend(not_ready_nodes(&exhausted));
    let crashing = blocks(Code::ContainerWaiting);
    // Nor does a pod more that doesn't fit its node.
    if !blocks(Code::HostPortsUnderSurge) {
        list.extend(more_budget(analysis, budget, crashing));
    }
    list
}

fn of_blocker(analysis: &RolloutAnalysis<'_>, blocker: &Blocker) -> Option<RolloutRemedy> {
    match blocker.code() {
        Code::FailedCreate => Some(let_creates_succeed(analysis, blocker.reason())),
        Code::GenerationNotObserved | Code::NeverSynced => Some(RemedyKind::AwaitController.into()),
        Code::NodeGoneUnderSurge => Some(RemedyKind::AwaitCollection { is_enough: true }.into()),
        Code::ContainerWaiting => Some(undo(analysis)),
        Code::HostPortsUnderSurge => Some(without_surge(analysis)),
        Code::NodeUnderPressure => relieve_pressure(blocker),
        _ => None,
    }
}

/// The command shows what the refusal names.
fn let_creates_succeed(analysis: &RolloutAnalysis<'_>, reason: &Reason) -> RolloutRemedy {
    let command = match reason {
        Reason::FailedCreate { message, .. } => shows_refusal(message, &analysis.ds().namespace),
        _ => None,
    };
    RolloutRemedy {
        kind: RemedyKind::LetCreatesSucceed,
        command,
        risk: None,
    }
}

/// What uses the disk or the process ids is the node's to tell.
fn relieve_pressure(blocker: &Blocker) -> Option<RolloutRemedy> {
    let taint = blocker.reason().taint()?.clone();
    let nodes: Vec<_> = blocker.holders().map(|h| h.node.clone()).collect();
    Some(RolloutRemedy {
        command: Command::kubectl(&["describe", "node"]).names(nodes.iter().map(String::as_str)),
        kind: RemedyKind::RelievePressure { nodes, taint },
        risk: None,
    })
}

/// `kubectl rollout undo` needs a revision to go back to.
fn undo(analysis: &RolloutAnalysis<'_>) -> RolloutRemedy {
    let ds = analysis.ds();
    let history = history(analysis.subject.snapshot, ds);
    if history.is_none_or(|h| h.old.is_empty()) {
        return RemedyKind::MendTemplate { can_undo: false }.into();
    }
    let command = Command::kubectl(&["rollout", "undo"]).object("daemonset", &ds.name);
    RolloutRemedy {
        kind: RemedyKind::MendTemplate { can_undo: true },
        command: command.and_then(|command| command.namespace(&ds.namespace)),
        risk: Some(Risk::ReplacedAgain),
    }
}

fn without_surge(analysis: &RolloutAnalysis<'_>) -> RolloutRemedy {
    RolloutRemedy {
        kind: RemedyKind::WithoutSurge,
        command: patch_budgets(analysis.ds(), r#""maxSurge":0,"maxUnavailable":1"#),
        risk: Some(Risk::NodeWithoutPod),
    }
}

/// The command that gives the rollout these budgets, the pairs of a JSON object.
fn patch_budgets(ds: &DaemonSet, pairs: &str) -> Option<Command> {
    let patch = format!(r#"{{"spec":{{"updateStrategy":{{"rollingUpdate":{{{pairs}}}}}}}}}"#);
    let command = Command::kubectl(&["patch", "daemonset"]).name(&ds.name)?;
    let command = command.namespace(&ds.namespace)?.with(&["--type=merge"]);
    command.option(("-p", "--patch"), &patch)
}

/// What the pods that only need time come to.
fn available_soon(exhausted: &ExhaustedBudget<'_>) -> Option<RolloutRemedy> {
    let holders = exhausted.budget.holders.iter();
    let mut soon: Vec<_> = holders
        .filter_map(|holder| match &holder.reason {
            Reason::PodNotYetAvailable {
                pod,
                available_at: Some(time),
                ..
            } => Some((*time, pod)),
            _ => None,
        })
        .collect();
    soon.sort_unstable();
    let &(first, pod) = soon.first()?;
    let enough = exhausted.enough(&vec![false; soon.len()]);
    let freed = enough.and_then(|count| soon.get(count.checked_sub(1)?));
    let kind = RemedyKind::AwaitAvailability {
        pod: pod.clone(),
        first,
        pods: soon.len(),
        enough: freed.map(|(time, _)| *time),
    };
    Some(kind.into())
}

/// What the pods of nodes that are gone come to, which are removed without anybody's doing.
fn collected_soon(exhausted: &ExhaustedBudget<'_>) -> Option<RolloutRemedy> {
    let holders = exhausted.budget.holders.iter();
    let gone = holders.filter(|h| h.reason.code() == Code::NodeMissing);
    let gone = gone.count();
    let is_enough = exhausted.enough(&vec![false; gone]).is_some();
    (gone > 0).then(|| RemedyKind::AwaitCollection { is_enough }.into())
}

fn finalizers(analysis: &RolloutAnalysis<'_>, holder: &Holder) -> Option<RolloutRemedy> {
    let Reason::PodTerminating {
        pod, finalizers, ..
    } = &holder.reason
    else {
        return None;
    };
    if finalizers.is_empty() {
        return None;
    }
    let command = Command::kubectl(&["patch", "pod"]).name(&pod.name);
    let command = command.and_then(|command| command.namespace(&analysis.ds().namespace));
    let patch = ["--type=merge", "-p", r#"{"metadata":{"finalizers":null}}"#];
    Some(RolloutRemedy {
        kind: RemedyKind::ReleaseFinalizers {
            pod: pod.name.clone(),
        },
        command: command.map(|command| command.with(&patch)),
        risk: Some(Risk::FinalizerUndone),
    })
}

/// The least budget under which another pod is replaced.
fn more_budget(
    analysis: &RolloutAnalysis<'_>,
    budget: &Budget,
    may_crash: bool,
) -> Option<RolloutRemedy> {
    let desired = analysis.walk.as_ref()?.desired;
    let (of, least) = (budget.of, budget.used + 1);
    let pair = format!(r#""{}":{least}"#, of.field());
    Some(RolloutRemedy {
        kind: RemedyKind::RaiseBudget {
            of,
            least,
            percent: least_percent(least, desired),
        },
        command: patch_budgets(analysis.ds(), &pair),
        risk: Some(Risk::MoreAtOnce {
            of,
            nodes: least,
            may_crash,
        }),
    })
}

/// The least percentage of `desired` nodes that comes to `count` of them.
fn least_percent(count: usize, desired: usize) -> Option<u32> {
    let count = i64::try_from(count).ok()?;
    (1..=100).find(|percent| {
        let value = IntOrString::String(format!("{percent}%"));
        scaled_value_from_int_or_percent(Some(&value), desired).is_ok_and(|n| n >= count)
    })
}
