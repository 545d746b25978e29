//! `kubectl ds plan`.

mod answer;
mod change;
mod manifest;
mod request;
mod watch;

use crate::analysis::rollout::{Rollout, plan, try_budgets};
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::plan::PlanArgs;
use crate::model::{DaemonSet, Snapshot};
use crate::output::format::Format;
use crate::output::terminal::Terminal;
use crate::source::{Question, Scope, Source, Subject};

use super::ask::{ask, first};
use super::error::CommandError;
use super::open::open;
use answer::Answer;
use change::{Target, of_stored, with_budgets};
use request::{Form, Request};

/// Answers `kubectl ds plan`.
///
/// # Errors
/// When what was typed makes no question, the source has no answer, or stdout is gone.
pub fn run(
    global: &GlobalArgs,
    args: &PlanArgs,
    terminal: &Terminal,
) -> Result<Exit, CommandError> {
    let request = Request::complete(global, args)?;
    if args.watch.watch {
        return watch::watch(global, &args.watch, &request, terminal);
    }
    let source = open(global)?;
    let answer = if matches!(request.form, Form::Manifest) {
        let applied = manifest::apply(global, args, &request, source.as_ref(), terminal)?;
        answer(
            &request,
            &applied.snapshot,
            applied.stored.as_ref(),
            &applied.target,
        )?
    } else {
        stored(global, &request, source.as_ref())?
    };
    print(&answer, global, terminal)
}

/// The report goes to stdout, and what the server would refuse to stderr too. Names of
/// today's pods are no answer to a change that is refused, and may be piped to a deletion.
fn print(answer: &Answer, global: &GlobalArgs, terminal: &Terminal) -> Result<Exit, CommandError> {
    let refusal = answer.refusal();
    let printed = match &refusal {
        Some(_) if matches!(global.output, Format::Name) => true,
        _ => answer.print(terminal, global)?,
    };
    match refusal {
        Some(refusal) => Err(CommandError::Usage(refusal)),
        None => Ok(answer.exit(global.exit_code).if_all(printed)),
    }
}

/// The rollout of a stored DaemonSet: the one under way, or one that a change would start.
fn stored(
    global: &GlobalArgs,
    request: &Request,
    source: &dyn Source,
) -> Result<Answer, CommandError> {
    let subject = Subject::DaemonSet(request.object(global, source));
    let question = Question::new(subject, Scope::AllNodes);
    let snapshot = ask(source, &question)?;
    let stored = first(&snapshot)?;
    let target = of_stored(&request.form, &snapshot, stored)?;
    answer(request, &snapshot, Some(stored), &target)
}

fn answer(
    request: &Request,
    snapshot: &Snapshot,
    stored: Option<&DaemonSet>,
    target: &Target,
) -> Result<Answer, CommandError> {
    let rollout = Rollout {
        snapshot,
        stored,
        target: &target.daemon_set,
        change: target.change.as_ref(),
    };
    let diff = target.diff(stored)?;
    Ok(match &request.budgets {
        None => Answer::plan(plan(rollout), diff),
        Some(budgets) => {
            let tried = with_budgets(&target.daemon_set, budgets)?;
            Answer::trial(try_budgets(rollout, &tried), diff)
        }
    })
}
