//! The first line of an answer about a DaemonSet: what is wrong, and its cause.

use jiff::Timestamp;

use crate::analysis::attribute::{Attribute, AttributeKind};
use crate::analysis::basis::Note;
use crate::analysis::causes::{CauseGroup, is_only_outdated, main_cause, warning};
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::node::{ClearsWhen, Eligibility, NodeEligibility};
use crate::analysis::pod::PodState;
use crate::analysis::reason::Reason;
use crate::analysis::summary::{Excluded, NodeCounts, unmatched_label};
use crate::words::coverage;
use crate::words::notation::{counted, distance, nodes};
use crate::words::reason::{exclusion, headline, headline_with, row_with};
use crate::words::sentence::Sentence;
use crate::words::state;
use crate::words::time::lasting;

/// The answer about all nodes of a DaemonSet.
#[must_use]
pub fn of_daemon_set(report: &EligibilityReport, counts: &NodeCounts) -> Sentence {
    let name = &report.daemon_set;
    let now = report.basis.evaluated_at;
    if !report.applied {
        return not_applied(report, counts);
    }
    let mut notes = report.basis.notes.iter();
    if let Some(selector) = notes.find_map(Note::selects_no_node) {
        return Sentence::new(format!("DaemonSet {name}: `{selector}` selects no node"));
    }
    let mut parts = Vec::new();
    if let Some(finding) = report.main_finding() {
        parts.push(headline(finding, now).into_string());
    }
    if let Some(too_few) = report.too_few_nodes() {
        parts.push(headline(too_few, now).into_string());
    }
    parts.extend(broken(report, counts, now));
    parts.extend(super::unread(report));
    if parts.is_empty() {
        return Sentence::new(format!("DaemonSet {name}: {}", healthy(report, counts)));
    }
    parts.extend(excluded(report, counts));
    Sentence::new(format!("DaemonSet {name}: {}", parts.join(", ")))
}

fn healthy(report: &EligibilityReport, counts: &NodeCounts) -> String {
    let runs = match (counts.eligible, report.clean) {
        (0, Some(true)) => match unmatched_label(report) {
            Some((key, value)) => {
                format!("no node should run it: its nodeSelector {key}={value} selects none")
            }
            None => "no node should run it".to_owned(),
        },
        (n, Some(true)) => format!("available on all {} that should run it", nodes(n)),
        (_, Some(false)) => super::other_problem(report),
        (_, None) => format!(
            "{} should run it, {}",
            nodes(counts.eligible),
            state::clean(None)
        ),
    };
    let excluded = excluded(report, counts);
    excluded.map_or(runs.clone(), |excluded| format!("{runs}, {excluded}"))
}

fn broken(report: &EligibilityReport, counts: &NodeCounts, now: Timestamp) -> Vec<String> {
    let mut parts = Vec::new();
    let wanted = nodes(counts.wanted());
    if counts.broken > 0 {
        let broken = report.causes.iter().filter(|g| !is_only_outdated(g));
        let broken: Vec<_> = broken.collect();
        let cause = match broken.as_slice() {
            [] => String::new(),
            [only] => format!(": {}", cause(only, now)),
            [first, ..] => {
                let (causes, nodes) = (broken.len(), first.nodes.len());
                format!(" by {causes} causes, {nodes} by {}", own_cause(first, now))
            }
        };
        let of = match report.node_count {
            Some(_) => format!("{} of {wanted}", counts.broken),
            None => nodes(counts.broken),
        };
        parts.push(format!("{of} broken{cause}"));
    }
    if counts.outdated > 0 {
        let waits = if report.is_on_delete() {
            " (OnDelete: a pod is replaced only when somebody deletes it)"
        } else {
            ""
        };
        parts.push(format!(
            "{} of {wanted} on an older template{waits}",
            counts.outdated
        ));
    }
    if counts.misscheduled > 0 {
        parts.push(counted(counts.misscheduled, "misscheduled pod"));
    }
    if counts.missing > 0 {
        parts.push(format!(
            "pods on {} that {} exist",
            nodes(counts.missing),
            if counts.missing == 1 {
                "doesn't"
            } else {
                "don't"
            }
        ));
    }
    parts
}

/// What a group of nodes is broken by.
fn own_cause(group: &CauseGroup, now: Timestamp) -> String {
    match &group.reason {
        _ if !group.excluded_by.is_empty() => {
            coverage::excluded(&group.excluded_by, now).into_string()
        }
        Some(reason) => row_with(reason, group.warning.as_ref(), now).into_string(),
        None => state::pod(group.pod_state).to_owned(),
    }
}

/// What a group of nodes is broken by, and what they have in common.
#[must_use]
pub fn cause(group: &CauseGroup, now: Timestamp) -> Sentence {
    let cause = own_cause(group, now);
    let shared = in_common(&group.shared).map(|shared| format!("; {shared}"));
    Sentence::new(format!("{cause}{}", shared.unwrap_or_default()))
}

/// How many nodes are excluded, and how near the nearest is.
fn excluded(report: &EligibilityReport, counts: &NodeCounts) -> Option<String> {
    let Excluded {
        nodes: excluded,
        nearest,
    } = counts.excluded;
    if excluded == 0 {
        return None;
    }
    let all = report.node_count.unwrap_or(excluded);
    let nearest = nearest.map(|(near, count)| {
        let nodes = if count == excluded {
            String::new()
        } else {
            format!("{count} of them ")
        };
        format!(" ({nodes}{} away)", distance(near))
    });
    Some(format!(
        "{excluded} of {} excluded{}",
        nodes(all),
        nearest.unwrap_or_default()
    ))
}

fn not_applied(report: &EligibilityReport, counts: &NodeCounts) -> Sentence {
    let starts = report.nodes.iter();
    let starts = starts.filter(|n| n.pod_state == PodState::Missing).count();
    let would = match report.node_count {
        None => "its nodes are unknown".to_owned(),
        Some(all) => format!("would run on {} of {}", counts.eligible, nodes(all)),
    };
    let starts = match starts {
        0 => String::new(),
        n => format!(", starting {} now", counted(n, "pod")),
    };
    let excluded = excluded(report, counts).map(|text| format!(", {text}"));
    Sentence::new(format!(
        "DaemonSet {} (not applied): {would}{starts}{}",
        report.daemon_set,
        excluded.unwrap_or_default()
    ))
}

/// What all nodes of a group have and no other node has: `all windows nodes, and only those`.
#[must_use]
pub fn in_common(attributes: &[Attribute]) -> Option<String> {
    let first = attributes.first()?;
    let value = &first.value;
    let which = match first.kind {
        AttributeKind::OperatingSystem | AttributeKind::Architecture => {
            format!("all {value} nodes")
        }
        AttributeKind::KubeletVersion => format!("all nodes with kubelet {value}"),
        AttributeKind::ContainerRuntime => format!("all nodes with {value}"),
        AttributeKind::Pool => format!("all nodes of pool {value}"),
        AttributeKind::Zone => format!("all nodes in zone {value}"),
        AttributeKind::InstanceType => format!("all nodes of type {value}"),
    };
    Some(format!("{which}, and only those"))
}

/// The answer about one node.
#[must_use]
pub fn of_node(report: &EligibilityReport, node: &NodeEligibility) -> Sentence {
    let (name, ds, now) = (&node.name, &report.daemon_set, report.basis.evaluated_at);
    let text = match (node.eligibility, node.pods.first()) {
        _ if node.is_missing() => match main_cause(node) {
            Some(reason) => format!("{name} isn't there: {}", headline(reason, now)),
            None => format!("{name} isn't there"),
        },
        (Eligibility::Eligible, pod) => match (node.is_clean(), main_cause(node), pod) {
            (Some(true), _, Some(pod)) => {
                let since = lasting(pod.since, now);
                format!(
                    "{name}: pod {} of DaemonSet {ds} is available{since}",
                    pod.name
                )
            }
            (_, _, None) if !report.applied => {
                format!("{name} would run a pod of DaemonSet {ds}")
            }
            (Some(false), Some(reason), Some(_)) => {
                let warned = warning(node, reason);
                format!("{name}: {}", headline_with(reason, warned, now))
            }
            (Some(false), Some(reason), None) => format!(
                "{name} has no pod of DaemonSet {ds}: {}",
                headline(reason, now)
            ),
            _ => format!(
                "{name} should run DaemonSet {ds}; {}",
                super::pod(report, node)
            ),
        },
        (Eligibility::Unknown, _) => format!(
            "{name}: whether DaemonSet {ds} should run here is unknown; {}",
            super::pod(report, node)
        ),
        (_, pod) => {
            let why = excluded_because(node, now);
            let why = why.as_str();
            let then = pod.map(|pod| format!("; its pod {} {}", pod.name, stays(node.clears())));
            let then = then.unwrap_or_default();
            if node.expected {
                let expected = report.coverage.as_ref().map(|c| &c.expected);
                let excluded = coverage::excluded_node(expected, &ds.to_string(), why);
                format!("{name} {excluded}{then}")
            } else {
                format!("{name} is excluded from DaemonSet {ds}: {why}{then}")
            }
        }
    };
    Sentence::new(text)
}

fn excluded_because(node: &NodeEligibility, now: Timestamp) -> Sentence {
    let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    exclusions(&deciding.collect::<Vec<_>>(), now)
}

/// All that keeps a pod from a node.
#[must_use]
pub fn exclusions(reasons: &[&Reason], now: Timestamp) -> Sentence {
    let texts = reasons
        .iter()
        .map(|reason| exclusion(reason, now).into_string());
    Sentence::new(texts.collect::<Vec<_>>().join("; "))
}

const fn stays(clears: ClearsWhen) -> &'static str {
    match clears {
        ClearsWhen::BeingDeleted => "is being deleted",
        ClearsWhen::AtNextSync => "is deleted at once",
        ClearsWhen::OnceSynced => "is deleted at the next sync, which nothing starts by itself",
        ClearsWhen::NodeRecovers => "stays, and counts again when the node recovers",
        ClearsWhen::Never => "keeps running until it is deleted or replaced",
        ClearsWhen::ByEviction => "is deleted by taint eviction",
    }
}
