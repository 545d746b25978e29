//! Old ControllerRevisions, some with one number, and pods that are of them or not.

use fastrand::Rng;
use serde_json::{Value, json};

use super::history::{Setting, pod};
use super::pools::weighted;
use super::rollout::UID;

/// Draws old revisions and a limit from a seed; the same seed gives the same states.
pub struct HistoryLimits {
    rng: Rng,
}

impl HistoryLimits {
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
            template: Value::Null,
            holding: 0,
            odd: weighted(rng, &[(4, 0), (4, 25), (2, 60)]),
        };
        let count = weighted(rng, &[(1, 0), (1, 1), (2, 2), (3, 3), (3, 4), (2, 6)]);
        let revisions: Vec<_> = (0..count).map(|index| revision(rng, index)).collect();
        let pods: Vec<_> = (0..rng.usize(..4))
            .map(|index| pod(rng, &setting, index))
            .collect();
        let limit = weighted(rng, &[(3, 0), (4, 1), (3, 2), (1, 3), (1, 10)]);
        json!({
            "daemonSet": {
                "metadata": {"name": "ds", "namespace": "default", "uid": UID},
                "spec": {"selector": {"matchLabels": {"app": "ds"}},
                    "revisionHistoryLimit": limit, "template": {}},
            },
            "revisions": revisions, "pods": pods,
        })
    }
}

/// Each has a hash label by then: `constructHistory` puts it there.
fn revision(rng: &mut Rng, index: usize) -> Value {
    let hash = match rng.u8(..12) {
        0 => String::new(),
        1 => "h0".to_owned(),
        _ => format!("h{index}"),
    };
    let number = weighted(rng, &[(1, 0), (3, 1), (3, 2), (2, 3), (1, 12), (1, 7)]);
    json!({
        "metadata": {"name": format!("r{index}"), "namespace": "default",
            "labels": {"app": "ds", "controller-revision-hash": hash}},
        "revision": number,
    })
}
