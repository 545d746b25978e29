//! Containers of available pods that keep ending: the kubelet restarts them, and in between they
//! are ready.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::Pod;

use super::eligibility::EligibilityReport;
use super::node::NodeEligibility;
use super::pod::{PodContext, container};
use super::reason::{Code, ContainerFact, EndKind, Reason};

/// From how many restarts on they are reported.
const MANY: i32 = 5;

/// For how long after the last end they are reported: the back-off between two restarts grows to
/// five minutes, so a container that keeps ending does so several times within it.
const LATELY: SignedDuration = SignedDuration::from_hours(1);

/// A container of an available pod keeps ending.
pub(super) fn of_pod(pod: &Pod, context: PodContext<'_>) -> Option<Reason> {
    let restarted = pod.restarted.as_deref()?;
    let ended = restarted.last_end.as_ref()?.finished?;
    let is_lately = ended.checked_add(LATELY).is_ok_and(|end| end > context.now);
    (restarted.restarts >= MANY && is_lately).then(|| Reason::RestartsAgainAndAgain {
        pods: vec![pod.name.to_string()],
        of: 1,
        container: container(restarted, context),
    })
}

/// The same for all nodes: for each container and kind of end, the one with the most pods first.
pub(super) fn of_nodes(nodes: &[NodeEligibility]) -> Vec<Reason> {
    let mut groups: BTreeMap<(&str, &str), (Vec<String>, ContainerFact)> = BTreeMap::new();
    let mut of = 0;
    for pod in nodes.iter().flat_map(|node| &node.pods) {
        of += 1;
        for reason in &pod.reasons {
            let Reason::RestartsAgainAndAgain { container, .. } = reason else {
                continue;
            };
            let end = container.last_end.as_ref();
            let end = end.map_or("", |end| EndKind::of(end).name());
            let group = groups.entry((&container.name, end));
            let (pods, all) = group.or_insert_with(|| (Vec::new(), container.clone()));
            pods.push(pod.name.clone());
            all.add_restarts(container.restarts);
            if last_end(container) > last_end(all) {
                all.last_end.clone_from(&container.last_end);
            }
        }
    }
    let mut found: Vec<(Vec<String>, ContainerFact)> = groups.into_values().collect();
    found.sort_by_key(|(pods, _)| std::cmp::Reverse(pods.len()));
    let reasons = found.into_iter();
    reasons
        .map(|(pods, container)| Reason::RestartsAgainAndAgain {
            pods,
            of,
            container,
        })
        .collect()
}

/// The one that is reported first, on all nodes or on one.
#[must_use]
pub fn of_report(report: &EligibilityReport) -> Option<&Reason> {
    let findings = report.findings.iter();
    let mut all = findings.chain(report.nodes.iter().flat_map(|node| &node.reasons));
    all.find(|reason| reason.code() == Code::RestartsAgainAndAgain)
}

/// When the container ended last.
#[must_use]
pub fn last_end(container: &ContainerFact) -> Option<Timestamp> {
    container.last_end.as_ref()?.finished
}
