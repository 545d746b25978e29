//! Lets so many in at a time, in the order in which they came.

use std::sync::{Condvar, Mutex, PoisonError};

pub(super) struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

struct State {
    /// How many more may enter now.
    room: usize,
    /// The number that who comes next gets, and the one that is let in next.
    next_ticket: u64,
    serving: u64,
}

/// Who holds it is inside.
pub(super) struct Inside<'a>(&'a Gate);

impl Gate {
    pub(super) fn new(room: usize) -> Self {
        Self {
            state: Mutex::new(State {
                room,
                next_ticket: 0,
                serving: 0,
            }),
            left: Condvar::new(),
        }
    }

    /// Waits for a place inside.
    pub(super) fn enter(&self) -> Inside<'_> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        while state.room == 0 || state.serving != ticket {
            state = self
                .left
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.room -= 1;
        state.serving += 1;
        // There may be room for the next one too.
        self.left.notify_all();
        Inside(self)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.room += 1;
        self.0.left.notify_all();
    }
}
