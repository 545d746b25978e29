//! What would move a rollout, the least change first.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;

use crate::engine::rollout::int_or_percent::scaled_value_from_int_or_percent;
use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::{Node, Taint};
use crate::report::code::Code;

use super::ground::Ground;
use super::plan::{Blocker, Budget, BudgetKind, Holder};

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
    /// The command that does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What it risks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
}

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
    if !blockers.iter().any(|b| b.code == Code::BudgetExhausted) {
        return list;
    }
    for holder in &budget.holders {
        list.extend(of_holder(ground, holder));
    }
    list.extend(more_budget(ground, budget));
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

fn remedy(changes: RemedyChanges, text: impl Into<String>) -> RolloutRemedy {
    RolloutRemedy {
        changes,
        text: text.into(),
        command: None,
        risk: None,
    }
}

fn of_blocker(ground: &Ground<'_>, blocker: &Blocker) -> Option<RolloutRemedy> {
    let ds = ground.ds();
    match blocker.code {
        Code::FailedCreate => Some(remedy(
            RemedyChanges::Nothing,
            "let the creation of pods succeed: what refused it stands in the message; the controller tries again by itself",
        )),
        Code::GenerationNotObserved => Some(remedy(
            RemedyChanges::Nothing,
            "wait for the controller; if it stays so, see whether kube-controller-manager runs",
        )),
        Code::NodeGoneUnderSurge => Some(remedy(
            RemedyChanges::Nothing,
            "wait for the pod garbage collector to remove the pods of nodes that don't exist",
        )),
        Code::ContainerWaiting => {
            let mut undo = remedy(
                RemedyChanges::DaemonSet,
                "mend the template, or go back to the revision before",
            );
            undo.command = Some(format!(
                "kubectl rollout undo daemonset/{} -n {}",
                ds.name, ds.namespace
            ));
            undo.risk = Some("all pods that were replaced already are replaced again".to_owned());
            Some(undo)
        }
        _ => None,
    }
}

fn of_holder(ground: &Ground<'_>, holder: &Holder) -> Vec<RolloutRemedy> {
    match holder.reason {
        Code::NodeNotReady => dead_node(ground, holder),
        Code::PodNotYetAvailable => available_soon(ground, holder).into_iter().collect(),
        Code::PodTerminating => finalizers(ground, holder).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn available_soon(ground: &Ground<'_>, holder: &Holder) -> Option<RolloutRemedy> {
    let inputs = ground.inputs?;
    let pods = inputs.pods.on(&holder.node).iter();
    let pod = pods
        .copied()
        .find(|p| Some(&*p.name) == holder.pod.as_deref())?;
    let at = crate::engine::pods::available_at(pod, inputs.min_ready_seconds)?;
    Some(remedy(
        RemedyChanges::Nothing,
        format!(
            "wait: pod {} is available at {}",
            pod.name,
            crate::report::at(at, ground.subject.snapshot.now)
        ),
    ))
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
    taken_off.command = Some(format!(
        "kubectl patch pod {} -n {} --type=merge -p '{{\"metadata\":{{\"finalizers\":null}}}}'",
        pod.name, pod.namespace
    ));
    taken_off.risk = Some("what the finalizer was for is left undone".to_owned());
    Some(taken_off)
}

/// A pod on a dead node never goes by itself. Each way out, where it would
/// free the budget: not if a pod is made on the node again.
fn dead_node(ground: &Ground<'_>, holder: &Holder) -> Vec<RolloutRemedy> {
    let Some(node) = ground.node(&holder.node) else {
        return Vec::new();
    };
    let name = &node.name;
    let mut remedies = Vec::new();
    let mut delete = remedy(
        RemedyChanges::Node,
        format!("delete node {name}, if the machine is gone for good"),
    );
    delete.command = Some(format!("kubectl delete node {name}"));
    delete.risk = Some(
        "all pods of the node are removed from the API; if the machine still runs, so do their containers"
            .to_owned(),
    );
    remedies.push(delete);
    let out_of_service = "node.kubernetes.io/out-of-service";
    let terminating = ground.pods_on(name).iter().any(|p| p.is_deleting());
    if terminating || !runs_with_taint(ground, node, out_of_service) {
        let mut taint = remedy(
            RemedyChanges::Node,
            format!("taint node {name} out-of-service, if it is powered off"),
        );
        taint.command = Some(format!(
            "kubectl taint node {name} {out_of_service}=nodeshutdown:NoExecute"
        ));
        taint.risk = Some(
            "terminating pods of the node are removed by force and their volumes detached: data is lost if the machine still writes"
                .to_owned(),
        );
        remedies.push(taint);
    }
    let runs = ground.inputs.is_some_and(|i| i.decide(node).should_run);
    if let (Some(pod), false) = (&holder.pod, runs) {
        let mut force = remedy(
            RemedyChanges::Pod,
            format!(
                "force-delete pod {pod}; no other is made on the node, for it isn't eligible while it isn't ready"
            ),
        );
        force.command = Some(format!(
            "kubectl delete pod {pod} -n {} --force --grace-period=0",
            ground.ds().namespace
        ));
        force.risk = Some(
            "the pod's containers may still run, and run beside a new pod's when the node comes back"
                .to_owned(),
        );
        remedies.push(force);
    }
    remedies
}

/// Whether a pod would continue to run on the node under this taint.
fn runs_with_taint(ground: &Ground<'_>, node: &Node, key: &str) -> bool {
    let mut node = node.clone();
    node.taints.push(Taint {
        key: key.into(),
        value: "nodeshutdown".into(),
        effect: "NoExecute".into(),
        time_added: None,
    });
    let compiled: &CompiledDaemonSet = &ground.subject.compiled;
    node_should_run_daemon_pod(compiled, &node, &mut Ignore).should_continue_running
}

/// The least budget under which another pod is replaced.
fn more_budget(ground: &Ground<'_>, budget: &Budget) -> Option<RolloutRemedy> {
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
    let ds = ground.ds();
    more.command = Some(format!(
        "kubectl patch daemonset {} -n {} --type=merge -p '{{\"spec\":{{\"updateStrategy\":{{\"rollingUpdate\":{{\"{field}\":{least}}}}}}}}}'",
        ds.name, ds.namespace
    ));
    more.risk = Some(match budget.of {
        BudgetKind::Unavailable => format!(
            "{least} nodes may be without an available pod at once, and if those that hold the budget recover, as many good ones are replaced at a time"
        ),
        BudgetKind::Surge => format!("up to {least} nodes run two pods at once"),
    });
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
