//! Pods and ControllerRevisions around one DaemonSet that may be whose they are:
//! owned, orphaned, another's, in every state of deletion.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::pools::{pick, weighted};
use super::rollout::UID;

const DELETED: &str = "2026-03-01T12:00:00Z";

/// Draws states from a seed; the same seed gives the same states.
pub struct ClaimStates {
    rng: Rng,
}

impl ClaimStates {
    /// A generator whose whole sequence follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
        }
    }

    /// One state as the oracle is asked about it.
    pub fn state(&mut self) -> Value {
        let rng = &mut self.rng;
        let odd = weighted(rng, &[(2, 10), (4, 35), (3, 70)]);
        let mut metadata = json!({"name": "ds", "namespace": "default", "uid": UID});
        let mut live = json!({"metadata": metadata});
        match rng.u8(..20) {
            0 => live = Value::Null,
            1 => live["metadata"]["uid"] = json!("after"),
            2 => live["metadata"]["deletionTimestamp"] = json!(DELETED),
            3 | 4 => {
                live["metadata"]["deletionTimestamp"] = json!(DELETED);
                metadata["deletionTimestamp"] = json!(DELETED);
            }
            // The API may answer from before what the cache has seen.
            5 => metadata["deletionTimestamp"] = json!(DELETED),
            _ => {}
        }
        let pods: Vec<_> = (0..rng.usize(..8))
            .map(|index| pod(rng, odd, &format!("p{index}")))
            .collect();
        let revisions: Vec<_> = (0..rng.usize(..6))
            .map(|i| json!({"metadata": object(rng, odd, &format!("r{i}")), "revision": i}))
            .collect();
        json!({
            "daemonSet": {
                "metadata": metadata,
                "spec": {"selector": selector(rng), "template": {}},
            },
            "live": live, "pods": pods, "revisions": revisions,
        })
    }
}

fn selector(rng: &mut Rng) -> Value {
    let expression = |rng: &mut Rng| match rng.u8(..6) {
        0 => json!({"key": "app", "operator": "NotIn", "values": ["other", "x"]}),
        1 => json!({"key": "app", "operator": "In", "values": ["ds", "x"]}),
        2 => json!({"key": "tier", "operator": "Exists"}),
        3 => json!({"key": "tier", "operator": "DoesNotExist"}),
        4 => json!({"key": "tier", "operator": "NotIn", "values": ["b"]}),
        _ => json!({"key": "tier", "operator": "In", "values": ["a", ""]}),
    };
    match rng.u8(..40) {
        0..=1 => json!({}),
        // Validation refuses it, and so does the controller.
        2 => json!({"matchExpressions": [{"key": "app", "operator": "In"}]}),
        3 => json!({"matchLabels": {"app": "-"}}),
        4..=9 => json!({"matchExpressions": [expression(rng)]}),
        10..=13 => json!({"matchExpressions": [expression(rng), expression(rng)]}),
        14..=19 => json!({"matchLabels": {"app": "ds"}, "matchExpressions": [expression(rng)]}),
        20..=23 => json!({"matchLabels": {"app": "ds", "tier": "a"}}),
        _ => json!({"matchLabels": {"app": "ds"}}),
    }
}

fn pod(rng: &mut Rng, odd: u8, name: &str) -> Value {
    let metadata = object(rng, odd, name);
    // Claiming asks neither for the node nor for the phase.
    let spec = if rng.u8(..5) == 0 {
        json!({})
    } else {
        json!({"nodeName": "n"})
    };
    let phase = pick(rng, &["Running", "Pending", "Failed", "Succeeded"]);
    json!({"metadata": metadata, "spec": spec, "status": {"phase": phase}})
}

fn object(rng: &mut Rng, odd: u8, name: &str) -> Value {
    let is_odd = |rng: &mut Rng| rng.u8(..100) < odd;
    let namespace = if is_odd(rng) && rng.u8(..6) == 0 {
        "elsewhere"
    } else {
        "default"
    };
    let mut metadata = json!({"name": name, "namespace": namespace});
    let labels = labels(rng, odd);
    if !labels.is_empty() || rng.bool() {
        metadata["labels"] = Value::Object(labels);
    }
    let owners = if is_odd(rng) {
        owners(rng)
    } else {
        json!([ours()])
    };
    if owners != json!([]) || rng.bool() {
        metadata["ownerReferences"] = owners;
    }
    if is_odd(rng) && rng.u8(..3) == 0 {
        metadata["deletionTimestamp"] = json!(DELETED);
    }
    metadata
}

fn labels(rng: &mut Rng, odd: u8) -> Map<String, Value> {
    let mut labels = Map::new();
    let app = match rng.u8(..10) {
        _ if rng.u8(..100) >= odd => Some("ds"),
        0..=3 => Some("ds"),
        4..=7 => Some("other"),
        8 => Some("x"),
        _ => None,
    };
    let tier = weighted(
        rng,
        &[(5, Some("a")), (2, Some("b")), (1, Some("")), (3, None)],
    );
    for (key, value) in [("app", app), ("tier", tier)] {
        if let Some(value) = value {
            labels.insert(key.to_owned(), json!(value));
        }
    }
    labels
}

fn owner(kind: &str, name: &str, uid: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid})
}

fn controlling(mut owner: Value) -> Value {
    owner["controller"] = json!(true);
    owner
}

fn ours() -> Value {
    controlling(owner("DaemonSet", "ds", UID))
}

fn owners(rng: &mut Rng) -> Value {
    let others = [
        ("DaemonSet", "other", "o"),
        ("ReplicaSet", "ds", "rs"),
        ("StatefulSet", "sts", "s"),
        ("Node", "n", "node"),
        ("Widget", "w", "w"),
    ];
    let (kind, name, uid) = others[rng.usize(..others.len())];
    let other = owner(kind, name, uid);
    let mine = owner("DaemonSet", "ds", UID);
    match rng.u8(..32) {
        0..=9 => json!([]),
        10..=13 => json!([controlling(other)]),
        14..=15 => json!([controlling(owner("DaemonSet", "ds", "before"))]),
        // Without `controller` it is nobody's, whoever the reference names.
        16..=17 => json!([mine]),
        18 => json!([other]),
        19 => {
            let mut denied = if rng.bool() { mine } else { other };
            denied["controller"] = [json!(false), Value::Null][rng.usize(..2)].clone();
            json!([denied])
        }
        // Of several the first that controls decides; the API allows one.
        20..=21 => json!([other, ours()]),
        22 => json!([controlling(other), ours()]),
        23 => json!([ours(), controlling(other)]),
        24 => json!([mine, controlling(other)]),
        25 => json!([owner("DaemonSet", "ds", "before"), mine, ours()]),
        26..=27 => json!([controlling(owner(
            pick(rng, &["ReplicaSet", "daemonset", ""]),
            "ds",
            UID
        ))]),
        28 => json!([controlling(owner(
            "DaemonSet",
            pick(rng, &["other", ""]),
            UID
        ))]),
        29 => {
            let mut old = ours();
            old["apiVersion"] = json!("extensions/v1beta1");
            json!([old])
        }
        _ => json!([ours()]),
    }
}
