//! Pods of a rollout that count as updated but differ from the template.

use std::collections::BTreeMap;

use crate::analysis::drift::{DriftCause, ImageDrift, PodDrift};
use crate::model::Pod;

use super::analysis::RolloutAnalysis;
use super::revision::template_fields;

/// A pod that counts as updated but differs from the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The pod.
    pub pod: String,
    /// Its node.
    pub node: String,
    /// Why it counts as updated.
    pub cause: DriftCause,
    /// Images that differ, by container: the pod's and the template's.
    pub images: BTreeMap<String, ImageDrift>,
    /// Fields of the template that differ between the pod's revision and the current one, where its
    /// revision still exists.
    pub fields: Vec<String>,
}

/// The pods that count as updated by a label but differ from the template.
pub(super) fn drift(analysis: &RolloutAnalysis<'_>) -> Option<Vec<Drift>> {
    let mut drift = Vec::new();
    for on_node in analysis.pods_by_node()? {
        let pods = on_node.pods.iter();
        let drifted = pods.filter_map(|pod| {
            let found = analysis.subject.templates.drift(pod)?;
            Some(of_pod(analysis, on_node.node, pod, found))
        });
        drift.extend(drifted);
    }
    drift.sort_by(|a, b| (&a.node, &a.pod).cmp(&(&b.node, &b.pod)));
    Some(drift)
}

fn of_pod(analysis: &RolloutAnalysis<'_>, node: &str, pod: &Pod, found: PodDrift) -> Drift {
    let fields = match found.cause {
        DriftCause::Generation { .. } => fields(analysis, pod),
        _ => Vec::new(),
    };
    Drift {
        pod: pod.name.to_string(),
        node: node.to_owned(),
        cause: found.cause,
        images: found.images,
        fields,
    }
}

/// The fields in which the template of the pod's revision differs from today's.
fn fields(analysis: &RolloutAnalysis<'_>, pod: &Pod) -> Vec<String> {
    let revision = analysis.subject.templates.revision_of(pod);
    let fields = revision.and_then(|r| template_fields(r, analysis.ds()));
    fields.into_iter().flatten().map(|f| f.path).collect()
}
