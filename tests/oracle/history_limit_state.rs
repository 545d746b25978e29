//! Old revisions and a limit as the oracle is asked about them, and whether upstream
//! deleted what the engine says.

use std::collections::BTreeSet;

use kubectl_ds::engine::claim::Claimant;
use kubectl_ds::engine::history_limit::cleanup_history;
use kubectl_ds::engine::rollout::Choice;
use kubectl_ds::model::{ControllerRevision, DaemonSet, Pod};
use serde::Deserialize;
use serde_json::Value;

/// The names of what one run deleted.
pub type Deleted = BTreeSet<String>;

/// The objects of a request.
pub struct HistoryLimitState {
    pub ds: DaemonSet,
    pub revisions: Vec<ControllerRevision>,
    pub pods: Vec<Pod>,
}

impl HistoryLimitState {
    /// Reads a request's objects.
    ///
    /// # Errors
    /// When one can't be decoded.
    pub fn read(request: &Value) -> Result<Self, String> {
        let text = |e: serde_json::Error| e.to_string();
        let ds = DaemonSet::from_value(request["daemonSet"].clone(), "default");
        Ok(Self {
            ds: ds.map_err(|e| e.to_string())?,
            revisions: Vec::deserialize(&request["revisions"]).map_err(text)?,
            pods: Vec::deserialize(&request["pods"]).map_err(text)?,
        })
    }

    /// The limit.
    pub fn limit(&self) -> i32 {
        let limit = self.ds.object.spec.revision_history_limit;
        limit.expect("every state has a limit")
    }

    /// The pods that the controller works with.
    pub fn claimed(&self) -> Vec<&Pod> {
        let claimant = Claimant::new(&self.ds).expect("the selector can be parsed");
        let pods = self.pods.iter();
        pods.filter(|pod| claimant.claim_pod(pod).is_claimed())
            .collect()
    }

    /// What the engine says.
    pub fn deleted(&self) -> Choice<&ControllerRevision> {
        let old: Vec<&ControllerRevision> = self.revisions.iter().collect();
        cleanup_history(&old, self.limit(), self.claimed())
    }

    /// Whether upstream did what the engine says, and with `all` all of it.
    ///
    /// # Errors
    /// With what differs.
    pub fn judge(&self, upstream: &BTreeSet<Deleted>, all: bool) -> Result<(), String> {
        let choice = self.deleted();
        if choice.take > 0 && choice.take >= choice.candidates.len() {
            return Err(format!("all candidates are certain: {choice:?}"));
        }
        let engine = outcomes(&choice);
        if upstream.is_subset(&engine) && (!all || upstream.len() == engine.len()) {
            return Ok(());
        }
        Err(format!("engine {engine:?}\nupstream {upstream:?}"))
    }
}

/// One outcome for each way to take so many of the candidates.
fn outcomes(choice: &Choice<&ControllerRevision>) -> BTreeSet<Deleted> {
    let certain: Deleted = choice.certain.iter().map(|r| r.name.to_string()).collect();
    let mut ways = BTreeSet::from([certain]);
    for _ in 0..choice.take {
        ways = ways
            .iter()
            .flat_map(|way| {
                let names = choice.candidates.iter().map(|r| r.name.to_string());
                let others: Vec<_> = names.filter(|name| !way.contains(name)).collect();
                others.into_iter().map(move |name| {
                    let mut more = way.clone();
                    more.insert(name);
                    more
                })
            })
            .collect();
    }
    ways
}
