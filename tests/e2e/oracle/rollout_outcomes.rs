//! What the states of a run have led to, and whether that was enough of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kubectl_ds::engine::rollout::{
    BURST_REPLICAS, Choice, DeletionCause, Managed, RollingUpdate, RollingUpdateError,
};

use super::generator::Size;
use super::rollout_state::{Runs, Said, State};

/// Below this share of the states, in percent, something was hardly tested.
const LEAST: f64 = 0.5;

const MANAGE: &[&str] = &[
    "manage: nothing",
    "manage: creates",
    "manage: Excluded",
    "manage: Succeeded",
    "manage: Excess",
    "manage: Replaced",
    "manage: NodeGone",
    "manage: failed, one of several",
    "manage: failed, held by the backoff",
    "manage: failed, not held",
];
const MANAGE_BIG: &[&str] = &[
    "manage: creates over the cap",
    "manage: deletes over the cap",
    "manage: the backoff decides about the cap",
];
const ROLLING: &[&str] = &[
    "rollingUpdate: nothing",
    "rollingUpdate: certain, without surge",
    "rollingUpdate: some of several, without surge",
    "rollingUpdate: certain deletes, with surge",
    "rollingUpdate: some of several deletes, with surge",
    "rollingUpdate: certain creates, with surge",
    "rollingUpdate: some of several creates, with surge",
    "rollingUpdate: no budget that resolves",
    "rollingUpdate: node gone",
    "updateDaemonSet: nothing",
    "updateDaemonSet: manage",
    "updateDaemonSet: rollingUpdate",
];
const ROLLING_BIG: &[&str] = &[
    "rollingUpdate: deletes at the cap",
    "rollingUpdate: creates at the cap",
    "rollingUpdate: deletes at the cap, the last of two lists cut",
    "rollingUpdate: creates at the cap, the last of two lists cut",
];

/// What big states alone show.
pub fn of_big() -> impl Iterator<Item = &'static str> {
    MANAGE_BIG.iter().chain(ROLLING_BIG).copied()
}

/// Counts over all states of a trial.
#[derive(Default)]
pub struct Outcomes {
    states: BTreeMap<&'static str, u32>,
    seen: BTreeMap<(&'static str, String), u32>,
}

impl Outcomes {
    pub fn count(&mut self, step: &str, size: Size, runs: Runs, state: &State, said: &Said<'_>) {
        let population = match (size, runs) {
            (_, Runs::All) => "small, all runs",
            (Size::Small, Runs::One) => "small",
            (Size::Big, Runs::One) => "big",
        };
        if step != "updateDaemonSet" {
            *self.states.entry(population).or_default() += 1;
        }
        for name in names(step, state, said) {
            *self.seen.entry((population, name)).or_default() += 1;
        }
    }

    /// Fails on fewer states than promised and on an outcome that was seen too seldom.
    pub fn verify(&self, steps: &[&str]) -> Result<(), String> {
        let (small, big) = if steps.contains(&"manage") {
            (MANAGE, MANAGE_BIG)
        } else {
            (ROLLING, ROLLING_BIG)
        };
        let mut problems = Vec::new();
        if self.states["small"] < 50_000 || self.states["small, all runs"] < 400 {
            problems.push(format!("only {:?} states", self.states));
        }
        // Of the few states of all runs each outcome once will do.
        for (population, expected, least) in [
            ("small", small, LEAST),
            ("small, all runs", small, 0.1),
            ("big", big, LEAST),
        ] {
            let seldom = |name: &&&str| self.percent(population, name) < least;
            let seldom = expected.iter().filter(seldom);
            problems.extend(seldom.map(|name| format!("{population}: `{name}` too seldom")));
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(problems.join("; "))
    }

    fn percent(&self, population: &'static str, name: &str) -> f64 {
        let count = self.seen.get(&(population, name.to_owned()));
        100.0 * f64::from(count.copied().unwrap_or_default()) / f64::from(self.states[population])
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (population, count) in &self.states {
            writeln!(f, "{count} states, {population}, no mismatch")?;
            for (of, name) in self.seen.keys() {
                if of == population {
                    writeln!(f, "  {:6.2} %  {name}", self.percent(population, name))?;
                }
            }
        }
        Ok(())
    }
}

/// What a state leads to in one step, each under the name of the step.
pub fn names(step: &str, state: &State, said: &Said<'_>) -> BTreeSet<String> {
    let names = match (step, said) {
        ("updateDaemonSet", Said::Nothing) => BTreeSet::from(["nothing"]),
        ("updateDaemonSet", Said::Manage(_)) => BTreeSet::from(["manage"]),
        ("updateDaemonSet", _) => BTreeSet::from(["rollingUpdate"]),
        (_, Said::Manage(managed)) => manage(state, managed),
        (_, Said::RollingUpdate(update)) => rolling_update(update),
        (_, Said::Error(RollingUpdateError::Budget(_))) => {
            BTreeSet::from(["no budget that resolves"])
        }
        (_, Said::Error(RollingUpdateError::NodesGone(_))) => BTreeSet::from(["node gone"]),
        (_, Said::Nothing) => BTreeSet::from(["nothing"]),
    };
    let names = names.into_iter();
    names.map(|name| format!("{step}: {name}")).collect()
}

fn manage(state: &State, managed: &Managed<'_>) -> BTreeSet<&'static str> {
    let delete = &managed.delete;
    let unheld: Vec<_> = state.unheld(managed).collect();
    let mut seen = BTreeSet::new();
    let mut note = |name, happened: bool| {
        if happened {
            seen.insert(name);
        }
    };
    note(
        "nothing",
        managed.create.is_empty() && delete.choice.is_empty() && unheld.is_empty(),
    );
    note("creates", !managed.create.is_empty());
    note(
        "creates over the cap",
        !managed.create.candidates.is_empty(),
    );
    note(
        "deletes over the cap",
        !delete.choice.candidates.is_empty() && !delete.may_exceed_cap,
    );
    note("the backoff decides about the cap", delete.may_exceed_cap);
    note("failed, not held", !unheld.is_empty());
    note(
        "failed, held by the backoff",
        unheld.len() < delete.failed.len(),
    );
    note(
        "failed, one of several",
        unheld.iter().any(|group| group.len() > 1),
    );
    for removal in &delete.choice.certain {
        let name = match removal.cause {
            DeletionCause::Excluded => "Excluded",
            DeletionCause::Succeeded => "Succeeded",
            DeletionCause::Excess => "Excess",
            DeletionCause::Replaced => "Replaced",
            DeletionCause::NodeGone => "NodeGone",
        };
        note(name, true);
    }
    seen
}

fn rolling_update(update: &RollingUpdate<'_>) -> BTreeSet<&'static str> {
    let surge = update.counts.max_surge != 0;
    let (create, delete) = (&update.create, &update.delete);
    let capped = |choice: &Choice<&str>| choice.count() == BURST_REPLICAS;
    let cut = |choice: &Choice<&str>| {
        capped(choice) && !choice.certain.is_empty() && choice.take < choice.candidates.len()
    };
    let outcomes = [
        ("nothing", create.is_empty() && delete.is_empty()),
        (
            "certain, without surge",
            !surge && !delete.certain.is_empty(),
        ),
        ("some of several, without surge", !surge && delete.take > 0),
        (
            "certain deletes, with surge",
            surge && !delete.certain.is_empty(),
        ),
        (
            "some of several deletes, with surge",
            surge && delete.take > 0,
        ),
        (
            "certain creates, with surge",
            surge && !create.certain.is_empty(),
        ),
        (
            "some of several creates, with surge",
            surge && create.take > 0,
        ),
        ("deletes at the cap", capped(delete)),
        ("creates at the cap", capped(create)),
        ("deletes at the cap, the last of two lists cut", cut(delete)),
        ("creates at the cap, the last of two lists cut", cut(create)),
    ];
    let happened = outcomes.into_iter().filter(|(_, happened)| *happened);
    happened.map(|(name, _)| name).collect()
}
