//! A plan with today's budgets next to one with others, for people.

use crate::analysis::rollout::plan::{Body, BudgetTrial};
use crate::words::rollout::{self as words, strategy, summary};
use crate::words::time::duration;

use super::change::{changed_fields, refused, warnings};
use super::headline::headline;
use super::ledger::{blockers, ledger, predicted_blockers};
use crate::output::closing::closing;
use crate::output::coverage::expectations;
use crate::output::diff::TemplateDiff;
use crate::output::document::{Document, Style, Text};
use crate::output::print_options::PrintOptions;

/// Lays out the comparison.
pub(super) fn layout(
    report: &BudgetTrial,
    diff: Option<&TemplateDiff>,
    options: PrintOptions,
) -> Document {
    let mut document = Document::default();
    let now = report.basis.evaluated_at;
    let (limits, of) = (options.limits, &report.daemon_set);
    let change = report.change.as_ref();
    let about = (change, report.expectations.as_slice());
    let text = headline(of, about, &report.today, now, options.unicode);
    document.line(0, text.and(Style::Plain, words::BESIDE_ANOTHER));
    document.blank();
    let today = side(&report.today);
    let then = side(&report.then);
    let rows = today.into_iter().zip(then);
    let rows = rows.map(|((name, today), (_, then))| vec![name.into(), today, then]);
    document.table(0, &["", "TODAY", "THEN"], rows.collect());
    if let Some(change) = &report.change {
        refused(&mut document, change, limits);
        warnings(&mut document, change, &report.then, now);
        changed_fields(&mut document, change, diff, limits);
    }
    expectations(&mut document, &report.expectations, limits);
    blockers(&mut document, &report.then, now, limits);
    predicted_blockers(&mut document, &report.then, now);
    if limits.wide {
        ledger(&mut document, &report.then, now, limits);
    }
    closing(&mut document, &report.basis);
    document.blank();
    let today = Text::from((Style::Dim, "today "));
    document.line(0, today.and(Style::Plain, summary(&report.today, now)));
    let then = Text::from((Style::Dim, "then  "));
    document.line(0, then.and(Style::Strong, summary(&report.then, now)));
    document
}

/// One column of the comparison.
fn side(body: &Body) -> Vec<(&'static str, Text)> {
    let budget = body.budget.as_ref();
    let update = body.next_update();
    let waves = body.waves.as_ref();
    let number = |n: Option<usize>| n.map_or_else(|| Text::from("unknown"), Text::from);
    let rolled = |n: Option<usize>| n.map_or_else(|| Text::from("none"), Text::from);
    let next = update
        .map(|u| u.delete.certain.len() + u.delete.take + u.create.certain.len() + u.create.take);
    let estimate = waves.and_then(|w| w.estimate.as_ref());
    vec![
        ("Strategy", strategy(body).into()),
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
            estimate.map_or_else(|| "none".into(), |e| duration(e.seconds).into()),
        ),
    ]
}
