//! A plan as it was written to disk before the controller went on.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use serde_json::Value;

use crate::report::Report;
use crate::scenario::Outcome;

/// What `kubectl ds plan -o json` said.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    report: Report,
}

impl Deref for Plan {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.report
    }
}

impl DerefMut for Plan {
    fn deref_mut(&mut self) -> &mut Report {
        &mut self.report
    }
}

/// What is certain, and what is picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) certain: BTreeSet<String>,
    pub(super) candidates: BTreeSet<String>,
    pub(super) take: usize,
}

impl Choice {
    /// How many in all.
    pub(super) fn count(&self) -> usize {
        self.certain.len() + self.take
    }

    /// An error where `did` is more, less or other than this choice leaves open.
    pub(super) fn admits(&self, what: &str, did: &BTreeSet<String>) -> Outcome {
        let left_out: Vec<_> = self.certain.difference(did).collect();
        if !left_out.is_empty() {
            return Err(format!("{what}: {left_out:?} were certain and weren't"));
        }
        let picked: BTreeSet<_> = did.difference(&self.certain).collect();
        let surprising: Vec<_> = picked
            .iter()
            .filter(|name| !self.candidates.contains(**name))
            .collect();
        if !surprising.is_empty() {
            return Err(format!("{what}: {surprising:?} weren't even candidates"));
        }
        if picked.len() != self.take {
            return Err(format!(
                "{what}: {} of the candidates were to be picked, {} were",
                self.take,
                picked.len()
            ));
        }
        Ok(())
    }

    /// An error where `did` is more or other than this choice leaves open.
    pub(super) fn bounds(&self, what: &str, did: &BTreeSet<String>) -> Outcome {
        let all: BTreeSet<_> = self.certain.union(&self.candidates).cloned().collect();
        let surprising: Vec<_> = did.difference(&all).collect();
        if !surprising.is_empty() {
            return Err(format!("{what}: {surprising:?} weren't even candidates"));
        }
        if did.len() > self.count() {
            return Err(format!(
                "{what}: {} at most were to be picked, {} were",
                self.count(),
                did.len()
            ));
        }
        Ok(())
    }
}

impl Plan {
    pub(super) fn new(report: Value) -> Result<Self, String> {
        Report::new("RolloutPlan", report).map(|report| Self { report })
    }

    /// One of the choices of `update`.
    pub(super) fn choice(&self, pointer: &str) -> Result<Choice, String> {
        let take = self.at(&format!("{pointer}/take"));
        Ok(Choice {
            certain: self.names(&format!("{pointer}/certain"), "name")?,
            candidates: self.names(&format!("{pointer}/candidates"), "name")?,
            take: take
                .as_u64()
                .and_then(|take| usize::try_from(take).ok())
                .ok_or_else(|| format!("{pointer}/take is {take}"))?,
        })
    }

    /// What manage deletes: for certain, and perhaps.
    pub(super) fn manage_deletes(&self) -> Result<[BTreeSet<String>; 2], String> {
        let mut sets = [BTreeSet::new(), BTreeSet::new()];
        for entry in self.list("/manage/delete")? {
            let pod = entry["pod"].as_str().ok_or("manage/delete: no pod")?;
            sets[usize::from(entry["certain"] != true)].insert(pod.to_owned());
        }
        Ok(sets)
    }

    /// An error unless these, and in this order, are why it doesn't move.
    pub(super) fn blocked_by(&self, codes: &[&str]) -> Outcome {
        let given: Vec<&str> = self
            .list("/blockers")?
            .iter()
            .filter_map(|blocker| blocker["code"].as_str())
            .collect();
        if given == codes {
            Ok(())
        } else {
            Err(format!(
                "the blockers should be {codes:?}, not {given:?}:\n{:?}",
                self.report
            ))
        }
    }

    /// An error unless these, and in this order, will hold it up, each for certain.
    pub(super) fn foresees(&self, codes: &[&str]) -> Outcome {
        let foreseen = self.list("/foreseen")?;
        let given: Vec<&str> = foreseen.iter().filter_map(|f| f["code"].as_str()).collect();
        if given == codes && foreseen.iter().all(|f| f["certain"] == true) {
            Ok(())
        } else {
            Err(format!(
                "{codes:?} should be foreseen for certain, not {foreseen:?}:\n{:?}",
                self.report
            ))
        }
    }

    /// An error unless one of the change's warnings has these words.
    pub(super) fn warns(&self, words: &str) -> Outcome {
        let warnings = self.list("/change/warnings")?;
        let has = |warning: &Value| warning.as_str().is_some_and(|text| text.contains(words));
        if warnings.iter().any(has) {
            Ok(())
        } else {
            Err(format!("no warning says `{words}`: {warnings:?}"))
        }
    }
}
