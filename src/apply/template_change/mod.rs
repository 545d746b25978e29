//! A DaemonSet after a change, as the API server would store it.

mod image;
mod undo;

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::{DaemonSetSpec, RollingUpdateDaemonSet};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Map, Value};

use crate::model::{DaemonSet, DecodeError, TEMPLATE_GENERATION};

use super::semantic::{same_template, written_like};

pub use image::{ImageChange, ImageChangeError, ImageError, set_image};
pub use undo::{UndoError, Undone, undo};

/// The annotation that `kubectl rollout restart` puts on the template.
pub const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// The result of a change of a DaemonSet.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The DaemonSet as it is then stored. Its status is the old one.
    pub daemon_set: DaemonSet,
    /// Whether the template changes: only then is there something to roll.
    pub template: bool,
    /// Whether anything in `spec` changes: only then does the generation rise.
    pub spec: bool,
}

/// What the API server does when `old` is updated to `new`: `PrepareForUpdate` of the DaemonSets'
/// strategy (1.37.1). Any change of `spec` raises `metadata.generation`, a change of the template
/// also the template generation, which only the server can write. The identity and the status stay
/// those of the old one.
#[must_use]
pub fn prepare_for_update(old: &DaemonSet, new: DaemonSet) -> Changed {
    let template = !same_template(&old.raw_template, &new.raw_template);
    let spec = template || !same_but_template(&old.object.spec, &new.object.spec);
    let mut daemon_set = written_like_stored(new, old);
    keep_identity(old, &mut daemon_set);
    if spec {
        daemon_set.object.metadata.generation = Some(old.generation().saturating_add(1));
    }
    let generation = template_generation_after(old, template);
    set_template_generation(&mut daemon_set, generation);
    Changed {
        daemon_set,
        template,
        spec,
    }
}

/// The template of `ds` as the server that wrote `stored` encodes it: the controller looks for its
/// revision by these bytes.
#[must_use]
pub fn written_like_stored(ds: DaemonSet, stored: &DaemonSet) -> DaemonSet {
    let mut ds = ds;
    ds.raw_template = written_like(ds.raw_template, &stored.raw_template);
    ds
}

/// What an update can't change.
fn keep_identity(old: &DaemonSet, new: &mut DaemonSet) {
    new.object.status.clone_from(&old.object.status);
    let (old, new) = (&old.object.metadata, &mut new.object.metadata);
    new.uid.clone_from(&old.uid);
    new.generation = old.generation;
    new.creation_timestamp.clone_from(&old.creation_timestamp);
    new.deletion_timestamp.clone_from(&old.deletion_timestamp);
}

/// The annotation's text after an update; text that isn't a number is kept.
fn template_generation_after(old: &DaemonSet, template_changed: bool) -> Option<String> {
    let annotations = old.object.metadata.annotations.as_ref();
    let written = annotations.and_then(|a| a.get(TEMPLATE_GENERATION));
    if !template_changed {
        return written.cloned();
    }
    match (old.template_generation(), written) {
        (Some(number), _) => Some(number.wrapping_add(1).to_string()),
        // A missing one is 0 to the server.
        (None, None) => Some("1".to_owned()),
        (None, Some(text)) => Some(text.clone()),
    }
}

/// What the API server does when `new` is created: `PrepareForCreate` of the DaemonSets' strategy
/// (1.37.1). A template generation in the manifest is kept, which is how orphaned pods can count as
/// updated.
#[must_use]
pub fn prepare_for_create(new: DaemonSet) -> DaemonSet {
    let mut created = new;
    created.object.status = None;
    created.object.metadata.generation = Some(1);
    let generation = created.template_generation().unwrap_or_default().max(1);
    set_template_generation(&mut created, Some(generation.to_string()));
    created
}

fn set_template_generation(ds: &mut DaemonSet, generation: Option<String>) {
    let annotations = &mut ds.object.metadata.annotations;
    if let Some(generation) = generation {
        annotations
            .get_or_insert_with(BTreeMap::new)
            .insert(TEMPLATE_GENERATION.to_owned(), generation);
    } else if let Some(annotations) = annotations {
        annotations.remove(TEMPLATE_GENERATION);
    }
}

/// Semantic equality of `spec` without the template.
fn same_but_template(a: &DaemonSetSpec, b: &DaemonSetSpec) -> bool {
    let strategy = |spec: &DaemonSetSpec| {
        let strategy = spec.update_strategy.clone().unwrap_or_default();
        let rolling = strategy.rolling_update.map(|rolling| {
            let zero = IntOrString::Int(0);
            (
                rolling.max_unavailable.unwrap_or_else(|| zero.clone()),
                rolling.max_surge.unwrap_or(zero),
            )
        });
        (strategy.type_.unwrap_or_default(), rolling)
    };
    strategy(a) == strategy(b)
        && a.min_ready_seconds.unwrap_or_default() == b.min_ready_seconds.unwrap_or_default()
        && a.revision_history_limit == b.revision_history_limit
        && same_selector(&a.selector, &b.selector)
}

/// Semantic equality of two selectors: no list equals an empty one.
#[must_use]
pub fn same_selector(a: &LabelSelector, b: &LabelSelector) -> bool {
    let expressions = |selector: &LabelSelector| {
        let mut expressions = selector.match_expressions.clone().unwrap_or_default();
        for expression in &mut expressions {
            expression.values.get_or_insert_with(Vec::new);
        }
        expressions
    };
    a.match_labels.clone().unwrap_or_default() == b.match_labels.clone().unwrap_or_default()
        && expressions(a) == expressions(b)
}

/// `kubectl rollout restart` (`defaultObjectRestarter`, kubectl 0.37.1) at `at`: the annotation of
/// the template in whole seconds. kubectl writes its machine's time zone, here it is UTC. Within
/// one second nothing changes, and kubectl then asks for patience.
///
/// # Errors
/// When the template can't be decoded.
pub fn restart(ds: &DaemonSet, at: Timestamp) -> Result<Changed, DecodeError> {
    let mut template = ds.raw_template.clone();
    let time = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let annotations = member(member(&mut template, "metadata"), "annotations");
    set(annotations, RESTARTED_AT, time.into());
    Ok(prepare_for_update(ds, ds.with_template(template)?))
}

/// The member of an object, created if missing.
fn member<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map.entry(key).or_insert(Value::Null),
        other => other,
    }
}

fn set(value: &mut Value, key: &str, to: Value) {
    *member(value, key) = to;
}

/// The DaemonSet with other budgets for its rolling update; a budget that isn't given is kept.
/// Whether the server accepts both is up to its validation.
#[must_use]
pub fn with_budgets(
    ds: &DaemonSet,
    max_unavailable: Option<IntOrString>,
    max_surge: Option<IntOrString>,
) -> Changed {
    let mut changed = ds.clone();
    let spec = &mut changed.object.spec;
    let strategy = spec.update_strategy.get_or_insert_default();
    let rolling: &mut RollingUpdateDaemonSet = strategy.rolling_update.get_or_insert_default();
    if max_unavailable.is_some() {
        rolling.max_unavailable = max_unavailable;
    }
    if max_surge.is_some() {
        rolling.max_surge = max_surge;
    }
    // The server's default, without which the budgets would have no effect.
    if strategy.type_.as_deref().unwrap_or_default().is_empty() {
        strategy.type_ = Some("RollingUpdate".to_owned());
    }
    prepare_for_update(ds, changed)
}

#[cfg(test)]
mod tests;
