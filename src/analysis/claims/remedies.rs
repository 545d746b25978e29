//! What would put it right, the safest first.

use crate::analysis::reason::Code;
use crate::engine::claim::Claimant;
use crate::model::{Command, Pod};
use crate::words::notation::few;

use super::command::{of_daemon_set, of_pods, of_selected, selected};
use super::findings::Parts;
use super::generation_remedies::ways_round;
use super::ground::Ground;
use super::pods::Row;
use super::report::{
    ClaimChange, ClaimChangeKind, ClaimChanges, ClaimKind, ClaimRemedy, Follows, Overlap,
};
use super::revisions::relabelled_old;

pub(super) fn remedies(ground: &Ground<'_>, parts: &Parts<'_, '_>) -> Vec<ClaimRemedy> {
    let rows = parts.pods.unwrap_or_default();
    let mut list = Vec::new();
    list.extend(look(ground, rows));
    if !ground.is_halted() {
        list.extend(watch(ground, rows));
        list.extend(keep_out(ground, rows));
        list.extend(put_back(ground, rows));
        list.extend(delete_left_behind(ground, rows));
        list.extend(ways_round(ground, rows, &parts.trapped(ground)));
        list.extend(duplicates(ground, rows));
    }
    list.extend(overlaps(ground, parts.overlaps));
    // The sort is stable: what is found first stays before what changes the same.
    list.sort_by_key(|remedy| order(remedy.changes));
    list
}

/// The least first: what changes nothing, what no container notices, what ends some.
const fn order(changes: ClaimChanges) -> usize {
    match changes {
        ClaimChanges::Nothing => 0,
        ClaimChanges::Manifest => 1,
        ClaimChanges::PodLabels => 2,
        ClaimChanges::Revisions => 3,
        ClaimChanges::Pods => 4,
        ClaimChanges::DaemonSet => 5,
        ClaimChanges::Other => 6,
    }
}

pub(super) fn remedy(changes: ClaimChanges, text: impl Into<String>) -> ClaimRemedy {
    ClaimRemedy {
        changes,
        text: text.into(),
        command: None,
        risk: None,
    }
}

impl ClaimRemedy {
    /// `None` where names can't be handed on to a command.
    pub(super) fn by(mut self, command: Option<Command>) -> Self {
        self.command = command;
        self
    }

    pub(super) fn at_risk(mut self, risk: impl Into<String>) -> Self {
        self.risk = Some(risk.into());
        self
    }
}

/// Shows whose the pods are that the selector matches.
fn look(ground: &Ground<'_>, rows: &[Row<'_>]) -> Option<ClaimRemedy> {
    let matcher = &ground.claimant()?.selector;
    let odd = |row: &Row<'_>| row.claim != ClaimKind::Owned && matcher.matches(&row.pod.labels);
    let selector = selected(ground).filter(|_| rows.iter().any(odd))?;
    let command = of_selected(ground, "get", &selector);
    let command = command.map(|command| command.with(&["--show-labels"]));
    Some(
        remedy(
            ClaimChanges::Nothing,
            "see the pods that the selector matches",
        )
        .by(command),
    )
}

/// Follows the rollout that replaces what is taken over.
fn watch(ground: &Ground<'_>, rows: &[Row<'_>]) -> Option<ClaimRemedy> {
    let mut adopted = rows.iter().filter(|row| row.claim == ClaimKind::Adopt);
    adopted.find(|row| row.follows == Some(Follows::Replaced))?;
    let command = of_daemon_set(ground, &["rollout", "status"]);
    let text = "follow the rollout that replaces the pods that are taken over";
    Some(remedy(ClaimChanges::Nothing, text).by(command))
}

/// Keeps pods from being taken over that were made by hand or that wouldn't outlive it.
fn keep_out(ground: &Ground<'_>, rows: &[Row<'_>]) -> Option<ClaimRemedy> {
    let pods: Vec<&Pod> = rows
        .iter()
        .filter(|row| is_unwanted(ground, row))
        .map(|row| row.pod)
        .collect();
    let key = deselecting(ground.claimant()?, ground, &pods)?;
    // The stored DaemonSet would make others in their place.
    let is_recreated = |change: ClaimChange| change.kind == ClaimChangeKind::Recreate;
    let when = if ground.change.is_some_and(is_recreated) {
        ", once the stored DaemonSet is deleted without its pods and before the new one is created"
    } else {
        ""
    };
    let (text, it) = match pods.as_slice() {
        [pod] => (
            format!(
                "keep pod {} out: take the label {key} off it{when}",
                pod.name
            ),
            "it",
        ),
        pods => (
            format!(
                "keep {} pods out ({}): take the label {key} off them{when}",
                pods.len(),
                few(&names(pods))
            ),
            "each",
        ),
    };
    let command = of_pods(ground, "label", &pods);
    let command = command.and_then(|command| command.operand(&format!("{key}-")));
    Some(
        remedy(ClaimChanges::PodLabels, text)
            .by(command)
            .at_risk(format!(
                "what else selects by {key}, such as a Service, no longer finds it; {it} runs on without a controller, beside the DaemonSet's pod where its node has or gets one, and nothing replaces it when it ends"
            )),
    )
}

/// A pod of a former DaemonSet that the rollout replaces is taken over on purpose, and
/// one that a garbage collector deletes isn't kept by a label less.
fn is_unwanted(ground: &Ground<'_>, row: &Row<'_>) -> bool {
    let is_collected = row.follows == Some(Follows::GarbageCollected)
        || ground.owners.are_gone(&*row.pod.owners) == Some(true);
    let by_hand = matches!(row.reason, Code::BarePod | Code::OwnerWithoutController);
    let ends = matches!(
        row.follows,
        Some(Follows::DeletedIneligible | Follows::DeletedAsDuplicate)
    );
    row.claim == ClaimKind::Adopt && (by_hand || ends) && !is_collected
}

/// A label without which the selector matches none of `pods`.
fn deselecting<'g>(
    claimant: &Claimant<'_>,
    ground: &'g Ground<'_>,
    pods: &[&Pod],
) -> Option<&'g str> {
    if pods.is_empty() {
        return None;
    }
    let selector = ground.ds().selector();
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

/// Puts back the labels of a pod that is about to be let go.
fn put_back(ground: &Ground<'_>, rows: &[Row<'_>]) -> Vec<ClaimRemedy> {
    let leaving = rows.iter().filter(|row| row.claim == ClaimKind::Release);
    let labels = ground.ds().selector().match_labels.iter().flatten();
    let one =
        |row: &Row<'_>| {
            let pod = row.pod;
            let lacking = labels.clone().filter(|(k, v)| pod.labels.get(k) != Some(v));
            let pairs: Vec<String> = lacking.map(|(k, v)| format!("{k}={v}")).collect();
            let restored = labels
                .clone()
                .fold(pod.labels.clone(), |l, (k, v)| l.with(k, v));
            if pairs.is_empty() || !ground.claimant()?.selector.matches(&restored) {
                return None;
            }
            let command = of_pods(ground, "label", &[pod]);
            let command = command.and_then(|command| {
                let mut pairs = pairs.iter();
                pairs.try_fold(command, |command, pair| command.operand(pair))
            });
            let command = command.map(|command| command.with(&["--overwrite"]));
            let text = format!(
                "keep pod {}: put its labels back before the next sync",
                pod.name
            );
            Some(remedy(ClaimChanges::PodLabels, text).by(command).at_risk(
                "once another was made beside it, one of the two is deleted as a duplicate",
            ))
        };
    leaving.filter_map(one).take(MOST).collect()
}

/// So many pods are told of one by one.
const MOST: usize = 5;

/// Ends what runs on without a controller.
fn delete_left_behind(ground: &Ground<'_>, rows: &[Row<'_>]) -> Option<ClaimRemedy> {
    let left = rows.iter().filter(|row| {
        let is_left = matches!(row.reason, Code::NoLongerSelected | Code::ReleasedEarlier);
        is_left && row.follows != Some(Follows::Terminating)
    });
    let pods: Vec<&Pod> = left.map(|row| row.pod).collect();
    let text = match pods.as_slice() {
        [] => return None,
        [pod] => format!(
            "delete pod {}, which runs on without a controller, once its node has an available one of the DaemonSet",
            pod.name
        ),
        pods => format!(
            "delete the {} pods that run on without a controller, once their nodes have available ones of the DaemonSet: {}",
            pods.len(),
            few(&names(pods))
        ),
    };
    Some(
        remedy(ClaimChanges::Pods, text)
            .by(of_pods(ground, "delete", &pods))
            .at_risk("nothing makes it again; if it was relabelled to be looked at, that ends"),
    )
}

/// Keeps the pods of other templates from being labelled as if they were of this one.
fn duplicates(ground: &Ground<'_>, rows: &[Row<'_>]) -> Vec<ClaimRemedy> {
    let Some(history) = ground.history else {
        return Vec::new();
    };
    let others = history.tied.iter().chain(&history.duplicates);
    let names: Vec<&str> = others.map(|r| &*r.name).collect();
    if relabelled_old(ground, rows).next().is_none() {
        return Vec::new();
    }
    let delete = Command::kubectl(&["delete", "controllerrevision"]).names(names);
    let delete = delete.and_then(|delete| delete.namespace(&ground.ds().namespace));
    vec![
        remedy(
            ClaimChanges::Revisions,
            "delete the duplicates before the next sync: then no pod is relabelled, and those of other templates stay old",
        )
        .by(delete)
        .at_risk("pods that carry the hash of a deleted revision are old then, and are replaced"),
        remedy(
            ClaimChanges::DaemonSet,
            "restart the DaemonSet once its pods are relabelled: no label tells any more which of them run another template",
        )
        .by(of_daemon_set(ground, &["rollout", "restart"]))
        .at_risk("every pod is replaced, within the rollout's budget"),
    ]
}

fn overlaps(ground: &Ground<'_>, overlaps: &[Overlap]) -> Vec<ClaimRemedy> {
    let names: Vec<String> = overlaps
        .iter()
        .map(|overlap| format!("{} {}", overlap.kind, overlap.name))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let is_new = ground
        .change
        .is_some_and(|c| c.kind == ClaimChangeKind::Create);
    let own = if is_new || ground.change.is_some() {
        remedy(
            ClaimChanges::Manifest,
            "give the manifest's selector and template a label of their own, before it is created: the selector can't be changed later",
        )
    } else {
        remedy(
            ClaimChanges::DaemonSet,
            format!(
                "give it a selector of its own: as that can't be changed, delete it with --cascade=orphan and create it again; what that does says `{}` of the new manifest",
                Command::own(&["adopt", "-f"])
            ),
        )
        .at_risk("its pods are nobody's in between, and any selector that matches them takes them")
    };
    let theirs = remedy(
        ClaimChanges::Other,
        format!("or give those a selector of their own: {}", few(&names)),
    );
    vec![own, theirs]
}

pub(super) fn names<'p>(pods: &[&'p Pod]) -> Vec<&'p str> {
    pods.iter().map(|pod| &*pod.name).collect()
}
