//! Pods that count as updated by a label but differ from the template.

use std::collections::BTreeMap;

use crate::analysis::drift::{DriftBy, DriftCause, ImageDrift};
use crate::analysis::rollout::plan::Drift;

use super::sentence::Sentence;

/// A pod counts as updated but isn't.
#[must_use]
pub fn drift(drift: &Drift) -> Sentence {
    Sentence::new(format!("pod {} {}", drift.pod, cause(&drift.cause)))
}

/// The same in a row next to the pod, with the difference first.
#[must_use]
pub fn row(drift: &Drift) -> Sentence {
    let mut parts = images(&drift.images);
    // Images are already shown with both values.
    let is_new = |field: &&str| drift.images.is_empty() || !field.ends_with("].image");
    let fields = drift.fields.iter().map(String::as_str);
    let fields: Vec<_> = fields.filter(is_new).collect();
    if !fields.is_empty() {
        parts.push(format!("differing: {}", fields.join(", ")));
    }
    parts.push(cause(&drift.cause));
    Sentence::new(parts.join("; "))
}

/// The label by which a pod counts as updated.
#[must_use]
pub const fn label(by: DriftBy) -> &'static str {
    match by {
        DriftBy::Generation => "pod-template-generation",
        DriftBy::Relabelled => "controller-revision-hash",
    }
}

/// What a pod runs and why it still counts as updated; `subject` is the pod, unless it is already
/// named.
pub(super) fn reason(
    subject: &str,
    why: &DriftCause,
    differing: &BTreeMap<String, ImageDrift>,
) -> String {
    let mut parts = images(differing);
    parts.push(format!("{subject}{}", cause(why)));
    parts.join("; ")
}

/// Each container with another image, with both images.
pub(super) fn images(differing: &BTreeMap<String, ImageDrift>) -> Vec<String> {
    let image = |(container, images): (&String, &ImageDrift)| match &images.pod {
        Some(image) => format!("{container} runs {image}, not {}", images.template),
        None => format!("it has no container {container} ({})", images.template),
    };
    differing.iter().map(image).collect()
}

/// Continues after the pod.
fn cause(cause: &DriftCause) -> String {
    let why = match cause {
        DriftCause::Generation { generation, hash } => {
            let made_from = match hash {
                Some(hash) => format!("its revision hash {hash} is another than the template's"),
                None => "it has no revision hash".to_owned(),
            };
            format!(
                "counts as updated by its label pod-template-generation: {generation} alone, {made_from}: no"
            )
        }
        DriftCause::OlderThanRevision => {
            "is older than the revision whose hash it carries: it was relabelled, as pods are when a revision has a duplicate, and not made anew; no".to_owned()
        }
        DriftCause::OldImage { revision } => format!(
            "carries the hash of the current revision and runs what revision {revision} says: it was relabelled, as pods are when a revision has a duplicate, and not made anew; no"
        ),
        DriftCause::OtherImage => {
            "carries the hash of the current revision and runs an image of no revision: admission or somebody has changed it; no".to_owned()
        }
    };
    format!("{why} rollout replaces it until the template changes again")
}
