//! `kubectl ds adopt`. It only reports.

mod answer;
mod recreated;
mod request;

use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::claims::{Claiming, claims};
use crate::cli::adopt::AdoptArgs;
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::output::items::Kind;
use crate::output::terminal::Terminal;
use crate::source::{Question, Scope, Source, Subject};

use super::ask::{ask, first};
use super::error::CommandError;
use super::manifest::{check_name, read};
use super::open::open;
use answer::{Answer, Many};
use request::Form;

/// Answers `kubectl ds adopt`.
///
/// # Errors
/// When what was typed makes no question, the source has no answer, or stdout is gone.
pub fn run(
    global: &GlobalArgs,
    args: &AdoptArgs,
    terminal: &Terminal,
) -> Result<Exit, CommandError> {
    let form = request::complete(global, args)?;
    let source = open(global)?;
    let source = source.as_ref();
    let answer = match form {
        Form::DaemonSet(name) => one(request::stored(global, source, &name), source)?,
        Form::Many => many(global, args, source, terminal)?,
        Form::Manifests(name) => manifests(global, args, name.as_deref(), source, terminal)?,
    };
    let printed = answer.print(terminal, global)?;
    Ok(answer.exit(global.exit_code).if_all(printed))
}

/// One DaemonSet as it is stored.
fn one(subject: Subject, source: &dyn Source) -> Result<Answer, CommandError> {
    let snapshot = ask(
        source,
        &Question::new(subject, Scope::AllNodes).with_neighbours(),
    )?;
    Ok(Answer::Each(vec![claims(Claiming {
        snapshot: &snapshot,
        target: first(&snapshot)?,
        change: None,
        former: None,
    })]))
}

/// All DaemonSets of a namespace or of all; only what is to be said of them is kept.
fn many(
    global: &GlobalArgs,
    args: &AdoptArgs,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Answer, CommandError> {
    let namespace = request::namespace(global, args, source);
    let subject = Subject::DaemonSets {
        namespace: namespace.clone(),
        selector: args.selector.as_ref().map(ToString::to_string),
    };
    let question = Question::new(subject, Scope::AllNodes).with_neighbours();
    let snapshot = ask(source, &question)?;
    let mut many = Many::new(
        namespace,
        terminal.items(global.output, Kind::First),
        &snapshot,
    );
    for (target, snapshot) in ByDaemonSet::new(&snapshot).snapshots() {
        many.push(&claims(Claiming {
            snapshot: &snapshot,
            target,
            change: None,
            former: None,
        }))?;
    }
    many.end()?;
    Ok(Answer::Many(Box::new(many)))
}

/// The DaemonSets of `-f`, or the one of them that was named.
fn manifests(
    global: &GlobalArgs,
    args: &AdoptArgs,
    name: Option<&str>,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Answer, CommandError> {
    let mut all = read(
        global,
        &args.filename,
        args.validate.validation,
        source,
        terminal,
    )?;
    if let Some(name) = name {
        check_name(all.iter().map(|m| &m.daemon_set), name)?;
        all.retain(|m| *m.daemon_set.name == *name);
    }
    let reports = all
        .iter()
        .map(|m| recreated::recreated(global, m, source))
        .collect::<Result<Vec<_>, _>>()?;
    if reports.is_empty() {
        return Err(CommandError::Usage(
            "the manifests hold no DaemonSet".to_owned(),
        ));
    }
    Ok(Answer::Each(reports))
}
