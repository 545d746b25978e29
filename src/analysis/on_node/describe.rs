//! One DaemonSet on one node, and the node itself, as the report has them.

use crate::analysis::basis::Note;
use crate::analysis::controller::Controller;
use crate::analysis::fate::{Fate, is_tainted_off};
use crate::analysis::findings::keeps_out;
use crate::analysis::node::NodeEligibility;
use crate::analysis::pod::PodState;
use crate::analysis::reason::Code;
use crate::analysis::reason::properties::Stops;
use crate::model::Node;
use crate::model::quantity::Quantity;

use super::analysis::Prepared;
use super::{Condition, NodeDeletion, OnNode, State, Summary};

/// One DaemonSet on the node; in a what-if nothing is missing of what isn't there yet.
pub(super) fn on_node(prepared: &Prepared<'_>, node: &NodeEligibility, is_today: bool) -> OnNode {
    let subject = &prepared.subject;
    let state = state(node, subject.controller);
    let halted = !subject.controller.acts() && !matches!(state, State::Excluded | State::Unknown);
    let clean = if halted { Some(false) } else { node.is_clean() };
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
    OnNode {
        daemon_set: subject.reference(),
        state,
        clean,
        should_run: node.should_run,
        should_continue_running: node.should_continue_running,
        eligibility: node.eligibility,
        pod_state: node.pod_state,
        distance: node.distance,
        update_strategy: subject.update_strategy(),
        requests: prepared.requests.clone(),
        reasons,
        pods: node.pods.clone(),
    }
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
        Fate::Lost => State::LostAtRollout,
        Fate::Deleted | Fate::DeletedUnbound => State::WouldStop,
        // What has ended, or is on its way out.
        Fate::Nothing if controller.acts() || is_tainted_off(&node.reasons) => State::WouldStop,
        Fate::Created | Fate::Kept | Fate::Nothing => State::Held,
    }
}

/// What is said of the DaemonSet as a whole that matters on this node.
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

/// What else is to be known about the answer on this node.
pub(super) fn notes(node: &Node, daemon_sets: &[OnNode]) -> Vec<Note> {
    let mut notes = Vec::new();
    let counted = daemon_sets.iter().filter(|d| d.counts());
    let old = counted.filter(|d| d.pods.iter().any(|p| p.is_current() == Some(false)));
    let old: Vec<_> = old.map(OnNode::full_name).collect();
    if !old.is_empty() {
        notes.push(Note::SumsOfTodaysTemplates { daemon_sets: old });
    }
    if keeps_out(node).is_some() && daemon_sets.iter().any(|d| d.should_run == Some(true)) {
        notes.push(Note::VirtualNode);
    }
    notes.extend(surging(daemon_sets));
    notes.extend(allocatable(node));
    notes
}

/// While a rollout surges an old and a new pod ask for room at the same time.
fn surging(daemon_sets: &[OnNode]) -> Option<Note> {
    let surges = |d: &&OnNode| d.reasons.iter().any(|r| r.code() == Code::Surging);
    let surging = daemon_sets.iter().filter(|d| d.counts()).filter(surges);
    let daemon_sets: Vec<_> = surging.map(OnNode::full_name).collect();
    (!daemon_sets.is_empty()).then_some(Note::SumsWithoutSurge { daemon_sets })
}

/// What of `status.allocatable` can't be reckoned with.
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
