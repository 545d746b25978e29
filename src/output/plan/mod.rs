//! `plan` for people: what is lost first, the sum of it last.

mod change;
mod ledger;
mod moves;
pub mod trial;
pub mod watch;
mod waves;
mod words;

use crate::analysis::rollout::plan::{Body, Lost, RolloutPlan};

use self::change::{
    changed_fields, footprints, nodes_against_today, refused, since_before, warnings,
};
use self::ledger::{blockers, ledger, remedies, unavailable};
use self::moves::{drift, manage, old_pods, update};
use self::waves::waves;
use self::words::{Asked, next_words, revision_words, strategy_words};
use crate::output::closing::closing;
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
    let asked = Asked::of(report.change.as_ref());
    headline(&mut document, report, asked);
    facts(&mut document, report);
    lost(&mut document, body, limits);
    if let Some(change) = &report.change {
        refused(&mut document, change);
        warnings(&mut document, change);
    }
    blockers(&mut document, body, report.change.is_some(), limits);
    remedies(&mut document, body);
    ledger(&mut document, body, report.header.evaluated_at, limits);
    unavailable(&mut document, body, report.header.evaluated_at, limits);
    if let Some(change) = &report.change {
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
    closing(&mut document, &report.header);
    document.blank();
    document.line(0, (Style::Strong, body.summary.clone()));
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

fn headline(document: &mut Document, report: &RolloutPlan, asked: Asked<'_>) {
    let name = format!("{}/{}", report.daemon_set.namespace, report.daemon_set.name);
    let (style, words) = asked.words(&report.body);
    let text = Text::from("DaemonSet ")
        .and(Style::Strong, name)
        .and(Style::Plain, ": ")
        .and(style, words);
    document.line(0, text);
}

/// What the rest is to be read with.
fn facts(document: &mut Document, report: &RolloutPlan) {
    let body = &report.body;
    let by_status = body.reported.map(|c| {
        let (desired, updated, available) = (c.desired, c.updated, c.available);
        format!(
            "; by its .status {desired} should run it, {updated} updated, {available} available"
        )
    });
    let by_status = by_status.unwrap_or_default();
    let desired = match body.desired {
        None => format!("which nodes should run it is unknown{by_status}"),
        Some(desired) => format!("{} should run it{by_status}", nodes(desired)),
    };
    let mut rows: Vec<(&str, String)> = vec![
        ("Revision", revision_words(body.revision.as_ref())),
        ("Strategy", strategy_words(body)),
        ("Nodes", desired),
        ("Next", next_words(body)),
    ];
    if let Some(change) = &report.change {
        rows.push(("Object", obtained_words(change.obtained).to_owned()));
    }
    let rows = rows.into_iter();
    let rows = rows.map(|(name, text)| vec![name.into(), text.into()]);
    document.blank();
    document.table(0, &[], rows.collect());
}

fn lost(document: &mut Document, body: &Body, limits: Limits) {
    let Some(lost) = body.lost.as_ref().filter(|l| !l.is_empty()) else {
        return;
    };
    let how = if body.strategy.kind == "OnDelete" {
        "once somebody deletes these pods, none is made again"
    } else {
        "the rollout deletes these pods, and none is made again"
    };
    document.blank();
    let text = Text::default()
        .and(Style::Bad, format!("Lost ({})", nodes(lost.len())))
        .and(Style::Strong, format!(": {how}"));
    document.line(0, text);
    let mut rows: Vec<_> = lost.iter().map(lost_row).collect();
    let left_off = cut(&mut rows, limits.rows);
    document.table(0, &["NODE", "POD", "WHY"], rows);
    say_left_off(document, left_off);
    tolerations(document, lost, limits);
}

fn lost_row(lost: &Lost) -> Vec<Text> {
    let mut reasons: Vec<_> = lost.reasons.iter().map(|r| r.message.as_str()).collect();
    if lost.recovers {
        reasons.push("none is made until the node recovers");
    }
    vec![
        lost.node.clone().into(),
        lost.pod.clone().into(),
        reasons.join("; ").into(),
    ]
}

/// What would keep the lost ones, each once, with the nodes that it is for.
fn tolerations(document: &mut Document, lost: &[Lost], limits: Limits) {
    let mut ways: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in lost {
        let Some(toleration) = one.toleration.as_deref() else {
            continue;
        };
        match ways.iter_mut().find(|(way, _)| *way == toleration) {
            Some((_, names)) => names.push(&one.node),
            None => ways.push((toleration, vec![&one.node])),
        }
    }
    for (toleration, names) in ways {
        let whom = few(&names, limits);
        document.line(
            2,
            format!("to keep the agent on {whom}, add to spec.template.spec.tolerations:"),
        );
        document.verbatim(4, toleration);
    }
}
