//! The revisions of a report on claims, and the controllers beside the DaemonSet.

use jiff::Timestamp;

use crate::analysis::claims::outcome::Follows;
use crate::analysis::claims::report::{ClaimKind, ClaimReport, Overlap, RevisionClaim};
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, few, say_left_off};
use crate::words::claims::{claim_word, overlap, revision_then};
use crate::words::notation::counted;

/// The revisions, where there is more to say than that they are owned.
pub(super) fn revisions(document: &mut Document, report: &ClaimReport, limits: Limits) {
    let revisions = report.revisions.as_deref().unwrap_or_default();
    let is_plain =
        |r: &RevisionClaim| r.claim == ClaimKind::Owned && r.then() == Some(Follows::Kept);
    if revisions.is_empty() || (revisions.iter().all(is_plain) && !limits.wide) {
        return;
    }
    document.heading(format!("Revisions ({})", revisions.len()));
    let now = report.basis.evaluated_at;
    let rows = revisions.iter().map(|one| revision_row(one, now));
    let mut rows: Vec<_> = rows.collect();
    let left_off = cut(&mut rows, limits.rows);
    let header = ["NAME", "REVISION", "CLAIM", "TEMPLATE", "THEN"];
    document.table(0, &header, rows);
    say_left_off(document, left_off);
}

fn revision_row(revision: &RevisionClaim, now: Timestamp) -> Vec<Text> {
    let number = match revision.renumbered_to() {
        Some(to) => format!("{} → {to}", revision.revision),
        None => revision.revision.to_string(),
    };
    let template = match (revision.holds_template, revision.restores_template) {
        (true, _) => (Style::Good, "this one"),
        (false, true) => (Style::Dim, "this one, in other bytes"),
        (false, false) => (Style::Dim, "another"),
    };
    vec![
        revision.name.clone().into(),
        number.into(),
        (style(revision.claim), claim_word(revision.claim)).into(),
        template.into(),
        revision_then(revision, now).into_string().into(),
    ]
}

const fn style(claim: ClaimKind) -> Style {
    match claim {
        ClaimKind::Owned => Style::Good,
        ClaimKind::Adopt => Style::Warn,
        ClaimKind::Release | ClaimKind::Foreign => Style::Bad,
        ClaimKind::Ignored => Style::Dim,
    }
}

/// Other controllers with which the selector gets in each other's way.
pub(super) fn overlaps(document: &mut Document, report: &ClaimReport, limits: Limits) {
    if report.overlaps.is_empty() {
        return;
    }
    let count = counted(report.overlaps.len(), "controller");
    document.heading(format!("Overlaps ({count})"));
    // A Deployment, and each of its ReplicaSets, are told of once.
    let mut groups: Vec<(&Overlap, Vec<String>)> = Vec::new();
    for one in &report.overlaps {
        let alike = |(first, _): &&mut (&Overlap, Vec<String>)| first.is_like(one);
        match groups.iter_mut().find(alike) {
            Some((_, names)) => names.push(overlap_name(one)),
            None => groups.push((one, vec![overlap_name(one)])),
        }
    }
    let rows = groups.iter().map(|(first, names)| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let then = overlap(first).into_string();
        vec![few(&names, limits).into(), then.into()]
    });
    let mut rows: Vec<_> = rows.collect();
    let left_off = cut(&mut rows, limits.rows);
    document.lists(1, &["CONTROLLER", "WHAT THEN"], rows);
    say_left_off(document, left_off);
}

fn overlap_name(overlap: &Overlap) -> String {
    let name = format!("{}/{}", overlap.kind.name(), overlap.name);
    match &overlap.owner {
        Some(owner) => format!("{name} (of {}/{})", owner.kind, owner.name),
        None => name,
    }
}
