//! `kubectl ds why`.

mod answer;
mod map;
mod request;

use std::collections::HashSet;

use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::eligibility::Detail;
use crate::analysis::map::Counting;
use crate::analysis::subject::Subject as Judge;
use crate::analysis::summary::Overview;
use crate::analysis::what_if;
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::why::WhyArgs;
use crate::model::{Command, DaemonSet, Incomplete, Snapshot};
use crate::output::items::{Items, Kind};
use crate::output::terminal::Terminal;
use crate::source::manifest::Manifest;
use crate::source::{Question, Scope, Source, SourceError, Subject};

use super::ask::{ask, first};
use super::error::CommandError;
use super::manifest::{applied, read};
use super::open::open;
use answer::{Answer, add};
use request::{Form, Request, WhatIf};

/// Answers `kubectl ds why`.
///
/// # Errors
/// When what was typed makes no question, the source has no answer, or stdout is gone.
pub fn run(global: &GlobalArgs, args: &WhyArgs, terminal: &Terminal) -> Result<Exit, CommandError> {
    let request = Request::complete(global, args)?;
    let source = open(global)?;
    let answer = match &request.form {
        Form::Manifests => manifests(global, args, &request, source.as_ref(), terminal)?,
        Form::Many => many(global, args, source.as_ref(), terminal)?,
        Form::DaemonSet(name) => {
            let subject = Subject::DaemonSet(request.object(source.as_ref(), name));
            one(&request, subject, None, source.as_ref()).map_err(|e| request.explain(e))?
        }
        Form::Pod(name) => {
            let subject = Subject::Pod(request.object(source.as_ref(), name));
            of_pod(subject, source.as_ref())?
        }
    };
    let answer = answer.only(args);
    let exit = answer.exit(global.exit_code);
    let printed = answer.print(terminal, global)?;
    Ok(exit.if_all(printed))
}

/// One DaemonSet, stored or of a manifest, on one node or on all.
fn one(
    request: &Request,
    subject: Subject,
    manifest: Option<&Manifest>,
    source: &dyn Source,
) -> Result<Answer, CommandError> {
    let prepare: Prepare = if manifest.is_some() {
        |snapshot, ds| Judge::of_manifest(snapshot, ds)
    } else {
        |snapshot, ds| Judge::new(snapshot, ds)
    };
    let scope = match &request.node {
        Some(node) if !request.needs_all_nodes() => Scope::Node(node.clone()),
        _ => Scope::AllNodes,
    };
    let mut snapshot = ask(source, &Question::new(subject, scope))?;
    let target = manifest.map(|m| applied(m, &snapshot)).transpose()?;
    if manifest.is_some() {
        // What isn't applied has no revision that its pods could be of.
        snapshot
            .incomplete
            .retain(|i| i.resource != "controllerrevisions");
        snapshot.notes.push(JUDGED_HERE.to_owned());
        snapshot.sort();
    }
    let ds = match &target {
        Some(target) => target,
        None => first(&snapshot)?,
    };
    request.check_node(&snapshot)?;
    let detail = request
        .node
        .as_deref()
        .map_or(Detail::AllNodes, Detail::OneNode);
    if let Some(what_if) = &request.what_if {
        return Ok(compare(&snapshot, ds, detail, what_if, prepare));
    }
    let judge = prepare(&snapshot, ds);
    let mut report = judge.report(detail);
    if let Some(selector) = &request.node_selector {
        judge.keep_nodes(&mut report, selector);
    }
    if request.impact {
        for node in &mut report.nodes {
            node.impact = judge.impact(&node.name);
        }
    }
    Ok(Answer::one(report, detail))
}

/// What a manifest that passes here has not passed.
const JUDGED_HERE: &str = "what an apply would leave was computed and judged here; the server checks more, and its admission may refuse or change it";

/// How a DaemonSet is made ready to be judged: a stored one, or a manifest.
type Prepare = for<'a> fn(&'a Snapshot, &'a DaemonSet) -> Judge<'a>;

fn compare(
    snapshot: &Snapshot,
    ds: &DaemonSet,
    detail: Detail<'_>,
    what_if: &WhatIf,
    prepare: Prepare,
) -> Answer {
    let then = what_if::change(
        snapshot,
        &what_if.changes,
        |n| what_if.touches(n),
        &what_if.added,
    );
    let touched = snapshot
        .nodes
        .iter()
        .flatten()
        .filter(|n| what_if.touches(n));
    let shown: HashSet<&str> = touched.chain(&what_if.added).map(|n| &*n.name).collect();
    let today = prepare(snapshot, ds).report(detail);
    let judge = prepare(&then, ds);
    let is_shown = |name: &str| shown.contains(name);
    let compared = what_if::compare(today, &judge, detail, &what_if.changes, is_shown);
    Answer::WhatIf(Box::new(compared))
}

/// The DaemonSet of a pod, on the pod's node.
fn of_pod(subject: Subject, source: &dyn Source) -> Result<Answer, CommandError> {
    let Subject::Pod(pod) = &subject else {
        return Err(CommandError::Usage("no pod was named".to_owned()));
    };
    let pod = pod.name.clone();
    let question = Question::new(subject, Scope::NodeOfPod);
    let snapshot = ask(source, &question)?;
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
    let detail = Detail::OneNode(node);
    let judge = Judge::new(&snapshot, ds);
    let mut report = judge.report(detail);
    report.findings.splice(0..0, judge.asked_pod(asked));
    Ok(Answer::one(report, detail))
}

/// All DaemonSets; each report is printed, or a line of it kept, before the next is made.
fn many(
    global: &GlobalArgs,
    args: &WhyArgs,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Answer, CommandError> {
    let default = source.default_namespace().to_owned();
    let namespace = (!args.all_namespaces).then(|| global.namespace.clone().unwrap_or(default));
    let subject = Subject::DaemonSets {
        namespace: namespace.clone(),
        selector: args.selector.as_ref().map(ToString::to_string),
    };
    let snapshot = ask(source, &Question::new(subject, Scope::AllNodes))?;
    let mut items = terminal.items(global.output, Kind::Last);
    let mut map = map::begin(args, &snapshot)?;
    let (mut reports, mut clean) = (Vec::new(), 0);
    for (ds, snapshot) in ByDaemonSet::new(&snapshot).snapshots() {
        let judge = Judge::new(&snapshot, ds);
        let mut report = judge.report(Detail::AllNodes);
        if args.problems && report.clean == Some(true) {
            clean += 1;
            continue;
        }
        if let Some(selector) = &args.node_selector {
            judge.keep_nodes(&mut report, selector);
        }
        if let Some(map) = &mut map {
            map.add(&report);
        }
        let overview = Overview::new(&report);
        if let Some(items) = &mut items {
            add(items, &report)?;
        }
        report.nodes.clear();
        reports.push((report, overview));
    }
    items.map_or(Ok(()), Items::end)?;
    Ok(Answer::Many {
        reports,
        clean,
        namespace,
        map: map.map(Counting::finish),
        incomplete: bearing(snapshot),
    })
}

/// What couldn't be read of what the answer needs: where there is no DaemonSet, no more
/// than whether there is none.
fn bearing(snapshot: Snapshot) -> Vec<Incomplete> {
    let mut incomplete = snapshot.incomplete;
    if snapshot.daemon_sets.is_empty() {
        incomplete.retain(|i| i.resource == "daemonsets");
    }
    incomplete
}

/// The DaemonSets of `-f`.
fn manifests(
    global: &GlobalArgs,
    args: &WhyArgs,
    request: &Request,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Answer, CommandError> {
    let mut manifests = read(
        global,
        &args.filename,
        args.validate.validation,
        source,
        terminal,
    )?;
    request.pick(&mut manifests)?;
    let mut answers = Vec::new();
    let mut refused = Vec::new();
    for manifest in &manifests {
        let subject = Subject::Manifest(Box::new(manifest.daemon_set.clone()));
        match one(request, subject, Some(manifest), source) {
            Ok(answer) => answers.push(answer),
            // The others may be refused too.
            Err(CommandError::Source(SourceError::File(problems))) => refused.push(problems),
            Err(error) => return Err(error),
        }
    }
    if !refused.is_empty() {
        return Err(SourceError::File(refused.join("\n")).into());
    }
    Answer::of_all(answers)
}
