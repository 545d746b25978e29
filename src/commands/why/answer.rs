//! The answer, and how it leaves.

use std::io;

use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::why::WhyArgs;
use crate::commands::error::CommandError;
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::terminal::Terminal;
use crate::output::why;
use crate::report::eligibility::{Detail, EligibilityReport};
use crate::report::list::List;
use crate::report::summary::Overview;
use crate::report::what_if::WhatIfReport;

/// What `why` found.
pub(super) enum Answer {
    AllNodes(Box<EligibilityReport>),
    OneNode(Box<EligibilityReport>),
    WhatIf(Box<WhatIfReport>),
    Many {
        /// With their nodes only where nodes are printed.
        reports: Vec<(EligibilityReport, Overview)>,
        /// How many `--problems` left out.
        clean: usize,
        /// `None` when it is about all namespaces.
        namespace: Option<String>,
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

    /// Leaves out what `--problems` and `--node-selector` don't ask for.
    pub(super) fn only(mut self, args: &WhyArgs) -> Self {
        match &mut self {
            Self::Many { reports, clean, .. } if args.problems => {
                let all = reports.len();
                reports.retain(|(r, _)| r.header.clean != Some(true));
                *clean = all - reports.len();
            }
            Self::AllNodes(report) if args.problems => {
                report.nodes.retain(|n| n.is_clean() != Some(true));
            }
            _ => {}
        }
        self
    }

    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<()> {
        match global.output {
            Format::Json | Format::Yaml => terminal.report(&self.to_value()?, global.output),
            Format::Name => terminal.lines(self.names()),
            Format::Table | Format::Wide => terminal.document(&self.layout(global.limits())),
        }
    }

    fn to_value(&self) -> io::Result<serde_json::Value> {
        let value = match self {
            Self::AllNodes(report) | Self::OneNode(report) => serde_json::to_value(report),
            Self::WhatIf(report) => serde_json::to_value(report),
            Self::Many { reports, .. } => {
                serde_json::to_value(List::of(reports.iter().map(|(r, _)| r).collect()))
            }
            Self::Several(answers) => {
                let items = answers
                    .iter()
                    .map(Self::to_value)
                    .collect::<io::Result<Vec<_>>>()?;
                serde_json::to_value(List::of(items))
            }
        };
        value.map_err(io::Error::other)
    }

    fn names(&self) -> Vec<String> {
        let node = |name: &String| format!("node/{name}");
        match self {
            Self::AllNodes(report) | Self::OneNode(report) => {
                report.nodes.iter().map(|n| node(&n.name)).collect()
            }
            Self::WhatIf(report) => report.then.nodes.iter().map(|n| node(&n.name)).collect(),
            Self::Many { reports, .. } => {
                let name = |r: &EligibilityReport| format!("daemonset.apps/{}", r.daemon_set.name);
                reports.iter().map(|(r, _)| name(r)).collect()
            }
            Self::Several(answers) => answers.iter().flat_map(Self::names).collect(),
        }
    }

    fn layout(&self, limits: Limits) -> Document {
        match self {
            Self::AllNodes(report) => why::daemon_set::layout(report, limits),
            Self::OneNode(report) => why::node::layout(report),
            Self::WhatIf(report) => why::what_if::layout(report, limits),
            Self::Many {
                reports,
                clean,
                namespace,
            } => {
                let empty = match (clean, namespace) {
                    (0, Some(namespace)) => {
                        format!("No DaemonSets found in namespace {namespace}.")
                    }
                    (0, None) => "No DaemonSets found.".to_owned(),
                    (1, _) => "The DaemonSet is clean.".to_owned(),
                    (n, _) => format!("All {n} DaemonSets are clean."),
                };
                why::many::layout(reports, namespace.is_none(), &empty)
            }
            Self::Several(answers) => {
                let mut all = Document::default();
                for answer in answers {
                    all.blank();
                    all.blocks.extend(answer.layout(limits).blocks);
                }
                all
            }
        }
    }

    /// The exit code: an answer in part goes before one that isn't clean.
    pub(super) fn exit(&self, exit_code: bool) -> Exit {
        let (partial, clean) = match self {
            Self::AllNodes(r) | Self::OneNode(r) if !r.applied => {
                (!r.header.incomplete.is_empty(), !r.would_change())
            }
            Self::AllNodes(r) | Self::OneNode(r) => (
                !r.header.incomplete.is_empty(),
                r.header.clean == Some(true),
            ),
            Self::WhatIf(r) => (!r.header.incomplete.is_empty(), r.effects.is_empty()),
            Self::Many { reports, .. } => (
                reports.iter().any(|(r, _)| !r.header.incomplete.is_empty()),
                reports.iter().all(|(r, _)| r.header.clean == Some(true)),
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
