//! A plan under today's budgets beside one under others, for people.

use crate::report::duration;
use crate::report::rollout::plan::{Body, BudgetTrial};

use super::change::{changed_fields, refused, warnings};
use super::ledger::{blockers, ledger};
use super::words::{Asked, strategy_words};
use crate::output::closing::closing;
use crate::output::diff::TemplateDiff;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::Limits;
use crate::output::words::daemon_set;

/// Lays out the comparison.
pub(super) fn layout(
    report: &BudgetTrial,
    diff: Option<&TemplateDiff>,
    limits: Limits,
) -> Document {
    let mut document = Document::default();
    let (style, words) = Asked::of(report.change.as_ref()).words(&report.today);
    let text = daemon_set(&report.daemon_set)
        .and(Style::Plain, ": ")
        .and(style, words)
        .and(Style::Plain, "; today's budget beside another");
    document.line(0, text);
    document.blank();
    let today = side(&report.today);
    let then = side(&report.then);
    let rows = today.into_iter().zip(then);
    let rows = rows.map(|((name, today), (_, then))| vec![name.into(), today.into(), then.into()]);
    document.table(0, &["", "TODAY", "THEN"], rows.collect());
    if let Some(change) = &report.change {
        refused(&mut document, change);
        warnings(&mut document, change);
        changed_fields(&mut document, change, diff, limits);
    }
    blockers(&mut document, &report.then, true, limits);
    ledger(
        &mut document,
        &report.then,
        report.header.evaluated_at,
        limits,
    );
    closing(&mut document, &report.header);
    document.blank();
    let today = Text::from((Style::Dim, "today "));
    document.line(0, today.and(Style::Plain, report.today.summary.clone()));
    let then = Text::from((Style::Dim, "then  "));
    document.line(0, then.and(Style::Strong, report.then.summary.clone()));
    document
}

/// One column of the comparison.
fn side(body: &Body) -> Vec<(&'static str, String)> {
    let budget = body.budget.as_ref();
    let update = body.next_update();
    let waves = body.waves.as_ref();
    let number = |n: Option<usize>| n.map_or_else(|| "unknown".to_owned(), |n| n.to_string());
    let rolled = |n: Option<usize>| n.map_or_else(|| "none".to_owned(), |n| n.to_string());
    let next = update
        .map(|u| u.delete.certain.len() + u.delete.take + u.create.certain.len() + u.create.take);
    let estimate = waves.and_then(|w| w.estimate.as_ref());
    vec![
        ("Strategy", strategy_words(body)),
        ("Budget used", number(budget.map(|b| b.used))),
        ("Budget free", number(budget.map(|b| b.free))),
        ("Next step, pods", number(next)),
        ("To replace", rolled(waves.map(|w| w.replace))),
        ("Batches after it", rolled(waves.map(|w| w.batches))),
        (
            "Unavailable at worst",
            number(waves.map(|w| w.unavailable_at_worst)),
        ),
        ("Lost", number(body.lost.as_ref().map(Vec::len))),
        (
            "Estimate",
            estimate.map_or_else(|| "none".to_owned(), |e| duration(e.seconds)),
        ),
    ]
}
