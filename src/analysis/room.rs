//! What a daemon pod lacks on its node, and which pods hold it.

mod ports;
mod rivals;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::engine::requests::{Requests, add, scheduled_requests};
use crate::model::quantity::Quantity;
use crate::model::{DaemonSet, HASH_LABEL, Namespace, Node, Pod, Snapshot};

use super::pod::DaemonPod;
use super::reason::{AddedSelector, Free, Owner, Reason, ResourceHolder, Shortage};
use super::unschedulable::UnschedulableCause;
use super::virtual_nodes::VirtualKind;

/// How many of the pods with the largest requests are named.
const MOST: usize = 3;

/// The nodes without room for their daemon pods, and the pods on them.
#[derive(Debug)]
pub struct Room<'a> {
    ds: &'a DaemonSet,
    namespace: Option<&'a Namespace>,
    nodes: &'a [Node],
    own: &'a [Pod],
    /// All pods of the nodes without room.
    by_node: HashMap<&'a str, Vec<&'a Pod>>,
    /// The pods that have host ports, as far as they were read: of any node.
    with_ports: HashMap<&'a str, Vec<&'a Pod>>,
    /// The host ports of all pods that were read.
    used_ports: HashSet<i32>,
    /// Orphaned pods, by namespace and the name of their deleted DaemonSet.
    orphans: BTreeMap<(&'a str, &'a str), Vec<&'a str>>,
}

impl<'a> Room<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        let mut by_node: HashMap<&str, Vec<&Pod>> = HashMap::new();
        for pod in snapshot.pods_beside.iter().filter(|p| !p.is_terminal()) {
            by_node.entry(&pod.node_name).or_default().push(pod);
        }
        let known = snapshot.pods_beside.iter().chain(&snapshot.port_holders);
        let known = known.filter(|pod| !pod.is_terminal());
        let known = known.map(|pod| ((&*pod.namespace, &*pod.name), pod));
        let known: BTreeMap<_, &Pod> = known.collect();
        let mut with_ports: HashMap<&str, Vec<&Pod>> = HashMap::new();
        let mut orphans: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for pod in known.values() {
            if !pod.host_ports.is_empty() {
                with_ports.entry(&pod.node_name).or_default().push(pod);
            }
            if let Some(name) = orphan_of(pod) {
                let left = orphans.entry((&*pod.namespace, name)).or_default();
                left.push(&pod.name);
            }
        }
        let own = snapshot.pods_in(&ds.namespace).unwrap_or_default();
        let ports = known.values().copied().chain(own);
        let ports = ports.flat_map(|pod| &pod.host_ports);
        let used_ports = ports.map(|port| port.port).collect();
        let mut namespaces = snapshot.namespaces.iter().flatten();
        Self {
            ds,
            namespace: namespaces.find(|n| *n.name == *ds.namespace),
            nodes: snapshot.nodes.as_deref().unwrap_or_default(),
            own,
            by_node,
            with_ports,
            used_ports,
            orphans,
        }
    }

    /// Adds to an unschedulable pod what it lacks.
    pub(super) fn add_to(&self, report: &mut DaemonPod, pod: &Pod) {
        let is_of_template = report.updated == Some(true);
        for reason in &mut report.reasons {
            if let Reason::PodUnschedulable { unfit, lacks, .. } = reason {
                if let Some(node) = self.node(pod) {
                    unfit.retain(|unfit| unfit.fits(node));
                }
                let unfit = unfit.iter();
                *lacks = unfit
                    .flat_map(|u| self.lacks(u, pod, is_of_template))
                    .collect();
            }
        }
    }

    fn lacks(&self, unfit: &UnschedulableCause, pod: &Pod, is_of_template: bool) -> Vec<Shortage> {
        match unfit {
            UnschedulableCause::HostPortTaken => self.ports(pod),
            UnschedulableCause::TooManyPods => vec![self.resource("pods", pod)],
            UnschedulableCause::Insufficient(name) => vec![self.resource(name, pod)],
            UnschedulableCause::OwnNodeDoesNotMatch if is_of_template => self.added_selectors(pod),
            UnschedulableCause::AntiAffinity => self.rivals(pod).into_iter().collect(),
            UnschedulableCause::UnboundClaim => self.claims().into_iter().collect(),
            UnschedulableCause::Untolerated(_)
            | UnschedulableCause::UntoleratedTaints
            | UnschedulableCause::Cordoned
            | UnschedulableCause::Volume
            | UnschedulableCause::OwnNodeDoesNotMatch
            | UnschedulableCause::OthersAntiAffinity
            | UnschedulableCause::NotSaid { .. }
            | UnschedulableCause::Spread
            | UnschedulableCause::Other(_) => Vec::new(),
        }
    }

    /// The pairs of the pod's nodeSelector that neither its template nor its node has.
    fn added_selectors(&self, pod: &Pod) -> Vec<Shortage> {
        let (Some(node), Some(scheduling)) = (self.node(pod), &pod.scheduling) else {
            return Vec::new();
        };
        let template = self.ds.pod_spec().and_then(|s| s.node_selector.as_ref());
        let in_template = |key: &str| template.is_some_and(|pairs| pairs.contains_key(key));
        let pairs = scheduling.node_selector.iter();
        let added =
            pairs.filter(|(key, value)| !in_template(key) && node.labels.get(key) != Some(value));
        let added = added.map(|(key, value)| {
            Shortage::Selector(AddedSelector {
                key: key.to_owned(),
                value: value.to_owned(),
                node: node.name.to_string(),
                annotation: self.namespace.and_then(|n| n.selects_by(key)),
                is_openshift: self.namespace.is_some_and(|n| n.is_openshift),
            })
        });
        added.collect()
    }

    /// The claims of the template.
    fn claims(&self) -> Option<Shortage> {
        let volumes = self.ds.pod_spec()?.volumes.iter().flatten();
        let claims = volumes.filter_map(|volume| volume.persistent_volume_claim.as_ref());
        let names: Vec<String> = claims.map(|claim| claim.claim_name.clone()).collect();
        (!names.is_empty()).then_some(Shortage::Claims { names })
    }

    fn resource(&self, name: &str, pod: &Pod) -> Shortage {
        let requested = amount(pod, name);
        let allocatable = self.node(pod).and_then(|node| node.allocatable.get(name));
        let allocatable = allocatable.and_then(|text| Quantity::parse(text).ok());
        let never = requested.zip(allocatable).map(|(wants, has)| wants > has);
        Shortage::Resource {
            name: name.to_owned(),
            requested: requested.map(|q| q.to_string()).unwrap_or_default(),
            allocatable: allocatable.map(|q| q.to_string()),
            free: allocatable.and_then(|all| self.free(all, name, pod)),
            never_fits: never.unwrap_or_else(|| self.node(pod).is_some()),
            is_virtual: self.node(pod).and_then(VirtualKind::of).is_some(),
            holders: self.biggest(name, pod),
        }
    }

    /// What the other pods leave of `all`; `None` where they weren't read, or what one of them
    /// requests can't be.
    fn free(&self, all: Quantity, name: &str, pod: &Pod) -> Option<Free> {
        let others = self.others(pod).iter();
        let requested = others.map(|other| {
            let of_pods = || Quantity::parse("1").ok();
            match name {
                "pods" => of_pods(),
                name => {
                    let requests = scheduled_requests(other.resources.as_deref()?).ok()?;
                    Some(requests.get(name).copied().unwrap_or_default())
                }
            }
        });
        let requested: Option<Vec<Quantity>> = requested.collect();
        let requested = requested.filter(|requested| !requested.is_empty())?;
        let left = requested.into_iter().fold(all, Quantity::minus);
        Some(Free {
            amount: left.max(Quantity::default()),
            is_most: false,
        })
    }

    /// The owners whose pods request most of a resource, the largest first: pods of one controller
    /// are summed.
    fn biggest(&self, name: &str, pod: &Pod) -> Vec<ResourceHolder> {
        let mut by_owner: BTreeMap<(String, Owner), (Quantity, ResourceHolder)> = BTreeMap::new();
        for other in self.others(pod) {
            let Some(amount) = amount(other, name).filter(|a| *a > Quantity::default()) else {
                continue;
            };
            let holder = self.holder(other, pod.labels.get(HASH_LABEL));
            let key = match &holder.owner {
                Owner::Controlled { .. } => (holder.namespace.clone(), holder.owner.clone()),
                // Each by itself.
                _ => (format!("{}/{}", holder.namespace, holder.pod), Owner::Bare),
            };
            let (sum, known) = by_owner
                .entry(key)
                .or_insert((Quantity::default(), ResourceHolder { pods: 0, ..holder }));
            *sum = sum.plus(amount);
            known.pods += 1;
            known.priority = known.priority.max(other.priority);
        }
        let mut biggest: Vec<(Quantity, ResourceHolder)> = by_owner.into_values().collect();
        biggest.sort_by(|(a, p), (b, q)| b.cmp(a).then_with(|| p.pod.cmp(&q.pod)));
        let most = biggest.into_iter().take(MOST);
        let with_amount = most.map(|(amount, holder)| ResourceHolder {
            amount: Some(amount.to_string()),
            ..holder
        });
        with_amount.collect()
    }

    fn others(&self, pod: &Pod) -> &[&'a Pod] {
        let target = pod.target_node.as_deref().unwrap_or_default();
        self.by_node.get(target).map_or(&[], Vec::as_slice)
    }

    fn node(&self, pod: &Pod) -> Option<&'a Node> {
        self.node_named(pod.target_node.as_deref()?)
    }

    /// Nodes come in the order of their names.
    fn node_named(&self, name: &str) -> Option<&'a Node> {
        let found = self.nodes.binary_search_by(|n| (*n.name).cmp(name)).ok()?;
        self.nodes.get(found)
    }

    /// A pod that holds what another of the revision `hash` lacks.
    fn holder(&self, holder: &Pod, hash: Option<&str>) -> ResourceHolder {
        let owner = match (holder.controller(), orphan_of(holder)) {
            (Some(owner), _) if !self.ds.uid().is_empty() && owner.uid == self.ds.uid() => {
                Owner::Own {
                    is_old: holder.labels.get(HASH_LABEL) != hash,
                }
            }
            (Some(owner), _) if owner.kind == "Node" => Owner::Static,
            (Some(owner), _) => Owner::Controlled {
                kind: owner.kind.to_string(),
                name: owner.name.to_string(),
            },
            (None, Some(name)) => {
                let pods = self.orphans.get(&(&*holder.namespace, name));
                Owner::Orphan {
                    daemon_set: name.to_owned(),
                    pods: pods
                        .into_iter()
                        .flatten()
                        .map(|p| (*p).to_owned())
                        .collect(),
                }
            }
            (None, None) => Owner::Bare,
        };
        ResourceHolder {
            namespace: holder.namespace.to_string(),
            pod: holder.name.to_string(),
            owner,
            amount: None,
            pods: 1,
            priority: holder.priority,
        }
    }
}

/// The DaemonSet that created an orphaned pod.
fn orphan_of(pod: &Pod) -> Option<&str> {
    let (name, _) = pod.name.rsplit_once('-')?;
    pod.is_daemon_orphan().then_some(name)
}

/// The sum of the requests of `pods`; `None` where one of them can't be parsed.
pub(super) fn requested<'p>(pods: impl Iterator<Item = &'p Pod>) -> Option<Requests> {
    let mut total = Requests::new();
    for pod in pods.filter(|pod| !pod.is_terminal()) {
        add(
            &mut total,
            &scheduled_requests(pod.resources.as_deref()?).ok()?,
        );
        let count = total.entry("pods".to_owned()).or_default();
        *count = count.plus(Quantity::parse("1").ok()?);
    }
    Some(total)
}

fn amount(pod: &Pod, name: &str) -> Option<Quantity> {
    if name == "pods" {
        return Quantity::parse("1").ok();
    }
    let requests: Requests = scheduled_requests(pod.resources.as_deref()?).ok()?;
    requests.get(name).copied()
}
