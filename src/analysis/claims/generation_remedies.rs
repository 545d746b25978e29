//! The ways round the trap of the generation label.
//!
//! `IsPodUpdated` (1.37.1) takes a pod for updated whose label is the DaemonSet's
//! template generation. The API server sets that to what the manifest's annotation
//! says when the object is created, or to 1, raises it by one with each change of the
//! template, and takes it from nobody else (`PrepareForCreate`, `PrepareForUpdate` of
//! its strategy, 1.37.1).

use crate::engine::history::HASH_LABEL;
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::{Pod, TEMPLATE_GENERATION};

use super::command::{of_daemon_set, of_pods, of_selected, selected};
use super::ground::Ground;
use super::pods::Row;
use super::remedies::{names, remedy};
use super::report::{ClaimChanges, ClaimRemedy};

pub(super) fn ways_round(
    ground: &Ground<'_>,
    rows: &[Row<'_>],
    trapped: &[&Pod],
) -> Vec<ClaimRemedy> {
    let Some(generation) = ground.ds().template_generation() else {
        return Vec::new();
    };
    if trapped.is_empty() {
        return Vec::new();
    }
    let mut ways = vec![delete(ground, trapped)];
    // Under OnDelete no label brings anything about.
    if !ground.ds().is_on_delete() {
        ways.push(take_off(ground, generation, trapped));
        ways.extend(annotate(ground, rows));
        ways.extend(restart(ground, generation, rows));
    }
    ways
}

/// The generations that the pods carry.
fn generations<'r>(rows: &'r [Row<'_>]) -> impl Iterator<Item = i64> + 'r {
    let labels = rows
        .iter()
        .filter_map(|row| row.pod.labels.get(GENERATION_LABEL));
    labels.filter_map(|label| label.parse().ok())
}

/// A generation that no pod carries; only the manifest of one that is created sets it.
fn annotate(ground: &Ground<'_>, rows: &[Row<'_>]) -> Option<ClaimRemedy> {
    ground.change?;
    let next = generations(rows).max()?.checked_add(1)?;
    Some(
        remedy(
            ClaimChanges::Manifest,
            format!(
                "put the annotation {TEMPLATE_GENERATION}: \"{next}\" into the manifest before it is created: no pod carries that number, so the revision's hash alone tells which are updated, and the rollout replaces the others; on an object that is there already the API server ignores it"
            ),
        )
        .at_risk("what is taken over and doesn't carry that hash is replaced, within the rollout's budget"),
    )
}

fn take_off(ground: &Ground<'_>, generation: i64, trapped: &[&Pod]) -> ClaimRemedy {
    let label = format!("{GENERATION_LABEL}-");
    let command = of_pods(ground, "label", trapped).or_else(|| {
        let mut selector = selected(ground)?;
        selector.push_str(&format!(",{GENERATION_LABEL}={generation}"));
        if let Some(hash) = ground.history.and_then(|h| h.current.hash()) {
            selector.push_str(&format!(",{HASH_LABEL}!={hash}"));
        }
        of_selected(ground, "label", &selector)
    });
    let when = if ground.change.is_some() {
        ", before it is created or after"
    } else {
        ""
    };
    let way = remedy(
        ClaimChanges::PodLabels,
        match trapped {
            [pod] => format!("take the label {GENERATION_LABEL} off pod {}{when}: then it is old, and the rollout replaces it", pod.name),
            _ => format!("take the label {GENERATION_LABEL} off the pods{when}: then they are old, and the rollout replaces them"),
        },
    )
    .at_risk(match trapped {
        [_] => "it is replaced, within the rollout's budget",
        _ => "they are replaced, within the rollout's budget",
    });
    way.by(command.and_then(|command| command.operand(&label)))
}

fn delete(ground: &Ground<'_>, trapped: &[&Pod]) -> ClaimRemedy {
    let when = match (ground.change, trapped) {
        (None, _) => "",
        (Some(_), [_]) => " once it is taken over",
        (Some(_), _) => " once they are taken over",
    };
    remedy(
        ClaimChanges::Pods,
        match trapped {
            [pod] => format!("delete pod {}{when}: the new one is of the template", pod.name),
            pods => format!(
                "delete the {} pods{when}, a few at a time: the new ones are of the template ({})",
                pods.len(),
                crate::words::notation::few(&names(pods))
            ),
        },
    )
    .at_risk("no budget holds back what is deleted by hand: each node is without the agent until its new pod is available")
    .by(of_pods(ground, "delete", trapped))
}

/// The next generation traps the pods that carry it in turn.
fn restart(ground: &Ground<'_>, generation: i64, rows: &[Row<'_>]) -> Option<ClaimRemedy> {
    let next = generation.checked_add(1)?;
    if generations(rows).any(|carried| carried == next) {
        return None;
    }
    let when = if ground.change.is_some() {
        " once it is created"
    } else {
        ""
    };
    Some(
        remedy(
            ClaimChanges::DaemonSet,
            format!(
                "restart it{when}: its template generation becomes {next}, which no pod carries"
            ),
        )
        .by(of_daemon_set(ground, &["rollout", "restart"]))
        .at_risk(
            "every pod is replaced, within the rollout's budget, those that run the template too",
        ),
    )
}
