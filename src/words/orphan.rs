//! Daemon pods whose DaemonSet isn't there any more.

use jiff::Timestamp;

use crate::analysis::orphan::{Orphan, OrphanFate};

use super::next::step;
use super::notation::counted;
use super::owners::holders;
use super::sentence::Sentence;
use super::time::{age, elapsed};

/// The answer about one that was asked for: what it is, what becomes of it, what ends it.
#[must_use]
pub fn answer(orphan: &Orphan, now: Timestamp) -> Sentence {
    let steps = orphan.steps();
    let steps = steps.iter().filter_map(|one| {
        let command = one.command.as_ref();
        let command = command.map(|command| format!("\n  $ {command}"));
        let text = step(&one.kind).map(|text| format!("\n  {text}"));
        Some(text.unwrap_or_default() + &command?)
    });
    Sentence::new(format!(
        "{}: {}{}",
        what(orphan),
        fate(orphan, now),
        steps.collect::<String>()
    ))
}

/// What it is.
fn what(orphan: &Orphan) -> String {
    let pod = format!("pod `{}/{}`", orphan.namespace, orphan.pod);
    match (&orphan.daemon_set, orphan.is_owned) {
        (Some(name), true) => {
            format!("{pod} belongs to daemonset `{name}`, which doesn't exist any more")
        }
        (Some(name), false) => {
            format!("{pod} is an orphan: daemonset `{name}` made it, and no controller owns it")
        }
        (None, _) => {
            format!("{pod} is an orphan: a daemonset made it, and no controller owns it")
        }
    }
}

/// What becomes of it, and why.
fn fate(orphan: &Orphan, now: Timestamp) -> String {
    let node = orphan.node.as_deref().unwrap_or("its node");
    let stuck = |overdue: Timestamp| format!("stuck Terminating for {}", elapsed(overdue, now));
    match &orphan.fate {
        OrphanFate::Kept => "it runs on until somebody deletes it".to_owned(),
        OrphanFate::Collected => "the garbage collector deletes it".to_owned(),
        OrphanFate::Stopping { until } => {
            format!(
                "it is being deleted, its grace period ends {}",
                age(*until, now)
            )
        }
        OrphanFate::NodeGone => format!(
            "node {node} doesn't exist any more, and kube-controller-manager deletes the pod within minutes"
        ),
        OrphanFate::NodeNotReady { overdue, since } => {
            let since = since.map(|since| format!(" for {}", elapsed(since, now)));
            format!(
                "{}, node {node} isn't ready{} and its kubelet can't confirm that the pod stopped; it goes when {node} is back or deleted",
                stuck(*overdue),
                since.unwrap_or_default()
            )
        }
        OrphanFate::Held {
            overdue,
            finalizers,
        } => format!(
            "{}{}; it goes when whoever set that removes it",
            stuck(*overdue),
            holders(finalizers)
        ),
        OrphanFate::NotConfirmed { overdue } => format!(
            "{}, the kubelet of {node} hasn't confirmed that it stopped",
            stuck(*overdue)
        ),
    }
}

/// The heading of those of a node.
#[must_use]
pub fn heading(count: usize) -> Sentence {
    let pods = counted(count, "pod");
    Sentence::new(format!("Orphans of deleted DaemonSets ({pods})"))
}

/// One of those of a node.
#[must_use]
pub fn row(orphan: &Orphan, now: Timestamp) -> Sentence {
    let of = orphan.daemon_set.as_ref();
    let of = of.map(|name| format!(" of {name}")).unwrap_or_default();
    let name = format!("{}/{}", orphan.namespace, orphan.pod);
    Sentence::new(format!("{name}{of}: {}", fate(orphan, now)))
}

/// The first line about a node, with those of its orphans that don't go by themselves.
#[must_use]
pub fn beside(answer: Sentence, orphans: &[Orphan]) -> Sentence {
    let stuck = orphans.iter().filter(|orphan| orphan.needs_somebody());
    let left = match stuck.count() {
        0 => return answer,
        1 => "1 orphan of a deleted DaemonSet is left there".to_owned(),
        n => format!("{n} orphans of deleted DaemonSets are left there"),
    };
    Sentence::new(format!("{answer}; {left}"))
}
