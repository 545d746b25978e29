//! The answer, and how it leaves.

use std::io;

use crate::analysis::basis::Basis;
use crate::analysis::claims::report::ClaimReport;
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::model::Snapshot;
use crate::output::adopt;
use crate::output::adopt::many::{self, Line, Others};
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::items::Items;
use crate::output::lists::Limits;
use crate::output::terminal::Terminal;
use crate::report::claims::ClaimReport as Published;
use crate::report::list::List;

/// What `adopt` found.
pub(super) enum Answer {
    /// DaemonSets that were asked about, each in full.
    Each(Vec<ClaimReport>),
    /// All of a namespace, or of all.
    Many(Box<Many>),
}

/// All DaemonSets of a namespace, or of all; only what is to be said of them is kept.
pub(super) struct Many {
    /// `None` when it is about all namespaces.
    namespace: Option<String>,
    /// Where reports are printed: those with findings, and those of which it isn't known.
    items: Option<Items>,
    lines: Vec<Line>,
    others: Others,
    /// What is to be known about all of them.
    basis: Basis,
    not_clean: bool,
}

impl Many {
    pub(super) fn new(
        namespace: Option<String>,
        items: Option<Items>,
        snapshot: &Snapshot,
    ) -> Self {
        Self {
            namespace,
            items,
            lines: Vec::new(),
            others: Others {
                clean: 0,
                unknown: 0,
            },
            basis: Basis::new(snapshot),
            not_clean: false,
        }
    }

    /// Prints the report, or keeps a line of it: every DaemonSet times every node is too
    /// much to hold.
    pub(super) fn push(&mut self, report: &ClaimReport) -> io::Result<()> {
        let has_findings = report.has_findings();
        let clean = report.clean;
        self.not_clean |= clean == Some(false);
        if has_findings {
            self.lines.push(Line::new(report));
        } else if clean == Some(true) {
            self.others.clean += 1;
        } else {
            self.others.unknown += 1;
        }
        match &mut self.items {
            Some(items) if has_findings || clean.is_none() => items.add(&Published::new(report)),
            _ => Ok(()),
        }
    }

    /// Ends what was printed.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.items.take().map_or(Ok(()), Items::end)
    }
}

impl Answer {
    /// Prints it; of all DaemonSets all but the reports, which are printed as they are made.
    /// Whether all could be printed.
    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<bool> {
        match (global.output, self) {
            (Format::Name, Self::Each(reports)) => {
                return terminal.names(reports.iter().flat_map(adopt::names));
            }
            (Format::Name, Self::Many(many)) => {
                return terminal.names(many.lines.iter().map(Line::to_name));
            }
            (Format::Json | Format::Yaml, Self::Each(reports)) => match reports.as_slice() {
                [only] => terminal.report(&Published::new(only), global.output),
                all => {
                    let items = all.iter().map(Published::new);
                    terminal.report(&List::of(items.collect()), global.output)
                }
            },
            (Format::Json | Format::Yaml, Self::Many(_)) => Ok(()),
            (Format::Table | Format::Wide, _) => terminal.document(&self.layout(global.limits())),
        }
        .map(|()| true)
    }

    fn layout(&self, limits: Limits) -> Document {
        match self {
            Self::Each(reports) => {
                let mut all = Document::default();
                for report in reports {
                    all.blank();
                    all.blocks.extend(adopt::layout(report, limits).blocks);
                }
                all
            }
            Self::Many(many) => many::layout(
                &many.lines,
                many.others,
                many.namespace.as_deref(),
                &many.basis,
            ),
        }
    }

    /// The exit code: an answer in part goes before one that isn't clean.
    pub(super) fn exit(&self, exit_code: bool) -> Exit {
        let is_partial = |basis: &Basis| !basis.incomplete.is_empty();
        let (partial, not_clean) = match self {
            Self::Each(reports) => (
                reports.iter().any(|r| is_partial(&r.basis)),
                reports.iter().any(|r| r.clean == Some(false)),
            ),
            Self::Many(many) => (is_partial(&many.basis), many.not_clean),
        };
        Exit::of_answer(partial, exit_code && not_clean)
    }
}
