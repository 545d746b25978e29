//! `plan DS --watch` beside rollouts that really happen.

mod credentials;
mod outages;
mod proxy;
mod rollouts;
mod running;
mod service_account;

use std::path::Path;
use std::time::Duration;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::control_plane::{ControlPlane, Node, PollError, wait_for};
use crate::schedule::Schedule;

use running::Running;

/// May read and watch, as the documentation's ClusterRole has it.
const FOLLOWER: &str = "follower";

/// May read and not watch.
const LISTER: &str = "lister";

/// No rollout here takes longer than this, on a busy machine either.
const LONG: Duration = Duration::from_secs(120);

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.on_control_plane("watch/to-the-end".to_owned(), rollouts::to_the_end),
        schedule.on_control_plane("watch/stuck".to_owned(), rollouts::stuck),
        schedule.on_control_plane("watch/failing-create".to_owned(), rollouts::failing_create),
        schedule.on_control_plane("watch/refused-surge".to_owned(), rollouts::refused_surge),
        schedule.on_control_plane("watch/never-synced".to_owned(), rollouts::never_synced),
        schedule.on_control_plane("watch/budget-kept".to_owned(), rollouts::budget_kept),
        schedule.on_control_plane("watch/timeout".to_owned(), rollouts::timeout),
        schedule.on_control_plane("watch/on-delete".to_owned(), rollouts::on_delete),
        schedule.on_control_plane("watch/passed-over".to_owned(), rollouts::passed_over),
        schedule.on_control_plane("watch/interrupted".to_owned(), rollouts::interrupted),
        schedule.on_control_plane("watch/forbidden".to_owned(), rollouts::forbidden),
        schedule.on_control_plane("watch/cut-off".to_owned(), outages::cut_off),
        schedule.on_control_plane("watch/hanging-server".to_owned(), outages::hanging_server),
        schedule.on_control_plane("watch/plugin".to_owned(), credentials::plugin),
        schedule.on_control_plane("watch/token-file".to_owned(), credentials::token_file),
    ]
}

/// DaemonSet `agent` on nodes of its own, in a namespace of its own.
struct Field<'a> {
    cluster: &'a ControlPlane,
    namespace: String,
    nodes: Vec<String>,
}

impl<'a> Field<'a> {
    /// Three nodes.
    fn set(cluster: &'a ControlPlane, namespace: &str) -> Result<Self, String> {
        let nodes = ["a", "b", "c"].map(|short| format!("{short}-{namespace}"));
        Self::of(cluster, namespace, nodes.into())
    }

    /// All pods are available; one must be ready for a second to be so.
    fn of(cluster: &'a ControlPlane, namespace: &str, nodes: Vec<String>) -> Result<Self, String> {
        let made: Vec<Node> = nodes
            .iter()
            .map(|name| Node::new(name).label("field", namespace))
            .collect();
        cluster.add_nodes(&made)?;
        cluster.kubectl(&["create", "namespace", namespace])?;
        cluster.create(&agent(namespace, "agent:1"))?;
        let field = Self {
            cluster,
            namespace: namespace.to_owned(),
            nodes,
        };
        field.wait("available pods", |ds| {
            ds["status"]["numberAvailable"] == field.nodes.len()
        })?;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rbac/read.yaml");
        cluster.kubectl(&["apply", "-f", path])?;
        bind(cluster, FOLLOWER, "kubectl-ds-read")?;
        Ok(field)
    }

    fn daemon_set(&self) -> Result<Value, String> {
        self.cluster
            .get(&["daemonset", "agent", "-n", &self.namespace])
    }

    fn wait(&self, what: &str, so: impl Fn(&Value) -> bool) -> Result<(), String> {
        wait_for(what, LONG, || {
            let ds = self.daemon_set()?;
            if so(&ds) {
                Ok(())
            } else {
                Err(PollError::NotYet(ds["status"].to_string()))
            }
        })
    }

    fn patch(&self, patch: &Value) -> Result<(), String> {
        let patch = patch.to_string();
        self.cluster
            .kubectl(&[
                "patch",
                "daemonset",
                "agent",
                "-n",
                &self.namespace,
                "-p",
                &patch,
            ])
            .map(drop)
    }

    fn new_image(&self) -> Result<(), String> {
        self.patch(&json!({"spec": {"template": {"spec": {"containers": [{"name": "agent", "image": "agent:2"}]}}}}))
    }

    /// A template whose pods crash.
    fn crashing(&self) -> Result<(), String> {
        self.patch(&json!({"spec": {"template": {"metadata": {"annotations": {"e2e/pod": "never-ready"}}}}}))
    }

    /// Limits the pods of the namespace, whose pods are there already. Waits until they are
    /// counted: a pod that is made before admission knows the quota gets past it.
    fn quota(&self, name: &str, pods: usize) -> Result<(), String> {
        let namespace = &*self.namespace;
        let hard = format!("--hard=pods={pods}");
        let create = ["create", "quota", name, &hard, "-n", namespace];
        self.cluster.kubectl(&create)?;
        let running = self.nodes.len().to_string();
        wait_for("the quota to be counted", LONG, || {
            let quota = self.cluster.get(&["quota", name, "-n", namespace])?;
            if quota["status"]["used"]["pods"] == *running {
                Ok(())
            } else {
                Err(PollError::NotYet(quota["status"].to_string()))
            }
        })
    }

    fn watch(&self, user: &str, args: &[&str]) -> Result<Running, String> {
        let watch = ["plan", "agent", "--watch", "-n", &self.namespace];
        let command = self
            .cluster
            .ds_plugin_command(user, &[&watch[..], args].concat())?;
        Running::start(command)
    }

    /// The same by a kubeconfig of the test's own.
    fn watch_with(&self, kubeconfig: &Path) -> Result<Running, String> {
        let args = ["plan", "agent", "--watch", "-n", &self.namespace];
        let mut command = self.cluster.ds_plugin_command(FOLLOWER, &args)?;
        command.env("KUBECONFIG", kubeconfig);
        Running::start(command)
    }

    fn clear(self) -> Result<(), String> {
        let namespace = &*self.namespace;
        let delete = |what: &[&str]| {
            self.cluster
                .kubectl(&[&["delete"], what].concat())
                .map(drop)
        };
        delete(&["daemonset", "agent", "-n", namespace])?;
        let force = [
            "pods",
            "--all",
            "--force",
            "--grace-period=0",
            "-n",
            namespace,
        ];
        delete(&force)?;
        delete(&["namespace", namespace, "--wait=false"])?;
        let nodes: Vec<&str> = self.nodes.iter().map(String::as_str).collect();
        delete(&[&["nodes"], &nodes[..]].concat())
    }
}

/// The DaemonSet, on the nodes that are the namespace's own.
fn agent(namespace: &str, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": namespace},
        "spec": {
            "minReadySeconds": 1,
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {"metadata": {"labels": {"app": "agent"}}, "spec": {
                "nodeSelector": {"field": namespace},
                "terminationGracePeriodSeconds": 0,
                "containers": [{"name": "agent", "image": image}]}},
        },
    })
}

/// Host and port of the API server.
fn server(cluster: &ControlPlane) -> Result<String, String> {
    let text = std::fs::read_to_string(cluster.kubeconfig()).map_err(|e| e.to_string())?;
    let url = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("server: https://"))
        .ok_or("no server in the kubeconfig")?;
    Ok(url.to_owned())
}

/// Lets `user` do this with all that is read.
fn role(cluster: &ControlPlane, user: &str, verbs: &[&str]) -> Result<(), String> {
    let name = format!("{user}-may-{}", verbs.join("-"));
    let group = "rbac.authorization.k8s.io";
    cluster.apply(&json!({
        "apiVersion": format!("{group}/v1"), "kind": "ClusterRole", "metadata": {"name": name},
        "rules": [
            {"apiGroups": ["apps"], "resources": ["daemonsets", "controllerrevisions"], "verbs": verbs},
            {"apiGroups": [""], "resources": ["nodes", "pods", "events", "namespaces"], "verbs": verbs},
        ],
    }))?;
    bind(cluster, user, &name)
}

fn bind(cluster: &ControlPlane, user: &str, role: &str) -> Result<(), String> {
    let group = "rbac.authorization.k8s.io";
    cluster.apply(&json!({
        "apiVersion": format!("{group}/v1"), "kind": "ClusterRoleBinding",
        "metadata": {"name": format!("{user}-{role}")},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": group, "kind": "User", "name": user}],
    }))
}

fn expect(so: bool, what: &str, answer: &crate::control_plane::Output) -> Result<(), String> {
    if so {
        Ok(())
    } else {
        Err(format!(
            "{what}: exit {}\nstdout: {}\nstderr: {}",
            answer.code, answer.stdout, answer.stderr
        ))
    }
}
