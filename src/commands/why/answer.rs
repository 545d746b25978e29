//! The answer, and how it leaves.

use std::io;

use serde::Serialize;
use serde_json::Value;

use crate::analysis::eligibility::{Detail, EligibilityReport};
use crate::analysis::map::NodeMap;
use crate::analysis::node::NodeEligibility;
use crate::analysis::summary::Overview;
use crate::analysis::what_if::WhatIfReport;
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::why::WhyArgs;
use crate::commands::error::CommandError;
use crate::model::Incomplete;
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::items::{Items, Kind};
use crate::output::lists::Limits;
use crate::output::names::ObjectName;
use crate::output::sheet::Sheet;
use crate::output::terminal::Terminal;
use crate::output::why;
use crate::report::eligibility as published;

/// What the answer is drawn for: with `-o wide` nothing is fitted to the width.
fn sheet(terminal: &Terminal, output: Format) -> Sheet {
    let sheet = terminal.sheet();
    Sheet {
        width: sheet.width.filter(|_| output != Format::Wide),
        ..sheet
    }
}

/// The report on one of several DaemonSets, printed before the next is made.
pub(super) fn add(items: &mut Items, report: &EligibilityReport) -> io::Result<()> {
    items.add(&sorted(&published::EligibilityReport::new(report))?)
}

/// The report with its keys in the order of the alphabet.
fn sorted(report: &impl Serialize) -> io::Result<Value> {
    serde_json::to_value(report).map_err(io::Error::other)
}

fn node(node: &NodeEligibility) -> ObjectName<'_> {
    ObjectName {
        kind: "node",
        name: &node.name,
    }
}

fn daemon_set(report: &EligibilityReport) -> ObjectName<'_> {
    ObjectName {
        kind: "daemonset.apps",
        name: &report.daemon_set.name,
    }
}

/// What `why` found.
pub(super) enum Answer {
    AllNodes(Box<EligibilityReport>),
    OneNode(Box<EligibilityReport>),
    WhatIf(Box<WhatIfReport>),
    Many {
        /// Without their nodes: every DaemonSet times every node is too much to hold.
        reports: Vec<(EligibilityReport, Overview)>,
        /// How many `--problems` left out.
        clean: usize,
        /// `None` when it is about all namespaces.
        namespace: Option<String>,
        /// With `--map`: the nodes of all reports, counted.
        map: Option<NodeMap>,
        /// What couldn't be read, as far as it bears on the answer.
        incomplete: Vec<Incomplete>,
    },
    Several(Vec<Self>),
}

impl Answer {
    pub(super) fn one(report: EligibilityReport, detail: Detail<'_>) -> Self {
        match detail {
            Detail::AllNodes => Self::AllNodes(Box::new(report)),
            Detail::OneNode(_) => Self::OneNode(Box::new(report)),
        }
    }

    /// The answer about all DaemonSets of a manifest.
    pub(super) fn of_all(mut answers: Vec<Self>) -> Result<Self, CommandError> {
        match (answers.pop(), answers.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                answers.push(last);
                Ok(Self::Several(answers))
            }
            (None, _) => Err(CommandError::Usage(
                "the manifests hold no DaemonSet".to_owned(),
            )),
        }
    }

    /// Leaves out the nodes that `--problems` doesn't ask for.
    pub(super) fn only(mut self, args: &WhyArgs) -> Self {
        if let Self::AllNodes(report) = &mut self
            && args.problems
        {
            report.nodes.retain(|n| n.is_clean() != Some(true));
        }
        self
    }

    /// Prints it; of all DaemonSets all but the reports, which are printed as they are made.
    /// Whether all could be printed.
    pub(super) fn print(self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<bool> {
        match (global.output, self) {
            (Format::Name, answer) => {
                answer.warn(terminal);
                return terminal.names(answer.names());
            }
            (Format::Json | Format::Yaml, answer @ Self::Many { .. }) => {
                answer.warn(terminal);
                Ok(())
            }
            (Format::Json | Format::Yaml, Self::Several(answers)) => {
                let Some(mut items) = terminal.items(global.output, Kind::Last) else {
                    return Ok(true);
                };
                for answer in answers {
                    answer.encode(|report| items.add(report))?;
                }
                items.end()
            }
            (Format::Json | Format::Yaml, one) => {
                one.encode(|report| terminal.report(report, global.output))
            }
            (Format::Table | Format::Wide, answer) => {
                let sheet = sheet(terminal, global.output);
                terminal.document(&answer.layout(global.limits(), sheet))
            }
        }
        .map(|()| true)
    }

    /// Says what couldn't be read where there is no report to say it.
    fn warn(&self, terminal: &Terminal) {
        if let Self::Many {
            reports,
            incomplete,
            ..
        } = self
            && reports.is_empty()
        {
            for missing in incomplete {
                terminal.warning(&missing.to_string());
            }
        }
    }

    /// Hands the one report that it is to `print`.
    fn encode(self, print: impl FnOnce(&Value) -> io::Result<()>) -> io::Result<()> {
        match self {
            Self::AllNodes(report) | Self::OneNode(report) => {
                print(&sorted(&published::EligibilityReport::new(&report))?)
            }
            Self::WhatIf(report) => print(&sorted(&published::WhatIfReport::new(&report))?),
            Self::Many { .. } | Self::Several(_) => Ok(()),
        }
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        match self {
            Self::AllNodes(report) | Self::OneNode(report) => {
                report.nodes.iter().map(node).collect()
            }
            Self::WhatIf(report) => report.then.nodes.iter().map(node).collect(),
            Self::Many { reports, .. } => reports.iter().map(|(r, _)| daemon_set(r)).collect(),
            Self::Several(answers) => answers.iter().flat_map(Self::names).collect(),
        }
    }

    fn layout(&self, limits: Limits, sheet: Sheet) -> Document {
        match self {
            Self::AllNodes(report) => why::daemon_set::layout(report, limits),
            Self::OneNode(report) => why::node::layout(report),
            Self::WhatIf(report) => why::what_if::layout(report, limits),
            Self::Many {
                reports,
                clean,
                namespace,
                map,
                incomplete,
            } => match (reports.first(), map) {
                (None, _) => why::many::nothing(*clean, namespace.as_deref(), incomplete),
                (Some((first, _)), Some(map)) => {
                    why::map::layout(map, &first.basis, namespace.is_none(), sheet)
                }
                (Some(_), None) => why::many::layout(reports, namespace.is_none()),
            },
            Self::Several(answers) => {
                let mut all = Document::default();
                for answer in answers {
                    all.blank();
                    all.blocks.extend(answer.layout(limits, sheet).blocks);
                }
                all
            }
        }
    }

    /// The exit code: an answer in part goes before one that isn't clean.
    pub(super) fn exit(&self, exit_code: bool) -> Exit {
        let (partial, clean) = match self {
            Self::AllNodes(r) | Self::OneNode(r) if !r.applied => {
                (!r.basis.incomplete.is_empty(), !r.would_change())
            }
            Self::AllNodes(r) | Self::OneNode(r) => {
                (!r.basis.incomplete.is_empty(), r.clean == Some(true))
            }
            Self::WhatIf(r) => (!r.basis.incomplete.is_empty(), r.effects.is_empty()),
            Self::Many {
                reports,
                incomplete,
                ..
            } => (
                !incomplete.is_empty(),
                reports.iter().all(|(r, _)| r.clean == Some(true)),
            ),
            Self::Several(answers) => {
                let exits: Vec<_> = answers.iter().map(|a| a.exit(true)).collect();
                (
                    exits.contains(&Exit::Partial),
                    exits.iter().all(|e| *e == Exit::Said),
                )
            }
        };
        Exit::of_answer(partial, exit_code && !clean)
    }
}
