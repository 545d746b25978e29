//! States of a cluster in the middle of a rollout: a DaemonSet, its nodes and its
//! pods, most of them in order and some odd, so that what happens is decided by
//! one thing in one state and by several in the next.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::pools::{pick, weighted};
use super::rollout_pod;

/// Names that pods and DaemonSet share.
pub(super) const UID: &str = "u";
/// The hash of the current revision.
pub(super) const HASH: &str = "h3";

/// How large states are.
#[derive(Clone, Copy, PartialEq)]
pub enum Size {
    /// Up to 6 nodes.
    Small,
    /// More pods than one call creates or deletes.
    Big,
}

/// Draws states from a seed; the same seed gives the same states.
pub struct Rollouts {
    rng: Rng,
}

/// What all pods of a state have in common.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) now: Timestamp,
    pub(super) min_ready_seconds: i32,
    /// Whether generation labels are in use.
    pub(super) generations: bool,
    /// How many pods in a hundred are odd.
    pub(super) odd: u8,
    /// How many of the others are current.
    pub(super) current: u8,
    /// How many pods in a hundred may not be ready.
    pub(super) unready: u8,
    /// How many old ones carry the current generation.
    pub(super) up_to_generation: u8,
    pub(super) surge: bool,
    /// How many nodes in a hundred have one old and one new pod.
    pub(super) pairs: u8,
    /// Whether nothing but the number of pods is odd: for the caps.
    pub(super) calm: bool,
    /// Whether many nodes take no new pods and have old ones.
    pub(super) sunset: bool,
}

/// Where a pod is.
pub(super) struct Place {
    pub(super) node: String,
    /// The node doesn't exist.
    pub(super) gone: bool,
    /// All pods of the node have failed.
    pub(super) failing: bool,
}

impl Rollouts {
    /// A generator whose whole sequence follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
        }
    }

    /// One state as the oracle is asked about it, without steps.
    pub fn state(&mut self, size: Size) -> Value {
        let rng = &mut self.rng;
        let setting = setting(rng, size);
        let (mut nodes, mut pods, mut backed_off) = (Vec::new(), Vec::new(), Vec::new());
        let count = match size {
            Size::Small if setting.sunset => rng.usize(4..=6),
            Size::Small => rng.usize(1..=6),
            Size::Big => rng.usize(256..=300),
        };
        let crowd = crowd(rng, size);
        let tidy = size == Size::Big || setting.sunset || rng.u8(..100) < 55;
        let unusual = if tidy { 4 } else { setting.odd.max(12) * 2 };
        for index in 0..count {
            let name = format!("n{index}");
            let gone = match (setting.calm, tidy) {
                (true, _) => false,
                (false, true) => rng.u8(..100) < 1,
                (false, false) => rng.u8(..100) < 6,
            };
            if !gone {
                nodes.push(node(rng, &name, tidy, setting.sunset));
            }
            if rng.u8(..100) < 30 && !gone {
                backed_off.push(name.clone());
            }
            let place = Place {
                node: name,
                gone,
                failing: rng.u8(..100) < 3 && !setting.calm,
            };
            let usual = if place.failing { Crowd::Many } else { crowd };
            let count = usual.pods(rng, unusual);
            for setting in settings(rng, &setting, count) {
                let name = format!("p{}", pods.len());
                pods.push(rollout_pod::generate(rng, &setting, &name, &place));
            }
        }
        json!({
            "now": setting.now.to_string(),
            "daemonSet": daemon_set(rng, &setting),
            "nodes": nodes, "pods": pods,
            "hash": HASH, "backedOff": backed_off,
        })
    }
}

/// What the pods of one node are drawn by: each by the state's setting, or under
/// surge one old and one new, which is what a surge is about.
fn settings(rng: &mut Rng, setting: &Setting, count: usize) -> Vec<Setting> {
    if rng.u8(..100) >= setting.pairs {
        return vec![*setting; count];
    }
    let old = Setting {
        current: 0,
        up_to_generation: 50,
        ..*setting
    };
    let new = Setting {
        current: 100,
        unready: 90,
        ..*setting
    };
    vec![old, new]
}

fn setting(rng: &mut Rng, size: Size) -> Setting {
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let fraction = if rng.u8(..10) == 0 { 500 } else { 0 };
    let odd = weighted(rng, &[(4, 2), (4, 15), (2, 45)]);
    let surge = rng.u8(..100) < 45;
    let calm = size == Size::Big && rng.u8(..100) < 65;
    let sunset = surge && size == Size::Small && rng.u8(..100) < 25;
    Setting {
        now: start + SignedDuration::from_millis(fraction),
        min_ready_seconds: weighted(rng, &[(6, 0), (3, 10), (1, 30)]),
        generations: rng.u8(..100) < 30,
        odd: match size {
            _ if calm => 0,
            Size::Small if !sunset => odd,
            _ => odd.min(15),
        },
        current: match weighted(rng, &[(3, 5), (4, 40), (2, 80)]) {
            _ if calm => 0,
            _ if sunset => 10,
            current => current,
        },
        unready: 8,
        up_to_generation: 10,
        pairs: match weighted(rng, &[(6, 0), (4, 20)]) {
            _ if calm || !surge => 0,
            _ if sunset => 40,
            pairs => pairs,
        },
        surge,
        calm,
        sunset,
    }
}

/// How many pods the nodes of a state have.
#[derive(Clone, Copy, PartialEq)]
enum Crowd {
    OneEach,
    None,
    Many,
}

fn crowd(rng: &mut Rng, size: Size) -> Crowd {
    match size {
        Size::Small => Crowd::OneEach,
        Size::Big => weighted(
            rng,
            &[(5, Crowd::OneEach), (1, Crowd::None), (2, Crowd::Many)],
        ),
    }
}

impl Crowd {
    fn pods(self, rng: &mut Rng, unusual: u8) -> usize {
        let usual = match self {
            Self::OneEach => 1,
            Self::None => 0,
            Self::Many => 2,
        };
        if rng.u8(..100) >= unusual {
            return usual;
        }
        weighted(rng, &[(3, 0), (6, 2), (2, 3), (1, 1)])
    }
}

fn node(rng: &mut Rng, name: &str, tidy: bool, sunset: bool) -> Value {
    let mut pool = "a";
    let mut taints = Vec::new();
    match rng.u8(..100) {
        0..=44 if sunset => taints.push(json!({"key": "k", "effect": "NoSchedule"})),
        _ if tidy => {}
        0..=9 => taints.push(json!({"key": "k", "effect": "NoSchedule"})),
        10..=14 => taints.push(json!({"key": "k", "effect": "NoExecute"})),
        15..=17 => {
            taints.push(json!({"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}));
        }
        18..=22 => pool = "b",
        _ => {}
    }
    json!({
        "metadata": {"name": name, "labels": {"pool": pool}},
        "spec": {"taints": taints},
    })
}

fn daemon_set(rng: &mut Rng, setting: &Setting) -> Value {
    let mut annotations = Map::new();
    if setting.generations {
        let generation = weighted(rng, &[(20, "3"), (1, "x"), (1, "+3")]);
        annotations.insert(
            "deprecated.daemonset.template.generation".to_owned(),
            json!(generation),
        );
    }
    json!({
        "metadata": {"name": "ds", "namespace": "default", "uid": UID, "annotations": annotations},
        "spec": {
            "selector": {"matchLabels": {"app": "ds"}},
            "minReadySeconds": setting.min_ready_seconds,
            "revisionHistoryLimit": 10,
            "updateStrategy": strategy(rng, setting),
            "template": {
                "metadata": {"labels": {"app": "ds"}},
                "spec": {"nodeSelector": {"pool": "a"}, "containers": []},
            },
        },
    })
}

fn strategy(rng: &mut Rng, setting: &Setting) -> Value {
    let budget = if setting.calm {
        json!(pick(rng, &["95%", "100%", "200%"]))
    } else {
        budget(rng)
    };
    let nothing = if rng.u8(..5) == 0 {
        json!("0%")
    } else {
        json!(0)
    };
    let rolling = match rng.u8(..100) {
        0..=1 => Value::Null,
        2 => json!({"maxUnavailable": nothing, "maxSurge": nothing}),
        3 => json!({"maxSurge": budget}),
        4..=5 => json!({"maxUnavailable": budget, "maxSurge": broken(rng)}),
        6 if !setting.surge => json!({"maxUnavailable": broken(rng), "maxSurge": nothing}),
        _ if setting.surge => json!({"maxUnavailable": nothing, "maxSurge": budget}),
        7..=30 => json!({"maxUnavailable": budget}),
        _ => json!({"maxUnavailable": budget, "maxSurge": nothing}),
    };
    let kind = weighted(rng, &[(90, "RollingUpdate"), (8, "OnDelete"), (1, "")]);
    json!({"type": kind, "rollingUpdate": rolling})
}

fn budget(rng: &mut Rng) -> Value {
    match rng.u8(..10) {
        0..=5 => json!(weighted(
            rng,
            &[(6, 1), (4, 2), (2, 3), (1, 4), (1, 240), (1, 260)]
        )),
        _ => json!(pick(
            rng,
            &[
                "1%", "10%", "25%", "33%", "34%", "50%", "51%", "67%", "100%", "200%"
            ]
        )),
    }
}

fn broken(rng: &mut Rng) -> Value {
    let broken = [
        json!("1"),
        json!("%"),
        json!("x%"),
        json!("1.5%"),
        json!(""),
        json!(" 1%"),
        json!("10%%"),
        json!("+10%"),
        json!("-10%"),
        json!(-1),
    ];
    // A number in quotes is what people write.
    let index = if rng.u8(..3) == 0 {
        0
    } else {
        rng.usize(..broken.len())
    };
    broken[index].clone()
}
