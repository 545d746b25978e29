//! The objects of each sequence as the API server has them, read with few requests
//! for all sequences together.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::control_plane::{ControlPlane, PATIENCE, PollError, wait_for};
use crate::scenario::pod::{controller_of, is_ready, node_of};

/// The DaemonSet of every sequence.
pub(super) const NAME: &str = "agent";

/// The label that tells whose node it is.
pub(super) const POOL: &str = "e2e.test/pool";

/// The label that comes and goes.
pub(super) const RUN: &str = "e2e.test/run";

/// The annotation from which the generation label of pods is made.
const GENERATION: &str = "deprecated.daemonset.template.generation";

/// The time between two looks at everything.
const LOOK: Duration = Duration::from_millis(150);

/// One sequence's objects at one time.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) ds: Option<Value>,
    pub(super) pods: Vec<Value>,
    pub(super) revisions: Vec<Value>,
    pub(super) nodes: Vec<Value>,
    pub(super) quotas: Vec<Value>,
    /// FailedCreate alone.
    pub(super) events: Vec<Value>,
}

/// The states of all sequences.
pub(super) type States = BTreeMap<String, State>;

/// Reads everything of these namespaces.
pub(super) fn look(plane: &ControlPlane, namespaces: &[String]) -> Result<States, String> {
    let mut states = States::new();
    for namespace in namespaces {
        states.insert(namespace.clone(), State::default());
    }
    let list = plane.get(&["daemonsets,pods,controllerrevisions,resourcequotas,nodes"])?;
    let events = plane.get(&["events", "--field-selector", "reason=FailedCreate"])?;
    let items = [list, events].map(|list| list["items"].as_array().cloned().unwrap_or_default());
    for item in items.into_iter().flatten() {
        let metadata = &item["metadata"];
        let place = metadata["namespace"].as_str();
        let place = place.or_else(|| metadata["labels"][POOL].as_str());
        let Some(state) = place.and_then(|place| states.get_mut(place)) else {
            continue;
        };
        match item["kind"].as_str() {
            Some("DaemonSet") => state.ds = Some(item),
            Some("Pod") => state.pods.push(item),
            Some("ControllerRevision") => state.revisions.push(item),
            Some("Node") => state.nodes.push(item),
            Some("ResourceQuota") => state.quotas.push(item),
            _ => state.events.push(item),
        }
    }
    Ok(states)
}

/// Waits until nothing has changed in any of them for so long.
pub(super) fn until_still(
    plane: &ControlPlane,
    namespaces: &[String],
    still: Duration,
) -> Result<States, String> {
    let mut last: Option<States> = None;
    let mut since = Instant::now();
    wait_for("the sequences to come to rest", PATIENCE, || {
        plane.still_running()?;
        let now = look(plane, namespaces)?;
        let moved = last.as_ref().is_none_or(|last| {
            let mut both = last.values().zip(now.values());
            both.any(|(before, now)| before.differs(now))
        });
        last = Some(now);
        if moved {
            since = Instant::now();
        }
        match &last {
            Some(states) if since.elapsed() >= still => Ok(states.clone()),
            _ => {
                std::thread::sleep(LOOK);
                Err(PollError::NotYet("something moves".to_owned()))
            }
        }
    })
}

impl State {
    fn differs(&self, other: &Self) -> bool {
        self.ds != other.ds
            || self.pods != other.pods
            || self.revisions != other.revisions
            || self.quotas != other.quotas
            || self.nodes != other.nodes
    }

    /// The DaemonSet; `null` while there is none.
    pub(super) fn ds(&self) -> &Value {
        self.ds.as_ref().unwrap_or(&Value::Null)
    }

    /// The pods that it controls.
    pub(super) fn owned(&self) -> impl Iterator<Item = &Value> {
        let uid = &self.ds()["metadata"]["uid"];
        let owned = move |pod: &&Value| controller_of(pod).is_some_and(|c| c["uid"] == *uid);
        self.pods.iter().filter(owned)
    }

    /// The pods that nobody controls.
    pub(super) fn ownerless(&self) -> impl Iterator<Item = &Value> {
        self.pods.iter().filter(|pod| controller_of(pod).is_none())
    }

    /// The pods that it controls, or takes over at its next sync.
    pub(super) fn claimed(&self) -> impl Iterator<Item = &Value> {
        let adoptable = |pod: &&Value| self.selects(pod) && !is_deleting(pod);
        self.owned().chain(self.ownerless().filter(adoptable))
    }

    /// Those of them that are on a node or meant for it.
    pub(super) fn on<'a>(&'a self, node: &'a str) -> impl Iterator<Item = &'a Value> {
        self.claimed().filter(move |pod| node_of(pod) == Some(node))
    }

    pub(super) fn pod(&self, name: &str) -> Option<&Value> {
        self.pods.iter().find(|pod| name_of(pod) == name)
    }

    pub(super) fn node(&self, name: &str) -> Option<&Value> {
        self.nodes.iter().find(|node| name_of(node) == name)
    }

    /// Whether a pod is one of the template's: each template of a sequence has an image
    /// of its own.
    pub(super) fn is_current(&self, pod: &Value) -> bool {
        image(&pod["spec"]) == image(&self.ds()["spec"]["template"]["spec"])
    }

    /// Whether a pod that isn't counts as updated all the same.
    pub(super) fn is_trapped(&self, pod: &Value) -> bool {
        let label = &pod["metadata"]["labels"]["pod-template-generation"];
        !self.is_current(pod) && *label == self.ds()["metadata"]["annotations"][GENERATION]
    }

    /// Whether the selector matches a pod.
    pub(super) fn selects(&self, pod: &Value) -> bool {
        let wanted = self.ds()["spec"]["selector"]["matchLabels"].as_object();
        let mut wanted = wanted.into_iter().flatten();
        wanted.all(|(key, value)| pod["metadata"]["labels"][key] == *value)
    }

    pub(super) fn is_on_delete(&self) -> bool {
        self.ds()["spec"]["updateStrategy"]["type"] == "OnDelete"
    }

    /// Which pods there are, and which of them are being deleted.
    pub(super) fn pod_set(&self) -> BTreeSet<String> {
        let key = |pod: &Value| {
            let going = if is_deleting(pod) { ", going" } else { "" };
            format!("{} {}{going}", name_of(pod), pod["metadata"]["uid"])
        };
        self.pods.iter().map(key).collect()
    }

    /// A counter of `.status`; the API leaves zeros out of some.
    pub(super) fn counter(&self, field: &str) -> u64 {
        self.ds()["status"][field].as_u64().unwrap_or_default()
    }
}

/// Whether the template's nodeSelector and the node's taints let a pod be made there; of
/// taints only that of a cordon is tolerated.
pub(super) fn is_eligible(node: &Value) -> bool {
    is_labelled(node) && taints(node).next().is_none()
}

/// Whether a pod that is there may stay.
pub(super) fn keeps(node: &Value) -> bool {
    is_labelled(node) && taints(node).all(|taint| taint["effect"] != "NoExecute")
}

pub(super) fn is_labelled(node: &Value) -> bool {
    node["metadata"]["labels"][RUN] == "yes"
}

/// The taints that no pod of a sequence tolerates.
pub(super) fn taints(node: &Value) -> impl Iterator<Item = &Value> {
    let taints = node["spec"]["taints"].as_array().into_iter().flatten();
    taints.filter(|taint| taint["key"] == "team")
}

pub(super) fn name_of(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

pub(super) fn image(pod_spec: &Value) -> &str {
    let image = &pod_spec["containers"][0]["image"];
    image.as_str().unwrap_or_default()
}

/// The CPU that a pod's spec requests, in thousandths.
pub(super) fn cpu(pod_spec: &Value) -> u64 {
    let cpu = &pod_spec["containers"][0]["resources"]["requests"]["cpu"];
    milli(cpu.as_str().unwrap_or_default())
}

/// `250m` and `3` alone are written here.
pub(super) fn milli(quantity: &str) -> u64 {
    match quantity.strip_suffix('m') {
        Some(milli) => milli.parse().unwrap_or_default(),
        None => 1000 * quantity.parse::<u64>().unwrap_or_default(),
    }
}

pub(super) fn is_deleting(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
}

/// Whether a pod is there, ready and not about to go.
pub(super) fn is_well(pod: &Value) -> bool {
    is_ready(pod) && !is_deleting(pod)
}
