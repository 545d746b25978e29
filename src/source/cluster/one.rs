//! Questions about one DaemonSet.

use jiff::Timestamp;

use crate::model::{ControllerRevision, DaemonSet, HASH_LABEL, List, Node, Pod, Snapshot};
use crate::source::full_nodes::distinct;
use crate::source::names::Named;
use crate::source::near::near_elsewhere;
use crate::source::needs::Resource;
use crate::source::{ObjectName, SourceError, near_typed};

use super::around::SurroundingsOf;
use super::failure::Failure;
use super::pods::{both, usable_selector};
use super::reader::QuestionReader;

/// The source of the DaemonSet of a question.
pub(super) enum DaemonSetRef<'q> {
    /// It is stored.
    Stored(ObjectName),
    /// It is stored, unless it is gone: the owner of the requested pod.
    Owner(ObjectName, &'q Pod),
    /// It replaces the stored one, if there is one.
    Manifest(&'q DaemonSet),
}

impl DaemonSetRef<'_> {
    fn name(&self) -> ObjectName {
        match self {
            Self::Stored(name) | Self::Owner(name, _) => name.clone(),
            Self::Manifest(ds) => ObjectName {
                namespace: ds.namespace.clone(),
                name: ds.name.clone(),
            },
        }
    }
}

/// The DaemonSet whose pods are requested.
pub(super) struct Resolved {
    pub(super) ds: DaemonSet,
    /// That of a manifest may not exist.
    pub(super) is_stored: bool,
}

/// A stored DaemonSet, with the requested pods and revisions.
pub(super) type Owned = (
    Option<DaemonSet>,
    Option<Vec<Pod>>,
    Option<Vec<ControllerRevision>>,
);

impl QuestionReader<'_> {
    /// One DaemonSet on all nodes.
    pub(super) async fn on_all_nodes(
        &self,
        wanted: &DaemonSetRef<'_>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let name = wanted.name();
        let owned = async {
            let Resolved { ds, is_stored } = self.resolve(wanted).await?;
            let (pods, revisions) = self.pods_and_revisions(&ds).await?;
            Ok((is_stored.then_some(ds), pods, revisions))
        };
        self.with_all_nodes(&name, owned, snapshot).await
    }

    /// The DaemonSet's objects, with all nodes and the surroundings.
    pub(super) async fn with_all_nodes(
        &self,
        name: &ObjectName,
        owned: impl Future<Output = Result<Owned, SourceError>>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let nodes = Resource::Nodes.list(None);
        let ((ds, mut pods, revisions), nodes, around) = tokio::try_join!(
            owned,
            self.list(Resource::Nodes, &nodes),
            self.around(SurroundingsOf::One(name)),
        )?;
        around.put_into(snapshot);
        if let Some(pods) = &mut pods {
            distinct(pods);
        }
        snapshot.daemon_sets.extend(ds);
        snapshot.nodes = nodes.map(Into::into);
        snapshot.pods = pods.map(Into::into);
        snapshot.revisions = revisions;
        Ok(())
    }

    /// One DaemonSet on one node: neither all nodes nor all pods are requested. Returns whether the
    /// node exists.
    pub(super) async fn on_node(
        &self,
        wanted: &DaemonSetRef<'_>,
        node: &str,
        snapshot: &mut Snapshot,
    ) -> Result<bool, SourceError> {
        let name = wanted.name();
        let owned = async {
            let Resolved { ds, is_stored } = self.resolve(wanted).await?;
            let unscheduled = self.unscheduled(&ds, node);
            let (unscheduled, revisions) = tokio::try_join!(unscheduled, self.revisions_of(&ds))?;
            Ok((is_stored.then_some(ds), unscheduled, revisions))
        };
        let on_node = Resource::Pods
            .list(Some(&name.namespace))
            .fields(&[("spec.nodeName", node)]);
        let ((ds, unscheduled, revisions), found, pods, around) = tokio::try_join!(
            owned,
            self.node(node),
            self.list(Resource::Pods, &on_node),
            self.around(SurroundingsOf::One(&name)),
        )?;
        around.put_into(snapshot);
        snapshot.daemon_sets.extend(ds);
        snapshot.revisions = revisions;
        let mut pods = both(pods, unscheduled);
        if let Some(pods) = &mut pods {
            distinct(pods);
        }
        snapshot.pods = pods.map(Into::into);
        let exists = found.as_ref().is_none_or(|nodes| !nodes.is_empty());
        snapshot.nodes = found.map(Into::into);
        Ok(exists)
    }

    /// One DaemonSet without any node: for a pod that isn't meant for one.
    pub(super) async fn on_no_node(
        &self,
        wanted: &DaemonSetRef<'_>,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let name = wanted.name();
        let owned = async {
            let Resolved { ds, is_stored } = self.resolve(wanted).await?;
            let revisions = self.revisions_of(&ds).await?;
            Ok((is_stored.then_some(ds), revisions))
        };
        let ((ds, revisions), around) =
            tokio::try_join!(owned, self.around(SurroundingsOf::One(&name)))?;
        around.put_into(snapshot);
        snapshot.daemon_sets.extend(ds);
        snapshot.revisions = revisions;
        snapshot.nodes = Some(List::default());
        snapshot.pods = Some(List::default());
        Ok(())
    }

    /// The node in a list of its own, empty when there is none of this name.
    pub(super) async fn node(&self, name: &str) -> Result<Option<Vec<Node>>, SourceError> {
        let request = Resource::Nodes
            .get(None, name)
            .map_err(SourceError::Cluster)?;
        let result = match self.transport.get::<Node>(&request).await {
            Ok(node) => Ok(vec![node]),
            Err(failure) if failure.is_not_found() => Ok(Vec::new()),
            Err(failure) => Err(failure),
        };
        self.unless_unread("get", Resource::Nodes, result)
    }

    /// What is said of a pod whose DaemonSet doesn't exist, with its node where that can be read.
    pub(super) async fn without_daemon_set(&self, pod: &Pod) -> SourceError {
        if let Some(error) = SourceError::not_a_daemon_pod(pod) {
            return error;
        }
        let node = match &*pod.node_name {
            "" => None,
            name => self.node(name).await.unwrap_or_default(),
        };
        SourceError::orphan(pod, node, Timestamp::UNIX_EPOCH)
    }

    /// The DaemonSet's unbound pods that are meant for `node`.
    async fn unscheduled(
        &self,
        ds: &DaemonSet,
        node: &str,
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        // Where the controller does nothing, only the pods that it created earlier are left.
        let selector = usable_selector(ds)
            .map_or_else(|| HASH_LABEL.to_owned(), |selector| selector.to_string());
        let request = Resource::Pods
            .list(Some(&ds.namespace))
            .fields(&[("spec.nodeName", "")])
            .labels(selector);
        let pods: Option<Vec<Pod>> = self.list(Resource::Pods, &request).await?;
        let here = |pod: &Pod| pod.target_node.as_deref() == Some(node);
        Ok(pods.map(|pods| pods.into_iter().filter(here).collect()))
    }

    /// The stored DaemonSet, or the manifest's where there is none.
    pub(super) async fn resolve(&self, wanted: &DaemonSetRef<'_>) -> Result<Resolved, SourceError> {
        let name = wanted.name();
        let stored = self.daemon_set(&name).await?;
        match (wanted, stored) {
            (_, Ok(ds)) => Ok(Resolved {
                ds,
                is_stored: true,
            }),
            (DaemonSetRef::Stored(_), Err(failure)) if failure.is_not_found() => {
                Err(self.no_such_daemon_set(&name).await)
            }
            (DaemonSetRef::Owner(_, pod), Err(failure)) if failure.is_not_found() => {
                Err(self.without_daemon_set(pod).await)
            }
            (DaemonSetRef::Stored(_) | DaemonSetRef::Owner(..), Err(failure)) => {
                Err(failure.into())
            }
            (DaemonSetRef::Manifest(ds), Err(failure)) => {
                if !failure.is_not_found() {
                    let result: Result<(), Failure> = Err(failure);
                    self.unless_unread("get", Resource::DaemonSets, result)?;
                }
                Ok(Resolved {
                    ds: (*ds).clone(),
                    is_stored: false,
                })
            }
        }
    }

    async fn no_such_daemon_set(&self, wanted: &ObjectName) -> SourceError {
        let everywhere = Resource::DaemonSets.list(None);
        let names = async {
            match self.transport.list::<Named>(&everywhere).await {
                Ok(names) => names,
                Err(_) => {
                    let here = Resource::DaemonSets.list(Some(&wanted.namespace));
                    self.transport.list(&here).await.unwrap_or_default()
                }
            }
        };
        let (names, instead) = tokio::join!(names, self.instead(wanted));
        let here = names.iter().filter(|n| n.namespace == wanted.namespace);
        let mut near = near_typed(&wanted.name, here.map(|n| &*n.name));
        let mut elsewhere: Vec<String> = names
            .iter()
            .filter(|n| n.name == wanted.name)
            .map(|n| n.namespace.clone())
            .collect();
        elsewhere.sort();
        if near.is_empty() && elsewhere.is_empty() {
            let all = names.iter();
            near = near_elsewhere(&wanted.name, all.map(|n| (&*n.namespace, &*n.name)));
        }
        SourceError::NotFound {
            kind: "daemonset",
            name: wanted.name.clone(),
            namespace: Some(wanted.namespace.clone()),
            near,
            instead: instead.filter(|_| elsewhere.is_empty()),
            elsewhere,
        }
    }
}
