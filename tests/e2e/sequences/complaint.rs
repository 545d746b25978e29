//! Where what was said isn't what is there.

use std::fmt;

/// One such place.
#[derive(Clone, Debug)]
pub(super) struct Complaint {
    /// What was violated: the same for all sequences that show the same.
    pub(super) rule: String,
    /// The number of the round, from 1.
    pub(super) round: usize,
    detail: String,
}

/// Those of one sequence.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    all: Vec<Complaint>,
    /// The round that is compared, and how often anything was.
    round: usize,
    when: &'static str,
    compared: usize,
}

impl Complaints {
    /// What follows is about this round, before or after the controller went on.
    pub(super) fn at(&mut self, round: usize, when: &'static str) {
        self.round = round;
        self.when = when;
    }

    /// Compares one thing: `detail` is told where it isn't so.
    pub(super) fn expect(&mut self, so: bool, rule: &str, detail: impl FnOnce() -> String) {
        self.compared += 1;
        if so {
            return;
        }
        self.all.push(Complaint {
            rule: rule.to_owned(),
            round: self.round,
            detail: format!("round {}, {}: {}", self.round, self.when, detail()),
        });
    }

    pub(super) fn into_parts(self) -> (Vec<Complaint>, usize) {
        (self.all, self.compared)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}
