//! What the controller would do in response to changes of nodes.

use crate::analysis::effects::{EffectCounts, StaysUntil};
use crate::analysis::node::NodeEligibility;
use crate::analysis::on_node::NodeWhatIf;
use crate::analysis::what_if::WhatIfReport;
use crate::model::node_change::NodeChange;
use crate::model::quantity::Quantity;

use super::notation::{and, counted, nodes};
use super::quantity;
use super::reason::obstacles;
use super::sentence::Sentence;

/// What happens to pods: each is the beginning of a line that ends with their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// One is made.
    Start,
    /// It is deleted at once.
    Stop,
    /// It isn't bound, and is deleted at the next sync.
    StopOnceSynced,
    /// It stays until then, and isn't created again.
    Stay(StaysUntil),
    /// Taint eviction removes it over and over.
    Evicted,
    /// One would be created today only.
    NoLongerStart,
    /// It would be deleted today only.
    Keep,
}

/// What happens to a DaemonSet's pods, to precede names of nodes or of pods on nodes.
#[must_use]
pub const fn of_daemon_set(effect: Effect) -> &'static str {
    match effect {
        Effect::Start => "a pod starts on",
        Effect::Stay(StaysUntil::Rolled | StaysUntil::Deleted) => {
            "keeps running until it is deleted or replaced, and isn't created again:"
        }
        Effect::Evicted => {
            "evicted once its tolerationSeconds are over and created again, over and over, on"
        }
        Effect::NoLongerStart => "would start today, no longer then, on",
        other => on_node(other),
    }
}

/// What happens to the pods on a node, to precede names of DaemonSets.
#[must_use]
pub const fn on_node(effect: Effect) -> &'static str {
    match effect {
        Effect::Start => "a pod starts:",
        Effect::Stop => "stops at once, whatever maxUnavailable says:",
        Effect::StopOnceSynced => {
            "isn't bound, so this starts no sync; the next one deletes it, whatever maxUnavailable says:"
        }
        Effect::Stay(StaysUntil::Rolled) => {
            "keeps running until the next rollout deletes it, and isn't created again:"
        }
        Effect::Stay(StaysUntil::Deleted) => {
            "keeps running until somebody deletes it (OnDelete), and isn't created again:"
        }
        Effect::Stay(StaysUntil::NodeRecovers) => {
            "keeps running, and fits again once the node recovers; a rollout before that deletes it:"
        }
        Effect::Evicted => {
            "evicted once its tolerationSeconds are over and created again, over and over:"
        }
        Effect::NoLongerStart => "would start today, but not after the change:",
        Effect::Keep => "would be deleted today or at the next rollout, and is kept then:",
    }
}

/// A note about one of the changes, whatever the nodes are.
#[must_use]
pub fn about_changes(changes: &[NodeChange]) -> Option<&'static str> {
    changes.contains(&NodeChange::Cordon).then_some(
        "Every daemon pod tolerates a cordon: the controller adds the toleration of node.kubernetes.io/unschedulable:NoSchedule.",
    )
}

/// A change of a node has no effect, and why.
#[must_use]
pub const fn nothing_on_node(report: &NodeWhatIf) -> &'static str {
    if report.then.summary.unknown > 0 {
        "What the controller would do can't be told, for not all of it could be read."
    } else if report.today.is_some() {
        AS_TODAY
    } else {
        "The controller would do nothing."
    }
}

const AS_TODAY: &str = "The controller would do what it does today.";

/// The effect of changes of nodes on a DaemonSet, in one line.
#[must_use]
pub fn first_line(report: &WhatIfReport) -> Sentence {
    let names: Vec<&str> = report.then.nodes.iter().map(|n| &*n.name).collect();
    let of = &report.daemon_set;
    let subject = subject(&report.changes, &names);
    if names.is_empty() {
        return Sentence::new(format!("no node is selected, so nothing changes for {of}"));
    }
    if !report.applied {
        let runs = |nodes: &[NodeEligibility]| {
            let eligible = nodes.iter().filter(|n| n.should_run == Some(true));
            eligible.count()
        };
        let (today, then) = (runs(&report.today.nodes), runs(&report.then.nodes));
        return Sentence::new(format!(
            "{subject}: {of} (not applied) would run on {then} of {}, today on {today}",
            nodes(names.len())
        ));
    }
    let done = done(&report.effects.counts());
    Sentence::new(match done.as_slice() {
        [] => format!("{subject} changes nothing for {of}"),
        done => format!("{subject} {}: {of}", done.join(", ")),
    })
}

/// The effect of changes of a node on its DaemonSets, in one line.
#[must_use]
pub fn first_line_of_node(report: &NodeWhatIf) -> Sentence {
    let node = &report.node;
    let subject = match report.changes.as_slice() {
        changes if report.node_exists => subject(changes, &[node]),
        [] => format!("adding {node}"),
        changes => format!(
            "adding {node} ({})",
            super::change::changes(changes).join(", ")
        ),
    };
    if let Some(too_small) = too_small(report) {
        return too_small;
    }
    let effects = &report.effects;
    let done = done(&effects.counts());
    if report.then.summary.unknown > 0 && done.is_empty() {
        return Sentence::new(format!(
            "what {subject} does isn't known: not all of it could be read"
        ));
    }
    Sentence::new(match done.as_slice() {
        [] => format!("{subject} changes nothing"),
        done => format!("{subject} {}{}", done.join(", "), requested(report)),
    })
}

/// That a node which isn't there yet has less than its daemon pods ask for.
fn too_small(report: &NodeWhatIf) -> Option<Sentence> {
    let sums = report.sums_of_new_node()?;
    let short: Vec<String> = sums
        .shortages()
        .map(|(name, asked, has)| quantity::of(name, asked, has).into_string())
        .collect();
    let pods = report.then.daemon_sets.iter().map(|one| one.counted).sum();
    (!short.is_empty()).then(|| {
        Sentence::new(format!(
            "{} is too small for its {}: {}",
            report.node,
            counted(pods, "daemon pod"),
            short.join(", ")
        ))
    })
}

/// What the daemon pods of a node that isn't there yet ask for together.
fn requested(report: &NodeWhatIf) -> String {
    let sums = report.sums_of_new_node();
    let requests = sums.into_iter().flat_map(|sums| &sums.requests);
    let asked = requests.filter(|(name, asked)| *name != "pods" && **asked != Quantity::default());
    let asked = asked.map(|(name, asked)| quantity::named(name, *asked).into_string());
    let asked: Vec<String> = asked.collect();
    match asked.as_slice() {
        [] => String::new(),
        asked => {
            let s = if report.effects.start.len() == 1 {
                "s"
            } else {
                ""
            };
            format!(", which request{s} {}", and(asked))
        }
    }
}

/// The changes as the subject of a sentence: `tainting gpu-1 with a=b:NoSchedule`.
fn subject(changes: &[NodeChange], names: &[&str]) -> String {
    let on = match names {
        [one] => (*one).to_owned(),
        several => nodes(several.len()),
    };
    match changes {
        [] => format!("adding {on}"),
        [NodeChange::AddTaint(taint)] => format!("tainting {on} with {taint}"),
        [NodeChange::SetLabel(key, value)] => format!("labelling {on} {key}={value}"),
        [NodeChange::RemoveLabel(key)] => format!("removing label {key} from {on}"),
        [NodeChange::RemoveTaint { key, effect }] => {
            let effect = effect.as_ref().map(|e| format!(":{e}")).unwrap_or_default();
            format!("removing taint {key}{effect} from {on}")
        }
        [NodeChange::Cordon] => format!("cordoning {on}"),
        several => format!(
            "changing {on} ({})",
            super::change::changes(several).join(", ")
        ),
    }
}

/// What happens to how many pods, as ends of a sentence; the first one says that they are pods.
fn done(counts: &EffectCounts) -> Vec<String> {
    let them = |n: usize| if n == 1 { "it is" } else { "they are" };
    let [rolled, deleted, recovers] = counts.stay.map(|(_, n)| n);
    let all = [
        (counts.stop, "stops", " at once".to_owned()),
        (
            counts.stop_once_synced,
            "stops",
            " at the next sync".to_owned(),
        ),
        (counts.evicted, "evicts", " over and over".to_owned()),
        (rolled, "keeps", format!(" until {} replaced", them(rolled))),
        (
            deleted,
            "keeps",
            format!(" until {} deleted by hand", them(deleted)),
        ),
        (recovers, "excludes", " until the node recovers".to_owned()),
        (counts.no_longer_start, "no longer starts", String::new()),
        (counts.start, "starts", String::new()),
        (counts.keep, "saves", String::new()),
    ];
    let all = all.into_iter().filter(|(count, ..)| *count > 0);
    let all = all.enumerate().map(|(at, (count, verb, end))| match at {
        0 => format!("{verb} {}{end}", counted(count, "pod")),
        _ => format!("{verb} {count}{end}"),
    });
    all.collect()
}

/// How many nodes don't change; `None` for none.
#[must_use]
pub fn unchanged(count: usize) -> Option<Sentence> {
    let text = match count {
        0 => return None,
        1 => "1 node stays as it is (-o wide lists it)".to_owned(),
        n => format!("{n} nodes stay as they are (-o wide lists them)"),
    };
    Some(Sentence::new(text))
}

/// Why a node is eligible both today and afterwards.
#[must_use]
pub fn why_then(node: &NodeEligibility, now: jiff::Timestamp) -> Sentence {
    let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    obstacles(&deciding.collect::<Vec<_>>(), now)
}

#[cfg(test)]
mod tests {
    use super::{Effect, of_daemon_set, on_node};

    #[test]
    fn one_form_ends_with_nodes_and_one_with_daemon_sets() {
        let eviction =
            "evicted once its tolerationSeconds are over and created again, over and over";
        assert_eq!(of_daemon_set(Effect::Evicted), format!("{eviction}, on"));
        assert_eq!(on_node(Effect::Evicted), format!("{eviction}:"));
        assert_eq!(of_daemon_set(Effect::Keep), on_node(Effect::Keep));
    }
}
