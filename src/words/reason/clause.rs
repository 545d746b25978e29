//! What broke a pod or kept it away, in a clause: without tries, ages, quotes and the names of
//! pods, which a list of DaemonSets leaves to the answer about one.

use jiff::Timestamp;

use crate::analysis::reason::{Lack, Reason, Said};
use crate::model::refusal::Refusal;
use crate::words::notation::{counted, one_line};
use crate::words::sentence::Sentence;

use super::container::waiting;
use super::exclusion::not_ready_taint;
use super::gist::first_sentence;
use super::headline::{row, unready};
use super::needs::needs;
use super::room::lacks_row;
use super::{node, refusal, warned};

/// How long a clause may be.
const MOST: usize = 100;

/// The cause in a row: `CrashLoopBackOff: container y exits with 1`.
#[must_use]
pub fn clause(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let (word, text) = parts(reason, warning, now);
    Sentence::new(match word {
        Some(word) => format!("{word}: {text}"),
        None => text,
    })
}

/// The same without the word that it is known by, where the rest says it: `quota "a" is full`.
#[must_use]
pub fn clause_cause(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    Sentence::new(parts(reason, warning, now).1)
}

fn parts(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> (Option<String>, String) {
    let warned = warning.and_then(|warning| match warning {
        Reason::PodWarning { said, .. } => warned::row(reason, said),
        _ => None,
    });
    if let Some(warned) = warned {
        return (None, first_sentence(&warned, MOST));
    }
    let (word, text) = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => (Some(said.reason.clone()), waiting(container, said)),
        Reason::FailedCreate { message, .. } => (
            Some("FailedCreate".to_owned()),
            refusal::brief(&Refusal::new(message)),
        ),
        Reason::PodUnschedulable {
            scheduler, lacks, ..
        } => (
            Some("Unschedulable".to_owned()),
            lacking(scheduler, lacks.first()),
        ),
        Reason::PodNotReady { why, .. } => match unready(why).strip_prefix(": ") {
            Some(text) => (Some("NotReady".to_owned()), text.to_owned()),
            None => (None, "NotReady".to_owned()),
        },
        Reason::NodeNotReady { why, .. } => {
            (None, format!("node NotReady{}", comma(&node::trouble(why))))
        }
        Reason::PodFailed { said, .. } | Reason::PodSucceeded { said, .. } => (None, ended(said)),
        other => (None, of_all(other, now)),
    };
    (word, first_sentence(&text, MOST))
}

/// What keeps a pod from a node, without who owns a taint and what comes near.
#[must_use]
pub fn clause_exclusion(reasons: &[&Reason], now: Timestamp) -> Sentence {
    match reasons {
        [
            Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated),
        ] => {
            let taint = &untolerated.taint;
            Sentence::new(match not_ready_taint(&taint.key) {
                Some(condition) => {
                    let trouble = untolerated.trouble.as_ref().map(node::trouble);
                    format!(
                        "the node is {condition}{}",
                        comma(&trouble.unwrap_or_default())
                    )
                }
                None => format!("no toleration for taint {taint}"),
            })
        }
        all => needs(all.iter().copied(), now),
    }
}

/// `, its kubelet stopped reporting` for `: its kubelet stopped reporting`.
fn comma(text: &str) -> String {
    text.strip_prefix(": ")
        .map_or_else(|| text.to_owned(), |text| format!(", {text}"))
}

fn lacking(scheduler: &Said, lack: Option<&Lack>) -> String {
    match lack {
        None => lacks_row(scheduler, &[]),
        Some(Lack::Port { port, .. }) => format!("host port {port} is taken"),
        Some(Lack::Resource {
            name,
            allocatable: None,
            never_fits: true,
            ..
        }) => format!("the node offers no {name}"),
        Some(Lack::Resource {
            name,
            never_fits: true,
            ..
        }) => format!("it requests more {name} than the node has"),
        Some(Lack::Resource { name, .. }) if name == "pods" => "the node is full".to_owned(),
        Some(Lack::Resource { name, .. }) => format!("not enough {name}"),
    }
}

fn ended(said: &Said) -> String {
    let message = one_line(&said.message);
    match (said.reason.as_str(), message.as_str()) {
        ("", "") => "its pod has ended".to_owned(),
        (reason, "") => reason.to_owned(),
        ("", message) => message.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    }
}

/// What holds for the node, or for the DaemonSet as a whole.
fn of_all(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::NodeTerminating { .. } => "the node is being deleted".to_owned(),
        Reason::NodeUnderPressure { taint } => format!("the node has the taint {taint}"),
        Reason::PodOlderThanNode { .. } => {
            "its pod belongs to a former node of the same name".to_owned()
        }
        Reason::EvictedAgainAndAgain { taint, .. } => {
            format!("taint {taint} evicts its pod again and again")
        }
        Reason::DuplicatePods { pods, .. } => format!("{} pods on one node", pods.len()),
        Reason::PodDrifted { .. } => {
            "counts as updated, and isn't what the template says".to_owned()
        }
        Reason::NeverSynced => "the controller hasn't synced it yet".to_owned(),
        Reason::GenerationNotObserved { .. } => {
            "the controller hasn't processed its latest change".to_owned()
        }
        Reason::DaemonSetDeleting { .. } => "it is being deleted".to_owned(),
        Reason::NamespaceTerminating { .. } => "its namespace is being deleted".to_owned(),
        Reason::SelectorInvalid { .. } => "its selector is invalid".to_owned(),
        Reason::TaintStartsNoSync { .. }
        | Reason::DeletedNodeStartsNoSync { .. }
        | Reason::ExcludedNodeStartsNoSync { .. }
        | Reason::FewerNodesStartNoSync { .. }
        | Reason::StatusBehind => "its .status is out of date".to_owned(),
        Reason::ForeignPods { pods } => {
            format!(
                "its selector matches {} of others",
                counted(pods.len(), "pod")
            )
        }
        Reason::ReleasedPods { pods } => match pods.len() {
            1 => "1 pod no longer matches its selector".to_owned(),
            n => format!("{n} pods no longer match its selector"),
        },
        Reason::LeftBehindPods { pods } => {
            format!(
                "{} of a deleted DaemonSet",
                counted(pods.len(), "orphan pod")
            )
        }
        Reason::PodsWithoutNode { pods } => format!("{} on no node", counted(pods.len(), "pod")),
        Reason::NodeGoneUnderSurge { .. } => {
            "old pods on deleted nodes stop the rollout with surge".to_owned()
        }
        Reason::HostPortsUnderSurge { .. } => "maxSurge can't work with its host ports".to_owned(),
        Reason::ExpectationInvalid { annotation, .. } => {
            format!("annotation {annotation} is invalid")
        }
        other => row(other, now).into_string(),
    }
}
