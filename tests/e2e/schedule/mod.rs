//! What runs when: a scenario has a control plane for itself while it runs, and there are
//! a few of them side by side, for scenarios wait more than they compute. What computes
//! has the cores for itself, as far as scenarios leave them. All trials are started at
//! once and wait here for their turn, in the order of the list.

mod floors;
mod gate;
mod times;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::control_plane::ControlPlane;
use gate::Gate;
use times::Times;

/// Control planes side by side, where `KUBECTL_DS_CONTROL_PLANES` doesn't say it.
const CONTROL_PLANES: usize = 5;

/// Trials that compute side by side: as many as there are cores where this is to run, for
/// control planes mostly wait.
const COMPUTING: usize = 2;

/// What is waited for is started first: the garbage collector of pods, whose times no flag
/// changes, and the build of the release binary.
const FIRST: [&str; 4] = [
    "plan/held/dead-nodes",
    "advice/dead-node",
    "claims/garbage",
    "work/size",
];

/// They need the release binary, and would only wait for it while it is built.
const LAST: [&str; 3] = ["work/", "krew/", "newcomer/"];

/// A handle to what all trials of a run share; clones share it.
#[derive(Clone)]
pub(crate) struct Schedule {
    planes: Arc<Planes>,
    computing: Arc<Gate>,
    times: Arc<Times>,
}

struct Planes {
    gate: Gate,
    idle: Mutex<Vec<ControlPlane>>,
}

impl Schedule {
    pub(crate) fn new() -> Result<Self, String> {
        let planes = match std::env::var("KUBECTL_DS_CONTROL_PLANES") {
            Ok(text) => text
                .parse()
                .ok()
                .filter(|&planes| planes > 0)
                .ok_or_else(|| format!("KUBECTL_DS_CONTROL_PLANES `{text}`: how many?"))?,
            Err(_) => CONTROL_PLANES,
        };
        Ok(Self {
            planes: Arc::new(Planes {
                gate: Gate::new(planes),
                idle: Mutex::default(),
            }),
            computing: Arc::new(Gate::new(COMPUTING)),
            times: Arc::default(),
        })
    }

    /// A trial that has a control plane for itself while it runs.
    pub(crate) fn on_control_plane(
        &self,
        name: String,
        test: impl FnOnce(&ControlPlane) -> Result<(), String> + Send + 'static,
    ) -> Trial {
        let schedule = self.clone();
        Trial::test(name.clone(), move || {
            let _turn = schedule.planes.gate.enter();
            schedule.timed(&name, || schedule.planes.with(test))
        })
    }

    /// A trial that needs none, or starts its own.
    pub(crate) fn computing(
        &self,
        name: &str,
        test: impl FnOnce() -> Result<(), String> + Send + 'static,
    ) -> Trial {
        let (schedule, name) = (self.clone(), name.to_owned());
        Trial::test(name.clone(), move || {
            let _turn = schedule.computing.enter();
            schedule.timed(&name, test)
        })
    }

    fn timed(&self, name: &str, test: impl FnOnce() -> Result<(), String>) -> Result<(), Failed> {
        let start = Instant::now();
        let outcome = test();
        self.times.add(name, start.elapsed());
        outcome.map_err(Failed::from)
    }

    /// Runs them all, and says how long each group took and how much was tried.
    pub(crate) fn run(self, mut arguments: Arguments, mut trials: Vec<Trial>) -> ExitCode {
        trials.sort_by_key(|trial| place(trial.name()));
        arguments.test_threads.get_or_insert(trials.len().max(1));
        let names: Vec<String> = trials.iter().map(|trial| trial.name().to_owned()).collect();
        let is_whole = arguments.filter.is_none() && arguments.skip.is_empty();
        let is_list = arguments.list;
        let conclusion = libtest_mimic::run(&arguments, trials);
        // Before the process ends, so that everything is gone when cargo returns.
        self.planes.stop();
        if is_list {
            return ExitCode::SUCCESS;
        }
        self.times.print();
        floors::print();
        if !is_whole {
            return conclusion.exit_code();
        }
        match floors::check(&names) {
            Ok(()) => conclusion.exit_code(),
            Err(missing) => {
                println!("less was tried than tests/floors.json demands:\n{missing}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Where a trial stands among the others.
fn place(name: &str) -> usize {
    let is_one_of = |names: &[&str]| names.iter().any(|prefix| name.starts_with(prefix));
    if is_one_of(&FIRST) {
        0
    } else if is_one_of(&LAST) {
        2
    } else {
        1
    }
}

impl Planes {
    /// The trial that has passed the gate takes one that is idle, or starts another.
    fn with(&self, test: impl FnOnce(&ControlPlane) -> Result<(), String>) -> Result<(), String> {
        let idle = self.idle().pop();
        let control_plane = match idle {
            Some(control_plane) => control_plane,
            None => ControlPlane::start().map_err(|why| format!("no control plane: {why}"))?,
        };
        control_plane.still_running()?;
        test(&control_plane)?;
        // Only after a trial that passed: another may have left something behind.
        self.idle().push(control_plane);
        Ok(())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<ControlPlane>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all that were started.
    fn stop(&self) {
        std::thread::scope(|scope| {
            for control_plane in self.idle().drain(..) {
                scope.spawn(move || drop(control_plane));
            }
        });
    }
}
