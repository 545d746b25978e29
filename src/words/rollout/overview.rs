//! A rollout in a line or two, below the answer.

use serde_json::Value;

use crate::analysis::rollout::change::{ChangedField, RolloutChange};
use crate::analysis::rollout::plan::{Body, OldPod, RevisionState};
use crate::words::notation::{counted, cut_off};
use crate::words::sentence::Sentence;

/// The progress of the rollout under way, and which pods wait, with at most `most` names; `None`
/// where there is none.
#[must_use]
pub fn progress(body: &Body, most: usize) -> Option<Sentence> {
    let (old, desired) = (body.old.as_ref()?, body.desired?);
    if old.is_empty() || body.strategy.is_on_delete() {
        return None;
    }
    let name = |pod: &OldPod| format!("{} on {}", pod.pod, pod.node);
    // Those of which no other is created are no part of what is desired.
    let waiting = old.iter().filter(|pod| pod.is_recreated());
    let names: Vec<String> = waiting.map(name).collect();
    // An old pod that is being deleted no longer waits, but isn't updated either.
    let updated = body.revision.as_ref().and_then(|revision| revision.pods);
    let not_old = desired.saturating_sub(names.len());
    let updated = updated.map_or(not_old, |updated| updated.min(not_old));
    let waiting = match names.len() {
        0 => "none waits".to_owned(),
        count => format!("{count} still waiting: {}", cut_off(&names, most)),
    };
    Some(Sentence::new(format!(
        "{updated} of {} updated, {waiting}",
        counted(desired, "pod"),
    )))
}

/// The changes from one revision to the next: `revision 1 → 2: image 2.0.4 → 2.1.0, 1 field more`,
/// with at most `most` of each; `None` where there are none, or everything is new.
#[must_use]
pub fn changes(body: &Body, change: Option<&RolloutChange>, most: usize) -> Option<Sentence> {
    let revision = body.revision.as_ref()?;
    let (from, fields) = match change {
        Some(change) => {
            let fields = change.fields.iter();
            let of_template = fields.filter(|f| f.path.starts_with(TEMPLATE));
            let fields = of_template.collect::<Vec<_>>();
            if !change.refused.is_empty() && !fields.is_empty() {
                let listed = listed(&fields, most);
                return Some(Sentence::new(format!(
                    "the template would change: {listed}"
                )));
            }
            (None, fields)
        }
        None => {
            let since = revision.since.as_ref().filter(|_| body.has_old())?;
            (Some(since.number), since.fields.iter().collect())
        }
    };
    if fields.is_empty() {
        return None;
    }
    let to = match (revision.state, revision.number) {
        (RevisionState::New, _) | (_, None) => "new".to_owned(),
        (_, Some(number)) => number.to_string(),
    };
    let revisions = match from {
        Some(from) => format!("revision {from} → {to}"),
        None => format!("revision → {to}"),
    };
    Some(Sentence::new(format!(
        "{revisions}: {}",
        listed(&fields, most)
    )))
}

const TEMPLATE: &str = "spec.template";

/// What a change does besides to the spec: `also changes updateStrategy.rollingUpdate.maxSurge
/// 0 → 1`; `None` where that is nothing.
#[must_use]
pub fn other_changes(change: Option<&RolloutChange>, most: usize) -> Option<Sentence> {
    let fields = change?.fields.iter();
    let others: Vec<String> = fields
        .filter(|field| !field.path.starts_with(TEMPLATE))
        .map(in_words)
        .collect();
    if others.is_empty() {
        return None;
    }
    let others = cut_off(&others, most);
    Some(Sentence::new(format!("also changes {others}")))
}

/// Images with both values, then how many other fields.
fn listed(fields: &[&ChangedField], most: usize) -> String {
    let images = fields.iter().filter_map(|f| image(f));
    let mut parts: Vec<String> = images.take(most).collect();
    let others: Vec<String> = fields
        .iter()
        .filter(|f| image(f).is_none())
        .map(|f| in_words(f))
        .collect();
    if !others.is_empty() {
        parts.push(cut_off(&others, most).into_string());
    }
    parts.join(", ")
}

/// A field with what it was and what it is, where both are short.
fn in_words(field: &ChangedField) -> String {
    let path = short(&field.path);
    match (side(field.before.as_ref()), side(field.after.as_ref())) {
        (Some(before), Some(after)) => format!("{path} {before} → {after}"),
        _ => path.to_owned(),
    }
}

/// The most characters of a value that a line has room for.
const SHORT: usize = 32;

/// A scalar that is short.
fn side(value: Option<&Value>) -> Option<String> {
    let text = match value {
        None => "none".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "\"\"".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(scalar @ (Value::Number(_) | Value::Bool(_))) => scalar.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) => return None,
    };
    let is_one_line = !text.contains(char::is_control);
    (is_one_line && text.chars().count() <= SHORT).then_some(text)
}

/// A path without the common prefix of all template paths.
fn short(path: &str) -> &str {
    let path = path.strip_prefix(TEMPLATE).unwrap_or(path);
    let path = path.strip_prefix(".spec").unwrap_or(path);
    let path = path.strip_prefix("spec.").unwrap_or(path);
    path.trim_start_matches('.')
}

/// An image that changes; its name only once where just its tag or digest changes.
fn image(field: &ChangedField) -> Option<String> {
    if !field.path.ends_with("].image") {
        return None;
    }
    let (Some(Value::String(before)), Some(Value::String(after))) = (&field.before, &field.after)
    else {
        return None;
    };
    match (version(before), version(after)) {
        (Some((name, old)), Some((same, new))) if name == same => {
            Some(format!("image {name} {old} → {new}"))
        }
        _ => Some(format!("image {before} → {after}")),
    }
}

/// An image's name, and its tag or digest.
fn version(image: &str) -> Option<(&str, &str)> {
    let start = image.rfind('/').map_or(0, |slash| slash + 1);
    let colon = image.get(start..)?.find(':')? + start;
    Some((image.get(..colon)?, image.get(colon + 1..)?))
}
