//! Questions about several DaemonSets.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde_json::Value;
use tokio::sync::SetOnce;

use crate::model::{ControllerRevision, DaemonSet, HASH_LABEL, OwnerReference, Pod, Snapshot};
use crate::source::SourceError;
use crate::source::full_nodes::distinct;
use crate::source::needs::Resource;

use super::around::SurroundingsOf;
use super::pods::{both, is_left_by, unrecorded_request};
use super::reader::{QuestionReader, decode};

/// Up to this many DaemonSets have their pods listed one by one, which transfers only what matters.
/// Beyond that, one list of all pods is cheaper for the server.
const LISTED_ONE_BY_ONE: usize = 8;

// These lists hold more than belongs to the DaemonSets, for example other pods of the same
// namespaces; `narrow` drops that, as it does for files.

/// Which DaemonSets.
#[derive(Clone, Copy)]
pub(super) struct DaemonSetScope<'q> {
    pub namespace: Option<&'q str>,
    pub selector: Option<&'q str>,
}

/// Pods, DaemonSets and revisions.
type PodsSetsRevisions = (
    Option<Vec<Pod>>,
    Vec<DaemonSet>,
    Option<Vec<ControllerRevision>>,
);

impl QuestionReader<'_> {
    /// Several DaemonSets on all nodes.
    pub(super) async fn many_on_all_nodes(
        &self,
        among: DaemonSetScope<'_>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let nodes = Resource::Nodes.list(None);
        let owned = self.sets_with_pods(among);
        let ((pods, sets, revisions), nodes, around) = tokio::try_join!(
            owned,
            self.list(Resource::Nodes, &nodes),
            self.around(SurroundingsOf::All(among.namespace)),
        )?;
        around.put_into(snapshot);
        snapshot.nodes = nodes.map(Into::into);
        snapshot.pods = pods.map(Into::into);
        snapshot.revisions = revisions;
        snapshot.daemon_sets = sets;
        Ok(())
    }

    /// Several DaemonSets on one node; returns whether the node exists.
    pub(super) async fn many_on_node(
        &self,
        among: DaemonSetScope<'_>,
        node: &str,
        snapshot: &mut Snapshot,
    ) -> Result<bool, SourceError> {
        let pods = Resource::Pods.list(among.namespace);
        let on_node = pods.clone().fields(&[("spec.nodeName", node)]);
        let unscheduled = pods.fields(&[("spec.nodeName", "")]);
        let (sets, revisions, found, pods, unscheduled, around) = tokio::try_join!(
            self.daemon_sets(among),
            self.all_revisions(among),
            self.node(node),
            self.list::<Pod>(Resource::Pods, &on_node),
            self.list::<Pod>(Resource::Pods, &unscheduled),
            self.around(SurroundingsOf::All(among.namespace)),
        )?;
        around.put_into(snapshot);
        let here = |pod: &Pod| pod.target_node.as_deref() == Some(node);
        let unscheduled = unscheduled.map(|pods| pods.into_iter().filter(here).collect());
        snapshot.pods = both(pods, unscheduled).map(Into::into);
        snapshot.revisions = revisions;
        snapshot.daemon_sets = sets;
        let exists = found.as_ref().is_none_or(|nodes| !nodes.is_empty());
        snapshot.nodes = found.map(Into::into);
        Ok(exists)
    }

    /// Several DaemonSets, for nodes that don't exist yet.
    pub(super) async fn many_on_no_node(
        &self,
        among: DaemonSetScope<'_>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let (sets, around) = tokio::try_join!(
            self.daemon_sets(among),
            self.around(SurroundingsOf::All(among.namespace)),
        )?;
        around.put_into(snapshot);
        snapshot.daemon_sets = sets;
        Ok(())
    }

    pub(super) async fn daemon_sets(
        &self,
        among: DaemonSetScope<'_>,
    ) -> Result<Vec<DaemonSet>, SourceError> {
        let mut request = Resource::DaemonSets.list(among.namespace);
        if let Some(selector) = among.selector.filter(|s| !s.is_empty()) {
            request = request.labels(selector);
        }
        let values: Vec<Value> = self.transport.list(&request).await?;
        let namespace = among.namespace.unwrap_or_default();
        let sets = values.into_iter().map(|value| decode(value, namespace));
        sets.collect()
    }

    pub(super) async fn all_revisions(
        &self,
        among: DaemonSetScope<'_>,
    ) -> Result<Option<Vec<ControllerRevision>>, SourceError> {
        let request = Resource::ControllerRevisions.list(among.namespace);
        let all = self.list(Resource::ControllerRevisions, &request).await?;
        // StatefulSets have revisions too.
        let concerns = |r: &ControllerRevision| {
            OwnerReference::controller(&r.owners).is_none_or(|o| o.kind == "DaemonSet")
        };
        Ok(all.map(|all| all.into_iter().filter(concerns).collect()))
    }

    /// The DaemonSets, their pods and all revisions. The list of selected pods doesn't wait for the
    /// revisions, only that of pods that are no longer selected does.
    async fn sets_with_pods(
        &self,
        among: DaemonSetScope<'_>,
    ) -> Result<PodsSetsRevisions, SourceError> {
        let known = SetOnce::new();
        let sets = async {
            // It is only set here.
            let _ = known.set(self.daemon_sets(among).await?);
            Ok(())
        };
        let selected = async {
            let sets: &Vec<DaemonSet> = known.wait().await;
            if sets.len() > LISTED_ONE_BY_ONE {
                let request = Resource::Pods.list(among.namespace);
                return self.list(Resource::Pods, &request).await;
            }
            let lists = try_join_all(sets.iter().map(|ds| self.selected_pods(ds))).await?;
            Ok(lists.into_iter().fold(Some(Vec::new()), both))
        };
        let unselected_pods = async {
            let revisions = self.all_revisions(among).await?;
            let sets = known.wait().await;
            if sets.len() > LISTED_ONE_BY_ONE {
                return Ok((Some(Vec::new()), revisions));
            }
            let made = revisions.as_deref().unwrap_or_default();
            let unselected_pods =
                try_join_all(sets.iter().map(|ds| self.unselected_pods(ds, made)));
            let (lists, orphans) =
                tokio::try_join!(unselected_pods, self.orphans(among, sets, &revisions))?;
            Ok((lists.into_iter().fold(orphans, both), revisions))
        };
        let ((), selected, (unselected_pods, revisions)) =
            tokio::try_join!(sets, selected, unselected_pods)?;
        let mut pods = both(selected, unselected_pods);
        if let Some(pods) = &mut pods {
            distinct(pods);
        }
        let sets = known.into_inner().unwrap_or_default();
        Ok((pods, sets, revisions))
    }

    /// For claims, the daemon pods that otherwise only a full list would hold: those of revisions
    /// left by deleted DaemonSets, and those of no existing revision.
    async fn orphans(
        &self,
        among: DaemonSetScope<'_>,
        sets: &[DaemonSet],
        revisions: &Option<Vec<ControllerRevision>>,
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let Some(revisions) = revisions.as_deref().filter(|_| self.is_about_claims) else {
            return Ok(Some(Vec::new()));
        };
        // With a selector it is only about existing DaemonSets.
        let is_all = among.selector.is_none_or(str::is_empty);
        let is_gone = |r: &&ControllerRevision| {
            is_all && r.orphan_of().is_some() && !sets.iter().any(|ds| is_left_by(ds, r))
        };
        let hashes: BTreeSet<&str> = revisions
            .iter()
            .filter(is_gone)
            .map(ControllerRevision::hash)
            .collect();
        let unrecorded = unrecorded_request(among.namespace, revisions);
        let unrecorded = self.list(Resource::Pods, &unrecorded).await?;
        if hashes.is_empty() {
            return Ok(unrecorded);
        }
        let hashes = hashes.into_iter().collect::<Vec<_>>().join(",");
        let of_gone = Resource::Pods.list(among.namespace);
        let of_gone = of_gone.labels(format!("{HASH_LABEL} in ({hashes})"));
        Ok(both(unrecorded, self.list(Resource::Pods, &of_gone).await?))
    }
}
