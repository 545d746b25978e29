//! Answers of `why` as comments for a pull request.

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::summary::Overview;
use crate::words::comment as words;

use super::daemon_set;
use super::many::{DaemonSetList, first_line, row};
use crate::output::comment::{Comment, Detail, ListKind};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::print_options::PrintOptions;

/// The heads of the table.
const HEADER: [&str; 8] = [
    "DaemonSet",
    "Eligible",
    "Running",
    "Missing",
    "Misscheduled",
    "Excluded",
    "Clean",
    "Top cause",
];

/// One DaemonSet on all nodes; `document` is the answer in full.
pub(super) fn of_daemon_set(report: &EligibilityReport, document: Document) -> Comment {
    let mut comment = Comment::of(document, Some(&report.basis));
    comment.header = HEADER.to_vec();
    comment.rows = vec![with_namespace(report, &Overview::new(report))];
    comment
}

/// All DaemonSets, those that aren't clean first.
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
    let mut lines: Vec<_> = list.lines.iter().collect();
    lines.sort_by_key(|(report, _)| match report.clean {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    let rows = lines.iter().map(|(r, o)| with_namespace(r, o));
    comment.rows = rows.collect();
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

fn with_namespace(report: &EligibilityReport, overview: &Overview) -> Vec<Text> {
    let mut row = row(report, overview, false);
    if let Some(name) = row.first_mut() {
        *name = (Style::Strong, Quoted::new(&report.daemon_set)).into();
    }
    row
}
