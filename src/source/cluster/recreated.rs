//! A DaemonSet that is to be created, maybe in the place of one that is deleted
//! without its pods.

use crate::model::{ControllerRevision, DaemonSet, Pod, Snapshot};
use crate::source::{ObjectName, SourceError};

use super::around::About;
use super::pods::{both, distinct, usable_selector};
use super::reader::Reader;
use super::request::Resource;

/// Pods and revisions, each `None` when they couldn't be read.
type Owned = (Option<Vec<Pod>>, Option<Vec<ControllerRevision>>);

impl Reader<'_> {
    /// The stored DaemonSet of the manifest's name, if there is one, and what either
    /// of the two owns or selects.
    pub(super) async fn recreated(
        &self,
        manifest: &DaemonSet,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let name = ObjectName {
            namespace: manifest.namespace.clone(),
            name: manifest.name.clone(),
        };
        let nodes = Resource::NODES.list(None);
        let owned = async {
            let (stored, selected) =
                tokio::try_join!(self.stored(&name), self.selected_by(manifest))?;
            let owned = match &stored {
                Some(stored) => self.of_either(stored, manifest, selected).await?,
                None => selected,
            };
            Ok((stored, owned))
        };
        let ((stored, (mut pods, revisions)), nodes, around) = tokio::try_join!(
            owned,
            self.needed(Resource::NODES, &nodes),
            self.around(About::One(&name)),
        )?;
        around.put_into(snapshot);
        if let Some(pods) = &mut pods {
            distinct(pods);
        }
        snapshot.daemon_sets.extend(stored);
        snapshot.nodes = nodes;
        snapshot.pods = pods;
        snapshot.revisions = revisions;
        Ok(())
    }

    /// The DaemonSet of this name; `None` where there is none or it may not be read.
    async fn stored(&self, name: &ObjectName) -> Result<Option<DaemonSet>, SourceError> {
        match self.daemon_set(name).await? {
            Err(failure) if failure.is_not_found() => Ok(None),
            result => self.unless_forbidden("get", Resource::DAEMON_SETS, result),
        }
    }

    /// What a DaemonSet selects that owns nothing yet.
    async fn selected_by(&self, manifest: &DaemonSet) -> Result<Owned, SourceError> {
        if usable_selector(manifest).is_none() {
            return Ok((Some(Vec::new()), Some(Vec::new())));
        }
        tokio::try_join!(self.selected_pods(manifest), self.revisions_of(manifest))
    }

    /// What the manifest selects, with what the stored one selects or owns besides.
    async fn of_either(
        &self,
        stored: &DaemonSet,
        manifest: &DaemonSet,
        (pods, revisions): Owned,
    ) -> Result<Owned, SourceError> {
        let query = |ds| usable_selector(ds).map(|s| s.to_string());
        let asked = query(manifest);
        if asked.is_some() && query(stored) == asked {
            let known = revisions.as_deref().unwrap_or_default();
            let strays = self.strays(stored, known).await?;
            return Ok((both(pods, strays), revisions));
        }
        let (more_pods, more_revisions) = self.pods_and_revisions(stored).await?;
        let revisions = both(revisions, more_revisions).map(|mut all| {
            all.sort_by(|a, b| a.name.cmp(&b.name));
            all.dedup_by(|a, b| a.name == b.name);
            all
        });
        Ok((both(pods, more_pods), revisions))
    }
}
