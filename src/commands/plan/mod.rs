//! `kubectl ds plan`.

mod change;
mod manifest;
mod watch;

use crate::analysis::rollout::{Rollout, plan, try_budgets};
use crate::cli::global::GlobalOptions;
use crate::cli::plan::{Budgets, PlanRequest, PlanTarget, StoredChange};
use crate::model::condition::Condition;
use crate::model::{DaemonSet, Snapshot};
use crate::output::diff::EXTERNAL_DIFF;
use crate::output::plan::many::{PlanList, RefusedManifest};
use crate::output::plan::{Plan, PlanReport};
use crate::output::printer::Printer;
use crate::output::terminal::Terminal;
use crate::source::dry_run::ApplyOptions;
use crate::source::manifest::Manifest;
use crate::source::{Question, Scope, Source, Subject};

use super::ask::{ask, first, object, read_once};
use super::error::CommandError;
use super::exit::Exit;
use super::expect::ExpectationInput;
use super::manifest::read_asked;
use super::open::{open, open_with_manifests};
use super::{print_and_judge, print_error};
use change::{Target, of_stored, with_budgets};

/// Answers `kubectl ds plan`.
///
/// # Errors
/// When the source can't answer, the server would refuse the change, or stdout is closed.
pub(super) fn run(
    global: &GlobalOptions,
    request: PlanRequest,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    let (target, budgets, expect, fail_on) = match request {
        PlanRequest::Once {
            target,
            budgets,
            expect,
            fail_on,
        } => (target, budgets, expect, fail_on),
        PlanRequest::Watch {
            name,
            timeout,
            stuck_after,
        } => return watch::watch(global, name, timeout, stuck_after, printer),
    };
    let (budgets, fail_on) = (budgets.as_ref(), fail_on.as_slice());
    let said = ExpectationInput::read(global, &expect)?;
    let source = match &target {
        PlanTarget::Manifest { files, .. } => open_with_manifests(global, files)?,
        PlanTarget::Stored { .. } => open(global)?,
    };
    let asked = PlanContext {
        global,
        budgets,
        said: &said,
        terminal: printer.terminal,
        source: source.as_ref(),
    };
    match target {
        PlanTarget::Stored { name, change } => {
            let plan = asked.stored(name, &change)?;
            print_one(global, printer, plan, fail_on)
        }
        PlanTarget::Manifest { files, apply } => {
            let manifests = read_asked(global, &files, asked.source, printer.terminal)?;
            let (mut list, errors) = asked.manifests(&manifests, &apply)?;
            match (list.plans.pop(), manifests.len()) {
                (Some(only), 1) => print_one(global, printer, only, fail_on),
                (last, count) => {
                    list.plans.extend(last);
                    print_list(global, printer, list, (count, errors), fail_on)
                }
            }
        }
    }
}

/// The context in which each DaemonSet is planned.
struct PlanContext<'a> {
    global: &'a GlobalOptions,
    budgets: Option<&'a Budgets>,
    said: &'a ExpectationInput,
    terminal: &'a Terminal,
    source: &'a dyn Source,
}

impl PlanContext<'_> {
    /// The rollout of a stored DaemonSet: the one under way, or one that a change would start.
    fn stored(&self, name: String, change: &StoredChange) -> Result<Plan, CommandError> {
        let subject = Subject::DaemonSet(object(self.global, self.source, name));
        let mut question = Question::new(subject, Scope::AllNodes);
        if !matches!(change, StoredChange::None) {
            question = question.with_sums();
        }
        let mut snapshot = ask(self.source, &question)?;
        let target = of_stored(change, &snapshot, first(&snapshot)?)?;
        self.said.put_into(&mut snapshot);
        let stored = first(&snapshot)?;
        let asked = [stored];
        self.said.check_others(self.source, &asked, self.terminal)?;
        answer(&snapshot, Some(stored), &target, self.budgets)
    }

    /// The rollouts that applying manifests would start, and why some are refused.
    fn manifests(
        &self,
        manifests: &[Manifest],
        options: &ApplyOptions,
    ) -> Result<(PlanList, Vec<CommandError>), CommandError> {
        let (mut list, mut errors) = (PlanList::default(), Vec::new());
        let asked: Vec<&DaemonSet> = manifests.iter().map(|m| &m.daemon_set).collect();
        self.said.check_others(self.source, &asked, self.terminal)?;
        let read = read_once(self.source, manifests)?;
        let source = read.as_deref().unwrap_or(self.source);
        for manifest in manifests {
            match self.manifest(manifest, options, source) {
                Ok(plan) => list.plans.push(plan),
                // The others can still be planned.
                Err(CommandError::Refused(problem)) => {
                    list.refused.push(RefusedManifest {
                        daemon_set: (&manifest.daemon_set).into(),
                        problem: problem.to_string(),
                    });
                    errors.push(CommandError::Refused(problem));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((list, errors))
    }

    fn manifest(
        &self,
        manifest: &Manifest,
        options: &ApplyOptions,
        source: &dyn Source,
    ) -> Result<Plan, CommandError> {
        let mut applied = manifest::apply(self.global, manifest, options, source)?;
        self.said.put_into(&mut applied.snapshot);
        let stored = applied.stored.as_ref();
        answer(&applied.snapshot, stored, &applied.target, self.budgets)
    }
}

/// The report goes to stdout; what the server would refuse also goes to stderr.
fn print_one(
    global: &GlobalOptions,
    printer: Printer<'_>,
    mut plan: Plan,
    fail_on: &[Condition],
) -> Result<Exit, CommandError> {
    show_diff(printer, &mut plan)?;
    let exit = print_and_judge(global, printer, &plan, fail_on)?;
    let refusal = plan.report.refusal(printer.format.is_for_people());
    let refusal = refusal.map(CommandError::Usage);
    Ok(refused(printer, refusal.as_slice(), fail_on).unwrap_or(exit))
}

/// Each plan as it is printed by itself, then their summary.
fn print_list(
    global: &GlobalOptions,
    printer: Printer<'_>,
    mut list: PlanList,
    (manifests, mut errors): (usize, Vec<CommandError>),
    fail_on: &[Condition],
) -> Result<Exit, CommandError> {
    // For a refused manifest there is nothing to print on stdout.
    if manifests > 1 {
        let mut reports = printer.list();
        for report in list.plan_reports() {
            reports.add(report)?;
        }
        reports.end()?;
        for plan in &mut list.plans {
            show_diff(printer, plan)?;
            if printer.format.is_for_people() {
                printer.print(plan)?;
                printer.blank()?;
            }
        }
    }
    let is_alone = manifests == 1 && !printer.format.is_comment();
    let exit = if is_alone {
        Exit::Failed
    } else {
        print_and_judge(global, printer, &list, fail_on)?
    };
    let is_brief = printer.format.is_for_people();
    let refusals = list.plans.iter();
    let refusals = refusals.filter_map(|plan| plan.report.refusal(is_brief));
    errors.extend(refusals.map(CommandError::Usage));
    Ok(refused(printer, &errors, fail_on).unwrap_or(exit))
}

/// Another diff program, if configured, shows its diff before the rest.
fn show_diff(printer: Printer<'_>, plan: &mut Plan) -> Result<(), CommandError> {
    let program = std::env::var(EXTERNAL_DIFF).unwrap_or_default();
    if !program.is_empty()
        && printer.format.is_for_people()
        && let Some(diff) = plan.diff.take()
    {
        diff.show_by(&program)?;
    }
    Ok(())
}

/// Prints what is refused, and returns how the command ends; `None` where nothing is.
fn refused(printer: Printer<'_>, refusals: &[CommandError], fail_on: &[Condition]) -> Option<Exit> {
    for refusal in refusals {
        print_error(refusal, printer.terminal);
    }
    if refusals.is_empty() {
        None
    } else if fail_on.contains(&Condition::Refused) {
        Some(Exit::NotClean)
    } else {
        Some(Exit::Failed)
    }
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
