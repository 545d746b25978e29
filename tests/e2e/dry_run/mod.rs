//! What was said of an apply, and what `kubectl apply` then left.

mod cases;
mod plan;
mod refusals;

use kubectl_ds::commands::apply::{AppliedObject, Apply, ObtainError, obtain, obtain_locally};
use kubectl_ds::model::DaemonSet;
use kubectl_ds::source::cluster::ConnectionFlags;
use kubectl_ds::source::dry_run::ApplyOptions;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::schedule::Schedule;

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    let mut trials: Vec<Trial> = cases::CASES
        .iter()
        .map(|case| {
            let name = format!("dry-run/{}", case.name);
            schedule.on_control_plane(name, |control_plane| cases::run(control_plane, case))
        })
        .collect();
    trials.push(schedule.on_control_plane("dry-run/refusals".to_owned(), refusals::run));
    trials.push(schedule.on_control_plane("dry-run/plan-of-a-manifest".to_owned(), plan::run));
    trials
}

/// A DaemonSet of its own in the namespace `default`, which runs on no node.
pub(crate) struct Subject<'a> {
    cluster: &'a ControlPlane,
    name: &'a str,
}

/// Who may read and not write.
const READER: &str = "reader";

impl<'a> Subject<'a> {
    pub(crate) const fn new(cluster: &'a ControlPlane, name: &'a str) -> Self {
        Self { cluster, name }
    }

    /// A manifest of version 1 with everything that the cases drop or keep.
    pub(crate) fn manifest(&self) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": self.name},
            "spec": {
                "selector": {"matchLabels": {"app": self.name}},
                "template": {
                    "metadata": {"labels": {"app": self.name}, "annotations": {"note": "one"}},
                    "spec": {
                        "nodeSelector": {"no": "where"},
                        "terminationGracePeriodSeconds": 5,
                        "containers": [
                            {"name": "agent", "image": "agent:1", "ports": [{"containerPort": 9100}], "env": [{"name": "A", "value": "a"}, {"name": "B", "value": "b"}]},
                            {"name": "helper", "image": "helper:1"},
                        ],
                        "tolerations": [{"key": "a", "operator": "Exists"}],
                    },
                },
            },
        })
    }

    /// kubectl with the manifest on stdin.
    pub(crate) fn kubectl(&self, args: &[&str], manifest: &Value) -> Result<String, String> {
        let input = manifest.to_string();
        self.cluster.kubectl_with_input(args, Some(&input))
    }

    pub(crate) fn apply(&self, manifest: &Value, flags: &[&str]) -> Result<(), String> {
        let args = [&["apply", "-f", "-"], flags].concat();
        self.kubectl(&args, manifest).map(drop)
    }

    /// The stored object; `None` when there is none.
    pub(crate) fn stored(&self) -> Result<Option<DaemonSet>, String> {
        let args = [
            "get",
            "daemonset",
            self.name,
            "-o",
            "json",
            "--ignore-not-found",
        ];
        let text = self.cluster.kubectl(&args)?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        let ds = DaemonSet::from_value(value, "default").map_err(|e| e.to_string())?;
        Ok(Some(ds))
    }

    /// What an apply by `user` would leave.
    pub(crate) fn obtain(
        &self,
        user: &str,
        manifest: &Value,
        options: &ApplyOptions,
    ) -> Result<Result<AppliedObject, ObtainError>, String> {
        let stored = self.stored()?;
        let flags = ConnectionFlags {
            kubeconfig: Some(self.cluster.kubeconfig_for(user)),
            ..ConnectionFlags::default()
        };
        let apply = Apply {
            manifest,
            namespace: "default",
            stored: stored.as_ref(),
            options,
        };
        let kubectl = self.cluster.kubectl_program();
        let mark = self.cluster.audit_mark()?;
        let obtained = obtain(&kubectl, &flags, &apply);
        let requests = self.cluster.audit_since(mark)?;
        let mut writes = requests.iter().filter(|r| {
            let reads = ["get", "list", "watch"].contains(&r.verb.as_str());
            r.user() == user && !reads && !r.request_uri.contains("dryRun=All")
        });
        if let Some(write) = writes.next() {
            return Err(format!("not a dry run: {}", write.request()));
        }
        if stored != self.stored()? {
            return Err("the dry run changed the object".to_owned());
        }
        Ok(obtained)
    }

    /// The same without asking anybody.
    pub(crate) fn locally(&self, manifest: &Value) -> Result<AppliedObject, String> {
        let stored = self.stored()?;
        let apply = Apply {
            manifest,
            namespace: "default",
            stored: stored.as_ref(),
            options: &ApplyOptions::default(),
        };
        obtain_locally(&apply).map_err(|e| e.to_string())
    }

    pub(crate) fn delete(&self) -> Result<(), String> {
        let args = ["delete", "daemonset", self.name, "--ignore-not-found"];
        self.cluster.kubectl(&args).map(drop)
    }
}

/// Where the two differ in anything that a rollout depends on.
pub(crate) fn differences(said: &DaemonSet, left: &DaemonSet) -> Vec<String> {
    let spec = |ds: &DaemonSet| {
        let mut spec = serde_json::to_value(&ds.object.spec).unwrap();
        spec["template"] = ds.raw_template.clone();
        json!({"spec": spec, "templateGeneration": ds.template_generation()})
    };
    let (said, left) = (spec(said), spec(left));
    kubectl_ds::apply::template_diff::changed_fields("ds", &said, &left)
        .iter()
        .map(|c| format!("{}: said {:?}, left {:?}", c.path, c.before, c.after))
        .collect()
}

/// Lets [`READER`] read, and no more.
pub(crate) fn allow_reading(cluster: &ControlPlane) -> Result<(), String> {
    let role = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rbac/read.yaml");
    cluster.kubectl(&["apply", "-f", role])?;
    cluster.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": READER},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "kubectl-ds-read"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": READER}],
    }))
}
