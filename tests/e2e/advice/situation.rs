//! A situation, what is advised in it, and what comes of that.

use std::time::Duration;

use crate::control_plane::{ControlPlane, PATIENCE};
use crate::report::{Report, written};
use crate::rights::bind_reader;
use crate::scenario::Outcome;
use crate::scenario::lab::Lab;

use super::commands::{self, Trying, change, reaches_server, read, trouble, trying};

/// A situation and the question that it is asked by.
pub(super) struct Situation {
    pub(super) name: &'static str,
    pub(super) set_up: fn(&Lab<'_>) -> Outcome,
    pub(super) question: Question,
    /// What the commands begin with that are advised, in their order. `NODE` stands for the
    /// node that was asked about.
    pub(super) advised: &'static [&'static str],
    /// Of those that change something, which are tried here.
    pub(super) tried: Tried,
}

impl Situation {
    /// One of which all commands are tried here.
    pub(super) const fn new(
        name: &'static str,
        set_up: fn(&Lab<'_>) -> Outcome,
        question: Question,
        advised: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            set_up,
            question,
            advised,
            tried: Tried::All,
        }
    }
}

/// Which commands that change something a trial tries.
#[derive(Clone, Copy)]
pub(super) enum Tried {
    All,
    /// Those that begin with this: what they change takes minutes.
    Only(&'static str),
    /// Those that don't begin with any of these, for other trials do them.
    AllBut(&'static [&'static str]),
}

/// What is asked of the DaemonSet `agent`.
#[derive(Clone, Copy)]
pub(super) enum Question {
    /// `why` on all nodes.
    Why,
    /// `why` on one.
    WhyOn(&'static str),
    /// `plan` with these arguments.
    Plan(&'static [&'static str]),
}

impl Question {
    fn ask(self, lab: &Lab<'_>) -> Result<Report, String> {
        let (kind, value) = match self {
            Self::Why => ("EligibilityReport", written(lab, &["why", "agent"])?),
            Self::WhyOn(short) => {
                let node = lab.node(short);
                let answer = written(lab, &["why", "agent", &node])?;
                ("EligibilityReport", answer)
            }
            Self::Plan(args) => {
                let args = [&["plan", "agent"], args].concat();
                ("RolloutPlan", written(lab, &args)?)
            }
        };
        Report::new(kind, value)
    }
}

impl Situation {
    fn is_tried_here(&self, line: &str) -> bool {
        match self.tried {
            Tried::All => true,
            Tried::Only(start) => line.starts_with(start),
            Tried::AllBut(starts) => !starts.iter().any(|start| line.starts_with(start)),
        }
    }

    /// The situation, and what is said of it once nothing moves any more.
    fn ask(&self, lab: &Lab<'_>) -> Result<Report, String> {
        (self.set_up)(lab)?;
        lab.rest("agent")?;
        self.question.ask(lab)
    }

    fn is_advised(&self, lines: &[String]) -> Outcome {
        let fits = |(line, start): (&String, &&str)| line.starts_with(*start);
        let as_expected = lines.len() == self.advised.len();
        if as_expected && lines.iter().zip(self.advised).all(fits) {
            Ok(())
        } else {
            Err(format!("{:#?} should be advised: {lines:#?}", self.advised))
        }
    }
}

/// Tries each command of a situation.
pub(super) fn try_all(control_plane: &ControlPlane, situation: &Situation) -> Outcome {
    bind_reader(control_plane)?;
    let open = |part: &str| {
        let name = situation.name;
        Lab::open(control_plane, &format!("advice-{name}{part}"))
    };
    let lab = open("")?;
    let outcome = try_reading(&lab, situation);
    // What can't be taken down would spoil the next one.
    lab.close()?;
    for at in outcome? {
        let lab = open(&format!("-{at}"))?;
        let outcome = try_change(&lab, situation, at);
        lab.close()?;
        outcome?;
    }
    Ok(())
}

/// Tries what reads; returns where those stand that change something.
fn try_reading(lab: &Lab<'_>, situation: &Situation) -> Result<Vec<usize>, String> {
    let report = situation.ask(lab)?;
    let lines = commands::of(&report);
    situation.is_advised(&lines)?;
    let mut changes = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        match trying(line)? {
            Trying::Reads => read(lab.cluster(), line)?,
            Trying::Untried(_) => reaches_server(lab.cluster(), line)?,
            Trying::Changes if situation.is_tried_here(line) => changes.push(at),
            Trying::Changes => {}
        }
    }
    Ok(changes)
}

/// In a copy of the situation the command has another node and namespace, and stands at the
/// same place.
fn try_change(lab: &Lab<'_>, situation: &Situation, at: usize) -> Outcome {
    let report = situation.ask(lab)?;
    let lines = commands::of(&report);
    let line = lines
        .get(at)
        .ok_or_else(|| format!("the copy advises something else: {lines:#?}"))?;
    let before = trouble(&report);
    change(lab.cluster(), line)?;
    let mut after = before;
    let patience = PATIENCE + Duration::from_secs(60);
    let better = lab.until_within(line, patience.as_secs(), || {
        after = trouble(&situation.question.ask(lab)?);
        Ok(after < before)
    });
    better.map_err(|why| format!("{why}: {before} before and {after} after"))
}
