//! The one control plane of a run, started by the first test that needs it.

use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Failed, Trial};

use crate::control_plane::ControlPlane;

enum State {
    NotStarted,
    Running(Box<ControlPlane>),
    Broken(String),
}

/// A handle to the control plane; clones share it.
#[derive(Clone)]
pub(crate) struct Shared {
    state: Arc<Mutex<State>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            state: Arc::new(Mutex::new(State::NotStarted)),
        }
    }
}

impl Shared {
    /// A trial that has the control plane for itself while it runs.
    pub(crate) fn trial(
        &self,
        name: String,
        test: impl FnOnce(&ControlPlane) -> Result<(), String> + Send + 'static,
    ) -> Trial {
        let shared = self.clone();
        Trial::test(name, move || shared.with(test).map_err(Failed::from))
    }

    fn with(&self, test: impl FnOnce(&ControlPlane) -> Result<(), String>) -> Result<(), String> {
        // A test that panicked says so itself; the control plane is as good as before.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::NotStarted = *state {
            *state = match ControlPlane::start() {
                Ok(control_plane) => State::Running(Box::new(control_plane)),
                Err(why) => State::Broken(why),
            };
        }
        match &*state {
            State::Running(control_plane) => {
                control_plane.still_running()?;
                test(control_plane)
            }
            State::Broken(why) => Err(format!("no control plane: {why}")),
            State::NotStarted => Err("no control plane".to_owned()),
        }
    }

    /// Ends the control plane, if it was started.
    pub(crate) fn stop(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::NotStarted;
    }
}
