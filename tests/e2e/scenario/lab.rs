//! A namespace and some nodes for one scenario.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Outcome;
use super::daemonset::Ds;
use super::observation::{Expected, Observation, Statements};
use super::pod::{controller_of, is_ready, node_of};
use crate::control_plane::{
    AuditEvent, AuditMark, ControlPlane, Node, PATIENCE, PollError, wait_for,
};

/// What stays the same for so long has settled.
const STILL: Duration = Duration::from_millis(700);

/// Numbers the scenarios: no node name is ever used again, so that no cache can
/// mistake a new node for an old one.
static SERIAL: AtomicU32 = AtomicU32::new(1);

/// One scenario's part of the cluster.
pub(crate) struct Lab<'a> {
    cluster: &'a ControlPlane,
    serial: u32,
    namespace: RefCell<String>,
    since: AuditMark,
    nodes: RefCell<Vec<String>>,
    used_namespaces: RefCell<Vec<String>>,
    idle: Cell<bool>,
    unclean: Cell<bool>,
    findings: RefCell<Vec<&'static str>>,
}

impl<'a> Lab<'a> {
    /// A fresh namespace named after the scenario.
    pub(crate) fn open(cluster: &'a ControlPlane, scenario: &str) -> Result<Self, String> {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("{scenario}-{serial}");
        let since = cluster.audit_mark()?;
        let lab = Self {
            cluster,
            serial,
            namespace: RefCell::default(),
            since,
            nodes: RefCell::default(),
            used_namespaces: RefCell::default(),
            idle: Cell::new(false),
            unclean: Cell::new(false),
            findings: RefCell::default(),
        };
        lab.move_to(&namespace)?;
        Ok(lab)
    }

    /// Goes on in another namespace, for manifests that name theirs.
    pub(crate) fn move_to(&self, namespace: &str) -> Outcome {
        if namespace != "kube-system" {
            self.cluster.kubectl(&["create", "namespace", namespace])?;
        }
        self.used_namespaces.borrow_mut().push(namespace.to_owned());
        *self.namespace.borrow_mut() = namespace.to_owned();
        Ok(())
    }

    /// States that the controller is right to neither make nor delete a pod here.
    pub(super) fn controller_stays_idle(&self) {
        self.idle.set(true);
    }

    /// States what `why` has to find about the DaemonSet as a whole from here on.
    pub(super) fn findings_are(&self, codes: &[&'static str]) {
        *self.findings.borrow_mut() = codes.to_vec();
    }

    /// States that something is wrong here that no counter shows.
    pub(super) fn something_is_wrong(&self) {
        self.unclean.set(true);
    }

    pub(super) fn statements(&self) -> Statements {
        Statements {
            findings: self.findings.borrow().clone(),
            idle: self.idle.get(),
            unclean: self.unclean.get(),
        }
    }

    pub(crate) fn cluster(&self) -> &'a ControlPlane {
        self.cluster
    }

    pub(crate) fn namespace(&self) -> String {
        self.namespace.borrow().clone()
    }

    /// The full name of a node that the scenario calls `short`.
    pub(crate) fn node(&self, short: &str) -> String {
        format!("{short}-{}", self.serial)
    }

    /// A node to be made, called `short` by the scenario.
    pub(crate) fn new_node(&self, short: &str) -> Node {
        Node::new(self.node(short))
    }

    /// Makes nodes and waits until they are ready.
    pub(crate) fn nodes(&self, nodes: &[Node]) -> Outcome {
        self.nodes
            .borrow_mut()
            .extend(nodes.iter().map(|node| node.name().to_owned()));
        self.cluster.add_nodes(nodes)
    }

    /// Nodes with nothing special.
    pub(crate) fn plain_nodes(&self, short: &[&str]) -> Outcome {
        let nodes: Vec<Node> = short.iter().map(|name| self.new_node(name)).collect();
        self.nodes(&nodes)
    }

    pub(crate) fn apply(&self, ds: &Ds) -> Outcome {
        self.apply_text(&ds.manifest())
    }

    pub(crate) fn apply_text(&self, manifest: &str) -> Outcome {
        self.kubectl_with(&["apply", "-f", "-"], manifest).map(drop)
    }

    /// kubectl in the scenario's namespace.
    pub(crate) fn kubectl(&self, args: &[&str]) -> Result<String, String> {
        self.cluster
            .kubectl(&[&["-n", &self.namespace()], args].concat())
    }

    pub(crate) fn kubectl_with(&self, args: &[&str], input: &str) -> Result<String, String> {
        self.cluster
            .kubectl_with_input(&[&["-n", &self.namespace()], args].concat(), Some(input))
    }

    pub(crate) fn get(&self, args: &[&str]) -> Result<Value, String> {
        self.cluster
            .get(&[&["-n", &self.namespace()], args].concat())
    }

    /// `kubectl ds why ARGS` in the scenario's namespace, as text.
    pub(super) fn why(&self, args: &[&str]) -> Result<crate::control_plane::Output, String> {
        self.cluster
            .ds_plugin(&[&["why", "-n", &self.namespace()], args].concat())
    }

    /// Polls until it is so.
    pub(crate) fn until(
        &self,
        what: &str,
        mut so: impl FnMut() -> Result<bool, String>,
    ) -> Outcome {
        wait_for(what, PATIENCE, || {
            self.cluster.still_running()?;
            if so()? {
                Ok(())
            } else {
                Err(PollError::NotYet("still not so".to_owned()))
            }
        })
    }

    /// The pods that the DaemonSet controls, live or terminating.
    pub(crate) fn pods_of(&self, ds: &str) -> Result<Vec<Value>, String> {
        let owner = self.get(&["daemonset", ds])?;
        let pods = self.get(&["pods"])?;
        Ok(pods["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|pod| controller_of(pod).is_some_and(|r| r["uid"] == owner["metadata"]["uid"]))
            .cloned()
            .collect())
    }

    /// The name of the one pod of `ds` on a node.
    pub(crate) fn pod_on(&self, ds: &str, short: &str) -> Result<String, String> {
        let node = self.node(short);
        let pods = self.pods_of(ds)?;
        let mut names = pods
            .iter()
            .filter(|pod| node_of(pod) == Some(&node))
            .filter_map(|pod| pod["metadata"]["name"].as_str());
        match (names.next(), names.next()) {
            (Some(name), None) => Ok(name.to_owned()),
            (None, _) => Err(format!("no pod of {ds} on {node}")),
            (Some(_), Some(_)) => Err(format!("several pods of {ds} on {node}")),
        }
    }

    /// Waits until the DaemonSet has a ready pod on each of these nodes.
    pub(crate) fn until_ready_on(&self, ds: &str, short: &[&str]) -> Outcome {
        self.until(&format!("{ds} to be ready on {short:?}"), || {
            let pods = self.pods_of(ds)?;
            Ok(short.iter().all(|name| {
                let node = self.node(name);
                pods.iter()
                    .any(|pod| node_of(pod) == Some(&node) && is_ready(pod))
            }))
        })
    }

    /// Waits until the scheduler has said of one of its pods that it can't place it.
    pub(super) fn until_unschedulable(&self, ds: &str) -> Outcome {
        self.until("the scheduler to refuse", || {
            Ok(self.pods_of(ds)?.iter().any(|pod| {
                pod["status"]["conditions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|c| c["type"] == "PodScheduled" && c["reason"] == "Unschedulable")
            }))
        })
    }

    /// Waits until what `look` sees stays as it is.
    pub(crate) fn until_still<T: PartialEq>(
        &self,
        what: &str,
        mut look: impl FnMut() -> Result<T, String>,
    ) -> Outcome {
        let mut last = None;
        let mut since = Instant::now();
        self.until(what, || {
            let now = Some(look()?);
            if now != last {
                last = now;
                since = Instant::now();
            }
            Ok(since.elapsed() >= STILL)
        })
    }

    /// Waits until nothing changes any more in the DaemonSet and its pods.
    pub(crate) fn settle(&self, ds: &str) -> Outcome {
        self.until_still(&format!("{ds} to settle"), || self.state(ds))
    }

    fn state(&self, ds: &str) -> Result<Value, String> {
        let pods: Vec<Value> = self
            .pods_of(ds)?
            .iter()
            .map(|pod| {
                json!([
                    pod["metadata"]["name"],
                    pod["metadata"]["deletionTimestamp"],
                    pod["spec"]["nodeName"],
                    pod["status"]["phase"],
                    is_ready(pod)
                ])
            })
            .collect();
        Ok(json!([pods, self.get(&["daemonset", ds])?["status"]]))
    }

    /// Makes the controller look at the DaemonSet: an annotation starts a sync, and a
    /// new revisionHistoryLimit raises the generation, so that the end of that sync
    /// can be seen in observedGeneration.
    pub(crate) fn force_sync(&self, ds: &str) -> Outcome {
        let before = self.get(&["daemonset", ds])?;
        let limit = before["spec"]["revisionHistoryLimit"]
            .as_u64()
            .unwrap_or(10)
            + 1;
        let patch = json!({
            "metadata": {"annotations": {"e2e/sync": limit.to_string()}},
            "spec": {"revisionHistoryLimit": limit},
        });
        self.kubectl(&[
            "patch",
            "daemonset",
            ds,
            "--type=merge",
            "-p",
            &patch.to_string(),
        ])?;
        self.until(&format!("a sync of {ds}"), || {
            let now = self.get(&["daemonset", ds])?;
            Ok(now["status"]["observedGeneration"] == now["metadata"]["generation"])
        })
    }

    /// Lets the controller settle and sync once more, then compares `why` with it.
    pub(super) fn expect(
        &self,
        ds: &str,
        nodes: &[(&str, Expected)],
    ) -> Result<Observation, String> {
        self.settle(ds)?;
        self.force_sync(ds)?;
        self.settle(ds)?;
        self.expect_now(ds, nodes, &[])
    }

    /// Compares `why` with the state as it is. `stale` names the counters of `.status`
    /// that are expected to differ, each with the cause that `why` must give.
    pub(super) fn expect_now(
        &self,
        ds: &str,
        nodes: &[(&str, Expected)],
        stale: &[(&str, &str)],
    ) -> Result<Observation, String> {
        let paused = self.cluster.pause_controller_manager()?;
        let observation = Observation::take(self, ds)?;
        // The last one, for most scenarios have their odd nodes there.
        let one = nodes
            .last()
            .map(|(short, _)| self.node(short))
            .unwrap_or_default();
        let alone = self.why(&[ds, &one, "-o", "json"])?;
        drop(paused);
        observation.check_alone(&one, &alone)?;
        let nodes: Vec<(String, Expected)> = nodes
            .iter()
            .map(|(short, expected)| (self.node(short), *expected))
            .collect();
        observation.check(&nodes, stale)?;
        Ok(observation)
    }

    /// What DaemonSet controllers did in the scenario's namespace since it began.
    pub(super) fn controller_actions(&self, verb: &str) -> Result<Vec<AuditEvent>, String> {
        let events = self.cluster.audit_since(self.since)?;
        Ok(events
            .into_iter()
            .filter(|event| {
                event.by_daemonset_controller()
                    && event.succeeded()
                    && event.is(verb, "pods", &self.namespace())
            })
            .collect())
    }

    /// The names of all nodes there are.
    pub(super) fn node_names(&self) -> Result<Vec<String>, String> {
        let nodes = self.cluster.get(&["nodes"])?;
        Ok(nodes["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|n| n["metadata"]["name"].as_str().map(str::to_owned))
            .collect())
    }

    /// Removes what the scenario made.
    pub(crate) fn close(self) -> Outcome {
        for namespace in self.used_namespaces.borrow().iter() {
            for ds in self.cluster.get(&["daemonsets", "-n", namespace])?["items"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let name = ds["metadata"]["name"].as_str().unwrap_or_default();
                self.unfinalize("daemonset", namespace, ds);
                self.cluster.kubectl(&[
                    "delete",
                    "daemonset",
                    "-n",
                    namespace,
                    name,
                    "--ignore-not-found",
                    "--wait=true",
                ])?;
            }
            for pod in self.cluster.get(&["pods", "-n", namespace])?["items"]
                .as_array()
                .into_iter()
                .flatten()
            {
                self.unfinalize("pod", namespace, pod);
            }
            self.cluster.kubectl(&[
                "delete",
                "pods",
                "-n",
                namespace,
                "--all",
                "--force",
                "--grace-period=0",
                "--wait=false",
            ])?;
            if namespace != "kube-system" {
                self.cluster
                    .kubectl(&["delete", "namespace", namespace, "--wait=false"])?;
            }
        }
        let nodes = self.nodes.borrow();
        let mut delete = vec!["delete", "nodes", "--wait=false", "--ignore-not-found"];
        delete.extend(nodes.iter().map(String::as_str));
        if nodes.is_empty() {
            Ok(())
        } else {
            self.cluster.kubectl(&delete).map(drop)
        }
    }

    fn unfinalize(&self, kind: &str, namespace: &str, object: &Value) {
        if object["metadata"]["finalizers"].is_null() {
            return;
        }
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        // It may be gone by now.
        let _ = self.cluster.kubectl(&[
            "patch",
            kind,
            "-n",
            namespace,
            name,
            "--type=merge",
            "-p",
            r#"{"metadata":{"finalizers":null}}"#,
        ]);
    }
}
