//! One pod of a rollout.

use fastrand::Rng;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::pools::weighted;
use super::rollout::{HASH, Place, Setting, UID};

/// A pod on a node, or meant for it.
pub(super) fn generate(rng: &mut Rng, setting: &Setting, name: &str, place: &Place) -> Value {
    let odd = |rng: &mut Rng| rng.u8(..100) < setting.odd;
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), json!(name));
    metadata.insert("namespace".to_owned(), json!("default"));
    let strange = odd(rng) && rng.u8(..4) == 0;
    metadata.insert("labels".to_owned(), labels(rng, setting, strange));
    let owner = match rng.u8(..10) {
        _ if !odd(rng) => Some(UID),
        0..=5 => None,
        6..=7 => Some("other"),
        _ => Some(UID),
    };
    if let Some(uid) = owner {
        let owner = json!([{"kind": "DaemonSet", "name": "ds", "uid": uid, "controller": true}]);
        metadata.insert("ownerReferences".to_owned(), owner);
    }
    let age = weighted(
        rng,
        &[(2, Some(30)), (2, Some(20)), (1, Some(31)), (1, None)],
    );
    if let Some(age) = age {
        let created = setting.now - SignedDuration::from_secs(age);
        metadata.insert("creationTimestamp".to_owned(), json!(whole(created)));
    }
    if odd(rng) && rng.bool() {
        metadata.insert("deletionTimestamp".to_owned(), json!(whole(setting.now)));
    }
    let scheduled = !(odd(rng) && rng.bool() || place.gone && rng.bool());
    let phase = match rng.u8(..10) {
        _ if place.failing => "Failed",
        _ if !odd(rng) => "Running",
        0..=4 => "Failed",
        5..=6 => "Succeeded",
        _ => "Pending",
    };
    json!({
        "metadata": metadata,
        "spec": spec(rng, &place.node, scheduled, strange),
        "status": {"phase": phase, "conditions": conditions(rng, setting, phase)},
    })
}

fn labels(rng: &mut Rng, setting: &Setting, strange: bool) -> Value {
    let current = rng.u8(..100) < setting.current;
    let mut labels = Map::new();
    let app = if strange && rng.bool() { "other" } else { "ds" };
    labels.insert("app".to_owned(), json!(app));
    let hash = match rng.u8(..20) {
        _ if current => Some(HASH),
        0 => None,
        1 => Some(""),
        2..=9 => Some("h1"),
        _ => Some("h2"),
    };
    if let Some(hash) = hash {
        labels.insert("controller-revision-hash".to_owned(), json!(hash));
    }
    if setting.generations {
        let own = if current { "3" } else { "2" };
        let generation = match rng.u8(..20) {
            _ if rng.u8(..100) < setting.up_to_generation => Some("3"),
            2 => Some("1"),
            3 => None,
            _ => Some(own),
        };
        if let Some(generation) = generation {
            labels.insert("pod-template-generation".to_owned(), json!(generation));
        }
    }
    Value::Object(labels)
}

/// Where it is, or what the controller asked the scheduler for.
fn spec(rng: &mut Rng, node: &str, scheduled: bool, strange: bool) -> Value {
    if scheduled {
        return json!({"nodeName": node});
    }
    let names = match rng.u8(..4) {
        0 if strange => json!([node, "other"]),
        1 if strange => return json!({}),
        _ => json!([node]),
    };
    json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchFields": [
            {"key": "metadata.name", "operator": "In", "values": names}]}]}}}})
}

/// Ready since a time that is often the very second from which on it is available.
fn conditions(rng: &mut Rng, setting: &Setting, phase: &str) -> Value {
    let odd = rng.u8(..100) < setting.odd.max(setting.unready);
    let status = match rng.u8(..10) {
        _ if !odd && phase == "Running" => "True",
        0..=2 => "True",
        3..=7 => "False",
        8 => "Unknown",
        _ => return json!([]),
    };
    let edge = i64::from(setting.min_ready_seconds);
    let ago = match rng.u8(..100) {
        0..=7 => Some(edge - 1),
        8..=14 => Some(edge),
        15..=19 => Some(edge + 1),
        20..=21 => Some(-5),
        22..=23 => None,
        24..=29 if setting.surge => Some(0),
        _ => Some(3600),
    };
    let since = ago.map(|ago| whole(setting.now - SignedDuration::from_secs(ago)));
    json!([{"type": "Ready", "status": status, "lastTransitionTime": since}])
}

/// A time as the API writes it: in whole seconds.
fn whole(time: jiff::Timestamp) -> String {
    jiff::Timestamp::from_second(time.as_second())
        .unwrap()
        .to_string()
}
