use crate::model::DaemonSet;
use crate::model::TEMPLATE_GENERATION;

/// What an apply would leave of the stored DaemonSet: its identity, its age,
/// its status and the template generation that its pods are labelled with.
/// The rest is the manifest's.
#[must_use]
pub fn merge_stored(mut manifest: DaemonSet, stored: &DaemonSet) -> DaemonSet {
    let (to, from) = (&mut manifest.object.metadata, &stored.object.metadata);
    to.uid.clone_from(&from.uid);
    to.generation = from.generation;
    to.creation_timestamp.clone_from(&from.creation_timestamp);
    to.deletion_timestamp.clone_from(&from.deletion_timestamp);
    let annotations = from.annotations.as_ref();
    if let Some(generation) = annotations.and_then(|a| a.get(TEMPLATE_GENERATION)) {
        to.annotations
            .get_or_insert_default()
            .insert(TEMPLATE_GENERATION.to_owned(), generation.clone());
    }
    manifest.object.status.clone_from(&stored.object.status);
    manifest
}
