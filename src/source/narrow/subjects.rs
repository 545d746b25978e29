//! What a question is about.

use std::collections::BTreeSet;

use crate::model::selector::{Selector, SelectorError};
use crate::model::{Command, DaemonSet, Node, Pod, Snapshot};
use crate::source::near::{near_elsewhere, near_typed};
use crate::source::{Instead, ObjectName, Question, SourceError, Subject};

/// What a question is about.
pub(super) struct Subjects<'a> {
    pub daemon_sets: Vec<DaemonSet>,
    /// Whether they are stored; a manifest's may not be.
    pub is_stored: bool,
    /// The pod that the question began with.
    pub pod: Option<&'a Pod>,
    /// The DaemonSet that is to be created.
    pub manifest: Option<&'a DaemonSet>,
    /// Whether what they own and don't select is wanted of revisions too.
    pub is_about_claims: bool,
}

impl<'a> Subjects<'a> {
    pub(super) fn find(all: &'a Snapshot, question: &'a Question) -> Result<Self, SourceError> {
        let (mut pod, mut manifest, mut is_stored) = (None, None, true);
        let daemon_sets = match &question.subject {
            Subject::DaemonSet(name) => vec![find_daemon_set(all, name)?.clone()],
            Subject::DaemonSets {
                namespace,
                selector,
            } => among(all, namespace.as_deref(), selector.as_deref())?,
            Subject::Manifest(manifest) => {
                let stored = stored_as(all, manifest);
                is_stored = stored.is_some();
                vec![stored.unwrap_or(manifest).clone()]
            }
            Subject::Recreated(ds) => {
                manifest = Some(&**ds);
                stored_as(all, ds).cloned().into_iter().collect()
            }
            Subject::Pod(name) => {
                let found = find_pod(all, name)?;
                pod = Some(found);
                vec![daemon_set_of(all, found)?.clone()]
            }
        };
        Ok(Self {
            daemon_sets,
            is_stored,
            pod,
            manifest,
            is_about_claims: question.is_about_claims(),
        })
    }
}

fn among(
    all: &Snapshot,
    namespace: Option<&str>,
    selector: Option<&str>,
) -> Result<Vec<DaemonSet>, SourceError> {
    let selector: Selector = selector
        .unwrap_or_default()
        .parse()
        .map_err(|e: SelectorError| SourceError::File(e.to_string()))?;
    let kept = all.daemon_sets.iter().filter(|ds| {
        let labels = ds.object.metadata.labels.iter().flatten();
        let labels = labels.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        namespace.is_none_or(|n| n == ds.namespace) && selector.matches(&labels)
    });
    Ok(kept.cloned().collect())
}

/// The DaemonSet of the manifest's name.
fn stored_as<'a>(all: &'a Snapshot, manifest: &DaemonSet) -> Option<&'a DaemonSet> {
    let mut stored = all.daemon_sets.iter();
    stored.find(|ds| ds.namespace == manifest.namespace && ds.name == manifest.name)
}

fn find_daemon_set<'a>(all: &'a Snapshot, name: &ObjectName) -> Result<&'a DaemonSet, SourceError> {
    let found = all
        .daemon_sets
        .iter()
        .find(|ds| ds.namespace == name.namespace && ds.name == name.name);
    found.ok_or_else(|| {
        let names = all.daemon_sets.iter();
        let names = names.map(|ds| (ds.namespace.as_str(), ds.name.as_str()));
        no_daemon_set(name, names, instead(all, name))
    })
}

/// What else has the name of a DaemonSet that isn't there.
fn instead(all: &Snapshot, name: &ObjectName) -> Option<Instead> {
    let mut nodes = all.nodes.iter().flat_map(|nodes| nodes.iter());
    let mut pods = all.pods.iter().flat_map(|pods| pods.iter());
    if nodes.any(|n| *n.name == *name.name) {
        return Some(Instead::Node);
    }
    let is_it = |p: &Pod| *p.name == *name.name && *p.namespace == *name.namespace;
    pods.any(is_it).then_some(Instead::Pod)
}

fn find_pod<'a>(all: &'a Snapshot, name: &ObjectName) -> Result<&'a Pod, SourceError> {
    let Some(pods) = &all.pods else {
        let get = Command::kubectl(&["get", "pods", "-A", "-o", "yaml"]);
        return Err(SourceError::File(format!(
            "the files contain no Pod objects; add them with `{get}`"
        )));
    };
    let found = pods
        .iter()
        .find(|p| *p.namespace == *name.namespace && *p.name == *name.name);
    // No near names: most pods of a DaemonSet are called much like one that is gone.
    found.ok_or_else(|| SourceError::NotFound {
        kind: "pod",
        name: name.name.clone(),
        namespace: Some(name.namespace.clone()),
        near: Vec::new(),
        elsewhere: Vec::new(),
        instead: None,
    })
}

/// That `wanted` isn't among the DaemonSets of these namespaces and `names`.
pub(in crate::source) fn no_daemon_set<'a>(
    wanted: &ObjectName,
    names: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    instead: Option<Instead>,
) -> SourceError {
    let here = names.clone().filter(|(n, _)| *n == wanted.namespace);
    let mut near = near_typed(&wanted.name, here.map(|(_, name)| name));
    let elsewhere: BTreeSet<String> = names
        .clone()
        .filter(|(_, name)| *name == wanted.name)
        .map(|(namespace, _)| namespace.to_owned())
        .collect();
    if near.is_empty() && elsewhere.is_empty() {
        near = near_elsewhere(&wanted.name, names);
    }
    SourceError::NotFound {
        kind: "daemonset",
        name: wanted.name.clone(),
        namespace: Some(wanted.namespace.clone()),
        near,
        instead: instead.filter(|_| elsewhere.is_empty()),
        elsewhere: elsewhere.into_iter().collect(),
    }
}

fn daemon_set_of<'a>(all: &'a Snapshot, pod: &Pod) -> Result<&'a DaemonSet, SourceError> {
    let owner = pod.daemon_set();
    let mut sets = all.daemon_sets.iter();
    let found = owner
        .and_then(|owner| sets.find(|ds| *ds.namespace == *pod.namespace && ds.name == owner.name));
    found.ok_or_else(|| {
        if let Some(error) = SourceError::not_a_daemon_pod(pod) {
            return error;
        }
        let is_it = |node: &&Node| *node.name == *pod.node_name;
        let node = all.nodes.as_ref().filter(|_| !pod.node_name.is_empty());
        let node = node.map(|nodes| nodes.iter().filter(is_it).cloned().collect());
        SourceError::orphan(pod, node, all.now)
    })
}
