//! The pods that a rollout deletes and the controller doesn't create again: the definition of
//! "lost".

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::analysis::reason::Reason;
use crate::analysis::remedy::{ChangedObject, Remedy, remedies};
use crate::engine::Decision;
use crate::engine::rollout::NodeState;
use crate::model::{Command, Node, Pod};

use super::analysis::RolloutAnalysis;

/// A pod that the rollout deletes and nothing creates again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The node.
    pub node: String,
    /// The pod.
    pub pod: String,
    /// Why none is created again: what denies a new pod.
    pub reasons: Vec<Reason>,
    /// Whether only a condition of the node denies the next one: it is created when the node
    /// recovers.
    pub recovers: bool,
    /// The template changes that would keep it; empty where the node should recover instead.
    pub remedies: Vec<Remedy>,
    /// The command that makes all of these changes; `None` where the plan is for a manifest, which
    /// has to contain them.
    pub patch: Option<Command>,
}

/// Those that are lost for the same causes together, most of them first.
#[must_use]
pub fn lost_by_cause(lost: &[Lost]) -> Vec<Vec<&Lost>> {
    let mut groups: BTreeMap<(Vec<Reason>, bool), Vec<&Lost>> = BTreeMap::new();
    for one in lost {
        let causes = one.reasons.iter().map(Reason::alike).collect();
        groups.entry((causes, one.recovers)).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| Reverse(group.len()));
    groups
}

/// Whether deleting a pod loses it: none is created again where it ran.
const fn is_lost(decision: Decision) -> bool {
    !decision.should_run && decision.should_continue_running
}

/// Pods that the rolling update deletes sooner or later on nodes that should run none: old ones
/// where a NoSchedule taint excludes new ones.
pub(super) fn lost(analysis: &RolloutAnalysis<'_>) -> Option<Vec<Lost>> {
    let rollout_nodes = analysis.rollout_nodes.as_ref()?;
    if analysis.update().is_none() {
        return Some(Vec::new());
    }
    let mut lost = Vec::new();
    for rollout_node in &rollout_nodes.nodes {
        let NodeState::Old { old, .. } = rollout_node.state else {
            continue;
        };
        let Some(node) = analysis.node(rollout_node.node) else {
            continue;
        };
        // Where no pod may keep running, manage deletes it.
        if analysis
            .inputs
            .is_some_and(|inputs| is_lost(inputs.decide(node)))
        {
            lost.push(lost_pod(analysis, node, old));
        }
    }
    lost.sort_by(|a, b| (&a.node, &a.pod).cmp(&(&b.node, &b.pod)));
    Some(lost)
}

fn lost_pod(analysis: &RolloutAnalysis<'_>, node: &Node, pod: &Pod) -> Lost {
    let (report, findings) = analysis.subject.judge(node);
    let recovers = report.waits_for_its_condition();
    let found = (!recovers).then(|| remedies(analysis.subject.judged(), node, &findings));
    // A change that isn't enough by itself keeps no pod.
    let found = found.filter(|found| found.template.is_some());
    let (all, patch) = found
        .map(|found| (found.list, found.patch))
        .unwrap_or_default();
    Lost {
        node: node.name.to_string(),
        pod: pod.name.to_string(),
        reasons: report
            .reasons
            .into_iter()
            .filter(|r| r.decides().is_some())
            .collect(),
        recovers,
        remedies: all
            .into_iter()
            .filter(|r| r.changes() == ChangedObject::Template)
            .collect(),
        patch,
    }
}
