//! What follows for each pod, beside what upstream did to it in the rollout's vectors.

use std::collections::{BTreeMap, BTreeSet};

use kubectl_ds::engine::claim::{Claim, Claimant};
use kubectl_ds::engine::claim_outcome::{ClaimOutcome, Outcomes, UpdatedBy};
use kubectl_ds::engine::history::History;
use kubectl_ds::engine::rollout::Inputs;
use kubectl_ds::model::Pod;
use serde_json::Value;

use crate::rollout::vectors;
use crate::rollout_state::State;

/// All that any run did; `None` where the runs can't show all of it.
fn ever<'a>(vector: &'a Value, step: &str, what: &str) -> Option<BTreeSet<&'a str>> {
    let names = vector["steps"][step][what]["ever"].as_array()?;
    Some(names.iter().map(|name| name.as_str().unwrap()).collect())
}

/// Each pod with what follows for it.
fn outcomes(state: &State) -> Vec<(&Pod, Claim, ClaimOutcome)> {
    let claimant = Claimant::new(&state.ds).unwrap();
    let history = History::new(&state.ds, &claimant, &[]);
    let pods = state.claimed().unwrap();
    let inputs = state.inputs(&pods);
    let outcomes = Outcomes::new(Some(inputs), Some(&history));
    let outcome = |pod| {
        let claim = claimant.claim_pod(pod);
        let then = outcomes.then(pod, claim);
        (pod, claim, then.expect("nodes and revisions are known"))
    };
    state.pods.iter().map(outcome).collect()
}

const fn is_deleted(then: ClaimOutcome) -> bool {
    matches!(
        then,
        ClaimOutcome::DeletedAsDuplicate
            | ClaimOutcome::DeletedIneligible
            | ClaimOutcome::DeletedEnded
    )
}

#[test]
fn the_pod_that_is_said_to_stay_beside_a_duplicate_is_never_deleted_by_upstream() {
    let (mut seen, mut of_its_kind) = (0, 0);
    for (line, vector) in vectors() {
        let state = State::read(&vector["state"]).unwrap();
        let claimant = Claimant::new(&state.ds).unwrap();
        let history = History::new(&state.ds, &claimant, &[]);
        let pods = state.claimed().unwrap();
        let outcomes = Outcomes::new(Some(state.inputs(&pods)), Some(&history));
        let Some(managed) = ever(&vector, "manage", "deleted") else {
            continue;
        };
        for pod in &state.pods {
            let then = outcomes.then(pod, claimant.claim_pod(pod));
            if then != Some(ClaimOutcome::DeletedAsDuplicate) {
                continue;
            }
            let stays = outcomes.stays_beside(pod);
            let stays = stays.unwrap_or_else(|| panic!("line {line}: nothing beside {}", pod.name));
            assert_eq!(stays.target_node, pod.target_node, "line {line}");
            assert!(
                !managed.contains(&*stays.name),
                "line {line}: {} goes too",
                stays.name
            );
            let hash = |pod: &Pod| {
                pod.labels
                    .get("controller-revision-hash")
                    .map(str::to_owned)
            };
            seen += 1;
            of_its_kind += u32::from(hash(stays) == hash(pod));
        }
    }
    assert!(
        seen >= 20 && of_its_kind >= 5 && of_its_kind < seen,
        "{seen} {of_its_kind}"
    );
}

#[test]
fn what_is_said_without_nodes_or_revisions_is_what_is_said_with_them() {
    let (mut known, mut unknown) = ([0; 2], [0; 2]);
    for (line, vector) in vectors() {
        let state = State::read(&vector["state"]).unwrap();
        let claimant = Claimant::new(&state.ds).unwrap();
        let history = History::new(&state.ds, &claimant, &[]);
        let pods = state.claimed().unwrap();
        let inputs = state.inputs(&pods);
        let without_hash = Inputs {
            hash: None,
            ..inputs
        };
        let full = Outcomes::new(Some(inputs), Some(&history));
        let less = [
            Outcomes::new(None, Some(&history)),
            Outcomes::new(Some(without_hash), None),
        ];
        for pod in &state.pods {
            let claim = claimant.claim_pod(pod);
            for (which, less) in less.iter().enumerate() {
                match less.then(pod, claim) {
                    None => unknown[which] += 1,
                    said => {
                        assert_eq!(said, full.then(pod, claim), "line {line}: {}", pod.name);
                        known[which] += 1;
                    }
                }
            }
        }
    }
    for which in 0..2 {
        let (known, unknown) = (known[which], unknown[which]);
        assert!(known > 100 && unknown > 100, "{which}: {known} {unknown}");
    }
}

#[test]
fn upstream_deletes_what_is_said_to_be_deleted_or_replaced() {
    let mut seen = BTreeMap::<ClaimOutcome, u32>::new();
    for (line, vector) in vectors() {
        let state = State::read(&vector["state"]).unwrap();
        let backed_off = vector["state"]["backedOff"].as_array().unwrap();
        let managed = ever(&vector, "manage", "deleted");
        let created = ever(&vector, "manage", "created");
        let synced = ever(&vector, "updateDaemonSet", "deleted");
        for (pod, claim, then) in outcomes(&state) {
            *seen.entry(then).or_default() += 1;
            let (name, node) = (&*pod.name, pod.target_node.as_deref());
            let held = backed_off.iter().any(|held| held.as_str() == node);
            let done = managed.iter().chain(&synced).any(|s| s.contains(name));
            // An unscheduled pod without a node is deleted again and again.
            let may = is_deleted(then)
                || matches!(then, ClaimOutcome::Replaced | ClaimOutcome::Terminating);
            assert!(may || !done, "line {line}: {name} is deleted, not {then:?}");
            if let Some(managed) = &managed
                && is_deleted(then)
                && !(held && then == ClaimOutcome::DeletedEnded)
            {
                assert!(managed.contains(name), "line {line}: {name} isn't {then:?}");
            }
            if let (Some(created), ClaimOutcome::LeftBesideNew) = (&created, then) {
                assert_eq!(claim, Claim::Release);
                assert!(created.contains(node.unwrap()), "line {line}: {name}");
            }
        }
    }
    let all = [
        ClaimOutcome::CountsAsUpdated(UpdatedBy::Hash),
        ClaimOutcome::CountsAsUpdated(UpdatedBy::Generation),
        ClaimOutcome::Replaced,
        ClaimOutcome::DeletedAsDuplicate,
        ClaimOutcome::DeletedIneligible,
        ClaimOutcome::DeletedEnded,
        ClaimOutcome::LeftBesideNew,
        ClaimOutcome::Kept,
        ClaimOutcome::Terminating,
    ];
    for then in all {
        let count = seen.get(&then).copied().unwrap_or_default();
        assert!(count >= 5, "{then:?} only {count} times");
    }
}
