//! Numbers and groups for the first lines of an answer, derived from a report before anything is
//! printed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::{Incomplete, Snapshot};

use super::causes::{depth, is_misscheduled, is_only_outdated, is_settling};
use super::eligibility::EligibilityReport;
use super::gauges::Gauges;
use super::node::{Eligibility, NodeEligibility};
use super::overall_health::Health;
use super::pod::PodState;
use super::problem::{Problem, top};
use super::reason::{Reason, Requirement};
use super::remedy::Distance;
use super::rollout::plan::Blocker;

/// Data that a list of DaemonSets needs but that couldn't be read: then the answer is limited to
/// what is known.
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
    /// How the DaemonSet stands.
    pub health: Health,
    /// Its nodes by state, as far as nodes and pods could be read.
    pub counts: NodeCounts,
    /// Whether nodes could be read.
    pub knows_nodes: bool,
    /// Whether pods could be read too.
    pub knows_pods: bool,
    /// Whether a pod from an older template is replaced only once somebody deletes it.
    pub is_on_delete: bool,
    /// The label of the template's nodeSelector that no node has.
    pub unmatched: Option<(String, String)>,
    /// How many causes break nodes.
    pub causes: usize,
    /// The problem of the most nodes, or of the DaemonSet as a whole.
    pub top: Option<Problem>,
    /// The first blocker of the rollout under way, where no node explains it.
    pub stuck: Option<Blocker>,
    /// Its metrics.
    pub gauges: Gauges,
}

impl Overview {
    /// Derives the line from a report on all nodes.
    #[must_use]
    pub fn new(report: &EligibilityReport) -> Self {
        let pods_unknown = report
            .nodes
            .iter()
            .any(|n| n.pod_state == PodState::Unknown);
        let knows_nodes = report.node_count.is_some();
        let counts = NodeCounts::new(report);
        let unmatched = unmatched_label(report);
        let causes = report.causes.iter().filter(|g| !is_only_outdated(g));
        Self {
            health: Health::new(report, &counts),
            counts,
            knows_nodes,
            knows_pods: knows_nodes && !pods_unknown,
            is_on_delete: report.is_on_delete(),
            unmatched: unmatched.map(|(key, value)| (key.to_owned(), value.to_owned())),
            causes: causes.count(),
            top: top(report),
            stuck: report.stuck.clone(),
            gauges: Gauges::new(report),
        }
    }

    /// Nodes that should run it, or are expected to.
    #[must_use]
    pub fn desired(&self) -> Option<usize> {
        self.knows_nodes.then(|| self.counts.wanted())
    }

    /// Those of them that aren't broken.
    #[must_use]
    pub fn healthy(&self) -> Option<usize> {
        let counts = &self.counts;
        self.knows_pods
            .then(|| counts.wanted().saturating_sub(counts.broken))
    }

    /// Those of them that are broken.
    #[must_use]
    pub fn broken(&self) -> Option<usize> {
        self.knows_pods.then_some(self.counts.broken)
    }

    /// The sort key, the worst first.
    #[must_use]
    pub fn rank(&self) -> (Health, std::cmp::Reverse<(usize, usize)>, u8) {
        let counts = &self.counts;
        let troubled = counts.misscheduled + counts.outdated;
        let broken = match self.knows_pods {
            true => counts.broken,
            // None of its nodes is known to run it.
            false => counts.wanted(),
        };
        // Among equals, the one whose cause explains others' comes first: a driver that crashes,
        // before what waits for it.
        let top = self.top.as_ref();
        let depth = top.map_or(u8::MAX, |problem| depth(&problem.reason));
        (self.health, std::cmp::Reverse((broken, troubled)), depth)
    }
}

/// The label of the template's nodeSelector that no node has, where there is a node.
#[must_use]
pub fn unmatched_label(report: &EligibilityReport) -> Option<(&str, &str)> {
    let (first, others) = report.nodes.split_first()?;
    let is_on = |node: &NodeEligibility, label| {
        let mut mismatches = node.reasons.iter().filter_map(mismatch);
        mismatches.any(|other| other == label)
    };
    let mut unmatched = first.reasons.iter().filter_map(mismatch);
    unmatched.find(|label| others.iter().all(|node| is_on(node, *label)))
}

fn mismatch(reason: &Reason) -> Option<(&str, &str)> {
    match reason {
        Reason::NodeSelectorMismatch { key, wanted, .. } => Some((key, wanted)),
        _ => None,
    }
}

/// The nodes of a report by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeCounts {
    /// Should run it.
    pub eligible: usize,
    /// Of those, have no available pod, or more than one.
    pub broken: usize,
    /// Of the broken ones, have a ready pod that waits for `minReadySeconds` alone.
    pub settling: usize,
    /// Of those, have an available pod of an older template.
    pub outdated: usize,
    /// Shouldn't have a pod and have one.
    pub misscheduled: usize,
    /// Don't exist, but pods name them.
    pub missing: usize,
    /// Shouldn't run it but are expected to; one that still has a pod is misscheduled too.
    pub excluded_though_expected: usize,
    /// Shouldn't have a pod, have none and aren't expected to.
    pub excluded: Excluded,
}

/// Nodes without a pod that the template excludes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// How many.
    pub nodes: usize,
    /// How far the nearest of them are from being eligible, and how many are that near.
    pub nearest: Option<(Distance, usize)>,
}

impl Excluded {
    fn add(&mut self, distance: Distance) {
        self.nodes += 1;
        // What can't run there doesn't nearly run there.
        if distance.machine > 0 {
            return;
        }
        self.nearest = match self.nearest {
            Some((nearest, count)) if nearest == distance => Some((nearest, count + 1)),
            Some((nearest, count)) if total(nearest) <= total(distance) => Some((nearest, count)),
            _ => Some((distance, 1)),
        };
    }
}

impl NodeCounts {
    /// Counts the nodes of `report`.
    #[must_use]
    pub fn new(report: &EligibilityReport) -> Self {
        let nodes = report.nodes.iter();
        let mut counts = Self::default();
        for node in nodes {
            counts.excluded_though_expected += usize::from(node.is_excluded_though_expected());
            if node.is_missing() {
                counts.missing += 1;
            } else if node.should_run == Some(true) {
                counts.eligible += 1;
            } else if is_misscheduled(node) {
                counts.misscheduled += 1;
            } else if is_excluded(node) && !node.expected {
                counts.excluded.add(node.distance);
            }
        }
        for group in &report.causes {
            let kind = if is_only_outdated(group) {
                &mut counts.outdated
            } else {
                &mut counts.broken
            };
            *kind += group.nodes.len();
            if is_settling(group) {
                counts.settling += group.nodes.len();
            }
        }
        counts
    }

    /// Whether nodes are broken by more than pods that just started.
    #[must_use]
    pub const fn has_broken(&self) -> bool {
        self.broken > self.settling
    }

    /// How many nodes should run it, or are expected to.
    #[must_use]
    pub const fn wanted(&self) -> usize {
        self.eligible + self.excluded_though_expected
    }
}

/// Nodes with the same reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The reasons.
    pub reasons: Vec<CommonReason>,
    /// How far each of the nodes is from being eligible.
    pub distance: Distance,
    /// The names of the nodes, in order.
    pub nodes: Vec<&'a str>,
}

/// A reason that several nodes share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommonReason {
    /// The reason, with the facts of the first node.
    pub reason: Reason,
    /// Whether the nodes' own values differ, and none of them is the required one.
    pub values_differ: bool,
}

/// From how many groups on that differ only in the nodes' values they are merged into one:
/// otherwise a label such as the hostname would give each node its own group.
const ALIKE: usize = 4;

/// The excluded nodes that aren't expected to run it, by their set of reasons: the nearest miss
/// first, then the larger group.
#[must_use]
pub fn excluded(report: &EligibilityReport) -> Vec<Group<'_>> {
    let mut by_reasons: BTreeMap<(Distance, Vec<Cow<'_, Reason>>), Vec<&str>> = BTreeMap::new();
    let nodes = report.nodes.iter();
    for node in nodes.filter(|n| is_excluded(n) && !n.expected) {
        let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
        let mut reasons: Vec<_> = deciding.map(without_name).collect();
        reasons.sort();
        let nodes = by_reasons.entry((node.distance, reasons)).or_default();
        nodes.push(&node.name);
    }
    let mut by_cause: BTreeMap<(Distance, Vec<Reason>), Vec<Group<'_>>> = BTreeMap::new();
    for ((distance, reasons), nodes) in by_reasons {
        let causes = reasons.iter().map(|r| r.cause()).collect();
        by_cause.entry((distance, causes)).or_default().push(Group {
            reasons: reasons.iter().map(|reason| shared(reason)).collect(),
            distance,
            nodes,
        });
    }
    let mut groups: Vec<_> = by_cause.into_values().flat_map(merged).collect();
    groups.sort_by_key(|g| {
        let is_misspelled = g.reasons.iter().any(is_misspelled);
        (
            total(g.distance),
            !is_misspelled,
            std::cmp::Reverse(g.nodes.len()),
        )
    });
    groups
}

/// Whether the nodes have a label that is asked for with its value in another spelling.
fn is_misspelled(shared: &CommonReason) -> bool {
    match &shared.reason {
        Reason::NodeAffinityMismatch(requirement) => requirement.remoteness() == 0,
        _ => false,
    }
}

/// The required field is the node's name, which differs for each node.
fn without_name(reason: &Reason) -> Cow<'_, Reason> {
    match reason {
        Reason::NodeAffinityMismatch(requirement) if requirement.is_field => {
            Cow::Owned(Reason::NodeAffinityMismatch(Requirement {
                found: None,
                ..requirement.clone()
            }))
        }
        reason => Cow::Borrowed(reason),
    }
}

fn shared(reason: &Reason) -> CommonReason {
    CommonReason {
        reason: reason.clone(),
        values_differ: false,
    }
}

/// Merges all into one group, where there are too many to tell apart by the nodes' values.
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

/// Whether a node without a pod is excluded.
pub(super) fn is_excluded(node: &NodeEligibility) -> bool {
    node.eligibility_for_pods() == Eligibility::Excluded && node.pods.is_empty()
}

/// The number of all changes, after what can't be changed.
#[must_use]
pub const fn total(distance: Distance) -> (usize, usize) {
    let changes = distance.labels + distance.tolerations + distance.conditions + distance.fields;
    (distance.machine, changes)
}
