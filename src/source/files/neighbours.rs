//! The controllers that stand beside DaemonSets. Most questions need none of
//! them, so what is wrong with them fails, and is told, only where they are asked for.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::kind::{Kind, Names, Place};
use super::store::missing;
use super::visitor::{check_name, read};
use crate::model::{Incomplete, LabelMap, Snapshot, Workload, WorkloadKind, WorkloadObject};
use crate::source::SourceError;
use crate::source::document::Object;
use crate::source::needs::Resource;

/// The kinds besides DaemonSets, which the files hold anyway.
const OTHERS: [WorkloadKind; 5] = [
    WorkloadKind::Deployment,
    WorkloadKind::ReplicaSet,
    WorkloadKind::StatefulSet,
    WorkloadKind::ReplicationController,
    WorkloadKind::Job,
];

/// The controllers as they are found.
#[derive(Default)]
pub(super) struct Neighbours {
    kinds: [Kind<Workload>; OTHERS.len()],
    said: ReadNotes,
}

/// What there is to say to a question that asks for them.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadNotes {
    problem: Option<SourceError>,
    incomplete: Vec<Incomplete>,
    notes: Vec<String>,
}

impl Neighbours {
    /// Decodes one object.
    pub(super) fn read(
        kind: WorkloadKind,
        object: &Object<'_>,
        namespace: &str,
    ) -> Result<Workload, SourceError> {
        let mut workload = match kind {
            WorkloadKind::ReplicationController => {
                read::<WorkloadObject<LabelMap>>(object)?.of_kind(kind)
            }
            _ => read::<WorkloadObject<LabelSelector>>(object)?.of_kind(kind),
        };
        check_name(object)?;
        workload.namespace = namespace.into();
        Ok(workload)
    }

    /// Takes one object; only the first that is wrong is kept in mind.
    pub(super) fn add(
        &mut self,
        kind: WorkloadKind,
        workload: Result<Workload, SourceError>,
        place: Place,
        files: &Names,
    ) {
        let Some(all) = self.of(kind) else { return };
        let added = workload.and_then(|w| all.add(w, kind.name(), place, files));
        match added {
            Ok(note) => self.said.notes.extend(note),
            Err(problem) => {
                self.said.problem.get_or_insert(problem);
            }
        }
    }

    /// Takes a list of the kind: what it holds is all there is.
    pub(super) fn know(&mut self, kind: WorkloadKind) {
        if let Some(all) = self.of(kind) {
            all.know();
        }
    }

    fn of(&mut self, kind: WorkloadKind) -> Option<&mut Kind<Workload>> {
        let mut kinds = OTHERS.into_iter().zip(&mut self.kinds);
        kinds.find(|(k, _)| *k == kind).map(|(_, all)| all)
    }

    /// Puts them and the snapshot's own DaemonSets into it. Where the files hold any of
    /// the other kinds, those of which they hold none are taken to have none: a `List`
    /// of several kinds doesn't say which were asked for. The kinds besides DaemonSets
    /// only name owners and overlaps, so that they are missing is a note.
    pub(super) fn put_into(self, snapshot: &mut Snapshot, knows_daemon_sets: bool) -> ReadNotes {
        let mut said = self.said;
        let is_reported = |i: &Incomplete| i.resource == WorkloadKind::DaemonSet.resource();
        if !knows_daemon_sets && !snapshot.incomplete.iter().any(is_reported) {
            said.incomplete.push(Incomplete {
                verb: "read".to_owned(),
                resource: WorkloadKind::DaemonSet.resource().to_owned(),
                why: missing(Resource::DaemonSets, false),
            });
        }
        if !knows_daemon_sets {
            snapshot.unread_workloads.push(WorkloadKind::DaemonSet);
        }
        if self.kinds.iter().all(|kind| kind.objects.is_none()) {
            said.notes.push(
                "the files contain no Deployment, ReplicaSet, StatefulSet, ReplicationController or Job objects; `kubectl get deploy,rs,sts,rc,jobs -A -o yaml` adds them"
                    .to_owned(),
            );
            snapshot.unread_workloads.extend(OTHERS);
        }
        let mut all: Vec<Workload> = Vec::new();
        all.extend(snapshot.daemon_sets.iter().map(Workload::of_daemon_set));
        all.extend(self.kinds.into_iter().filter_map(|k| k.objects).flatten());
        snapshot.workloads = Some(all);
        said
    }
}

impl ReadNotes {
    /// What keeps a question that asks for them from being answered.
    pub(super) fn check(&self) -> Result<(), SourceError> {
        self.problem.clone().map_or(Ok(()), Err)
    }

    /// Adds what else there is to say to an answer.
    pub(super) fn put_into(&self, snapshot: &mut Snapshot) {
        snapshot.incomplete.extend(self.incomplete.iter().cloned());
        snapshot.notes.extend(self.notes.iter().cloned());
        snapshot.sort();
    }
}
