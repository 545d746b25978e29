//! Answers of `why` as comments for a pull request.

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::summary::Overview;
use crate::words::comment as words;

use super::daemon_set;
use super::many::{DaemonSetList, cells, first_line, worst_first};
use crate::output::comment::{Comment, Detail, ListKind};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;

/// The heads of the table.
const HEADER: [&str; 7] = [
    "DaemonSet",
    "Desired",
    "Healthy",
    "Broken",
    "Misscheduled",
    "Excluded",
    "Top cause",
];

/// One DaemonSet on all nodes; `document` is the answer in full.
pub(super) fn of_daemon_set(
    report: &EligibilityReport,
    document: Document,
    unicode: bool,
) -> Comment {
    let mut comment = Comment::of(document, Some(&report.basis));
    comment.header = HEADER.to_vec();
    comment.rows = vec![row(report, &Overview::new(report), unicode)];
    comment
}

/// All DaemonSets, the worst first.
pub(super) fn of_list(list: &DaemonSetList, nothing: Document, options: PrintOptions) -> Comment {
    if list.lines.is_empty() {
        let mut comment = Comment::of(nothing, None);
        comment.details.clear();
        unread(&mut comment, list);
        return comment;
    }
    let mut comment = Comment {
        verdict: first_line(list, options.unicode),
        header: HEADER.to_vec(),
        details: list.details.clone(),
        ..Comment::default()
    };
    let lines = worst_first(list).into_iter();
    comment.rows = lines.map(|(r, o)| row(r, o, options.unicode)).collect();
    if let Some((report, _)) = list.lines.first() {
        comment.rests_on(&report.basis);
    }
    unread(&mut comment, list);
    comment
}

/// What is said in full of one of several DaemonSets.
#[must_use]
pub fn detail(report: &EligibilityReport, options: PrintOptions) -> Detail {
    let document = daemon_set::layout(report, options);
    let of = report.daemon_set.to_string();
    Detail {
        summary: words::in_full(&of, None).into(),
        document,
    }
}

fn unread(comment: &mut Comment, list: &DaemonSetList) {
    for missing in &list.incomplete {
        comment.item(ListKind::Unread, Quoted::new(missing).into());
    }
}

/// How it stands, its name, and what is counted of it.
fn row(report: &EligibilityReport, overview: &Overview, unicode: bool) -> Vec<Text> {
    let mark = Mark::from(overview.standing).text(unicode);
    let name = mark.and(Style::Strong, Quoted::new(&report.daemon_set));
    let cells = cells(report, overview, true);
    std::iter::once(name).chain(cells).collect()
}
