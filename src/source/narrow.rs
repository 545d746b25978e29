//! From all that is known to what one question reads.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::manifest::merge_stored;
use super::near::near_names;
use super::{ObjectName, Question, Scope, SourceError, Subject};
use crate::engine::SelectorError;
use crate::engine::label_selector::Selector;
use crate::model::{ControllerRevision, DaemonSet, Event, Labels, OwnerReference, Pod, Snapshot};

/// Reduces `all` to what a cluster would be asked for to answer `question`,
/// so that a cluster and its dump give the same answer.
///
/// # Errors
/// When the DaemonSet, the node or the pod isn't there, or no DaemonSet controls the pod.
pub fn narrow(all: &Snapshot, question: &Question) -> Result<Snapshot, SourceError> {
    let subjects = Subjects::find(all, question)?;
    let mut narrowed = Snapshot {
        incomplete: all.incomplete.clone(),
        notes: all.notes.clone(),
        server_version: all.server_version.clone(),
        gates: all.gates,
        ..Snapshot::at(all.now)
    };
    let on = match &question.scope {
        _ if subjects.manifest.is_some() => Some(On::All),
        Scope::AllNodes => Some(On::All),
        Scope::Node(name) => {
            check_node(all, name)?;
            Some(On::Node(name))
        }
        Scope::NodeOfPod => {
            let node = subjects.pod.and_then(|p| p.target_node.as_deref());
            if let (Some(node), Some(pod)) = (node, subjects.pod)
                && check_node(all, node).is_err()
            {
                let note = format!("node {node} of pod {} doesn't exist any more", pod.name);
                narrowed.notes.push(note);
            }
            node.map(On::Node)
        }
    };
    narrowed.nodes = kept(all.nodes.as_deref(), |n| {
        on.is_some_and(|on| on.holds(&n.name))
    });
    fill(all, &subjects, on, &mut narrowed);
    narrowed.daemon_sets = subjects.daemon_sets;
    if question.neighbours {
        let namespaces = question.subject.namespaces(&narrowed.daemon_sets);
        narrowed.workloads = kept(all.workloads.as_deref(), |w| {
            namespaces.contains(&*w.namespace)
        });
        narrowed.unread_workloads.clone_from(&all.unread_workloads);
    }
    narrowed.sort();
    Ok(narrowed)
}

/// Copies what belongs to the subjects.
fn fill(all: &Snapshot, subjects: &Subjects<'_>, on: Option<On<'_>>, narrowed: &mut Snapshot) {
    let sets = subjects.daemon_sets.iter();
    let wants = sets.map(|ds| Wants::new(all, ds, subjects.all_owned));
    let wants: Vec<Wants<'_>> = wants.chain(subjects.manifest.map(Wants::of_new)).collect();
    // Each namespace has few DaemonSets, and each pod is asked about those of its own only.
    let mut by_namespace: HashMap<&str, Vec<&Wants<'_>>> = HashMap::new();
    for want in &wants {
        by_namespace
            .entry(&want.ds.namespace)
            .or_default()
            .push(want);
    }
    let of = |namespace: &str| by_namespace.get(namespace).into_iter().flatten();
    let is_subject = |pod: &Pod| subjects.pod.is_some_and(|p| p == pod);
    narrowed.pods = kept(all.pods.as_deref(), |pod| {
        is_subject(pod) || of(&pod.namespace).any(|w| on.is_some_and(|on| w.pod(pod, on)))
    });
    narrowed.revisions = kept(all.revisions.as_deref(), |r| {
        of(&r.namespace).any(|w| w.revision(r))
    });
    narrowed.events = kept(all.events.as_deref(), |e| {
        of(&e.namespace).any(|w| w.event(e))
    });
    narrowed.namespaces = kept(all.namespaces.as_deref(), |n| of(&n.name).next().is_some());
}

fn kept<T: Clone>(all: Option<&[T]>, keep: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    Some(all?.iter().filter(|t| keep(t)).cloned().collect())
}

/// The nodes that are asked about.
#[derive(Clone, Copy)]
enum On<'a> {
    All,
    Node(&'a str),
}

impl On<'_> {
    fn holds(self, node: &str) -> bool {
        match self {
            Self::All => true,
            Self::Node(name) => name == node,
        }
    }
}

/// What the question about one DaemonSet asks for.
struct Wants<'a> {
    ds: &'a DaemonSet,
    /// Empty for one that owns nothing.
    uid: &'a str,
    /// `None` where the controller refuses to act on the selector.
    selector: Option<Selector>,
    /// Whether revisions that it owns and doesn't select are wanted too.
    all_owned: bool,
    /// The hashes of the revisions that the DaemonSet owns.
    hashes: HashSet<&'a str>,
}

impl<'a> Wants<'a> {
    fn new(all: &'a Snapshot, ds: &'a DaemonSet, all_owned: bool) -> Self {
        let mut wants = Self {
            uid: ds.uid(),
            all_owned,
            ..Self::of_new(ds)
        };
        let revisions = all.revisions.iter().flatten();
        wants.hashes = revisions
            .filter(|r| *r.namespace == *ds.namespace && wants.owns(&r.owners) && wants.revision(r))
            .map(ControllerRevision::hash)
            .collect();
        wants
    }

    /// Of one that is yet to be created, whatever UID its manifest has.
    fn of_new(ds: &'a DaemonSet) -> Self {
        let selector = Selector::new(ds.selector()).ok();
        Self {
            ds,
            uid: "",
            selector: selector.filter(|s| !s.is_empty()),
            all_owned: false,
            hashes: HashSet::new(),
        }
    }

    fn selects(&self, labels: &Labels) -> bool {
        self.selector.as_ref().is_some_and(|s| s.matches(labels))
    }

    fn owns(&self, owners: &[OwnerReference]) -> bool {
        let controller = OwnerReference::controller(owners);
        !self.uid.is_empty() && controller.is_some_and(|c| c.uid == self.uid)
    }

    /// A pod of the DaemonSet's namespace.
    fn pod(&self, pod: &Pod, on: On<'_>) -> bool {
        let hash = pod.labels.get("controller-revision-hash");
        match on {
            On::All => self.selects(&pod.labels) || hash.is_some_and(|h| self.hashes.contains(h)),
            On::Node(node) if !pod.node_name.is_empty() => *pod.node_name == *node,
            On::Node(node) => {
                // Where the controller does nothing, all that is left are the pods that it once made.
                let made = self.selector.is_none() && hash.is_some();
                pod.target_node.as_deref() == Some(node) && (made || self.selects(&pod.labels))
            }
        }
    }

    /// A revision of the DaemonSet's namespace.
    fn revision(&self, revision: &ControllerRevision) -> bool {
        let owned = || self.owns(&revision.owners);
        match &self.selector {
            Some(_) => self.selects(&revision.labels) || (self.all_owned && owned()),
            None => owned(),
        }
    }

    /// An event of the DaemonSet's namespace.
    fn event(&self, event: &Event) -> bool {
        &*event.kind == "DaemonSet" && *event.name == *self.ds.name
    }
}

/// What a question is about.
struct Subjects<'a> {
    daemon_sets: Vec<DaemonSet>,
    /// The pod that the question began with.
    pod: Option<&'a Pod>,
    /// The DaemonSet that is to be created.
    manifest: Option<&'a DaemonSet>,
    /// Whether what they own and don't select is wanted of revisions too.
    all_owned: bool,
}

impl<'a> Subjects<'a> {
    fn find(all: &'a Snapshot, question: &'a Question) -> Result<Self, SourceError> {
        let (mut pod, mut manifest) = (None, None);
        let daemon_sets = match &question.subject {
            Subject::DaemonSet(name) => vec![find_daemon_set(all, name)?.clone()],
            Subject::DaemonSets {
                namespace,
                selector,
            } => among(all, namespace.as_deref(), selector.as_deref())?,
            Subject::Manifest(manifest) => vec![laid_over(all, manifest)],
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
            pod,
            manifest,
            all_owned: question.neighbours || manifest.is_some(),
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

/// The manifest with what the stored DaemonSet of its name keeps.
fn laid_over(all: &Snapshot, manifest: &DaemonSet) -> DaemonSet {
    match stored_as(all, manifest) {
        Some(stored) => merge_stored(manifest.clone(), stored),
        None => manifest.clone(),
    }
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
        not_found("daemonset", name, names)
    })
}

fn find_pod<'a>(all: &'a Snapshot, name: &ObjectName) -> Result<&'a Pod, SourceError> {
    let Some(pods) = &all.pods else {
        return Err(SourceError::File(
            "the files hold no Pod objects; add them with `kubectl get pods -A -o yaml`".to_owned(),
        ));
    };
    let found = pods
        .iter()
        .find(|p| *p.namespace == *name.namespace && *p.name == *name.name);
    // As for nodes: a cluster isn't asked for all pods to find near names.
    found.ok_or_else(|| SourceError::NotFound {
        kind: "pod",
        name: name.name.clone(),
        namespace: Some(name.namespace.clone()),
        near: Vec::new(),
        elsewhere: Vec::new(),
    })
}

fn check_node(all: &Snapshot, node: &str) -> Result<(), SourceError> {
    let Some(nodes) = &all.nodes else {
        return Ok(());
    };
    if nodes.iter().any(|n| *n.name == *node) {
        return Ok(());
    }
    Err(SourceError::no_node(node))
}

fn not_found<'a>(
    kind: &'static str,
    wanted: &ObjectName,
    names: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> SourceError {
    let here = names.clone().filter(|(n, _)| *n == wanted.namespace);
    let elsewhere: BTreeSet<String> = names
        .filter(|(_, name)| *name == wanted.name)
        .map(|(namespace, _)| namespace.to_owned())
        .collect();
    SourceError::NotFound {
        kind,
        name: wanted.name.clone(),
        namespace: Some(wanted.namespace.clone()),
        near: near_names(&wanted.name, here.map(|(_, name)| name)),
        elsewhere: elsewhere.into_iter().collect(),
    }
}

fn daemon_set_of<'a>(all: &'a Snapshot, pod: &Pod) -> Result<&'a DaemonSet, SourceError> {
    let Some(owner) = pod.controller() else {
        return Err(not_a_daemon_pod(pod, "no controller owns it"));
    };
    if owner.kind != "DaemonSet" || !owner.api_version.starts_with("apps/") {
        let by = format!("it is controlled by {} {}", owner.kind, owner.name);
        return Err(not_a_daemon_pod(pod, &by));
    }
    let mut sets = all.daemon_sets.iter();
    let found = sets.find(|ds| *ds.namespace == *pod.namespace && ds.name == owner.name);
    found.ok_or_else(|| SourceError::OwnerGone {
        pod: format!("{}/{}", pod.namespace, pod.name),
        owner: owner.name.clone(),
    })
}

fn not_a_daemon_pod(pod: &Pod, owner: &str) -> SourceError {
    SourceError::NotADaemonPod {
        pod: format!("{}/{}", pod.namespace, pod.name),
        owner: owner.to_owned(),
    }
}
