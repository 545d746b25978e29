//! The answer, and how it leaves.

use std::collections::BTreeSet;
use std::io;

use serde_json::Value;

use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::terminal::Terminal;
use crate::output::{node, node_groups, node_what_if};
use crate::report::header::Header;
use crate::report::list::List;
use crate::report::on_node::groups::{Group, Outcome};

/// What `node` found.
pub(super) enum Answer {
    One(Outcome),
    Several(Several),
}

/// The answer about several nodes.
pub(super) struct Several {
    pub(super) header: Header,
    /// What selected them; `None` for those of files.
    pub(super) selector: Option<String>,
    /// Only where each node is printed.
    pub(super) all: Vec<Outcome>,
    /// Only for people.
    pub(super) groups: Vec<Group>,
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
    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<()> {
        match global.output {
            Format::Json | Format::Yaml => terminal.report(&self.to_value()?, global.output),
            Format::Name => terminal.lines(self.names()),
            Format::Table | Format::Wide => terminal.document(&self.layout(global.limits())),
        }
    }

    fn to_value(&self) -> io::Result<Value> {
        match self {
            Self::One(outcome) => value(outcome),
            Self::Several(several) => {
                let items = several.all.iter().map(value).collect::<io::Result<_>>()?;
                serde_json::to_value(List::<Value>::of(items)).map_err(io::Error::other)
            }
        }
    }

    /// The DaemonSets that run, or would.
    fn names(&self) -> Vec<String> {
        let outcomes = match self {
            Self::One(outcome) => std::slice::from_ref(outcome),
            Self::Several(several) => several.all.as_slice(),
        };
        let sets = outcomes.iter().flat_map(|o| &o.side().daemon_sets);
        let sets = sets.filter(|d| d.counts()).map(|d| &d.daemon_set);
        let distinct: BTreeSet<_> = sets.collect();
        let line = |name: &str| format!("daemonset.apps/{name}");
        distinct.iter().map(|d| line(&d.name)).collect()
    }

    fn layout(&self, limits: Limits) -> Document {
        match self {
            Self::One(Outcome::Report(report)) => node::layout(report, limits),
            Self::One(Outcome::WhatIf(report)) => node_what_if::layout(report, limits),
            Self::Several(several) => {
                let selector = several.selector.as_deref();
                node_groups::layout(&several.groups, selector, &several.header, limits)
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

fn value(outcome: &Outcome) -> io::Result<Value> {
    let value = match outcome {
        Outcome::Report(report) => serde_json::to_value(report),
        Outcome::WhatIf(report) => serde_json::to_value(report),
    };
    value.map_err(io::Error::other)
}
