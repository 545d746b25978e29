//! What the scenarios do to nodes and pods.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::control_plane::{PollError, wait_for};
use crate::scenario::Outcome;
use crate::scenario::lab::Lab;
use crate::scenario::pod::{controller_of, is_ready};

/// Numbers the syncs, so that each one changes something.
static SYNCS: AtomicU32 = AtomicU32::new(1);

impl Lab<'_> {
    /// The DaemonSet, and the pods that it controls or is to adopt.
    pub(crate) fn look(&self, ds: &str) -> Result<(Value, Vec<Value>), String> {
        let list = self.get(&["daemonsets,pods"])?;
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let (sets, pods): (Vec<_>, Vec<_>) = items
            .into_iter()
            .partition(|item| item["kind"] == "DaemonSet");
        let owner = sets
            .into_iter()
            .find(|set| set["metadata"]["name"] == ds)
            .ok_or_else(|| format!("no DaemonSet {ds}"))?;
        let uid = &owner["metadata"]["uid"];
        let owned = |pod: &Value| match controller_of(pod) {
            Some(controller) => controller["uid"] == *uid,
            None => pod["metadata"]["labels"]["app"] == ds,
        };
        let pods = pods.into_iter().filter(owned).collect();
        Ok((owner, pods))
    }

    /// Waits until nothing changes any more.
    pub(crate) fn rest(&self, ds: &str) -> Outcome {
        self.until_still(&format!("{ds} to come to rest"), || self.look(ds))
    }

    /// Waits until nothing changes any more in the scenario's namespace.
    pub(crate) fn rest_of_all(&self) -> Outcome {
        self.until_still("everything to come to rest", || {
            let all = self.get(&["daemonsets,pods,controllerrevisions,replicasets"])?;
            Ok(all["items"].clone())
        })
    }

    /// Makes the controller look at the DaemonSet, and waits until it has: a new
    /// revisionHistoryLimit raises the generation and changes nothing else.
    pub(crate) fn sync(&self, ds: &str) -> Outcome {
        let limit = 10 + SYNCS.fetch_add(1, Ordering::Relaxed);
        let patch = json!({"spec": {"revisionHistoryLimit": limit}});
        self.patch("daemonset", ds, &patch)?;
        self.until(&format!("a sync of {ds}"), || {
            let ds = self.get(&["daemonset", ds])?;
            Ok(ds["status"]["observedGeneration"] == ds["metadata"]["generation"])
        })
    }

    /// Deletes a DaemonSet and keeps its pods and revisions.
    pub(crate) fn orphan(&self, ds: &str) -> Outcome {
        let (owner, _) = self.look(ds)?;
        self.kubectl(&["delete", "daemonset", ds, "--cascade=orphan"])?;
        self.until("the pods to be orphans", || {
            let pods = self.get(&["pods"])?;
            let mut pods = pods["items"].as_array().into_iter().flatten();
            let uid = &owner["metadata"]["uid"];
            Ok(pods.all(|pod| controller_of(pod).is_none_or(|owner| owner["uid"] != *uid)))
        })
    }

    /// Polls until it is so, for what takes its time.
    pub(crate) fn until_within(
        &self,
        what: &str,
        seconds: u64,
        mut so: impl FnMut() -> Result<bool, String>,
    ) -> Outcome {
        wait_for(what, Duration::from_secs(seconds), || {
            if so()? {
                Ok(())
            } else {
                Err(PollError::NotYet("still not so".to_owned()))
            }
        })
    }

    /// Creates an object in the scenario's namespace.
    pub(crate) fn create(&self, object: &Value) -> Outcome {
        self.kubectl_with(&["create", "-f", "-"], &object.to_string())
            .map(drop)
    }

    /// A merge patch of an object in the scenario's namespace.
    pub(crate) fn patch(&self, kind: &str, name: &str, patch: &Value) -> Outcome {
        let patch = patch.to_string();
        self.kubectl(&["patch", kind, name, "--type=merge", "-p", &patch])
            .map(drop)
    }

    /// Changes the DaemonSet's maxUnavailable.
    pub(crate) fn set_max_unavailable(&self, ds: &str, to: impl Into<Value>) -> Outcome {
        let rolling = json!({"maxUnavailable": to.into()});
        let patch = json!({"spec": {"updateStrategy": {"rollingUpdate": rolling}}});
        self.patch("daemonset", ds, &patch)
    }

    /// Limits the pods of the scenario's namespace, of which none may be there yet.
    pub(crate) fn quota(&self, name: &str, pods: usize) -> Outcome {
        self.kubectl(&["create", "quota", name, &format!("--hard=pods={pods}")])?;
        self.until("the quota to be counted", || {
            Ok(self.get(&["quota", name])?["status"]["used"]["pods"] == "0")
        })
    }

    /// Changes what a quota admits.
    pub(crate) fn set_quota(&self, name: &str, pods: usize) -> Outcome {
        let pods = pods.to_string();
        self.patch("quota", name, &json!({"spec": {"hard": {"pods": pods}}}))?;
        self.until("the quota to be changed", || {
            Ok(self.get(&["quota", name])?["status"]["hard"]["pods"] == *pods)
        })
    }

    /// Waits for the event that a pod was refused.
    pub(crate) fn until_refused(&self) -> Outcome {
        self.until("the FailedCreate event", || {
            let events = self.get(&["events", "--field-selector", "reason=FailedCreate"])?;
            let events = events["items"].as_array();
            Ok(events.is_some_and(|events| !events.is_empty()))
        })
    }

    /// Waits for a pod that was created in a later second than the last refusal: pods and
    /// events tell no more of the time. Where there is none, another is killed.
    pub(crate) fn until_created_after_refusal(&self, ds: &str) -> Outcome {
        self.until("a create after the refusal", || {
            let events = self.get(&["events", "--field-selector", "reason=FailedCreate"])?;
            let events = events["items"].as_array().into_iter().flatten();
            let refused = events.filter_map(|e| e["lastTimestamp"].as_str()).max();
            let pods = self.look(ds)?.1;
            let created = |pod: &Value| {
                pod["metadata"]["creationTimestamp"]
                    .as_str()
                    .map(str::to_owned)
            };
            let is_later = pods.iter().filter_map(created).max().as_deref() > refused;
            if let Some(pod) = pods.first().filter(|_| !is_later) {
                let name = pod["metadata"]["name"].as_str().unwrap_or_default();
                self.kubectl(&["delete", "pod", name])?;
            }
            Ok(is_later)
        })
    }

    /// Merges into a pod's status, as a kubelet does.
    pub(crate) fn pod_status(&self, pod: &str, status: &Value) -> Outcome {
        let patch = json!({"status": status}).to_string();
        self.kubectl(&["patch", "pod", pod, "--subresource=status", "-p", &patch])
            .map(drop)
    }

    /// Makes the pods of a DaemonSet ready since long ago.
    pub(crate) fn ready_since_long_ago(&self, ds: &str) -> Outcome {
        for pod in self.look(ds)?.1 {
            let name = pod["metadata"]["name"]
                .as_str()
                .ok_or("a pod has no name")?;
            let ready = json!({"type": "Ready", "lastTransitionTime": "2020-01-01T00:00:00Z"});
            self.pod_status(name, &json!({"conditions": [ready]}))?;
        }
        Ok(())
    }

    /// The kubelets of these nodes say nothing any more, and their pods aren't ready.
    pub(crate) fn kubelets_die(&self, ds: &str, short: &[&str]) -> Outcome {
        for node in short {
            let full = self.node(node);
            self.kubectl(&["annotate", "node", &full, "e2e/node=unreachable"])?;
            self.condition(node, "Ready", "Unknown")?;
        }
        for node in short {
            self.until_tainted(node, "node.kubernetes.io/unreachable", "NoSchedule")?;
        }
        // The controller of nodes does this where it notices itself that nobody answers.
        for node in short {
            let ready = json!({"type": "Ready", "status": "False"});
            let pod = self.pod_on(ds, node)?;
            self.pod_status(&pod, &json!({"conditions": [ready]}))?;
        }
        Ok(())
    }

    /// Puts a finalizer on a pod and deletes it: it stays, terminating.
    pub(crate) fn delete_but_hold(&self, pod: &str) -> Outcome {
        let hold = json!({"metadata": {"finalizers": ["e2e.test/hold"]}});
        self.patch("pod", pod, &hold)?;
        self.kubectl(&["delete", "pod", pod, "--wait=false"])
            .map(drop)
    }

    /// Waits until the DaemonSet runs this image on so many nodes, ready.
    pub(crate) fn until_rolled(&self, ds: &str, image: &str, pods: usize) -> Outcome {
        self.until(&format!("{pods} ready pods of {image}"), || {
            let all = self.look(ds)?.1;
            Ok(all.len() == pods && all.iter().all(|pod| is_ready(pod) && runs(pod, image)))
        })
    }

    /// Since when the one pod of this image is ready.
    pub(crate) fn ready_since(&self, ds: &str, image: &str) -> Result<Timestamp, String> {
        let pods = self.look(ds)?.1;
        let pod = pods
            .iter()
            .find(|pod| runs(pod, image))
            .ok_or("no such pod")?;
        let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
        conditions
            .filter(|c| c["type"] == "Ready")
            .find_map(|c| c["lastTransitionTime"].as_str()?.parse().ok())
            .ok_or_else(|| format!("since when is it ready? {pod}"))
    }

    /// How many pods run this image.
    pub(crate) fn running(&self, ds: &str, image: &str) -> Result<usize, String> {
        Ok(self.look(ds)?.1.iter().filter(|p| runs(p, image)).count())
    }

    /// The ControllerRevisions of the scenario, by number.
    pub(crate) fn revisions(&self) -> Result<Vec<Value>, String> {
        let list = self.get(&["controllerrevisions"])?;
        let mut revisions = list["items"].as_array().cloned().unwrap_or_default();
        revisions.sort_by_key(|revision| revision["revision"].as_i64());
        Ok(revisions)
    }
}

fn runs(pod: &Value, image: &str) -> bool {
    pod["spec"]["containers"][0]["image"] == image
}
