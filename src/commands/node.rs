//! `kubectl ds node`.

use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::on_node::analysis::NodeAnalysis;
use crate::analysis::on_node::groups::Outcome;
use crate::cli::global::GlobalOptions;
use crate::cli::node::{NodeRequest, Nodes};
use crate::model::selector::Selector;
use crate::model::{Node, Snapshot};
use crate::output::answer::{Answer, Report};
use crate::output::node::groups::NodeList;
use crate::output::printer::Printer;
use crate::source::{Question, Scope, SourceError, Subject};

use super::ask::ask;
use super::error::CommandError;
use super::exit::Exit;
use super::expect::ExpectationInput;
use super::open::{nodes, open};
use super::print;

/// Answers `kubectl ds node`.
///
/// # Errors
/// When the source can't answer, or stdout is closed.
pub(super) fn run(
    global: &GlobalOptions,
    request: &NodeRequest,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    let planned = match &request.nodes {
        Nodes::Files { paths, name } => planned_nodes(global, paths, name.as_deref())?,
        Nodes::One(_) | Nodes::Selected(_) => Vec::new(),
    };
    let snapshot = snapshot(global, request)?;
    let parts: Vec<_> = ByDaemonSet::new(&snapshot).snapshots().collect();
    let asked = request.selector.as_ref().map(ToString::to_string);
    let analysis = NodeAnalysis::new(&snapshot, &parts).of(request.namespace.clone(), asked);
    let changes = request.changes.as_slice();
    let existing = |node: &Node| match changes {
        [] => Outcome::Report(Box::new(analysis.report(node))),
        changes => Outcome::WhatIf(Box::new(analysis.what_if(node, changes))),
    };
    let not_there = |node: &Node| Outcome::WhatIf(Box::new(analysis.planned(node, changes)));
    let list = |selector: Option<&Selector>| {
        let selector = selector.map(ToString::to_string);
        NodeList::new(analysis.basis(), selector, printer.format.is_wide())
    };
    let answer: Box<dyn Answer> = match (&request.nodes, planned.as_slice()) {
        (Nodes::One(name), _) => match one(&snapshot, name, !changes.is_empty())? {
            Some(node) => Box::new(existing(node)),
            None => Box::new(Outcome::Report(Box::new(analysis.unknown(name)))),
        },
        (Nodes::Files { .. }, [node]) => Box::new(not_there(node)),
        (Nodes::Files { .. }, nodes) => {
            let answers = nodes.iter().map(not_there);
            Box::new(several(list(None), answers, printer)?)
        }
        (Nodes::Selected(selector), _) => {
            let answers = selected(&snapshot, selector)?.map(existing);
            Box::new(several(list(Some(selector)), answers, printer)?)
        }
    };
    print(global, printer, answer.as_ref())
}

/// What the source has about the nodes and the DaemonSets that are asked about.
fn snapshot(global: &GlobalOptions, request: &NodeRequest) -> Result<Snapshot, CommandError> {
    let selector = request.selector.as_ref().map(ToString::to_string);
    let subject = Subject::DaemonSets {
        namespace: request.namespace.clone(),
        selector,
    };
    let scope = match &request.nodes {
        Nodes::One(name) => Scope::Node(name.clone()),
        Nodes::Selected(_) => Scope::AllNodes,
        Nodes::Files { .. } => Scope::NoNode,
    };
    let question = Question::new(subject, scope).with_sums();
    let said = ExpectationInput::read(global, &request.expect)?;
    let mut snapshot = ask(open(global)?.as_ref(), &question)?;
    let (namespace, is_selected) = (request.namespace.as_deref(), request.selector.is_some());
    said.put_into_all(&mut snapshot, namespace, is_selected)?;
    Ok(snapshot)
}

/// The node of this name; `None` where nodes couldn't be read.
fn one<'s>(
    snapshot: &'s Snapshot,
    name: &str,
    is_changed: bool,
) -> Result<Option<&'s Node>, CommandError> {
    let Some(nodes) = &snapshot.nodes else {
        if is_changed {
            return Err(unread(
                snapshot,
                "a what-if changes a node, and it couldn't be read",
            ));
        }
        return Ok(None);
    };
    let names = nodes.iter().map(|n| &*n.name);
    let node = nodes.iter().find(|n| *n.name == *name);
    Ok(Some(node.ok_or_else(|| SourceError::no_node(name, names))?))
}

fn selected<'a>(
    snapshot: &'a Snapshot,
    selector: &'a Selector,
) -> Result<impl Iterator<Item = &'a Node>, CommandError> {
    let nodes = snapshot.nodes.as_ref();
    let nodes = nodes.ok_or_else(|| {
        unread(
            snapshot,
            "nodes can't be selected, for they couldn't be read",
        )
    })?;
    Ok(nodes.iter().filter(|n| selector.matches(&n.labels)))
}

/// Without its nodes such a question has no answer, not even a partial one.
fn unread(snapshot: &Snapshot, what: &str) -> CommandError {
    let why = snapshot.incomplete.iter().find(|i| i.resource == "nodes");
    let why = why.map(|i| format!(": {}", i.why)).unwrap_or_default();
    CommandError::Usage(format!("{what}{why}"))
}

/// Each report as it is made, else one answer for all nodes that are alike.
fn several(
    mut list: NodeList,
    answers: impl Iterator<Item = Outcome>,
    printer: Printer<'_>,
) -> Result<NodeList, CommandError> {
    let mut printed = printer.list();
    for answer in answers {
        if printed.is_printed() {
            printed.add(Report::from(&answer))?;
            list.count(&answer);
        } else {
            list.add(answer);
        }
    }
    printed.end()?;
    Ok(list)
}

/// The nodes of the files, or the one of them that was asked for.
fn planned_nodes(
    global: &GlobalOptions,
    files: &[String],
    name: Option<&str>,
) -> Result<Vec<Node>, CommandError> {
    let mut nodes = nodes(global, files)?;
    let Some(name) = name else {
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        return Ok(nodes);
    };
    let names: Vec<_> = nodes.iter().map(|n| n.name.to_string()).collect();
    nodes.retain(|n| *n.name == *name);
    if nodes.is_empty() {
        let names = names.join("`, `");
        return Err(CommandError::Usage(format!(
            "the manifests of `--node-file` hold no node `{name}`, but `{names}`"
        )));
    }
    Ok(nodes)
}
