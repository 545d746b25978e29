use std::fmt;

use jiff::Timestamp;

use crate::model::{Command, Node, Pod};

#[cfg(feature = "cluster")]
use super::near::near_typed;

/// Why a source can't answer at all.
///
/// The text is lowercase, ends without a period, quotes what the user typed
/// in backticks and says what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SourceError {
    /// An object that was asked for by name doesn't exist.
    #[error("{}{}", not_found(kind, name, namespace.as_deref()), Hints { name, near, elsewhere, instead: *instead })]
    NotFound {
        /// `daemonset`, `node` or `pod`.
        kind: &'static str,
        /// The name that was asked for.
        name: String,
        /// The namespace that was searched; `None` for nodes.
        namespace: Option<String>,
        /// Similar names there, as they are typed, the closest first.
        near: Vec<Command>,
        /// Other namespaces that have an object of this name.
        elsewhere: Vec<String>,
        /// What else has the name of a DaemonSet that doesn't exist.
        instead: Option<Instead>,
    },
    /// A pod that no DaemonSet controls.
    #[error("pod `{pod}` is not a daemon pod: {owner}")]
    NotADaemonPod {
        /// The pod as `namespace/name`.
        pod: String,
        /// `it is controlled by ReplicaSet web-5d9`, `no controller owns it`.
        owner: String,
    },
    /// A daemon pod whose DaemonSet doesn't exist.
    #[error(transparent)]
    Orphan(Box<OrphanPod>),
    /// The cluster can't be reached or refuses, in kubectl's words.
    #[error("{0}")]
    Cluster(String),
    /// The cluster doesn't let the user read what the answer is about, in its words.
    #[error("{0}")]
    Forbidden(String),
    /// A file that can't be read, with its name and line.
    #[error("{0}")]
    File(String),
}

/// A daemon pod whose DaemonSet doesn't exist, with its node.
#[derive(Clone, Debug, thiserror::Error)]
#[error("pod `{}/{}` {}", pod.namespace, pod.name, belongs(pod))]
pub struct OrphanPod {
    /// The pod.
    pub pod: Pod,
    /// Its node, none where that doesn't exist; `None` where it couldn't be read.
    pub node: Option<Vec<Node>>,
    /// When that was so.
    pub now: Timestamp,
}

/// Whose the pod was.
fn belongs(pod: &Pod) -> String {
    match pod.daemon_set() {
        Some(owner) => format!(
            "belongs to daemonset `{}`, which doesn't exist any more",
            owner.name
        ),
        None => "is an orphan: a daemonset made it, and no controller owns it".to_owned(),
    }
}

/// An object that has the requested name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its kind")]
pub enum Instead {
    Node,
    Pod,
}

#[cfg(feature = "cluster")]
impl SourceError {
    /// That a pod isn't a daemon pod; `None` for one that a DaemonSet created.
    pub(super) fn not_a_daemon_pod(pod: &Pod) -> Option<Self> {
        let owner = match pod.controller() {
            Some(_) if pod.daemon_set().is_some() => return None,
            None if pod.is_daemon_orphan() => return None,
            None => "no controller owns it".to_owned(),
            Some(owner) => format!("it is controlled by {} {}", owner.kind, owner.name),
        };
        Some(Self::NotADaemonPod {
            pod: format!("{}/{}", pod.namespace, pod.name),
            owner,
        })
    }

    /// A daemon pod whose DaemonSet doesn't exist; `node` is its node.
    pub(super) fn orphan(pod: &Pod, node: Option<Vec<Node>>, now: Timestamp) -> Self {
        Self::Orphan(Box::new(OrphanPod {
            pod: pod.clone(),
            node,
            now,
        }))
    }

    /// A node that isn't there; `nodes` are the names of those that are.
    #[must_use]
    pub fn no_node<'a>(name: &str, nodes: impl Iterator<Item = &'a str>) -> Self {
        Self::NotFound {
            kind: "node",
            name: name.to_owned(),
            namespace: None,
            near: near_typed(name, nodes),
            elsewhere: Vec::new(),
            instead: None,
        }
    }
}

/// What isn't there, and where.
#[must_use]
pub fn not_found(kind: &str, name: &str, namespace: Option<&str>) -> String {
    let place = namespace.map_or_else(String::new, |n| format!(" in namespace `{n}`"));
    format!("{kind} `{name}` not found{place}")
}

/// What may have been meant, for who doesn't know what was typed.
struct Hints<'a> {
    name: &'a str,
    near: &'a [Command],
    elsewhere: &'a [String],
    instead: Option<Instead>,
}

impl fmt::Display for Hints<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instead {
            Some(Instead::Node) => {
                write!(f, "; `{}` is a node", self.name)?;
                return about_node(self.name).map_or(Ok(()), |[node, why]| {
                    write!(f, ": `{node}` or `{why}` tells of it")
                });
            }
            Some(Instead::Pod) => return write!(f, "; `{}` is a pod", self.name),
            None => {}
        }
        if let [one] = self.elsewhere {
            write!(f, "; namespace `{one}` has one")?;
            if let Some(flag) = Command::of(&[]).namespace(one) {
                write!(f, ": add `{flag}`")?;
            }
        } else if !self.elsewhere.is_empty() {
            let list = self.elsewhere.join("`, `");
            write!(f, "; namespaces `{list}` have one: choose with `-n`")?;
        }
        if !self.near.is_empty() {
            let near: Vec<String> = self.near.iter().map(ToString::to_string).collect();
            write!(f, "; did you mean `{}`?", near.join("`, `"))?;
        }
        Ok(())
    }
}

/// The commands that tell of a node.
fn about_node(name: &str) -> Option<[Command; 2]> {
    let node = Command::own(&["node"]).name(name)?;
    let why = Command::own(&["why", "DS"]).name(name)?;
    Some([node, why])
}
