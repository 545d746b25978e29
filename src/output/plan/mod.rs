//! `plan` for people: what is lost first, the sum of it last.

mod change;
mod headline;
mod ledger;
mod moves;
pub mod trial;
pub mod watch;
mod waves;

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Body, Lost, RolloutPlan};
use crate::words::rollout::{self as words, moves as moves_words};

use self::change::{
    changed_fields, footprints, nodes_against_today, refused, since_before, warnings,
};
use self::headline::headline;
use self::ledger::{blockers, ledger, remedies, unavailable};
use self::moves::{drift, manage, old_pods, update};
use self::waves::waves;
use crate::output::closing::closing_of;
use crate::output::diff::TemplateDiff;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, few, say_left_off};
use crate::output::names::ObjectName;
use crate::output::words::{nodes, obtained_words};

/// Lays out a plan.
#[must_use]
pub fn layout(report: &RolloutPlan, diff: Option<&TemplateDiff>, limits: Limits) -> Document {
    let mut document = Document::default();
    let body = &report.body;
    let now = report.basis.evaluated_at;
    let change = report.change.as_ref();
    document.line(0, headline(&report.daemon_set, change, body));
    facts(&mut document, report);
    lost(&mut document, body, now, limits);
    if let Some(change) = change {
        refused(&mut document, change);
        warnings(&mut document, change, now);
    }
    blockers(&mut document, body, change.is_some(), now, limits);
    remedies(&mut document, body, now);
    ledger(&mut document, body, now, limits);
    unavailable(&mut document, body, now, limits);
    if let Some(change) = change {
        changed_fields(&mut document, change, diff, limits);
    } else {
        since_before(&mut document, body, limits);
    }
    manage(&mut document, body, limits);
    update(&mut document, body, limits);
    nodes_against_today(&mut document, report, limits);
    old_pods(&mut document, report, limits);
    drift(&mut document, body, limits);
    waves(&mut document, body);
    footprints(&mut document, body);
    closing_of(&mut document, &report.basis);
    document.blank();
    document.line(0, (Style::Strong, words::summary(body).into_string()));
    document
}

/// What `-o name` prints: the pods that are replaced. Those of which
/// none is made again are left out, so that the list can be piped to a deletion.
pub fn names(body: &Body) -> impl Iterator<Item = ObjectName<'_>> {
    let old = body.old.iter().flatten();
    old.filter(|p| p.remade != Some(false)).map(|p| ObjectName {
        kind: "pod",
        name: &p.pod,
    })
}

/// What the rest is to be read with.
fn facts(document: &mut Document, report: &RolloutPlan) {
    let body = &report.body;
    let mut rows: Vec<(&str, String)> = vec![
        (
            "Revision",
            words::revision(body.revision.as_ref()).into_string(),
        ),
        ("Strategy", words::strategy(body).into_string()),
        ("Nodes", words::desired(body).into_string()),
        ("Next", words::next(body).into_string()),
    ];
    if let Some(change) = &report.change {
        rows.push(("Object", obtained_words(change.obtained).to_owned()));
    }
    let rows = rows.into_iter();
    let rows = rows.map(|(name, text)| vec![name.into(), text.into()]);
    document.blank();
    document.table(0, &[], rows.collect());
}

fn lost(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(lost) = body.lost.as_ref().filter(|l| !l.is_empty()) else {
        return;
    };
    document.blank();
    let text = Text::default()
        .and(Style::Bad, format!("Lost ({})", nodes(lost.len())))
        .and(Style::Strong, format!(": {}", moves_words::lost(body)));
    document.line(0, text);
    let mut rows: Vec<_> = lost.iter().map(|one| lost_row(one, now)).collect();
    let left_off = cut(&mut rows, limits.rows);
    document.table(0, &["NODE", "POD", "WHY"], rows);
    say_left_off(document, left_off);
    tolerations(document, lost, limits);
}

fn lost_row(lost: &Lost, now: Timestamp) -> Vec<Text> {
    vec![
        lost.node.clone().into(),
        lost.pod.clone().into(),
        moves_words::why_lost(lost, now).into_string().into(),
    ]
}

/// What would keep the lost ones, each once, with the nodes that it is for.
fn tolerations(document: &mut Document, lost: &[Lost], limits: Limits) {
    let mut by_toleration: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in lost {
        let Some(toleration) = one.toleration.as_deref() else {
            continue;
        };
        match by_toleration
            .iter_mut()
            .find(|(known, _)| *known == toleration)
        {
            Some((_, names)) => names.push(&one.node),
            None => by_toleration.push((toleration, vec![&one.node])),
        }
    }
    for (toleration, names) in by_toleration {
        let whom = few(&names, limits);
        document.line(2, moves_words::keep(&whom).into_string());
        document.verbatim(4, toleration);
    }
}
