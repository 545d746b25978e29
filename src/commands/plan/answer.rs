//! The answer, and how it leaves.

use std::io;

use crate::analysis::basis::Basis;
use crate::analysis::rollout::change::{Change, TemplateChange};
use crate::analysis::rollout::plan::{Body, BudgetTrial, RolloutPlan};
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::commands::manifest::refusal;
use crate::output::diff::{EXTERNAL_DIFF, TemplateDiff};
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::plan::{self, trial};
use crate::output::terminal::Terminal;
use crate::report::rollout;

/// What `plan` found.
pub(super) struct Answer {
    report: Report,
    /// What changes in the template, where anything does.
    diff: Option<TemplateDiff>,
}

enum Report {
    Plan(Box<RolloutPlan>),
    Trial(Box<BudgetTrial>),
}

impl Answer {
    pub(super) fn plan(plan: RolloutPlan, diff: Option<TemplateDiff>) -> Self {
        let report = Report::Plan(Box::new(plan));
        Self { report, diff }
    }

    pub(super) fn trial(trial: BudgetTrial, diff: Option<TemplateDiff>) -> Self {
        let report = Report::Trial(Box::new(trial));
        Self { report, diff }
    }

    /// Prints it: whether all could be printed.
    pub(super) fn print(&self, terminal: &Terminal, global: &GlobalArgs) -> io::Result<bool> {
        match global.output {
            Format::Name => return terminal.names(plan::names(self.body())),
            Format::Json | Format::Yaml => match &self.report {
                Report::Plan(plan) => {
                    terminal.report(&rollout::RolloutPlan::new(plan), global.output)
                }
                Report::Trial(trial) => {
                    terminal.report(&rollout::BudgetTrial::new(trial), global.output)
                }
            },
            Format::Table | Format::Wide => self.show(terminal, global.limits()),
        }
        .map(|()| true)
    }

    fn body(&self) -> &Body {
        match &self.report {
            Report::Plan(report) => &report.body,
            Report::Trial(report) => &report.then,
        }
    }

    fn basis(&self) -> &Basis {
        match &self.report {
            Report::Plan(report) => &report.basis,
            Report::Trial(report) => &report.basis,
        }
    }

    /// Another program shows the diff where there is one for it, before the rest.
    fn show(&self, terminal: &Terminal, limits: Limits) -> io::Result<()> {
        let program = std::env::var(EXTERNAL_DIFF).unwrap_or_default();
        let mut diff = self.diff.as_ref();
        if !program.is_empty()
            && let Some(shown) = diff.take()
        {
            shown.show_by(&program)?;
        }
        let document = match &self.report {
            Report::Plan(report) => plan::layout(report, diff, limits),
            Report::Trial(report) => trial::layout_trial(report, diff, limits),
        };
        terminal.document(&document)
    }

    /// The exit code where nothing is refused: an answer in part goes before one in
    /// which something would change.
    pub(super) fn exit(&self, exit_code: bool) -> Exit {
        if !self.basis().incomplete.is_empty() {
            return Exit::Partial;
        }
        if exit_code && self.would_change() {
            return Exit::NotClean;
        }
        Exit::Said
    }

    /// What the server would refuse, for stderr.
    pub(super) fn refusal(&self) -> Option<String> {
        let name = match &self.report {
            Report::Plan(report) => &report.daemon_set.name,
            Report::Trial(report) => &report.daemon_set.name,
        };
        refusal(name, &self.change()?.refused)
    }

    fn change(&self) -> Option<&Change> {
        match &self.report {
            Report::Plan(report) => report.change.as_ref(),
            Report::Trial(report) => report.change.as_ref(),
        }
    }

    fn would_change(&self) -> bool {
        let Some(change) = self.change() else {
            let clean = match &self.report {
                Report::Plan(report) => report.clean,
                Report::Trial(report) => report.clean,
            };
            return clean != Some(true);
        };
        let manages = self.body().manage.as_ref();
        change.template == TemplateChange::Changed
            || manages.is_some_and(|m| !m.create.is_empty() || !m.delete.is_empty())
    }
}
