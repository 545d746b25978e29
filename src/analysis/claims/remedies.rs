//! What would fix it, safest first.

use crate::analysis::commands::{delete_daemon_set, of_daemon_set, of_pods, of_selected, selected};
use crate::analysis::reason::Reason;
use crate::engine::claim::Claimant;
use crate::model::{Command, Pod, host_ports};

use super::analysis::ClaimAnalysis;
use super::findings::{Parts, controllers};
use super::generation_remedies::workarounds;
use super::outcome::Follows;
use super::pods::ClaimedPod;
use super::remedy::{ClaimRemedy, ClaimRemedyKind, Goal};
use super::report::{ClaimChange, ClaimChangeKind, ClaimKind, Overlap};

pub(super) fn remedies(analysis: &ClaimAnalysis<'_>, parts: &Parts<'_, '_>) -> Vec<ClaimRemedy> {
    let pods = parts.pods.unwrap_or_default();
    let mut list = Vec::new();
    list.extend(look(analysis, pods));
    if !analysis.is_halted() {
        let generation_trapped: Vec<_> = parts
            .generation_trapped()
            .iter()
            .map(|one| one.pod)
            .collect();
        list.extend(watch(analysis, pods));
        list.extend(keep_out(analysis, pods));
        list.extend(put_back(analysis, pods));
        list.extend(delete_left_behind(analysis, pods));
        list.extend(workarounds(analysis, pods, &generation_trapped));
        list.extend(duplicates(analysis, parts));
    }
    list.extend(overlaps(analysis, parts.overlaps));
    // The sort is stable: remedies that change the same kind of object keep their order.
    list.sort_by_key(|one| (one.goal() == Goal::Follow, one.changes()));
    beside_each_other(list)
}

/// Alternatives for one goal stand together, at the place of the safest one.
fn beside_each_other(list: Vec<ClaimRemedy>) -> Vec<ClaimRemedy> {
    let mut goals: Vec<Goal> = list.iter().map(ClaimRemedy::goal).collect();
    goals.dedup();
    let place = |one: &ClaimRemedy| goals.iter().position(|goal| *goal == one.goal());
    let mut list = list;
    list.sort_by_key(place);
    list
}

impl ClaimRemedyKind {
    /// `None` where no command does it, or names can't be passed to a shell.
    pub(super) const fn by(self, command: Option<Command>) -> ClaimRemedy {
        ClaimRemedy {
            kind: self,
            command,
        }
    }
}

/// Shows who owns the pods that the selector matches.
fn look(analysis: &ClaimAnalysis<'_>, pods: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    let claimant = analysis.claimant()?;
    let matcher = &claimant.selector;
    let odd = |one: &ClaimedPod<'_>| {
        one.claim.claim != ClaimKind::Owned && matcher.matches(&one.pod.labels)
    };
    let selector = selected(claimant).filter(|_| pods.iter().any(odd))?;
    let command = of_selected(&analysis.ds().namespace, "get", &selector);
    let command = command.map(|command| command.with(&["--show-labels"]));
    Some(ClaimRemedyKind::ListPods.by(command))
}

/// Watches the rollout that replaces the adopted pods.
fn watch(analysis: &ClaimAnalysis<'_>, pods: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    let mut adopted = pods
        .iter()
        .filter(|one| one.claim.claim == ClaimKind::Adopt);
    adopted.find(|one| one.claim.then() == Some(Follows::Replaced))?;
    let command = of_daemon_set(analysis.ds(), &["rollout", "status"]);
    Some(ClaimRemedyKind::FollowRollout.by(command))
}

/// Keeps pods from being adopted that were created by hand or that adoption would end.
fn keep_out(analysis: &ClaimAnalysis<'_>, pods: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    let unwanted = pods.iter().filter(|one| is_unwanted(analysis, one));
    let pods: Vec<&Pod> = unwanted.map(|one| one.pod).collect();
    let key = deselecting(analysis.claimant()?, analysis, &pods)?;
    // The stored DaemonSet would create others in their place.
    let is_recreated = |change: ClaimChange| change.kind == ClaimChangeKind::Recreate;
    let command = of_pods(&analysis.ds().namespace, "label", &names(&pods));
    let command = command.and_then(|command| command.operand(&format!("{key}-")));
    let kind = ClaimRemedyKind::KeepOut {
        pods: names(&pods),
        label: key.to_owned(),
        once_deleted: analysis.change.is_some_and(is_recreated),
    };
    Some(kind.by(command))
}

/// A pod of a former DaemonSet that the rollout replaces is adopted on purpose, and removing a
/// label doesn't save a pod that a garbage collector deletes.
fn is_unwanted(analysis: &ClaimAnalysis<'_>, one: &ClaimedPod<'_>) -> bool {
    let (claim, then) = (&one.claim, one.claim.then());
    let is_collected = then == Some(Follows::GarbageCollected)
        || analysis.owners.are_gone(&*one.pod.owners) == Some(true);
    let by_hand = matches!(
        claim.reason,
        Reason::BarePod { .. } | Reason::OwnerWithoutController { .. }
    );
    let ends = matches!(
        then,
        Some(Follows::DeletedIneligible | Follows::DeletedAsDuplicate)
    );
    claim.claim == ClaimKind::Adopt && (by_hand || ends) && !is_collected
}

/// A label without which the selector matches none of `pods`.
fn deselecting<'g>(
    claimant: &Claimant<'_>,
    analysis: &'g ClaimAnalysis<'_>,
    pods: &[&Pod],
) -> Option<&'g str> {
    if pods.is_empty() {
        return None;
    }
    let selector = analysis.ds().selector();
    let labels = selector.match_labels.iter().flatten().map(|(key, _)| key);
    let expressions = selector.match_expressions.iter().flatten().map(|e| &e.key);
    let matches_none = |key: &&String| {
        let labels = pods.iter().map(|pod| pod.labels.without(key));
        labels.into_iter().all(|l| !claimant.selector.matches(&l))
    };
    labels
        .chain(expressions)
        .find(matches_none)
        .map(String::as_str)
}

/// Restores the labels of a pod that is about to be released.
fn put_back(analysis: &ClaimAnalysis<'_>, pods: &[ClaimedPod<'_>]) -> Vec<ClaimRemedy> {
    let leaving = pods
        .iter()
        .filter(|one| one.claim.claim == ClaimKind::Release);
    let labels = analysis.ds().selector().match_labels.iter().flatten();
    let one = |one: &ClaimedPod<'_>| {
        let pod = one.pod;
        let lacking = labels.clone().filter(|(k, v)| pod.labels.get(k) != Some(v));
        let pairs: Vec<String> = lacking.map(|(k, v)| format!("{k}={v}")).collect();
        let restored = labels
            .clone()
            .fold(pod.labels.clone(), |l, (k, v)| l.with(k, v));
        if pairs.is_empty() || !analysis.claimant()?.selector.matches(&restored) {
            return None;
        }
        let command = of_pods(&analysis.ds().namespace, "label", &[&pod.name]);
        let command = command.and_then(|command| {
            let mut pairs = pairs.iter();
            pairs.try_fold(command, |command, pair| command.operand(pair))
        });
        let command = command.map(|command| command.with(&["--overwrite"]));
        let pod = pod.name.to_string();
        Some(ClaimRemedyKind::RestoreLabels { pod }.by(command))
    };
    leaving.filter_map(one).take(MOST).collect()
}

/// Up to this many pods get their own command.
const MOST: usize = 5;

/// Deletes pods that run on without a controller.
fn delete_left_behind(analysis: &ClaimAnalysis<'_>, all: &[ClaimedPod<'_>]) -> Option<ClaimRemedy> {
    let left = all.iter().filter(|one| {
        let is_left = matches!(
            one.claim.reason,
            Reason::NoLongerSelected { .. } | Reason::ReleasedEarlier(_)
        );
        is_left && one.claim.then() != Some(Follows::Terminating)
    });
    let pods: Vec<&Pod> = left.map(|one| one.pod).collect();
    if pods.is_empty() {
        return None;
    }
    let ds = analysis.ds();
    let adopts = |one: &ClaimedPod<'_>| one.claim.claim == ClaimKind::Adopt;
    let all_were_owned = pods.iter().all(|pod| analysis.was_the_formers(pod));
    if analysis.owned_today().is_some() && all_were_owned && !all.iter().any(adopts) {
        let delete = delete_daemon_set(ds);
        return Some(ClaimRemedyKind::DeleteWithPods { pods: pods.len() }.by(delete));
    }
    let wanted = ds.pod_spec().map(host_ports).unwrap_or_default();
    let has_port = |pod: &&Pod| wanted.iter().any(|wanted| pod.has_host_port(&wanted.port));
    let kind = ClaimRemedyKind::DeleteReleased {
        hold_ports: pods.iter().any(has_port),
        pods: names(&pods),
    };
    let command = of_pods(&ds.namespace, "delete", &names(&pods));
    Some(kind.by(command))
}

/// Keeps the pods of other templates from being relabelled as if they were from this one.
fn duplicates(analysis: &ClaimAnalysis<'_>, parts: &Parts<'_, '_>) -> Vec<ClaimRemedy> {
    let Some(history) = analysis.history.filter(|_| parts.relabelled_old() > 0) else {
        return Vec::new();
    };
    let others = history.tied.iter().chain(&history.duplicates);
    let names = others.map(|r| &*r.name);
    let delete = Command::kubectl(&["delete", "controllerrevision"]).names(names);
    let delete = delete.and_then(|delete| delete.namespace(&analysis.ds().namespace));
    let restart = of_daemon_set(analysis.ds(), &["rollout", "restart"]);
    vec![
        ClaimRemedyKind::DeleteDuplicates.by(delete),
        ClaimRemedyKind::RestartRelabelled.by(restart),
    ]
}

fn overlaps(analysis: &ClaimAnalysis<'_>, overlaps: &[Overlap]) -> Vec<ClaimRemedy> {
    let controllers = controllers(overlaps);
    if controllers.is_empty() {
        return Vec::new();
    }
    let own = match analysis.change {
        Some(_) => ClaimRemedyKind::OwnSelector,
        None => ClaimRemedyKind::RecreateWithOwnSelector,
    };
    let others = ClaimRemedyKind::OtherSelectors { controllers };
    vec![own.by(None), others.by(None)]
}

pub(super) fn names(pods: &[&Pod]) -> Vec<String> {
    pods.iter().map(|pod| pod.name.to_string()).collect()
}
