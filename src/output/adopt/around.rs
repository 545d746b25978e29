//! The revisions of a report on claims, and the controllers around the DaemonSet.

use jiff::Timestamp;

use crate::analysis::claims::outcome::Follows;
use crate::analysis::claims::report::{ClaimKind, ClaimReport, Overlap, RevisionClaim};
use crate::analysis::claims::state::ClaimState;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, names as list};
use crate::output::words::head;
use crate::words::Sentence;
use crate::words::claims::{
    claim_word, overlap, overlap_name, revision_number, revision_then, row,
};

/// The revisions, where there is more to report than that they are owned.
pub(super) fn revisions(document: &mut Document, report: &ClaimReport, limits: Limits) {
    let revisions = report.revisions.as_deref().unwrap_or_default();
    let is_plain =
        |r: &RevisionClaim| r.claim == ClaimKind::Owned && r.then() == Some(Follows::Kept);
    if revisions.is_empty() || (revisions.iter().all(is_plain) && !limits.wide) {
        return;
    }
    document.heading(head("Revisions", revisions.len()));
    let now = report.basis.evaluated_at;
    let rows = revisions.iter().map(|one| revision_row(one, now));
    let mut rows: Vec<_> = rows.collect();
    let left_off = cut(&mut rows, limits.rows);
    let header = ["NAME", "REVISION", "CLAIM", "TEMPLATE", "THEN"];
    document.table(0, &header, rows);
    document.left_off(left_off, "revision");
}

fn revision_row(revision: &RevisionClaim, now: Timestamp) -> Vec<Text> {
    let template = match (revision.holds_template, revision.restores_template) {
        (true, _) => (Style::Good, "this one"),
        (false, true) => (Style::Dim, "this one, in other bytes"),
        (false, false) => (Style::Dim, "another"),
    };
    vec![
        Quoted::new(&revision.name).into(),
        revision_number(revision).into(),
        claim_cell(revision.claim),
        template.into(),
        revision_then(revision, now).into(),
    ]
}

/// A claim as one cell.
fn claim_cell(claim: ClaimKind) -> Text {
    (style(claim), claim_word(claim)).into()
}

const fn style(claim: ClaimKind) -> Style {
    match claim {
        ClaimKind::Owned => Style::Good,
        ClaimKind::Adopt => Style::Plain,
        ClaimKind::Release => Style::Warn,
        ClaimKind::Foreign | ClaimKind::Ignored => Style::Dim,
    }
}

/// Other controllers with which the selector overlaps: a line, unless there is nothing else to
/// tell, or all of it is asked for.
pub(super) fn overlaps(
    document: &mut Document,
    report: &ClaimReport,
    state: ClaimState<'_>,
    limits: Limits,
) {
    if report.overlaps.is_empty() {
        return;
    }
    document.blank();
    if !limits.wide && !matches!(state, ClaimState::Overlaps) {
        let names: Vec<Sentence> = report.overlaps.iter().map(overlap_name).collect();
        let names: Vec<&str> = names.iter().map(Sentence::as_str).collect();
        document.line(0, (Style::Dim, row::overlaps(&names)));
        return;
    }
    // A Deployment and its ReplicaSets are listed once.
    let mut groups: Vec<(&Overlap, Vec<Sentence>)> = Vec::new();
    for one in &report.overlaps {
        let alike = |(first, _): &&mut (&Overlap, Vec<Sentence>)| first.is_like(one);
        match groups.iter_mut().find(alike) {
            Some((_, names)) => names.push(overlap_name(one)),
            None => groups.push((one, vec![overlap_name(one)])),
        }
    }
    let rows = groups.iter().map(|(first, names)| {
        let names: Vec<_> = names.iter().map(Sentence::as_str).collect();
        let then = match limits.wide {
            true => overlap(first),
            false => row::overlap(first),
        };
        vec![list(&names, limits), then.into()]
    });
    let mut rows: Vec<_> = rows.collect();
    let left_off = cut(&mut rows, limits.rows);
    document.lists(0..1, &["SELECTOR OVERLAPS WITH", "RESULT"], rows);
    document.left_off(left_off, "controller");
}
