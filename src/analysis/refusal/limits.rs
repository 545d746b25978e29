//! Which containers of a template don't keep to a LimitRange, and what would.

use k8s_openapi::api::core::v1::{Container, PodSpec};

use crate::model::quantity::Quantity;
use crate::model::refusal::{Found, LimitViolation};

/// A request or a limit that would keep to what a LimitRange allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LimitChange {
    /// The container.
    pub container: String,
    /// Whether it is an init container.
    pub is_init: bool,
    /// Whether it is the limit, rather than the request.
    pub is_limit: bool,
    /// The resource.
    pub resource: String,
    /// What it would be.
    pub value: String,
}

/// What would keep to all of `violations`; `None` where that isn't known of one of them: what
/// the whole pod has may come from any of its containers.
pub(super) fn changes(spec: &PodSpec, violations: &[LimitViolation]) -> Option<Vec<LimitChange>> {
    let mut changes = Vec::new();
    for violation in violations {
        let of_one = of_violation(spec, violation);
        if of_one.is_empty() {
            return None;
        }
        changes.extend(of_one);
    }
    changes.sort();
    changes.dedup();
    (!changes.is_empty()).then_some(changes)
}

fn of_violation(spec: &PodSpec, violation: &LimitViolation) -> Vec<LimitChange> {
    if !violation.per_container {
        return Vec::new();
    }
    let init = spec.init_containers.iter().flatten().map(|c| (c, true));
    let all = spec.containers.iter().map(|c| (c, false)).chain(init);
    let meant = all.filter(|(container, _)| is_meant(container, violation));
    meant
        .flat_map(|(container, is_init)| of_container(container, is_init, violation))
        .collect()
}

/// Whether it is the container that the message is about, which doesn't name it.
fn is_meant(container: &Container, violation: &LimitViolation) -> bool {
    let (request, limit) = (
        amount(container, false, &violation.resource),
        amount(container, true, &violation.resource),
    );
    match &violation.found {
        // Without a request the limit is the request.
        Found::Request(found) => same(request.or(limit), found),
        Found::Limit(found) => same(limit, found),
        Found::NoRequest => request.is_none() && limit.is_none(),
        Found::NoLimit => limit.is_none(),
    }
}

/// What has to change of it: a limit is never less than the request.
fn of_container(
    container: &Container,
    is_init: bool,
    violation: &LimitViolation,
) -> Vec<LimitChange> {
    let change = |is_limit| LimitChange {
        container: container.name.clone(),
        is_init,
        is_limit,
        resource: violation.resource.clone(),
        value: violation.bound.clone(),
    };
    let is_beyond = |is_limit| {
        let found = amount(container, is_limit, &violation.resource).and_then(parsed);
        let bound = parsed(&violation.bound);
        match violation.is_most {
            true => found > bound && found.is_some(),
            false => found < bound && found.is_some(),
        }
    };
    let is_of_limit = match violation.found {
        Found::Limit(_) | Found::NoLimit => true,
        Found::Request(_) | Found::NoRequest => false,
    };
    let both = [false, true];
    let wanted = both
        .into_iter()
        .filter(|is_limit| *is_limit == is_of_limit || is_beyond(*is_limit));
    wanted.map(change).collect()
}

fn amount<'c>(container: &'c Container, is_limit: bool, resource: &str) -> Option<&'c str> {
    let resources = container.resources.as_ref()?;
    let list = match is_limit {
        true => resources.limits.as_ref(),
        false => resources.requests.as_ref(),
    };
    Some(list?.get(resource)?.0.as_str())
}

fn parsed(text: &str) -> Option<Quantity> {
    Quantity::parse(text).ok()
}

fn same(amount: Option<&str>, found: &str) -> bool {
    let amount = amount.and_then(parsed);
    amount.is_some() && amount == parsed(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(containers: &Value, text: &str) -> Option<Vec<(String, bool, String)>> {
        let spec: PodSpec = serde_json::from_value(json!({"containers": containers})).unwrap();
        let changes = changes(&spec, &LimitViolation::all(text))?.into_iter();
        let told = changes.map(|one| (one.container, one.is_limit, one.value));
        Some(told.collect())
    }

    #[test]
    fn the_container_that_is_meant_keeps_to_it() {
        let containers = json!([
            {"name": "a", "resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "768Mi"}}},
            {"name": "b", "resources": {"limits": {"memory": "256Mi"}}},
            {"name": "c"}]);
        let most = "maximum memory usage per Container is 512Mi, but limit is 1Gi";
        let lower = |is_limit| ("a".to_owned(), is_limit, "512Mi".to_owned());
        assert_eq!(
            told(&containers, most),
            Some(vec![lower(false), lower(true)])
        );
        let least = "minimum memory usage per Container is 300Mi, but request is 256Mi";
        let raised = |is_limit| ("b".to_owned(), is_limit, "300Mi".to_owned());
        assert_eq!(
            told(&containers, least),
            Some(vec![raised(false), raised(true)])
        );
        let none = "maximum memory usage per Container is 512Mi.  No limit is specified";
        let set = ("c".to_owned(), true, "512Mi".to_owned());
        assert_eq!(told(&containers, none), Some(vec![set]));
        let of_pod = "maximum memory usage per Pod is 512Mi, but limit is 1280Mi";
        assert_eq!(told(&containers, of_pod), None);
        assert_eq!(told(&containers, &format!("{most}, {of_pod}")), None);
    }
}
