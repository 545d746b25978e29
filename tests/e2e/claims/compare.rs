//! What was said of the claims beside what the controllers did.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::deeds::{Deeds, Record, hash_of, name_of};
use super::run::{Ended, Frozen, Objects};
use super::said::{Fate, Said, fate};
use crate::scenario::Outcome;
use crate::scenario::pod::{controller_of, node_of};

/// What the controllers did while the kubelets stood still.
pub(super) fn claims(said: &Said, frozen: &Frozen<'_, '_>) -> Outcome {
    first(said, &frozen.record, &frozen.start)
}

/// The same, apart from the run.
pub(super) fn first(said: &Said, record: &Record, start: &Objects) -> Outcome {
    let all = || {
        pods(said, record)?;
        revisions(said, &record.revisions, start)?;
        history(said, record, start)?;
        early(said, record)
    };
    all().map_err(|why| format!("{why}\nrecord: {record:?}\nsaid: {said:?}"))
}

/// Each pod that is to be adopted is, by exactly one; each that is to be released too.
fn pods(said: &Said, record: &Record) -> Outcome {
    let adopt = said.those("pods", "claim", "Adopt")?;
    let (ours, others) = (&record.pods.adopted, &record.by_others.adopted);
    let both: Vec<_> = ours.intersection(others).collect();
    if !both.is_empty() {
        return Err(format!("{both:?} were adopted twice"));
    }
    let theirs: BTreeSet<_> = others.intersection(&adopt).collect();
    // What is another's by now and may be nobody's then.
    let open = others_left_open(said)?;
    let ours = ours.iter().filter(|pod| !open.contains(*pod));
    let adopted: BTreeSet<_> = ours.chain(theirs).cloned().collect();
    equal("adopted", &adopt, &adopted)?;
    let release = said.those("pods", "claim", "Release")?;
    equal("released", &release, &record.pods.released)
}

/// Whether all pods were adopted and released of which that was said.
pub(super) fn is_claimed(said: &Said, record: &Record) -> Result<bool, String> {
    let did = |pod: &String| {
        let adopted = [&record.pods.adopted, &record.by_others.adopted];
        adopted.iter().any(|set| set.contains(pod)) || record.pods.released.contains(pod)
    };
    let mut said_of = said.those("pods", "claim", "Adopt")?;
    said_of.extend(said.those("pods", "claim", "Release")?);
    Ok(said_of.iter().all(did))
}

/// Those of another owner of which it isn't told what follows.
fn others_left_open(said: &Said) -> Result<BTreeSet<String>, String> {
    let foreign = said.those("pods", "claim", "Foreign")?;
    let open = left_open(said)?;
    Ok(open.intersection(&foreign).cloned().collect())
}

/// The pods of which it isn't told what follows.
pub(super) fn left_open(said: &Said) -> Result<BTreeSet<String>, String> {
    let fates = fates(said)?.into_iter();
    let open = fates.filter(|(_, fate)| *fate == Fate::Open);
    Ok(open.map(|(name, _)| name).collect())
}

fn revisions(said: &Said, did: &Deeds, start: &Objects) -> Outcome {
    let (adopt, release) = (
        said.those("revisions", "claim", "Adopt")?,
        said.those("revisions", "claim", "Release")?,
    );
    equal("adopted revisions", &adopt, &did.adopted)?;
    equal("released revisions", &release, &did.released)?;
    let mut delete = said.those("revisions", "then", "DeletedAsDuplicate")?;
    delete.extend(said.those("revisions", "then", "DeletedByHistoryLimit")?);
    equal("deleted revisions", &delete, &did.deleted)?;
    let claims = said.claims("revisions")?.into_iter();
    let numbered = claims.filter_map(|(name, claim)| Some((name, claim["renumberedTo"].as_i64()?)));
    equal("renumbered", &numbered.collect(), &did.renumbered)?;
    let claims = said.claims("revisions")?;
    let is_claimed = |name: &String| {
        let claim = claims.get(name).and_then(|claim| claim["claim"].as_str());
        matches!(claim, Some("Owned" | "Adopt"))
    };
    let unlabelled = start.revisions.iter().filter(|r| hash_of(r).is_none());
    let unlabelled = unlabelled.filter_map(name_of).filter(is_claimed).collect();
    let labelled: BTreeSet<_> = did.relabelled.keys().cloned().collect();
    equal::<BTreeSet<_>>("labelled revisions", &unlabelled, &labelled)
}

fn history(said: &Said, record: &Record, start: &Objects) -> Outcome {
    let (history, did) = (said.at("/history"), &record.revisions);
    let made = usize::from(history["state"] == "New");
    if start.is_deleting() {
        return equal("history", &0, &did.count());
    }
    equal("new revisions", &made, &did.created.len())?;
    let rewritten = did.count() > did.created.len();
    equal("rewritten", &history["rewritten"], &rewritten.into())?;
    let relabelled = record.pods.relabelled.len();
    equal("relabelled", &history["relabelled"], &relabelled.into())?;
    // Those that are deleted for another reason may have got the label before.
    let expected = said.those("pods", "then", "Relabelled")?;
    for pod in record.pods.relabelled.keys() {
        let claim = said.claims("pods")?.get(pod).map(|claim| fate(claim));
        if !expected.contains(pod) && claim != Some(Ok(Fate::Deleted)) {
            return Err(format!("{pod} was relabelled"));
        }
    }
    let missing = expected
        .iter()
        .find(|&p| !record.pods.relabelled.contains_key(p));
    missing.map_or(Ok(()), |pod| Err(format!("{pod} wasn't relabelled")))
}

/// What is deleted at once is among what is deleted in the end.
fn early(said: &Said, record: &Record) -> Outcome {
    let fates = fates(said)?;
    let open = others_left_open(said)?;
    let lists = [
        (Fate::Deleted, &record.pods.deleted),
        (Fate::Collected, &record.collected),
    ];
    for (expected, names) in lists {
        let wrong = names.iter().find(|name| {
            let explained = record.pods.created.contains(*name) || open.contains(*name);
            !explained && fates.get(*name) != Some(&expected)
        });
        if let Some(name) = wrong {
            return Err(format!("{name} was deleted and shouldn't have been"));
        }
    }
    Ok(())
}

fn fates(said: &Said) -> Result<BTreeMap<String, Fate>, String> {
    let claims = said.claims("pods")?.into_iter();
    claims
        .map(|(name, claim)| Ok((name, fate(claim)?)))
        .collect()
}

/// The pods that have to be gone in the end.
pub(super) fn going(said: &Said) -> Result<BTreeSet<String>, String> {
    let going = |fate: &Fate| matches!(fate, Fate::Deleted | Fate::Collected);
    let fates = fates(said)?.into_iter();
    Ok(fates
        .filter(|(_, fate)| going(fate))
        .map(|(name, _)| name)
        .collect())
}

/// A pod that nobody makes ready: it is held, has ended, or has no node.
pub(super) fn needs_no_wait(pod: &Value) -> bool {
    !pod["metadata"]["deletionTimestamp"].is_null()
        || pod["spec"]["nodeName"].as_str().is_none()
        || pod["metadata"]["annotations"]["e2e/pod"] == "never-ready"
}

/// What became of the pods in the end: exactly those were deleted, and by the one, of
/// which it was said.
pub(super) fn end(said: &Said, ended: &Ended) -> Outcome {
    let all = || {
        gone(said, ended)?;
        let claims = said.claims("pods")?.into_iter();
        claims
            .filter(|(name, _)| !ended.record.by_others.adopted.contains(name))
            .filter(|(_, claim)| fate(claim) != Ok(Fate::Open))
            .try_for_each(|(_, claim)| Pod::new(claim, ended)?.became())
    };
    all().map_err(|why| format!("{why}\nrecord: {:?}\nsaid: {said:?}", ended.record))
}

fn gone(said: &Said, ended: &Ended) -> Outcome {
    let mut fates = fates(said)?;
    // What is another's by then has its fate from that one.
    let taken = &ended.record.by_others.adopted;
    fates.retain(|name, fate| !taken.contains(name) && *fate != Fate::Open);
    let were: BTreeSet<_> = ended.start.pods.iter().filter_map(name_of).collect();
    let of = |fate: Fate| -> BTreeSet<String> {
        let those = fates.iter().filter(|(_, is)| **is == fate);
        those.map(|(name, _)| name.clone()).collect()
    };
    let left_open = left_open(said)?;
    let among = |names: &BTreeSet<String>| {
        let told = names.intersection(&were);
        told.filter(|name| !left_open.contains(*name))
            .cloned()
            .collect()
    };
    equal(
        "deleted",
        &of(Fate::Deleted),
        &among(&ended.record.pods.deleted),
    )?;
    equal(
        "collected",
        &of(Fate::Collected),
        &among(&ended.record.collected),
    )?;
    let went = ended.start.pods.iter().filter(|before| {
        let now = name_of(before).and_then(|name| ended.end.pod(&name));
        now.is_none_or(|now| now["metadata"]["uid"] != before["metadata"]["uid"])
    });
    let deleted_by_others = &ended.record.by_others.deleted;
    let open = |name: &String| {
        fates.get(name) == Some(&Fate::Terminating)
            || taken.contains(name)
            || deleted_by_others.contains(name)
            || left_open.contains(name)
    };
    let went = went.filter_map(name_of).filter(|name| !open(name));
    let mut going = of(Fate::Deleted);
    going.extend(of(Fate::Collected));
    equal("gone", &going, &went.collect())
}

/// One pod of the begin, and what was said of it.
struct Pod<'a> {
    claim: &'a Value,
    name: &'a str,
    before: &'a Value,
    ended: &'a Ended,
}

impl<'a> Pod<'a> {
    fn new(claim: &'a Value, ended: &'a Ended) -> Result<Self, String> {
        let name = claim["name"].as_str().unwrap_or_default();
        let before = ended.start.pod(name);
        Ok(Self {
            claim,
            name,
            before: before.ok_or_else(|| format!("there was no pod {name}"))?,
            ended,
        })
    }

    fn became(&self) -> Outcome {
        let then = self.claim["then"].as_str().unwrap_or_default();
        let now = self.ended.end.pod(self.name);
        let right = match (then, now) {
            ("CountsAsUpdated", Some(now)) => self.counts(now),
            ("Relabelled", Some(now)) => {
                self.is_ours(now) && hash_of(now) == self.current() && self.was_other(now)
            }
            ("LeftBesideNew", Some(now)) => !self.is_ours(now) && self.gets_company(),
            ("Kept", Some(now)) => self.is_kept(now),
            ("DeletedAsDuplicate", None) => self.other_stayed()?,
            ("Replaced" | "DeletedIneligible" | "DeletedEnded" | "GarbageCollected", None) => true,
            ("Terminating", _) => true,
            _ => false,
        };
        if right {
            Ok(())
        } else {
            Err(format!(
                "{} became {now:?}, of it was said {}",
                self.name, self.claim
            ))
        }
    }

    fn is_ours(&self, pod: &Value) -> bool {
        controller_of(pod).is_some_and(|owner| owner["uid"] == self.ended.start.uid())
    }

    /// The hash of the revision with the highest number that is ours.
    fn current(&self) -> Option<String> {
        let ours = self.ended.end.revisions.iter().filter(|r| self.is_ours(r));
        ours.max_by_key(|r| r["revision"].as_i64())
            .and_then(hash_of)
    }

    fn was_other(&self, now: &Value) -> bool {
        hash_of(self.before) != hash_of(now)
    }

    fn counts(&self, now: &Value) -> bool {
        let of_current = hash_of(now) == self.current();
        let generation = &now["metadata"]["labels"]["pod-template-generation"];
        let annotations = &self.ended.end.ds["metadata"]["annotations"];
        let same = generation == &annotations["deprecated.daemonset.template.generation"];
        let by = match self.claim["updatedBy"].as_str() {
            Some("Hash") => of_current,
            Some("Generation") => !of_current && same,
            _ => false,
        };
        by && self.is_ours(now) && !self.was_other(now)
    }

    /// A pod of ours was made beside it.
    fn gets_company(&self) -> bool {
        let node = node_of(self.before);
        let mut made = self.ended.record.pods.created.iter();
        made.any(|name| {
            let pod = self.ended.end.pod(name);
            pod.is_some_and(|pod| self.is_ours(pod) && node_of(pod) == node)
        })
    }

    fn is_kept(&self, now: &Value) -> bool {
        let label = &self.before["metadata"]["labels"];
        let untouched = *label == now["metadata"]["labels"];
        let claimed = matches!(self.claim["claim"].as_str(), Some("Owned" | "Adopt"));
        // One that is deleted with --cascade=orphan lets its pods go.
        let claimed = claimed && !self.ended.start.is_deleting();
        let alone = claimed || node_of(now).is_none() || !self.gets_company();
        untouched && alone && claimed == self.is_ours(now)
    }

    /// The pod that was to stay outlived it.
    fn other_stayed(&self) -> Result<bool, String> {
        let stays = self.claim["stays"].as_str();
        let stays = stays.ok_or_else(|| format!("which one stays? {}", self.claim))?;
        let other = self.ended.start.pod(stays);
        let other = other.ok_or_else(|| format!("there was no pod {stays}"))?;
        let same_node = node_of(other) == node_of(self.before);
        Ok(same_node && self.ended.outlived(stays, self.name))
    }
}

/// What is said of a manifest, and what is said once the DaemonSet is there. Of what the former
/// one left and its selector doesn't match it then knows what shows that.
pub(super) fn same(said: &Said, then: &Said) -> Outcome {
    for (what, fields) in [
        ("pods", &["claim", "then", "updatedBy", "stays", "node"][..]),
        (
            "revisions",
            &["claim", "then", "holdsTemplate", "renumberedTo"],
        ),
    ] {
        let pick = |said: &Said| -> Result<BTreeMap<String, Vec<Value>>, String> {
            let claims = said.claims(what)?.into_iter();
            let picked = |claim: &Value| fields.iter().map(|field| claim[*field].clone()).collect();
            Ok(claims.map(|(name, claim)| (name, picked(claim))).collect())
        };
        let (mut said, then) = (pick(said)?, pick(then)?);
        said.retain(|name, picked| then.contains_key(name) || picked[0] != "Ignored");
        equal(what, &said, &then)?;
    }
    equal("history", said.at("/history"), then.at("/history"))
}

/// What is said when it is over: nothing is to be done any more.
pub(super) fn done(said: &Said) -> Outcome {
    for what in ["pods", "revisions"] {
        for (name, claim) in said.claims(what)? {
            let rests = matches!(
                claim["then"].as_str(),
                Some("CountsAsUpdated" | "Kept" | "LeftBesideNew" | "Terminating")
            );
            if !rests || claim["claim"] == "Adopt" || claim["claim"] == "Release" {
                return Err(format!("it is over, but of {name} is said {claim}"));
            }
        }
    }
    said.says("/history/rewritten", false)
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, said: &T, did: &T) -> Outcome {
    if said == did {
        Ok(())
    } else {
        Err(format!("{what}: said was {said:?}, it is {did:?}"))
    }
}
