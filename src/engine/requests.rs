//! What a daemon pod requests of its node.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use crate::model::quantity::{Quantity, QuantityError};
use crate::model::{ContainerResources, LimitRange, PodResources, Resources};

/// Sums of quantities by resource name.
pub type Requests = BTreeMap<String, Quantity>;

/// A request or a limit that isn't a quantity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{resource}: {problem}")]
pub struct RequestError {
    /// The resource that it is for.
    pub resource: String,
    /// What is wrong with it.
    pub problem: QuantityError,
}

/// The requests of a new pod of a template, as the scheduler counts them: upstream's
/// `resource.PodRequests` (component-helpers 0.37.1), after the API's default that a container
/// without a request requests its limit, and after the defaults that LimitRanges give to containers
/// without both (`LimitRanger`, 1.37.1). Of two LimitRanges the first counts; the API server takes
/// them in no order.
///
/// # Errors
/// The error names the quantity that can't be parsed.
pub fn pod_requests(spec: &PodSpec, limit_ranges: &[LimitRange]) -> Result<Requests, RequestError> {
    let of = |container: &Container| parse(container_requests(container, limit_ranges));
    let init = spec.init_containers.iter().flatten().map(|container| {
        let is_sidecar = container.restart_policy.as_deref() == Some("Always");
        Ok((is_sidecar, of(container)?))
    });
    let mut total = aggregate(spec.containers.iter().map(of), init)?;
    pod_level_requests(spec, &mut total)?;
    add(&mut total, &parse(written(spec.overhead.as_ref()))?);
    Ok(total)
}

/// Whether a LimitRange could add to new pods of a template: a container doesn't specify cpu or
/// memory.
#[must_use]
pub fn takes_defaults(spec: &PodSpec) -> bool {
    let init = spec.init_containers.iter().flatten();
    let mut all = spec.containers.iter().chain(init);
    all.any(|container| {
        let own = container_requests(container, &[]);
        ["cpu", "memory"].iter().any(|name| !own.contains_key(name))
    })
}

/// The requests of an existing pod, as the scheduler counts them once it is on a node: upstream's
/// `PodInfo.CalculateResource` (1.37.1), which is `resource.PodRequests` with the status, with the
/// release's default feature gates. During a resize the larger of what the spec requests and what
/// the kubelet has admitted or actuated counts; where the kubelet can never make room for it, the
/// spec doesn't count.
///
/// # Errors
/// The error names the quantity that can't be parsed.
pub fn scheduled_requests(pod: &PodResources) -> Result<Requests, RequestError> {
    let counts_spec = !pod.is_resize_infeasible;
    let mut total = if counts_spec {
        of_containers(pod, |container| Some(&container.requests))?
    } else {
        Requests::new()
    };
    let of_pod = pod.actuated.as_ref().and_then(|r| r.requests.as_ref());
    let (actuated, allocated) = match (of_pod, &pod.allocated) {
        (Some(actuated), Some(allocated)) => (parse(actuated.iter())?, parse(allocated.iter())?),
        _ => (
            of_containers(pod, |container| actuated(container, counts_spec))?,
            of_containers(pod, |container| allocated(container, counts_spec))?,
        ),
    };
    raise(&mut total, &actuated);
    raise(&mut total, &allocated);
    let mut pod_level = parse(pod.requests.iter())?;
    pod_level.retain(|name, _| is_pod_level(name));
    if let (false, Some(_)) = (pod_level.is_empty(), &pod.actuated) {
        pod_level.retain(|_, _| counts_spec);
        for status in [of_pod, pod.allocated.as_ref()].into_iter().flatten() {
            raise(&mut pod_level, &parse(status.iter())?);
        }
        pod_level.retain(|name, _| is_pod_level(name));
    }
    total.extend(pod_level);
    add(&mut total, &parse(pod.overhead.iter())?);
    Ok(total)
}

/// What the kubelet has admitted of a container's requests.
fn allocated(container: &ContainerResources, counts_spec: bool) -> Option<&Resources> {
    let spec = Some(&container.requests).filter(|_| counts_spec);
    container.allocated.as_ref().or(spec)
}

/// What the kubelet has actuated of a container's requests.
fn actuated(container: &ContainerResources, counts_spec: bool) -> Option<&Resources> {
    let actuated = container.actuated.as_ref();
    actuated.or_else(|| allocated(container, counts_spec))
}

fn of_containers<'p>(
    pod: &'p PodResources,
    requests: impl Fn(&'p ContainerResources) -> Option<&'p Resources>,
) -> Result<Requests, RequestError> {
    let of = |container| parse(requests(container).into_iter().flat_map(Resources::iter));
    let init = pod.init_containers.iter();
    let init = init.map(|container| Ok((container.is_sidecar, of(container)?)));
    aggregate(pod.containers.iter().map(of), init)
}

/// Upstream's `AggregateContainerRequests`: of init containers, whether each is a sidecar
/// stands before its requests.
fn aggregate(
    containers: impl Iterator<Item = Result<Requests, RequestError>>,
    init_containers: impl Iterator<Item = Result<(bool, Requests), RequestError>>,
) -> Result<Requests, RequestError> {
    let mut total = Requests::new();
    for own in containers {
        add(&mut total, &own?);
    }
    let (mut sidecars, mut init) = (Requests::new(), Requests::new());
    for container in init_containers {
        let (is_sidecar, own) = container?;
        if is_sidecar {
            add(&mut total, &own);
            add(&mut sidecars, &own);
            raise(&mut init, &sidecars);
        } else {
            let mut while_it_runs = own;
            add(&mut while_it_runs, &sidecars);
            raise(&mut init, &while_it_runs);
        }
    }
    raise(&mut total, &init);
    Ok(total)
}

/// A container's own request comes last, so that it takes precedence.
fn container_requests<'c>(
    container: &'c Container,
    limit_ranges: &'c [LimitRange],
) -> BTreeMap<&'c str, &'c str> {
    let given = limit_ranges.iter().rev();
    let given = given.flat_map(|limit_range| limit_range.default_requests.iter());
    let resources = container.resources.as_ref();
    let own = |list: fn(&ResourceRequirements) -> Option<&BTreeMap<String, Written>>| {
        written(resources.and_then(list))
    };
    let limits = own(|r| r.limits.as_ref());
    let requests = own(|r| r.requests.as_ref());
    given.chain(limits).chain(requests).collect()
}

/// `spec.resources` replaces the containers' sum for the resources that it supports. A limit
/// without a request becomes a request, unless the containers request that resource and it can be
/// overcommitted (`DefaultPodLevelResources`, 1.37.1).
fn pod_level_requests(spec: &PodSpec, total: &mut Requests) -> Result<(), RequestError> {
    let Some(resources) = &spec.resources else {
        return Ok(());
    };
    let requests = parse(written(resources.requests.as_ref()))?;
    for (name, limit) in parse(written(resources.limits.as_ref()))? {
        let asked = is_overcommitted(&name) && total.contains_key(&name);
        if is_pod_level(&name) && !asked {
            total.insert(name, limit);
        }
    }
    total.extend(requests.into_iter().filter(|(name, _)| is_pod_level(name)));
    Ok(())
}

fn is_overcommitted(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory")
}

/// `IsSupportedPodLevelResource`.
fn is_pod_level(resource: &str) -> bool {
    is_overcommitted(resource) || resource.starts_with("hugepages-")
}

fn written(quantities: Option<&BTreeMap<String, Written>>) -> impl Iterator<Item = (&str, &str)> {
    let quantities = quantities.into_iter().flatten();
    quantities.map(|(name, quantity)| (name.as_str(), quantity.0.as_str()))
}

fn parse<'q>(
    quantities: impl IntoIterator<Item = (&'q str, &'q str)>,
) -> Result<Requests, RequestError> {
    let parsed = quantities.into_iter().map(|(name, quantity)| {
        let parsed = Quantity::parse(quantity).map_err(|problem| RequestError {
            resource: name.to_owned(),
            problem,
        })?;
        Ok((name.to_owned(), parsed))
    });
    parsed.collect()
}

pub(crate) fn add(sum: &mut Requests, more: &Requests) {
    for (name, quantity) in more {
        let entry = sum.entry(name.clone()).or_default();
        *entry = entry.plus(*quantity);
    }
}

fn raise(least: &mut Requests, other: &Requests) {
    for (name, quantity) in other {
        let entry = least.entry(name.clone()).or_default();
        if *entry < *quantity {
            *entry = *quantity;
        }
    }
}
