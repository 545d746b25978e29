//! Questions about several DaemonSets.

use futures_util::future::try_join_all;
use serde_json::Value;

use crate::model::{ControllerRevision, DaemonSet, OwnerReference, Pod, Snapshot};
use crate::source::SourceError;
use crate::source::narrow::without_nodes;

use super::around::About;
use super::pods::{both, distinct};
use super::reader::{Reader, decode};
use super::request::Resource;

/// Up to so many DaemonSets have their pods listed one by one, which
/// transfers only what matters. From there on one list of all pods is
/// cheaper for the server.
const LISTED_ONE_BY_ONE: usize = 8;

// These lists hold more than belongs to the DaemonSets, pods of the same
// namespaces for one; `narrow` leaves that out, as it does for files.

/// Which DaemonSets.
#[derive(Clone, Copy)]
pub(super) struct Among<'q> {
    pub namespace: Option<&'q str>,
    pub selector: Option<&'q str>,
}

impl Reader<'_> {
    /// Several DaemonSets on all nodes.
    pub(super) async fn many_on_all_nodes(
        &self,
        among: Among<'_>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let nodes = Resource::NODES.list(None);
        let owned = async {
            let (sets, revisions) =
                tokio::try_join!(self.daemon_sets(among), self.all_revisions(among))?;
            let pods = self.pods_of_many(&sets, revisions.as_deref(), among);
            Ok((pods.await?, sets, revisions))
        };
        let ((pods, sets, revisions), nodes, around) = tokio::try_join!(
            owned,
            self.needed(Resource::NODES, &nodes),
            self.around(About::All(among.namespace)),
        )?;
        around.put_into(snapshot);
        snapshot.nodes = nodes;
        snapshot.pods = pods;
        snapshot.revisions = revisions;
        snapshot.daemon_sets = sets;
        Ok(())
    }

    /// Several DaemonSets on one node; the result says whether the node exists.
    pub(super) async fn many_on_node(
        &self,
        among: Among<'_>,
        node: &str,
        snapshot: &mut Snapshot,
    ) -> Result<bool, SourceError> {
        let pods = Resource::PODS.list(among.namespace);
        let on_node = pods.clone().fields(&[("spec.nodeName", node)]);
        let unscheduled = pods.fields(&[("spec.nodeName", "")]);
        let (sets, revisions, found, pods, unscheduled, around) = tokio::try_join!(
            self.daemon_sets(among),
            self.all_revisions(among),
            self.node(node),
            self.needed::<Pod>(Resource::PODS, &on_node),
            self.needed::<Pod>(Resource::PODS, &unscheduled),
            self.around(About::All(among.namespace)),
        )?;
        around.put_into(snapshot);
        let here = |pod: &Pod| pod.target_node.as_deref() == Some(node);
        let unscheduled = unscheduled.map(|pods| pods.into_iter().filter(here).collect());
        snapshot.pods = both(pods, unscheduled);
        snapshot.revisions = revisions;
        snapshot.daemon_sets = sets;
        let exists = found.as_ref().is_none_or(|nodes| !nodes.is_empty());
        snapshot.nodes = found;
        Ok(exists)
    }

    /// Several DaemonSets, for nodes that aren't there yet.
    pub(super) async fn many_on_no_node(
        &self,
        among: Among<'_>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let (sets, around) = tokio::try_join!(
            self.daemon_sets(among),
            self.around(About::All(among.namespace)),
        )?;
        around.put_into(snapshot);
        without_nodes(snapshot);
        snapshot.daemon_sets = sets;
        Ok(())
    }

    async fn daemon_sets(&self, among: Among<'_>) -> Result<Vec<DaemonSet>, SourceError> {
        let mut request = Resource::DAEMON_SETS.list(among.namespace);
        if let Some(selector) = among.selector.filter(|s| !s.is_empty()) {
            request = request.labels(selector);
        }
        let values: Vec<Value> = self.transport.list(&request).await?;
        let namespace = among.namespace.unwrap_or_default();
        let sets = values.into_iter().map(|value| decode(value, namespace));
        sets.collect()
    }

    async fn all_revisions(
        &self,
        among: Among<'_>,
    ) -> Result<Option<Vec<ControllerRevision>>, SourceError> {
        let request = Resource::REVISIONS.list(among.namespace);
        let all = self.needed(Resource::REVISIONS, &request).await?;
        // StatefulSets have revisions too.
        let concerns = |r: &ControllerRevision| {
            OwnerReference::controller(&r.owners).is_none_or(|o| o.kind == "DaemonSet")
        };
        Ok(all.map(|all| all.into_iter().filter(concerns).collect()))
    }

    async fn pods_of_many(
        &self,
        sets: &[DaemonSet],
        revisions: Option<&[ControllerRevision]>,
        among: Among<'_>,
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let mut pods = if sets.len() <= LISTED_ONE_BY_ONE {
            let lists = sets
                .iter()
                .map(|ds| self.pods_of(ds, revisions.unwrap_or_default()));
            let lists = try_join_all(lists).await?;
            lists.into_iter().fold(Some(Vec::new()), both)
        } else {
            let request = Resource::PODS.list(among.namespace);
            self.needed(Resource::PODS, &request).await?
        };
        if let Some(pods) = &mut pods {
            distinct(pods);
        }
        Ok(pods)
    }
}
