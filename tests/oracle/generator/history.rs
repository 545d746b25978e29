//! ControllerRevisions around one template: some hold it, some held another, some
//! hold it in a form that isn't the same byte for byte; and pods of all of them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::pools::{pick, weighted};
use super::rollout::UID;

/// Draws histories from a seed; the same seed gives the same histories.
pub struct Histories {
    rng: Rng,
}

/// What is the same for all revisions of a state.
pub(super) struct Setting {
    pub(super) template: Value,
    /// How many revisions in a hundred hold the template.
    pub(super) holding: u8,
    /// How many in a hundred are odd in some way.
    pub(super) odd: u8,
}

impl Histories {
    /// A generator whose whole sequence follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
        }
    }

    /// One state as the oracle is asked about it.
    pub fn state(&mut self) -> Value {
        let rng = &mut self.rng;
        let setting = Setting {
            template: template(rng),
            holding: weighted(rng, &[(1, 0), (4, 25), (4, 55)]),
            odd: weighted(rng, &[(4, 0), (4, 12), (2, 40)]),
        };
        let count = weighted(rng, &[(1, 0), (2, 1), (3, 2), (3, 3), (2, 5), (1, 7)]);
        let (mut revisions, mut data) = (Vec::new(), Map::new());
        for index in 0..count {
            let name = format!("r{index}");
            revisions.push(revision(rng, &setting, &name));
            data.insert(name, json!(go_text(&content(rng, &setting))));
        }
        let pods: Vec<_> = (0..rng.usize(..5))
            .map(|index| pod(rng, &setting, index))
            .collect();
        json!({
            "daemonSet": {
                "metadata": {"name": "ds", "namespace": "default", "uid": UID},
                "spec": {"selector": selector(rng), "revisionHistoryLimit": 10,
                    "template": setting.template},
            },
            "revisions": revisions, "data": data, "pods": pods,
        })
    }
}

/// A template as the server writes it, with what encoders like to differ in.
fn template(rng: &mut Rng) -> Value {
    let mut template = json!({
        "metadata": {"labels": {"app": "ds"}},
        "spec": {"containers": [{"name": "c", "image": "i1", "resources": {}}]},
    });
    if rng.u8(..4) == 0 {
        template["metadata"]["annotations"] = json!({"a": "<b> & é \u{2028}"});
    }
    if rng.u8(..4) == 0 {
        // More than a double holds.
        template["spec"]["securityContext"] = json!({"runAsUser": 9_007_199_254_740_993_i64});
    }
    template
}

/// What a revision holds.
fn content(rng: &mut Rng, setting: &Setting) -> Value {
    let mut template = setting.template.clone();
    if rng.u8(..100) < setting.holding {
        return replacing(template);
    }
    let form = if rng.u8(..100) < 25 + setting.odd {
        rng.u8(..12)
    } else {
        u8::MAX
    };
    match form {
        // As a release before 1.34 wrote it.
        0..=3 => template["metadata"]["creationTimestamp"] = Value::Null,
        4 => template["spec"]["tolerations"] = json!([]),
        5 => template["spec"]["securityContext"] = json!({"runAsUser": 9_007_199_254_740_992_i64}),
        6 => return json!({"spec": {"template": template}}),
        7 => {
            template["$patch"] = json!("merge");
            return json!({"spec": {"template": template}});
        }
        8 => {
            let mut data = replacing(template);
            data["spec"]["minReadySeconds"] = json!(5);
            return data;
        }
        9 => {
            let mut data = replacing(template);
            data["status"] = json!({});
            return data;
        }
        10 => return [Value::Null, json!({}), json!({"spec": null})][rng.usize(..3)].clone(),
        11 => return json!({"spec": {"template": pick(rng, &["x", ""])}}),
        _ => template["spec"]["containers"][0]["image"] = json!(pick(rng, &["i2", "i3"])),
    }
    replacing(template)
}

fn replacing(mut template: Value) -> Value {
    template["$patch"] = json!("replace");
    json!({"spec": {"template": template}})
}

/// The bytes that Go's encoder writes for it.
fn go_text(value: &Value) -> String {
    let escapes = [
        ('<', "\\u003c"),
        ('>', "\\u003e"),
        ('&', "\\u0026"),
        ('\u{2028}', "\\u2028"),
    ];
    let mut text = value.to_string();
    for (character, escape) in escapes {
        text = text.replace(character, escape);
    }
    text
}

fn revision(rng: &mut Rng, setting: &Setting, name: &str) -> Value {
    let namespace = if odd(rng, setting) && rng.u8(..4) == 0 {
        "elsewhere"
    } else {
        "default"
    };
    let mut labels = Map::new();
    let app = if odd(rng, setting) && rng.bool() {
        "other"
    } else {
        "ds"
    };
    labels.insert("app".to_owned(), json!(app));
    let own = format!("h{}", &name[1..]);
    let hash = match rng.u8(..10) {
        _ if !odd(rng, setting) => Some(own),
        0..=5 => None,
        6 => Some(String::new()),
        // Two revisions with one hash: nothing forbids it.
        _ => Some("h0".to_owned()),
    };
    if let Some(hash) = hash {
        labels.insert("controller-revision-hash".to_owned(), json!(hash));
    }
    let mut metadata = json!({"name": name, "namespace": namespace, "labels": labels,
        "ownerReferences": owners(rng, setting)});
    if odd(rng, setting) && rng.u8(..3) == 0 {
        metadata["deletionTimestamp"] = json!("2026-03-01T12:00:00Z");
    }
    let number = weighted(rng, &[(2, 0), (4, 1), (4, 2), (3, 3), (1, 12)]);
    json!({"metadata": metadata, "revision": number})
}

fn owners(rng: &mut Rng, setting: &Setting) -> Value {
    let owner = |uid: &str, controller: bool| {
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "ds", "uid": uid,
            "controller": controller})
    };
    match rng.u8(..10) {
        _ if !odd(rng, setting) => json!([owner(UID, true)]),
        0..=3 => json!([]),
        4..=6 => json!([owner("other", true)]),
        7 => json!([owner(UID, false)]),
        8 => json!([owner("other", false)]),
        _ => json!([owner("other", false), owner(UID, true)]),
    }
}

fn selector(rng: &mut Rng) -> Value {
    match rng.u8(..10) {
        0 => {
            json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["other"]}]})
        }
        _ => json!({"matchLabels": {"app": "ds"}}),
    }
}

pub(super) fn pod(rng: &mut Rng, setting: &Setting, index: usize) -> Value {
    let app = if odd(rng, setting) && rng.bool() {
        "other"
    } else {
        "ds"
    };
    let mut labels = Map::new();
    labels.insert("app".to_owned(), json!(app));
    let hash = match rng.u8(..20) {
        0 => None,
        1 => Some(String::new()),
        2 => Some(format!("r{}", rng.u8(..4))),
        3 => Some("x".to_owned()),
        _ => Some(format!("h{}", rng.u8(..4))),
    };
    if let Some(hash) = hash {
        labels.insert("controller-revision-hash".to_owned(), json!(hash));
    }
    let name = format!("p{index}");
    let mut metadata = json!({"name": name, "namespace": "default", "labels": labels,
        "ownerReferences": owners(rng, setting)});
    if odd(rng, setting) && rng.bool() {
        metadata["deletionTimestamp"] = json!("2026-03-01T12:00:00Z");
    }
    // Whether a node can be told of it is all the same here.
    let spec = if rng.u8(..5) == 0 {
        json!({})
    } else {
        json!({"nodeName": "n"})
    };
    let phase = pick(rng, &["Running", "Running", "Pending", "Failed"]);
    json!({"metadata": metadata, "spec": spec, "status": {"phase": phase}})
}

fn odd(rng: &mut Rng, setting: &Setting) -> bool {
    rng.u8(..100) < setting.odd
}
