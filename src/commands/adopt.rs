//! `kubectl ds adopt`, which is read-only.

use crate::analysis::basis::Basis;
use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::claims::report::{ClaimChange, ClaimChangeKind, ClaimReport};
use crate::analysis::claims::{ClaimQuestion, claims, left_by_the_gone};
use crate::cli::adopt::AdoptRequest;
use crate::cli::global::GlobalOptions;
use crate::cli::request::DaemonSetFilter;
use crate::model::DaemonSet;
use crate::output::adopt::many::ClaimList;
use crate::output::answer::{Answer, Report};
use crate::output::printer::Printer;
use crate::source::dry_run::ApplyOptions;
use crate::source::manifest::Manifest;
use crate::source::{Question, Scope, Source, Subject};

use super::apply::AppliedObject;
use super::ask::{ask, daemon_sets, first, object};
use super::error::CommandError;
use super::exit::Exit;
use super::manifest::{check_namespace, obtain, obtain_anew, read};
use super::open::{open, open_with_manifests};
use super::print;

/// Answers `kubectl ds adopt`.
///
/// # Errors
/// When the source can't answer, or stdout is closed.
pub(super) fn run(
    global: &GlobalOptions,
    request: AdoptRequest,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    let source = match &request {
        AdoptRequest::Manifests(files) => open_with_manifests(global, files)?,
        _ => open(global)?,
    };
    let source = source.as_ref();
    match request {
        AdoptRequest::DaemonSet(name) => {
            let subject = Subject::DaemonSet(object(global, source, name));
            print(global, printer, &one(subject, source)?)
        }
        AdoptRequest::DaemonSets(filter) => {
            let list = many(global, &filter, source, printer)?;
            print(global, printer, &list)
        }
        AdoptRequest::Manifests(files) => {
            let manifests = read(global, &files, source, printer.terminal)?;
            let mut answers: Vec<Box<dyn Answer>> = Vec::new();
            for manifest in &manifests {
                answers.push(Box::new(recreated(global, manifest, source)?));
            }
            print(global, printer, &answers)
        }
    }
}

/// One DaemonSet as it is stored.
fn one(subject: Subject, source: &dyn Source) -> Result<ClaimReport, CommandError> {
    let question = Question::new(subject, Scope::AllNodes).with_neighbours();
    let snapshot = ask(source, &question)?;
    Ok(claims(ClaimQuestion {
        snapshot: &snapshot,
        target: first(&snapshot)?,
        change: None,
        former: None,
    }))
}

/// All DaemonSets of a namespace, or of all. Each report is printed, or a line of it kept, before
/// the next is made, because every DaemonSet times every node would be too much to hold.
fn many(
    global: &GlobalOptions,
    filter: &DaemonSetFilter,
    source: &dyn Source,
    printer: Printer<'_>,
) -> Result<ClaimList, CommandError> {
    let subject = daemon_sets(global, source, filter);
    let namespace = subject.namespace().map(str::to_owned);
    let question = Question::new(subject, Scope::AllNodes).with_neighbours();
    let snapshot = ask(source, &question)?;
    let gone = if question.is_about_the_gone() {
        left_by_the_gone(&snapshot)
    } else {
        Vec::new()
    };
    let mut printed = printer.list();
    let selector = filter.selector.as_ref().map(ToString::to_string);
    let mut list = ClaimList::new(namespace, selector, Basis::new(&snapshot));
    for (target, snapshot) in ByDaemonSet::new(&snapshot).snapshots() {
        let report = claims(ClaimQuestion {
            snapshot: &snapshot,
            target,
            change: None,
            former: None,
        });
        if list.add(&report) {
            printed.add(Report::Claims(&report))?;
        }
    }
    for report in &gone {
        list.add(report);
        printed.add(Report::Claims(report))?;
    }
    printed.end()?;
    Ok(list)
}

/// What a manifest's DaemonSet would adopt: one that is created, or one that is deleted with
/// `--cascade=orphan` and created again.
fn recreated(
    global: &GlobalOptions,
    manifest: &Manifest,
    source: &dyn Source,
) -> Result<ClaimReport, CommandError> {
    check_namespace(global, &manifest.daemon_set)?;
    let subject = Subject::Recreated(Box::new(manifest.daemon_set.clone()));
    let question = Question::new(subject, Scope::AllNodes).with_neighbours();
    let mut snapshot = ask(source, &question)?;
    let former = snapshot.daemon_sets.first().cloned();
    let obtained = stored_as(global, manifest, former.as_ref())?;
    snapshot.notes.extend(obtained.notes);
    snapshot.notes.extend(obtained.warnings);
    snapshot.sort();
    let kind = match former {
        Some(_) => ClaimChangeKind::Recreate,
        None => ClaimChangeKind::Create,
    };
    Ok(claims(ClaimQuestion {
        snapshot: &snapshot,
        target: &obtained.daemon_set,
        change: Some(ClaimChange {
            kind,
            obtained: obtained.source,
        }),
        former: former.as_ref(),
    }))
}

/// The object as the server would store it.
fn stored_as(
    global: &GlobalOptions,
    manifest: &Manifest,
    former: Option<&DaemonSet>,
) -> Result<AppliedObject, CommandError> {
    if former.is_some() || !global.from.is_empty() {
        let mut obtained = obtain_anew(manifest, former)?;
        if former.is_some() {
            // The report says why the server wasn't asked: a dry run can't create what exists.
            obtained.notes.clear();
        }
        return Ok(obtained);
    }
    let options = ApplyOptions {
        validation: manifest.validation,
        ..ApplyOptions::default()
    };
    obtain(global, &options, manifest, None)
}
