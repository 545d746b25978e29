//! What the scenarios do to pods and their owners.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;
use crate::scenario::pod::{controller_of, is_ready};

/// Numbers the echoes, so that each is a pod of its own.
static ECHOES: AtomicU32 = AtomicU32::new(1);

/// A pod with the labels of DaemonSet `agent`'s pods.
pub(super) fn pod(name: &str, spec: Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "agent"}},
        "spec": {"containers": [{"name": "agent", "image": "by-hand:1"}]},
    });
    for (key, value) in spec.as_object().into_iter().flatten() {
        pod["spec"][key] = value.clone();
    }
    pod
}

/// The same with an owner reference.
pub(super) fn owned_pod(name: &str, spec: Value, owner: Value) -> Value {
    let mut pod = pod(name, spec);
    pod["metadata"]["ownerReferences"] = json!([owner]);
    pod
}

/// A reference to an object that is there.
pub(super) fn reference(object: &Value, controller: bool) -> Value {
    let mut owner = json!({
        "apiVersion": object["apiVersion"], "kind": object["kind"],
        "name": object["metadata"]["name"], "uid": object["metadata"]["uid"],
    });
    if controller {
        owner["controller"] = json!(true);
    }
    owner
}

impl Lab<'_> {
    /// The spec of a pod by hand on a node.
    pub(super) fn on(&self, short: &str) -> Value {
        json!({"nodeName": self.node(short)})
    }

    /// Waits until the controller has seen every pod as it was before this call: a
    /// later pod is adopted, and pods come to it in their order.
    pub(super) fn echo(&self) -> Outcome {
        let name = format!("echo-{}", ECHOES.fetch_add(1, Ordering::Relaxed));
        let nowhere = json!({"nodeSelector": {"no": "where"}});
        let echo = Ds::new(&name).pod(nowhere.clone());
        let kubectl = |args: &[&str], input: &str| {
            let args = [&["-n", "default"], args].concat();
            self.cluster().kubectl_with_input(&args, Some(input))
        };
        kubectl(&["create", "-f", "-"], &echo.manifest())?;
        let mut sound = pod(&name, nowhere);
        sound["metadata"]["labels"] = json!({"app": name});
        kubectl(&["create", "-f", "-"], &sound.to_string())?;
        self.until("the controller to see the pods", || {
            let pod = self.cluster().get(&["pod", &name, "-n", "default"])?;
            Ok(controller_of(&pod).is_some())
        })?;
        kubectl(&["delete", "daemonset", &name, "--cascade=orphan"], "")?;
        kubectl(&["delete", "pod", &name, "--now"], "")?;
        // Nothing of it may be left for those who look at all namespaces.
        let label = format!("app={name}");
        kubectl(&["delete", "controllerrevisions", "-l", &label], "").map(drop)
    }

    /// Waits until a pod is ready.
    pub(super) fn until_pod_ready(&self, pod: &str) -> Outcome {
        self.until(&format!("{pod} to be ready"), || {
            Ok(is_ready(&self.get(&["pod", pod])?))
        })
    }

    /// Runs a command as it was printed.
    pub(super) fn run(&self, command: &str) -> Outcome {
        let words: Vec<&str> = command.split_whitespace().collect();
        if command.contains(['\'', '"', '|', ';', '<', '$', '\\']) {
            return Err(format!("not to be run without a shell: {command}"));
        }
        match words.as_slice() {
            ["kubectl", args @ ..] => self.cluster().kubectl(args).map(drop),
            _ => Err(format!("no command of kubectl: {command}")),
        }
    }
}
