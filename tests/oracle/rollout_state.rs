//! A cluster's state as the oracle is asked about it, in the engine's own types,
//! and whether what upstream did is what the engine says.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kubectl_ds::engine::CompiledDaemonSet;
use kubectl_ds::engine::claim::Claimant;
use kubectl_ds::engine::pods::PodsByNode;
use kubectl_ds::engine::rollout::{
    Choice, Inputs, Managed, RollingUpdate, RollingUpdateError, is_rolling_update, manage,
    rolling_update,
};
use kubectl_ds::model::{DaemonSet, FeatureGates, Node, Pod};
use serde::Deserialize;
use serde_json::Value;

/// The objects of a request.
pub struct State {
    pub ds: DaemonSet,
    compiled: CompiledDaemonSet,
    pub nodes: Vec<Node>,
    pub pods: Vec<Pod>,
    pub hash: String,
    pub now: Timestamp,
    /// Nodes where the backoff holds failed pods.
    backed_off: BTreeSet<String>,
}

/// What upstream did in the runs of one step.
#[derive(Debug, Deserialize)]
pub struct Observed {
    created: Seen,
    deleted: Seen,
    failed: Option<String>,
}

/// `always` and `ever` are left out of vectors whose runs can't show all of them.
#[derive(Debug, Deserialize)]
struct Seen {
    always: Option<BTreeSet<String>>,
    ever: Option<BTreeSet<String>>,
    least: usize,
    most: usize,
}

/// What the engine says of one step.
#[derive(Debug, PartialEq)]
pub enum Said<'a> {
    Nothing,
    Manage(Managed<'a>),
    RollingUpdate(RollingUpdate<'a>),
    Error(RollingUpdateError<'a>),
}

/// How much the runs prove.
#[derive(Clone, Copy, PartialEq)]
pub enum Runs {
    /// What upstream did is among what the engine says.
    One,
    /// So many that all that can happen has happened.
    All,
}

impl State {
    /// Reads a request's objects.
    ///
    /// # Errors
    /// When one can't be decoded.
    pub fn read(request: &Value) -> Result<Self, String> {
        let text = |e: serde_json::Error| e.to_string();
        let ds = DaemonSet::from_value(request["daemonSet"].clone(), "default")
            .map_err(|e| e.to_string())?;
        let compiled = CompiledDaemonSet::new(
            &ds.pod_spec().cloned().unwrap_or_default(),
            FeatureGates::default(),
        );
        Ok(Self {
            ds,
            compiled,
            nodes: Vec::deserialize(&request["nodes"]).map_err(text)?,
            pods: Vec::deserialize(&request["pods"]).map_err(text)?,
            hash: String::deserialize(&request["hash"]).map_err(text)?,
            now: Timestamp::deserialize(&request["now"]).map_err(text)?,
            backed_off: BTreeSet::deserialize(&request["backedOff"]).map_err(text)?,
        })
    }

    /// The pods that the controller claims, by node.
    pub fn claimed(&self) -> Result<PodsByNode<'_>, String> {
        let claimant = Claimant::new(&self.ds)?;
        let claimed = self.pods.iter();
        Ok(PodsByNode::new(
            claimed.filter(|pod| claimant.claim_pod(pod).is_claimed()),
        ))
    }

    /// What the engine looks at.
    pub fn inputs<'a>(&'a self, pods: &'a PodsByNode<'a>) -> Inputs<'a> {
        let hash = Some(self.hash.as_str());
        Inputs::new(&self.ds, &self.compiled, hash, &self.nodes, pods, self.now)
    }

    /// What the engine says of a step.
    pub fn said<'a>(&self, step: &str, inputs: &Inputs<'a>) -> Said<'a> {
        match step {
            "manage" => Said::Manage(manage(inputs)),
            "rollingUpdate" => rolling(inputs),
            _ => {
                let managed = manage(inputs);
                let unheld = self.unheld(&managed).count();
                if managed.create.count() + managed.delete.choice.count() + unheld > 0 {
                    return Said::Manage(managed);
                }
                if is_rolling_update(inputs.strategy) {
                    rolling(inputs)
                } else {
                    Said::Nothing
                }
            }
        }
    }

    /// The failed pods of which one goes, for the backoff doesn't hold them.
    pub fn unheld<'m, 'a>(
        &self,
        managed: &'m Managed<'a>,
    ) -> impl Iterator<Item = &'m Vec<&'a str>> {
        let failed = managed.delete.failed.iter();
        failed
            .filter(|failed| !self.backed_off.contains(failed.node))
            .map(|failed| &failed.candidates)
    }

    /// Whether upstream did what the engine says.
    ///
    /// # Errors
    /// With what differs.
    pub fn judge(&self, said: &Said<'_>, observed: &Observed, runs: Runs) -> Result<(), String> {
        self.compare(said, observed, runs)
            .map_err(|problem| format!("{problem}\nengine {said:?}\nupstream {observed:?}"))
    }

    fn compare(&self, said: &Said<'_>, observed: &Observed, runs: Runs) -> Result<(), String> {
        let nothing = Expected::default();
        let (create, delete) = match said {
            Said::Nothing => (nothing.clone(), nothing),
            Said::Error(_) if observed.failed.is_none() => {
                return Err("the engine alone has an error".to_owned());
            }
            Said::Error(error) => {
                error_alike(error, observed.failed.as_deref().unwrap_or_default())?;
                (nothing.clone(), nothing)
            }
            Said::RollingUpdate(update) => {
                (Expected::new(&update.create), Expected::new(&update.delete))
            }
            Said::Manage(managed) => (Expected::new(&managed.create), self.deletions(managed)),
        };
        if !matches!(said, Said::Error(_)) && observed.failed.is_some() {
            return Err("upstream alone has an error".to_owned());
        }
        create.compare(&observed.created, runs)?;
        delete.compare(&observed.deleted, runs)
    }

    fn deletions(&self, managed: &Managed<'_>) -> Expected {
        let unheld: Vec<_> = self.unheld(managed).collect();
        let delete = &managed.delete;
        let choice = &delete.choice;
        let names =
            |removals: &[kubectl_ds::engine::rollout::PodDeletion<'_>]| -> BTreeSet<String> {
                removals.iter().map(|r| r.pod.to_owned()).collect()
            };
        let mut expected = Expected {
            certain: names(&choice.certain),
            candidates: names(&choice.candidates),
            count: choice.count() + unheld.len(),
            one_of: Vec::new(),
            within: Some((delete.at_least(), delete.at_most())),
        };
        for group in unheld {
            let names: BTreeSet<String> = group.iter().map(|&pod| pod.to_owned()).collect();
            if !delete.may_exceed_cap {
                expected.one_of.push(names.clone());
            }
            match (names.len(), delete.may_exceed_cap) {
                (1, false) => expected.certain.extend(names),
                _ => expected.candidates.extend(names),
            }
        }
        if delete.may_exceed_cap {
            let all = choice.candidates.len() + self.unheld(managed).count();
            expected.count = all.min(250);
        }
        expected
    }
}

fn rolling<'a>(inputs: &Inputs<'a>) -> Said<'a> {
    rolling_update(inputs).map_or_else(Said::Error, Said::RollingUpdate)
}

/// What upstream's error says before the name of a node that is gone.
pub const GONE: &str = "for nodeName";

fn error_alike(error: &RollingUpdateError<'_>, upstream: &str) -> Result<(), String> {
    let alike = match error {
        // Upstream names the first that its walk comes to; the vectors leave the name out.
        RollingUpdateError::NodesGone(nodes) => {
            upstream.ends_with(GONE)
                || nodes
                    .iter()
                    .any(|node| upstream.contains(&format!("{GONE} {node:?}")))
        }
        RollingUpdateError::Budget(budget) => {
            let field = if budget.field == "maxSurge" {
                "MaxSurge"
            } else {
                "MaxUnavailable"
            };
            upstream.contains(&format!("invalid value for {field}:"))
        }
    };
    if alike {
        return Ok(());
    }
    Err(format!("engine `{error}`, upstream `{upstream}`"))
}

/// What the runs must show.
#[derive(Clone, Default)]
struct Expected {
    certain: BTreeSet<String>,
    candidates: BTreeSet<String>,
    count: usize,
    /// Exactly one of each in one run.
    one_of: Vec<BTreeSet<String>>,
    /// What the engine says without knowing of the backoff.
    within: Option<(usize, usize)>,
}

impl Expected {
    fn new(choice: &Choice<&str>) -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            certain: names(&choice.certain),
            candidates: names(&choice.candidates),
            count: choice.count(),
            ..Self::default()
        }
    }

    fn compare(&self, seen: &Seen, runs: Runs) -> Result<(), String> {
        if seen.least != self.count || seen.most != self.count {
            return Err(format!("not {} in every run", self.count));
        }
        let outside = |(least, most): (usize, usize)| self.count < least || self.count > most;
        if self.within.is_some_and(outside) {
            return Err(format!("{} isn't within {:?}", self.count, self.within));
        }
        let (Some(always), Some(ever)) = (&seen.always, &seen.ever) else {
            return Ok(());
        };
        let possible: BTreeSet<_> = self.certain.union(&self.candidates).cloned().collect();
        if !self.certain.is_subset(always) {
            return Err("not all that is certain was done in every run".to_owned());
        }
        if !ever.is_subset(&possible) {
            return Err("something was done that wasn't even possible".to_owned());
        }
        if runs == Runs::One {
            let alone = |group: &BTreeSet<String>| group.intersection(ever).count() == 1;
            return match self.one_of.iter().all(alone) {
                true => Ok(()),
                false => Err("not one failed pod of a node".to_owned()),
            };
        }
        if *always != self.certain {
            return Err("something was done in every run and isn't certain".to_owned());
        }
        if *ever != possible {
            return Err("something possible was never done".to_owned());
        }
        Ok(())
    }
}
