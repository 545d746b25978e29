//! Requests to the API server over one connection. Scenarios poll, and a kubectl for each
//! poll would take more of the machine than the control plane does.

use std::path::Path;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How long an answer may take, on a busy machine too.
const LIMIT: Duration = Duration::from_secs(60);

/// What kubectl calls it in the plural and in the singular, and where the server has it.
const RESOURCES: [(&str, &str, &str); 13] = [
    ("configmaps", "configmap", "api/v1"),
    ("events", "event", "api/v1"),
    ("namespaces", "namespace", "api/v1"),
    ("nodes", "node", "api/v1"),
    ("pods", "pod", "api/v1"),
    ("resourcequotas", "quota", "api/v1"),
    ("serviceaccounts", "serviceaccount", "api/v1"),
    ("controllerrevisions", "controllerrevision", "apis/apps/v1"),
    ("daemonsets", "daemonset", "apis/apps/v1"),
    ("deployments", "deployment", "apis/apps/v1"),
    ("replicasets", "replicaset", "apis/apps/v1"),
    ("statefulsets", "statefulset", "apis/apps/v1"),
    ("jobs", "job", "apis/batch/v1"),
];

/// Not in a namespace.
const CLUSTER_SCOPED: [&str; 2] = ["namespaces", "nodes"];

/// A connection of one user.
pub(super) struct Api {
    runtime: Runtime,
    client: kube::Client,
}

/// What `kubectl get` was asked for.
#[derive(Default)]
struct Asked<'a> {
    resources: &'a str,
    name: Option<&'a str>,
    namespace: Option<&'a str>,
    query: Vec<(&'static str, &'a str)>,
}

impl Api {
    pub(super) fn connect(kubeconfig: &Path) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        let kubeconfig = Kubeconfig::read_from(kubeconfig).map_err(|e| e.to_string())?;
        let client = runtime.block_on(async {
            let options = KubeConfigOptions::default();
            let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .map_err(|e| e.to_string())?;
            config.read_timeout = Some(LIMIT);
            kube::Client::try_from(config).map_err(|e| e.to_string())
        })?;
        Ok(Self { runtime, client })
    }

    /// What the server answers to a GET of this path and query.
    pub(super) fn raw(&self, path: &str) -> Result<String, String> {
        let request = http::Request::get(path)
            .body(Vec::new())
            .map_err(|e| format!("GET {path}: {e}"))?;
        self.runtime
            .block_on(self.client.request_text(request))
            .map_err(|e| format!("GET {path}: {e}"))
    }

    /// What the server answers to a request with this body and, where it has one, type.
    pub(super) fn send(
        &self,
        method: http::Method,
        path: &str,
        body: Option<(&str, &Value)>,
    ) -> Result<Value, String> {
        let failed = |e: &dyn std::fmt::Display| format!("{method} {path}: {e}");
        let mut request = http::Request::builder().method(&method).uri(path);
        let mut bytes = Vec::new();
        if let Some((content_type, body)) = body {
            request = request.header(http::header::CONTENT_TYPE, content_type);
            bytes = body.to_string().into_bytes();
        }
        let request = request.body(bytes).map_err(|e| failed(&e))?;
        let text = self
            .runtime
            .block_on(self.client.request_text(request))
            .map_err(|e| failed(&e))?;
        serde_json::from_str(&text).map_err(|e| failed(&e))
    }

    /// The answer to `kubectl get ARGS -o json`.
    pub(super) fn get(&self, args: &[&str]) -> Result<Value, String> {
        let asked = Asked::parse(args)?;
        if asked.name.is_some() {
            return self.read(&asked.path(asked.resources)?);
        }
        let mut items = Vec::new();
        for resource in asked.resources.split(',') {
            let mut list = self.read(&asked.path(resource)?)?;
            let kind = list["kind"].as_str().unwrap_or_default();
            let kind = kind.strip_suffix("List").unwrap_or(kind).to_owned();
            let version = list["apiVersion"].clone();
            let Some(found) = list["items"].as_array_mut() else {
                return Err(format!("no list of {resource}: {list}"));
            };
            for mut item in found.drain(..) {
                // The server says these of the list alone.
                item["kind"] = json!(kind);
                item["apiVersion"] = version.clone();
                items.push(without_managed_fields(item));
            }
        }
        Ok(json!({"apiVersion": "v1", "kind": "List", "items": items}))
    }

    fn read(&self, path: &str) -> Result<Value, String> {
        let text = self.raw(path)?;
        let object = serde_json::from_str(&text).map_err(|e| format!("GET {path}: {e}"))?;
        Ok(without_managed_fields(object))
    }
}

impl<'a> Asked<'a> {
    fn parse(args: &[&'a str]) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut words = args.iter().copied();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} of what?"));
            match word {
                "-n" => asked.namespace = Some(value()?),
                "-A" => asked.namespace = None,
                "-l" => asked.query.push(("labelSelector", value()?)),
                "--field-selector" => asked.query.push(("fieldSelector", value()?)),
                _ if word.starts_with('-') => return Err(format!("get {word} isn't known here")),
                _ if asked.resources.is_empty() => asked.resources = word,
                _ => asked.name = Some(word),
            }
        }
        Ok(asked)
    }

    fn path(&self, resource: &str) -> Result<String, String> {
        let (plural, _, group) = RESOURCES
            .iter()
            .find(|(plural, singular, _)| *plural == resource || *singular == resource)
            .ok_or_else(|| format!("get {resource} isn't known here"))?;
        let mut path = format!("/{group}");
        if let Some(namespace) = self.namespace.filter(|_| !CLUSTER_SCOPED.contains(plural)) {
            path.push_str(&format!("/namespaces/{namespace}"));
        }
        path.push_str(&format!("/{plural}"));
        if let Some(name) = self.name {
            path.push_str(&format!("/{name}"));
        }
        let mut query = http_query(&self.query);
        if !query.is_empty() {
            query.insert(0, '?');
        }
        Ok(path + &query)
    }
}

fn http_query(pairs: &[(&str, &str)]) -> String {
    let encode =
        |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", encode(value)))
        .collect();
    pairs.join("&")
}

/// As kubectl leaves them out.
fn without_managed_fields(mut object: Value) -> Value {
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.remove("managedFields");
    }
    object
}
