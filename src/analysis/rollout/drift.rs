//! Pods that count as updated and aren't what the template says.

use serde::Serialize;
use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec};

use crate::model::{ControllerRevision, Pod};

use super::ground::Ground;
use super::pods::hash;
use super::revision::template_fields;

/// A pod that counts as updated and isn't what the template says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The pod.
    pub pod: String,
    /// Its node.
    pub node: String,
    /// Which label makes it count as updated.
    pub by: DriftBy,
    /// Images that differ, by container: the pod's and the template's.
    pub images: BTreeMap<String, ImageDrift>,
    /// Fields of the template that differ between the pod's revision and the current
    /// one, where its revision is still there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// In words.
    pub message: String,
}

/// Which label makes a pod count as updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum DriftBy {
    /// `pod-template-generation`, while its revision hash is another.
    Generation,
    /// `controller-revision-hash`, which the pod was given after it was made.
    Relabelled,
}

/// The image of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
pub(super) fn drift(ground: &Ground<'_>) -> Option<Vec<Drift>> {
    let images = template_images(ground.ds().pod_spec());
    let mut drift = Vec::new();
    for place in ground.places()? {
        let pods = place.pods.iter();
        for pod in pods.filter(|p| !p.is_deleting() && ground.is_updated(p)) {
            drift.extend(drift_of(ground, &images, place.node, pod));
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

fn drift_of(ground: &Ground<'_>, images: &Images<'_>, node: &str, pod: &Pod) -> Option<Drift> {
    let current = ground.subject.context.hash;
    let by = if current.is_some() && hash(pod) == current {
        DriftBy::Relabelled
    } else {
        DriftBy::Generation
    };
    let images = differing(images, pod);
    let message = match by {
        DriftBy::Generation => by_generation(ground, pod),
        DriftBy::Relabelled if images.is_empty() => return None,
        DriftBy::Relabelled => relabelled(ground, pod),
    };
    Some(Drift {
        pod: pod.name.to_string(),
        node: node.to_owned(),
        by,
        images,
        fields: match by {
            DriftBy::Generation => fields(ground, pod),
            DriftBy::Relabelled => Vec::new(),
        },
        message,
    })
}

/// The fields in which the template of the pod's revision differs from today's.
fn fields(ground: &Ground<'_>, pod: &Pod) -> Vec<String> {
    let revision = hash(pod).and_then(|hash| revision(ground, hash));
    let fields = revision.and_then(|r| template_fields(r, ground.ds()));
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

fn by_generation(ground: &Ground<'_>, pod: &Pod) -> String {
    let generation = ground.ds().template_generation().unwrap_or_default();
    let made_from = match hash(pod) {
        Some(hash) => format!("its revision hash {hash} is another than the template's"),
        None => "it has no revision hash".to_owned(),
    };
    format!(
        "pod {} counts as updated by its label pod-template-generation: {generation} alone, {made_from}: no rollout replaces it until the template changes again",
        pod.name
    )
}

fn relabelled(ground: &Ground<'_>, pod: &Pod) -> String {
    let name = &pod.name;
    let current = ground.subject.context.hash;
    let revision = current.and_then(|hash| revision(ground, hash));
    let older = revision.and_then(|r| r.created).zip(pod.created);
    if older.is_some_and(|(revision, pod)| pod < revision) {
        return format!(
            "pod {name} is older than the revision whose hash it carries: it was relabelled, as pods are when a revision has a duplicate, and not made anew; no rollout replaces it until the template changes again"
        );
    }
    format!(
        "pod {name} carries the hash of the current revision and runs another image: it was relabelled, or admission changed it when it was made; no rollout replaces it until the template changes again"
    )
}

fn revision<'a>(ground: &Ground<'a>, hash: &str) -> Option<&'a ControllerRevision> {
    let subject = ground.subject;
    let revisions = subject.snapshot.revisions_in(&subject.ds.namespace)?;
    revisions.iter().find(|r| r.hash() == hash)
}
