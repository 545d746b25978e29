//! The answer, and how it leaves.

use std::collections::BTreeSet;
use std::io;

use crate::analysis::basis::Basis;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::on_node::groups::{Group, Outcome};
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::names::ObjectName;
use crate::output::node::{self, groups, what_if};
use crate::output::terminal::Terminal;
use crate::report::node::NodeAnswer;

/// What `node` found.
pub(super) enum Answer {
    One(Outcome),
    Several(Several),
}

/// The answer about several nodes.
pub(super) struct Several {
    pub(super) basis: Basis,
    /// What selected them; `None` for those of files.
    pub(super) selector: Option<String>,
    /// Only for people.
    pub(super) groups: Vec<Group>,
    /// The DaemonSets that run on any of them, or would; only where names are printed.
    pub(super) running: BTreeSet<DaemonSetRef>,
    pub(super) ends: Ends,
}

/// What the exit code hangs on.
#[derive(Clone, Copy, Default)]
pub(super) struct Ends {
    partial: bool,
    not_fine: bool,
}

impl Ends {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.partial |= outcome.is_partial();
        self.not_fine |= !outcome.is_fine();
    }
}

impl Answer {
    /// Prints it; of several nodes all but the reports, which are printed as they are made.
    /// Whether all could be printed.
    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<bool> {
        match (global.output, self) {
            (Format::Name, Self::One(outcome)) => {
                return terminal.names(running(outcome).map(name));
            }
            (Format::Name, Self::Several(several)) => {
                return terminal.names(several.running.iter().map(name));
            }
            (Format::Json | Format::Yaml, Self::One(outcome)) => {
                terminal.report(&sorted(outcome)?, global.output)
            }
            (Format::Json | Format::Yaml, Self::Several(_)) => Ok(()),
            (Format::Table | Format::Wide, _) => terminal.document(&self.layout(global.limits())),
        }
        .map(|()| true)
    }

    fn layout(&self, limits: Limits) -> Document {
        match self {
            Self::One(Outcome::Report(report)) => node::layout(report, limits),
            Self::One(Outcome::WhatIf(report)) => what_if::layout(report, limits),
            Self::Several(several) => {
                let selector = several.selector.as_deref();
                groups::layout(&several.groups, selector, &several.basis, limits)
            }
        }
    }

    /// The exit code: an answer in part goes before one that isn't clean.
    pub(super) fn exit(&self, exit_code: bool) -> Exit {
        let ends = match self {
            Self::One(outcome) => {
                let mut ends = Ends::default();
                ends.add(outcome);
                ends
            }
            Self::Several(several) => several.ends,
        };
        Exit::of_answer(ends.partial, exit_code && ends.not_fine)
    }
}

/// The answer about one node with its keys in order.
pub(super) fn sorted(outcome: &Outcome) -> io::Result<serde_json::Value> {
    serde_json::to_value(NodeAnswer::new(outcome)).map_err(io::Error::other)
}

/// The DaemonSets that run, or would.
pub(super) fn running(outcome: &Outcome) -> impl Iterator<Item = &DaemonSetRef> {
    let sets = outcome.on_node().daemon_sets.iter();
    sets.filter(|d| d.counts()).map(|d| &d.daemon_set)
}

fn name(one: &DaemonSetRef) -> ObjectName<'_> {
    ObjectName {
        kind: "daemonset.apps",
        name: &one.name,
    }
}
