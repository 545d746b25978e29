//! The traversal of a pod template, by the types of its fields.

use serde_json::Value;

use super::access::Object;
use super::fields::FIELDS;
use super::{
    Problems, claims, containers, env, pod, probes, resources, security, selectors, volumes,
};
use crate::apply::schema::{Kind, POD_TEMPLATE};

/// A check of an object as a whole.
type Check = fn(&str, &Object, &mut Problems);

/// The checks between the fields of a struct.
const CHECKS: &[(&str, Check)] = &[
    ("PodSpec", pod::check),
    ("PodSpec", containers::check),
    ("PodSpec", volumes::check_uses),
    ("PodSpec", resources::check_pod),
    ("PodSpec", security::check_pod),
    ("Container", resources::check_container),
    ("Container", probes::check_container),
    ("Probe", probes::check_handlers),
    ("LifecycleHandler", probes::check_handlers),
    ("SecurityContext", security::check_container),
    ("SeccompProfile", security::check_profile),
    ("AppArmorProfile", security::check_profile),
    ("EnvVar", env::check_var),
    ("EnvFromSource", env::check_from),
    ("DownwardAPIVolumeFile", env::check_file),
    ("Volume", volumes::check_sources),
    ("ProjectedVolumeSource", volumes::check_projected),
    ("PersistentVolumeClaimSpec", claims::check_template),
    ("LabelSelector", selectors::check),
    ("TopologySpreadConstraint", selectors::check_spread),
];

/// Checks `spec.template.spec`.
pub(super) fn template(template: &Value, problems: &mut Problems) {
    let (Some(field), Some(spec)) = (POD_TEMPLATE.field("spec"), template.get("spec")) else {
        return;
    };
    visit("spec.template.spec", &field.kind, spec, problems);
}

fn visit(path: &str, kind: &Kind, value: &Value, problems: &mut Problems) {
    match (kind, value) {
        (Kind::Pointer(to), _) => visit(path, to, value, problems),
        (Kind::List(of), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                visit(&format!("{path}[{index}]"), of, item, problems);
            }
        }
        // They are refused as a whole.
        (Kind::Struct("EphemeralContainer"), _) => {}
        (Kind::Struct(name), Value::Object(object)) => {
            check_fields(path, name, kind, object, problems);
            let checks = CHECKS.iter().filter(|(of, _)| of == name);
            checks.for_each(|(_, check)| check(path, object, problems));
            for field in kind.fields() {
                if let Some(value) = object.get(field.name) {
                    visit(
                        &format!("{path}.{}", field.name),
                        &field.kind,
                        value,
                        problems,
                    );
                }
            }
        }
        _ => {}
    }
}

/// The checks of the struct's single fields from the table.
fn check_fields(path: &str, name: &str, kind: &Kind, object: &Object, problems: &mut Problems) {
    for (_, field, rules) in FIELDS.iter().filter(|(of, ..)| *of == name) {
        let is_pointer = |kind: &Kind| matches!(kind, Kind::Pointer(_));
        let is_pointer = kind.field(field).is_some_and(|f| is_pointer(&f.kind));
        let value = object.get(*field).filter(|value| !value.is_null());
        // An empty text where a Go type isn't a pointer counts as missing.
        let value = value.filter(|value| is_pointer || value.as_str() != Some(""));
        let path = format!("{path}.{field}");
        let mut rules = rules.iter();
        // The first problem of a field is enough.
        let found = rules.find_map(|rule| rule.problem(value));
        if let Some(found) = found {
            let (step, problem) = found;
            problems.add(&format!("{path}{step}"), problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHECKS, FIELDS};
    use crate::apply::schema::Kind;

    #[test]
    fn every_field_of_the_table_is_the_apis() {
        for (name, field, _) in FIELDS {
            assert!(Kind::Struct(name).field(field).is_some(), "{name}.{field}");
        }
        for (name, _) in CHECKS {
            assert!(!Kind::Struct(name).fields().is_empty(), "{name}");
        }
    }

    #[test]
    fn no_field_is_in_the_table_twice() {
        let mut seen = std::collections::HashSet::new();
        for (name, field, _) in FIELDS {
            assert!(seen.insert((name, field)), "{name}.{field}");
        }
    }
}
