//! Why nodes are broken.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::attribute::AttributeKind;
use crate::analysis::causes::CauseGroup;
use crate::analysis::pod::PodState;

use super::reason::{Reason, reasons};

/// Nodes that are broken for the same cause.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cause<'a> {
    /// The cause, with the facts of the first node; `restarts` is the highest of all nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// All reasons that exclude the nodes, where the DaemonSet is expected on them; absent
    /// elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_by: Vec<Reason>,
    /// The latest warning about the pod of the first node, where the cause doesn't already say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Reason>,
    /// The state of their pods.
    pub pod_state: PodState,
    /// The nodes by name.
    pub nodes: &'a [String],
    /// What all of them have that no other node has on which the DaemonSet should run or is
    /// expected.
    pub shared: Vec<Attribute<'a>>,
}

/// A fact about nodes.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attribute<'a> {
    /// What kind of fact.
    pub kind: AttributeKind,
    /// Its value.
    pub value: &'a str,
    /// The value that all other nodes have, where they have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<&'a str>,
}

impl<'a> Cause<'a> {
    pub(super) fn new(group: &'a CauseGroup, now: Timestamp) -> Self {
        let shared = group.shared.iter().map(|attribute| Attribute {
            kind: attribute.kind,
            value: &attribute.value,
            others: attribute.others.as_deref(),
        });
        Self {
            reason: group.reason.as_ref().map(|r| Reason::new(r, now)),
            excluded_by: reasons(&group.excluded_by, now),
            warning: group.warning.as_ref().map(|r| Reason::new(r, now)),
            pod_state: group.pod_state,
            nodes: &group.nodes,
            shared: shared.collect(),
        }
    }
}
