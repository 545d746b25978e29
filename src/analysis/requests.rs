//! What the pods of a DaemonSet request, as the scheduler counts them.

use crate::engine::requests::{
    RequestError, Requests, add, pod_requests, scheduled_requests, takes_defaults,
};
use crate::model::{DaemonSet, Pod, Snapshot};

/// Requests of which there is no sum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadableRequests {
    /// The pod that has them; `None` for the template.
    pub pod: Option<String>,
    /// What is wrong with them.
    pub problem: RequestError,
}

/// What a new pod of a DaemonSet would request.
pub(super) struct NewPod {
    /// By its template, with what the LimitRanges of its namespace add as far as they were
    /// read.
    pub(super) requests: Result<Requests, UnreadableRequests>,
    /// Whether it may be more: LimitRanges weren't read, and the template leaves something to
    /// them.
    pub(super) may_get_defaults: bool,
}

impl NewPod {
    pub(super) fn new(snapshot: &Snapshot, ds: &DaemonSet) -> Self {
        let limit_ranges = snapshot.limit_ranges_in(&ds.namespace);
        let spec = ds.pod_spec();
        let requests = spec.map_or_else(
            || Ok(Requests::new()),
            |spec| pod_requests(spec, limit_ranges.unwrap_or_default()),
        );
        Self {
            requests: requests.map_err(|problem| UnreadableRequests { pod: None, problem }),
            may_get_defaults: limit_ranges.is_none() && spec.is_some_and(takes_defaults),
        }
    }
}

/// What each of `pods` requests, as far as the scheduler counts them: those that have ended
/// are nothing to it. A pod that comes without its containers counts as a new one.
pub(super) fn of_pods<'p>(
    pods: impl IntoIterator<Item = &'p Pod>,
    new_pod: &NewPod,
) -> Result<Vec<Requests>, UnreadableRequests> {
    let counted = pods.into_iter().filter(|pod| !pod.is_terminal());
    let requests = counted.map(|pod| match &pod.resources {
        Some(resources) => scheduled_requests(resources).map_err(|problem| UnreadableRequests {
            pod: Some(pod.name.to_string()),
            problem,
        }),
        None => new_pod.requests.clone(),
    });
    requests.collect()
}

/// The sum of what several pods request.
pub(super) fn sum<'r>(pods: impl IntoIterator<Item = &'r Requests>) -> Requests {
    let mut total = Requests::new();
    for requests in pods {
        add(&mut total, requests);
    }
    total
}

/// Whether two pods request the same; nothing is as much as nought.
pub(super) fn are_same(one: &Requests, other: &Requests) -> bool {
    let amount = |requests: &Requests, name| requests.get(name).copied().unwrap_or_default();
    let mut names = one.keys().chain(other.keys());
    names.all(|name| amount(one, name) == amount(other, name))
}
