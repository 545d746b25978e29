//! Whether the controller's creates of pods are refused, and what it has done before.

use std::slice;

use crate::engine::rollout::rolling_update;
use crate::model::creates::{FAILED_CREATE, LastCreates, SUCCESSFUL_CREATE};
use crate::model::{DaemonSet, Event, OwnerReference, Pod, Snapshot};

use super::daemon_set::DaemonSetAnalysis;
use super::findings::halted;
use super::impact::should_run;
use super::reason::{Code, Reason};
use super::refusal::evidence;
use super::status::{Counters, reported};

/// What prevents the controller from creating pods: it doesn't act for the DaemonSet, or its last
/// create was refused. A terminating namespace is one of the general findings.
pub(super) fn cannot_create(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let refused = refused_create(snapshot, ds);
    halted(ds).into_iter().chain(refused).collect()
}

/// The refusal of a create that is due and that no node's reasons mention: a second pod's, or where
/// it isn't known which nodes lack a pod.
pub(super) fn open_refusal<'s>(subject: &'s DaemonSetAnalysis<'_>) -> Option<&'s Reason> {
    let mut refused = subject.cannot_create.iter();
    let refused = refused.find(|r| r.code() == Code::FailedCreate)?;
    // Finding out whether a create is due takes a pass over all nodes.
    (subject.applied && owes_creates(subject)).then_some(refused)
}

fn owes_creates(subject: &DaemonSetAnalysis<'_>) -> bool {
    let (surges, revisions_known) = (subject.context.surges, subject.context.revisions_known);
    match subject.inputs().filter(|_| revisions_known || !surges) {
        Some(inputs) if surges && subject.controller.acts() => {
            rolling_update(&inputs).is_ok_and(|update| !update.create.is_empty())
        }
        Some(_) => false,
        None => !has_all_by_status(subject),
    }
}

/// Whether the controller has counted a pod on each node that should run one, and under surge a new
/// one.
fn has_all_by_status(subject: &DaemonSetAnalysis<'_>) -> bool {
    let nodes = subject.snapshot.nodes.iter().flatten();
    let eligible = nodes
        .filter(|node| should_run(&subject.compiled, node))
        .count();
    reported(subject.ds).is_some_and(|counted| {
        let desired = counted.desired.max(eligible);
        let has_new = !subject.context.surges || counted.updated >= desired;
        counted.current >= desired && has_new
    })
}

/// Whether the controller has left any trace of a sync of the DaemonSet: a count, or an object.
pub(super) fn has_traces(snapshot: &Snapshot, ds: &DaemonSet) -> bool {
    let mut revisions = snapshot.revisions_in(&ds.namespace).into_iter().flatten();
    reported(ds).is_some_and(|counted| counted != Counters::default())
        || pods_made(snapshot, ds).next().is_some()
        || revisions.any(|revision| ds.is_owner(OwnerReference::controller(&revision.owners)))
        || events(snapshot, ds, FAILED_CREATE).next().is_some()
        || events(snapshot, ds, SUCCESSFUL_CREATE).next().is_some()
}

/// The refusal of the last create, with the evidence from other objects.
fn refused_create(snapshot: &Snapshot, ds: &DaemonSet) -> Option<Reason> {
    let creates = LastCreates::new(snapshot, slice::from_ref(ds));
    let (_, refused) = creates.refused().next()?;
    Some(Reason::FailedCreate {
        evidence: evidence(snapshot, ds, refused),
        message: refused.message.trim().to_owned(),
        count: refused.count.into(),
        last: refused.last,
    })
}

/// The pods that the controller created for the DaemonSet, or adopted.
fn pods_made<'a>(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> impl Iterator<Item = &'a Pod> {
    let pods = snapshot.pods_in(&ds.namespace).into_iter().flatten();
    pods.filter(|pod| ds.is_owner(pod.controller()))
}

/// The events about the DaemonSet that have this reason.
fn events<'a>(
    snapshot: &'a Snapshot,
    ds: &'a DaemonSet,
    reason: &'a str,
) -> impl Iterator<Item = &'a Event> {
    let events = snapshot.events.iter().flatten();
    events.filter(move |event| &*event.reason == reason && event.is_about(ds))
}
