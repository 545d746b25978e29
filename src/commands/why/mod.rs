//! `kubectl ds why`.

mod map;
mod watch;

use crate::analysis::basis::Note;
use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::daemon_set::{DaemonSetAnalysis, leave_out_revisions};
use crate::analysis::eligibility::{Detail, EligibilityReport};
use crate::analysis::map::Counting;
use crate::analysis::remedy::Changes;
use crate::analysis::standing::{Standing, Standings};
use crate::analysis::summary::{NodeCounts, Overview, incomplete_list};
use crate::analysis::what_if::{WhatIf, compare};
use crate::cli::global::GlobalOptions;
use crate::cli::request::{DaemonSetFilter, ManifestFiles};
use crate::cli::why::{WhyRequest, WhyTarget};
use crate::model::{Command, DaemonSet, Snapshot};
use crate::output::answer::{Answer, Report};
use crate::output::printer::Printer;
use crate::output::terminal::Terminal;
use crate::output::why::Eligibility;
use crate::output::why::comment::detail;
use crate::output::why::many::DaemonSetList;
use crate::source::manifest::Manifest;
use crate::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

use super::ask::{ask, daemon_sets, first, object};
use super::error::CommandError;
use super::exit::Exit;
use super::expect::Said;
use super::manifest::{applied, read};
use super::open::{nodes, open, open_with_manifests};
use super::print_and_judge;

/// Answers `kubectl ds why`, and the overview.
///
/// # Errors
/// When the source has no answer, or stdout is gone.
pub(super) fn run(
    global: &GlobalOptions,
    mut request: WhyRequest,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    if let (true, WhyTarget::DaemonSet(name)) = (request.watch, &request.target) {
        return watch::watch(global, name.clone(), printer);
    }
    let what_if = what_if(global, &mut request)?;
    let said = Said::read(global, &request.expect)?;
    let source = match &request.target {
        WhyTarget::Manifests(files) => open_with_manifests(global, files)?,
        _ => open(global)?,
    };
    let source = source.as_ref();
    let why = Why {
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
        WhyTarget::DaemonSet(name) => {
            let subject = Subject::DaemonSet(object(global, source, name.clone()));
            why.one(subject, None)?
        }
        WhyTarget::Pod(name) => {
            let subject = Subject::Pod(object(global, source, name.clone()));
            Box::new(of_pod(subject, name, &why)?)
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

/// A question about single DaemonSets, and who answers it.
struct Why<'a> {
    request: &'a WhyRequest,
    what_if: Option<&'a WhatIf>,
    said: &'a Said,
    terminal: &'a Terminal,
    source: &'a dyn Source,
}

impl Why<'_> {
    /// One DaemonSet, stored or of a manifest, on the nodes that were named or on all.
    fn one(
        &self,
        subject: Subject,
        manifest: Option<&Manifest>,
    ) -> Result<Box<dyn Answer>, CommandError> {
        let nodes = self.request.nodes.as_slice();
        let scope = match nodes {
            [node] if !self.needs_all_nodes() => Scope::Node(node.clone()),
            _ => Scope::AllNodes,
        };
        let mut question = Question::new(subject, scope);
        if nodes.is_empty() && self.what_if.is_none() {
            question = question.with_sums();
        }
        let mut snapshot = ask(self.source, &question)?;
        self.said.put_into(&mut snapshot);
        if manifest.is_none() {
            self.said.warn_of_others(&snapshot, self.terminal);
        }
        let target = target(manifest, &mut snapshot)?;
        let ds = match &target {
            Some(target) => target,
            None => first(&snapshot)?,
        };
        self.check_nodes(&snapshot)?;
        if let Some(what_if) = self.what_if {
            let detail = match nodes {
                [node] => Detail::OneNode(node),
                _ => Detail::AllNodes,
            };
            let is_applied = manifest.is_none();
            let compared = compare(&snapshot, ds, is_applied, detail, what_if);
            return Ok(Box::new(compared));
        }
        let analysis = analysis(&snapshot, ds, manifest.is_some());
        if nodes.is_empty() {
            return Ok(Box::new(self.on_all_nodes(&analysis)));
        }
        let mut answers = Vec::new();
        for node in nodes {
            let mut answer = self.on_node(&analysis, node);
            match question.scope {
                Scope::AllNodes => add_impact(&analysis, &mut answer.report),
                _ => ask_impact(
                    self.source,
                    question.subject.clone(),
                    manifest,
                    &mut answer.report,
                )?,
            }
            answers.push(Box::new(answer) as Box<dyn Answer>);
        }
        let one = (answers.len() == 1).then(|| answers.pop()).flatten();
        Ok(one.unwrap_or_else(|| Box::new(answers)))
    }

    fn on_all_nodes(&self, analysis: &DaemonSetAnalysis<'_>) -> Eligibility {
        let mut report = analysis.report(Detail::AllNodes);
        if let Some(selector) = &self.request.node_selector {
            analysis.keep_nodes(&mut report, selector);
        }
        if self.request.problems {
            report.nodes.retain(|n| n.is_clean() != Some(true));
        }
        Eligibility { report }
    }

    fn on_node(&self, analysis: &DaemonSetAnalysis<'_>, node: &str) -> Eligibility {
        let mut report = analysis.report(Detail::OneNode(node));
        if self.request.impact {
            for node in &mut report.nodes {
                node.impact = analysis.impact(&node.name);
            }
        }
        Eligibility { report }
    }

    /// Whether one node isn't enough: for the impact on the others, and for a node that
    /// a file brings and the source doesn't know.
    fn needs_all_nodes(&self) -> bool {
        let mut added = self.what_if.iter().flat_map(|w| &w.added);
        let nodes = &self.request.nodes;
        self.request.impact || added.any(|n| nodes.iter().any(|node| **node == *n.name))
    }

    /// The nodes that were asked for must be there, unless nodes couldn't be read or they are
    /// yet to come.
    fn check_nodes(&self, snapshot: &Snapshot) -> Result<(), CommandError> {
        let Some(nodes) = &snapshot.nodes else {
            return Ok(());
        };
        let added = self.what_if.iter().flat_map(|w| &w.added);
        let names = nodes.iter().chain(added).map(|n| &*n.name);
        let mut asked = self.request.nodes.iter();
        match asked.find(|asked| names.clone().all(|name| name != *asked)) {
            Some(missing) => Err(SourceError::no_node(missing, names).into()),
            None => Ok(()),
        }
    }
}

/// The DaemonSet that a manifest would make; `None` without one.
fn target(
    manifest: Option<&Manifest>,
    snapshot: &mut Snapshot,
) -> Result<Option<DaemonSet>, CommandError> {
    let target = manifest.map(|m| applied(m, snapshot)).transpose()?;
    if target.is_some() {
        leave_out_revisions(snapshot);
    }
    Ok(target)
}

fn analysis<'s>(
    snapshot: &'s Snapshot,
    ds: &'s DaemonSet,
    is_manifest: bool,
) -> DaemonSetAnalysis<'s> {
    if is_manifest {
        DaemonSetAnalysis::of_manifest(snapshot, ds)
    } else {
        DaemonSetAnalysis::new(snapshot, ds)
    }
}

/// Adds to the remedies what they do to other nodes, which the analysis knows.
fn add_impact(analysis: &DaemonSetAnalysis<'_>, report: &mut EligibilityReport) {
    for node in &mut report.nodes {
        analysis.add_impact(node);
    }
}

/// The same where only one node was asked for: the others are read only where a change of the
/// template is advised, which reaches them.
fn ask_impact(
    source: &dyn Source,
    subject: Subject,
    manifest: Option<&Manifest>,
    report: &mut EligibilityReport,
) -> Result<(), CommandError> {
    let mut remedies = report.nodes.iter().flat_map(|node| &node.remedies);
    if !remedies.any(|remedy| remedy.changes() == Changes::Template) {
        return Ok(());
    }
    let mut snapshot = ask(source, &Question::new(subject, Scope::AllNodes))?;
    let target = target(manifest, &mut snapshot)?;
    let ds = match &target {
        Some(target) => target,
        None => first(&snapshot)?,
    };
    add_impact(&analysis(&snapshot, ds, manifest.is_some()), report);
    Ok(())
}

/// The DaemonSet of a pod, on the pod's node.
fn of_pod(subject: Subject, pod: &str, why: &Why<'_>) -> Result<Eligibility, CommandError> {
    let mut snapshot = ask(why.source, &Question::new(subject, Scope::NodeOfPod))?;
    why.said.put_into(&mut snapshot);
    let ds = first(&snapshot)?;
    let asked = snapshot.pods.iter().flatten().find(|p| *p.name == *pod);
    let Some((asked, node)) = asked.and_then(|p| Some((p, p.target_node.as_deref()?))) else {
        let why = Command::own(&["why"]).name(&ds.name);
        let why = why.and_then(|why| why.namespace(&ds.namespace));
        let why = why.map(|why| format!(", `{why}`"));
        return Err(CommandError::Usage(format!(
            "pod `{pod}` is on no node and is meant for none, so the controller doesn't count it: ask about its DaemonSet{}",
            why.unwrap_or_default()
        )));
    };
    let analysis = DaemonSetAnalysis::new(&snapshot, ds);
    let mut report = analysis.report(Detail::OneNode(node));
    report.findings.splice(0..0, analysis.asked_pod(asked));
    let subject = Subject::DaemonSet(ObjectName {
        namespace: ds.namespace.clone(),
        name: ds.name.clone(),
    });
    ask_impact(why.source, subject, None, &mut report)?;
    Ok(Eligibility { report })
}

/// All DaemonSets; each report is printed, and a line of it kept, before the next is made.
fn many(
    global: &GlobalOptions,
    why: &Why<'_>,
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
    let (mut lines, mut details) = (Vec::new(), Vec::new());
    let mut left_out = Standings::default();
    for (ds, snapshot) in ByDaemonSet::new(&snapshot).snapshots() {
        let analysis = DaemonSetAnalysis::new(&snapshot, ds);
        let mut report = analysis.report(Detail::AllNodes);
        if why.request.problems && report.clean == Some(true) {
            left_out.add(Standing::new(&report, &NodeCounts::new(&report)));
            continue;
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
            details.push(detail(&report, printer.comment_options()));
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
        details,
    })
}

/// The DaemonSets of `-f`.
fn manifests(
    global: &GlobalOptions,
    why: &Why<'_>,
    files: &ManifestFiles,
    printer: Printer<'_>,
) -> Result<Vec<Box<dyn Answer>>, CommandError> {
    let mut answers = Vec::new();
    let mut refused = Vec::new();
    for manifest in &read(global, files, why.source, printer.terminal)? {
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
