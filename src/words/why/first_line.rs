//! The first line of an answer about a DaemonSet: what is wrong, and its cause.

use jiff::Timestamp;

use crate::analysis::attribute::{Attribute, AttributeKind};
use crate::analysis::basis::Note;
use crate::analysis::causes::{
    CauseGroup, is_only_outdated, is_settling, main_cause, misscheduled_groups, warning,
};
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::node::{ClearsWhen, Eligibility, NodeEligibility};
use crate::analysis::pod::DaemonPod;
use crate::analysis::reason::Reason;
use crate::analysis::summary::NodeCounts;
use crate::words::coverage;
use crate::words::notation::{counted, nodes, platform};
use crate::words::reason::{
    Place, brief, exclusions_brief, exclusions_of_node, headline, headline_with, row_with, tag,
    tags, taint_owner,
};
use crate::words::rollout::first_line::{held_up_by, on_named_nodes};
use crate::words::sentence::Sentence;
use crate::words::state;
use crate::words::time::{has_been, lasting};

use super::healthy::{but_restarts, excluded, healthy};

/// The answer about all nodes of a DaemonSet.
#[must_use]
pub fn of_daemon_set(report: &EligibilityReport, counts: &NodeCounts) -> Sentence {
    let name = &report.daemon_set;
    if !report.applied {
        return not_applied(report, counts);
    }
    let mut notes = report.basis.notes.iter();
    if let Some(selector) = notes.find_map(Note::selects_no_node) {
        return Sentence::new(format!("DaemonSet {name}: `{selector}` selects no node"));
    }
    let Some(line) = needing_attention(report, counts, true) else {
        return Sentence::new(format!("DaemonSet {name}: {}", healthy(report, counts)));
    };
    // What excludes nodes is in a table of its own, and what nodes share is in a row.
    let line = format!("DaemonSet {name}: {line}");
    let is_nowhere = counts.wanted() == 0 && report.clean.is_none();
    let excluded = excluded(report, counts, false).filter(|_| !is_nowhere);
    let excluded = excluded.map(|excluded| format!("{line}, {excluded}"));
    let short =
        || needing_attention(report, counts, false).map(|line| format!("DaemonSet {name}: {line}"));
    let mut lines = excluded.into_iter().chain([line.clone()]);
    let line = lines.find(|line| fits(line)).or_else(short).unwrap_or(line);
    Sentence::new(line)
}

/// What is wrong; `None` where nothing is known to be.
fn needing_attention(
    report: &EligibilityReport,
    counts: &NodeCounts,
    with_shared: bool,
) -> Option<String> {
    let now = report.basis.evaluated_at;
    let mut parts = Vec::new();
    for finding in [report.main_finding(), report.too_few_nodes()] {
        let said = finding.map(|finding| brief(finding, None, Place::Here, now));
        parts.extend(said.map(Sentence::into_string));
    }
    if let Some(blocker) = report.stuck.as_ref().filter(|_| parts.is_empty()) {
        parts.push(format!("rollout stuck ({})", held_up_by(blocker, now)));
    }
    match report.deletion_waits_for().as_slice() {
        [] => push_broken(&mut parts, report, counts, with_shared),
        [(pod, node), others @ ..] => {
            let more = match others.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let unready = node.reasons.iter().find_map(|reason| match reason {
                Reason::NodeNotReady { since, .. } => Some(lasting(*since, now)),
                _ => None,
            });
            let unready = unready.map(|lasting| format!(" (NotReady{lasting})"));
            let unready = unready.unwrap_or_default();
            parts.push(format!(
                "it waits for pod {pod} on {}{unready}{more}",
                node.name
            ));
        }
    }
    if let Some(excluded_by_own_taint) = report.excluded_by_own_taint() {
        parts.push(exclusions_brief(&excluded_by_own_taint.reasons, now).into_string());
    }
    parts.extend(super::unread(report));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// How many characters are read at a glance: 190 with the mark in front.
const LONGEST: usize = 188;

fn fits(line: &str) -> bool {
    line.chars().count() <= LONGEST
}

fn push_broken(
    parts: &mut Vec<String>,
    report: &EligibilityReport,
    counts: &NodeCounts,
    with_shared: bool,
) {
    let now = report.basis.evaluated_at;
    let wanted = nodes(counts.wanted());
    if counts.broken > 0 {
        let broken = report.causes.iter().filter(|g| !is_only_outdated(g));
        let cause = match parts.is_empty() {
            true => in_brief(&broken.collect::<Vec<_>>(), with_shared, now),
            // What was said before explains it.
            false => String::new(),
        };
        let of = match report.node_count {
            Some(_) => format!("{} of {wanted}", counts.broken),
            None => nodes(counts.broken),
        };
        match counts.has_broken() {
            true => parts.push(format!("{of} broken{cause}")),
            false => parts.push(format!("rolling out{cause}")),
        }
    }
    if counts.outdated > 0 {
        let of = match counts.broken {
            0 => format!(" of {wanted}"),
            _ => String::new(),
        };
        let waits = if report.is_on_delete() {
            " (OnDelete, so each pod has to be deleted manually)"
        } else {
            ""
        };
        parts.push(format!(
            "{}{of} on an older template{waits}",
            counts.outdated
        ));
    }
    // They are where a stuck rollout is stuck, or are shown below.
    if counts.misscheduled > 0 && report.stuck.is_none() {
        let why = match parts.is_empty() {
            true => why_misscheduled(report),
            false => String::new(),
        };
        let pods = counted(counts.misscheduled, "misscheduled pod");
        parts.push(format!("{pods}{why}"));
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
}

/// What excludes the nodes with misscheduled pods, where that is the same of all.
fn why_misscheduled(report: &EligibilityReport) -> String {
    match misscheduled_groups(&report.nodes).as_slice() {
        [only] => {
            let why = exclusions_brief(&only.reasons, report.basis.evaluated_at);
            format!(" ({why})")
        }
        _ => String::new(),
    }
}

/// The cause, or for several causes a name and the number of nodes for each.
fn in_brief(broken: &[&CauseGroup], with_shared: bool, now: Timestamp) -> String {
    match broken {
        [] => String::new(),
        [only] => {
            let place = match only.nodes.as_slice() {
                [node] => Place::Node(node),
                nodes if is_settling(only) => Place::Nodes(nodes.len()),
                _ => Place::Here,
            };
            let cause = match &only.reason {
                _ if !only.excluded_by.is_empty() => coverage::EXCLUDED.to_owned(),
                Some(reason) => brief(reason, only.warning.as_ref(), place, now).into_string(),
                None => state::pod(only.pod_state).to_owned(),
            };
            let shared = in_common(&only.shared).map(|shared| format!(", {shared}"));
            let shared = shared.filter(|_| with_shared);
            format!("{} ({cause})", shared.unwrap_or_default())
        }
        several => {
            let causes = several
                .iter()
                .map(|group| (group.nodes.len(), tag_of(group)));
            format!(" ({})", tags(causes))
        }
    }
}

/// The name of the cause of a group.
#[must_use]
pub fn tag_of(group: &CauseGroup) -> String {
    match &group.reason {
        _ if !group.excluded_by.is_empty() => coverage::EXCLUDED.to_owned(),
        Some(reason) => tag(reason, group.warning.as_ref()).into_string(),
        None => state::pod(group.pod_state).to_owned(),
    }
}

/// The cause of a group of broken nodes.
fn own_cause(group: &CauseGroup, now: Timestamp) -> String {
    match &group.reason {
        _ if !group.excluded_by.is_empty() => {
            coverage::excluded(&group.excluded_by, now).into_string()
        }
        Some(reason) => row_with(reason, group.warning.as_ref(), now).into_string(),
        None => state::pod(group.pod_state).to_owned(),
    }
}

/// The cause of a group of broken nodes, and what they have in common.
#[must_use]
pub fn cause(group: &CauseGroup, now: Timestamp) -> Sentence {
    let cause = own_cause(group, now);
    let shared = in_common(&group.shared).map(|shared| format!(" ({shared})"));
    Sentence::new(format!("{cause}{}", shared.unwrap_or_default()))
}

fn not_applied(report: &EligibilityReport, counts: &NodeCounts) -> Sentence {
    let unstartable = &report.unstartable;
    let starts = report.starting().count();
    let virtual_nodes = unstartable.virtual_nodes.len();
    let would = match report.node_count {
        None => "its nodes are unknown".to_owned(),
        Some(all) => {
            let runs = counts.eligible.saturating_sub(virtual_nodes);
            format!("would run on {runs} of {}", nodes(all))
        }
    };
    let starts = match starts {
        0 => String::new(),
        n => format!(", starting {} now", counted(n, "pod")),
    };
    let pending = match virtual_nodes {
        0 => String::new(),
        1 => ", its pod on a virtual node would stay Pending".to_owned(),
        several => format!(", its pods on {several} virtual nodes would stay Pending"),
    };
    let now = report.basis.evaluated_at;
    let taken = unstartable.ports.as_ref();
    let taken = taken.map(|blocker| format!(", but {}", on_named_nodes(blocker, now)));
    let excluded = excluded(report, counts, true).map(|text| format!(", {text}"));
    Sentence::new(format!(
        "DaemonSet {} (not applied): {would}{starts}{}{pending}{}",
        report.daemon_set,
        taken.unwrap_or_default(),
        excluded.unwrap_or_default()
    ))
}

/// What all nodes of a group have and no other node has: `exactly the Windows nodes`.
#[must_use]
pub fn in_common(attributes: &[Attribute]) -> Option<String> {
    let first = attributes.first()?;
    let value = &first.value;
    let which = match first.kind {
        AttributeKind::OperatingSystem | AttributeKind::Architecture => {
            format!("the {} nodes", platform(value))
        }
        AttributeKind::Role => format!("the {value} nodes"),
        AttributeKind::KubeletVersion => format!("the nodes with kubelet {value}"),
        AttributeKind::ContainerRuntime | AttributeKind::OsImage => {
            format!("the nodes with {value}")
        }
        AttributeKind::KernelVersion => format!("the nodes with kernel {value}"),
        AttributeKind::Pool => format!("the nodes of pool {value}"),
        AttributeKind::Zone => format!("the nodes in zone {value}"),
        AttributeKind::InstanceType => format!("the nodes of type {value}"),
    };
    Some(format!("exactly {which}"))
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
                    "{name}: pod {} of DaemonSet {ds} {} available{since}{}",
                    pod.name,
                    has_been(pod.since),
                    but_restarts(report)
                )
            }
            (_, _, None) if !report.applied => {
                format!("{name} would run a pod of DaemonSet {ds}")
            }
            (Some(false), Some(Reason::PodMissing), None) => {
                format!("{name} has no pod of DaemonSet {ds}, and should run one")
            }
            (Some(false), Some(reason), Some(_)) => {
                let warned = warning(node, reason);
                format!("{name}: {}", headline_with(reason, warned, now))
            }
            (Some(false), Some(reason), None) => format!(
                "{name} has no pod of DaemonSet {ds}: {}",
                headline(reason, now)
            ),
            _ => match report.refusal_on(node) {
                Some(refusal) => format!(
                    "{name} should run DaemonSet {ds}: {}",
                    headline(refusal, now)
                ),
                None => format!(
                    "{name} should run DaemonSet {ds}, {}",
                    super::pod(report, node)
                ),
            },
        },
        (Eligibility::Unknown, _) => format!(
            "{name}: whether DaemonSet {ds} should run here is unknown, {}",
            super::pod(report, node)
        ),
        (_, pod) => excluded_node(report, node, pod),
    };
    Sentence::new(text)
}

fn excluded_node(
    report: &EligibilityReport,
    node: &NodeEligibility,
    pod: Option<&DaemonPod>,
) -> String {
    let (name, ds) = (&node.name, &report.daemon_set);
    let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    let now = report.basis.evaluated_at;
    let why = exclusions_of_node(&deciding.collect::<Vec<_>>(), now);
    let then = pod.map(|pod| format!(", and its pod {} {}", pod.name, stays(node.clears())));
    let then = then.unwrap_or_default();
    if node.expected {
        let expected = report.coverage.as_ref().map(|c| &c.expected);
        let excluded = coverage::excluded_node(expected, &ds.to_string(), why.as_str());
        format!("{name} {excluded}{then}")
    } else {
        format!("{name} is excluded from DaemonSet {ds}: {why}{then}")
    }
}

/// Who set the taints that exclude a node, and when they are removed.
#[must_use]
pub fn taint_owners(node: &NodeEligibility) -> Vec<Sentence> {
    let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    deciding.filter_map(taint_owner).collect()
}

const fn stays(clears: ClearsWhen) -> &'static str {
    match clears {
        ClearsWhen::BeingDeleted => "is being deleted",
        ClearsWhen::AtNextSync => "is deleted at once",
        ClearsWhen::OnceSynced => "is deleted at the next sync, which nothing starts by itself",
        ClearsWhen::NodeRecovers => "stays, and fits again once the node recovers",
        ClearsWhen::RolloutGetsThere => "keeps running until the rollout under way deletes it",
        ClearsWhen::Never => "keeps running until it is deleted or replaced",
        ClearsWhen::ByEviction => "is deleted by taint eviction",
    }
}
