//! `kubectl ds plan`.

mod answer;

use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::names::{Target, parse_target};
use crate::cli::plan::PlanArgs;
use crate::output::terminal::Terminal;
use crate::report::rollout::{Rollout, plan};
use crate::source::{ObjectName, Question, Scope, Source, Subject};

use super::ask::{ask, first};
use super::error::CommandError;
use super::open::open;
use answer::Answer;

/// Answers `kubectl ds plan`.
///
/// # Errors
/// When what was typed makes no question, the source has no answer, or stdout is gone.
pub fn run(
    global: &GlobalArgs,
    args: &PlanArgs,
    terminal: &Terminal,
) -> Result<Exit, CommandError> {
    let name = daemon_set_name(args)?;
    let source = open(global)?;
    let subject = Subject::DaemonSet(object(global, source.as_ref(), name));
    let scope = Scope::AllNodes;
    let snapshot = ask(source.as_ref(), &Question { subject, scope })?;
    let ds = first(&snapshot)?;
    let rollout = Rollout {
        snapshot: &snapshot,
        stored: Some(ds),
        target: ds,
        change: None,
    };
    let answer = Answer::Plan(Box::new(plan(rollout)));
    answer.print(terminal, global)?;
    Ok(answer.exit(global.exit_code))
}

fn daemon_set_name(args: &PlanArgs) -> Result<String, CommandError> {
    let usage = |text: &str| Err(CommandError::Usage(text.to_owned()));
    match args.target.as_deref().map(parse_target).transpose()? {
        Some(Target::DaemonSet(name)) => Ok(name),
        Some(Target::Pod(_)) => usage("a plan is about a DaemonSet: give its name"),
        None => usage("of which DaemonSet? give its name, or a manifest with `-f`"),
    }
}

fn object(global: &GlobalArgs, source: &dyn Source, name: String) -> ObjectName {
    let namespace = global.namespace.as_deref();
    ObjectName {
        namespace: namespace
            .unwrap_or_else(|| source.default_namespace())
            .to_owned(),
        name,
    }
}
