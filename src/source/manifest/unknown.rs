//! Fields that the API doesn't have.

use k8s_openapi::api::core::v1::PodSpec;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer};
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::model::near_names;
use crate::source::document::{Failure, Unknown, shown};

/// What to say about a field that the API doesn't have where kubectl has the server
/// refuse the object, as it does unless it is told otherwise.
pub(super) fn problem(unknown: &Unknown) -> Failure {
    let (field, hint) = said(unknown);
    let hint = hint.unwrap_or_else(|| "; `--validate=warn` drops it".to_owned());
    Failure {
        line: unknown.line,
        problem: format!("unknown field `{field}`, which the server refuses{hint}"),
    }
}

/// What to say about one that the server drops.
pub(super) fn warning(unknown: &Unknown) -> String {
    let (field, hint) = said(unknown);
    let hint = hint.unwrap_or_default();
    format!("unknown field `{field}`, which has no effect{hint}")
}

/// The field's path, and what was probably meant.
fn said(unknown: &Unknown) -> (String, Option<String>) {
    let dot = if unknown.parent.is_empty() { "" } else { "." };
    let path = format!("{}{dot}{}", unknown.parent, shown(&unknown.field));
    let hint = match (parent_of_misplaced(unknown), of_other_workloads(unknown)) {
        (Some(parent), _) => Some(format!("; it belongs into `{parent}`")),
        (None, Some(instead)) => Some(format!("; {instead}")),
        (None, None) => near_names(&unknown.field, unknown.known.iter().copied())
            .first()
            .map(|near| format!("; did you mean `{near}`?")),
    };
    (path, hint)
}

/// Where a field belongs that stands too far to the left.
fn parent_of_misplaced(unknown: &Unknown) -> Option<&'static str> {
    let field = unknown.field.as_str();
    let is_of_pods = pod_spec_fields().contains(&field);
    match unknown.parent.as_str() {
        "spec" | "spec.template" | "spec.template.metadata" if is_of_pods => {
            Some("spec.template.spec")
        }
        "" if is_of_pods => Some("spec.template.spec"),
        "" if matches!(field, "labels" | "annotations" | "name" | "namespace") => Some("metadata"),
        _ => None,
    }
}

/// What stands in a DaemonSet's place of a field that Deployments or StatefulSets have.
fn of_other_workloads(unknown: &Unknown) -> Option<&'static str> {
    match (unknown.parent.as_str(), unknown.field.as_str()) {
        ("spec", "paused") => Some(
            "a DaemonSet can't be paused; with `updateStrategy.type: OnDelete` a pod is replaced only when it is deleted",
        ),
        ("spec.updateStrategy.rollingUpdate", "partition") => Some(
            "a DaemonSet has no partition; with `updateStrategy.type: OnDelete` a pod is replaced only when it is deleted",
        ),
        ("spec", "replicas") => Some("a DaemonSet runs one pod on each eligible node"),
        _ => None,
    }
}

/// The names of all fields of a pod's `spec`.
fn pod_spec_fields() -> &'static [&'static str] {
    struct Names<'n>(&'n mut &'static [&'static str]);
    impl<'de> Deserializer<'de> for Names<'_> {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let nothing = std::iter::empty::<(&str, &str)>();
            visitor.visit_map(MapDeserializer::new(nothing))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            *self.0 = fields;
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let mut names: &'static [&'static str] = &[];
    let read = PodSpec::deserialize(Names(&mut names));
    if read.is_err() { &[] } else { names }
}
