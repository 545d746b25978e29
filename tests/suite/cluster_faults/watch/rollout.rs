//! A server on which a rollout goes as the test says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cluster_faults::api::{list, one};
use crate::cluster_faults::mock::{Mock, Received, Reply, Step};
use crate::states::{counters, daemon_set, node, owner, pod, revision};

use super::{Api, Duration, Instant, LONG};

const AT: &str = "2026-11-01T11:00:00Z";
const PODS: &str = "/api/v1/namespaces/default/pods";
const REVISIONS: &str = "/apis/apps/v1/namespaces/default/controllerrevisions";
const SETS: &str = "/apis/apps/v1/namespaces/default/daemonsets";
const NODES: &str = "/api/v1/nodes";

/// What is there when the watch begins.
pub(super) struct World {
    pub(super) daemon_set: Value,
    pub(super) nodes: Vec<Value>,
    pub(super) pods: Vec<Value>,
    pub(super) revisions: Vec<Value>,
    pub(super) events: Vec<Value>,
    /// A list that may not be read.
    pub(super) forbidden: Option<&'static str>,
    /// After so long nothing but watches that are open is answered any more.
    pub(super) away_after: Duration,
}

impl World {
    /// DaemonSet `a` on these nodes, each with an available pod `old-NODE` of
    /// revision 1; the template is that of revision 2.
    pub(super) fn new(nodes: &[&str]) -> Self {
        let desired = i32::try_from(nodes.len()).unwrap();
        let before = daemon_set(&json!({}), &json!({"priority": 1}), &json!({}));
        let mut ds = daemon_set(
            &json!({"generation": 2}),
            &json!({}),
            &counters(desired, 0, 2),
        );
        ds["spec"]["updateStrategy"] =
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}});
        let mut first = revision(&before);
        first["metadata"]["name"] = json!("a-old");
        first["metadata"]["labels"]["controller-revision-hash"] = json!("old");
        let mut second = revision(&ds);
        second["revision"] = json!(2);
        Self {
            daemon_set: ds,
            nodes: nodes.iter().map(|n| ready_node(n)).collect(),
            pods: nodes.iter().map(|n| old_pod(n)).collect(),
            revisions: vec![first, second],
            events: Vec::new(),
            forbidden: None,
            away_after: LONG,
        }
    }

    /// The same, as the controller finds it when it sees the DaemonSet for the first time.
    pub(super) fn never_synced(nodes: &[&str]) -> Self {
        let mut world = Self::new(nodes);
        world.daemon_set["status"] = json!({"currentNumberScheduled": 0, "desiredNumberScheduled": 0,
            "numberMisscheduled": 0, "numberReady": 0});
        world.pods.clear();
        world.revisions.clear();
        world
    }

    /// The same under a quota that admits no second pod.
    pub(super) fn refused_surge(nodes: &[&str]) -> Self {
        let mut world = Self::new(nodes);
        world.daemon_set["spec"]["updateStrategy"]["rollingUpdate"] =
            json!({"maxUnavailable": 0, "maxSurge": 1});
        world.events = vec![refused(AT)];
        world
    }

    /// Serves this world, in which pods change as `steps` say.
    pub(super) fn serve(self, steps: Vec<Step>) -> Mock {
        self.serve_watches([(PODS, vec![Reply::steps(steps)])])
    }

    pub(super) fn serve_watches(
        self,
        watches: impl IntoIterator<Item = (&'static str, Vec<Reply>)>,
    ) -> Mock {
        let lists: BTreeMap<&str, (&str, Vec<Value>)> = [
            (PODS, ("Pod", self.pods)),
            (REVISIONS, ("ControllerRevision", self.revisions)),
            (NODES, ("Node", self.nodes)),
            (SETS, ("DaemonSet", vec![self.daemon_set.clone()])),
            ("/api/v1/namespaces/default/events", ("Event", self.events)),
        ]
        .into();
        let (ds, forbidden) = (self.daemon_set, self.forbidden);
        let away = Instant::now() + self.away_after;
        Api::start_with(watches, move |request: &Received| {
            if Instant::now() > away {
                return Reply::status(503, "ServiceUnavailable", "shutting down");
            }
            match request.path() {
                path if Some(path) == forbidden => {
                    Reply::status(403, "Forbidden", "viewer may not")
                }
                "/version" => Reply::json(&json!({"gitVersion": "v1.37.1"})),
                "/api/v1/namespaces/default" => {
                    one("Namespace", &json!({"metadata": {"name": "default"}}))
                }
                path if path == format!("{SETS}/a") => one("DaemonSet", &ds),
                PODS if request.target.contains("notin") => list("Pod", &[]),
                path => match lists.get(path) {
                    Some((kind, items)) => list(kind, items),
                    None => Reply::status(404, "NotFound", &format!("{path} not found")),
                },
            }
        })
    }
}

/// That a pod was refused, for the last time then.
pub(super) fn refused(at: &str) -> Value {
    json!({"metadata": {"name": "a.refused", "namespace": "default"},
        "involvedObject": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "namespace": "default", "uid": "u"},
        "type": "Warning", "reason": "FailedCreate", "count": 3, "lastTimestamp": at,
        "message": "Error creating: pods \"a-\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"})
}

fn ready_node(name: &str) -> Value {
    let mut node = node(name, &json!({}), &json!([]));
    node["status"] =
        json!({"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": AT}]});
    node
}

fn conditions(ready: bool) -> Value {
    let status = if ready { "True" } else { "False" };
    json!([{"type": "Ready", "status": status, "lastTransitionTime": AT},
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": AT}])
}

pub(super) fn old_pod(node: &str) -> Value {
    let status = json!({"phase": "Running", "conditions": conditions(true), "startTime": AT});
    let mut old = pod(&format!("old-{node}"), node, &status);
    old["metadata"]["labels"]["controller-revision-hash"] = json!("old");
    old["metadata"]["uid"] = json!(format!("uid-old-{node}"));
    old["metadata"]["ownerReferences"] = json!([owner()]);
    old
}

/// A pod of the present template that is ready.
pub(super) fn new_pod(node: &str) -> Value {
    let status = json!({"phase": "Running", "conditions": conditions(true), "startTime": AT});
    pod(&format!("new-{node}"), node, &status)
}

/// One that crashes.
pub(super) fn crashing_pod(node: &str) -> Value {
    let mut crashing = new_pod(node);
    crashing["status"] = json!({"phase": "Running", "conditions": conditions(false), "startTime": AT,
        "containerStatuses": [{"name": "c", "ready": false, "restartCount": 4,
            "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}}}]});
    crashing
}

/// The old pod of `node` makes way for `new`: sent at once, so that no look falls between the two.
pub(super) fn replaced(node: &str, new: &Value, version: u32) -> [Step; 1] {
    let gone = super::event("DELETED", &old_pod(node), version);
    let made = super::event("ADDED", new, version + 1);
    [Step::Send(gone + &made)]
}

/// Nothing more happens.
pub(super) fn stays() -> Step {
    Step::Wait(LONG)
}
