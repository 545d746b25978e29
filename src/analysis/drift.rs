//! Pods that count as updated by a label but differ from the template.
//!
//! `IsPodUpdated` (1.37.1) checks one of two labels: the hash of the current revision or the
//! DaemonSet's template generation. It doesn't check what the pod runs.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use k8s_openapi::api::core::v1::{Container, PodSpec};
use serde::Serialize;
use serde_json::Value;

use crate::apply::semantic::restores_template;
use crate::engine::claim::{Claim, Claimant};
use crate::engine::history::History;
use crate::engine::pods::is_pod_updated;
use crate::model::revision_data::{holds_template, template_of};
use crate::model::{ControllerRevision, DaemonSet, HASH_LABEL, Pod};

/// Why a pod counts as updated, and what it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodDrift {
    /// Why it counts as updated.
    pub cause: DriftCause,
    /// Images that differ, by container: the pod's and the template's.
    pub images: BTreeMap<String, ImageDrift>,
}

/// Why a pod that differs from the template counts as updated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftCause {
    /// It has the DaemonSet's template generation, but another revision hash.
    Generation {
        /// The generation.
        generation: i64,
        /// Its revision hash, where it has one.
        hash: Option<String>,
    },
    /// It is older than the revision whose hash it carries.
    OlderThanRevision,
    /// It carries the hash of the current revision and runs the images of an older one.
    OldImage {
        /// The number of that revision.
        revision: i64,
    },
    /// It carries the hash of the current revision but runs an image of no revision: admission or
    /// somebody changed it.
    OtherImage,
}

impl DriftCause {
    /// Which label makes it count as updated.
    #[must_use]
    pub const fn by(&self) -> DriftBy {
        match self {
            Self::Generation { .. } => DriftBy::Generation,
            Self::OlderThanRevision | Self::OldImage { .. } | Self::OtherImage => {
                DriftBy::Relabelled
            }
        }
    }

    /// Whether the pod is from another template, so that rollouts skip it.
    #[must_use]
    pub const fn is_other_template(&self) -> bool {
        !matches!(self, Self::OtherImage)
    }
}

/// The label by which a pod counts as updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum DriftBy {
    /// `pod-template-generation`, while its revision hash is another.
    Generation,
    /// `controller-revision-hash`, which was set after the pod was created.
    Relabelled,
}

/// The image of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageDrift {
    /// The pod's; `None` when it has no such container.
    pub pod: Option<String>,
    /// The template's.
    pub template: String,
}

/// The templates that a DaemonSet's pods may be from: its own and its revisions'.
#[derive(Debug)]
pub struct Templates<'a> {
    ds: &'a DaemonSet,
    /// Of the template, by container.
    images: BTreeMap<&'a str, &'a str>,
    /// By the hash that their pods carry; `None` where revisions aren't known.
    by_hash: Option<HashMap<&'a str, Held<'a>>>,
    /// The hash of the current revision, where there is one.
    hash: Option<&'a str>,
    /// The template generation.
    generation: Option<i64>,
    /// The hashes of other templates in the namespace, where the current revision doesn't exist
    /// yet.
    others: HashSet<&'a str>,
}

/// A revision, with the template decoded when a pod first needs it.
#[derive(Debug)]
struct Held<'a> {
    revision: &'a ControllerRevision,
    restores_template: OnceCell<bool>,
}

impl<'a> Templates<'a> {
    /// `history` is the result of a sync on `revisions`, all those of the namespace.
    pub(super) fn new(
        ds: &'a DaemonSet,
        claimant: Option<&Claimant<'_>>,
        revisions: Option<&'a [ControllerRevision]>,
        history: Option<&History<'a>>,
    ) -> Self {
        let by_hash = claimant.zip(revisions).zip(history);
        let by_hash = by_hash.map(|((claimant, revisions), _)| by_hash_of(claimant, revisions));
        let is_new = history.is_some_and(|h| h.current.revision().is_none());
        let others = revisions.filter(|_| is_new).unwrap_or_default().iter();
        let others = others.filter(|r| !holds_template(r, &ds.raw_template));
        Self {
            ds,
            images: images_of(ds.pod_spec()),
            by_hash,
            hash: history.and_then(|h| h.current.hash()),
            generation: ds.template_generation(),
            others: others.map(ControllerRevision::hash).collect(),
        }
    }

    /// The revision that a pod's hash label names; `None` also where that isn't known.
    pub(super) fn revision_of(&self, pod: &Pod) -> Option<&'a ControllerRevision> {
        self.held_by(pod).map(|held| held.revision)
    }

    fn held_by(&self, pod: &Pod) -> Option<&Held<'a>> {
        self.by_hash.as_ref()?.get(hash(pod)?)
    }

    /// Whether the revision that a pod's hash label names means the same as the template but is
    /// encoded differently, so that the controller treats it as another one.
    pub(super) fn runs_the_template(&self, pod: &Pod) -> bool {
        let says_the_same = |held: &Held<'_>| {
            *held
                .restores_template
                .get_or_init(|| restores_template(&held.revision.data, &self.ds.raw_template))
        };
        self.held_by(pod).is_some_and(says_the_same)
    }

    /// Whether a pod may belong to the revision that is about to be created: its hash belongs to no
    /// revision of another template, and its images are the template's. (Where `snapshot`, 1.37.1,
    /// finds an existing revision with the new one's name and data, it uses that one, whoever owns
    /// it.)
    pub(super) fn may_be_of_new_revision(&self, pod: &Pod) -> bool {
        let is_new = self.by_hash.is_some() && self.hash.is_none();
        let is_no_others = |hash| !self.others.contains(hash);
        is_new && hash(pod).is_some_and(is_no_others) && self.differing(pod).is_empty()
    }

    /// How a pod that counts as updated differs from the template; `None` where it doesn't differ,
    /// doesn't count as updated, or nothing is known.
    ///
    /// Only a pod's images are compared with the template. A pod that counts by its generation
    /// belongs to another revision, so it is reported whatever its images are.
    #[must_use]
    pub fn drift(&self, pod: &Pod) -> Option<PodDrift> {
        self.by_hash.as_ref()?;
        if pod.is_deleting() || !is_pod_updated(pod, self.hash, self.generation) {
            return None;
        }
        let images = self.differing(pod);
        let hash = hash(pod);
        let is_current = hash.is_some() && hash == self.hash;
        let cause = if is_current || self.runs_the_template(pod) {
            (!images.is_empty()).then(|| self.relabelled(pod, &images))?
        } else if self.may_be_of_new_revision(pod) {
            return None;
        } else {
            DriftCause::Generation {
                generation: self.generation.unwrap_or_default(),
                hash: hash.map(str::to_owned),
            }
        };
        Some(PodDrift { cause, images })
    }

    /// Containers whose image in the pod isn't the template's, or that the pod lacks. Additional
    /// containers may come from admission.
    fn differing(&self, pod: &Pod) -> BTreeMap<String, ImageDrift> {
        let of_pod = |name: &str| pod.images.iter().find(|image| *image.name == *name);
        let differing = self.images.iter().filter_map(|(name, image)| {
            let has = of_pod(name).map(|found| &*found.image);
            let images = || ImageDrift {
                pod: has.map(str::to_owned),
                template: (*image).to_owned(),
            };
            (has != Some(*image)).then(|| ((*name).to_owned(), images()))
        });
        differing.collect()
    }

    /// Pods are relabelled when a revision has a duplicate; admission may change an image.
    fn relabelled(&self, pod: &Pod, images: &BTreeMap<String, ImageDrift>) -> DriftCause {
        let revision = self.revision_of(pod).and_then(|revision| revision.created);
        if revision
            .zip(pod.created)
            .is_some_and(|(revision, pod)| pod < revision)
        {
            return DriftCause::OlderThanRevision;
        }
        let revisions = self.by_hash.iter().flat_map(HashMap::values);
        let runs = revisions.filter(|held| has_images(held.revision, images));
        match runs.map(|held| held.revision.revision).max() {
            Some(revision) => DriftCause::OldImage { revision },
            None => DriftCause::OtherImage,
        }
    }
}

/// The hash that a pod carries.
pub(super) fn hash(pod: &Pod) -> Option<&str> {
    pod.labels.get(HASH_LABEL).filter(|hash| !hash.is_empty())
}

/// The revisions that the DaemonSet has, will get or had; claimed ones first.
fn by_hash_of<'a>(
    claimant: &Claimant<'_>,
    revisions: &'a [ControllerRevision],
) -> HashMap<&'a str, Held<'a>> {
    let (claimed, others): (Vec<_>, Vec<_>) = revisions
        .iter()
        .map(|revision| (claimant.claim_revision(revision), revision))
        .filter(|(claim, _)| claim.is_claimed() || *claim == Claim::Release)
        .partition(|(claim, _)| claim.is_claimed());
    let mut map = HashMap::new();
    for (_, revision) in claimed.into_iter().chain(others) {
        map.entry(revision.hash()).or_insert(Held {
            revision,
            restores_template: OnceCell::new(),
        });
    }
    map
}

fn images_of(spec: Option<&PodSpec>) -> BTreeMap<&str, &str> {
    let init = spec.and_then(|s| s.init_containers.as_ref());
    let main = spec.map(|s| &s.containers);
    let all = init.into_iter().flatten().chain(main.into_iter().flatten());
    let image = |c: &'_ Container| c.image.is_some();
    all.filter(|c| image(c))
        .map(|c| (c.name.as_str(), c.image.as_deref().unwrap_or_default()))
        .collect()
}

/// Whether a pod with the first of each pair in `images` has the images of a revision.
fn has_images(revision: &ControllerRevision, images: &BTreeMap<String, ImageDrift>) -> bool {
    let spec = template_of(&revision.data).and_then(|template| template.get("spec"));
    let list = |name: &str| {
        spec.and_then(|spec| spec.get(name))
            .and_then(Value::as_array)
    };
    let containers = ["initContainers", "containers"].map(list);
    let image_of = |name: &str| {
        let mut all = containers.iter().flatten().copied().flatten();
        let named = |c: &&Value| c.get("name").and_then(Value::as_str) == Some(name);
        all.find(named)?.get("image")?.as_str()
    };
    images
        .iter()
        .all(|(name, image)| image_of(name) == image.pod.as_deref())
}
