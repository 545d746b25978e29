//! `kubectl ds node`.

mod answer;
mod request;

use std::collections::BTreeSet;
use std::io;

use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::on_node::analysis::NodeAnalysis as Judge;
use crate::analysis::on_node::groups::{Groups, Outcome};
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::node::NodeArgs;
use crate::model::selector::Selector;
use crate::model::{Node, Snapshot};
use crate::output::format::Format;
use crate::output::items::{Items, Kind};
use crate::output::terminal::Terminal;
use crate::source::SourceError;

use super::ask::ask;
use super::error::CommandError;
use super::open::open;
use answer::{Answer, Ends, Several, running, sorted};
use request::{Nodes, Request};

/// Answers `kubectl ds node`.
///
/// # Errors
/// When what was typed makes no question, the source has no answer, or stdout is gone.
pub fn run(
    global: &GlobalArgs,
    args: &NodeArgs,
    terminal: &Terminal,
) -> Result<Exit, CommandError> {
    let request = Request::complete(global, args)?;
    let source = open(global)?;
    let mut snapshot = ask(source.as_ref(), &request.question())?;
    snapshot.notes.extend(request.note());
    let parts: Vec<_> = ByDaemonSet::new(&snapshot).snapshots().collect();
    let judge = Judge::new(&snapshot, &parts);
    let answer = match &request.nodes {
        Nodes::One(name) => Answer::One(one(&request, &judge, &snapshot, name)?),
        Nodes::Planned(nodes) => match nodes.as_slice() {
            [node] => Answer::One(planned(&request, &judge, node)),
            nodes => {
                let outcomes = nodes.iter().map(|n| planned(&request, &judge, n));
                several(terminal, global, &judge, None, outcomes)?
            }
        },
        Nodes::Selected(selector) => {
            let nodes = selected(&snapshot, selector)?;
            let outcomes = nodes.map(|n| existing(&request, &judge, n));
            several(terminal, global, &judge, Some(selector), outcomes)?
        }
    };
    let printed = answer.print(terminal, global)?;
    Ok(answer.exit(global.exit_code).if_all(printed))
}

fn one(
    request: &Request,
    judge: &Judge<'_>,
    snapshot: &Snapshot,
    name: &str,
) -> Result<Outcome, CommandError> {
    let Some(nodes) = &snapshot.nodes else {
        if !request.changes.is_empty() {
            return Err(unread(
                snapshot,
                "a what-if changes a node, and it couldn't be read",
            ));
        }
        return Ok(Outcome::Report(Box::new(judge.unknown(name))));
    };
    let node = nodes.iter().find(|n| *n.name == *name);
    let names = nodes.iter().map(|n| &*n.name);
    let node = node.ok_or_else(|| SourceError::no_node(name, names))?;
    Ok(existing(request, judge, node))
}

fn existing(request: &Request, judge: &Judge<'_>, node: &Node) -> Outcome {
    if request.changes.is_empty() {
        return Outcome::Report(Box::new(judge.report(node)));
    }
    Outcome::WhatIf(Box::new(judge.what_if(node, &request.changes)))
}

fn planned(request: &Request, judge: &Judge<'_>, node: &Node) -> Outcome {
    Outcome::WhatIf(Box::new(judge.planned(node, &request.changes)))
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

/// Without its nodes such a question has no answer, not even one in part.
fn unread(snapshot: &Snapshot, what: &str) -> CommandError {
    let why = snapshot.incomplete.iter().find(|i| i.resource == "nodes");
    let why = why.map(|i| format!(": {}", i.why)).unwrap_or_default();
    CommandError::Usage(format!("{what}{why}"))
}

/// Each report as it is made, else one answer for all nodes that are alike: every DaemonSet
/// times every node is too much to hold.
fn several(
    terminal: &Terminal,
    global: &GlobalArgs,
    judge: &Judge<'_>,
    selector: Option<&Selector>,
    outcomes: impl Iterator<Item = Outcome>,
) -> io::Result<Answer> {
    let mut items = terminal.items(global.output, Kind::Last);
    let mut groups = Groups::new(global.output == Format::Wide);
    let (mut ends, mut all) = (Ends::default(), BTreeSet::new());
    for outcome in outcomes {
        ends.add(&outcome);
        match (&mut items, global.output) {
            (Some(items), _) => items.add(&sorted(&outcome)?)?,
            (None, Format::Name) => all.extend(running(&outcome).cloned()),
            (None, _) => groups.add(outcome),
        }
    }
    items.map_or(Ok(()), Items::end)?;
    Ok(Answer::Several(Several {
        basis: judge.basis(),
        selector: selector.map(ToString::to_string),
        groups: groups.into_sorted(),
        running: all,
        ends,
    }))
}
