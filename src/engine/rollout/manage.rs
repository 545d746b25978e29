//! Which nodes need a pod, and which pods are deleted, whatever the rollout's budget is.

use std::collections::HashSet;

use serde::Serialize;

use crate::engine::pods::is_pod_ready;
use crate::model::{Node, Pod};

use super::Inputs;
use super::choice::{BURST_REPLICAS, Choice};
use super::strategy::allows_surge;

/// Why `manage` deletes a pod; failed ones are separate ([`FailedPods`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DeletionCause {
    /// The node is excluded and should keep no pod.
    Excluded,
    /// The pod's containers have succeeded.
    Succeeded,
    /// The node has another pod that stays.
    Excess,
    /// With surge: the pod is old, and no longer ready or replaced by an available one.
    Replaced,
    /// The pod was never scheduled, and its node doesn't exist.
    NodeGone,
}

/// One pod that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PodDeletion<'a> {
    /// The pod's name.
    pub pod: &'a str,
    /// The node that it is bound to or meant for.
    pub node: &'a str,
    /// Why.
    pub cause: DeletionCause,
}

impl<'a> PodDeletion<'a> {
    fn new(pod: &'a Pod, node: &'a str, cause: DeletionCause) -> Self {
        let pod = &pod.name;
        Self { pod, node, cause }
    }
}

/// The failed pods of one node: one of `candidates` is deleted, or none while the controller's
/// backoff (1 s to 15 min, known only to the controller) lasts. The deletion starts the backoff, so
/// it is never more than one per node and sync.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FailedPods<'a> {
    /// The node.
    pub node: &'a str,
    /// The names of the pods one of which is deleted; which one can't be predicted. A pod that
    /// isn't adopted yet isn't among them if the node has one of ours.
    pub candidates: Vec<&'a str>,
}

/// What is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deletions<'a> {
    /// What doesn't depend on the backoff. If `may_exceed_cap` is set, `take` is
    /// the least.
    pub choice: Choice<PodDeletion<'a>>,
    /// Nodes with failed pods, by name.
    pub failed: Vec<FailedPods<'a>>,
    /// Whether there are failed pods and, with one of each node, more pods than
    /// one call deletes: then nothing but the number is certain.
    pub may_exceed_cap: bool,
}

impl Deletions<'_> {
    /// The number of pods if the backoff delays all failed ones.
    #[must_use]
    pub fn at_least(&self) -> usize {
        if self.may_exceed_cap {
            return self.all().min(BURST_REPLICAS);
        }
        self.choice.count()
    }

    /// The number of pods if it delays none.
    #[must_use]
    pub fn at_most(&self) -> usize {
        let unheld = if self.may_exceed_cap {
            self.all()
        } else {
            self.choice.count()
        };
        (unheld + self.failed.len()).min(BURST_REPLICAS)
    }

    fn all(&self) -> usize {
        self.choice.certain.len() + self.choice.candidates.len()
    }
}

/// What one call of `manage` does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed<'a> {
    /// Nodes that get a pod.
    pub create: Choice<&'a str>,
    /// Pods that are deleted.
    pub delete: Deletions<'a>,
}

impl Managed<'_> {
    /// True when nothing is done, whatever the backoff; only then does the rolling update certainly
    /// follow in the same sync.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.create.is_empty() && self.delete.at_most() == 0
    }
}

/// The result of `podsShouldBeOnNode` (1.37.1) for one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodePods<'a> {
    /// The node gets a pod.
    pub needs_pod: bool,
    /// Pods that are certainly deleted.
    pub delete: Vec<PodDeletion<'a>>,
    /// Pods one of which is deleted unless the backoff delays it; see [`FailedPods`].
    pub failed: Vec<&'a str>,
}

/// `podsShouldBeOnNode` (1.37.1). `surge` is [`allows_surge`] of the strategy.
#[must_use]
pub fn pods_should_be_on_node<'a>(
    inputs: &Inputs<'a>,
    node: &'a Node,
    surge: bool,
) -> NodePods<'a> {
    let decision = inputs.decide(node);
    let pods = inputs.pods.on(&node.name);
    if decision.should_run && pods.is_empty() {
        return NodePods {
            needs_pod: true,
            ..NodePods::default()
        };
    }
    let staying = pods.iter().copied().filter(|pod| !pod.is_deleting());
    if !decision.should_continue_running {
        let excluded =
            staying.map(|pod| PodDeletion::new(pod, &node.name, DeletionCause::Excluded));
        return NodePods {
            delete: excluded.collect(),
            ..NodePods::default()
        };
    }
    let mut result = NodePods::default();
    let (mut failed, mut running) = (Vec::new(), Vec::new());
    for pod in staying {
        match &*pod.phase {
            "Failed" => failed.push(pod),
            "Succeeded" => {
                let removal = PodDeletion::new(pod, &node.name, DeletionCause::Succeeded);
                result.delete.push(removal);
            }
            _ => running.push(pod),
        }
    }
    result.failed = first_failed(&failed);
    // A failed or succeeded pod makes room at once only under surge.
    result.needs_pod = surge && running.is_empty() && decision.should_run;
    // They come in the order of `podByCreationTimestampAndPhase`.
    if surge {
        prune_with_surge(inputs, &node.name, &running, &mut result.delete);
    } else {
        let excess = running.iter().skip(1);
        result
            .delete
            .extend(excess.map(|pod| PodDeletion::new(pod, &node.name, DeletionCause::Excess)));
    }
    result
}

/// The failed pods that upstream may reach first: owned pods are listed before those that aren't
/// adopted yet.
fn first_failed<'a>(failed: &[&'a Pod]) -> Vec<&'a str> {
    let owned = failed.iter().any(|pod| pod.controller().is_some());
    let first = failed.iter().filter(|p| p.controller().is_some() == owned);
    let mut names: Vec<&str> = first.map(|pod| &*pod.name).collect();
    names.sort_unstable();
    names
}

/// Of `running`, the first new and the first old pod in the order of precedence stay, the old one
/// only while it is ready and the new one isn't available. New is decided by the hash alone here.
fn prune_with_surge<'a>(
    inputs: &Inputs<'a>,
    node: &'a str,
    running: &[&'a Pod],
    delete: &mut Vec<PodDeletion<'a>>,
) {
    if running.len() <= 1 {
        return;
    }
    let (mut new, mut old) = (None, None);
    for &pod in running {
        let hash = pod.labels.get("controller-revision-hash");
        let slot = if inputs.hash == Some(hash.unwrap_or_default()) {
            &mut new
        } else {
            &mut old
        };
        if slot.is_none() {
            *slot = Some(pod);
        } else {
            delete.push(PodDeletion::new(pod, node, DeletionCause::Excess));
        }
    }
    if let (Some(new), Some(old)) = (new, old)
        && (!is_pod_ready(old) || inputs.is_available(new))
    {
        delete.push(PodDeletion::new(old, node, DeletionCause::Replaced));
    }
}

/// `getUnscheduledPodsWithoutNode` (1.37.1): the garbage collector ignores pods that were never
/// bound. Those that are being deleted are deleted again.
#[must_use]
pub fn get_unscheduled_pods_without_node<'a>(inputs: &Inputs<'a>) -> Vec<PodDeletion<'a>> {
    let existing: HashSet<&str> = inputs.nodes.iter().map(|node| &*node.name).collect();
    let gone = inputs.pods.nodes().filter(|(n, _)| !existing.contains(n));
    gone.flat_map(|(node, pods)| {
        let unscheduled = pods.iter().filter(|pod| pod.node_name.is_empty());
        unscheduled.map(move |pod| PodDeletion::new(pod, node, DeletionCause::NodeGone))
    })
    .collect()
}

/// `manage` (1.37.1), which ignores the rollout's budget.
#[must_use]
pub fn manage<'a>(inputs: &Inputs<'a>) -> Managed<'a> {
    let surge = allows_surge(inputs.strategy);
    let (mut needing, mut delete, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for node in inputs.nodes {
        let on_node = pods_should_be_on_node(inputs, node, surge);
        if on_node.needs_pod {
            needing.push(&*node.name);
        }
        delete.extend(on_node.delete);
        if !on_node.failed.is_empty() {
            failed.push(FailedPods {
                node: &node.name,
                candidates: on_node.failed,
            });
        }
    }
    failed.sort_unstable();
    let unscheduled = get_unscheduled_pods_without_node(inputs);
    Managed {
        create: Choice::capped([(needing, usize::MAX)]),
        delete: deletions(delete, unscheduled, failed),
    }
}

fn deletions<'a>(
    on_nodes: Vec<PodDeletion<'a>>,
    unscheduled: Vec<PodDeletion<'a>>,
    failed: Vec<FailedPods<'a>>,
) -> Deletions<'a> {
    let all = on_nodes.len() + unscheduled.len();
    let may_exceed_cap = !failed.is_empty() && all + failed.len() > BURST_REPLICAS;
    if !may_exceed_cap {
        return Deletions {
            choice: Choice::capped([(on_nodes, usize::MAX), (unscheduled, usize::MAX)]),
            failed,
            may_exceed_cap,
        };
    }
    let mut candidates = on_nodes;
    candidates.extend(unscheduled);
    candidates.sort_unstable();
    Deletions {
        choice: Choice {
            certain: Vec::new(),
            take: BURST_REPLICAS.saturating_sub(failed.len()).min(all),
            candidates,
        },
        failed,
        may_exceed_cap,
    }
}
