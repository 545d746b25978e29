//! A small cluster with something of everything, for the tests that ask many
//! questions of one state.

use std::path::PathBuf;

use kubectl_ds::source::kinds::read_kinds;
use serde_json::{Value, json};

use crate::control_plane::{ControlPlane, Node, PATIENCE, PollError, wait_for};

/// Nodes, DaemonSets and pods in a namespace of their own.
pub(crate) struct Stage<'a> {
    cluster: &'a ControlPlane,
    pub(crate) namespace: String,
    pub(crate) dir: PathBuf,
    nodes: [String; 4],
    pod: String,
}

impl<'a> Stage<'a> {
    /// DaemonSet `agent` runs on three of four nodes, is misscheduled on one and not
    /// ready on another; `picky` runs nowhere, and the Deployment `copycat` has its
    /// selector; `poor` is refused by a quota, and would get a request from a LimitRange.
    pub(crate) fn set(cluster: &'a ControlPlane, namespace: &str) -> Result<Self, String> {
        let nodes =
            ["ssd", "never-ready", "tainted", "gpu"].map(|short| format!("{short}-{namespace}"));
        let [ssd, never_ready, tainted, gpu] = &nodes;
        cluster.add_nodes(&[
            Node::new(ssd).label("disk", "ssd"),
            Node::new(never_ready).label("disk", "hdd"),
            Node::new(tainted),
            Node::new(gpu)
                .taint("gpu", "", "NoSchedule")
                .taint("spot", "", "NoExecute"),
        ])?;
        for name in [namespace, &format!("{namespace}-quota")] {
            cluster.kubectl(&["create", "namespace", name])?;
        }
        let dir = cluster.scratch().join(namespace);
        let mut stage = Self {
            cluster,
            namespace: namespace.to_owned(),
            dir,
            nodes,
            pod: String::new(),
        };
        stage.fill()?;
        stage.write_files()?;
        Ok(stage)
    }

    fn fill(&mut self) -> Result<(), String> {
        let quota = format!("{}-quota", self.namespace);
        self.cluster
            .kubectl(&["create", "quota", "none", "--hard=pods=0", "-n", &quota])?;
        self.wait("the quota", &["quota", "none", "-n", &quota], |quota| {
            quota["status"]["used"]["pods"] == "0"
        })?;
        self.cluster.create(&json!({
            "apiVersion": "v1", "kind": "LimitRange",
            "metadata": {"name": "defaults", "namespace": quota},
            "spec": {"limits": [{"type": "Container", "defaultRequest": {"ephemeral-storage": "1Gi"}}]},
        }))?;
        self.cluster.create(&daemonset("poor", &quota, json!({})))?;
        self.cluster
            .create(&daemonset("agent", &self.namespace, json!({})))?;
        self.cluster.create(&daemonset(
            "picky",
            &self.namespace,
            json!({"nodeSelector": {"no": "where"}}),
        ))?;
        self.cluster.create(&copycat(&self.namespace))?;
        let namespace = self.namespace.clone();
        self.wait(
            "the agent",
            &["daemonset", "agent", "-n", &namespace],
            |ds| ds["status"]["numberAvailable"] == 2,
        )?;
        self.cluster
            .kubectl(&["taint", "node", &self.nodes[2], "team=a:NoSchedule"])?;
        self.cluster.kubectl(&[
            "annotate",
            "daemonset",
            "agent",
            "-n",
            &namespace,
            "e2e/sync=1",
        ])?;
        self.wait(
            "the misscheduled pod",
            &["daemonset", "agent", "-n", &namespace],
            |ds| ds["status"]["numberMisscheduled"] == 1,
        )?;
        self.wait(
            "FailedCreate",
            &[
                "events",
                "-n",
                &quota,
                "--field-selector",
                "reason=FailedCreate",
            ],
            |events| {
                events["items"]
                    .as_array()
                    .is_some_and(|items| !items.is_empty())
            },
        )?;
        // The one that is as it should be: what is advised for others may be read from all nodes.
        let on_ssd = format!("spec.nodeName={}", self.nodes[0]);
        let on_ssd = ["pods", "-n", &namespace, "--field-selector", &on_ssd];
        let pods = self.cluster.get(&on_ssd)?;
        self.pod = pods["items"][0]["metadata"]["name"]
            .as_str()
            .ok_or("no pod")?
            .to_owned();
        Ok(())
    }

    fn wait(&self, what: &str, object: &[&str], so: impl Fn(&Value) -> bool) -> Result<(), String> {
        wait_for(what, PATIENCE, || {
            let object = self.cluster.get(object)?;
            if so(&object) {
                Ok(())
            } else {
                Err(PollError::NotYet(object["status"].to_string()))
            }
        })
    }

    fn write_files(&self) -> Result<(), String> {
        let write = |name: &str, text: &str| {
            std::fs::write(self.dir.join(name), text).map_err(|e| format!("{name}: {e}"))
        };
        std::fs::create_dir_all(self.dir.join("manifests/inner")).map_err(|e| e.to_string())?;
        let new = daemonset(
            "new",
            &self.namespace,
            json!({"nodeSelector": {"disk": "ssd"}}),
        )
        .to_string();
        write("new.yaml", &new)?;
        write("manifests/inner/new.yaml", &new)?;
        let agent = daemonset(
            "agent",
            &self.namespace,
            json!({"terminationGracePeriodSeconds": 5}),
        );
        write("agent.yaml", &agent.to_string())?;
        write(
            "node.yaml",
            &json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "planned"}})
                .to_string(),
        )?;
        let expected = json!({"namespace": self.namespace, "name": "agent", "selector": "disk"});
        let agents = json!({"apiVersion": "ds.kubectl/v1alpha1", "kind": "Expectations", "items": [expected]});
        write("agents.yaml", &agents.to_string())?;
        self.dump("yaml").map(drop)
    }

    /// The names of its nodes.
    pub(crate) fn nodes(&self) -> &[String] {
        &self.nodes
    }

    /// The files of a dump in this format: the objects, and the server's version.
    pub(crate) fn dump(&self, format: &str) -> Result<[PathBuf; 2], String> {
        let kinds: Vec<_> = read_kinds().map(|kind| kind.resource).collect();
        let kinds = kinds.join(",");
        let objects = self.cluster.kubectl(&["get", &kinds, "-A", "-o", format])?;
        let version = self.cluster.kubectl(&["version", "-o", format])?;
        let files = [
            self.dir.join(format!("dump.{format}")),
            self.dir.join(format!("version.{format}")),
        ];
        for (file, text) in files.iter().zip([objects, version]) {
            std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        }
        Ok(files)
    }

    /// The arguments of a form, in the stage's namespace.
    pub(crate) fn args(&self, form: &str) -> Vec<String> {
        let words = form.split_whitespace().map(|word| {
            word.replace("NODE", &self.nodes[0])
                .replace("POD", &self.pod)
                .replace("NAMESPACE", &self.namespace)
                .replace("QUOTA", &format!("{}-quota", self.namespace))
                .replace("DIR", &self.dir.display().to_string())
        });
        let mut args: Vec<String> = words.collect();
        if !args.iter().any(|arg| arg == "-A" || arg == "-n") {
            args.extend(["-n".to_owned(), self.namespace.clone()]);
        }
        args
    }

    /// Removes it all.
    pub(crate) fn clear(self) -> Result<(), String> {
        for namespace in [self.namespace.clone(), format!("{}-quota", self.namespace)] {
            self.cluster
                .kubectl(&["delete", "daemonsets", "--all", "-n", &namespace])?;
            self.cluster.kubectl(&[
                "delete",
                "pods",
                "--all",
                "--force",
                "--grace-period=0",
                "-n",
                &namespace,
            ])?;
            self.cluster
                .kubectl(&["delete", "namespace", &namespace, "--wait=false"])?;
        }
        self.cluster
            .kubectl(&[
                "delete",
                "nodes",
                &self.nodes[0],
                &self.nodes[1],
                &self.nodes[2],
                &self.nodes[3],
            ])
            .map(drop)
    }
}

fn daemonset(name: &str, namespace: &str, pod: Value) -> Value {
    let mut spec = json!({"containers": [{"name": "agent", "image": "agent:1", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}]});
    for (key, value) in pod.as_object().into_iter().flatten() {
        spec[key] = value.clone();
    }
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": namespace, "labels": {"team": "a"}},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec},
        },
    })
}

/// A Deployment without pods and with the selector of `picky`.
fn copycat(namespace: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "copycat", "namespace": namespace},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "picky"}},
            "template": {
                "metadata": {"labels": {"app": "picky"}},
                "spec": {"containers": [{"name": "copycat", "image": "copycat:1"}]},
            },
        },
    })
}
