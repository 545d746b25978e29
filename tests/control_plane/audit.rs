//! The API server's audit log: who asked for what, and what the controllers did.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::{ControlPlane, PATIENCE, PollError, wait_for};

/// The log's name in the control plane's folder.
pub(super) const LOG: &str = "audit.log";

/// Who asked for what, and what became of pods and revisions: with the bodies of
/// those the log tells the whole story of a rollout.
pub(super) const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- level: RequestResponse
  verbs: [create, update, patch, delete]
  resources:
  - {resources: [pods, pods/status]}
  - {group: apps, resources: [controllerrevisions]}
- level: Metadata
";

/// A place in the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AuditMark(u64);

/// One answered request, as `audit.k8s.io/v1` has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditEvent {
    /// The verb as the authorizer sees it.
    pub(crate) verb: String,
    /// Path and query.
    #[serde(rename = "requestURI")]
    pub(crate) request_uri: String,
    user: AuditUser,
    #[serde(default)]
    user_agent: String,
    /// What the request was about; none for `/version` and discovery.
    pub(crate) object_ref: Option<ObjectRef>,
    response_status: Option<ResponseStatus>,
    /// What was sent; of writes to pods and revisions alone.
    #[serde(default)]
    pub(crate) request_object: Value,
    /// What was answered; of writes to pods and revisions alone.
    #[serde(default)]
    pub(crate) response_object: Value,
    /// When it was answered.
    pub(crate) stage_timestamp: String,
}

#[derive(Debug, Deserialize)]
struct AuditUser {
    username: String,
}

/// The object or collection that a request was about.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ObjectRef {
    pub(crate) resource: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) subresource: String,
}

#[derive(Debug, Deserialize)]
struct ResponseStatus {
    #[serde(default)]
    code: u16,
}

impl AuditEvent {
    /// The user's name.
    pub(crate) fn user(&self) -> &str {
        &self.user.username
    }

    /// `VERB URI` as the messages of tests show it.
    pub(crate) fn request(&self) -> String {
        format!("{} {}", self.verb, self.request_uri)
    }

    /// Whether the server did what was asked.
    pub(crate) fn succeeded(&self) -> bool {
        self.response_status
            .as_ref()
            .is_some_and(|status| (200..300).contains(&status.code))
    }

    /// Whether a DaemonSet controller sent it.
    pub(crate) fn by_daemonset_controller(&self) -> bool {
        self.by("daemon-set-controller")
    }

    /// Whether the controller that evicts pods from tainted nodes sent it.
    pub(crate) fn by_taint_eviction(&self) -> bool {
        self.by("node-controller")
    }

    /// Whether a controller of this name sent it.
    pub(crate) fn by(&self, controller: &str) -> bool {
        self.user_agent.contains(controller)
    }

    /// Whether it is about `resource` itself (no subresource) in `namespace`.
    pub(crate) fn is(&self, verb: &str, resource: &str, namespace: &str) -> bool {
        self.verb == verb && self.touches(resource, namespace)
    }

    /// The same, whatever the verb.
    pub(crate) fn touches(&self, resource: &str, namespace: &str) -> bool {
        self.object_ref.as_ref().is_some_and(|o| {
            o.resource == resource && o.namespace == namespace && o.subresource.is_empty()
        })
    }

    /// The object's name; one that the server made up stands in its answer alone.
    pub(crate) fn object_name(&self) -> String {
        let asked = self.object_ref.as_ref().map(|o| o.name.as_str());
        let answered = self.response_object["metadata"]["name"].as_str();
        let asked = asked.filter(|name| !name.is_empty());
        asked.or(answered).unwrap_or_default().to_owned()
    }
}

impl ControlPlane {
    /// The log's present end, after everything that was answered before this call.
    pub(crate) fn audit_mark(&self) -> Result<AuditMark, String> {
        self.flush_audit()?;
        let length = std::fs::metadata(self.dir.join(LOG))
            .map_err(|e| format!("{LOG}: {e}"))?
            .len();
        Ok(AuditMark(length))
    }

    /// All requests that were answered since `mark`.
    pub(crate) fn audit_since(&self, mark: AuditMark) -> Result<Vec<AuditEvent>, String> {
        self.flush_audit()?;
        read_from(&self.dir, mark)?
            .lines()
            .map(|line| serde_json::from_str(line).map_err(|e| format!("{LOG}: {e}: {line}")))
            .collect()
    }

    /// Waits until a request that is sent now stands in the log.
    fn flush_audit(&self) -> Result<(), String> {
        self.barrier.set(self.barrier.get() + 1);
        let marker = format!("/version?barrier={}.", self.barrier.get());
        let before = AuditMark(std::fs::metadata(self.dir.join(LOG)).map_or(0, |m| m.len()));
        self.api.raw(&marker)?;
        wait_for("the audit log", PATIENCE, || {
            let text = read_from(&self.dir, before).map_err(PollError::Fatal)?;
            if text.contains(&marker) {
                Ok(())
            } else {
                Err(PollError::NotYet(format!("no {marker}")))
            }
        })
    }
}

/// Whole lines only: the server may be writing the last one.
fn read_from(dir: &Path, mark: AuditMark) -> Result<String, String> {
    let mut text = String::new();
    let mut read = || -> std::io::Result<()> {
        let mut file = std::fs::File::open(dir.join(LOG))?;
        file.seek(SeekFrom::Start(mark.0))?;
        file.read_to_string(&mut text)?;
        Ok(())
    };
    read().map_err(|e| format!("{LOG}: {e}"))?;
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    text.truncate(whole);
    Ok(text)
}
