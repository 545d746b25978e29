//! Old pods, and their templates.

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::PodSpec;

use crate::analysis::drift::hash;
use crate::model::revision_data::template_of;
use crate::model::{DaemonSet, Snapshot};

use super::analysis::RolloutAnalysis;
use super::plan::OldPod;
use super::revision::history;

/// How many pods already count as updated.
pub(super) fn updated(analysis: &RolloutAnalysis<'_>) -> Option<usize> {
    let pods_by_node = analysis.pods_by_node()?;
    let pods = pods_by_node.iter().flat_map(|on_node| on_node.pods);
    let updated = pods.filter(|pod| !pod.is_deleting() && analysis.is_updated(pod));
    Some(updated.count())
}

/// Pods that aren't current and aren't being deleted yet.
pub(super) fn old(analysis: &RolloutAnalysis<'_>) -> Option<Vec<OldPod>> {
    let numbers = revision_numbers(analysis);
    let mut old: Vec<_> = analysis
        .pods_by_node()?
        .into_iter()
        .flat_map(|on_node| {
            let pods = on_node.pods.iter();
            let old = pods.filter(|pod| !pod.is_deleting() && !analysis.is_updated(pod));
            let numbers = &numbers;
            old.map(move |pod| OldPod {
                node: on_node.node.to_owned(),
                pod: pod.name.to_string(),
                revision: hash(pod).and_then(|h| numbers.get(h)).copied(),
                remade: on_node.should_run,
            })
        })
        .collect();
    old.sort_by(|a, b| (&a.node, &a.pod).cmp(&(&b.node, &b.pod)));
    Some(old)
}

/// The numbers of the namespace's revisions that this DaemonSet's pods may be from, by hash.
fn revision_numbers<'a>(analysis: &RolloutAnalysis<'a>) -> HashMap<&'a str, i64> {
    let subject = analysis.subject;
    let revisions = subject.snapshot.revisions_in(&subject.ds.namespace);
    let revisions = revisions.unwrap_or_default().iter();
    revisions.map(|r| (r.hash(), r.revision)).collect()
}

/// The pod specs of the revisions with existing pods that aren't `ds`'s own.
#[must_use]
pub(super) fn old_templates(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<PodSpec> {
    let Some(history) = history(snapshot, ds) else {
        return Vec::new();
    };
    let pods = snapshot.pods_in(&ds.namespace).unwrap_or_default();
    let hashes: HashSet<&str> = pods.iter().filter_map(hash).collect();
    let with_pods = history.old.iter().filter(|r| hashes.contains(r.hash()));
    with_pods
        // As a DaemonSet is decoded: each further kind of decoder would compile all types of a
        // template again.
        .filter_map(|r| serde_path_to_error::deserialize(template_of(&r.data)?.get("spec")?).ok())
        .collect()
}
