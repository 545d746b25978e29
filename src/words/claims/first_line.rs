//! The first line of an answer about claims: which pods change owner and what happens to them, or
//! what is wrong.

use jiff::Timestamp;

use crate::analysis::claims::report::{ClaimChangeKind, ClaimReport};
use crate::analysis::claims::state::{Adoption, ClaimState};
use crate::words::Sentence;
use crate::words::notation::{and, counted, daemon_sets};
use crate::words::reason::headline;

use super::overlap::controller;
use super::row::finding_in_brief;

/// The result of a DaemonSet's claims.
#[must_use]
pub fn of_report(report: &ClaimReport, state: ClaimState<'_>, now: Timestamp) -> Sentence {
    Sentence::new(answer(report, state, now))
}

/// The same in a row that already names the DaemonSet.
#[must_use]
pub fn in_a_row(report: &ClaimReport, state: ClaimState<'_>, now: Timestamp) -> Sentence {
    Sentence::new(match state {
        ClaimState::Halted(reason) | ClaimState::Finding(reason) => {
            finding_in_brief(reason, now).into_string()
        }
        ClaimState::Adopts(adoption) => adopts(&adoption, "orphan pod"),
        ClaimState::Releases(pods) => format!("releases {}", counted(pods, "pod")),
        ClaimState::Overlaps => overlap(report).unwrap_or_default(),
        ClaimState::Others { foreign, ignored } => others(foreign, ignored),
        ClaimState::Revisions(count) => revisions(count),
        ClaimState::Clean => "owns all that it selects".to_owned(),
        ClaimState::Unknown => NOT_ALL.to_owned(),
    })
}

fn answer(report: &ClaimReport, state: ClaimState<'_>, now: Timestamp) -> String {
    let ds = &report.daemon_set;
    let change = report.change.map(|change| change.kind);
    match (state, change) {
        (ClaimState::Halted(reason), _) => {
            format!(
                "The controller claims nothing for {ds}: {}",
                headline(reason, now)
            )
        }
        (ClaimState::Adopts(adoption), None) => {
            format!("At its next sync, {ds} {}", adopts(&adoption, "orphan pod"))
        }
        (ClaimState::Adopts(adoption), Some(kind)) => {
            let what = match kind {
                ClaimChangeKind::Create => "orphan pod",
                ClaimChangeKind::Recreate => "pod",
            };
            format!("{} {}", subject(report, kind), adopts(&adoption, what))
        }
        (_, Some(kind)) if is_nothing(state) => format!("{} adopts nothing", subject(report, kind)),
        (ClaimState::Releases(pods), _) => {
            let labels = if pods == 1 {
                "its labels"
            } else {
                "their labels"
            };
            format!(
                "{ds} releases {} at its next sync: {labels} no longer match its selector",
                counted(pods, "pod")
            )
        }
        (ClaimState::Finding(reason), _) => format!("{ds}: {}", finding_in_brief(reason, now)),
        (ClaimState::Overlaps, _) => format!("{ds}: {}", overlap(report).unwrap_or_default()),
        (ClaimState::Others { foreign, ignored }, _) => {
            format!("{ds}: {}", others(foreign, ignored))
        }
        (ClaimState::Revisions(count), _) => format!("{ds}: {}", revisions(count)),
        (ClaimState::Clean, _) => format!("{ds} owns {}", owned(report)),
        (ClaimState::Unknown, _) => format!("{ds}: {NOT_ALL}"),
    }
}

const NOT_ALL: &str = "nothing found, but not all of it could be checked";

const fn is_nothing(state: ClaimState<'_>) -> bool {
    matches!(state, ClaimState::Clean | ClaimState::Unknown)
}

/// A change as the subject of a sentence.
fn subject(report: &ClaimReport, kind: ClaimChangeKind) -> String {
    let ds = &report.daemon_set;
    match kind {
        ClaimChangeKind::Create => format!("Creating {ds}"),
        ClaimChangeKind::Recreate => format!("Recreating {ds} from the manifest"),
    }
}

/// `adopts 6 orphan pods, deletes 2 of them, replaces 1 and leaves 3 on an old template`.
fn adopts(adoption: &Adoption, what: &str) -> String {
    let all = adoption.pods;
    let mut acts = vec![format!("adopts {}", counted(all, what))];
    for (count, verb, end) in [
        (adoption.deleted, "deletes", ""),
        (adoption.replaced, "replaces", ""),
        (adoption.outdated, "leaves", " on an old template"),
    ] {
        if count > 0 {
            let which = match count {
                1 if all == 1 => "it".to_owned(),
                _ if count == all => "all of them".to_owned(),
                _ if acts.len() == 1 => format!("{count} of them"),
                _ => count.to_string(),
            };
            acts.push(format!("{verb} {which}{end}"));
        }
    }
    and(&acts)
}

/// The controllers whose selectors overlap with its own.
fn overlap(report: &ClaimReport) -> Option<String> {
    let names: Vec<String> = report.overlaps.iter().map(controller).collect();
    let more = if report.knows_workloads {
        ""
    } else {
        ", and perhaps with others"
    };
    match names.as_slice() {
        [] => None,
        [_] | [_, _] => Some(format!(
            "its selector overlaps with {}{more}",
            names.join(" and ")
        )),
        [first, ..] => Some(format!(
            "its selector overlaps with {first} and {} others{more}",
            names.len() - 1
        )),
    }
}

fn others(foreign: usize, ignored: usize) -> String {
    let foreign = (foreign > 0).then(|| {
        let belong = if foreign == 1 { "belongs" } else { "belong" };
        format!(
            "{} that its selector matches {belong} to other controllers",
            counted(foreign, "pod")
        )
    });
    let ignored = (ignored > 0).then(|| {
        let run = if ignored == 1 { "has" } else { "have" };
        format!("{} {run} no controller", counted(ignored, "pod"))
    });
    let parts: Vec<String> = foreign.into_iter().chain(ignored).collect();
    parts.join(", ")
}

fn revisions(count: usize) -> String {
    match count {
        0 => "not all is as it should be".to_owned(),
        count => format!(
            "the next sync changes {} of its history",
            counted(count, "revision")
        ),
    }
}

fn owned(report: &ClaimReport) -> String {
    match report.pods.as_ref().map(Vec::len) {
        Some(0) | None => "no pods, and its selector matches none".to_owned(),
        Some(1) => "its 1 pod, and its selector matches no other".to_owned(),
        Some(2) => "both pods that its selector matches".to_owned(),
        Some(n) => format!("all {n} pods that its selector matches"),
    }
}

/// The first line of a list: how many of `all` DaemonSets need attention, and the worst of them
/// with its cause.
#[must_use]
pub fn of_list(
    found: usize,
    unknown: usize,
    all: usize,
    worst: Option<(&str, &Sentence)>,
) -> Sentence {
    let sets = daemon_sets(all);
    Sentence::new(match (worst, unknown) {
        (Some((name, cause)), _) if all == 1 => format!("{name}: {cause}"),
        (Some((name, cause)), _) => {
            let need = if found == 1 { "needs" } else { "need" };
            format!("{found} of {sets} {need} attention; the worst is {name}: {cause}")
        }
        (None, 0) if all == 1 => "the DaemonSet owns all pods that it selects".to_owned(),
        (None, 0) if all == 2 => "both DaemonSets own all pods that they select".to_owned(),
        (None, 0) => format!("all {all} DaemonSets own all pods that they select"),
        (None, unknown) => format!("{unknown} of {sets}: {NOT_ALL}"),
    })
}
