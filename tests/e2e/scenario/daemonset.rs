//! DaemonSets to be applied.

use serde_json::{Value, json};

/// A DaemonSet with one container and whatever a scenario adds.
#[derive(Debug, Clone)]
pub(crate) struct Ds {
    manifest: Value,
}

impl Ds {
    /// Its pods are labelled `app: NAME`.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            manifest: json!({
                "apiVersion": "apps/v1", "kind": "DaemonSet",
                "metadata": {"name": name},
                "spec": {
                    "selector": {"matchLabels": {"app": name}},
                    "template": {
                        "metadata": {"labels": {"app": name}, "annotations": {}},
                        "spec": {"containers": [{"name": "agent", "image": "agent:1"}]},
                    },
                },
            }),
        }
    }

    /// Adds fields to `spec.template.spec`.
    pub(crate) fn pod(mut self, fields: Value) -> Self {
        add(&mut self.manifest["spec"]["template"]["spec"], fields);
        self
    }

    /// Adds fields to `spec`.
    pub(crate) fn spec(mut self, fields: Value) -> Self {
        add(&mut self.manifest["spec"], fields);
        self
    }

    /// Adds fields to `metadata`.
    pub(crate) fn metadata(mut self, fields: Value) -> Self {
        add(&mut self.manifest["metadata"], fields);
        self
    }

    /// How its pods behave once they are on a node: `never-ready` or `fails`.
    pub(crate) fn behaviour(mut self, behaviour: &str) -> Self {
        self.manifest["spec"]["template"]["metadata"]["annotations"]["e2e/pod"] = json!(behaviour);
        self
    }

    /// Required node affinity with these terms.
    pub(crate) fn affinity(self, terms: Value) -> Self {
        self.pod(json!({"affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms},
        }}}))
    }

    pub(crate) fn tolerations(self, tolerations: Value) -> Self {
        self.pod(json!({"tolerations": tolerations}))
    }

    /// Another image: another template, hence a rollout.
    pub(crate) fn image(mut self, image: &str) -> Self {
        self.manifest["spec"]["template"]["spec"]["containers"][0]["image"] = json!(image);
        self
    }

    /// What each pod asks for.
    pub(crate) fn requests(mut self, requests: Value) -> Self {
        self.manifest["spec"]["template"]["spec"]["containers"][0]["resources"] =
            json!({"requests": requests});
        self
    }

    pub(crate) fn manifest(&self) -> String {
        self.manifest.to_string()
    }
}

fn add(to: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else {
        return;
    };
    for (key, value) in fields {
        to[key] = value;
    }
}
