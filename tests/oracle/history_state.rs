//! A history as the oracle is asked about it, and whether upstream made of it what
//! the engine says.

use std::collections::BTreeSet;

use kubectl_ds::engine::claim::Claimant;
use kubectl_ds::engine::history::{History, Relabelling};
use kubectl_ds::model::{ControllerRevision, DaemonSet, Pod};
use serde::Deserialize;
use serde_json::Value;

/// The objects of a request.
pub struct HistoryState {
    pub ds: DaemonSet,
    pub revisions: Vec<ControllerRevision>,
    pub pods: Vec<Pod>,
}

/// What one sync finds and does; all lists are of names.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// Empty for a revision that is made.
    current: String,
    hash: String,
    number: i64,
    renumbered: bool,
    old: BTreeSet<String>,
    deleted: BTreeSet<String>,
    unlabelled: BTreeSet<String>,
    adopted: BTreeSet<String>,
    released: BTreeSet<String>,
    relabelled: BTreeSet<String>,
}

impl HistoryState {
    /// Reads a request's objects.
    ///
    /// # Errors
    /// When one can't be decoded.
    pub fn read(request: &Value) -> Result<Self, String> {
        let text = |e: serde_json::Error| e.to_string();
        let ds = DaemonSet::from_value(request["daemonSet"].clone(), "default")
            .map_err(|e| e.to_string())?;
        let mut revisions: Vec<ControllerRevision> =
            Vec::deserialize(&request["revisions"]).map_err(text)?;
        for revision in &mut revisions {
            let data = request["data"][&*revision.name].as_str();
            revision.data = serde_json::from_str(data.unwrap_or_default()).map_err(text)?;
        }
        Ok(Self {
            ds,
            revisions,
            pods: Vec::deserialize(&request["pods"]).map_err(text)?,
        })
    }

    /// What the engine says.
    pub fn history(&self, claimant: &Claimant<'_>) -> History<'_> {
        History::new(&self.ds, claimant, &self.revisions)
    }

    /// The pods that the controller works with.
    pub fn claimed<'a>(&'a self, claimant: &Claimant<'_>) -> Vec<&'a Pod> {
        let pods = self.pods.iter();
        pods.filter(|pod| claimant.claim_pod(pod).is_claimed())
            .collect()
    }

    /// Whether upstream did what the engine says, and with `all` all of it.
    ///
    /// # Errors
    /// With what differs.
    pub fn judge(&self, upstream: &BTreeSet<Outcome>, all: bool) -> Result<(), String> {
        let claimant = Claimant::new(&self.ds)?;
        let history = self.history(&claimant);
        let pods = self.claimed(&claimant);
        let engine = outcomes(&history, &pods);
        if upstream.is_subset(&engine) && (!all || upstream.len() == engine.len()) {
            return Ok(());
        }
        Err(format!("engine {engine:#?}\nupstream {upstream:#?}"))
    }
}

/// One outcome for each revision that may be kept.
fn outcomes(history: &History<'_>, pods: &[&Pod]) -> BTreeSet<Outcome> {
    let names = |revisions: &[&ControllerRevision]| -> BTreeSet<String> {
        revisions.iter().map(|r| r.name.to_string()).collect()
    };
    let fresh = Outcome {
        current: String::new(),
        hash: String::new(),
        number: history.number,
        renumbered: history.renumbered,
        old: names(&history.old),
        deleted: names(&history.duplicates),
        unlabelled: names(&history.unlabelled),
        adopted: names(&history.adopted),
        released: names(&history.released),
        relabelled: BTreeSet::new(),
    };
    let kept: Vec<&ControllerRevision> = history.kept().collect();
    if kept.is_empty() {
        return BTreeSet::from([fresh]);
    }
    let one = |revision: &&ControllerRevision| {
        let mut outcome = fresh.clone();
        outcome.current = revision.name.to_string();
        outcome.hash = revision.hash().to_owned();
        let others = kept.iter().filter(|other| other.name != revision.name);
        outcome.deleted.extend(others.map(|r| r.name.to_string()));
        let relabelled = pods.iter().filter(|pod| relabelled(history, pod, revision));
        outcome.relabelled = relabelled.map(|pod| pod.name.to_string()).collect();
        outcome
    };
    kept.iter().map(one).collect()
}

fn relabelled(history: &History<'_>, pod: &Pod, kept: &ControllerRevision) -> bool {
    match history.relabels(pod) {
        Relabelling::Never => false,
        Relabelling::Certain => true,
        Relabelling::Perhaps => {
            let label = pod.labels.get("controller-revision-hash");
            label.unwrap_or_default() != kept.hash()
        }
    }
}
