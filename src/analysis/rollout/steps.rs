//! What the controller does next.

use crate::analysis::reason::Code;
use crate::engine::rollout::{
    Choice, DeletionCause, Managed, NodeState, PodDeletion, RollingUpdate,
};
use crate::model::Pod;

use super::analysis::RolloutAnalysis;
use super::plan::{Create, Delete, Manage, Next, Picked, Update};

/// What isn't limited by the budget; `is_started` where a change of the DaemonSet starts the
/// sync.
pub(super) fn manage(analysis: &RolloutAnalysis<'_>, is_started: bool) -> Option<Manage> {
    let managed = analysis.managed.as_ref()?;
    let create = &managed.create;
    let nodes = create.certain.iter().chain(&create.candidates);
    let mut create: Vec<_> = nodes
        .map(|node| Create {
            node: (*node).to_owned(),
            reason: create_reason(analysis.pods_on(node)),
        })
        .collect();
    create.sort_by(|a, b| a.node.cmp(&b.node));
    let mut delete = deletions(managed);
    for one in delete.iter_mut().filter(|_| !is_started) {
        one.awaits_sync = awaits_sync(analysis, one);
    }
    Some(Manage {
        create,
        delete,
        create_now: managed.create.count(),
        delete_at_least: managed.delete.at_least(),
        delete_at_most: managed.delete.at_most(),
    })
}

fn create_reason(pods: &[&Pod]) -> Code {
    match pods.first() {
        None => Code::PodMissing,
        Some(pod) if pod.is_deleting() => Code::PodTerminating,
        Some(pod) if &*pod.phase == "Succeeded" => Code::PodSucceeded,
        Some(_) => Code::PodFailed,
    }
}

fn deletions(managed: &Managed<'_>) -> Vec<Delete> {
    let choice = &managed.delete.choice;
    let certain = choice.certain.iter().map(|r| deletion(r, true));
    let candidates = choice.candidates.iter().map(|r| deletion(r, false));
    let failed = managed.delete.failed.iter().flat_map(|failed| {
        failed.candidates.iter().map(|pod| Delete {
            pod: (*pod).to_owned(),
            node: failed.node.to_owned(),
            reason: Code::PodFailed,
            certain: false,
            awaits_sync: false,
        })
    });
    let mut all: Vec<_> = certain.chain(candidates).chain(failed).collect();
    all.sort_by(|a, b| (&a.node, &a.pod).cmp(&(&b.node, &b.pod)));
    all
}

fn deletion(removal: &PodDeletion<'_>, certain: bool) -> Delete {
    let reason = match removal.cause {
        DeletionCause::Excluded => Code::NodeExcluded,
        DeletionCause::Succeeded => Code::PodSucceeded,
        DeletionCause::Excess => Code::DuplicatePods,
        DeletionCause::Replaced => Code::ReplacedUnderSurge,
        DeletionCause::NodeGone => Code::NodeMissing,
    };
    Delete {
        pod: removal.pod.to_owned(),
        node: removal.node.to_owned(),
        reason,
        certain,
        awaits_sync: false,
    }
}

/// Whether nothing about its node starts the sync that deletes it: `syncNodeUpdate` (1.37.1)
/// looks at bound pods alone, and the deletion of a node starts no sync.
fn awaits_sync(analysis: &RolloutAnalysis<'_>, delete: &Delete) -> bool {
    let by_node = matches!(delete.reason, Code::NodeExcluded | Code::NodeMissing);
    let mut pods = analysis.pods_on(&delete.node).iter();
    by_node && pods.all(|pod| pod.node_name.is_empty())
}

/// What rollingUpdate decides; nothing where it isn't called, fails, or the
/// strategy is another.
pub(super) fn update(analysis: &RolloutAnalysis<'_>) -> Option<Update> {
    analysis.rollout_nodes.as_ref()?;
    let update = analysis.update().map(|update| Update {
        delete: picked(&update.delete),
        create: picked(&update.create),
        unavailable: unavailable(analysis, update),
    });
    Some(update.unwrap_or_default())
}

/// Old pods that aren't available are replaced whatever the budget is.
fn unavailable(analysis: &RolloutAnalysis<'_>, update: &RollingUpdate<'_>) -> Vec<String> {
    let surges = update.counts.max_surge != 0;
    let rollout_nodes = analysis.rollout_nodes.iter().flat_map(|w| &w.nodes);
    let unavailable = rollout_nodes.filter_map(|v| match v.state {
        NodeState::Old {
            old,
            available: false,
        } if !surges || v.should_run == Some(true) => Some(old.name.to_string()),
        _ => None,
    });
    let mut pods: Vec<_> = unavailable.collect();
    pods.sort_unstable();
    pods
}

fn picked(choice: &Choice<&str>) -> Picked {
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect();
    Picked {
        certain: names(&choice.certain),
        candidates: names(&choice.candidates),
        take: choice.take,
    }
}

/// What the controller does next; `None` where it can't be known.
pub(super) fn next(analysis: &RolloutAnalysis<'_>) -> Option<Next> {
    let managed = analysis.managed.as_ref()?;
    if !managed.create.is_empty() || managed.delete.at_least() > 0 {
        return Some(Next::Manage);
    }
    let rollout_nodes = analysis.rollout_nodes.as_ref()?;
    let acts = |u: &RollingUpdate<'_>| !u.delete.is_empty() || !u.create.is_empty();
    if analysis.update().is_some_and(acts) {
        return Some(Next::Update);
    }
    // Only failed pods are left to manage, and a backoff may hold them.
    if managed.delete.at_most() > 0 {
        return Some(Next::Manage);
    }
    let is_left = |state: NodeState<'_>, should_run: Option<bool>| match state {
        NodeState::Updated { available, .. } => !available && should_run == Some(true),
        NodeState::NoPod => should_run == Some(true),
        NodeState::Old { .. } | NodeState::Both { .. } | NodeState::Excess => true,
    };
    let left = rollout_nodes
        .nodes
        .iter()
        .any(|v| is_left(v.state, v.should_run));
    Some(if left && !analysis.is_halted() {
        Next::Waiting
    } else {
        Next::None
    })
}
