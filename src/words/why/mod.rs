//! Sentences about a DaemonSet on all nodes, or on one.

mod first_line;
mod fits;
mod healthy;

use jiff::Timestamp;

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::footprint::{DifferingPods, Footprint, Share};
use crate::analysis::node::NodeEligibility;
use crate::analysis::pod::{DaemonPod, PodState};
use crate::analysis::problem::Problem;
use crate::analysis::reason::Reason;
use crate::analysis::summary::CommonReason;
use crate::model::Command;

pub use first_line::{cause, in_common, of_daemon_set, of_node, tag_of, taint_owners};
pub use fits::{new_pod, rules, running_pod};

use super::coverage;
use super::notation::{counted, few, nodes};
use super::quantity;
use super::reason::{Place, brief, exclusion, nearest_obstacles, obstacles, row, sentence};
use super::sentence::Sentence;
use super::state;

/// What isn't known about a DaemonSet, and what its status says instead; `None` where nodes and
/// pods were read.
fn unread(report: &EligibilityReport) -> Option<String> {
    let status = report.status.as_ref();
    let reported = status.and_then(|s| s.reported);
    let Some(all) = report.node_count else {
        let by_status = reported.map(|c| {
            let (desired, available) = (nodes(c.desired), c.available);
            format!(" (.status says {desired} should run it, {available} available)")
        });
        let by_status = by_status.unwrap_or_default();
        return Some(format!("its nodes are unknown{by_status}"));
    };
    if status.is_some_and(|s| s.computed.is_some()) || !report.basis.lacks("pods") {
        return None;
    }
    let eligible = report.nodes.iter();
    let eligible = eligible.filter(|n| n.should_run == Some(true)).count();
    let by_status = reported.map(|c| format!(" (.status says {} available)", c.available));
    let by_status = by_status.unwrap_or_default();
    let is_nowhere = report.nodes.iter().all(|n| n.should_run == Some(false));
    if is_nowhere && !report.nodes.is_empty() {
        let nowhere = healthy::nowhere(report);
        return Some(format!("{nowhere}, its pods are unknown{by_status}"));
    }
    Some(format!(
        "{eligible} of {} should run it, its pods are unknown{by_status}",
        nodes(all)
    ))
}

/// What is wrong where no node is.
fn other_problem(report: &EligibilityReport) -> String {
    let now = report.basis.evaluated_at;
    let mut findings = report.findings.iter();
    match findings.find(|finding| finding.code().is_problem()) {
        Some(finding) => brief(finding, None, Place::Here, now).into_string(),
        None => old_status(report),
    }
}

/// What the counters of an old status say that isn't so.
fn old_status(report: &EligibilityReport) -> String {
    let differences = report.status.iter().flat_map(|status| &status.differences);
    let mut differences: Vec<_> = differences.collect();
    // What alerts are made of comes first.
    let rank = |counter: &str| match counter {
        "misscheduled" => 0,
        "unavailable" => 1,
        "desired" => 2,
        _ => 3,
    };
    differences.sort_by_key(|difference| rank(difference.counter));
    match differences.as_slice() {
        [] => "its .status isn't what is there".to_owned(),
        [first, ..] if first.counter == "misscheduled" && first.computed == 0 => format!(
            "nothing is misscheduled, but its .status is old and says {}",
            first.reported
        ),
        [first, ..] => format!(
            "its .status is stale: it says {} {} instead of {}",
            first.reported, first.counter, first.computed
        ),
    }
}

/// Whether the first line of an answer says everything that is wrong with a DaemonSet.
#[must_use]
pub fn says_all(finding: &Reason, now: Timestamp) -> bool {
    brief(finding, None, Place::Here, now) == sentence(finding, now)
}

/// What makes a DaemonSet unclean, and on how many nodes.
#[must_use]
pub fn problem(problem: &Problem, now: Timestamp) -> Sentence {
    let cause = if problem.is_expected {
        coverage::excluded(std::slice::from_ref(&problem.reason), now).into_string()
    } else if problem.is_misscheduled {
        format!("misscheduled: {}", exclusion(&problem.reason, now))
    } else {
        row(&problem.reason, now).into_string()
    };
    Sentence::new(match problem.nodes.len() {
        0 => cause,
        n => format!("{cause} ({})", nodes(n)),
    })
}

/// All reasons of a node. What the state of its pod already says is repeated only where there is
/// nothing else.
#[must_use]
pub fn why(node: &NodeEligibility, now: Timestamp) -> Sentence {
    let says_more = |r: &&Reason| !r.code().repeats_state();
    let text = |reason: &Reason| sentence(reason, now).into_string();
    let more = node.reasons.iter().filter(says_more).map(text);
    let more: Vec<_> = more.collect();
    Sentence::new(if more.is_empty() {
        node.reasons.iter().map(text).collect()
    } else {
        more.join("; ")
    })
}

/// What excludes several nodes; for a label with different values, the required one.
#[must_use]
pub fn shared(reasons: &[CommonReason], now: Timestamp) -> Sentence {
    let reasons = of_all(reasons);
    obstacles(&reasons.iter().collect::<Vec<_>>(), now)
}

/// The same for the first line of an answer.
fn shared_in_brief(reasons: &[CommonReason], now: Timestamp) -> Sentence {
    let reasons = of_all(reasons);
    nearest_obstacles(&reasons.iter().collect::<Vec<_>>(), now)
}

fn of_all(reasons: &[CommonReason]) -> Vec<Reason> {
    let of_all = |shared: &CommonReason| match shared.values_differ {
        true => shared.reason.cause(),
        false => shared.reason.clone(),
    };
    reasons.iter().map(of_all).collect()
}

/// The state of the pod of the node that was asked for.
#[must_use]
pub fn pod(report: &EligibilityReport, node: &NodeEligibility) -> Sentence {
    let pods_read = !report.basis.lacks("pods");
    let fixed = match (node.pod_state, node.pods.first()) {
        (PodState::Missing, _) if !report.applied => "a pod would be created",
        (PodState::Missing, _) => "has no pod, and should",
        (PodState::None, _) if node.should_run == Some(true) => "has no pod, and shouldn't",
        (PodState::None, _) if !report.applied => "so no pod would be created",
        (PodState::None, _) => "so it has no pod",
        (PodState::Unknown, _) if pods_read => "it has no pod",
        (PodState::Unknown, _) => "its pods couldn't be read",
        (state, Some(pod)) => {
            return Sentence::new(match pod.phase.as_str() {
                "Succeeded" if state == PodState::Failed => format!("pod {} has ended", pod.name),
                _ => format!("pod {} is {}", pod.name, state::of_pod(pod)),
            });
        }
        (state, None) => state::pod(state),
    };
    Sentence::new(fixed)
}

/// What follows the state of a pod: since when, and the template that it is from.
#[must_use]
pub fn pod_details(pod: &DaemonPod) -> Sentence {
    let since = pod.since.map(|t| format!(" since {t}")).unwrap_or_default();
    let updated = match pod.is_current() {
        Some(true) => ", from the current template",
        Some(false) => ", from an older template",
        None => "",
    };
    Sentence::new(format!("{since}{updated}"))
}

/// What else is broken on a node that every pod of it needs; `None` where that is nothing.
#[must_use]
pub fn broken_besides(report: &EligibilityReport, node: &str) -> Option<Sentence> {
    let names: Vec<&str> = report.broken_besides.iter().map(|ds| &*ds.name).collect();
    let command = Command::own(&["node"]).name(node)?;
    (!names.is_empty()).then(|| {
        let names = few(&names);
        Sentence::new(format!("also broken on this node: {names} (`{command}`)"))
    })
}

/// The node that was asked for was neither read nor named by any pod.
#[must_use]
pub fn nothing_known(report: &EligibilityReport) -> Sentence {
    let name = &report.daemon_set;
    Sentence::new(format!("DaemonSet {name}: nothing is known of the node"))
}

/// What would happen on this many nodes if a manifest were applied.
#[must_use]
pub fn starts(count: usize) -> Sentence {
    Sentence::new(format!("Starts at once ({})", nodes(count)))
}

/// No pod requests anything. Where a LimitRange may add requests to new pods, it isn't known that
/// the scheduler counts nothing.
#[must_use]
pub const fn no_requests(footprint: &Footprint) -> &'static str {
    if footprint.may_get_defaults {
        "the template requests nothing"
    } else {
        "the template requests nothing, so the scheduler counts nothing"
    }
}

/// Pods whose requests differ from a new one's, and the requests.
#[must_use]
pub fn differing(differing: &DifferingPods) -> Sentence {
    let DifferingPods { requests, pods } = differing;
    let amounts = requests
        .iter()
        .map(|(name, amount)| format!("{name} {amount}"));
    let amounts: Vec<_> = amounts.collect();
    let what = match amounts.is_empty() {
        true => "nothing".to_owned(),
        false => amounts.join(", "),
    };
    let request = if *pods == 1 { "requests" } else { "request" };
    Sentence::new(format!(
        "{} {request} something else than a new one would: {what}",
        counted(*pods, "pod")
    ))
}

/// The requests of all pods together.
#[must_use]
pub fn total(total: &Sentence, count: usize) -> Sentence {
    Sentence::new(format!("{total} on {}", nodes(count)))
}

/// How much of a node a pod requests.
#[must_use]
pub fn share(share: &Share, is_exact: bool) -> Sentence {
    let Share {
        node,
        allocatable,
        percent,
        resource,
    } = share;
    let allocatable = quantity::written(resource, allocatable, is_exact);
    Sentence::new(format!("{percent}% of {allocatable} on {node}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::basis::Basis;
    use crate::analysis::controller::Controller;
    use crate::analysis::eligibility::DaemonSetRef;
    use crate::analysis::node::NodePods;
    use crate::analysis::pod::PodContext;
    use crate::analysis::pod_events::PodEvents;
    use crate::analysis::reason::Ended;
    use crate::analysis::rollout::plan::StrategyType;
    use crate::analysis::room::Room;
    use crate::analysis::start::Unstartable;
    use crate::analysis::status::{Counters, StatusReport};
    use crate::model::{DaemonSet, DecodeError, Incomplete, Snapshot};

    fn report(node_count: Option<usize>, unread: &str) -> EligibilityReport {
        let mut basis = Basis::new(&Snapshot::at(Timestamp::UNIX_EPOCH));
        basis.incomplete.push(Incomplete {
            verb: "list".to_owned(),
            resource: unread.to_owned(),
            why: String::new(),
        });
        let counters = Counters {
            desired: 6,
            available: 4,
            ..Counters::default()
        };
        EligibilityReport {
            basis,
            clean: Some(false),
            daemon_set: DaemonSetRef {
                namespace: "n".to_owned(),
                name: "a".to_owned(),
            },
            controller: Controller::Acts,
            is_one_node: false,
            applied: true,
            update_strategy: StrategyType::RollingUpdate,
            node_count,
            status: Some(StatusReport {
                computed: None,
                reported: Some(counters),
                differences: Vec::new(),
            }),
            coverage: None,
            findings: Vec::new(),
            footprint: None,
            causes: Vec::new(),
            manager: None,
            broken_besides: Vec::new(),
            template_steps: Vec::new(),
            stuck: None,
            unstartable: Unstartable::default(),
            nodes: Vec::new(),
        }
    }

    #[test]
    fn what_is_unknown_is_said_by_the_status() {
        let says = |report| unread(&report).unwrap_or_default();
        assert_eq!(
            says(report(None, "nodes")),
            "its nodes are unknown (.status says 6 nodes should run it, 4 available)"
        );
        assert_eq!(
            says(report(Some(5), "pods")),
            "0 of 5 nodes should run it, its pods are unknown (.status says 4 available)"
        );
    }

    #[test]
    fn a_node_without_pods_is_told_from_one_whose_pods_were_not_read() -> Result<(), DecodeError> {
        let snapshot = Snapshot::at(Timestamp::UNIX_EPOCH);
        let ds = DaemonSet::from_value(serde_json::json!({"metadata": {"name": "a"}}), "n")?;
        let pods = NodePods {
            pods: None,
            context: PodContext {
                now: Timestamp::UNIX_EPOCH,
                min_ready_seconds: 0,
                hash: None,
                revisions_known: false,
                template_generation: None,
                on_delete: false,
                surges: false,
                ended: Ended::default(),
                template: None,
            },
            templates: None,
            controller: Controller::Acts,
            cannot_create: &[],
            events: &PodEvents::default(),
            room: &Room::new(&snapshot, &ds),
            own_taints: &crate::analysis::owners::agent::OwnTaints::default(),
        };
        let node = NodeEligibility::of_unknown_node("n", pods);
        let says = |unread| pod(&report(None, unread), &node).into_string();
        assert_eq!(says("nodes"), "it has no pod");
        assert_eq!(says("pods"), "its pods couldn't be read");
        Ok(())
    }

    #[test]
    fn values_that_differ_are_left_out() {
        let shared = |values_differ| CommonReason {
            reason: Reason::NodeSelectorMismatch {
                key: "host".to_owned(),
                wanted: "a".to_owned(),
                found: Some("b".to_owned()),
            },
            values_differ,
        };
        let says =
            |reasons: &[CommonReason]| super::shared(reasons, Timestamp::UNIX_EPOCH).into_string();
        assert_eq!(says(&[shared(true)]), "no label host=a");
        assert_eq!(says(&[shared(false)]), "label host=b, not a");
    }
}
