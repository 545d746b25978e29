//! `why` and `why -A` for people: a line for each DaemonSet.

use crate::analysis::basis::{Basis, Note};
use crate::analysis::eligibility::{DaemonSetRef, EligibilityReport};
use crate::analysis::gate::is_met_by_daemon_set;
use crate::analysis::gauges::Gauges;
use crate::analysis::map::NodeMap;
use crate::analysis::next::steps_for_list;
use crate::analysis::summary::Overview;
use crate::model::Incomplete;
use crate::model::condition::Condition;

use super::{comment, map};
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::{closing, note, unread};
use crate::output::comment::Comment;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::next::next;
use crate::output::print_options::PrintOptions;
use crate::output::words::clean_cell;
use crate::words::note::note as note_text;
use crate::words::why as words;

/// All DaemonSets of a namespace, or of all, of which the nodes aren't kept: every
/// DaemonSet times every node is too much to hold.
#[derive(Debug)]
pub struct DaemonSetList {
    /// `None` when it is about all namespaces.
    pub namespace: Option<String>,
    /// What selects them; `None` for all.
    pub selector: Option<String>,
    /// What is to be known of a list that is empty, too.
    pub note: Option<Note>,
    /// What is listed, each with its report without nodes.
    pub lines: Vec<(EligibilityReport, Overview)>,
    /// How many clean ones `--problems` left out.
    pub clean: usize,
    /// With `--map`: the nodes of all reports, counted.
    pub map: Option<NodeMap>,
    /// What couldn't be read, as far as it bears on the answer.
    pub incomplete: Vec<Incomplete>,
    /// What a comment says of those that aren't clean beside their rows.
    pub parts: Vec<Comment>,
}

impl Answer for DaemonSetList {
    fn names(&self) -> Vec<ObjectName<'_>> {
        let reports = self.lines.iter().map(|(report, _)| report);
        reports
            .map(|report| ObjectName::daemon_set(&report.daemon_set.name))
            .collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        let with_namespace = self.namespace.is_none();
        match (self.lines.first(), &self.map) {
            (None, _) => nothing(self),
            (Some((first, _)), Some(map)) => {
                let mut document = Document::default();
                if options.headers {
                    document.line(0, first_line(self, options.unicode));
                    document.blank();
                }
                let overviews = self.lines.iter().map(|(_, overview)| overview);
                let excluded: Vec<Text> = overviews.map(excluded_cell).collect();
                map::layout(&mut document, map, &excluded, with_namespace, options);
                closing(&mut document, &first.basis);
                document
            }
            (Some((first, _)), None) => layout(self, &first.basis, options),
        }
    }

    fn outcome(&self) -> Outcome {
        let is_clean = |report: &EligibilityReport| report.clean == Some(true);
        Outcome {
            is_partial: !self.incomplete.is_empty(),
            has_findings: !self.lines.iter().all(|(report, _)| is_clean(report)),
        }
    }

    fn comment(&self, options: PrintOptions) -> Comment {
        comment::of_list(self, nothing(self), options)
    }

    fn gauges(&self) -> Vec<(&DaemonSetRef, &Gauges)> {
        let lines = self.lines.iter();
        lines
            .map(|(report, overview)| (&report.daemon_set, &overview.gauges))
            .collect()
    }

    fn meeting(&self, condition: Condition) -> Vec<&DaemonSetRef> {
        let met = self
            .lines
            .iter()
            .filter(|(report, overview)| is_met_by_daemon_set(condition, report, &overview.gauges));
        met.map(|(report, _)| &report.daemon_set).collect()
    }

    fn unreported(&self) -> &[Incomplete] {
        if self.lines.is_empty() {
            &self.incomplete
        } else {
            &[]
        }
    }
}

/// That there is nothing to list: no DaemonSet, or none but clean ones.
fn nothing(list: &DaemonSetList) -> Document {
    let mut document = Document::default();
    document.line(
        0,
        words::nothing(
            list.clean,
            list.namespace.as_deref(),
            list.selector.as_deref(),
        ),
    );
    unread(&mut document, &list.incomplete);
    if let Some(text) = &list.note {
        note(&mut document, note_text(text));
    }
    document
}

/// One line for each DaemonSet, below how many aren't healthy and above what to ask next;
/// without heads no more than the lines, for scripts.
fn layout(list: &DaemonSetList, basis: &Basis, options: PrintOptions) -> Document {
    let with_namespace = list.namespace.is_none();
    let mut document = Document::default();
    if options.headers {
        document.line(0, first_line(list, options.unicode));
        document.blank();
    }
    let mut header = vec![
        "NAME",
        "ELIGIBLE",
        "RUNNING",
        "MISSING",
        "MISSCHEDULED",
        "EXCLUDED",
        "CLEAN",
        "TOP CAUSE",
    ];
    if with_namespace {
        header.insert(0, "NAMESPACE");
    }
    let lines = list.lines.iter();
    let rows = lines.map(|(r, o)| row(r, o, with_namespace)).collect();
    document.lines(&header, rows);
    if options.headers {
        next(
            &mut document,
            &steps_for_list(worst(list).map(|(of, _)| of)),
        );
    }
    closing(&mut document, basis);
    document
}

/// How many DaemonSets aren't healthy, and what is wrong with the worst.
pub(super) fn first_line(list: &DaemonSetList, unicode: bool) -> Text {
    let count = |clean| {
        let lines = list.lines.iter();
        lines.filter(|(report, _)| report.clean == clean).count()
    };
    let (not_clean, unknown) = (count(Some(false)), count(None));
    let mark = match (not_clean, unknown) {
        (0, 0) => Mark::Healthy,
        (0, _) => Mark::Unknown,
        _ => Mark::Broken,
    };
    let all = list.lines.len() + list.clean;
    let worst = worst(list).filter(|_| not_clean > 0);
    let worst = worst.and_then(|(of, overview)| Some((of, overview.top.as_ref()?)));
    let now = list.lines.first();
    let now = now.map(|(report, _)| report.basis.evaluated_at);
    let words = words::list(not_clean, unknown, all, worst.zip(now));
    mark.text(unicode).then(words)
}

/// The DaemonSet with most nodes of one cause, of those that aren't clean.
fn worst(list: &DaemonSetList) -> Option<(&DaemonSetRef, &Overview)> {
    let lines = list
        .lines
        .iter()
        .filter(|(report, _)| report.clean != Some(true));
    // Of equals the first.
    let worst = lines.min_by_key(|(_, overview)| {
        let lacking = overview.gauges.desired.zip(overview.running);
        let lacking = lacking.map(|(eligible, running)| eligible.saturating_sub(running));
        std::cmp::Reverse((lacking, overview.top.as_ref().map(|top| top.nodes.len())))
    });
    worst.map(|(report, overview)| (&report.daemon_set, overview))
}

/// How many nodes are excluded, and the nearest miss.
pub(super) fn excluded_cell(overview: &Overview) -> Text {
    let excluded = overview.excluded;
    let excluded = excluded.map(|count| words::excluded_cell(count, overview.nearest).into());
    excluded.unwrap_or_else(|| Text::from("?"))
}

fn number(n: Option<usize>) -> Text {
    n.map_or_else(|| Text::from("?"), Text::from)
}

/// A number that is 0 where nothing is wrong.
pub(super) fn bad(n: Option<usize>) -> Text {
    match n {
        Some(n) if n > 0 => (Style::Bad, n).into(),
        n => number(n),
    }
}

pub(super) fn row(
    report: &EligibilityReport,
    overview: &Overview,
    with_namespace: bool,
) -> Vec<Text> {
    let now = report.basis.evaluated_at;
    let top = overview.top.as_ref();
    let mut row = vec![
        Quoted::new(&report.daemon_set.name).into(),
        number(overview.gauges.desired),
        number(overview.running),
        bad(overview.gauges.missing),
        bad(overview.gauges.misscheduled),
        excluded_cell(overview),
        clean_cell(report.clean),
        top.map(|top| words::problem(top, now))
            .unwrap_or_default()
            .into(),
    ];
    if with_namespace {
        row.insert(0, Quoted::new(&report.daemon_set.namespace).into());
    }
    row
}
