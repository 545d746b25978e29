//! Findings that apply to a DaemonSet as a whole.

use crate::engine::claim::{Claim, ClaimReason, Claimant};
use crate::model::{DaemonSet, OwnerReference, Pod, Snapshot};

use super::creates::has_traces;
use super::left_behind::LeftBehind;
use super::reason::{ControllerManager, ForeignOwner, ForeignPod, Reason};

/// The pods of a namespace by what happens to them.
pub(super) struct PodsByClaim<'a> {
    pub(super) claimed: Vec<&'a Pod>,
    foreign: Vec<ForeignPod>,
    released: Vec<String>,
    left_behind: Vec<String>,
    placeless: Vec<String>,
}

impl PodsByClaim<'_> {
    pub(super) fn findings(&self) -> impl Iterator<Item = Reason> {
        let foreign = (!self.foreign.is_empty()).then(|| Reason::ForeignPods {
            pods: self.foreign.clone(),
        });
        let released = (!self.released.is_empty()).then(|| Reason::ReleasedPods {
            pods: self.released.clone(),
        });
        let left_behind = (!self.left_behind.is_empty()).then(|| Reason::LeftBehindPods {
            pods: self.left_behind.clone(),
        });
        let placeless = (!self.placeless.is_empty()).then(|| Reason::PodsWithoutNode {
            pods: self.placeless.clone(),
        });
        let all = [foreign, released, left_behind, placeless];
        all.into_iter().flatten()
    }
}

/// Sorts the pods; `None` when they couldn't be read.
pub(super) fn claim_pods<'a>(
    snapshot: &'a Snapshot,
    ds: &DaemonSet,
    claimant: Option<&Claimant<'_>>,
) -> Option<PodsByClaim<'a>> {
    let pods = snapshot.pods_in(&ds.namespace)?;
    let mut claims = PodsByClaim {
        claimed: Vec::new(),
        foreign: Vec::new(),
        released: Vec::new(),
        left_behind: Vec::new(),
        placeless: Vec::new(),
    };
    let Some(claimant) = claimant else {
        // Without a valid selector nothing is claimed, and what it controls runs on.
        let owned = |pod: &&Pod| pod.controller().is_some_and(|o| o.uid == ds.uid());
        let known = pods.iter().filter(|_| !ds.uid().is_empty());
        claims.claimed = known.filter(owned).collect();
        return Some(claims);
    };
    let left_behind = LeftBehind::new(snapshot, ds);
    for pod in pods {
        match claimant.claim_pod(pod) {
            // With an empty selector the controller returns before it adopts anything.
            Claim::Adopt | Claim::Foreign if claimant.selector.is_empty() => {}
            Claim::Owned | Claim::Adopt => {
                // `getNodesToDaemonPods` (1.37.1) skips them.
                if pod.target_node.is_none() && !(pod.is_terminal() && pod.is_deleting()) {
                    claims.placeless.push(pod.name.to_string());
                }
                claims.claimed.push(pod);
            }
            Claim::Foreign if claimant.selector.matches(&pod.labels) => {
                claims.foreign.push(ForeignPod {
                    name: pod.name.to_string(),
                    owner: pod.controller().map(|owner| foreign_owner(ds, owner)),
                });
            }
            Claim::Release => claims.released.push(pod.name.to_string()),
            Claim::Ignored if claimant.pod_reason(pod) == ClaimReason::NotSelected => {
                if !pod.is_deleting() && !pod.is_terminal() && left_behind.made(pod) {
                    claims.left_behind.push(pod.name.to_string());
                }
            }
            Claim::Foreign | Claim::Ignored => {}
        }
    }
    Some(claims)
}

fn foreign_owner(ds: &DaemonSet, owner: &OwnerReference) -> ForeignOwner {
    if is_namesake(ds, owner) {
        ForeignOwner::Namesake(owner.name.to_string())
    } else {
        ForeignOwner::Other(owner.kind.to_string(), owner.name.to_string())
    }
}

/// Whether `owner` is a former DaemonSet of the same name. A name has one object at a time, so the
/// other one was deleted.
pub(super) fn is_namesake(ds: &DaemonSet, owner: &OwnerReference) -> bool {
    owner.is_daemon_set() && owner.name == ds.name && !ds.uid().is_empty() && owner.uid != ds.uid()
}

/// What applies to the DaemonSet whatever its nodes are.
pub(super) fn general_findings(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let mut findings = halted(ds);
    findings.extend(not_observed(snapshot, ds));
    findings.extend(namespace_findings(snapshot, ds));
    findings
}

/// What prevents the controller from acting for the DaemonSet at all.
pub(super) fn halted(ds: &DaemonSet) -> Vec<Reason> {
    let mut findings = Vec::new();
    if ds.is_deleting() {
        let since = ds.object.metadata.deletion_timestamp.as_ref();
        findings.push(Reason::DaemonSetDeleting {
            since: since.map(|time| time.0),
        });
    }
    let selector = ds.selector();
    let no_labels = selector.match_labels.as_ref().is_none_or(|l| l.is_empty());
    let no_expressions = selector
        .match_expressions
        .as_ref()
        .is_none_or(Vec::is_empty);
    if no_labels && no_expressions {
        findings.push(Reason::SelectorMatchesEverything);
    }
    findings
}

/// A change that the controller hasn't processed, whether or not a counter shows it: the latest
/// change, or the creation of the DaemonSet. A status without `observedGeneration` may also be
/// incomplete, or couldn't be written.
pub(super) fn not_observed(snapshot: &Snapshot, ds: &DaemonSet) -> Option<Reason> {
    let status = ds.object.status.as_ref();
    let status = status.filter(|_| !ds.uid().is_empty() && !ds.is_deleting())?;
    let (observed, generation) = (status.observed_generation, ds.generation());
    if observed.unwrap_or_default() == 0 && !has_traces(snapshot, ds) {
        return Some(Reason::NeverSynced);
    }
    let observed = observed.filter(|observed| *observed < generation)?;
    Some(Reason::GenerationNotObserved {
        observed,
        generation,
        manager: controller_manager(snapshot),
    })
}

/// One of several replicas leads, and any ready one may take over.
fn controller_manager(snapshot: &Snapshot) -> Option<ControllerManager> {
    let all = &snapshot.controller_managers;
    let is_ready = |pod: &Pod| pod.ready.as_ref().is_some_and(|c| &*c.status == "True");
    let first = all.first().filter(|_| !all.iter().any(is_ready))?;
    let trouble = first.trouble.as_deref();
    Some(ControllerManager {
        pod: first.name.to_string(),
        waiting: trouble.map(|t| t.reason.to_string()).unwrap_or_default(),
        restarted: trouble.is_some_and(|t| t.restarts > 0),
    })
}

fn namespace_findings(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let namespaces = snapshot.namespaces.as_deref().unwrap_or_default();
    let Some(namespace) = namespaces.iter().find(|n| *n.name == *ds.namespace) else {
        return Vec::new();
    };
    let name = || namespace.name.to_string();
    let selectors = namespace.node_selectors.iter();
    let selectors = selectors.map(|(key, value)| Reason::NamespaceNodeSelector {
        namespace: name(),
        key: key.to_string(),
        selector: value.to_string(),
    });
    let terminating = namespace.terminating.then(|| Reason::NamespaceTerminating {
        namespace: name(),
        held: namespace.held.as_deref().map(str::to_owned),
    });
    selectors.chain(terminating).collect()
}
