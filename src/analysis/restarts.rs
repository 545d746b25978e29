//! Containers of available pods that end again and again: the kubelet restarts them, and
//! between two ends they are ready.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::Pod;

use super::eligibility::EligibilityReport;
use super::node::NodeEligibility;
use super::pod::{PodContext, container};
use super::reason::{Code, ContainerFact, EndKind, Reason};

/// How many restarts are no longer a few.
const MANY: i32 = 5;

/// For how long after the last end they are spoken of: the back-off between two restarts grows
/// to five minutes, so that what goes on ends several times within it.
const LATELY: SignedDuration = SignedDuration::from_hours(1);

/// That a container of an available pod ends again and again.
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

/// The same of all nodes: for each container and way in which it ends, the most pods first.
pub(super) fn of_nodes(nodes: &[NodeEligibility]) -> Vec<Reason> {
    let mut groups: BTreeMap<(&str, &str), (Vec<String>, &ContainerFact)> = BTreeMap::new();
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
            let (pods, worst) = group.or_insert_with(|| (Vec::new(), container));
            pods.push(pod.name.clone());
            if container.restarts > worst.restarts {
                *worst = container;
            }
        }
    }
    let mut found: Vec<(Vec<String>, &ContainerFact)> = groups.into_values().collect();
    found.sort_by_key(|(pods, _)| std::cmp::Reverse(pods.len()));
    let reasons = found.into_iter();
    reasons
        .map(|(pods, container)| Reason::RestartsAgainAndAgain {
            pods,
            of,
            container: container.clone(),
        })
        .collect()
}

/// That of a report on all nodes or one that is said first.
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
