//! `kubectl ds why`.

mod map;
mod one;
mod watch;

use crate::analysis::basis::Note;
use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::eligibility::Detail;
use crate::analysis::map::Counting;
use crate::analysis::overall_health::{Health, HealthCounts};
use crate::analysis::summary::{NodeCounts, Overview, incomplete_list};
use crate::analysis::what_if::WhatIf;
use crate::cli::global::GlobalOptions;
use crate::cli::request::{DaemonSetFilter, ManifestFiles};
use crate::cli::why::{WhyRequest, WhyTarget};
use crate::output::answer::{Answer, Report};
use crate::output::printer::Printer;
use crate::output::why::comment::part;
use crate::output::why::many::DaemonSetList;
use crate::source::{Question, Scope, SourceError, Subject};

use super::ask::{ask, daemon_sets, object, read_once};
use super::error::CommandError;
use super::exit::Exit;
use super::expect::ExpectationInput;
use super::manifest::read;
use super::open::{nodes, open, open_with_manifests};
use super::print_and_judge;
use one::WhyContext;

/// Answers `kubectl ds why`, and the overview.
///
/// # Errors
/// When the source can't answer, or stdout is closed.
pub(super) fn run(
    global: &GlobalOptions,
    mut request: WhyRequest,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    if let (true, WhyTarget::DaemonSet { name, .. }) = (request.watch, &request.target) {
        return watch::watch(global, name.clone(), printer);
    }
    let what_if = what_if(global, &mut request)?;
    let said = ExpectationInput::read(global, &request.expect)?;
    let source = match &request.target {
        WhyTarget::Manifests(files) => open_with_manifests(global, files)?,
        _ => open(global)?,
    };
    let source = source.as_ref();
    let why = WhyContext {
        request: &request,
        what_if: what_if.as_ref(),
        said: &said,
        terminal: printer.terminal,
        source,
    };
    let fail_on = request.fail_on.as_slice();
    let answer: Box<dyn Answer> = match &request.target {
        WhyTarget::DaemonSets {
            filter,
            or_own,
            map,
        } => {
            let list = many(global, &why, (filter, *or_own), map.as_ref(), printer)?;
            return print_and_judge(global, printer, &list, fail_on);
        }
        WhyTarget::Manifests(files) => {
            let answers = manifests(global, &why, files, printer)?;
            return print_and_judge(global, printer, &answers, fail_on);
        }
        WhyTarget::DaemonSet { name, map } => {
            let subject = Subject::DaemonSet(object(global, source, name.clone()));
            match map {
                Some(by) => Box::new(why.map(subject, by)?),
                None => why.one(subject, None)?,
            }
        }
        WhyTarget::Pod(name) => {
            let subject = Subject::Pod(object(global, source, name.clone()));
            Box::new(why.of_pod(subject, name)?)
        }
    };
    print_and_judge(global, printer, answer.as_ref(), fail_on)
}

/// The what-if, with the nodes of its files.
fn what_if(
    global: &GlobalOptions,
    request: &mut WhyRequest,
) -> Result<Option<WhatIf>, CommandError> {
    let Some(asked) = request.what_if.take() else {
        return Ok(None);
    };
    let added = match asked.node_files.as_slice() {
        [] => Vec::new(),
        files => nodes(global, files)?,
    };
    Ok(Some(WhatIf {
        changes: asked.changes,
        added,
        nodes: request.nodes.clone(),
        selector: request.node_selector.clone(),
    }))
}

/// All DaemonSets; each report is printed, and a line of it kept, before the next is made.
fn many(
    global: &GlobalOptions,
    why: &WhyContext<'_>,
    (filter, or_own): (&DaemonSetFilter, bool),
    map: Option<&Option<String>>,
    printer: Printer<'_>,
) -> Result<DaemonSetList, CommandError> {
    let question = |filter: &DaemonSetFilter| {
        let subject = daemon_sets(global, why.source, filter);
        Question::new(subject, Scope::AllNodes).with_sums()
    };
    let mut question_asked = question(filter);
    let mut refused = None;
    let mut snapshot = match ask(why.source, &question_asked) {
        Err(CommandError::Source(SourceError::Forbidden(text))) if or_own => {
            refused = Some(text);
            question_asked = question(&DaemonSetFilter {
                all_namespaces: false,
                selector: filter.selector.clone(),
            });
            ask(why.source, &question_asked)
        }
        answer => answer,
    }?;
    let namespace = question_asked.subject.namespace().map(str::to_owned);
    let only_own = refused.and(namespace.clone()).map(Note::OwnNamespaceAlone);
    let is_selected = filter.selector.is_some();
    why.said
        .put_into_all(&mut snapshot, namespace.as_deref(), is_selected)?;
    let selector = why.request.node_selector.as_ref();
    let mut map = map::begin(map, selector, &snapshot)?;
    let mut printed = printer.list();
    let (mut lines, mut parts) = (Vec::new(), Vec::new());
    let mut left_out = HealthCounts::default();
    for (ds, snapshot) in ByDaemonSet::new(&snapshot).snapshots() {
        let analysis = DaemonSetAnalysis::new(&snapshot, ds);
        let mut report = analysis.report(Detail::AllNodes);
        if why.request.problems && report.clean == Some(true) {
            let health = Health::new(&report, &NodeCounts::new(&report));
            if health != Health::NeedsAttention {
                left_out.add(health);
                continue;
            }
        }
        if let Some(selector) = selector {
            analysis.keep_nodes(&mut report, selector);
        }
        report.basis.notes.extend(only_own.clone());
        if let Some(map) = &mut map {
            map.add(&report);
        }
        printed.add(Report::Eligibility(&report))?;
        if printer.format.is_comment() && report.clean != Some(true) {
            parts.push(part(&report, printer.comment_options()));
        }
        let overview = Overview::new(&report);
        report.nodes = Vec::new();
        report.causes = Vec::new();
        report.coverage = None;
        lines.push((report, overview));
    }
    printed.end()?;
    Ok(DaemonSetList {
        namespace,
        selector: filter.selector.as_ref().map(ToString::to_string),
        note: only_own,
        lines,
        left_out,
        map: map.map(Counting::finish),
        incomplete: incomplete_list(&snapshot),
        parts,
    })
}

/// The DaemonSets of `-f`.
fn manifests(
    global: &GlobalOptions,
    why: &WhyContext<'_>,
    files: &ManifestFiles,
    printer: Printer<'_>,
) -> Result<Vec<Box<dyn Answer>>, CommandError> {
    let mut answers = Vec::new();
    let mut refused = Vec::new();
    let manifests = read(global, files, why.source, printer.terminal)?;
    // Reading one node takes less than reading all.
    let is_of_one_node = why.request.nodes.len() == 1 && !why.needs_all_nodes();
    let asked: Vec<_> = manifests.iter().map(|m| &m.daemon_set).collect();
    why.said.check_others(why.source, &asked, why.terminal)?;
    let once = match is_of_one_node {
        true => None,
        false => read_once(why.source, &manifests)?,
    };
    let why = &WhyContext {
        source: once.as_deref().unwrap_or(why.source),
        ..*why
    };
    for manifest in &manifests {
        let subject = Subject::Manifest(Box::new(manifest.daemon_set.clone()));
        match why.one(subject, Some(manifest)) {
            Ok(answer) => answers.push(answer),
            // The others may be refused too.
            Err(CommandError::Source(SourceError::File(problems))) => refused.push(problems),
            Err(error) => return Err(error),
        }
    }
    if !refused.is_empty() {
        return Err(SourceError::File(refused.join("\n")).into());
    }
    Ok(answers)
}
