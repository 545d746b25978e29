//! What people read first: numbers and groups drawn from a report, computed
//! before anything is printed.

use std::collections::BTreeMap;

use crate::model::{Incomplete, Snapshot};

use super::eligibility::EligibilityReport;
use super::node::{Eligibility, NodeEligibility};
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::remedy::Distance;

/// What couldn't be read of what a list of DaemonSets needs: where there is none, no more
/// than whether there is none.
#[must_use]
pub fn incomplete_list(snapshot: &Snapshot) -> Vec<Incomplete> {
    let mut incomplete = snapshot.incomplete.clone();
    if snapshot.daemon_sets.is_empty() {
        incomplete.retain(|i| i.resource == "daemonsets");
    }
    incomplete
}

/// One line of `why -A`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Nodes that should run it; `None` when nodes couldn't be read.
    pub eligible: Option<usize>,
    /// Of those, nodes whose pod is ready; `None` when pods couldn't be read.
    pub running: Option<usize>,
    /// Of those, nodes that have no pod.
    pub missing: Option<usize>,
    /// Other nodes that have one.
    pub misscheduled: Option<usize>,
    /// The reason that most nodes share, the broken ones before the excluded.
    pub top_reason: Option<(Code, usize)>,
}

impl Overview {
    /// Draws the line from a report on all nodes.
    #[must_use]
    pub fn new(report: &EligibilityReport) -> Self {
        let pods_unknown = report
            .nodes
            .iter()
            .any(|n| n.pod_state == PodState::Unknown);
        let eligible = report.nodes.iter().filter(|n| n.should_run == Some(true));
        let nodes_unknown = report.node_count.is_none();
        let pods_known = !pods_unknown && !nodes_unknown;
        let missing = report
            .nodes
            .iter()
            .filter(|n| n.pod_state == PodState::Missing);
        Self {
            eligible: (!nodes_unknown).then(|| eligible.count()),
            running: pods_known.then(|| report.nodes.iter().filter(|n| runs(n)).count()),
            missing: pods_known.then(|| missing.count()),
            misscheduled: pods_known
                .then(|| report.nodes.iter().filter(|n| is_misscheduled(n)).count()),
            top_reason: top_reason(report),
        }
    }
}

/// Counted on the nodes of the report, which `--node-selector` may have narrowed.
fn runs(node: &NodeEligibility) -> bool {
    node.should_run == Some(true)
        && matches!(node.pod_state, PodState::Available | PodState::NotAvailable)
}

/// A node that doesn't exist isn't counted, as upstream counts.
fn is_misscheduled(node: &NodeEligibility) -> bool {
    node.should_run == Some(false) && !node.pods.is_empty() && !node.is_missing()
}

fn top_reason(report: &EligibilityReport) -> Option<(Code, usize)> {
    let broken = |should_run: Option<bool>| {
        let nodes = report.nodes.iter().filter(|n| n.is_clean() == Some(false));
        nodes.filter(move |n| n.should_run == should_run)
    };
    let general = report.findings.iter().map(Reason::code);
    let mut refused = general
        .clone()
        .filter(|code| code.properties().stops.keeps_from_creating());
    // Nodes that only wait for the rollout say less than what it waits for, and those without
    // their pod come before those with one too many.
    let first = most_frequent(broken(Some(true)));
    refused
        .next()
        .filter(|_| first.is_some_and(|(code, _)| code == Code::PodOutdated))
        .map(|code| (code, 1))
        .or(first)
        .or_else(|| most_frequent(broken(None)))
        .or_else(|| most_frequent(broken(Some(false))))
        .or_else(|| general.map(|code| (code, 1)).next())
        .or_else(|| most_frequent(report.nodes.iter().filter(|n| n.should_run == Some(false))))
}

fn most_frequent<'a>(nodes: impl Iterator<Item = &'a NodeEligibility>) -> Option<(Code, usize)> {
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    for node in nodes {
        // The general word for it says less than the cause beside it.
        let general = |c: &Code| c.repeats_state() || *c == Code::UntoleratedPreferNoSchedule;
        let codes: Vec<_> = node.reasons.iter().map(Reason::code).collect();
        let cause = codes.iter().find(|c| !general(c)).or_else(|| codes.first());
        if let Some(code) = cause {
            *counts.entry(*code).or_default() += 1;
        }
    }
    // Of equal counts the first in the list of codes.
    counts.into_iter().rev().max_by_key(|(_, count)| *count)
}

/// Nodes that share all of their reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The reasons.
    pub reasons: Vec<Shared>,
    /// How far each of the nodes is from being eligible.
    pub distance: Distance,
    /// The names of the nodes, in order.
    pub nodes: Vec<&'a str>,
}

/// A reason of several nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared {
    /// The reason, as the first of the nodes has it.
    pub reason: Reason,
    /// The nodes' own values of it differ, and none is the one that is wanted.
    pub values_differ: bool,
}

/// Of how many groups that differ in the nodes' values alone one is made: a label
/// such as the host's name would else give each node a group of its own.
const ALIKE: usize = 4;

/// The excluded nodes by their set of reasons: the nearest miss first, then the larger group.
#[must_use]
pub fn excluded(report: &EligibilityReport) -> Vec<Group<'_>> {
    let mut by_reasons: BTreeMap<(Distance, Vec<&Reason>), Vec<&str>> = BTreeMap::new();
    for node in report.nodes.iter().filter(|n| is_excluded(n)) {
        let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
        let mut reasons: Vec<&Reason> = deciding.collect();
        reasons.sort();
        let nodes = by_reasons.entry((node.distance, reasons)).or_default();
        nodes.push(&node.name);
    }
    let mut by_cause: BTreeMap<(Distance, Vec<Reason>), Vec<Group<'_>>> = BTreeMap::new();
    for ((distance, reasons), nodes) in by_reasons {
        let causes = reasons.iter().map(|r| r.cause()).collect();
        by_cause.entry((distance, causes)).or_default().push(Group {
            reasons: reasons.into_iter().map(shared).collect(),
            distance,
            nodes,
        });
    }
    let mut groups: Vec<_> = by_cause.into_values().flat_map(merged).collect();
    groups.sort_by_key(|g| (total(g.distance), std::cmp::Reverse(g.nodes.len())));
    groups
}

fn shared(reason: &Reason) -> Shared {
    Shared {
        reason: reason.clone(),
        values_differ: false,
    }
}

/// One group of all, where they are too many to be told apart by the nodes' values.
fn merged(mut groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    if groups.len() < ALIKE {
        return groups;
    }
    let Some(mut all) = groups.pop() else {
        return groups;
    };
    for (index, shared) in all.reasons.iter_mut().enumerate() {
        let same = |g: &Group<'_>| g.reasons.get(index) == Some(shared);
        shared.values_differ = !groups.iter().all(same);
    }
    all.nodes
        .extend(groups.iter().flat_map(|g| g.nodes.iter().copied()));
    all.nodes.sort_unstable();
    vec![all]
}

fn is_excluded(node: &NodeEligibility) -> bool {
    node.eligibility_for_pods() == Eligibility::Excluded && node.pods.is_empty()
}

/// The number of all changes.
#[must_use]
pub const fn total(distance: Distance) -> usize {
    distance.labels + distance.tolerations + distance.fields
}
