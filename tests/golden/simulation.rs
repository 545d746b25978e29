//! Rollouts simulated to their end, from the states of the vectors on: pods become
//! ready after a while and deleted ones go, and the controller picks as it likes.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use kubectl_ds::engine::claim::{Claim, Claimant};
use kubectl_ds::engine::finding::Ignore;
use kubectl_ds::engine::pods::PodsByNode;
use kubectl_ds::engine::rollout::{
    Choice, Inputs, RollingUpdateError, RolloutBudgets, is_rolling_update, manage, rolling_update,
    updated_desired_node_counts,
};
use kubectl_ds::engine::{CompiledDaemonSet, node_should_run_daemon_pod};
use kubectl_ds::model::{DaemonSet, FeatureGates, Node, OwnerReference, Pod, PodCondition};

use crate::rollout::vectors;
use crate::rollout_state::State;

const TICK: SignedDuration = SignedDuration::from_secs(5);
/// After this the garbage collector has removed the pods of nodes that are gone.
const COLLECTED: usize = 12;

struct Simulation {
    rng: Rng,
    ds: DaemonSet,
    compiled: CompiledDaemonSet,
    eligible: Vec<Box<str>>,
    nodes: Vec<Node>,
    pods: Vec<Pod>,
    hash: String,
    now: Timestamp,
    ticks: usize,
}

/// What one sync does: nodes and pods by name.
#[derive(Default)]
struct Actions {
    create: Vec<String>,
    delete: Vec<String>,
}

#[test]
fn a_rollout_ends_within_its_budget_and_leaves_one_current_pod_a_node() {
    let (mut with, mut without) = (0, 0);
    for (line, vector) in vectors() {
        let state = State::read(&vector["state"]).unwrap();
        // What makes the large states large is the cap, which only takes more syncs.
        let large = state.nodes.len() > 20;
        if large || !is_rolling_update(state.ds.object.spec.update_strategy.as_ref()) {
            continue;
        }
        for seed in 0..2 {
            let mut simulation = Simulation::new(&state, seed);
            let Some(counts) = simulation.counts() else {
                continue;
            };
            *(if counts.max_surge > 0 {
                &mut with
            } else {
                &mut without
            }) += 1;
            simulation
                .run(counts)
                .unwrap_or_else(|problem| panic!("line {line}, seed {seed}: {problem}"));
        }
    }
    assert!(
        with > 200 && without > 200,
        "{with} with surge, {without} without"
    );
}

impl Simulation {
    fn new(state: &State, seed: u64) -> Self {
        let spec = state.ds.pod_spec().cloned().unwrap_or_default();
        let compiled = CompiledDaemonSet::new(&spec, FeatureGates::default());
        let runs =
            |node: &&Node| node_should_run_daemon_pod(&compiled, node, &mut Ignore).should_run;
        Self {
            rng: Rng::with_seed(seed),
            eligible: state
                .nodes
                .iter()
                .filter(runs)
                .map(|n| n.name.clone())
                .collect(),
            ds: state.ds.clone(),
            nodes: state.nodes.clone(),
            pods: state.pods.iter().map(possible).collect(),
            hash: state.hash.clone(),
            now: state.now,
            ticks: 0,
            compiled,
        }
    }

    /// The budgets, if they let a rollout move at all.
    fn counts(&self) -> Option<RolloutBudgets> {
        let strategy = self.ds.object.spec.update_strategy.as_ref();
        let counts = updated_desired_node_counts(strategy, self.eligible.len()).ok()?;
        let moves = counts.max_surge > 0 || (counts.max_surge == 0 && counts.max_unavailable > 0);
        moves.then_some(counts)
    }

    fn run(&mut self, counts: RolloutBudgets) -> Result<(), String> {
        let before = self.unavailable()?;
        let budget = match counts.max_surge {
            0 => usize::try_from(counts.max_unavailable).unwrap(),
            _ => 0,
        };
        let limit = 200 + 30 * self.nodes.len();
        while !self.ended()? {
            if self.ticks > limit {
                return Err(format!("no end after {limit} steps: {:?}", self.pods));
            }
            self.sync()?;
            let unavailable = self.unavailable()?;
            if unavailable > before.max(budget) {
                return Err(format!(
                    "{unavailable} unavailable, {before} before, budget {budget}"
                ));
            }
            self.pass_time();
        }
        Ok(())
    }

    fn with_inputs<T>(&self, ask: impl FnOnce(&Inputs<'_>) -> T) -> Result<T, String> {
        let claimant = Claimant::new(&self.ds)?;
        let claimed = self.pods.iter();
        let pods = PodsByNode::new(claimed.filter(|pod| claimant.claim_pod(pod).is_claimed()));
        let (ds, hash) = (&self.ds, Some(self.hash.as_str()));
        let inputs = Inputs::new(ds, &self.compiled, hash, &self.nodes, &pods, self.now);
        Ok(ask(&inputs))
    }

    /// Eligible nodes of which the pod that stays isn't available.
    fn unavailable(&self) -> Result<usize, String> {
        self.with_inputs(|inputs| {
            let without = self.eligible.iter().filter(|node| {
                let pods = inputs.pods.on(node).iter();
                let mut running = pods.filter(|pod| !pod.is_deleting() && !pod.is_terminal());
                !running.next().is_some_and(|pod| inputs.is_available(pod))
            });
            without.count()
        })
    }

    fn ended(&self) -> Result<bool, String> {
        let quiet = self.with_inputs(|inputs| {
            let rolling = rolling_update(inputs);
            let quiet = rolling.is_ok_and(|r| r.create.is_empty() && r.delete.is_empty());
            quiet
                && manage(inputs).is_empty()
                && self.eligible.iter().all(|node| match inputs.pods.on(node) {
                    [pod] => {
                        !pod.is_deleting() && inputs.is_updated(pod) && inputs.is_available(pod)
                    }
                    _ => false,
                })
        })?;
        Ok(quiet)
    }

    fn sync(&mut self) -> Result<(), String> {
        self.adopt()?;
        let mut rng = self.rng.clone();
        let managed = self.with_inputs(|inputs| {
            let managed = manage(inputs);
            let mut actions = Actions {
                create: owned(picked(&mut rng, managed.create)),
                delete: Vec::new(),
            };
            let removals = picked(&mut rng, managed.delete.choice);
            actions.delete = removals.iter().map(|r| r.pod.to_owned()).collect();
            for failed in &managed.delete.failed {
                if rng.bool() && actions.delete.len() < 250 {
                    let one = rng.usize(..failed.candidates.len());
                    actions.delete.push(failed.candidates[one].to_owned());
                }
            }
            actions
        })?;
        let idle = managed.create.is_empty() && managed.delete.is_empty();
        self.apply(managed);
        // Whether what manage did was seen in time is a race that either side wins.
        if idle || rng.bool() {
            let rolled = self.with_inputs(|inputs| match rolling_update(inputs) {
                Ok(update) => Ok(Actions {
                    create: owned(picked(&mut rng, update.create)),
                    delete: owned(picked(&mut rng, update.delete)),
                }),
                Err(RollingUpdateError::NodesGone(_)) => Ok(Actions::default()),
                Err(error) => Err(error.to_string()),
            })??;
            self.apply(rolled);
        }
        self.rng = rng;
        Ok(())
    }

    fn adopt(&mut self) -> Result<(), String> {
        let claimant = Claimant::new(&self.ds)?;
        for pod in &mut self.pods {
            match claimant.claim_pod(pod) {
                Claim::Adopt => {
                    let others = pod.owners.iter().cloned();
                    pod.owners = others.chain([owner(&self.ds)]).collect();
                }
                Claim::Release => pod.owners = [].into(),
                _ => {}
            }
        }
        Ok(())
    }

    fn apply(&mut self, actions: Actions) {
        for pod in &mut self.pods {
            if actions.delete.iter().any(|name| **name == *pod.name) {
                pod.deletion = Some(self.now);
            }
        }
        for node in actions.create {
            let pod = self.created(&node);
            self.pods.push(pod);
        }
    }

    fn created(&mut self, node: &str) -> Pod {
        let generation = self.ds.template_generation().map(|g| g.to_string());
        let labels = [
            Some(("app", "ds".to_owned())),
            Some(("controller-revision-hash", self.hash.clone())),
            generation.map(|g| ("pod-template-generation", g)),
        ];
        Pod {
            namespace: "default".into(),
            name: format!("new-{:08x}-{}", self.rng.u32(..), self.pods.len()).into(),
            labels: labels.into_iter().flatten().collect(),
            owners: [owner(&self.ds)].into(),
            created: Some(self.now),
            target_node: Some(node.into()),
            phase: "Pending".into(),
            ..Pod::default()
        }
    }

    fn pass_time(&mut self) {
        self.ticks += 1;
        self.now += TICK;
        let exists = |name: &str| self.nodes.iter().any(|node| *node.name == *name);
        let collected = self.ticks > COLLECTED;
        let rng = &mut self.rng;
        self.pods.retain(|pod| {
            let lost = !pod.node_name.is_empty() && !exists(&pod.node_name);
            !(pod.is_deleting() && rng.bool() || lost && collected)
        });
        for pod in &mut self.pods {
            let since = pod.ready.as_ref().and_then(|ready| ready.last_transition);
            let ready = pod.ready.as_ref().is_some_and(|r| &*r.status == "True") && since.is_some();
            let there = pod.target_node.as_deref().is_some_and(exists);
            if pod.is_terminal() || ready || !there || rng.u8(..3) > 0 {
                continue;
            }
            pod.node_name = pod.target_node.clone().unwrap_or_default();
            pod.phase = "Running".into();
            pod.ready = Some(PodCondition {
                status: "True".into(),
                last_transition: Some(self.now),
                ..PodCondition::default()
            });
        }
    }
}

/// The pod, not ready if it was never scheduled or has ended: the vectors hold
/// such pods, for the controller would believe them, but no kubelet reports them.
fn possible(pod: &Pod) -> Pod {
    let mut pod = pod.clone();
    let runs = !pod.node_name.is_empty() && !pod.is_terminal();
    pod.ready = pod.ready.filter(|_| runs);
    pod
}

fn owner(ds: &DaemonSet) -> OwnerReference {
    OwnerReference {
        api_version: "apps/v1".into(),
        kind: "DaemonSet".into(),
        name: ds.name.as_str().into(),
        uid: ds.uid().into(),
        controller: Some(true),
    }
}

/// What is certain, and as many of the candidates as are taken, at random.
fn picked<T>(rng: &mut Rng, choice: Choice<T>) -> Vec<T> {
    let mut candidates = choice.candidates;
    rng.shuffle(&mut candidates);
    let taken = candidates.into_iter().take(choice.take);
    choice.certain.into_iter().chain(taken).collect()
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}
