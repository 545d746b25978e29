//! The controllers around DaemonSets.

use futures_util::future::try_join_all;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::de::DeserializeOwned;

use crate::model::{LabelMap, Snapshot, Workload, WorkloadKind, WorkloadObject, WrittenSelector};
use crate::source::needs::Resource;
use crate::source::{Question, SourceError, Subject};

use super::reader::QuestionReader;

/// The controllers of each kind; `None` for one that couldn't be read.
type ByKind = Vec<(WorkloadKind, Option<Vec<Workload>>)>;

/// The controllers that a question needs, as they were read.
pub(super) struct Neighbours(Option<ByKind>);

impl QuestionReader<'_> {
    /// Reads each kind once and all concurrently. None of it depends on the DaemonSets: the
    /// namespace is enough.
    pub(super) async fn neighbours(&self, question: &Question) -> Result<Neighbours, SourceError> {
        if !question.neighbours {
            return Ok(Neighbours(None));
        }
        let namespace = question.subject.namespace();
        let whole = reads_all_daemon_sets(&question.subject);
        let kinds = WorkloadKind::ALL.into_iter();
        let kinds = kinds.filter(|kind| !(whole && *kind == WorkloadKind::DaemonSet));
        let lists = kinds.map(|kind| async move {
            let all = match kind {
                WorkloadKind::ReplicationController => {
                    self.controllers::<LabelMap>(kind, namespace).await?
                }
                _ => self.controllers::<LabelSelector>(kind, namespace).await?,
            };
            Ok((kind, all))
        });
        let by_kind: Result<ByKind, SourceError> = try_join_all(lists).await;
        Ok(Neighbours(Some(by_kind?)))
    }

    async fn controllers<S: DeserializeOwned + WrittenSelector>(
        &self,
        kind: WorkloadKind,
        namespace: Option<&str>,
    ) -> Result<Option<Vec<Workload>>, SourceError> {
        let resource = Resource::of(kind);
        let request = resource.list(namespace);
        let list = self.transport.list::<WorkloadObject<S>>(&request).await;
        let list = match list {
            // A server needn't serve every API group: then there are no objects of this kind.
            Err(failure) if failure.is_not_found() => Ok(Vec::new()),
            list => list,
        };
        let objects = self.unless_unread("list", resource, list)?;
        Ok(objects.map(|all| all.into_iter().map(|o| o.of_kind(kind)).collect()))
    }
}

impl Neighbours {
    /// Puts those of the DaemonSets' namespaces into the snapshot, which holds the DaemonSets.
    pub(super) fn put_into(self, snapshot: &mut Snapshot, question: &Question) {
        let Some(by_kind) = self.0 else {
            return;
        };
        let mut all = Vec::new();
        if reads_all_daemon_sets(&question.subject) {
            all.extend(snapshot.daemon_sets.iter().map(Workload::of_daemon_set));
        }
        let namespaces = question.subject.namespaces(&snapshot.daemon_sets);
        for (kind, workloads) in by_kind {
            match workloads {
                Some(workloads) => {
                    let mut workloads = workloads;
                    workloads.retain(|w| namespaces.contains(&*w.namespace));
                    all.extend(workloads);
                }
                None => snapshot.unread_workloads.push(kind),
            }
        }
        snapshot.workloads = Some(all);
    }
}

/// Whether the question's own list of DaemonSets covers the whole namespace.
fn reads_all_daemon_sets(subject: &Subject) -> bool {
    match subject {
        Subject::DaemonSets { selector, .. } => selector.as_deref().is_none_or(str::is_empty),
        _ => false,
    }
}
