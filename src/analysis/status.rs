//! Computed counters beside the API's, and why they differ.

use k8s_openapi::api::apps::v1::DaemonSetStatus;

pub use crate::engine::status::Counters;
use crate::model::DaemonSet;

use super::reason::Reason;

/// The computed counters, those of the API, and where they differ. Where nodes or pods couldn't be
/// read, only those of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// What the controller would count now.
    pub computed: Option<Counters>,
    /// What `.status` holds; `None` for a DaemonSet that was never stored.
    pub reported: Option<Counters>,
    /// Where they differ, with the cause.
    pub differences: Vec<Difference>,
}

/// One counter that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the counter.
    pub counter: &'static str,
    /// What the controller would count now.
    pub computed: usize,
    /// What `.status` holds.
    pub reported: usize,
    /// Why they differ.
    pub cause: Reason,
}

/// What the cause of a difference is derived from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// Nodes that keep their pod only because a NoSchedule taint removes none.
    pub kept_by_no_schedule: usize,
    /// Excluded nodes whose pods aren't bound.
    pub excluded_unbound: usize,
    /// Nodes that pods name but that don't exist.
    pub missing_nodes: usize,
    /// What keeps the controller from syncing, or from seeing the latest change.
    pub not_synced: Option<&'a Reason>,
    /// The refusal of its last create, where a create is due.
    pub refused: Option<&'a Reason>,
    /// The revisions couldn't be read, so `updated` is a lower bound by generation only.
    pub revisions_known: bool,
}

impl StatusReport {
    /// Compares.
    #[must_use]
    pub fn new(ds: &DaemonSet, computed: Counters, evidence: Evidence<'_>) -> Self {
        let reported = reported(ds);
        let differences = reported.map(|reported| differences(computed, reported, evidence));
        Self {
            computed: Some(computed),
            reported,
            differences: differences.unwrap_or_default(),
        }
    }

    /// The counters of the API, where none can be computed.
    #[must_use]
    pub fn of_stored(ds: &DaemonSet) -> Option<Self> {
        Some(Self {
            computed: None,
            reported: Some(reported(ds)?),
            differences: Vec::new(),
        })
    }

    /// The counters of a manifest, which has no status of its own.
    #[must_use]
    pub const fn of_manifest(computed: Counters) -> Self {
        Self {
            computed: Some(computed),
            reported: None,
            differences: Vec::new(),
        }
    }
}

/// What `.status` holds; `None` for a DaemonSet that was never stored.
pub(super) fn reported(ds: &DaemonSet) -> Option<Counters> {
    let status = ds.object.status.as_ref().filter(|_| !ds.uid().is_empty());
    status.map(counters)
}

fn counters(status: &DaemonSetStatus) -> Counters {
    let count = |n: i32| usize::try_from(n).unwrap_or(0);
    Counters {
        desired: count(status.desired_number_scheduled),
        current: count(status.current_number_scheduled),
        misscheduled: count(status.number_misscheduled),
        ready: count(status.number_ready),
        updated: count(status.updated_number_scheduled.unwrap_or_default()),
        available: count(status.number_available.unwrap_or_default()),
        unavailable: count(status.number_unavailable.unwrap_or_default()),
    }
}

fn differences(computed: Counters, reported: Counters, evidence: Evidence<'_>) -> Vec<Difference> {
    let pairs = [
        ("desired", computed.desired, reported.desired),
        ("current", computed.current, reported.current),
        ("misscheduled", computed.misscheduled, reported.misscheduled),
        ("ready", computed.ready, reported.ready),
        ("updated", computed.updated, reported.updated),
        ("available", computed.available, reported.available),
        ("unavailable", computed.unavailable, reported.unavailable),
    ];
    let cause = cause(computed, reported, evidence);
    pairs
        .into_iter()
        .filter(|(_, computed, reported)| computed != reported)
        .filter(|(counter, ..)| evidence.revisions_known || *counter != "updated")
        .map(|(counter, computed, reported)| Difference {
            counter,
            computed,
            reported,
            cause: cause.clone(),
        })
        .collect()
}

/// The first cause that applies; those that keep the controller from syncing at all come first.
fn cause(computed: Counters, reported: Counters, evidence: Evidence<'_>) -> Reason {
    if let Some(reason) = evidence.not_synced {
        return reason.clone();
    }
    let fewer_desired = computed.desired < reported.desired;
    if fewer_desired {
        return fewer_nodes(computed, reported, evidence);
    }
    // A controller before 1.27 doesn't write the status in a sync in which a create fails.
    evidence.refused.cloned().unwrap_or(Reason::StatusBehind)
}

/// Why fewer nodes are desired than the controller counted.
fn fewer_nodes(computed: Counters, reported: Counters, evidence: Evidence<'_>) -> Reason {
    let (kept, unbound) = (evidence.kept_by_no_schedule, evidence.excluded_unbound);
    // Pods that the status already counts as misscheduled explain nothing.
    let more = computed.misscheduled.saturating_sub(reported.misscheduled);
    let explains_all = unbound >= more && kept <= reported.misscheduled;
    if more > 0 && unbound > 0 && (kept == 0 || explains_all) {
        return Reason::ExcludedNodeStartsNoSync { nodes: unbound };
    }
    if more > 0 && kept > 0 {
        return Reason::TaintStartsNoSync { nodes: kept };
    }
    match evidence.missing_nodes {
        0 => Reason::FewerNodesStartNoSync {
            nodes: reported.desired.saturating_sub(computed.desired),
        },
        nodes => Reason::DeletedNodeStartsNoSync { nodes },
    }
}
