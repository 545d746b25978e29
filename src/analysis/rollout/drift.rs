//! Pods that count as updated and aren't what the template says.

use std::collections::BTreeMap;

use serde::Serialize;

use k8s_openapi::api::core::v1::{Container, PodSpec};

use crate::model::{ControllerRevision, Pod};

use super::analysis::RolloutAnalysis;
use super::pods::hash;
use super::revision::template_fields;

/// A pod that counts as updated and isn't what the template says.
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
    /// Fields of the template that differ between the pod's revision and the current
    /// one, where its revision is still there.
    pub fields: Vec<String>,
}

/// Why a pod counts as updated that isn't what the template says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriftCause {
    /// Its template generation is the DaemonSet's, and its revision hash is another.
    Generation {
        /// The generation.
        generation: i64,
        /// Its revision hash, where it has one.
        hash: Option<String>,
    },
    /// It is older than the revision whose hash it carries.
    OlderThanRevision,
    /// It carries the hash of the current revision and runs another image.
    OtherImage,
}

impl DriftCause {
    /// Which label makes it count as updated.
    #[must_use]
    pub const fn by(&self) -> DriftBy {
        match self {
            Self::Generation { .. } => DriftBy::Generation,
            Self::OlderThanRevision | Self::OtherImage => DriftBy::Relabelled,
        }
    }
}

/// Which label makes a pod count as updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum DriftBy {
    /// `pod-template-generation`, while its revision hash is another.
    Generation,
    /// `controller-revision-hash`, which the pod was given after it was made.
    Relabelled,
}

/// The image of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageDrift {
    /// The pod's; `null` when it has no such container.
    pub pod: Option<String>,
    /// The template's.
    pub template: String,
}

/// The pods that a label makes count as updated while they differ from the template.
///
/// Of a pod only its images are held against the template. One that counts by its
/// generation is of another revision, so it is named whatever its images are.
pub(super) fn drift(analysis: &RolloutAnalysis<'_>) -> Option<Vec<Drift>> {
    let images = template_images(analysis.ds().pod_spec());
    let mut drift = Vec::new();
    for on_node in analysis.pods_by_node()? {
        let pods = on_node.pods.iter();
        for pod in pods.filter(|p| !p.is_deleting() && analysis.is_updated(p)) {
            drift.extend(drift_of(analysis, &images, on_node.node, pod));
        }
    }
    drift.sort_by(|a, b| (&a.node, &a.pod).cmp(&(&b.node, &b.pod)));
    Some(drift)
}

type Images<'a> = BTreeMap<&'a str, &'a str>;

fn template_images(spec: Option<&PodSpec>) -> Images<'_> {
    let init = spec.and_then(|s| s.init_containers.as_ref());
    let main = spec.map(|s| &s.containers);
    let all = init.into_iter().flatten().chain(main.into_iter().flatten());
    let image = |c: &'_ Container| c.image.is_some();
    all.filter(|c| image(c))
        .map(|c| (c.name.as_str(), c.image.as_deref().unwrap_or_default()))
        .collect()
}

fn drift_of(
    analysis: &RolloutAnalysis<'_>,
    images: &Images<'_>,
    node: &str,
    pod: &Pod,
) -> Option<Drift> {
    let current = analysis.subject.context.hash;
    let hash = hash(pod);
    let images = differing(images, pod);
    let (cause, fields) = match hash {
        Some(_) if hash == current && images.is_empty() => return None,
        Some(hash) if current == Some(hash) => (relabelled(analysis, pod, hash), Vec::new()),
        _ => {
            let cause = DriftCause::Generation {
                generation: analysis.ds().template_generation().unwrap_or_default(),
                hash: hash.map(str::to_owned),
            };
            (cause, fields(analysis, hash))
        }
    };
    Some(Drift {
        pod: pod.name.to_string(),
        node: node.to_owned(),
        cause,
        images,
        fields,
    })
}

/// The fields in which the template of the pod's revision differs from today's.
fn fields(analysis: &RolloutAnalysis<'_>, hash: Option<&str>) -> Vec<String> {
    let revision = hash.and_then(|hash| revision(analysis, hash));
    let fields = revision.and_then(|r| template_fields(r, analysis.ds()));
    fields.into_iter().flatten().map(|f| f.path).collect()
}

/// Containers of the template whose image is another in the pod, or that it lacks.
/// What the pod has besides, admission may have put there.
fn differing(template: &Images<'_>, pod: &Pod) -> BTreeMap<String, ImageDrift> {
    let of_pod: Images<'_> = pod.images.iter().map(|i| (&*i.name, &*i.image)).collect();
    let differing = template.iter().filter_map(|(name, image)| {
        let has = of_pod.get(name).copied();
        (has != Some(*image)).then(|| {
            let images = ImageDrift {
                pod: has.map(str::to_owned),
                template: (*image).to_owned(),
            };
            ((*name).to_owned(), images)
        })
    });
    differing.collect()
}

/// Pods are relabelled when a revision has a duplicate; admission may change an image.
fn relabelled(analysis: &RolloutAnalysis<'_>, pod: &Pod, hash: &str) -> DriftCause {
    let revision = revision(analysis, hash);
    let older = revision.and_then(|r| r.created).zip(pod.created);
    if older.is_some_and(|(revision, pod)| pod < revision) {
        DriftCause::OlderThanRevision
    } else {
        DriftCause::OtherImage
    }
}

fn revision<'a>(analysis: &RolloutAnalysis<'a>, hash: &str) -> Option<&'a ControllerRevision> {
    let subject = analysis.subject;
    let revisions = subject.snapshot.revisions_in(&subject.ds.namespace)?;
    revisions.iter().find(|r| r.hash() == hash)
}
