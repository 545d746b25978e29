//! The revisions of a report on claims, and the controllers beside the DaemonSet.

use crate::report::claims::report::{ClaimKind, ClaimReport, Follows, Overlap, RevisionClaim};

use super::adopt_words::{claim_cell, follows_style, follows_words, how_words, owner_words};
use super::document::{Document, Style, Text};
use super::lists::{Limits, cut, say_left_off};
use super::plan_words::counted;

/// The revisions, where there is more to say than that they are owned.
pub(super) fn revisions(document: &mut Document, report: &ClaimReport, limits: Limits) {
    let revisions = report.revisions.as_deref().unwrap_or_default();
    let is_plain =
        |r: &RevisionClaim| r.claim == ClaimKind::Owned && matches!(r.then, Some(Follows::Kept));
    if revisions.is_empty() || (revisions.iter().all(is_plain) && !limits.wide) {
        return;
    }
    document.heading(format!("Revisions ({})", revisions.len()));
    let mut rows: Vec<_> = revisions.iter().map(revision_row).collect();
    let left_off = cut(&mut rows, limits.rows);
    let header = ["NAME", "REVISION", "CLAIM", "TEMPLATE", "THEN", "WHY"];
    document.table(0, &header, rows);
    say_left_off(document, left_off);
}

fn revision_row(revision: &RevisionClaim) -> Vec<Text> {
    let number = match revision.renumbered_to {
        Some(to) => format!("{} → {to}", revision.revision),
        None => revision.revision.to_string(),
    };
    let template = if revision.holds_template {
        (Style::Good, "this one")
    } else {
        (Style::Dim, "another")
    };
    vec![
        revision.name.clone().into(),
        number.into(),
        claim_cell(revision.claim),
        template.into(),
        (
            follows_style(revision.then),
            follows_words(revision.then).to_owned(),
        )
            .into(),
        revision.message.clone().into(),
    ]
}

/// Other controllers with which the selector gets in each other's way.
pub(super) fn overlaps(document: &mut Document, report: &ClaimReport, limits: Limits) {
    if report.overlaps.is_empty() {
        return;
    }
    let count = counted(report.overlaps.len(), "controller");
    document.heading(format!("Overlaps ({count})"));
    let mut rows: Vec<_> = report.overlaps.iter().map(overlap_row).collect();
    let left_off = cut(&mut rows, limits.rows);
    document.table(0, &["KIND", "NAME", "HOW", "WHAT THEN"], rows);
    say_left_off(document, left_off);
}

fn overlap_row(overlap: &Overlap) -> Vec<Text> {
    let name = match &overlap.owner {
        Some(owner) => format!("{} (of {})", overlap.name, owner_words(owner)),
        None => overlap.name.clone(),
    };
    vec![
        overlap.kind.clone().into(),
        name.into(),
        (Style::Warn, how_words(overlap.how)).into(),
        overlap.message.clone().into(),
    ]
}
