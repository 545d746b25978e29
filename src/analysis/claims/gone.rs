//! Orphans of deleted DaemonSets: pods without a controller that no DaemonSet selects.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::analysis::basis::Basis;
use crate::analysis::commands::of_pods;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::{Origin, Reason, Released};
use crate::engine::claim::{ClaimReason, Claimant};
use crate::model::{ControllerRevision, HASH_LABEL, Pod, Snapshot, pod_name_base};

use super::outcome::{GarbageCollectedBy, KeptBecause, PodOutcome, RevisionOutcome};
use super::remedy::ClaimRemedyKind;
use super::report::{ClaimKind, ClaimReport, PodClaim, RevisionClaim};

/// An orphaned pod, with its revision where that still exists.
type LeftPod<'a> = (&'a Pod, Option<&'a ControllerRevision>);

/// A report for each deleted DaemonSet that left pods, by namespace and name. `snapshot` holds all
/// existing DaemonSets.
#[must_use]
pub fn left_by_the_gone(snapshot: &Snapshot) -> Vec<ClaimReport> {
    let there = There::new(snapshot);
    let mut revisions: HashMap<(&str, &str), &ControllerRevision> = HashMap::new();
    for revision in snapshot.revisions.iter().flatten() {
        if revision.orphan_of().is_some() {
            revisions.insert((&revision.namespace, revision.hash()), revision);
        }
    }
    let mut left: BTreeMap<(&str, &str), Vec<LeftPod<'_>>> = BTreeMap::new();
    for pod in snapshot.pods.iter().flatten() {
        let hash = pod.labels.get(HASH_LABEL).unwrap_or_default();
        let is_orphan = pod.controller().is_none();
        let revision = revisions.get(&(&*pod.namespace, hash)).copied();
        let revision = revision.filter(|_| is_orphan);
        let name = revision.and_then(ControllerRevision::orphan_of);
        let name = name.or_else(|| pod.orphan_base()?.strip_suffix('-'));
        if let Some(name) = name.filter(|name| there.is_left(pod, name)) {
            let pods = left.entry((&pod.namespace, name)).or_default();
            pods.push((pod, revision));
        }
    }
    let reports = left.into_iter();
    let reports = reports.map(|((namespace, name), pods)| {
        let daemon_set = DaemonSetRef {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        };
        report(snapshot, daemon_set, &pods)
    });
    reports.collect()
}

/// The existing DaemonSets.
struct There<'a> {
    claimants: HashMap<&'a str, Vec<Claimant<'a>>>,
    /// By namespace, the prefixes of their pods' names.
    bases: HashSet<(&'a str, String)>,
}

impl<'a> There<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        let mut there = Self {
            claimants: HashMap::new(),
            bases: HashSet::new(),
        };
        for ds in &snapshot.daemon_sets {
            there.bases.insert((&ds.namespace, pod_name_base(&ds.name)));
            let here = there.claimants.entry(&ds.namespace).or_default();
            here.extend(Claimant::new(ds).ok());
        }
        there
    }

    /// Whether the DaemonSet of this name that created the pod is gone and no other adopts the pod.
    fn is_left(&self, pod: &Pod, name: &str) -> bool {
        let is_there = self.bases.contains(&(&*pod.namespace, pod_name_base(name)));
        let mut here = self.claimants.get(&*pod.namespace).into_iter().flatten();
        !is_there && here.all(|one| one.pod_reason(pod) == ClaimReason::NotSelected)
    }
}

fn report(snapshot: &Snapshot, daemon_set: DaemonSetRef, left: &[LeftPod<'_>]) -> ClaimReport {
    let pods: Vec<_> = left.iter().map(|(pod, _)| &**pod).collect();
    let names: Vec<_> = pods.iter().map(|pod| pod.name.to_string()).collect();
    let mut revisions: Vec<_> = left.iter().filter_map(|(_, revision)| *revision).collect();
    revisions.sort_by_key(|r| (r.revision, &r.name));
    revisions.dedup_by(|one, other| one.name == other.name);
    let delete = of_pods(&daemon_set.namespace, "delete", &names);
    let remedy = ClaimRemedyKind::DeleteReleased {
        pods: names.clone(),
        hold_ports: false,
    };
    ClaimReport {
        basis: Basis::new(snapshot),
        clean: Some(false),
        daemon_set,
        exists: false,
        change: None,
        owned_today: None,
        pods: Some(left.iter().map(|one| pod_claim(snapshot, one)).collect()),
        revisions: Some(revisions.into_iter().map(revision_claim).collect()),
        history: None,
        overlaps: Vec::new(),
        knows_workloads: true,
        findings: vec![Reason::LeftBehindPods { pods: names }],
        remedies: vec![remedy.by(delete)],
    }
}

fn pod_claim(snapshot: &Snapshot, (pod, revision): &LeftPod<'_>) -> PodClaim {
    PodClaim {
        name: pod.name.to_string(),
        node: pod.target_node.as_deref().map(str::to_owned),
        claim: ClaimKind::Ignored,
        reason: Reason::ReleasedEarlier(Released::LeftBehind {
            mismatch: None,
            origin: revision.map_or(Origin::Gone, |r| Origin::Revision(r.revision)),
        }),
        owner: None,
        outcome: outcome(snapshot, pod),
        may_be_adopted_by: None,
        revision: revision.map(|r| r.revision),
    }
}

fn outcome(snapshot: &Snapshot, pod: &Pod) -> PodOutcome {
    let nodes = snapshot.nodes.as_deref();
    // Nodes are sorted by name.
    let is_gone = |name: &str| {
        nodes.is_some_and(|all| all.binary_search_by(|n| (*n.name).cmp(name)).is_err())
    };
    if pod.is_deleting() {
        PodOutcome::Terminating
    } else if !pod.node_name.is_empty() && is_gone(&pod.node_name) {
        PodOutcome::GarbageCollected(GarbageCollectedBy::NodeGone)
    } else {
        PodOutcome::Kept(KeptBecause::Alone)
    }
}

fn revision_claim(revision: &ControllerRevision) -> RevisionClaim {
    RevisionClaim {
        name: revision.name.to_string(),
        revision: revision.revision,
        claim: ClaimKind::Ignored,
        reason: Reason::ReleasedEarlier(Released::LeftRevision),
        owner: None,
        outcome: RevisionOutcome::Kept { is_current: false },
        is_labelled: false,
        holds_template: false,
        restores_template: false,
    }
}
