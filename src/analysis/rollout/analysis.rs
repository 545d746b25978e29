//! The engine's answers that the parts of a plan use, each computed once.

use std::collections::HashMap;

use crate::analysis::controller::Controller;
use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::pod::DaemonPod;
use crate::engine::pods::is_pod_updated;
use crate::engine::rollout::{
    Choice, Inputs, Managed, RollingUpdate, RollingUpdateError, RolloutNodes, allows_surge,
    is_rolling_update, manage, rolling_update_of,
};
use crate::model::{DaemonSet, Node, Pod};

/// The engine's answers about one DaemonSet. What can't be known is `None`.
pub(super) struct RolloutAnalysis<'a> {
    pub(super) subject: &'a DaemonSetAnalysis<'a>,
    pub(super) nodes: Option<&'a [Node]>,
    by_name: HashMap<&'a str, &'a Node>,
    pub(super) inputs: Option<Inputs<'a>>,
    pub(super) managed: Option<Managed<'a>>,
    pub(super) rollout_nodes: Option<RolloutNodes<'a>>,
    pub(super) rolling: Option<Result<RollingUpdate<'a>, RollingUpdateError<'a>>>,
}

/// A node with its pods.
pub(super) struct PodsOfNode<'a> {
    pub(super) node: &'a str,
    /// `None` where the node couldn't be read.
    pub(super) should_run: Option<bool>,
    /// The one that counts first.
    pub(super) pods: &'a [&'a Pod],
}

impl<'a> RolloutAnalysis<'a> {
    pub(super) fn new(subject: &'a DaemonSetAnalysis<'a>) -> Self {
        let nodes = subject.snapshot.nodes.as_deref();
        let context = subject.context;
        let inputs = subject.inputs();
        let acts = !subject.is_halted();
        let rolls = acts && is_rolling_update(strategy(subject.ds));
        // Without surge manage doesn't look at which pods are new.
        let managed = inputs
            .filter(|i| context.revisions_known || !allows_surge(i.strategy))
            .map(|i| managed(&i, subject.controller));
        let rollout_nodes = inputs
            .filter(|_| context.revisions_known)
            .map(|i| RolloutNodes::new(&i));
        let rolling = rollout_nodes
            .as_ref()
            .filter(|_| rolls)
            .map(|rollout_nodes| rolling_update_of(rollout_nodes, strategy(subject.ds)))
            .map(|rolling| {
                rolling.map(|update| RollingUpdate {
                    create: creates(update.create, subject.controller),
                    ..update
                })
            });
        let by_name = nodes.unwrap_or_default().iter();
        Self {
            subject,
            nodes,
            by_name: by_name.map(|n| (&*n.name, n)).collect(),
            inputs,
            managed,
            rollout_nodes,
            rolling,
        }
    }

    pub(super) fn ds(&self) -> &'a DaemonSet {
        self.subject.ds
    }

    pub(super) fn node(&self, name: &str) -> Option<&'a Node> {
        self.by_name.get(name).copied()
    }

    /// The pods on a node, the one that counts first.
    pub(super) fn pods_on(&self, node: &str) -> &'a [&'a Pod] {
        self.inputs.map_or(&[], |i| i.pods.on(node))
    }

    /// The nodes that the controller goes through, with their pods; where nodes couldn't be read,
    /// those that pods name. `None` where pods or revisions couldn't be read.
    pub(super) fn pods_by_node(&self) -> Option<Vec<PodsOfNode<'a>>> {
        if let Some(rollout_nodes) = &self.rollout_nodes {
            let pods_by_node = rollout_nodes.nodes.iter().map(|rollout_node| PodsOfNode {
                node: rollout_node.node,
                should_run: Some(rollout_node.should_run == Some(true)),
                pods: self.pods_on(rollout_node.node),
            });
            return Some(pods_by_node.collect());
        }
        let is_known = self.nodes.is_none() && self.subject.context.revisions_known;
        let pods = self.subject.pods.as_ref().filter(|_| is_known)?;
        let pods_by_node = pods.nodes().map(|(node, pods)| PodsOfNode {
            node,
            should_run: None,
            pods,
        });
        Some(pods_by_node.collect())
    }

    /// Whether a pod counts as one of the current template.
    pub(super) fn is_updated(&self, pod: &Pod) -> bool {
        let context = self.subject.context;
        is_pod_updated(pod, context.hash, context.template_generation)
    }

    /// The report on a pod, with the reason why it isn't available first.
    pub(super) fn pod_report(&self, pod: &Pod) -> DaemonPod {
        let subject = self.subject;
        let mut report = DaemonPod::new(pod, subject.context, Some(&subject.templates), false);
        subject.pod_events.add_to(&mut report, pod);
        subject.room.add_to(&mut report, pod);
        report
    }

    /// Whether the controller does nothing at all for the DaemonSet.
    pub(super) fn is_halted(&self) -> bool {
        self.subject.is_halted()
    }

    /// What rollingUpdate does, if it is called and doesn't fail.
    pub(super) fn update(&self) -> Option<&RollingUpdate<'a>> {
        self.rolling.as_ref()?.as_ref().ok()
    }
}

fn managed<'a>(inputs: &Inputs<'a>, controller: Controller) -> Managed<'a> {
    if !controller.acts() {
        return Managed::default();
    }
    let managed = manage(inputs);
    Managed {
        create: creates(managed.create, controller),
        ..managed
    }
}

/// The result of the controller's creates: in a terminating namespace they do nothing and return no
/// error (`syncNodes`, 1.37.1).
fn creates(tried: Choice<&str>, controller: Controller) -> Choice<&str> {
    if controller.creates() {
        tried
    } else {
        Choice::default()
    }
}

fn strategy(ds: &DaemonSet) -> Option<&k8s_openapi::api::apps::v1::DaemonSetUpdateStrategy> {
    ds.object.spec.update_strategy.as_ref()
}
