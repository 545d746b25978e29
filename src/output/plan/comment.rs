//! Plans as a comment for a pull request.

use jiff::Timestamp;

use crate::analysis::rollout::change::Warning;
use crate::analysis::rollout::plan::{Body, Lost};
use crate::analysis::rollout::total::Total;
use crate::words::comment as words;
use crate::words::rollout::{change as change_words, moves as moves_words, outcome, summary};

use super::many::RefusedManifest;
use super::{Plan, PlanReport};
use crate::analysis::eligibility::DaemonSetRef;
use crate::output::answer::Answer;
use crate::output::comment::{Comment, ListKind, named};
use crate::output::coverage;
use crate::output::document::{Quoted, Style, Text};
use crate::output::lists::{Limits, few};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;

/// The heads of the table.
const HEADER: [&str; 11] = [
    "",
    "DaemonSet",
    "Outcome",
    "Replaced",
    "Created",
    "Deleted",
    "Lost",
    "Nodes gained",
    "Nodes lost",
    "Expectations broken",
    "Refused",
];

/// One plan.
pub(super) fn comment(plan: &Plan, options: PrintOptions) -> Comment {
    let report = &plan.report;
    let (basis, _) = report.basis();
    let (of, body) = (report.daemon_set(), report.body());
    let mut comment = Comment::of(plan.layout(options), Some(basis));
    comment.header = HEADER.to_vec();
    comment.rows = vec![row(of, report.total())];
    let closing = summary(body, basis.evaluated_at);
    for detail in &mut comment.details {
        detail.summary = words::in_full(&of.to_string(), &closing).into();
    }
    lists(&mut comment, report, options.limits);
    comment
}

/// What the server refuses before there is a plan.
pub(super) fn refused(manifest: &RefusedManifest) -> Comment {
    let of = &manifest.daemon_set;
    let mut comment = Comment {
        header: HEADER.to_vec(),
        verdict: Mark::Broken
            .text(true)
            .then(named(of, Quoted::new(&manifest.problem).into())),
        rows: vec![row(of, Total::REFUSED)],
        ..Comment::default()
    };
    let problem = Quoted::new(&manifest.problem);
    comment.item(ListKind::Refused, named(of, problem.into()));
    comment
}

/// The overall result.
pub(super) fn mark(total: Total) -> Mark {
    match total {
        Total { refused: 1.., .. }
        | Total { stuck: 1.., .. }
        | Total { lost: 1.., .. }
        | Total {
            expectations_broken: 1..,
            ..
        } => Mark::Broken,
        Total { unknown: 1.., .. } => Mark::Unknown,
        total if total.is_nothing() && total.nodes_lost == 0 => Mark::Healthy,
        _ => Mark::Attention,
    }
}

fn row(of: &DaemonSetRef, total: Total) -> Vec<Text> {
    vec![
        mark(total).text(true),
        (Style::Strong, Quoted::new(of)).into(),
        outcome(total).into(),
        (total.replaced + total.by_hand).into(),
        total.created.into(),
        total.deleted.into(),
        total.lost.into(),
        total.nodes_gained.into(),
        total.nodes_lost.into(),
        total.expectations_broken.into(),
        total.refused.into(),
    ]
}

/// What is refused, lost, broken, gained and replaced. What is refused changes nothing.
fn lists(comment: &mut Comment, report: &PlanReport, limits: Limits) {
    let (of, body) = (report.daemon_set(), report.body());
    let refused = report.change().into_iter().flat_map(|c| &c.refused);
    let refused: Vec<Text> = refused
        .map(|refused| {
            let field = Text::from(Quoted::new(refused.field())).and(Style::Plain, " ");
            field.and(Style::Plain, change_words::refused(refused))
        })
        .collect();
    if !refused.is_empty() {
        for text in refused {
            comment.item(ListKind::Refused, named(of, text));
        }
        return;
    }
    let (basis, _) = report.basis();
    for text in lost(body, basis.evaluated_at, limits) {
        comment.item(ListKind::Lost, named(of, text));
    }
    expectations(comment, report, limits);
    let replaced: Vec<&str> = body.recreated().map(|pod| pod.node.as_str()).collect();
    let names = |names: &[String]| names.iter().map(String::clone).collect::<Vec<_>>();
    for (kind, nodes) in [
        (ListKind::NodesLost, names(body.nodes_lost())),
        (ListKind::NodesGained, names(body.gained())),
        (
            ListKind::Replaced,
            replaced.into_iter().map(str::to_owned).collect(),
        ),
    ] {
        if !nodes.is_empty() {
            comment.item(kind, named(of, few(&nodes, limits).into()));
        }
    }
}

/// What happens to expectations, and the annotations with expectations that can't be parsed.
fn expectations(comment: &mut Comment, report: &PlanReport, limits: Limits) {
    let (of, (basis, _)) = (report.daemon_set(), report.basis());
    coverage::items(comment, report.expectations(), limits);
    let warnings = report.change().into_iter().flat_map(|c| &c.warnings);
    for warning in warnings.filter(|warning| Warning::is_invalid_expectation(warning)) {
        let text = change_words::warning(warning, basis.evaluated_at);
        comment.item(ListKind::ExpectationsBroken, named(of, text.into()));
    }
}

/// The nodes that lose their pod, by what excludes the next one.
fn lost(body: &Body, now: Timestamp, limits: Limits) -> Vec<Text> {
    let mut by_cause: Vec<(&Lost, Vec<&str>)> = Vec::new();
    for lost in body.lost.iter().flatten() {
        let known = by_cause
            .iter_mut()
            .find(|(known, _)| known.reasons == lost.reasons && known.recovers == lost.recovers);
        match known {
            Some((_, nodes)) => nodes.push(&lost.node),
            None => by_cause.push((lost, vec![&lost.node])),
        }
    }
    let causes = by_cause.into_iter().map(|(lost, nodes)| {
        let nodes = Text::from(few(&nodes, limits)).and(Style::Plain, ": ");
        nodes.and(Style::Plain, moves_words::why_lost(lost, now))
    });
    causes.collect()
}
