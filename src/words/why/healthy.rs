//! Sentences about a DaemonSet without known problems, and the nodes that it excludes.

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::restarts;
use crate::analysis::summary::{
    Excluded, NodeCounts, excluded as excluded_groups, unmatched_label,
};
use crate::words::notation::{lacking, nodes};
use crate::words::reason::{Place, brief};
use crate::words::state;

/// The answer where nothing is known to be wrong.
pub(super) fn healthy(report: &EligibilityReport, counts: &NodeCounts) -> String {
    let runs = match (counts.eligible, report.clean) {
        (0, Some(true)) => return nowhere(report),
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
    let excluded = excluded(report, counts, true);
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

/// That it runs on no node, and what excludes the nodes, or the nearest of them.
pub(super) fn nowhere(report: &EligibilityReport) -> String {
    let runs = match report.nodes.len() {
        0 => return "runs on no node".to_owned(),
        1 => "doesn't run on the only node".to_owned(),
        all => format!("runs on none of {all} nodes"),
    };
    match why_nowhere(report) {
        Some(why) => format!("{runs} ({why})"),
        None => runs,
    }
}

fn why_nowhere(report: &EligibilityReport) -> Option<String> {
    if let Some((key, value)) = unmatched_label(report) {
        return Some(match report.nodes.len() {
            1 => format!("it has no label {key}={value}"),
            _ => format!("none has the label {key}={value}"),
        });
    }
    let groups = excluded_groups(report);
    let now = report.basis.evaluated_at;
    let mut told = groups
        .iter()
        .map(|group| super::shared_in_brief(&group.reasons, now));
    let (nearest, why) = (groups.first()?, told.next()?);
    if !told.all(|other| other == why) {
        return Some(match nearest.nodes.as_slice() {
            [node] => format!("{why} on {node}"),
            several => format!("{why} on {} of them", several.len()),
        });
    }
    let mut reasons = nearest.reasons.iter();
    let named = reasons.find_map(|shared| shared.reason.named_node());
    let is_gone = named.is_some_and(|name| !report.nodes.iter().any(|node| node.name == name));
    let gone = if is_gone { ", which doesn't exist" } else { "" };
    Some(format!("{why}{gone}"))
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
