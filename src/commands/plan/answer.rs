//! The answer, and how it leaves.

use std::io;

use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::plan;
use crate::output::terminal::Terminal;
use crate::output::why_daemon_set::Limits;
use crate::report::header::Header;
use crate::report::rollout::change::TemplateChange;
use crate::report::rollout::plan::{Body, RolloutPlan};

/// What `plan` found.
pub(super) enum Answer {
    Plan(Box<RolloutPlan>),
}

impl Answer {
    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<()> {
        match global.output {
            Format::Json | Format::Yaml => match self {
                Self::Plan(report) => terminal.report(report, global.output),
            },
            Format::Name => terminal.lines(plan::names(self.body())),
            Format::Table | Format::Wide => {
                let limits = Limits {
                    rows: (global.limit > 0).then_some(global.limit),
                    wide: global.output == Format::Wide,
                };
                terminal.document(&self.layout(limits))
            }
        }
    }

    fn body(&self) -> &Body {
        match self {
            Self::Plan(report) => &report.body,
        }
    }

    fn header(&self) -> &Header {
        match self {
            Self::Plan(report) => &report.header,
        }
    }

    fn layout(&self, limits: Limits) -> Document {
        match self {
            Self::Plan(report) => plan::layout(report, limits),
        }
    }

    /// The exit code: an answer in part goes before one in which something would change.
    pub(super) fn exit(&self, exit_code: bool) -> Exit {
        if !self.header().incomplete.is_empty() {
            return Exit::Partial;
        }
        if exit_code && self.would_change() {
            return Exit::NotClean;
        }
        Exit::Said
    }

    fn would_change(&self) -> bool {
        let Self::Plan(plan) = self;
        let Some(change) = &plan.change else {
            return plan.header.clean != Some(true);
        };
        let manages = plan.body.manage.as_ref();
        change.template == TemplateChange::Changed
            || !change.refused.is_empty()
            || manages.is_some_and(|m| !m.create.is_empty() || !m.delete.is_empty())
    }
}
