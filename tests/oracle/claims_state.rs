//! A DaemonSet and what it may claim, as the oracle is asked about it, and whether
//! upstream claimed what the engine says.

use std::collections::BTreeSet;

use kubectl_ds::engine::claim::{Claim, Claimant, Claims, Recheck};
use kubectl_ds::model::{ControllerRevision, DaemonSet, Pod};
use serde::Deserialize;
use serde_json::Value;

/// The objects of a request.
pub struct ClaimsState {
    pub ds: DaemonSet,
    pub recheck: Recheck,
    pub pods: Vec<Pod>,
    pub revisions: Vec<ControllerRevision>,
}

/// What upstream did with one kind of object; names carry their namespace.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Outcome {
    claimed: BTreeSet<String>,
    adopted: BTreeSet<String>,
    released: BTreeSet<String>,
    /// Those with another controller, wherever they are.
    others: BTreeSet<String>,
    failed: bool,
}

#[derive(Deserialize)]
struct Upstream {
    pods: Outcome,
    revisions: Outcome,
    passed: Option<bool>,
}

impl ClaimsState {
    /// Reads a request's objects.
    ///
    /// # Errors
    /// When one can't be decoded.
    pub fn read(request: &Value) -> Result<Self, String> {
        let text = |e: serde_json::Error| e.to_string();
        let daemon_set = |value: &Value| {
            DaemonSet::from_value(value.clone(), "default").map_err(|e| e.to_string())
        };
        let ds = daemon_set(&request["daemonSet"])?;
        let live = match &request["live"] {
            Value::Null => None,
            live => Some(daemon_set(live)?),
        };
        Ok(Self {
            recheck: Recheck::new(&ds, live.as_ref()),
            ds,
            pods: Vec::deserialize(&request["pods"]).map_err(text)?,
            revisions: Vec::deserialize(&request["revisions"]).map_err(text)?,
        })
    }

    /// Whether upstream did what the engine says.
    ///
    /// # Errors
    /// With what differs.
    pub fn judge(&self, upstream: &Value) -> Result<(), String> {
        let upstream = Upstream::deserialize(upstream).map_err(|e| format!("{e}: {upstream}"))?;
        let Ok(claimant) = Claimant::new(&self.ds) else {
            same("pods", &nothing(&upstream.pods), &upstream.pods)?;
            return same(
                "revisions",
                &nothing(&upstream.revisions),
                &upstream.revisions,
            );
        };
        let pods = outcome(&claimant.claim_pods(self.recheck, &self.pods), |pod| {
            qualified(&pod.namespace, &pod.name)
        });
        let decided = self.pods.iter().map(|pod| {
            let name = qualified(&pod.namespace, &pod.name);
            (name, claimant.claim_pod(pod))
        });
        same(
            "pods",
            &with_others(pods, decided, &upstream.pods),
            &upstream.pods,
        )?;
        let claims = claimant.claim_revisions(self.recheck, &self.revisions);
        let revisions = outcome(&claims, |r| qualified(&r.namespace, &r.name));
        let decided = self.revisions.iter().map(|revision| {
            let name = qualified(&revision.namespace, &revision.name);
            (name, claimant.claim_revision(revision))
        });
        let revisions = with_others(revisions, decided, &upstream.revisions);
        same("revisions", &revisions, &upstream.revisions)?;
        let passed = (!claimant.claims_pods()).then_some(true);
        if passed == upstream.passed {
            return Ok(());
        }
        Err(format!(
            "engine passes: {passed:?}, upstream {:?}",
            upstream.passed
        ))
    }
}

/// With a selector that can't be parsed upstream fails before it looks at anything.
fn nothing(upstream: &Outcome) -> Outcome {
    Outcome {
        claimed: BTreeSet::new(),
        adopted: BTreeSet::new(),
        released: BTreeSet::new(),
        others: upstream.others.clone(),
        failed: true,
    }
}

fn outcome<T>(claims: &Claims<'_, T>, name: impl Fn(&T) -> String) -> Outcome {
    let names = |list: &[&T]| list.iter().map(|object| name(object)).collect();
    Outcome {
        claimed: names(&claims.claimed),
        adopted: names(&claims.adopted),
        released: names(&claims.released),
        others: BTreeSet::new(),
        failed: claims.has_failed(),
    }
}

/// The engine's foreign objects, beside which those of other namespaces are let be:
/// it never asks whose they are.
fn with_others(
    mut outcome: Outcome,
    decided: impl Iterator<Item = (String, Claim)>,
    upstream: &Outcome,
) -> Outcome {
    let foreign = decided.filter(|(_, claim)| *claim == Claim::Foreign);
    outcome.others = foreign.map(|(name, _)| name).collect();
    let elsewhere = upstream
        .others
        .iter()
        .filter(|n| !n.starts_with("default/"));
    outcome.others.extend(elsewhere.cloned());
    outcome
}

fn qualified(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

fn same(what: &str, engine: &Outcome, upstream: &Outcome) -> Result<(), String> {
    if engine == upstream {
        return Ok(());
    }
    Err(format!(
        "{what}: engine {engine:#?}\nupstream {upstream:#?}"
    ))
}
