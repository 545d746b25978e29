//! How to unblock a rollout, safest first.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Value, json};

use crate::analysis::commands::{of_daemon_set, of_pods, patch_daemon_set};
use crate::analysis::next::{look_into, repair};
use crate::analysis::reason::{self, Code, PullFailure, Reason, Shortage};
use crate::engine::rollout::int_or_percent::scaled_value_from_int_or_percent;
use crate::model::{Command, DaemonSet, Node, host_ports};

use super::analysis::RolloutAnalysis;
use super::change::{ChangeKind, RolloutChange};
use super::drift::Drift;
use super::drift_remedies::workarounds;
use super::exhausted_budget::{ExhaustedBudget, excluded_pods, not_ready_nodes};
use super::plan::{Blocker, Budget, BudgetHolder, OldPod};
use super::pods::old_templates;
use super::remedy::{RemedyChanges, RemedyKind, Risk, RolloutRemedy};
use super::revision::history;
use super::state::fail_on_all_nodes;

/// The remedies for what blocks the rollout, and for the pods that it skips.
pub(super) fn remedies(
    analysis: &RolloutAnalysis<'_>,
    held_up: (&[Blocker], Option<&Budget>),
    drift: &[Drift],
    change: Option<&RolloutChange>,
) -> Vec<RolloutRemedy> {
    let mut list = of_blockers(analysis, held_up, change);
    list.extend(before_undo(analysis, change));
    list.extend(workarounds(analysis, drift));
    // The sort is stable: equally safe remedies keep their order.
    list.sort_by_key(|r| r.kind.safety());
    list.dedup();
    list
}

fn of_blockers(
    analysis: &RolloutAnalysis<'_>,
    (blockers, budget): (&[Blocker], Option<&Budget>),
    change: Option<&RolloutChange>,
) -> Vec<RolloutRemedy> {
    let mut list: Vec<_> = blockers
        .iter()
        .filter_map(|b| of_blocker(analysis, b, change))
        .collect();
    let is_of_template = |b: &&Blocker| match b.code() {
        Code::ContainerWaiting => true,
        Code::PodUnschedulable => change.is_none() && wants_new_port(analysis, b.reason()),
        _ => false,
    };
    let failing: Vec<_> = blockers.iter().filter(is_of_template).collect();
    let desired = || Some(analysis.rollout_nodes.as_ref()?.desired);
    let all_fail = || change.is_none() && fail_on_all_nodes(blockers, budget, desired());
    if !failing.is_empty() || all_fail() {
        list.push(undo(analysis, &failing));
    }
    let refused = blockers.iter().map(Blocker::reason);
    let repairs = refused.flat_map(|reason| repairs(analysis, reason));
    // Where a manifest is to be applied, the next apply would bring back what a patch changed.
    let is_apply = change.is_some_and(|change| change.kind == ChangeKind::Apply);
    list.extend(repairs.map(|remedy| match remedy.kind.changes() {
        RemedyChanges::DaemonSet if is_apply => remedy.kind.into(),
        _ => remedy,
    }));
    let Some(budget) = budget else {
        return list;
    };
    let blocks = |code| blockers.iter().any(|b| b.code() == code);
    // While no pod can be created, more budget doesn't help.
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
    // Nor does a pod more that doesn't fit its node, or fails as the others do.
    let fails = blockers.iter().any(|b| fails_everywhere(b.reason()));
    if !fails && !blocks(Code::HostPortsUnderSurge) {
        list.extend(more_budget(analysis, budget, crashing));
    }
    list
}

fn of_blocker(
    analysis: &RolloutAnalysis<'_>,
    blocker: &Blocker,
    change: Option<&RolloutChange>,
) -> Option<RolloutRemedy> {
    match blocker.code() {
        Code::FailedCreate => Some(let_creates_succeed(analysis, blocker.reason())),
        Code::GenerationNotObserved | Code::NeverSynced => Some(await_controller(blocker.reason())),
        Code::NodeGoneUnderSurge => Some(RemedyKind::AwaitCollection { is_enough: true }.into()),
        Code::HostPortsUnderSurge => Some(without_surge(analysis, change)),
        Code::NodeUnderPressure => relieve_pressure(blocker),
        _ => None,
    }
}

/// The command shows what is wrong with it, or whether it runs.
fn await_controller(reason: &Reason) -> RolloutRemedy {
    let broken = match reason {
        Reason::GenerationNotObserved { manager, .. } => manager.as_ref(),
        _ => None,
    };
    let command = match broken {
        Some(manager) if manager.restarted => Command::kubectl(&["logs"])
            .name(&manager.pod)
            .map(|command| command.with(&["-n", "kube-system", "--previous"])),
        Some(manager) => Command::kubectl(&["describe", "pod"])
            .name(&manager.pod)
            .map(|command| command.with(&["-n", "kube-system"])),
        None => Some(Command::kubectl(&[
            "get",
            "pods",
            "-n",
            "kube-system",
            "-l",
            "component=kube-controller-manager",
        ])),
    };
    RolloutRemedy {
        kind: RemedyKind::AwaitController {
            pod: broken.map(|manager| manager.pod.clone()),
        },
        command,
        risk: None,
    }
}

/// The command shows what the refusal names.
fn let_creates_succeed(analysis: &RolloutAnalysis<'_>, reason: &Reason) -> RolloutRemedy {
    RolloutRemedy {
        kind: RemedyKind::LetCreatesSucceed,
        command: look_into(&analysis.subject.reference(), reason, ""),
        risk: None,
    }
}

/// How many nodes should run a pod and have none; at least one, the one that was reported.
fn lacking(analysis: &RolloutAnalysis<'_>) -> usize {
    let Some(inputs) = analysis.inputs else {
        return 1;
    };
    let nodes = analysis.nodes.unwrap_or_default().iter();
    let lacks =
        |node: &&Node| inputs.decide(node).should_run && analysis.pods_on(&node.name).is_empty();
    nodes.filter(lacks).count().max(1)
}

fn repairs(analysis: &RolloutAnalysis<'_>, reason: &Reason) -> Vec<RolloutRemedy> {
    // Only a quota that is raised has to hold all of them.
    let lacking = match reason.code() {
        Code::FailedCreate => lacking(analysis),
        _ => 1,
    };
    let steps = repair(&analysis.subject.reference(), reason, lacking);
    let remedies = steps.into_iter().map(|step| RolloutRemedy {
        kind: RemedyKind::Repair(step.kind),
        command: step.command,
        risk: None,
    });
    remedies.collect()
}

/// What uses the disk or the process IDs only the node can tell.
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
fn undo(analysis: &RolloutAnalysis<'_>, failing: &[&Blocker]) -> RolloutRemedy {
    let ds = analysis.ds();
    let holders = failing.iter().flat_map(|blocker| blocker.holders());
    let nodes: Vec<String> = holders.map(|holder| holder.node.clone()).collect();
    let history = history(analysis.subject.snapshot, ds);
    if history.is_none_or(|h| h.old.is_empty()) {
        let can_undo = false;
        return RemedyKind::FixTemplate { nodes, can_undo }.into();
    }
    RolloutRemedy {
        kind: RemedyKind::FixTemplate {
            nodes,
            can_undo: true,
        },
        command: of_daemon_set(ds, &["rollout", "undo"]),
        risk: Some(Risk::ReplacedAgain),
    }
}

/// Whether other nodes' pods of the template come to nothing for the same cause: it is the
/// template's own.
fn fails_everywhere(reason: &Reason) -> bool {
    let is_daemon_sets = |holder: &reason::ResourceHolder| holder.daemon_set().is_some();
    match reason {
        Reason::PodUnschedulable { lacks, .. } => lacks.iter().any(
            |lack| matches!(lack, Shortage::Port { holders, .. } if holders.iter().any(is_daemon_sets)),
        ),
        Reason::ContainerWaiting { .. } => matches!(
            reason.pull_failure(),
            Some(PullFailure::NotFound | PullFailure::InvalidName)
        ),
        _ => false,
    }
}

/// Whether a pod lacks a host port that the templates before didn't want.
fn wants_new_port(analysis: &RolloutAnalysis<'_>, reason: &Reason) -> bool {
    let Reason::PodUnschedulable { lacks, .. } = reason else {
        return false;
    };
    let ports = lacks.iter().filter_map(|lack| match lack {
        Shortage::Port { port, .. } => Some(*port),
        _ => None,
    });
    let mut ports = ports.peekable();
    if ports.peek().is_none() {
        return false;
    }
    let before = old_templates(analysis.subject.snapshot, analysis.ds());
    let before: Vec<_> = before.iter().flat_map(host_ports).collect();
    ports.any(|port| before.iter().all(|wanted| wanted.port.port != port))
}

/// What an undo needs where its revision has duplicates: the pods would get its label and stay.
fn before_undo(
    analysis: &RolloutAnalysis<'_>,
    change: Option<&RolloutChange>,
) -> Option<RolloutRemedy> {
    let number = change?.to_revision?;
    let history = history(analysis.subject.snapshot, analysis.ds())?;
    let same = history.kept().chain(history.duplicates.iter().copied());
    let others: Vec<String> = same
        .filter(|revision| revision.revision != number)
        .map(|revision| revision.name.to_string())
        .collect();
    if others.is_empty() {
        return None;
    }
    let command = Command::kubectl(&["delete", "controllerrevision"]);
    let command = command.names(others.iter().map(String::as_str));
    Some(RolloutRemedy {
        command: command.and_then(|command| command.namespace(&analysis.ds().namespace)),
        kind: RemedyKind::DeleteDuplicates { revisions: others },
        risk: None,
    })
}

/// Where a manifest asks for surge, the next apply would bring it back.
fn without_surge(analysis: &RolloutAnalysis<'_>, change: Option<&RolloutChange>) -> RolloutRemedy {
    let in_manifest = change.is_some_and(|change| change.kind == ChangeKind::Apply);
    let patch = || patch_budgets(analysis.ds(), &json!({"maxSurge": 0, "maxUnavailable": 1}));
    RolloutRemedy {
        kind: RemedyKind::WithoutSurge { in_manifest },
        command: if in_manifest { None } else { patch() },
        risk: Some(Risk::NodeWithoutPod),
    }
}

/// The command that gives the rollout these budgets.
fn patch_budgets(ds: &DaemonSet, budgets: &Value) -> Option<Command> {
    let patch = json!({"spec": {"updateStrategy": {"rollingUpdate": budgets}}});
    patch_daemon_set((&ds.namespace, &ds.name), &patch)
}

/// The remedy for pods that only need time.
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

/// The remedy for pods of nodes that are gone, which are removed without intervention.
fn collected_soon(exhausted: &ExhaustedBudget<'_>) -> Option<RolloutRemedy> {
    let holders = exhausted.budget.holders.iter();
    let gone = holders.filter(|h| h.reason.code() == Code::NodeMissing);
    let gone = gone.count();
    let is_enough = exhausted.enough(&vec![false; gone]).is_some();
    (gone > 0).then(|| RemedyKind::AwaitCollection { is_enough }.into())
}

fn finalizers(analysis: &RolloutAnalysis<'_>, holder: &BudgetHolder) -> Option<RolloutRemedy> {
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
    let patch = ["-p", r#"{"metadata":{"finalizers":null}}"#];
    Some(RolloutRemedy {
        kind: RemedyKind::ReleaseFinalizers {
            pod: pod.name.clone(),
        },
        command: command.map(|command| command.with(&patch)),
        risk: Some(Risk::FinalizerUndone),
    })
}

/// The smallest budget with which another pod is replaced.
fn more_budget(
    analysis: &RolloutAnalysis<'_>,
    budget: &Budget,
    may_crash: bool,
) -> Option<RolloutRemedy> {
    let desired = analysis.rollout_nodes.as_ref()?.desired;
    let (of, least) = (budget.of, budget.used + 1);
    Some(RolloutRemedy {
        kind: RemedyKind::RaiseBudget {
            of,
            least,
            percent: least_percent(least, desired),
            holders: budget.holders.iter().map(|h| h.node.clone()).collect(),
        },
        command: patch_budgets(analysis.ds(), &json!({of.field(): least})),
        risk: Some(Risk::MoreAtOnce {
            of,
            nodes: least,
            may_crash,
        }),
    })
}

/// The smallest percentage of `desired` nodes that resolves to `count`.
fn least_percent(count: usize, desired: usize) -> Option<u32> {
    let count = i64::try_from(count).ok()?;
    (1..=100).find(|percent| {
        let value = IntOrString::String(format!("{percent}%"));
        scaled_value_from_int_or_percent(Some(&value), desired).is_ok_and(|n| n >= count)
    })
}

/// How to replace old pods under OnDelete, where another one is created.
pub(super) fn by_hand(
    analysis: &RolloutAnalysis<'_>,
    old: &[OldPod],
    after_change: bool,
) -> Vec<RolloutRemedy> {
    let ds = analysis.ds();
    let mut replaced = old.iter().filter(|pod| pod.is_recreated());
    let (Some(first), true) = (replaced.next(), ds.is_on_delete()) else {
        return Vec::new();
    };
    let one = RolloutRemedy {
        kind: RemedyKind::ReplaceByHand { after_change },
        command: of_pods(&ds.namespace, "delete", &[&first.pod]),
        risk: None,
    };
    let all = replaced.next().map(|_| RolloutRemedy {
        kind: RemedyKind::ReplaceAllByHand,
        command: delete_all(ds),
        risk: Some(Risk::NodeWithoutPod),
    });
    let switch = (!after_change).then(|| switch_to_rolling(ds, old));
    let all = switch.into_iter().chain(all);
    std::iter::once(one).chain(all).collect()
}

/// The defaults of the budgets, one node at a time, come with it.
fn switch_to_rolling(ds: &DaemonSet, old: &[OldPod]) -> RolloutRemedy {
    let patch = json!({"spec": {"updateStrategy": {"type": "RollingUpdate"}}});
    let replaced = old.iter().filter(|pod| pod.is_recreated()).count();
    RolloutRemedy {
        kind: RemedyKind::SwitchToRollingUpdate {
            replaced,
            lost: old.len() - replaced,
        },
        command: patch_daemon_set((&ds.namespace, &ds.name), &patch),
        risk: Some(Risk::RollsByItself),
    }
}

/// Deletes the pods that `-o name` prints.
fn delete_all(ds: &DaemonSet) -> Option<Command> {
    let delete = Command::of(&["xargs", "kubectl", "delete"]).namespace(&ds.namespace)?;
    let names = Command::own(&["plan"])
        .name(&ds.name)?
        .namespace(&ds.namespace)?;
    Some(names.with(&["-o", "name"]).piped_to(delete))
}
