//! The revisions of a report on claims, and the controllers beside the DaemonSet.

use crate::report::claims::report::{ClaimKind, ClaimReport, Follows, Overlap, RevisionClaim};

use super::words::{claim_cell, follows_words, owner_words};
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, few, first_rows, say_left_off};
use crate::output::words::counted;

/// The revisions, where there is more to say than that they are owned.
pub(super) fn revisions(document: &mut Document, report: &ClaimReport, limits: Limits) {
    let revisions = report.revisions.as_deref().unwrap_or_default();
    let is_plain =
        |r: &RevisionClaim| r.claim == ClaimKind::Owned && matches!(r.then, Some(Follows::Kept));
    if revisions.is_empty() || (revisions.iter().all(is_plain) && !limits.wide) {
        return;
    }
    document.heading(format!("Revisions ({})", revisions.len()));
    let rows = revisions.iter().map(revision_row).collect();
    let header = ["NAME", "REVISION", "CLAIM", "TEMPLATE", "THEN"];
    first_rows(document, 0, &header, rows, limits);
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
        revision_then(revision).into(),
    ]
}

/// What follows, and where the claim doesn't say it, why.
fn revision_then(revision: &RevisionClaim) -> String {
    let message = &revision.message;
    // Another column says that.
    let then = message.then.as_deref();
    let then = then.filter(|then| *then != "it holds the template");
    match (revision.claim, then) {
        (ClaimKind::Owned | ClaimKind::Adopt, Some(then)) => then.to_owned(),
        (ClaimKind::Owned, None) => follows_words(revision.then).to_owned(),
        (ClaimKind::Adopt, None) => "taken over at the next sync".to_owned(),
        _ => message.to_string(),
    }
}

/// Other controllers with which the selector gets in each other's way.
pub(super) fn overlaps(document: &mut Document, report: &ClaimReport, limits: Limits) {
    if report.overlaps.is_empty() {
        return;
    }
    let count = counted(report.overlaps.len(), "controller");
    document.heading(format!("Overlaps ({count})"));
    // A Deployment, and each of its ReplicaSets, are listed once.
    let mut groups: Vec<(&Overlap, Vec<String>)> = Vec::new();
    for overlap in &report.overlaps {
        let same = |(first, _): &&mut (&Overlap, Vec<String>)| first.message == overlap.message;
        match groups.iter_mut().find(same) {
            Some((_, names)) => names.push(overlap_name(overlap)),
            None => groups.push((overlap, vec![overlap_name(overlap)])),
        }
    }
    let row = |(first, names): &(&Overlap, Vec<String>)| {
        vec![few(names, limits).into(), first.message.clone().into()]
    };
    let mut rows: Vec<_> = groups.iter().map(row).collect();
    let left_off = cut(&mut rows, limits.rows);
    document.lists(1, &["CONTROLLER", "WHAT THEN"], rows);
    say_left_off(document, left_off);
}

fn overlap_name(overlap: &Overlap) -> String {
    let name = format!("{}/{}", overlap.kind, overlap.name);
    match &overlap.owner {
        Some(owner) => format!("{name} (of {})", owner_words(owner)),
        None => name,
    }
}
