//! What was said of the claims before the controller went on.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use serde_json::{Value, json};

use crate::report::{Report, written};
use crate::scenario::Outcome;
use crate::scenario::lab::Lab;

/// What `kubectl ds adopt -o json` said.
#[derive(Clone, Debug)]
pub(super) struct Said {
    report: Report,
}

impl Deref for Said {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.report
    }
}

/// What becomes of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It runs on.
    Stays,
    /// The DaemonSet's controller deletes it.
    Deleted,
    /// The garbage collector deletes it.
    Collected,
    /// It was being deleted before.
    Terminating,
    /// It hangs on another controller, or on a hash that is yet to be computed.
    Open,
}

impl Said {
    /// `kubectl ds adopt ARGS -o json`, written to disk; nothing may be unknown.
    pub(super) fn ask(lab: &Lab<'_>, args: &[&str]) -> Result<Self, String> {
        let report = written(lab, &[&["adopt"], args].concat())?;
        let report = Report::new("ClaimReport", report)?;
        report.says("/incomplete", json!([]))?;
        Ok(Self { report })
    }

    /// The same with something else at one place.
    pub(super) fn with(&self, pointer: &str, value: Value) -> Self {
        let mut changed = self.clone();
        changed.report.put(pointer, value);
        changed
    }

    /// The claims on `pods` or `revisions`, by name.
    pub(super) fn claims(&self, what: &str) -> Result<BTreeMap<String, &Value>, String> {
        let claims = self.list(&format!("/{what}"))?.iter();
        claims
            .map(|claim| match claim["name"].as_str() {
                Some(name) => Ok((name.to_owned(), claim)),
                None => Err(format!("{what}: no name in {claim}")),
            })
            .collect()
    }

    /// The names of those in `what` that have this in `field`.
    pub(super) fn those(
        &self,
        what: &str,
        field: &str,
        value: &str,
    ) -> Result<BTreeSet<String>, String> {
        let claims = self.claims(what)?.into_iter();
        let those = claims.filter(|(_, claim)| claim[field] == value);
        Ok(those.map(|(name, _)| name).collect())
    }

    /// Where in the report the claim on a pod stands.
    pub(super) fn place(&self, pod: &str) -> Result<String, String> {
        let mut pods = self.list("/pods")?.iter();
        let index = pods.position(|claim| claim["name"] == pod);
        index
            .map(|index| format!("/pods/{index}"))
            .ok_or_else(|| format!("nothing is said of pod {pod}: {}", self.at("/pods")))
    }

    /// An error unless this is what is said of a pod: claim, reason and what follows.
    pub(super) fn of_pod(&self, pod: &str, [claim, reason, then]: [&str; 3]) -> Outcome {
        let at = self.place(pod)?;
        self.says(&format!("{at}/claim"), claim)?;
        self.says(&format!("{at}/reason"), reason)?;
        self.says(&format!("{at}/then"), then)
    }

    /// An error unless so many pods are said to be this.
    pub(super) fn of_pods(&self, count: usize, [claim, reason, then]: [&str; 3]) -> Outcome {
        let pods = self.claims("pods")?;
        let so =
            |pod: &&&Value| pod["claim"] == claim && pod["reason"] == reason && pod["then"] == then;
        let number = pods.values().filter(so).count();
        if number == count {
            Ok(())
        } else {
            Err(format!(
                "{count} pods should be {claim}, {reason}, {then}, {number} are: {}",
                self.at("/pods")
            ))
        }
    }

    /// An error unless exactly these findings are told of the DaemonSet as a whole.
    pub(super) fn finds(&self, codes: &[&str]) -> Outcome {
        let codes: BTreeSet<String> = codes.iter().map(|&code| code.to_owned()).collect();
        let found = self.names("/findings", "code")?;
        if found == codes {
            Ok(())
        } else {
            Err(format!(
                "the findings should be {codes:?}: {}",
                self.at("/findings")
            ))
        }
    }

    /// The first command that changes such a thing and has these words.
    pub(super) fn command(&self, changes: &str, words: &str) -> Result<String, String> {
        let remedies = self.list("/remedies")?.iter();
        let mut commands = remedies
            .filter(|remedy| remedy["changes"] == changes)
            .filter_map(|remedy| remedy["command"].as_str());
        commands
            .find(|command| command.contains(words))
            .map(str::to_owned)
            .ok_or_else(|| {
                format!(
                    "no remedy changes {changes} by a command with `{words}`: {}",
                    self.at("/remedies")
                )
            })
    }
}

/// What becomes of the pod that this is said of.
pub(super) fn fate(claim: &Value) -> Result<Fate, String> {
    match claim["then"].as_str() {
        Some("CountsAsUpdated" | "Relabelled" | "LeftBesideNew" | "Kept") => Ok(Fate::Stays),
        Some("Replaced" | "DeletedAsDuplicate" | "DeletedIneligible" | "DeletedEnded") => {
            Ok(Fate::Deleted)
        }
        Some("GarbageCollected") => Ok(Fate::Collected),
        Some("Terminating") => Ok(Fate::Terminating),
        None if claim["then"].is_null() => Ok(Fate::Open),
        _ => Err(format!("what follows isn't told: {claim}")),
    }
}
