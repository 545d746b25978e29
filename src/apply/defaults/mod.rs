//! The DaemonSet that the API server makes of a manifest.
//!
//! Decoding, `SetObjectDefaults_DaemonSet`, conversion, the strategy's `PrepareForCreate` and
//! storage of 1.37.1, with its feature gates at their defaults. Admission isn't included: what a
//! cluster's webhooks and plugins would add isn't known here.

mod access;
mod canonical;
mod containers;
mod gates;
mod image;
mod pod_spec;
mod volumes;

use serde_json::{Map, Value, json};

use crate::model::{DecodeError, TEMPLATE_GENERATION};

use super::schema::DAEMON_SET;
use access::{default, nested, object, text};
use canonical::{Unknown, canonical};

pub(super) use gates::drop_disabled_template_fields;

/// What the server stores of a manifest when it creates the object, without generated values (uid,
/// creation time, resource version, managed fields): defaults, generation 1, no status, and the
/// annotation of the template's generation.
///
/// `spec.template` is, as JSON, what a ControllerRevision of it holds.
///
/// # Errors
/// When a field has another type than in the API, or a quantity, a time or the annotation
/// `deprecated.daemonset.template.generation` can't be parsed.
pub fn defaulted(manifest: &Value) -> Result<Value, DecodeError> {
    let mut created = decoded(manifest, Unknown::Dropped)?;
    if let Some(ds) = created.as_object_mut() {
        drop_disabled_template_fields(ds, None);
        let generation = template_generation(ds)?.unwrap_or_default().max(1);
        set_template_generation(ds, generation);
        if let Some(metadata) = object(ds, "metadata") {
            metadata.insert("generation".to_owned(), json!(1));
        }
        ds.insert("status".to_owned(), empty_status()?);
    }
    Ok(created)
}

/// A stored DaemonSet, or one with a patch merged into it, after the server has decoded it. Fields
/// of a newer server than the table's are kept.
pub(super) fn kept(stored: &Value) -> Result<Value, DecodeError> {
    decoded(stored, Unknown::Kept)
}

/// A DaemonSet as the server has it after decoding and defaulting.
fn decoded(object: &Value, unknown: Unknown) -> Result<Value, DecodeError> {
    let mut decoded = canonical(object.clone(), &DAEMON_SET, unknown)?;
    if let Some(ds) = decoded.as_object_mut() {
        set_object_defaults(ds);
        // An annotation that isn't a number fails the conversion.
        template_generation(ds)?;
    }
    Ok(decoded)
}

/// The status of a DaemonSet that the controller hasn't processed yet.
fn empty_status() -> Result<Value, DecodeError> {
    let empty = canonical(Value::Null, &DAEMON_SET, Unknown::Dropped)?;
    Ok(empty.get("status").cloned().unwrap_or_default())
}

/// `SetObjectDefaults_DaemonSet`.
fn set_object_defaults(ds: &mut Map<String, Value>) {
    if let Some(spec) = object(ds, "spec") {
        set_defaults_daemon_set(spec);
    }
    if let Some(pod_spec) = nested(ds, &["spec", "template", "spec"]) {
        pod_spec::set_defaults(pod_spec);
    }
}

/// `SetDefaults_DaemonSet`.
fn set_defaults_daemon_set(spec: &mut Map<String, Value>) {
    if let Some(strategy) = object(spec, "updateStrategy") {
        default(strategy, "type", "RollingUpdate");
        if text(strategy, "type") == "RollingUpdate" {
            default(strategy, "rollingUpdate", json!({}));
            if let Some(budget) = object(strategy, "rollingUpdate") {
                default(budget, "maxUnavailable", 1);
                default(budget, "maxSurge", 0);
            }
        }
        // Under another strategy the conversion fills in zeros.
        if let Some(budget) = object(strategy, "rollingUpdate") {
            default(budget, "maxUnavailable", 0);
            default(budget, "maxSurge", 0);
        }
    }
    default(spec, "revisionHistoryLimit", 10);
}

/// `spec.templateGeneration` of the internal type, which the annotation stands for.
pub(super) fn template_generation(ds: &Map<String, Value>) -> Result<Option<i64>, DecodeError> {
    let annotations = ds.get("metadata").and_then(|m| m.get("annotations"));
    let Some(written) = annotations.and_then(|a| a.get(TEMPLATE_GENERATION)) else {
        return Ok(None);
    };
    let written = written.as_str().unwrap_or_default();
    let number = written.parse().map_err(|_| DecodeError {
        path: format!("metadata.annotations[{TEMPLATE_GENERATION}]"),
        problem: format!("`{written}` is no whole number; leave the annotation out"),
    })?;
    Ok(Some(number))
}

/// Writes the annotation as the conversion from the internal type does.
pub(super) fn set_template_generation(ds: &mut Map<String, Value>, generation: i64) {
    let Some(metadata) = object(ds, "metadata") else {
        return;
    };
    default(metadata, "annotations", json!({}));
    if let Some(annotations) = object(metadata, "annotations") {
        let written = Value::from(generation.to_string());
        annotations.insert(TEMPLATE_GENERATION.to_owned(), written);
    }
}
