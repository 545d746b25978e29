//! Requests and limits (`validateResourceRequirements`, 1.37.1).

use super::Problems;
use super::access::{Object, has, items, object};
use crate::model::qualified_name::check_label_key;
use crate::model::quantity::Quantity;

const HUGE_PAGES: &str = "hugepages-";

/// Which names a resource may have.
type Name = fn(&str) -> Result<(), String>;

pub(super) fn check_container(path: &str, container: &Object, problems: &mut Problems) {
    if let Some(resources) = object(container, "resources") {
        check(
            &format!("{path}.resources"),
            resources,
            of_container,
            problems,
        );
    }
}

/// `validatePodResources` and `validateOverhead`, and the claims that containers name.
pub(super) fn check_pod(path: &str, spec: &Object, problems: &mut Problems) {
    if let Some(resources) = object(spec, "resources") {
        let path = format!("{path}.resources");
        check(&path, resources, of_pod, problems);
        if has(resources, "claims") {
            problems.add(&format!("{path}.claims"), "can only be set for a container");
        }
    }
    if let Some(overhead) = object(spec, "overhead") {
        for (name, quantity) in quantities(overhead) {
            let path = format!("{path}.overhead[{name}]");
            amount(&path, name, quantity, of_container, problems);
        }
    }
    claims(path, spec, problems);
}

fn check(path: &str, resources: &Object, named: Name, problems: &mut Problems) {
    let empty = Object::new();
    let limits = object(resources, "limits").unwrap_or(&empty);
    let requests = object(resources, "requests").unwrap_or(&empty);
    for (which, of) in [("limits", limits), ("requests", requests)] {
        for (name, quantity) in quantities(of) {
            amount(
                &format!("{path}.{which}[{name}]"),
                name,
                quantity,
                named,
                problems,
            );
        }
    }
    for (name, request) in quantities(requests) {
        let limit = limits.get(name).and_then(|l| l.as_str());
        against_limit(
            &format!("{path}.requests[{name}]"),
            name,
            request,
            limit,
            problems,
        );
    }
    let names = || limits.keys().chain(requests.keys());
    let has_compute = names().any(|name| matches!(&**name, "cpu" | "memory"));
    if !has_compute && names().any(|name| name.starts_with(HUGE_PAGES)) {
        problems.add(
            path,
            "have huge pages, which take `cpu` or `memory` beside them",
        );
    }
}

fn quantities(of: &Object) -> impl Iterator<Item = (&str, &str)> {
    of.iter()
        .filter_map(|(name, quantity)| Some((&**name, quantity.as_str()?)))
}

/// The name and the amount by themselves (`ValidateResourceQuantityValue`).
fn amount(path: &str, name: &str, text: &str, named: Name, problems: &mut Problems) {
    problems.check(path, named(name));
    let Ok(quantity) = Quantity::parse(text) else {
        // The source has already reported it: no object has such a quantity.
        return;
    };
    if quantity.is_negative() {
        problems.add(path, format!("is `{text}`, and it can't be below 0"));
    } else if is_extended(name) && !quantity.is_whole() {
        problems.add(
            path,
            format!("is `{text}`, and `{name}` comes in whole numbers"),
        );
    }
    let page = name.strip_prefix(HUGE_PAGES).map(Quantity::parse);
    if page.is_some_and(|page| !page.is_ok_and(|page| quantity.is_multiple_of(page))) {
        problems.add_kept(
            path,
            format!("is `{text}`, which is no number of such pages"),
        );
    }
}

/// A request may not exceed the limit; for a resource that can't be shared it equals the limit.
fn against_limit(
    path: &str,
    name: &str,
    request: &str,
    limit: Option<&str>,
    problems: &mut Problems,
) {
    let is_shared = is_native(name) && !name.starts_with(HUGE_PAGES);
    let Some(limit) = limit else {
        if !is_shared {
            let problem = format!(
                "is `{request}` without a limit, and `{name}` can't be shared: add a limit of `{request}`"
            );
            problems.add(path, problem);
        }
        return;
    };
    let (Ok(asked), Ok(most)) = (Quantity::parse(request), Quantity::parse(limit)) else {
        return;
    };
    if !is_shared && asked != most {
        let problem = format!(
            "is `{request}` and the limit `{limit}`, and `{name}` can't be shared: make them equal"
        );
        problems.add(path, problem);
    } else if asked > most {
        let problem = format!("is `{request}`, above the limit of `{limit}`");
        problems.add(path, problem);
    }
}

/// `IsNativeResource`
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// `IsExtendedResourceName`
fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && check_label_key(&format!("requests.{name}")).is_ok()
}

/// `ValidateContainerResourceName`
fn of_container(name: &str) -> Result<(), String> {
    check_label_key(name)?;
    let is_known = matches!(name, "cpu" | "memory" | "ephemeral-storage");
    if is_known
        || name.starts_with(HUGE_PAGES)
        || name.contains('/') && is_native(name)
        || is_extended(name)
    {
        return Ok(());
    }
    Err(format!(
        "`{name}` is no resource of a container: it takes `cpu`, `memory`, `ephemeral-storage`, `hugepages-SIZE` and names such as `example.com/device`"
    ))
}

/// `validatePodResourceName`
fn of_pod(name: &str) -> Result<(), String> {
    check_label_key(name)?;
    if matches!(name, "cpu" | "memory") || name.starts_with(HUGE_PAGES) {
        return Ok(());
    }
    Err(format!(
        "`{name}` is no resource of a whole pod: it takes `cpu`, `memory` and `hugepages-SIZE`"
    ))
}

/// `validateResourceClaimNames`: claims of the pod.
fn claims(path: &str, spec: &Object, problems: &mut Problems) {
    let has_claim = |name: &str| {
        let mut claims = items(spec, "resourceClaims");
        claims.any(|(_, claim)| claim.get("name").and_then(|n| n.as_str()) == Some(name))
    };
    super::walk_containers(path, spec, |path, container| {
        let Some(resources) = object(container, "resources") else {
            return;
        };
        for (index, claim) in items(resources, "claims") {
            let name = super::access::text(claim, "name");
            if !has_claim(name) {
                let problem = format!(
                    "is `{name}`, and `spec.template.spec.resourceClaims` has no claim of that name"
                );
                problems.add(&format!("{path}.resources.claims[{index}]"), problem);
            }
        }
    });
}
