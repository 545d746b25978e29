//! What a daemon pod asks of its node.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use crate::model::quantity::{Quantity, QuantityError};

/// Sums of quantities by resource name.
pub type Requests = BTreeMap<String, Quantity>;

/// A request or a limit of a template that is no quantity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{resource}: {problem}")]
pub struct RequestError {
    /// The resource that it is of.
    pub resource: String,
    /// What is wrong with it.
    pub problem: QuantityError,
}

/// The requests of the pods that a template makes, as the scheduler counts
/// them: upstream's `resource.PodRequests` (component-helpers 0.37.1) after the
/// API's default that a container without a request asks for its limit.
///
/// # Errors
/// Names the quantity that can't be parsed.
pub fn pod_requests(spec: &PodSpec) -> Result<Requests, RequestError> {
    let mut total = Requests::new();
    for container in &spec.containers {
        add(&mut total, &container_requests(container)?);
    }
    let (mut sidecars, mut init) = (Requests::new(), Requests::new());
    for container in spec.init_containers.iter().flatten() {
        let own = container_requests(container)?;
        if container.restart_policy.as_deref() == Some("Always") {
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
    pod_level_requests(spec, &mut total)?;
    let overhead = spec.overhead.clone().unwrap_or_default();
    add(&mut total, &parse(&overhead)?);
    Ok(total)
}

fn container_requests(container: &Container) -> Result<Requests, RequestError> {
    container
        .resources
        .as_ref()
        .map_or_else(|| Ok(Requests::new()), requests_or_limits)
}

fn requests_or_limits(resources: &ResourceRequirements) -> Result<Requests, RequestError> {
    let mut quantities = resources.limits.clone().unwrap_or_default();
    quantities.extend(resources.requests.clone().unwrap_or_default());
    parse(&quantities)
}

/// `spec.resources` takes the place of the containers' sum, for the resources it
/// supports. A limit without a request becomes one, unless the containers ask for
/// that resource and it can be overcommitted (`DefaultPodLevelResources`, 1.37.1).
fn pod_level_requests(spec: &PodSpec, total: &mut Requests) -> Result<(), RequestError> {
    let Some(resources) = &spec.resources else {
        return Ok(());
    };
    let overcommitted = |name: &str| matches!(name, "cpu" | "memory");
    let supported = |name: &str| overcommitted(name) || name.starts_with("hugepages-");
    let requests = parse(&resources.requests.clone().unwrap_or_default())?;
    for (name, limit) in parse(&resources.limits.clone().unwrap_or_default())? {
        let asked = overcommitted(&name) && total.contains_key(&name);
        if supported(&name) && !asked {
            total.insert(name, limit);
        }
    }
    total.extend(requests.into_iter().filter(|(name, _)| supported(name)));
    Ok(())
}

fn parse(quantities: &BTreeMap<String, Written>) -> Result<Requests, RequestError> {
    let parsed = quantities.iter().map(|(name, quantity)| {
        let parsed = Quantity::parse(&quantity.0).map_err(|problem| RequestError {
            resource: name.clone(),
            problem,
        })?;
        Ok((name.clone(), parsed))
    });
    parsed.collect()
}

fn add(sum: &mut Requests, more: &Requests) {
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
