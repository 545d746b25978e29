//! Which old pods a rollout replaces next.

use std::collections::HashMap;

use k8s_openapi::api::apps::v1::DaemonSetUpdateStrategy;

use crate::model::Pod;

use super::Inputs;
use super::choice::Choice;
use super::node_state::NodeState;
use super::strategy::{InvalidBudget, RolloutBudgets, updated_desired_node_counts};

/// What one call of `rollingUpdate` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollingUpdate<'a> {
    /// The resolved budgets.
    pub counts: RolloutBudgets,
    /// How much of the budget is in use: of `maxSurge` with surge, else of `maxUnavailable`.
    pub in_use: usize,
    /// Pods that are deleted, by name.
    pub delete: Choice<&'a str>,
    /// Nodes that get a second pod; none without surge.
    pub create: Choice<&'a str>,
}

impl RollingUpdate<'_> {
    /// What is left of `budget`, which has to be the one in use.
    #[must_use]
    pub fn free(&self, budget: i64) -> usize {
        free(budget, self.in_use)
    }
}

/// Why `rollingUpdate` does nothing at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollingUpdateError<'a> {
    /// A budget can't be resolved.
    #[error(transparent)]
    Budget(#[from] InvalidBudget),
    /// With surge: an old pod is on a node that no longer exists. It ends when the pod garbage
    /// collector has removed the pod.
    #[error("old pods are on nodes that don't exist: {}", .0.join(", "))]
    NodesGone(Vec<&'a str>),
}

/// A node that `rollingUpdate` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RolloutNode<'a> {
    /// The node's name.
    pub node: &'a str,
    /// Whether it should run a pod; `None` for a node that is gone.
    pub should_run: Option<bool>,
    /// Which pods it has.
    pub state: NodeState<'a>,
}

/// The nodes that `rollingUpdate` (1.37.1) looks at: those with pods, desired or
/// not, and desired ones without.
#[derive(Clone, Debug)]
pub struct RolloutNodes<'a> {
    /// Each of them, in no order.
    pub nodes: Vec<RolloutNode<'a>>,
    /// How many nodes should run a pod.
    pub desired: usize,
}

impl<'a> RolloutNodes<'a> {
    /// Looks at all nodes.
    #[must_use]
    pub fn new(inputs: &Inputs<'a>) -> Self {
        let mut should_run = HashMap::with_capacity(inputs.nodes.len());
        let mut nodes = Vec::with_capacity(inputs.nodes.len());
        let mut desired = 0;
        for node in inputs.nodes {
            let wanted = inputs.decide(node).should_run;
            desired += usize::from(wanted);
            should_run.insert(&*node.name, wanted);
            if wanted && inputs.pods.on(&node.name).is_empty() {
                nodes.push(RolloutNode {
                    node: &node.name,
                    should_run: Some(true),
                    state: NodeState::NoPod,
                });
            }
        }
        for (node, pods) in inputs.pods.nodes() {
            nodes.push(RolloutNode {
                node,
                should_run: should_run.get(node).copied(),
                state: NodeState::new(inputs, pods),
            });
        }
        Self { nodes, desired }
    }

    fn count(&self, counted: impl Fn(NodeState<'a>) -> bool) -> usize {
        self.nodes.iter().filter(|node| counted(node.state)).count()
    }
}

/// `rollingUpdate` (1.37.1). As upstream, the caller has to check that the strategy is
/// RollingUpdate ([`super::is_rolling_update`]).
///
/// # Errors
/// When a budget can't be resolved, or under surge an old pod's node is gone.
/// Nothing is done then.
pub fn rolling_update<'a>(
    inputs: &Inputs<'a>,
) -> Result<RollingUpdate<'a>, RollingUpdateError<'a>> {
    rolling_update_of(&RolloutNodes::new(inputs), inputs.strategy)
}

/// The same on nodes that were already evaluated.
///
/// # Errors
/// As [`rolling_update`].
pub fn rolling_update_of<'a>(
    nodes: &RolloutNodes<'a>,
    strategy: Option<&DaemonSetUpdateStrategy>,
) -> Result<RollingUpdate<'a>, RollingUpdateError<'a>> {
    let counts = updated_desired_node_counts(strategy, nodes.desired)?;
    if counts.max_surge == 0 {
        return Ok(without_surge(nodes, counts));
    }
    with_surge(nodes, counts)
}

/// Old pods that aren't available are deleted whatever the budget is, and use it; what is left of
/// it goes to available ones.
fn without_surge<'a>(nodes: &RolloutNodes<'a>, counts: RolloutBudgets) -> RollingUpdate<'a> {
    let mut allowed_replacement_pods = Vec::new();
    let mut candidate_pods_to_delete = Vec::new();
    for RolloutNode { state, .. } in &nodes.nodes {
        match state {
            NodeState::Old {
                old,
                available: false,
            } => allowed_replacement_pods.push(name(old)),
            NodeState::Old {
                old,
                available: true,
            } => candidate_pods_to_delete.push(name(old)),
            _ => {}
        }
    }
    let in_use = nodes.count(NodeState::is_unavailable);
    let free = free(counts.max_unavailable, in_use);
    RollingUpdate {
        counts,
        in_use,
        delete: Choice::capped([
            (allowed_replacement_pods, usize::MAX),
            (candidate_pods_to_delete, free),
        ]),
        create: Choice::default(),
    }
}

/// What a rollout with surge finds on its nodes, under the names of upstream's variables.
#[derive(Default)]
struct Surge<'a> {
    /// Replaced by an available pod, or unavailable on a node that should run none.
    old_pods_to_delete: Vec<&'a str>,
    /// Available on a node that should run none.
    should_not_run_pods_to_delete: Vec<&'a str>,
    /// Nodes whose old pod isn't available.
    allowed_new_nodes: Vec<&'a str>,
    /// Nodes whose old pod is available.
    candidate_new_nodes: Vec<&'a str>,
    gone: Vec<&'a str>,
}

impl<'a> Surge<'a> {
    fn add(&mut self, node: &'a str, should_run: Option<bool>, state: NodeState<'a>) {
        match state {
            NodeState::Both {
                old,
                new_available: true,
                ..
            } => self.old_pods_to_delete.push(name(old)),
            NodeState::Old { old, available } => match (should_run, available) {
                (None, _) => self.gone.push(node),
                (Some(false), false) => self.old_pods_to_delete.push(name(old)),
                (Some(false), true) => self.should_not_run_pods_to_delete.push(name(old)),
                (Some(true), false) => self.allowed_new_nodes.push(node),
                (Some(true), true) => self.candidate_new_nodes.push(node),
            },
            _ => {}
        }
    }
}

fn with_surge<'a>(
    nodes: &RolloutNodes<'a>,
    counts: RolloutBudgets,
) -> Result<RollingUpdate<'a>, RollingUpdateError<'a>> {
    let mut surge = Surge::default();
    for node in &nodes.nodes {
        surge.add(node.node, node.should_run, node.state);
    }
    if !surge.gone.is_empty() {
        surge.gone.sort_unstable();
        return Err(RollingUpdateError::NodesGone(surge.gone));
    }
    let in_use = nodes.count(NodeState::is_surging);
    // A pod on a node that should run none stays until enough other nodes have an available pod.
    let available = nodes.count(NodeState::counts_as_available);
    let spare = available.saturating_sub(counts.desired);
    let free = free(counts.max_surge, in_use);
    Ok(RollingUpdate {
        counts,
        in_use,
        delete: Choice::capped([
            (surge.old_pods_to_delete, usize::MAX),
            (surge.should_not_run_pods_to_delete, spare),
        ]),
        create: Choice::capped([
            (surge.allowed_new_nodes, usize::MAX),
            (surge.candidate_new_nodes, free),
        ]),
    })
}

fn name(pod: &Pod) -> &str {
    &pod.name
}

/// What is left of a budget; one below 0 has nothing left.
fn free(budget: i64, in_use: usize) -> usize {
    usize::try_from(budget).map_or(0, |budget| budget.saturating_sub(in_use))
}
