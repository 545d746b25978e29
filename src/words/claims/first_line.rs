//! The first line of an answer about claims: what changes hands and what follows, or what is
//! wrong.

use jiff::Timestamp;

use crate::analysis::claims::report::{ClaimChangeKind, ClaimReport};
use crate::analysis::claims::state::{Adoption, ClaimState};
use crate::words::Sentence;
use crate::words::notation::{counted, daemon_sets};
use crate::words::reason::headline;

use super::overlap::controller;
use super::row::finding;

/// What the claims of a DaemonSet come to.
#[must_use]
pub fn of_report(report: &ClaimReport, state: ClaimState<'_>, now: Timestamp) -> Sentence {
    let text = answer(report, state, now);
    let overlap = match state {
        ClaimState::Overlaps | ClaimState::Halted(_) => None,
        _ => overlap(report),
    };
    Sentence::new(match overlap {
        Some(overlap) => format!("{text}; {overlap}"),
        None => text,
    })
}

/// The same in a row that names the DaemonSet already.
#[must_use]
pub fn in_a_row(report: &ClaimReport, state: ClaimState<'_>, now: Timestamp) -> Sentence {
    Sentence::new(match state {
        ClaimState::Halted(reason) | ClaimState::Finding(reason) => {
            finding(reason, now).into_string()
        }
        ClaimState::Adopts(adoption) => {
            let then = then(&adoption);
            format!("adopts {}{then}", orphans(adoption.pods))
        }
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
            let (pods, them) = (adoption.pods, it_or_them(adoption.pods));
            let matches = if pods == 1 { "matches" } else { "match" };
            format!(
                "{} {matches} {ds}; the controller adopts {them} at its next sync{}",
                orphans(pods),
                then(&adoption)
            )
        }
        (ClaimState::Adopts(adoption), Some(kind)) => {
            let pods = match kind {
                ClaimChangeKind::Create => orphans(adoption.pods),
                ClaimChangeKind::Recreate => counted(adoption.pods, "pod"),
            };
            format!("{} adopts {pods}{}", subject(report, kind), then(&adoption))
        }
        (_, Some(kind)) if is_nothing(state) => format!("{} adopts nothing", subject(report, kind)),
        (ClaimState::Releases(pods), _) => {
            let (match_, them) = match pods {
                1 => ("no longer matches", "it"),
                _ => ("no longer match", "them"),
            };
            format!(
                "{} of {ds} {match_} its selector; the controller releases {them} at its next sync",
                counted(pods, "pod")
            )
        }
        (ClaimState::Finding(reason), _) => format!("{ds}: {}", finding(reason, now)),
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
        ClaimChangeKind::Recreate => {
            format!("Recreating {ds} from the manifest (delete --cascade=orphan, then apply)")
        }
    }
}

fn orphans(pods: usize) -> String {
    counted(pods, "orphan pod")
}

const fn it_or_them(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// `, replaces 2, deletes 1 and leaves 3 on an older template`.
fn then(adoption: &Adoption) -> String {
    let all = adoption.pods;
    let how_many = |count: usize| match count {
        count if count == all => it_or_them(all).to_owned(),
        count => count.to_string(),
    };
    let parts = [
        (adoption.replaced, "replaces", ""),
        (adoption.deleted, "deletes", ""),
        (adoption.outdated, "leaves", " on another template"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts = parts.map(|(count, verb, end)| format!("{verb} {}{end}", how_many(count)));
    let mut parts: Vec<String> = parts.collect();
    match (parts.pop(), parts.is_empty()) {
        (None, _) => String::new(),
        (Some(last), true) => format!(" and {last}"),
        (Some(last), false) => format!(", {} and {last}", parts.join(", ")),
    }
}

/// With which controllers its selector overlaps.
fn overlap(report: &ClaimReport) -> Option<String> {
    let names: Vec<String> = report.overlaps.iter().map(controller).collect();
    let more = if report.knows_workloads {
        ""
    } else {
        " or more"
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
            "{} that its selector matches {belong} to others",
            counted(foreign, "pod")
        )
    });
    let ignored = (ignored > 0).then(|| {
        let stay = if ignored == 1 { "is" } else { "are" };
        format!(
            "{} {stay} left without a controller",
            counted(ignored, "pod")
        )
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
        Some(n) => format!("all {n} pods that its selector matches"),
    }
}

/// The first line of a list: how many of `all` DaemonSets need somebody, and the first of them
/// with its cause.
#[must_use]
pub fn of_list(
    found: usize,
    unknown: usize,
    all: usize,
    first: Option<(&str, &Sentence)>,
) -> Sentence {
    let all = daemon_sets(all);
    Sentence::new(match (first, unknown) {
        (Some((name, cause)), _) => {
            let need = if found == 1 { "needs" } else { "need" };
            format!("{found} of {all} {need} a look: {name} {cause}")
        }
        (None, 0) => format!("{all}: each owns all that it selects"),
        (None, unknown) => format!("{unknown} of {all}: {NOT_ALL}"),
    })
}
