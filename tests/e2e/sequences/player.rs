//! One sequence on its way: what it does to its objects.

use http::Method;
use serde_json::{Value, json};

use super::act::{Act, Effect, Sequence};
use super::ask::Reports;
use super::complaint::Complaints;
use super::manifest::Manifest;
use super::mend::Mended;
use super::state::{NAME, POOL, RUN, is_deleting, name_of};
use crate::control_plane::{ControlPlane, Node};
use crate::scenario::Outcome;
use crate::scenario::pod::{controller_of, node_of};

const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const JSON: &str = "application/json";

pub(super) struct Player {
    pub(super) sequence: Sequence,
    pub(super) namespace: String,
    pub(super) nodes: Vec<String>,
    pub(super) manifest: Manifest,
    /// Whether the manifest is to be applied at the end of the round.
    pub(super) applies: bool,
    /// What was said when it was last at rest.
    pub(super) last: Reports,
    pub(super) mended: Option<Mended>,
    pub(super) complaints: Complaints,
}

impl Player {
    /// `number` is of this run alone: no namespace or node of that name was there before.
    pub(super) fn new(sequence: Sequence, number: u32) -> Self {
        let namespace = format!("sequence-{}-{number}", sequence.seed);
        let node = |place| format!("n{place}-{}-{number}", sequence.seed);
        Self {
            nodes: (0..super::act::NODES).map(node).collect(),
            manifest: Manifest::new(&namespace, sequence.strategy),
            namespace,
            applies: true,
            last: Reports::default(),
            mended: None,
            complaints: Complaints::default(),
            sequence,
        }
    }

    /// The nodes to be made.
    pub(super) fn new_nodes(&self) -> impl Iterator<Item = Node> {
        let node = |name: &String| {
            let node = Node::new(name.as_str());
            node.label(POOL, &self.namespace).label(RUN, "yes")
        };
        self.nodes.iter().map(node)
    }

    /// The node that `node` is asked of.
    pub(super) fn asked_node(&self) -> &str {
        &self.nodes[self.sequence.seed as usize % self.nodes.len()]
    }

    /// Whether the controllers stand still while it acts in this round; 0 is the one that
    /// makes the DaemonSet.
    pub(super) fn stopped(&self, number: usize) -> bool {
        let round = number
            .checked_sub(1)
            .and_then(|n| self.sequence.rounds.get(n));
        round.is_none_or(|round| round.stopped)
    }

    /// Whether it has a round of this number, or has come to its end.
    pub(super) fn plays(&self, number: usize) -> bool {
        number <= self.sequence.rounds.len()
    }

    /// What it does in this round.
    pub(super) fn acts(&self, number: usize) -> Vec<Act> {
        let round = number
            .checked_sub(1)
            .and_then(|n| self.sequence.rounds.get(n));
        round.map_or_else(Vec::new, |round| round.acts.clone())
    }

    /// Does one thing, if there is what it is to be done to.
    pub(super) fn act(&mut self, plane: &ControlPlane, act: Act) -> Outcome {
        let doing = Doing {
            plane,
            namespace: &self.namespace,
        };
        match act {
            Act::Apply(edit) => {
                self.manifest.edit(edit);
                self.applies = true;
                Ok(())
            }
            Act::Recreate(edit, selector) => {
                self.manifest.edit(edit);
                self.applies = true;
                if doing.get("daemonsets", NAME)?.is_none() {
                    self.manifest.select(selector);
                }
                Ok(())
            }
            Act::Taint(node, effect) => doing.taint(&self.nodes[node], Some(effect)),
            Act::Untaint(node) => doing.taint(&self.nodes[node], None),
            Act::Label(node) => doing.label(&self.nodes[node], json!("yes")),
            Act::Unlabel(node) => doing.label(&self.nodes[node], Value::Null),
            Act::Cordon(node) => doing.cordon(&self.nodes[node], true),
            Act::Uncordon(node) => doing.cordon(&self.nodes[node], false),
            Act::FillQuota => doing.fill_quota(),
            Act::LiftQuota => doing.lift_quota(),
            Act::Kill(node) => doing.kill(&self.nodes[node]),
            Act::Hold(node) => doing.hold(&self.nodes[node]),
            Act::Resize(node, cpu) => doing.resize(&self.nodes[node], cpu),
            Act::Orphan => doing.orphan(),
            Act::Mend => {
                self.mended = Some(Mended::mend(&doing, &self.last)?);
                Ok(())
            }
        }
    }
}

/// The hands of a sequence.
pub(super) struct Doing<'a> {
    pub(super) plane: &'a ControlPlane,
    pub(super) namespace: &'a str,
}

impl Doing<'_> {
    fn path(&self, kind: &str, name: &str) -> String {
        let group = match kind {
            "daemonsets" => "/apis/apps/v1",
            _ => "/api/v1",
        };
        format!("{group}/namespaces/{}/{kind}/{name}", self.namespace)
    }

    /// One object of the namespace, if it is there.
    pub(super) fn get(&self, kind: &str, name: &str) -> Result<Option<Value>, String> {
        let list = self.plane.get(&[kind, "-n", self.namespace])?;
        let mut items = list["items"].as_array().into_iter().flatten();
        Ok(items.find(|item| name_of(item) == name).cloned())
    }

    fn send(&self, method: Method, path: &str, body: Option<(&str, &Value)>) -> Outcome {
        self.plane.send(method, path, body).map(drop)
    }

    fn patch_node(&self, node: &str, patch: &Value) -> Outcome {
        let path = format!("/api/v1/nodes/{node}");
        self.send(Method::PATCH, &path, Some((MERGE, patch)))
    }

    fn taint(&self, node: &str, effect: Option<Effect>) -> Outcome {
        let now = self.plane.get(&["node", node])?;
        let mut taints = now["spec"]["taints"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        taints.retain(|taint| taint["key"] != "team");
        if let Some(effect) = effect {
            taints.push(json!({"key": "team", "value": "a", "effect": format!("{effect:?}")}));
        }
        self.patch_node(node, &json!({"spec": {"taints": taints}}))
    }

    fn label(&self, node: &str, value: Value) -> Outcome {
        self.patch_node(node, &json!({"metadata": {"labels": {RUN: value}}}))
    }

    fn cordon(&self, node: &str, cordoned: bool) -> Outcome {
        self.patch_node(node, &json!({"spec": {"unschedulable": cordoned}}))
    }

    fn fill_quota(&self) -> Outcome {
        let pods = self.plane.get(&["pods", "-n", self.namespace])?;
        let count = pods["items"].as_array().map_or(0, Vec::len);
        let quota = json!({
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "full"},
            "spec": {"hard": {"pods": count.to_string()}},
        });
        if self.get("resourcequotas", "full")?.is_some() {
            let path = self.path("resourcequotas", "full");
            return self.send(Method::PATCH, &path, Some((MERGE, &quota)));
        }
        let path = format!("/api/v1/namespaces/{}/resourcequotas", self.namespace);
        self.send(Method::POST, &path, Some((JSON, &quota)))
    }

    pub(super) fn lift_quota(&self) -> Outcome {
        if self.get("resourcequotas", "full")?.is_none() {
            return Ok(());
        }
        self.send(Method::DELETE, &self.path("resourcequotas", "full"), None)
    }

    /// The first pod of the DaemonSet on a node that isn't being deleted.
    fn pod_on(&self, node: &str) -> Result<Option<String>, String> {
        let pods = self.plane.get(&["pods", "-n", self.namespace])?;
        let mut pods = pods["items"].as_array().into_iter().flatten();
        let there = |pod: &&Value| {
            node_of(pod) == Some(node) && controller_of(pod).is_some() && !is_deleting(pod)
        };
        Ok(pods.find(there).map(|pod| name_of(pod).to_owned()))
    }

    fn kill(&self, node: &str) -> Outcome {
        match self.pod_on(node)? {
            Some(pod) => self.delete_pod(&pod),
            None => Ok(()),
        }
    }

    pub(super) fn delete_pod(&self, pod: &str) -> Outcome {
        self.send(Method::DELETE, &self.path("pods", pod), None)
    }

    fn hold(&self, node: &str) -> Outcome {
        let Some(pod) = self.pod_on(node)? else {
            return Ok(());
        };
        self.finalizers(&pod, json!(["e2e.test/hold"]))?;
        self.delete_pod(&pod)
    }

    /// Sets a pod's finalizers; without any it goes if it is being deleted.
    pub(super) fn finalizers(&self, pod: &str, finalizers: Value) -> Outcome {
        let patch = json!({"metadata": {"finalizers": finalizers}});
        let path = self.path("pods", pod);
        self.send(Method::PATCH, &path, Some((MERGE, &patch)))
    }

    /// Of a pod that runs: a kubelet reports what it has, and then what it has got.
    fn resize(&self, node: &str, cpu: u32) -> Outcome {
        let pod = self.pod_on(node)?;
        let pod = pod.map_or(Ok(None), |pod| self.get("pods", &pod))?;
        let Some(pod) = pod.filter(|pod| !container(pod)["state"]["running"].is_null()) else {
            return Ok(());
        };
        let resized = self.resize_pod(&pod, &json!({"requests": {"cpu": format!("{cpu}m")}}));
        // A pod that a taint just put on evicts may go meanwhile.
        match self.get("pods", name_of(&pod))? {
            Some(_) => resized,
            None => Ok(()),
        }
    }

    fn resize_pod(&self, pod: &Value, resources: &Value) -> Outcome {
        let name = name_of(pod);
        self.report_resources(pod, &pod["spec"]["containers"][0]["resources"])?;
        let patch = json!({"spec": {"containers": [{"name": "agent", "resources": resources}]}});
        let path = format!("{}/resize", self.path("pods", name));
        self.send(Method::PATCH, &path, Some((STRATEGIC, &patch)))?;
        self.report_resources(pod, resources)
    }

    fn report_resources(&self, pod: &Value, resources: &Value) -> Outcome {
        let mut container = container(pod).clone();
        container["resources"] = resources.clone();
        let patch = json!({"status": {"containerStatuses": [container]}});
        let path = format!("{}/status", self.path("pods", name_of(pod)));
        self.send(Method::PATCH, &path, Some((MERGE, &patch)))
    }

    /// As a kubelet that finds its pod ready.
    pub(super) fn make_ready(&self, pod: &str) -> Outcome {
        let conditions = json!([{"type": "Ready", "status": "True"}]);
        let patch = json!({"status": {"conditions": conditions}});
        let path = format!("{}/status", self.path("pods", pod));
        self.send(Method::PATCH, &path, Some((STRATEGIC, &patch)))
    }

    /// As a node that got more processors.
    pub(super) fn enlarge(&self, node: &str) -> Outcome {
        let patch = json!({"status": {"allocatable": {"cpu": "64"}, "capacity": {"cpu": "64"}}});
        let path = format!("/api/v1/nodes/{node}/status");
        self.send(Method::PATCH, &path, Some((MERGE, &patch)))
    }

    fn orphan(&self) -> Outcome {
        if self.get("daemonsets", NAME)?.is_none() {
            return Ok(());
        }
        let options = json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Orphan",
        });
        let path = self.path("daemonsets", NAME);
        self.send(Method::DELETE, &path, Some((JSON, &options)))
    }

    /// Starts a sync whose end can be seen: a new revisionHistoryLimit raises the
    /// generation and changes nothing else.
    pub(super) fn touch(&self, limit: usize) -> Outcome {
        let patch = json!({"spec": {"revisionHistoryLimit": limit}});
        let path = self.path("daemonsets", NAME);
        self.send(Method::PATCH, &path, Some((MERGE, &patch)))
    }
}

fn container(pod: &Value) -> &Value {
    &pod["status"]["containerStatuses"][0]
}
