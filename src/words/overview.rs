//! Sentences about all DaemonSets: their health, and the worst of them.

use jiff::Timestamp;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::overall_health::{Health, HealthCounts};
use crate::analysis::problem::Problem;
use crate::analysis::reason::{Code, Reason};
use crate::analysis::remedy::Distance;
use crate::analysis::summary::Overview;

use super::coverage;
use super::no_daemon_sets;
use super::notation::{counted, daemon_sets, lacking, nodes};
use super::reason::{Place, brief, exclusions_brief};
use super::rollout::first_line::held_up_by;
use super::sentence::Sentence;

/// There is nothing to list: no DaemonSet, or only those of `left_out`, which have no problems.
#[must_use]
pub fn nothing(
    left_out: &HealthCounts,
    namespace: Option<&str>,
    selector: Option<&str>,
) -> Sentence {
    let nowhere = match left_out.on_no_node {
        0 => String::new(),
        1 if left_out.all == 1 => return Sentence::new("The DaemonSet runs on no node."),
        1 => " 1 of them runs on no node.".to_owned(),
        n => format!(" {n} of them run on no node."),
    };
    Sentence::new(match left_out.all {
        0 => return no_daemon_sets(namespace, selector),
        1 => "The DaemonSet is healthy.".to_owned(),
        all => format!("No problem in {}.{nowhere}", daemon_sets(all)),
    })
}

/// How many DaemonSets need attention, and the problem of the worst of them, or of the only one.
#[must_use]
pub fn first_line(
    counts: &HealthCounts,
    first: Option<(&DaemonSetRef, &Overview)>,
    now: Timestamp,
) -> Sentence {
    Sentence::new(match (first, counts.needing_attention(), counts.unknown) {
        (Some((of, worst)), 1.., _) if counts.all == 1 => {
            format!("{of} {}{}", is(worst), because(worst, now))
        }
        (Some((of, worst)), 1.., _) => format!(
            "{}; the worst is {of}{}{}",
            needing_attention(counts),
            place(worst),
            because(worst, now)
        ),
        (_, _, unknown @ 1..) => format!(
            "{unknown} of {} couldn't be checked in full",
            daemon_sets(counts.all)
        ),
        (first, ..) => healthy(counts, first),
    })
}

fn needing_attention(counts: &HealthCounts) -> String {
    let all = daemon_sets(counts.all);
    let is = |count| if count == 1 { "is" } else { "are" };
    let need = |count| if count == 1 { "needs" } else { "need" };
    match (counts.broken, counts.needs_attention) {
        (broken, 0) => format!("{broken} of {all} {} broken", is(broken)),
        (0, others) => format!("{others} of {all} {} attention", need(others)),
        (broken, others) => format!(
            "{broken} of {all} {} broken, {others} {} attention",
            is(broken),
            need(others)
        ),
    }
}

fn healthy(counts: &HealthCounts, first: Option<(&DaemonSetRef, &Overview)>) -> String {
    let all = counts.all;
    match (counts.on_no_node, first) {
        (0, _) if all == 1 => "the DaemonSet is healthy".to_owned(),
        (0, _) if all == 2 => "both DaemonSets are healthy".to_owned(),
        (0, _) => format!("all {all} DaemonSets are healthy"),
        (1, Some((of, overview))) if overview.health == Health::OnNoNode => {
            let nowhere = format!("{of} {}", on_no_node(overview));
            match all {
                1 => nowhere,
                all => format!("{}; {nowhere}", are_healthy(all - 1, all)),
            }
        }
        (2, _) if all == 2 => "both DaemonSets run on no node".to_owned(),
        (n, _) if n == all => format!("all {all} DaemonSets run on no node"),
        (n, _) => format!("{}; {n} run on no node", are_healthy(all - n, all)),
    }
}

fn are_healthy(healthy: usize, all: usize) -> String {
    let are = if healthy == 1 { "is" } else { "are" };
    format!("{healthy} of {} {are} healthy", daemon_sets(all))
}

/// The problem of the only one.
fn is(overview: &Overview) -> String {
    let counts = &overview.counts;
    let wanted = nodes(counts.wanted());
    match overview.broken() {
        Some(waiting @ 1..) if !counts.has_broken() => {
            format!("is rolling out, {waiting} of {wanted} not yet available")
        }
        Some(broken @ 1..) => format!("is broken on {broken} of {wanted}"),
        _ if overview.health == Health::Broken => "is broken".to_owned(),
        _ if counts.wanted() == 0 && counts.misscheduled == 0 => "runs on no node".to_owned(),
        _ if counts.outdated > 0 => {
            format!("runs an older template on {} of {wanted}", counts.outdated)
        }
        _ if counts.misscheduled > 0 => {
            format!("has {}", counted(counts.misscheduled, "misscheduled pod"))
        }
        _ => "needs attention".to_owned(),
    }
}

/// The same to follow the name of one of many.
fn place(overview: &Overview) -> String {
    let counts = &overview.counts;
    let wanted = nodes(counts.wanted());
    match overview.broken() {
        Some(waiting @ 1..) if !counts.has_broken() => {
            format!(", {waiting} of {wanted} not yet available")
        }
        Some(broken @ 1..) => format!(" on {broken} of {wanted}"),
        _ if overview.health == Health::Broken => String::new(),
        _ if counts.outdated > 0 => {
            format!(", older template on {} of {wanted}", counts.outdated)
        }
        _ if counts.misscheduled > 0 => {
            format!(", {}", counted(counts.misscheduled, "misscheduled pod"))
        }
        _ => String::new(),
    }
}

/// ` (quota "a" is full, and 2 other causes)`.
fn because(overview: &Overview, now: Timestamp) -> String {
    if let Some(blocker) = &overview.stuck {
        return format!(" (rollout stuck, {})", held_up_by(blocker, now));
    }
    let Some(top) = &overview.top else {
        return String::new();
    };
    if top.reason.code() == Code::PodOutdated {
        // What was said, and how it ends.
        return match overview.is_on_delete {
            true => " (OnDelete: each pod stays until somebody deletes it)".to_owned(),
            false => String::new(),
        };
    }
    let cause = if top.excluded_by.is_empty() {
        in_brief(top, now)
    } else {
        excluded(top, now)
    };
    let others = match overview.causes.saturating_sub(1) {
        _ if top.nodes.is_empty() || top.is_misscheduled => String::new(),
        0 => String::new(),
        1 => ", and 1 other cause".to_owned(),
        n => format!(", and {n} other causes"),
    };
    format!(" ({cause}{others})")
}

/// What makes a DaemonSet unhealthy, and on how many nodes, unless that is all broken ones.
#[must_use]
pub fn top_cause(problem: &Problem, overview: &Overview, now: Timestamp) -> Sentence {
    if let Some(blocker) = &overview.stuck {
        return Sentence::new(format!("rollout stuck, {}", held_up_by(blocker, now)));
    }
    let counts = &overview.counts;
    let (cause, of) = match (problem.excluded_by.is_empty(), problem.is_misscheduled) {
        (true, _) => (
            in_brief(problem, now),
            counts.broken.max(problem.nodes.len()),
        ),
        (false, false) => (excluded(problem, now), counts.broken),
        (false, true) => {
            let cause = excluded(problem, now);
            (format!("misscheduled: {cause}"), counts.misscheduled)
        }
    };
    Sentence::new(match problem.nodes.len() {
        0 => cause,
        // It excludes itself from nodes on which nobody misses it.
        _ if of == 0 => cause,
        n if n == of => cause,
        n if problem.is_misscheduled => format!("{cause} ({n} of {of} misscheduled)"),
        n => format!("{cause} ({n} of {of} broken nodes)"),
    })
}

fn in_brief(problem: &Problem, now: Timestamp) -> String {
    let place = match problem.nodes.as_slice() {
        [node] => Place::Node(node),
        _ => Place::Here,
    };
    brief(&problem.reason, problem.warning.as_ref(), place, now).into_string()
}

/// What excludes nodes where the DaemonSet has pods or is expected.
fn excluded(problem: &Problem, now: Timestamp) -> String {
    let reasons: Vec<&Reason> = problem.excluded_by.iter().collect();
    let why = exclusions_brief(&reasons, now);
    match problem.is_expected {
        true => format!("{}: {why}", coverage::EXCLUDED),
        false => why.into_string(),
    }
}

/// No node should run it, and how near the nearest one is.
#[must_use]
pub fn on_no_node(overview: &Overview) -> Sentence {
    let nearest = match (&overview.unmatched, overview.counts.excluded.nearest) {
        (Some((key, value)), _) => format!(": none has the label {key}={value}"),
        (None, Some((near, nodes))) => format!(" ({})", near_nodes(near, nodes)),
        (None, None) => String::new(),
    };
    Sentence::new(format!("runs on no node{nearest}"))
}

/// How near the nearest of the excluded nodes is; `None` where none is excluded.
#[must_use]
pub fn nearest_miss(overview: &Overview) -> Option<Sentence> {
    let (near, nodes) = overview.counts.excluded.nearest?;
    Some(Sentence::new(near_nodes(near, nodes)))
}

fn near_nodes(near: Distance, count: usize) -> String {
    format!("{} {}", nodes(count), lacking(near, count, "only "))
}

/// How many nodes are excluded, and how near the nearest of them is.
#[must_use]
pub fn excluded_cell(count: usize, nearest: Option<(Distance, usize)>) -> Sentence {
    Sentence::new(match nearest {
        Some((near, nodes)) if nodes == count => format!("{count} ({})", lacking(near, count, "")),
        Some((near, nodes)) => format!("{count} ({nodes} {})", lacking(near, nodes, "")),
        None => count.to_string(),
    })
}
