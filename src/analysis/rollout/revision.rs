//! The revision that holds the template, and pods that are relabelled to it.

use crate::apply::semantic::restores_template;
use crate::apply::template_diff::template_diff;
use crate::engine::claim::Claimant;
use crate::engine::history::{History, Relabelling};
use crate::model::HASH_LABEL;
use crate::model::revision_data::restored_template;
use crate::model::{ControllerRevision, DaemonSet, List, Pod, Snapshot};

use super::change::ChangedField;
use super::plan::{Revision, Since};

/// What the next sync makes of the revisions; `None` when they couldn't be read, or the selector
/// can't be parsed.
pub(in crate::analysis) fn history<'a>(
    snapshot: &'a Snapshot,
    ds: &DaemonSet,
) -> Option<History<'a>> {
    let claimant = Claimant::new(ds).ok()?;
    let revisions = snapshot.revisions_in(&ds.namespace)?;
    Some(History::new(ds, &claimant, revisions))
}

pub(super) fn revision(history: &History<'_>, ds: &DaemonSet, relabelled: Vec<String>) -> Revision {
    let current = history.current.revision();
    let others = history.tied.iter().chain(&history.duplicates);
    let mut duplicates: Vec<_> = others.map(|r| r.name.to_string()).collect();
    duplicates.sort_unstable();
    Revision {
        state: history.state.into(),
        name: current.map(|r| r.name.to_string()),
        hash: current.map(|r| r.hash().to_owned()),
        number: Some(current.map_or(history.number, |r| r.revision)),
        renumbered_to: history.renumbered.then_some(history.number),
        same_as: current.map_or_else(|| same_as(history, ds), |_| None),
        pods: None,
        since: since(history, ds),
        duplicates,
        relabelled,
    }
}

/// The newest old revision that means the same as the template.
fn same_as(history: &History<'_>, ds: &DaemonSet) -> Option<i64> {
    let mut newest_first = history.old.iter().rev();
    let same = newest_first.find(|r| restores_template(&r.data, &ds.raw_template));
    same.map(|revision| revision.revision)
}

/// Old revisions come in the order of their numbers.
fn since(history: &History<'_>, ds: &DaemonSet) -> Option<Since> {
    let before = history.old.last()?;
    Some(Since {
        number: before.revision,
        fields: template_fields(before, ds)?,
    })
}

/// The fields in which the template of `ds` differs from a revision's; `None` when the revision
/// holds no template.
pub(in crate::analysis) fn template_fields(
    revision: &ControllerRevision,
    ds: &DaemonSet,
) -> Option<Vec<ChangedField>> {
    let template = restored_template(&revision.data)?;
    let changes = template_diff(&template, &ds.raw_template);
    Some(changes.into_iter().map(ChangedField::from).collect())
}

/// The pods after relabelling, with the names of those that are relabelled; `None` where none is.
pub(in crate::analysis) fn relabelled(
    snapshot: &Snapshot,
    ds: &DaemonSet,
    history: &History<'_>,
) -> Option<(Snapshot, Vec<String>)> {
    let claimant = Claimant::new(ds).ok()?;
    let hash = history.current.hash()?;
    let claimed = |pod: &Pod| claimant.claim_pod(pod).is_claimed();
    let changes = |pod: &Pod| claimed(pod).then(|| history.relabels(pod));
    let pods = snapshot.pods_in(&ds.namespace)?;
    if pods
        .iter()
        .all(|p| matches!(changes(p), None | Some(Relabelling::Never)))
    {
        return None;
    }
    let certain = pods
        .iter()
        .filter(|p| changes(p) == Some(Relabelling::Certain));
    let names = certain.map(|p| p.name.to_string()).collect();
    let mut then = snapshot.clone();
    // Either of two tied revisions may be kept; all pods get its label in any case.
    let pods = then.pods.iter_mut().flat_map(List::to_mut);
    for pod in pods.filter(|pod| claimed(pod)) {
        pod.labels = pod.labels.with(HASH_LABEL, hash);
    }
    Some((then, names))
}
