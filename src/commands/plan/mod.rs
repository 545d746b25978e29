//! `kubectl ds plan`.

mod change;
mod manifest;
mod watch;

use crate::analysis::rollout::{Rollout, plan, try_budgets};
use crate::cli::global::GlobalOptions;
use crate::cli::plan::{Budgets, PlanRequest, PlanTarget, StoredChange};
use crate::model::{DaemonSet, Snapshot};
use crate::output::diff::EXTERNAL_DIFF;
use crate::output::plan::{Plan, PlanReport};
use crate::output::printer::Printer;
use crate::source::{Question, Scope, Source, Subject};

use super::ask::{ask, first, object};
use super::error::CommandError;
use super::exit::Exit;
use super::open::{open, open_with_manifests};
use change::{Target, of_stored, with_budgets};

/// Answers `kubectl ds plan`.
///
/// # Errors
/// When the source has no answer, the server would refuse the change, or stdout is gone.
pub(super) fn run(
    global: &GlobalOptions,
    request: PlanRequest,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    let (target, budgets) = match request {
        PlanRequest::Once { target, budgets } => (target, budgets),
        PlanRequest::Watch {
            name,
            timeout,
            stuck_after,
        } => return watch::watch(global, name, timeout, stuck_after, printer),
    };
    let budgets = budgets.as_ref();
    let source = match &target {
        PlanTarget::Manifest { files, .. } => open_with_manifests(global, files)?,
        PlanTarget::Stored { .. } => open(global)?,
    };
    let source = source.as_ref();
    let answer = match target {
        PlanTarget::Stored { name, change } => stored(global, name, &change, budgets, source)?,
        PlanTarget::Manifest { files, apply } => {
            let applied = manifest::apply(global, &files, &apply, source, printer.terminal)?;
            let stored = applied.stored.as_ref();
            answer(&applied.snapshot, stored, &applied.target, budgets)?
        }
    };
    print(global, printer, answer)
}

/// The report goes to stdout, and what the server would refuse to stderr too. Another
/// program shows the diff where there is one for it, before the rest.
fn print(
    global: &GlobalOptions,
    printer: Printer<'_>,
    mut answer: Plan,
) -> Result<Exit, CommandError> {
    let program = std::env::var(EXTERNAL_DIFF).unwrap_or_default();
    if !program.is_empty()
        && printer.format.is_for_people()
        && let Some(diff) = answer.diff.take()
    {
        diff.show_by(&program)?;
    }
    let exit = super::print(global, printer, &answer)?;
    match answer.report.refusal() {
        Some(refusal) => Err(CommandError::Usage(refusal)),
        None => Ok(exit),
    }
}

/// The rollout of a stored DaemonSet: the one under way, or one that a change would start.
fn stored(
    global: &GlobalOptions,
    name: String,
    change: &StoredChange,
    budgets: Option<&Budgets>,
    source: &dyn Source,
) -> Result<Plan, CommandError> {
    let subject = Subject::DaemonSet(object(global, source, name));
    let mut question = Question::new(subject, Scope::AllNodes);
    if !matches!(change, StoredChange::None) {
        question = question.with_sums();
    }
    let snapshot = ask(source, &question)?;
    let stored = first(&snapshot)?;
    let target = of_stored(change, &snapshot, stored)?;
    answer(&snapshot, Some(stored), &target, budgets)
}

fn answer(
    snapshot: &Snapshot,
    stored: Option<&DaemonSet>,
    target: &Target,
    budgets: Option<&Budgets>,
) -> Result<Plan, CommandError> {
    let rollout = Rollout {
        snapshot,
        stored,
        target: &target.daemon_set,
        change: target.change.as_ref(),
    };
    let diff = target.diff(stored)?;
    let report = match budgets {
        None => PlanReport::Plan(Box::new(plan(rollout))),
        Some(budgets) => {
            let tried = with_budgets(&target.daemon_set, budgets)?;
            PlanReport::Trial(Box::new(try_budgets(rollout, &tried)))
        }
    };
    Ok(Plan { report, diff })
}
