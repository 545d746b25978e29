//! What would move a rollout, the least change first.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;

use crate::analysis::reason::Code;
use crate::engine::pods::available_at;
use crate::engine::rollout::int_or_percent::scaled_value_from_int_or_percent;
use crate::model::{Command, DaemonSet};

use super::freeing::{NOT_ENOUGH, Wanted, dead_nodes};
use super::ground::Ground;
use super::plan::{Blocker, Budget, BudgetKind, Holder};
use super::revision::history;

/// Which object a remedy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RemedyChanges {
    /// The DaemonSet.
    DaemonSet,
    /// A node: other workloads see it too.
    Node,
    /// A pod.
    Pod,
    /// Nothing: time does it.
    Nothing,
}

/// What would move a rollout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RolloutRemedy {
    /// What it changes.
    pub changes: RemedyChanges,
    /// What to do.
    pub text: String,
    /// The command that does it, where one can be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Command>,
    /// What it risks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
}

const WAIT_FOR_COLLECTION: &str =
    "wait for the pod garbage collector to remove the pods of nodes that don't exist";

/// The remedies for what holds the rollout up.
pub(super) fn remedies(
    ground: &Ground<'_>,
    blockers: &[Blocker],
    budget: Option<&Budget>,
) -> Vec<RolloutRemedy> {
    let mut list: Vec<_> = blockers
        .iter()
        .filter_map(|b| of_blocker(ground, b))
        .collect();
    let Some(budget) = budget else {
        return list;
    };
    let blocks = |code| blockers.iter().any(|b| b.code == code);
    // While no pod can be made, room in the budget moves nothing.
    let fails = blocks(Code::FailedCreate) || blocks(Code::NamespaceTerminating);
    if fails || !blocks(Code::BudgetExhausted) {
        return list;
    }
    let wanted = Wanted { ground, budget };
    list.extend(available_soon(&wanted));
    list.extend(collected_soon(&wanted));
    let terminating = budget.holders.iter();
    let terminating = terminating.filter(|h| h.reason == Code::PodTerminating);
    list.extend(terminating.filter_map(|holder| finalizers(ground, holder)));
    list.extend(dead_nodes(&wanted));
    let crashing = blocks(Code::ContainerWaiting);
    // Nor does a pod more that doesn't fit its node.
    if !blocks(Code::HostPortsUnderSurge) {
        list.extend(more_budget(ground, budget, crashing));
    }
    list.sort_by_key(|r| order(r.changes));
    list.dedup();
    list
}

/// Waiting is the least, then what touches one pod, one node, all pods.
const fn order(changes: RemedyChanges) -> usize {
    match changes {
        RemedyChanges::Nothing => 0,
        RemedyChanges::Pod => 1,
        RemedyChanges::Node => 2,
        RemedyChanges::DaemonSet => 3,
    }
}

pub(super) fn remedy(changes: RemedyChanges, text: impl Into<String>) -> RolloutRemedy {
    RolloutRemedy {
        changes,
        text: text.into(),
        command: None,
        risk: None,
    }
}

fn of_blocker(ground: &Ground<'_>, blocker: &Blocker) -> Option<RolloutRemedy> {
    match blocker.code {
        Code::FailedCreate => Some(remedy(
            RemedyChanges::Nothing,
            "let the creation of pods succeed: what refused it stands in the message; the controller tries again by itself",
        )),
        Code::GenerationNotObserved => Some(remedy(
            RemedyChanges::Nothing,
            "wait for the controller; if it stays so, see whether kube-controller-manager runs",
        )),
        Code::NodeGoneUnderSurge => Some(remedy(RemedyChanges::Nothing, WAIT_FOR_COLLECTION)),
        Code::ContainerWaiting => Some(undo(ground)),
        Code::HostPortsUnderSurge => Some(without_surge(ground)),
        _ => None,
    }
}

/// `kubectl rollout undo` needs a revision to go back to.
fn undo(ground: &Ground<'_>) -> RolloutRemedy {
    let ds = ground.ds();
    let history = history(ground.subject.snapshot, ds);
    if history.is_none_or(|h| h.old.is_empty()) {
        return remedy(RemedyChanges::DaemonSet, "mend the template");
    }
    let mut undo = remedy(
        RemedyChanges::DaemonSet,
        "mend the template, or go back to the revision before",
    );
    let command = Command::kubectl(&["rollout", "undo"]).object("daemonset", &ds.name);
    undo.command = command.and_then(|command| command.namespace(&ds.namespace));
    undo.risk = Some("all pods that were replaced already are replaced again".to_owned());
    undo
}

fn without_surge(ground: &Ground<'_>) -> RolloutRemedy {
    let mut without = remedy(
        RemedyChanges::DaemonSet,
        "maxSurge 0 and maxUnavailable 1: old pods go first, and leave their host ports",
    );
    without.command = patch_budgets(ground.ds(), r#""maxSurge":0,"maxUnavailable":1"#);
    without.risk = Some("each node is without the agent until its new pod is available".to_owned());
    without
}

/// The command that gives the rollout these budgets, the pairs of a JSON object.
fn patch_budgets(ds: &DaemonSet, pairs: &str) -> Option<Command> {
    let patch = format!(r#"{{"spec":{{"updateStrategy":{{"rollingUpdate":{{{pairs}}}}}}}}}"#);
    let command = Command::kubectl(&["patch", "daemonset"]).name(&ds.name)?;
    let command = command.namespace(&ds.namespace)?.with(&["--type=merge"]);
    command.option(("-p", "--patch"), &patch)
}

/// What the pods that only need time come to.
fn available_soon(wanted: &Wanted<'_>) -> Option<RolloutRemedy> {
    let ground = wanted.ground;
    let holders = wanted.budget.holders.iter();
    let waiting = holders.filter(|h| h.reason == Code::PodNotYetAvailable);
    let at = |holder: &Holder| {
        let mut pods = ground.pods_on(&holder.node).iter();
        let pod = pods.find(|p| Some(&*p.name) == holder.pod.as_deref())?;
        let time = available_at(pod, ground.inputs?.min_ready_seconds)?;
        Some((time, &*pod.name))
    };
    let mut soon: Vec<_> = waiting.filter_map(at).collect();
    soon.sort_unstable();
    let (first, pod) = soon.first()?;
    let says = |time| crate::words::time::at(time, ground.subject.snapshot.now);
    let enough = wanted.enough(&vec![false; soon.len()]);
    let freed = enough.and_then(|count| soon.get(count.checked_sub(1)?));
    let text = match (freed, soon.len()) {
        (Some(_), 1) => format!("wait: pod {pod} is available at {}", says(*first)),
        (Some((freed, _)), count) => format!(
            "wait: {count} pods become available, the first at {}; from {} on the budget has room",
            says(*first),
            says(*freed)
        ),
        (None, 1) => format!(
            "wait: pod {pod} is available at {}; {NOT_ENOUGH}",
            says(*first)
        ),
        (None, count) => format!(
            "wait: {count} pods become available, the first at {}; {NOT_ENOUGH}",
            says(*first)
        ),
    };
    Some(remedy(RemedyChanges::Nothing, text))
}

/// What the pods of nodes that are gone come to, which are removed without anybody's doing.
fn collected_soon(wanted: &Wanted<'_>) -> Option<RolloutRemedy> {
    let holders = wanted.budget.holders.iter();
    let gone = holders.filter(|h| h.reason == Code::NodeMissing).count();
    let enough = wanted.enough(&vec![false; gone]);
    let mut text = WAIT_FOR_COLLECTION.to_owned();
    if enough.is_none() {
        text.push_str(&format!("; {NOT_ENOUGH}"));
    }
    (gone > 0).then(|| remedy(RemedyChanges::Nothing, text))
}

fn finalizers(ground: &Ground<'_>, holder: &Holder) -> Option<RolloutRemedy> {
    let pods = ground.pods_on(&holder.node).iter();
    let mut pods = pods.filter(|p| Some(&*p.name) == holder.pod.as_deref());
    let pod = pods.find(|p| p.has_finalizers)?;
    let mut taken_off = remedy(
        RemedyChanges::Pod,
        format!(
            "let whoever put finalizers on pod {} finish, or take them off",
            pod.name
        ),
    );
    let command = Command::kubectl(&["patch", "pod"]).name(&pod.name);
    taken_off.command = command.and_then(|command| {
        let command = command.namespace(&pod.namespace)?;
        Some(command.with(&["--type=merge", "-p", r#"{"metadata":{"finalizers":null}}"#]))
    });
    taken_off.risk = Some("what the finalizer was for is left undone".to_owned());
    Some(taken_off)
}

/// The least budget under which another pod is replaced.
fn more_budget(ground: &Ground<'_>, budget: &Budget, crashing: bool) -> Option<RolloutRemedy> {
    let desired = ground.walk.as_ref()?.desired;
    let least = budget.used + 1;
    let field = match budget.of {
        BudgetKind::Unavailable => "maxUnavailable",
        BudgetKind::Surge => "maxSurge",
    };
    let percent = least_percent(least, desired)
        .map(|p| format!(", or {p}%"))
        .unwrap_or_default();
    let mut more = remedy(
        RemedyChanges::DaemonSet,
        format!("{field} {least}{percent}"),
    );
    more.command = patch_budgets(ground.ds(), &format!(r#""{field}":{least}"#));
    let mut risk = match budget.of {
        BudgetKind::Unavailable => format!(
            "{least} nodes may be without an available pod at once, and if those that hold the budget recover, as many good ones are replaced at a time"
        ),
        BudgetKind::Surge if least == 1 => "a node may run two pods at once".to_owned(),
        BudgetKind::Surge => format!("up to {least} nodes run two pods at once"),
    };
    if crashing {
        risk.push_str("; the next new pods may crash as well");
    }
    more.risk = Some(risk);
    Some(more)
}

/// The least percentage of `desired` nodes that comes to `count` of them.
fn least_percent(count: usize, desired: usize) -> Option<u32> {
    let count = i64::try_from(count).ok()?;
    (1..=100).find(|percent| {
        let value = IntOrString::String(format!("{percent}%"));
        scaled_value_from_int_or_percent(Some(&value), desired).is_ok_and(|n| n >= count)
    })
}
