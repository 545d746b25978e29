//! Small clusters in which a rollout is somewhere.

use serde_json::{Value, json};

/// A cluster of the DaemonSet `a`: its template is of revision 2 (`h2`), image `a:2`;
/// revision 1 (`h1`) has the image `a:1`.
pub(crate) struct Dump {
    pub(crate) ds: Value,
    pub(crate) nodes: Vec<Value>,
    pub(crate) pods: Vec<Value>,
    pub(crate) revisions: Vec<Value>,
    pub(crate) others: Vec<Value>,
}

pub(crate) const CREATED: &str = "2026-01-01T00:00:00Z";
pub(crate) const READY: &str = "2026-01-01T00:00:20Z";

pub(crate) fn template(image: &str) -> Value {
    json!({"metadata": {"labels": {"app": "a"}}, "spec": {
        "containers": [{"name": "agent", "image": image, "imagePullPolicy": "IfNotPresent", "resources": {},
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}],
        "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
        "securityContext": {}, "terminationGracePeriodSeconds": 30}})
}

fn owner() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "uid": "u", "controller": true})
}

pub(crate) fn revision(number: i64, hash: &str, template: &Value) -> Value {
    let mut template = template.clone();
    template["$patch"] = "replace".into();
    json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": number,
        "metadata": {"name": format!("a-{hash}"), "namespace": "default",
            "labels": {"app": "a", "controller-revision-hash": hash}, "ownerReferences": [owner()]},
        "data": {"spec": {"template": template}}})
}

pub(crate) fn node(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": CREATED}]}})
}

/// An available pod of revision `number` on `node`, with its name made of both.
pub(crate) fn pod(node: &str, number: i64) -> Value {
    let name = format!("a-{node}-{}", if number == 2 { "new" } else { "old" });
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "creationTimestamp": CREATED, "ownerReferences": [owner()],
            "labels": {"app": "a", "controller-revision-hash": format!("h{number}"), "pod-template-generation": number.to_string()}},
        "spec": {"nodeName": node, "containers": [{"name": "agent", "image": format!("a:{number}")}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": READY}]}})
}

/// The same pod, running and not ready.
pub(crate) fn not_ready(mut pod: Value) -> Value {
    pod["status"]["conditions"][0]["status"] = "False".into();
    pod
}

/// The same pod, its only container crashing.
pub(crate) fn crashing(pod: Value) -> Value {
    let mut pod = not_ready(pod);
    pod["status"]["containerStatuses"] = json!([{"name": "agent", "ready": false, "restartCount": 5, "image": "a", "imageID": "",
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}}]);
    pod
}

/// The same pod, being deleted since before `now`.
pub(crate) fn terminating(mut pod: Value) -> Value {
    pod["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
    pod["metadata"]["deletionGracePeriodSeconds"] = 30.into();
    pod
}

impl Dump {
    /// Nodes `n1`, `n2` and so on: the first `new` with a new pod, the others with an old one.
    pub(crate) fn new(nodes: usize, new: usize) -> Self {
        let template_now = template("a:2");
        let ds = json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": "a", "namespace": "default", "uid": "u", "generation": 2, "creationTimestamp": CREATED,
                "annotations": {"deprecated.daemonset.template.generation": "2"}},
            "spec": {"selector": {"matchLabels": {"app": "a"}}, "revisionHistoryLimit": 10, "template": template_now,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}},
            "status": {"observedGeneration": 2}});
        let names: Vec<_> = (1..=nodes).map(|n| format!("n{n}")).collect();
        let pods = names
            .iter()
            .enumerate()
            .map(|(index, name)| pod(name, if index < new { 2 } else { 1 }));
        let mut dump = Self {
            nodes: names.iter().map(|n| node(n)).collect(),
            pods: pods.collect(),
            revisions: vec![
                revision(1, "h1", &template("a:1")),
                revision(2, "h2", &template_now),
            ],
            others: vec![
                json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "other"},
                "involvedObject": {"kind": "Pod", "name": "x"}, "reason": "Started"}),
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}, "status": {"phase": "Active"}}),
            ],
            ds,
        };
        dump.count();
        dump
    }

    /// Writes the counters that the controller would have written.
    pub(crate) fn count(&mut self) {
        let is_new = |p: &&Value| p["metadata"]["labels"]["controller-revision-hash"] == "h2";
        let ready = |p: &&Value| p["status"]["conditions"][0]["status"] == "True";
        let nodes = self.nodes.len();
        let available = self.pods.iter().filter(ready).count();
        self.ds["status"] = json!({"observedGeneration": 2, "desiredNumberScheduled": nodes,
            "currentNumberScheduled": nodes, "numberReady": available, "numberAvailable": available,
            "numberUnavailable": nodes - available.min(nodes), "numberMisscheduled": 0,
            "updatedNumberScheduled": self.pods.iter().filter(is_new).count()});
    }

    pub(crate) fn strategy(mut self, strategy: Value) -> Self {
        self.ds["spec"]["updateStrategy"] = strategy;
        self
    }

    pub(crate) fn budget(
        self,
        max_unavailable: impl Into<Value>,
        max_surge: impl Into<Value>,
    ) -> Self {
        let budgets =
            json!({"maxUnavailable": max_unavailable.into(), "maxSurge": max_surge.into()});
        self.strategy(json!({"type": "RollingUpdate", "rollingUpdate": budgets}))
    }

    /// Changes the pod on a node, by the node's number.
    pub(crate) fn pod(mut self, number: usize, change: fn(Value) -> Value) -> Self {
        let pod = &mut self.pods[number - 1];
        *pod = change(pod.take());
        self.count();
        self
    }

    /// Taints a node, by its number.
    pub(crate) fn taint(mut self, number: usize, key: &str, effect: &str) -> Self {
        self.nodes[number - 1]["spec"]["taints"] = json!([{"key": key, "effect": effect}]);
        self
    }

    /// The kubelet of a node, by its number, says nothing any more: its pod isn't ready, and
    /// the control plane has tainted it.
    pub(crate) fn dead(self, number: usize) -> Self {
        let mut dump = self.pod(number, not_ready);
        dump.nodes[number - 1]["status"]["conditions"][0]["status"] = "Unknown".into();
        dump.taint(number, "node.kubernetes.io/unreachable", "NoSchedule")
    }

    /// The template, and the revision that it is of, with this in its pod spec.
    pub(crate) fn with_spec(mut self, field: &str, value: Value) -> Self {
        self.ds["spec"]["template"]["spec"][field] = value;
        self.revisions[1] = revision(2, "h2", &self.ds["spec"]["template"]);
        self
    }

    pub(crate) fn objects(&self) -> Vec<Value> {
        let parts = [&self.nodes, &self.pods, &self.revisions, &self.others];
        let mut objects: Vec<_> = parts.into_iter().flatten().cloned().collect();
        objects.push(self.ds.clone());
        objects
    }
}
