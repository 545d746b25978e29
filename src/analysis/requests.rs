//! The requests of a DaemonSet's pods, as the scheduler counts them.

use crate::engine::requests::{
    RequestError, Requests, add, pod_requests, scheduled_requests, takes_defaults,
};
use crate::model::{DaemonSet, Pod, Snapshot};

/// Requests that can't be summed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadableRequests {
    /// The pod with these requests; `None` for the template.
    pub pod: Option<String>,
    /// What is wrong with them.
    pub problem: RequestError,
}

/// The requests of a new pod of a DaemonSet.
pub(super) struct NewPod {
    /// From its template, plus the defaults of the namespace's LimitRanges as far as they were
    /// read.
    pub(super) requests: Result<Requests, UnreadableRequests>,
    /// Whether it may be more: LimitRanges weren't read, and the template leaves requests open.
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

/// The requests of each of `pods` that the scheduler counts: ended ones don't count. A pod that was
/// read without its containers counts as a new one.
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

/// The sum of the requests of several pods.
pub(super) fn sum<'r>(pods: impl IntoIterator<Item = &'r Requests>) -> Requests {
    let mut total = Requests::new();
    for requests in pods {
        add(&mut total, requests);
    }
    total
}

/// Whether two pods have the same requests; none equals zero.
pub(super) fn are_same(one: &Requests, other: &Requests) -> bool {
    let amount = |requests: &Requests, name| requests.get(name).copied().unwrap_or_default();
    let mut names = one.keys().chain(other.keys());
    names.all(|name| amount(one, name) == amount(other, name))
}
