//! A seeded generator of DaemonSets and nodes whose rules collide: few keys, few
//! values, and most pairs built around one rule so that it decides alone often
//! enough to be judged. It writes plain JSON, as upstream and the engine read it,
//! and includes what validation would refuse, because files hold such things.

mod affinity;
mod claims;
mod corners;
mod edits;
mod fields;
mod history;
mod history_limit;
mod mutation_values;
mod mutations;
mod node;
mod pools;
mod rollout;
mod rollout_pod;
mod taints;
mod words;

pub use claims::ClaimStates;
pub use corners::corners;
pub use fields::{Care, Objects, Table, table};
pub use history::Histories;
pub use history_limit::HistoryLimits;
pub use mutations::Mutations;
pub use rollout::{Rollouts, Size};

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// The gate that lets `Lt` and `Gt` tolerations match.
pub const COMPARISON_GATE: &str = "TaintTolerationComparisonOperators";

/// One question: does this DaemonSet run on this node, with the gate so?
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Whether [`COMPARISON_GATE`] is on.
    pub comparison_operators: bool,
    /// An `apps/v1` DaemonSet as JSON, no more of it than decides.
    pub daemon_set: Value,
    /// A `v1` Node as JSON.
    pub node: Value,
}

impl Case {
    /// The gates as a request to the oracle names them.
    pub fn gates(&self) -> Value {
        json!({ COMPARISON_GATE: self.comparison_operators })
    }
}

/// What most of a pair is about.
#[derive(Clone, Copy, PartialEq)]
enum Focus {
    NodeName,
    NodeSelector,
    Expressions,
    Fields,
    Taints,
    AutomaticTaints,
    Comparisons,
    Everything,
}

const FOCUSES: &[(u32, Focus)] = &[
    (3, Focus::NodeName),
    (4, Focus::NodeSelector),
    (37, Focus::Expressions),
    (14, Focus::Fields),
    (16, Focus::Taints),
    (6, Focus::AutomaticTaints),
    (14, Focus::Comparisons),
    (6, Focus::Everything),
];

/// Draws cases from a seed; the same seed gives the same cases.
pub struct Generator {
    rng: Rng,
}

impl Generator {
    /// A generator whose whole sequence follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
        }
    }

    /// One DaemonSet against `nodes` nodes: the one it was made around, and
    /// neighbours of it that differ in a label, a taint or the name.
    pub fn cases(&mut self, nodes: usize) -> Vec<Case> {
        let rng = &mut self.rng;
        let focus = pools::weighted(rng, FOCUSES);
        let mut node = node::generate(rng, focus);
        let daemon_set = daemon_set(rng, focus, &node);
        let comparison_operators = rng.bool();
        let mut cases = Vec::with_capacity(nodes);
        for _ in 0..nodes {
            cases.push(Case {
                comparison_operators,
                daemon_set: daemon_set.clone(),
                node: node.clone(),
            });
            node = node::neighbour(rng, focus, &node);
        }
        cases
    }
}

fn daemon_set(rng: &mut Rng, focus: Focus, node: &Value) -> Value {
    let mut spec = Map::new();
    if focus == Focus::NodeName || occasionally(rng, focus) {
        insert(&mut spec, "nodeName", node_name(rng, node));
    }
    if focus == Focus::NodeSelector || occasionally(rng, focus) {
        insert(&mut spec, "nodeSelector", node_selector(rng, node));
    }
    if matches!(focus, Focus::Expressions | Focus::Fields) || occasionally(rng, focus) {
        let fields = focus == Focus::Fields;
        insert(&mut spec, "affinity", affinity::generate(rng, fields, node));
    }
    insert(
        &mut spec,
        "tolerations",
        taints::tolerations(rng, focus, node),
    );
    if rng.u8(..100)
        < if focus == Focus::AutomaticTaints {
            80
        } else {
            20
        }
    {
        insert(&mut spec, "hostNetwork", Some(json!(rng.bool())));
    }
    json!({
        "metadata": {"name": "ds", "namespace": "default"},
        "spec": {"template": {"spec": spec}},
    })
}

/// Whether a part that the pair isn't about is there all the same.
fn occasionally(rng: &mut Rng, focus: Focus) -> bool {
    let percent = if focus == Focus::Everything { 55 } else { 4 };
    rng.u8(..100) < percent
}

fn node_name(rng: &mut Rng, node: &Value) -> Option<Value> {
    let own = node.pointer("/metadata/name").cloned();
    match rng.u8(..10) {
        0 => Some(Value::Null),
        1 => Some(json!("")),
        2..=5 => own,
        _ => Some(json!(pools::pick(rng, pools::NODE_NAMES))),
    }
}

fn node_selector(rng: &mut Rng, node: &Value) -> Option<Value> {
    if rng.u8(..20) == 0 {
        return Some(if rng.bool() { json!({}) } else { Value::Null });
    }
    let mut entries = Map::new();
    for _ in 0..rng.u8(1..=2) {
        let (key, value) = match pools::own_label(rng, node) {
            Some(own) if rng.u8(..100) < 70 => own,
            _ => (
                pools::pick(rng, pools::LABEL_KEYS).to_owned(),
                pools::pick(rng, pools::LABEL_VALUES).to_owned(),
            ),
        };
        let value = match rng.u8(..10) {
            0 => pools::pick(rng, pools::LABEL_VALUES).to_owned(),
            _ => value,
        };
        entries.insert(key, json!(value));
    }
    Some(Value::Object(entries))
}

/// Inserts what is there; `Some(Null)` is an explicit null.
fn insert(into: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        into.insert(key.to_owned(), value);
    }
}
