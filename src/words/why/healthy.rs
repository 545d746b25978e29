//! Sentences about a DaemonSet without known problems, and the nodes that it excludes.

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::restarts;
use crate::analysis::summary::{
    Excluded, NodeCounts, excluded as excluded_groups, unmatched_label,
};
use crate::words::notation::{lacking, nodes};
use crate::words::reason::{Place, brief};
use crate::words::sentence::Sentence;
use crate::words::state;

/// The answer where nothing is known to be wrong.
pub(super) fn healthy(report: &EligibilityReport, counts: &NodeCounts) -> String {
    // What is said about all of them isn't repeated in numbers.
    let is_nowhere = counts.eligible == 0 && report.clean == Some(true);
    let one_cause = is_nowhere.then(|| one_cause(report)).flatten();
    let with_nearest = one_cause.is_none();
    let runs = match (counts.eligible, report.clean) {
        (0, Some(true)) => match unmatched_label(report) {
            Some((key, value)) => {
                format!("runs on no node, none has the label {key}={value}")
            }
            None => nowhere(report, one_cause),
        },
        (n, Some(true)) => {
            let runs = match n {
                1 => "available on the one node that should run it".to_owned(),
                2 => "available on both nodes that should run it".to_owned(),
                n => format!("available on all {} that should run it", nodes(n)),
            };
            runs + &but_restarts(report)
        }
        (_, Some(false)) => super::other_problem(report),
        (_, None) => format!(
            "{} should run it, {}",
            nodes(counts.eligible),
            state::clean(None)
        ),
    };
    let excluded = excluded(report, counts, with_nearest);
    excluded.map_or(runs.clone(), |excluded| format!("{runs}, {excluded}"))
}

/// `, but it is OOMKilled again and again`, where available pods keep restarting that way.
pub(super) fn but_restarts(report: &EligibilityReport) -> String {
    let now = report.basis.evaluated_at;
    let why = restarts::of_report(report);
    why.map_or_else(String::new, |why| {
        format!(", but {}", brief(why, None, Place::Here, now))
    })
}

/// It runs on no node, and why, if the reason is the same for all.
fn nowhere(report: &EligibilityReport, one_cause: Option<(Sentence, Option<String>)>) -> String {
    let Some((why, named)) = one_cause else {
        return "runs on no node".to_owned();
    };
    let is_gone = named.is_some_and(|name| !report.nodes.iter().any(|node| node.name == name));
    let gone = if is_gone { ", which doesn't exist" } else { "" };
    format!("runs on no node, {why}{gone}")
}

/// What excludes all nodes, where the reason is the same for each, and the node that it names.
fn one_cause(report: &EligibilityReport) -> Option<(Sentence, Option<String>)> {
    let groups = excluded_groups(report);
    let now = report.basis.evaluated_at;
    let mut told = groups
        .iter()
        .map(|group| super::shared(&group.reasons, now));
    let why = told.next()?;
    let mut reasons = groups.first()?.reasons.iter();
    let named = reasons.find_map(|shared| shared.reason.named_node().map(str::to_owned));
    told.all(|other| other == why).then_some((why, named))
}

/// How many nodes are excluded, and how near the nearest one is where that is all there is to say.
pub(super) fn excluded(
    report: &EligibilityReport,
    counts: &NodeCounts,
    with_nearest: bool,
) -> Option<String> {
    let Excluded {
        nodes: excluded,
        nearest,
    } = counts.excluded;
    if excluded == 0 {
        return None;
    }
    let all = report.node_count.unwrap_or(excluded);
    let nearest = nearest.filter(|_| with_nearest);
    let nearest = nearest.map(|(near, count)| {
        let (who, of) = match count {
            1 if count == excluded => ("it".to_owned(), 1),
            _ if count == excluded => ("each".to_owned(), 1),
            _ => (format!("{count} of them"), count),
        };
        format!(" ({who} {})", lacking(near, of, ""))
    });
    Some(format!(
        "{excluded} of {} excluded{}",
        nodes(all),
        nearest.unwrap_or_default()
    ))
}
