//! What holds for a DaemonSet as a whole.

use std::collections::HashSet;

use crate::engine::claim::{Claim, Claimant};
use crate::model::{DaemonSet, Event, Node, OwnerReference, Pod, Snapshot};

use super::code::Code;
use super::node::NodeEligibility;
use super::reason::Reason;
use super::{few, since};

/// The pods of a namespace by what becomes of them.
pub(super) struct Claims<'a> {
    pub(super) claimed: Vec<&'a Pod>,
    foreign: Vec<String>,
    released: Vec<String>,
    placeless: Vec<String>,
}

impl Claims<'_> {
    pub(super) fn findings(&self) -> Vec<Reason> {
        let mut findings = Vec::new();
        if !self.foreign.is_empty() {
            let list = few(&self.foreign);
            findings.push(Reason::new(
                Code::ForeignPods,
                format!(
                    "the selector matches pods of other controllers, which it doesn't count: {list}"
                ),
            ));
        }
        if !self.released.is_empty() {
            let list = few(&self.released);
            findings.push(Reason::new(
                Code::ReleasedPods,
                format!("these pods no longer match the selector; they run on, and others are made beside them: {list}"),
            ));
        }
        if !self.placeless.is_empty() {
            let list = few(&self.placeless);
            findings.push(Reason::new(
                Code::PodsWithoutNode,
                format!("these pods are on no node and meant for none; the controller keeps them, and neither counts nor deletes them until the scheduler places them: {list}"),
            ));
        }
        findings
    }
}

/// Sorts the pods; `None` when they couldn't be read.
pub(super) fn claim_pods<'a>(
    snapshot: &'a Snapshot,
    ds: &DaemonSet,
    claimant: Option<&Claimant<'_>>,
) -> Option<Claims<'a>> {
    let pods = snapshot.pods_in(&ds.namespace)?;
    let mut claims = Claims {
        claimed: Vec::new(),
        foreign: Vec::new(),
        released: Vec::new(),
        placeless: Vec::new(),
    };
    let Some(claimant) = claimant else {
        // Without a selector nothing is claimed, and what it controls already runs on.
        let owned = |pod: &&Pod| pod.controller().is_some_and(|o| o.uid == ds.uid());
        let known = pods.iter().filter(|_| !ds.uid().is_empty());
        claims.claimed = known.filter(owned).collect();
        return Some(claims);
    };
    for pod in pods {
        match claimant.claim_pod(pod) {
            // With an empty selector the controller doesn't get as far as adopting.
            Claim::Adopt | Claim::Foreign if claimant.selector.is_empty() => {}
            Claim::Owned | Claim::Adopt => {
                // `getNodesToDaemonPods` (1.37.1) passes over them.
                if pod.target_node.is_none() && !(pod.is_terminal() && pod.is_deleting()) {
                    claims.placeless.push(pod.name.to_string());
                }
                claims.claimed.push(pod);
            }
            Claim::Foreign if claimant.selector.matches(&pod.labels) => {
                claims
                    .foreign
                    .push(format!("{}{}", pod.name, owner_text(ds, pod)));
            }
            Claim::Release => claims.released.push(pod.name.to_string()),
            Claim::Foreign | Claim::Ignored => {}
        }
    }
    Some(claims)
}

fn owner_text(ds: &DaemonSet, pod: &Pod) -> String {
    match pod.controller() {
        Some(o) if is_namesake(ds, o) => format!(
            " of another DaemonSet {} with the same name that was deleted",
            o.name
        ),
        Some(o) => format!(" of {} {}", o.kind, o.name),
        None => String::new(),
    }
}

/// Whether `owner` is a DaemonSet that had this one's name. Of a name there is only one at
/// a time, so the other was deleted.
pub(super) fn is_namesake(ds: &DaemonSet, owner: &OwnerReference) -> bool {
    owner.kind == "DaemonSet"
        && owner.api_version.starts_with("apps/")
        && owner.name == ds.name
        && !ds.uid().is_empty()
        && owner.uid != ds.uid()
}

/// What holds for the DaemonSet whatever its nodes are.
pub(super) fn general_findings(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let mut findings = halted(snapshot, ds);
    findings.extend(not_observed(ds));
    findings.extend(namespace_findings(snapshot, ds));
    findings
}

/// What keeps the controller from acting for the DaemonSet at all.
fn halted(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let mut findings = Vec::new();
    if ds.is_deleting() {
        let at = ds.object.metadata.deletion_timestamp.as_ref();
        let at = at
            .map(|t| format!(" since {}", since(t.0, snapshot.now)))
            .unwrap_or_default();
        findings.push(Reason::new(
            Code::DaemonSetDeleting,
            format!(
                "the DaemonSet is being deleted{at}; the controller does nothing for it any more"
            ),
        ));
    }
    let selector = ds.selector();
    let no_labels = selector.match_labels.as_ref().is_none_or(|l| l.is_empty());
    let no_expressions = selector
        .match_expressions
        .as_ref()
        .is_none_or(Vec::is_empty);
    if no_labels && no_expressions {
        findings.push(Reason::new(
            Code::SelectorMatchesEverything,
            "the selector is empty; the controller refuses to act",
        ));
    }
    findings
}

/// A change that the controller hasn't processed, whether or not a counter shows it.
fn not_observed(ds: &DaemonSet) -> Option<Reason> {
    let observed = ds.object.status.as_ref()?.observed_generation?;
    let generation = ds.generation();
    (observed < generation && !ds.is_deleting()).then(|| {
        Reason::new(
            Code::GenerationNotObserved,
            format!("the controller has processed generation {observed} and the DaemonSet is at {generation}"),
        )
    })
}

fn namespace_findings(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let namespaces = snapshot.namespaces.as_deref().unwrap_or_default();
    let Some(namespace) = namespaces.iter().find(|n| *n.name == *ds.namespace) else {
        return Vec::new();
    };
    let selectors = namespace.node_selectors.iter().map(|(key, value)| {
        Reason::new(
            Code::NamespaceNodeSelector,
            format!(
                "namespace {} has the annotation {key}: {value}; where an admission plugin honours it, pods for nodes outside it stay Pending, and the DaemonSet controller doesn't know",
                namespace.name
            ),
        )
    });
    let terminating = namespace.terminating.then(|| {
        Reason::new(
            Code::NamespaceTerminating,
            format!(
                "namespace {} is being deleted: no pod can be created in it",
                namespace.name
            ),
        )
    });
    selectors.chain(terminating).collect()
}

/// What keeps the controller from making pods: its latest FailedCreate event, a terminating namespace.
pub(super) fn cannot_create(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let events = snapshot.events.as_deref().unwrap_or_default();
    let of_ds = |e: &&Event| {
        &*e.reason == "FailedCreate"
            && &*e.kind == "DaemonSet"
            && *e.name == *ds.name
            && *e.namespace == *ds.namespace
            && (e.uid.is_empty() || ds.uid().is_empty() || *e.uid == *ds.uid())
    };
    let latest = events
        .iter()
        .filter(of_ds)
        .max_by_key(|e| (e.last, e.count, e.message.clone()));
    let event = latest.map(|e| {
        let times = if e.count > 1 {
            format!(", {} times", e.count)
        } else {
            String::new()
        };
        let at = e
            .last
            .map(|t| format!(", last {}", since(t, snapshot.now)))
            .unwrap_or_default();
        Reason::new(
            Code::FailedCreate,
            format!(
                "the controller couldn't create a pod{times}{at}: {}",
                e.message.trim()
            ),
        )
    });
    halted(snapshot, ds).into_iter().chain(event).collect()
}

/// Virtual kubelets and Fargate take a tolerate-all DaemonSet's pods and never run them.
pub(super) fn virtual_nodes(nodes: &[Node], reports: &[NodeEligibility]) -> Option<Reason> {
    let eligible: HashSet<&str> = reports
        .iter()
        .filter(|r| r.should_run == Some(true))
        .map(|r| r.name.as_str())
        .collect();
    let found = nodes.iter().filter(|n| eligible.contains(&*n.name));
    let found: Vec<_> = found.filter_map(|n| Some((n, keeps_out(n)?))).collect();
    let (_, expression) = found.first()?;
    let names: Vec<_> = found.iter().map(|(n, _)| n.name.to_string()).collect();
    let mut reason = Reason::new(
        Code::VirtualNode,
        format!(
            "it matches virtual nodes, where its pods may stay Pending for ever: {}; the required node affinity `{expression}` keeps them out",
            few(&names)
        ),
    );
    reason.expression = Some((*expression).to_owned());
    Some(reason)
}

/// The requirement that keeps daemon pods off a virtual node; `None` for a real one.
pub(super) fn keeps_out(node: &Node) -> Option<&'static str> {
    let label = |key| node.labels.get(key);
    if label("type") == Some("virtual-kubelet") {
        Some("type NotIn [virtual-kubelet]")
    } else if label("eks.amazonaws.com/compute-type") == Some("fargate") {
        Some("eks.amazonaws.com/compute-type NotIn [fargate]")
    } else if label("virtual-kubelet.io/provider").is_some() {
        Some("virtual-kubelet.io/provider DoesNotExist")
    } else {
        None
    }
}
