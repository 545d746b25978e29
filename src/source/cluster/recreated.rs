//! A DaemonSet that is to be created, possibly in place of one that is deleted without its
//! dependents.

use crate::model::{ControllerRevision, DaemonSet, Pod, Snapshot};
use crate::source::needs::Resource;
use crate::source::{ObjectName, SourceError};

use super::pods::{both, is_left_by, is_revision_of, usable_selector};
use super::reader::QuestionReader;

impl QuestionReader<'_> {
    /// The stored DaemonSet of the manifest's name, if there is one, and the objects that either of
    /// the two owns or selects.
    pub(super) async fn recreated(
        &self,
        manifest: &DaemonSet,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let name = ObjectName {
            namespace: manifest.namespace.clone(),
            name: manifest.name.clone(),
        };
        // It owns nothing yet, whatever UID is in the file.
        let mut manifest = manifest.clone();
        manifest.object.metadata.uid = None;
        let owned = async {
            let others = async {
                let (stored, all) =
                    tokio::try_join!(self.stored(&name), self.revisions_in(&name.namespace),)?;
                let known = all.as_deref().unwrap_or_default();
                let unrecorded = self.unrecorded_request(&manifest, all.as_deref());
                let further = async {
                    match &stored {
                        Some(stored) => self.further(stored, &manifest, known).await,
                        None => self.unselected_pods(&manifest, known).await,
                    }
                };
                let unrecorded = self.unrecorded(&manifest, unrecorded);
                let (further, unrecorded) = tokio::try_join!(further, unrecorded)?;
                let further = both(further, unrecorded);
                let revisions = all.map(|mut all| {
                    let stored = stored.as_ref();
                    all.retain(|r| {
                        is_revision_of(&manifest, r)
                            || is_left_by(&manifest, r)
                            || stored.is_some_and(|ds| is_revision_of(ds, r))
                    });
                    all
                });
                Ok((stored, further, revisions))
            };
            let (selected, (stored, further, revisions)) =
                tokio::try_join!(self.selected_pods(&manifest), others)?;
            let pods = both(selected, further);
            Ok((stored, pods, revisions))
        };
        self.with_all_nodes(&name, owned, snapshot).await
    }

    /// The DaemonSet of this name; `None` where there is none or it may not be read.
    async fn stored(&self, name: &ObjectName) -> Result<Option<DaemonSet>, SourceError> {
        match self.daemon_set(name).await? {
            Err(failure) if failure.is_not_found() => Ok(None),
            result => self.unless_unread("get", Resource::DaemonSets, result),
        }
    }

    /// The pods that the stored one selects or owns, unless they are those that the manifest
    /// selects, and the pods of revisions that the manifest's adopts.
    async fn further(
        &self,
        stored: &DaemonSet,
        manifest: &DaemonSet,
        revisions: &[ControllerRevision],
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let query = |ds| usable_selector(ds).map(|s| s.to_string());
        if query(stored) == query(manifest) {
            return self.unselected_pods(stored, revisions).await;
        }
        let (of_stored, unselected_pods) = tokio::try_join!(
            self.pods_of(stored, revisions),
            self.unselected_pods(manifest, revisions),
        )?;
        Ok(both(of_stored, unselected_pods))
    }
}
