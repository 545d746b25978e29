//! What scenarios do to nodes.

use serde_json::json;

use super::Outcome;
use super::lab::Lab;

impl Lab<'_> {
    /// `kubectl taint nodes SHORT TAINT`.
    pub(crate) fn taint(&self, short: &str, taint: &str) -> Outcome {
        self.kubectl(&["taint", "nodes", &self.node(short), taint])
            .map(drop)
    }

    /// `kubectl label nodes SHORT LABEL`.
    pub(crate) fn label(&self, short: &str, label: &str) -> Outcome {
        self.kubectl(&["label", "nodes", "--overwrite", &self.node(short), label])
            .map(drop)
    }

    /// Sets a condition of a node; its taints follow by the node controller.
    pub(crate) fn condition(&self, short: &str, kind: &str, status: &str) -> Outcome {
        let patch =
            json!({"status": {"conditions": [{"type": kind, "status": status, "reason": "Case"}]}});
        self.kubectl(&[
            "patch",
            "node",
            &self.node(short),
            "--subresource=status",
            "-p",
            &patch.to_string(),
        ])
        .map(drop)
    }

    /// Waits until a node has a taint.
    pub(crate) fn until_tainted(&self, short: &str, key: &str, effect: &str) -> Outcome {
        self.until(&format!("{short} to be tainted {key}:{effect}"), || {
            let node = self.cluster().get(&["node", &self.node(short)])?;
            let tainted = node["spec"]["taints"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|t| t["key"] == key && t["effect"] == effect);
            Ok(tainted)
        })
    }
}
