//! The answer, and how it leaves.

use std::io;

use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::output::document::Document;
use crate::output::format::Format;
use crate::output::terminal::Terminal;
use crate::report::header::Header;
use crate::report::rollout::change::TemplateChange;
use crate::report::rollout::plan::{Body, BudgetTrial, RolloutPlan};

/// What `plan` found.
pub(super) enum Answer {
    Plan(Box<RolloutPlan>),
    Trial(Box<BudgetTrial>),
}

impl Answer {
    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<()> {
        match global.output {
            Format::Json | Format::Yaml => match self {
                Self::Plan(report) => terminal.report(report, global.output),
                Self::Trial(report) => terminal.report(report, global.output),
            },
            Format::Name => terminal.lines(self.names()),
            Format::Table | Format::Wide => terminal.document(&self.layout()),
        }
    }

    fn body(&self) -> &Body {
        match self {
            Self::Plan(report) => &report.body,
            Self::Trial(report) => &report.then,
        }
    }

    fn header(&self) -> &Header {
        match self {
            Self::Plan(report) => &report.header,
            Self::Trial(report) => &report.header,
        }
    }

    /// The pods that a rollout deletes, or that wait for a hand.
    fn names(&self) -> Vec<String> {
        let old = self.body().old.iter().flatten();
        old.map(|pod| format!("pod/{}", pod.pod)).collect()
    }

    fn layout(&self) -> Document {
        let mut document = Document::default();
        document.line(0, self.body().summary.clone());
        document
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
        let Self::Plan(plan) = self else {
            return true;
        };
        let Some(change) = &plan.change else {
            return plan.header.clean != Some(true);
        };
        let manages = plan.body.manage.as_ref();
        change.template == TemplateChange::Changed
            || !change.refused.is_empty()
            || manages.is_some_and(|m| !m.create.is_empty() || !m.delete.is_empty())
    }
}
