//! `why` and `why -A` for people: a line for each DaemonSet.

use jiff::Timestamp;

use crate::analysis::basis::{Basis, Note};
use crate::analysis::eligibility::{DaemonSetRef, EligibilityReport};
use crate::analysis::fail_on::is_met_by_daemon_set;
use crate::analysis::gauges::Gauges;
use crate::analysis::map::NodeMap;
use crate::analysis::next::steps_for_list;
use crate::analysis::overall_health::{Health, HealthCounts};
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
use crate::output::narrow::{leave_out, narrow};
use crate::output::next::next;
use crate::output::print_options::PrintOptions;
use crate::words::note::note as note_text;
use crate::words::overview as words;

/// All DaemonSets of a namespace, or of all; their nodes aren't kept, because every DaemonSet times
/// every node would be too much.
#[derive(Debug)]
pub struct DaemonSetList {
    /// `None` when it is about all namespaces.
    pub namespace: Option<String>,
    /// The selector they match; `None` for all.
    pub selector: Option<String>,
    /// The notes, which an empty list has too.
    pub note: Option<Note>,
    /// What is listed, each with its report without nodes.
    pub lines: Vec<(EligibilityReport, Overview)>,
    /// The health of those that `--problems` left out.
    pub left_out: HealthCounts,
    /// With `--map`: the counts of all reports' nodes.
    pub map: Option<NodeMap>,
    /// What couldn't be read, where it matters to the answer.
    pub incomplete: Vec<Incomplete>,
    /// What a comment says about those that aren't clean, besides their rows.
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

/// There is nothing to list: no DaemonSet, or only clean ones.
fn nothing(list: &DaemonSetList) -> Document {
    let mut document = Document::default();
    document.line(
        0,
        words::nothing(
            &list.left_out,
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

/// One line for each DaemonSet, the worst first, below the number of broken ones and above what to
/// ask next; without heads only the lines, for scripts.
fn layout(list: &DaemonSetList, basis: &Basis, options: PrintOptions) -> Document {
    let mut document = Document::default();
    if options.headers {
        document.line(0, first_line(list, options.unicode));
        document.blank();
    }
    let mut header = vec!["", "NAMESPACE", "NAME"];
    header.extend(HEADER);
    let rows = worst_first(list).into_iter().map(|(report, overview)| {
        let ds = &report.daemon_set;
        let names = [&ds.namespace, &ds.name].map(|name| Quoted::new(name).into());
        let mark = Mark::from(overview.health).cell(options.unicode);
        let cells = cells(report, overview, options.limits.wide);
        std::iter::once(mark).chain(names).chain(cells).collect()
    });
    let mut rows: Vec<Vec<Text>> = rows.collect();
    if list.namespace.is_some() {
        leave_out(&mut header, &mut rows, "NAMESPACE");
    }
    narrow(
        &mut header,
        &mut rows,
        options.width,
        &[EXCLUDED, MISSCHEDULED],
    );
    document.lines(&header, rows);
    if options.headers {
        next(&mut document, &steps_for_list(needing_attention(list)));
    }
    closing(&mut document, basis);
    document
}

/// The heads after the name. The numbers add up: desired is healthy plus broken.
pub(super) const HEADER: [&str; 6] = [
    "DESIRED",
    "HEALTHY",
    "BROKEN",
    MISSCHEDULED,
    EXCLUDED,
    "TOP CAUSE",
];

const EXCLUDED: &str = "EXCLUDED";
const MISSCHEDULED: &str = "MISSCHEDULED";

/// How many DaemonSets need attention, and the problem of the worst.
pub(super) fn first_line(list: &DaemonSetList, unicode: bool) -> Text {
    let mut counts = list.left_out;
    for (_, overview) in &list.lines {
        counts.add(overview.health);
    }
    let first = worst_first(list).into_iter().next();
    let mark = match first.map(|(_, overview)| overview.health) {
        // Others are healthy.
        Some(Health::OnNoNode) if counts.on_no_node < counts.all => Mark::Healthy,
        Some(health) => health.into(),
        None => Mark::Healthy,
    };
    let now = first.map(|(report, _)| report.basis.evaluated_at);
    let first = first.map(|(report, overview)| (&report.daemon_set, overview));
    let words = words::first_line(&counts, first, now.unwrap_or_default());
    mark.text(unicode).then(words)
}

/// All lines, the worst first, then by name.
pub(super) fn worst_first(list: &DaemonSetList) -> Vec<&(EligibilityReport, Overview)> {
    let mut lines: Vec<_> = list.lines.iter().collect();
    lines.sort_by_key(|(_, overview)| overview.rank());
    lines
}

/// The broken ones, or if there are none the first one that needs attention.
fn needing_attention(list: &DaemonSetList) -> Vec<&DaemonSetRef> {
    let all = worst_first(list).into_iter();
    let is_well = |health| matches!(health, Health::Healthy | Health::OnNoNode);
    let needing_attention: Vec<_> = all.filter(|(_, o)| !is_well(o.health)).collect();
    let broken = needing_attention.iter().enumerate();
    let broken = broken.filter(|(at, (_, o))| *at == 0 || o.health == Health::Broken);
    broken.map(|(_, (of, _))| &of.daemon_set).collect()
}

/// How many nodes are excluded, and the nearest miss.
pub(super) fn excluded_cell(overview: &Overview) -> Text {
    let excluded = overview.counts.excluded;
    match overview.knows_nodes {
        true => words::excluded_cell(excluded.nodes, excluded.nearest).into(),
        false => "?".into(),
    }
}

fn number(n: Option<usize>) -> Text {
    n.map_or_else(|| Text::from("?"), Text::from)
}

/// A number that is 0 where nothing is wrong.
pub(super) fn styled(style: Style, n: Option<usize>) -> Text {
    match n {
        Some(n) if n > 0 => (style, n).into(),
        n => number(n),
    }
}

/// The text after the name.
pub(super) fn cells(report: &EligibilityReport, overview: &Overview, is_wide: bool) -> Vec<Text> {
    let now = report.basis.evaluated_at;
    let excluded = overview.counts.excluded.nodes;
    vec![
        number(overview.desired()),
        number(overview.healthy()),
        styled(Style::Bad, overview.broken()),
        styled(Style::Warn, overview.gauges.misscheduled),
        match is_wide {
            true => excluded_cell(overview),
            false => number(overview.knows_nodes.then_some(excluded)),
        },
        cause_cell(overview, now),
    ]
}

/// The problem, or else the nearest of the nodes that only the template excludes.
fn cause_cell(overview: &Overview, now: Timestamp) -> Text {
    match (&overview.top, overview.health) {
        (_, Health::OnNoNode) => words::on_no_node(overview).into(),
        (Some(top), _) => words::top_cause(top, overview, now).into(),
        (None, _) => {
            let nearest = words::nearest_miss(overview).unwrap_or_default();
            (Style::Dim, nearest).into()
        }
    }
}
