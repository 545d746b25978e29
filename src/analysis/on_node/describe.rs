//! One DaemonSet on one node, and the node itself, as the report shows them.

use std::collections::BTreeSet;

use crate::analysis::basis::Note;
use crate::analysis::controller::Controller;
use crate::analysis::fate::{Fate, taint_evicts};
use crate::analysis::node::NodeEligibility;
use crate::analysis::pod::PodState;
use crate::analysis::reason::Code;
use crate::analysis::reason::properties::Stops;
use crate::analysis::requests::{NewPod, of_pods, sum};
use crate::analysis::virtual_nodes::VirtualKind;
use crate::model::quantity::Quantity;
use crate::model::{DaemonSet, Node, Pod};

use super::analysis::Prepared;
use super::{Condition, NodeDeletion, OnNode, State, Summary};

/// One DaemonSet on the node; in a what-if, things that don't exist yet aren't missing.
pub(super) fn on_node(prepared: &Prepared<'_>, node: &NodeEligibility, is_today: bool) -> OnNode {
    let subject = &prepared.subject;
    let state = state(node, subject.controller);
    let halted = !subject.controller.acts() && !matches!(state, State::Excluded | State::Unknown);
    let invalid = subject.expecting.invalid();
    let clean = if halted || invalid.is_some() {
        Some(false)
    } else {
        node.is_clean()
    };
    let mut reasons = node.reasons.clone();
    reasons.retain(|r| is_today || r.code() != Code::PodMissing);
    if state != State::Excluded {
        let general = subject.findings.iter();
        let general = general.filter(|f| matters_here(f.code(), clean, node.pod_state));
        let refused = prepared.refused.iter();
        let refused = refused.filter(|_| is_today && clean != Some(true));
        let general: Vec<_> = general
            .chain(refused.filter(|_| node.should_run == Some(true)))
            .filter(|f| reasons.iter().all(|r| r.code() != f.code()))
            .cloned()
            .collect();
        reasons.extend(general);
    }
    reasons.extend(invalid.cloned());
    let mut one = OnNode {
        daemon_set: subject.reference(),
        state,
        clean,
        should_run: node.should_run,
        should_continue_running: node.should_continue_running,
        eligibility: node.eligibility,
        pod_state: node.pod_state,
        expected: node.expected,
        distance: node.distance,
        is_node_critical: is_node_critical(subject.ds),
        update_strategy: subject.update_strategy(),
        requests: None,
        new_pod_requests: prepared.new_pod.requests.clone().ok(),
        counted: 0,
        unreadable: None,
        may_get_defaults: false,
        reasons,
        pods: node.pods.clone(),
    };
    count(&mut one, &prepared.new_pod, subject.pods_here(&node.name));
    one
}

/// Counts the existing pods, or else the one that would start.
fn count(one: &mut OnNode, new_pod: &NewPod, pods: &[&Pod]) {
    let here = of_pods(pods.iter().copied(), new_pod);
    let would_start = match one.state {
        State::Runs | State::WouldStart => true,
        State::Unknown => one.should_run == Some(true),
        State::LostAtRollout | State::WouldStop | State::Held | State::Excluded => false,
    };
    let (asked, counted, is_new) = match here {
        Ok(here) if here.is_empty() => {
            let counted = usize::from(would_start);
            (new_pod.requests.clone(), counted, would_start)
        }
        Ok(here) => (Ok(sum(&here)), here.len(), false),
        Err(problem) => {
            let live = pods.iter().filter(|pod| !pod.is_terminal());
            (Err(problem), live.count(), false)
        }
    };
    if one.counts() {
        one.counted = counted;
        one.unreadable = asked.as_ref().err().filter(|_| counted > 0).cloned();
        one.may_get_defaults = is_new && new_pod.may_get_defaults;
    }
    one.requests = asked.ok();
}

fn state(node: &NodeEligibility, controller: Controller) -> State {
    let Some(fate) = Fate::new(node, controller) else {
        return State::Unknown;
    };
    let (should_run, is_empty) = (node.should_run == Some(true), node.pods.is_empty());
    match fate {
        Fate::Created if is_empty => State::WouldStart,
        _ if should_run && is_empty => State::Held,
        _ if should_run => State::Runs,
        _ if is_empty => State::Excluded,
        Fate::NotRecreated => State::LostAtRollout,
        Fate::Deleted | Fate::DeletedUnbound => State::WouldStop,
        // Pods that have ended or are being deleted.
        Fate::Nothing if controller.acts() || taint_evicts(&node.reasons) => State::WouldStop,
        Fate::Created | Fate::Kept | Fate::Nothing => State::Held,
    }
}

/// Findings about the DaemonSet as a whole that matter on this node.
fn matters_here(code: Code, clean: Option<bool>, pod: PodState) -> bool {
    match (code, code.properties().stops) {
        (Code::NamespaceNodeSelector, _) => pod != PodState::Available,
        (_, Stops::Observing) => clean != Some(true),
        (_, stops) => stops.limits_controller(),
    }
}

pub(super) fn condition(node: &Node) -> Condition {
    Condition {
        ready: node.ready.as_deref().map(str::to_owned),
        ready_since: node.ready_since,
        cordoned: node.unschedulable,
        taints: node.taints.clone(),
        deletion: node.deletion.map(|since| NodeDeletion {
            since,
            finalizers: node.finalizers.iter().map(ToString::to_string).collect(),
        }),
    }
}

pub(super) fn summary(daemon_sets: &[OnNode]) -> Summary {
    let mut summary = Summary::default();
    for one in daemon_sets {
        let count = match one.state {
            State::Runs => &mut summary.runs,
            State::WouldStart => &mut summary.would_start,
            State::LostAtRollout => &mut summary.lost_at_rollout,
            State::WouldStop => &mut summary.would_stop,
            State::Held => &mut summary.held,
            State::Excluded => &mut summary.excluded,
            State::Unknown => &mut summary.unknown,
        };
        *count += 1;
        summary.not_clean += usize::from(one.clean == Some(false));
    }
    summary
}

/// Notes on the node.
pub(super) fn notes_on_node(node: &Node, daemon_sets: &[OnNode]) -> Vec<Note> {
    let mut notes = Vec::new();
    if VirtualKind::of(node).is_some() && daemon_sets.iter().any(|d| d.should_run == Some(true)) {
        notes.push(Note::VirtualNode);
    }
    notes.extend(allocatable(node));
    notes
}

/// Notes on the pods that are counted, today or after the change.
pub(super) fn notes_on_pods<'d>(
    daemon_sets: impl Iterator<Item = &'d OnNode> + Clone,
) -> Vec<Note> {
    let names = |keep: fn(&OnNode) -> bool| {
        let kept = daemon_sets.clone().filter(|d| keep(d));
        let names: BTreeSet<_> = kept.map(OnNode::full_name).collect();
        (!names.is_empty()).then(|| names.into_iter().collect())
    };
    let unreadable = daemon_sets.clone().filter_map(|d| {
        Some(Note::RequestsLeftOut {
            daemon_set: d.full_name(),
            problem: d.unreadable.clone()?,
        })
    });
    let mut notes: BTreeSet<_> = unreadable.collect();
    let without = names(|d| d.may_get_defaults);
    notes.extend(without.map(|daemon_sets| Note::NoLimitRanges { daemon_sets }));
    let surging = names(|d| d.counted > 1 && d.reasons.iter().any(|r| r.code() == Code::Surging));
    notes.extend(surging.map(|daemon_sets| Note::SumsWithSurge { daemon_sets }));
    notes.into_iter().collect()
}

/// What can't be used of `status.allocatable`.
fn allocatable(node: &Node) -> Vec<Note> {
    if node.allocatable.is_empty() {
        return vec![Note::NoAllocatable];
    }
    let unread = node.allocatable.iter().filter_map(|(name, text)| {
        let problem = Quantity::parse(text).err()?;
        Some(Note::UnreadableAllocatable {
            resource: name.to_owned(),
            problem,
        })
    });
    unread.collect()
}

/// The priority class for pods without which a node doesn't work.
fn is_node_critical(ds: &DaemonSet) -> bool {
    let class = ds
        .pod_spec()
        .and_then(|spec| spec.priority_class_name.as_deref());
    class == Some("system-node-critical")
}
