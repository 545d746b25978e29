//! How many pods are replaced at once, how often, and how long that may take.

use std::collections::{HashMap, HashSet};

use crate::engine::pods::is_pod_ready;
use crate::engine::rollout::{
    BURST_REPLICAS, Inputs, NodeState, RollingUpdate, RolloutNode, RolloutNodes,
};

use super::analysis::RolloutAnalysis;
use super::plan::Lost;

/// Sizes and counts, never an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waves {
    /// Old pods that the rollout deletes and that are created again.
    pub replace: usize,
    /// Old pods that it deletes and that aren't created again; not part of `replace`.
    pub loses: usize,
    /// How many pods are replaced in the next call of rollingUpdate, if it is called.
    pub now: usize,
    /// How many are left after that.
    pub later: usize,
    /// How many of those are replaced in the syncs right after, without waiting for any pod: one
    /// sync handles no more than [`BURST_REPLICAS`].
    pub without_waiting: usize,
    /// How many of the others are replaced at once, when the previous ones are available.
    pub batch: usize,
    /// How many such batches there are.
    pub batches: usize,
    /// Eligible nodes without an available pod in the worst case.
    pub unavailable_at_worst: usize,
    /// How long it may take; absent where no pod shows how long it took to start, and where the
    /// rollout doesn't end by itself.
    pub estimate: Option<Estimate>,
}

impl Waves {
    /// The same for a rollout that doesn't end by itself: how long it takes can't be known.
    pub(super) fn without_end(self) -> Self {
        Self {
            estimate: None,
            ..self
        }
    }
}

/// An estimate of the time, from pods that started earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Seconds in all, if every batch takes as long as the median pod.
    pub seconds: i64,
    /// Seconds, if every batch takes as long as the 90th percentile.
    pub seconds_if_slow: i64,
    /// How many ready pods it is based on.
    pub pods: usize,
    /// The median of the seconds from creation to Ready.
    pub median: i64,
    /// The 90th percentile of the same.
    pub slow: i64,
    /// `minReadySeconds`, which every batch takes in addition.
    pub min_ready_seconds: i64,
    /// Nodes that use the budget now and are assumed to recover.
    pub holders: usize,
}

/// Sizes and counts; `None` when nothing is to be rolled or it can't be known.
pub(super) fn waves(analysis: &RolloutAnalysis<'_>, lost: &[Lost]) -> Option<Waves> {
    let rollout_nodes = analysis.rollout_nodes.as_ref()?;
    let update = analysis.update()?;
    let surge = update.counts.max_surge != 0;
    let rolled = rolled(analysis, rollout_nodes, surge);
    let all = rolled.len();
    // Under surge a pod on a node that should run none isn't part of the waves.
    if all == 0 {
        return None;
    }
    let (now, budget) = if surge {
        (update.create.count(), update.counts.max_surge)
    } else {
        let pods: HashSet<&str> = rolled.values().copied().collect();
        // Pods of nodes that are gone are deleted too, and aren't created again.
        let among = |names: &[&str]| names.iter().filter(|name| pods.contains(*name)).count();
        let picked = among(&update.delete.candidates).min(update.delete.take);
        let now = among(&update.delete.certain) + picked;
        (now, update.counts.max_unavailable)
    };
    let now = now.min(all);
    let creates = analysis.subject.controller.creates();
    // Where no pod is created, none becomes available for the next one.
    let (without_waiting, batch) = if creates {
        let batch = usize::try_from(budget).unwrap_or(0).min(all);
        (
            without_waiting(rollout_nodes, update, &rolled).min(all - now),
            batch,
        )
    } else {
        (0, 0)
    };
    let waiting = all - now - without_waiting;
    let batches = waiting
        .checked_div(batch)
        .map_or(0, |full| full + usize::from(!waiting.is_multiple_of(batch)));
    let lost: HashSet<&str> = lost.iter().map(|l| l.pod.as_str()).collect();
    let (replace, loses) = if creates {
        let loses = rolled.values().filter(|pod| lost.contains(*pod)).count();
        (all - loses, loses)
    } else {
        (0, if surge { 0 } else { now })
    };
    Some(Waves {
        replace,
        loses,
        now,
        later: all - now,
        without_waiting,
        batch,
        batches,
        unavailable_at_worst: unavailable_at_worst(
            analysis,
            &rolled,
            if surge { 0 } else { budget },
        ),
        // With a budget below 0 nothing is ever rolled.
        estimate: match batches + usize::from(now > 0) {
            0 => None,
            batches => estimate(analysis, batches),
        },
    })
}

/// By how much the budget exceeds what one sync handles: `syncNodes` (1.37.1) caps what one sync
/// deletes and creates, and the next sync doesn't wait for those pods.
fn without_waiting(
    rollout_nodes: &RolloutNodes<'_>,
    update: &RollingUpdate<'_>,
    rolled: &HashMap<&str, &str>,
) -> usize {
    let counts = update.counts;
    let (taken, budget) = if counts.max_surge == 0 {
        (update.delete.count(), counts.max_unavailable)
    } else {
        (update.create.count(), counts.max_surge)
    };
    if taken < BURST_REPLICAS {
        return 0;
    }
    let old = rollout_nodes.nodes.iter().filter_map(|v| match v.state {
        NodeState::Old { available, .. } if rolled.contains_key(v.node) => Some(available),
        _ => None,
    });
    let (available, unavailable): (Vec<bool>, Vec<bool>) = old.partition(|available| *available);
    let free = update.free(budget);
    (unavailable.len() + free.min(available.len())).saturating_sub(taken)
}

/// The old pods that the rolling update replaces or loses after manage has deleted its own, by
/// node. Under surge a pod on a node that should run none makes room for none.
fn rolled<'a>(
    analysis: &RolloutAnalysis<'a>,
    rollout_nodes: &RolloutNodes<'a>,
    surge: bool,
) -> HashMap<&'a str, &'a str> {
    let managed = analysis.managed.iter().map(|m| &m.delete.choice);
    let deleted = managed.flat_map(|c| c.certain.iter().chain(&c.candidates));
    let deleted: HashSet<&str> = deleted.map(|removal| removal.pod).collect();
    let old = |rollout_node: &RolloutNode<'a>| {
        let exists = analysis.node(rollout_node.node).is_some();
        let wanted = rollout_node.should_run == Some(true) || !surge && exists;
        let pods = analysis.pods_on(rollout_node.node).iter().copied();
        let left: Vec<_> = pods.filter(|pod| !deleted.contains(&*pod.name)).collect();
        match NodeState::new(&analysis.inputs?, &left) {
            NodeState::Old { old, .. } if wanted => Some((rollout_node.node, &*old.name)),
            _ => None,
        }
    };
    rollout_nodes.nodes.iter().filter_map(old).collect()
}

/// Eligible nodes without an available pod: those of now, plus as many old pods as the budget has
/// room for.
fn unavailable_at_worst(
    analysis: &RolloutAnalysis<'_>,
    rolled: &HashMap<&str, &str>,
    allowed: i64,
) -> usize {
    let rollout_nodes = analysis.rollout_nodes.iter().flat_map(|w| &w.nodes);
    let desired = rollout_nodes.filter(|v| v.should_run == Some(true));
    let is_without = |state: NodeState<'_>| match state {
        // A node counts by its old pod as long as that is available.
        NodeState::Both {
            new_available,
            old_available,
            ..
        } => !new_available && !old_available,
        state => state.is_unavailable(),
    };
    let (without, with): (Vec<&RolloutNode<'_>>, Vec<_>) =
        desired.partition(|v| is_without(v.state));
    let rolled = with.iter().filter(|v| rolled.contains_key(v.node)).count();
    let allowed = usize::try_from(allowed).unwrap_or(0);
    let now = without.len();
    now.max(allowed.min(now + rolled))
}

/// The time from creation to Ready of the ready pods.
fn start_times(inputs: &Inputs<'_>) -> Vec<i64> {
    let pods = inputs.pods.nodes().flat_map(|(_, pods)| pods.iter());
    let ready = pods.filter(|pod| !pod.is_deleting() && is_pod_ready(pod));
    let times = ready.filter_map(|pod| {
        let since = pod.ready.as_ref()?.last_transition?;
        Some(since.as_second() - pod.created?.as_second())
    });
    let mut times: Vec<_> = times.filter(|seconds| *seconds >= 0).collect();
    times.sort_unstable();
    times
}

fn estimate(analysis: &RolloutAnalysis<'_>, batches: usize) -> Option<Estimate> {
    let inputs = analysis.inputs?;
    let times = start_times(&inputs);
    let median = *times.get(times.len() / 2)?;
    let slow = *times.get((times.len() * 9 / 10).min(times.len() - 1))?;
    let wait = i64::from(inputs.min_ready_seconds.max(0));
    let batches = i64::try_from(batches).ok()?;
    Some(Estimate {
        seconds: batches * (median + wait),
        seconds_if_slow: batches * (slow + wait),
        pods: times.len(),
        median,
        slow,
        min_ready_seconds: wait,
        holders: analysis.update().map_or(0, |u| u.in_use),
    })
}
