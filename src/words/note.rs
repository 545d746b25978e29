//! Notes on an answer.

use crate::analysis::basis::Note;
use crate::analysis::requests::UnreadableRequests;
use crate::engine::VERIFIED_RELEASE;

use super::change::change;
use super::notation::{few, nodes};
use super::sentence::Sentence;

/// A note in a sentence.
#[must_use]
pub fn note(note: &Note) -> Sentence {
    Sentence::new(match note {
        Note::OtherRelease { server_version } => format!(
            "the server is {server_version}; the decisions were compared with the code of {VERIFIED_RELEASE}"
        ),
        Note::OfSource(text) => text.clone(),
        Note::NoFootprint { problem } => {
            format!("the footprint is left out: {}", unreadable(problem))
        }
        Note::SelectedNodesAlone { selector } => format!(
            "only nodes that `{selector}` selects are listed; the counters and the footprint are those of all nodes"
        ),
        Note::NoNodeSelected { selector } => format!(
            "`{selector}` selects no node; the counters and the footprint are those of all nodes"
        ),
        Note::OwnNamespaceAlone(namespace) => format!(
            "only DaemonSets of namespace {namespace} are listed: those of all namespaces may not be listed; -n shows another namespace"
        ),
        Note::RequestsLeftOut {
            daemon_set,
            problem,
        } => format!(
            "the requests of {daemon_set} are left out of the sums: {}",
            unreadable(problem)
        ),
        Note::NoLimitRanges { daemon_sets } => format!(
            "new pods count as their template says; a LimitRange may make them request more, and none was read: {}",
            few(daemon_sets)
        ),
        Note::NoRuntimeClassOverhead { daemon_sets } => format!(
            "the sums leave out the overhead of RuntimeClasses, which isn't read: {} may ask for more",
            few(daemon_sets)
        ),
        Note::VirtualNode => {
            "the node is a virtual one (a virtual kubelet or Fargate), which can't run most daemon pods: they may stay Pending forever".to_owned()
        }
        Note::Cordoned => {
            "the node is cordoned, which keeps no pod of a DaemonSet off it: they tolerate that, and kubectl drain leaves them".to_owned()
        }
        Note::PreferenceWithoutEffect => {
            "preferredDuringSchedulingIgnoredDuringExecution has no effect on a DaemonSet: it runs on each eligible node, whether preferred or not".to_owned()
        }
        Note::SumsWithSurge { daemon_sets } => format!(
            "the sums count an old and a new pod of each DaemonSet whose rollout surges, as the scheduler does: {}",
            few(daemon_sets)
        ),
        Note::NoAllocatable => {
            "the node has no `status.allocatable`, so what is left of it can't be said".to_owned()
        }
        Note::UnreadableAllocatable { resource, problem } => format!(
            "what is left of the node's {resource} can't be said: in `status.allocatable`, {problem}"
        ),
        Note::RollsInTheSameSync => {
            "when a sync creates or deletes pods outside the budget, the rolling update may continue in that sync or only in the next one".to_owned()
        }
        Note::RelabellingRace => {
            "the revision has duplicates: the controller first gives every pod its label and then goes on; whether it sees the new labels in the same sync is a race, and where it doesn't, it replaces pods as if they were old".to_owned()
        }
        Note::IdleChange(idle) => format!("`{}` changes nothing of the node", change(idle)),
        Note::NoReleasedPods => {
            "without the ControllerRevisions no pods are found that the DaemonSet controls and its selector no longer matches".to_owned()
        }
        Note::JudgedHere => {
            "what an apply would leave was computed and judged here; the server checks more, and its admission may refuse or change it".to_owned()
        }
        Note::SelectedDaemonSetsAlone {
            namespace,
            selector,
        } => {
            let namespace = namespace.as_ref().map(|n| format!(" of namespace {n}"));
            let selector = selector.as_ref().map(|s| format!(" that `{s}` selects"));
            let of = [namespace, selector].map(Option::unwrap_or_default).concat();
            format!("only DaemonSets{of} are counted: others may run here too, and the sums leave them out")
        }
        Note::RecreatedLocally => {
            "the DaemonSet of the manifest was computed here, as if the stored one were gone: admission webhooks and policies weren't checked".to_owned()
        }
    })
}

/// A note that applies only to some nodes of a group.
#[must_use]
pub fn of_some(note: &Sentence, count: usize, names: &Sentence) -> Sentence {
    Sentence::new(format!("{note} ({}: {names})", nodes(count)))
}

/// Which requests can't be summed, and why.
fn unreadable(requests: &UnreadableRequests) -> String {
    let UnreadableRequests { pod, problem } = requests;
    match pod {
        None => format!("in the template's requests, {problem}"),
        Some(pod) => format!("in the requests of pod {pod}, {problem}"),
    }
}

/// All of `notes`.
#[must_use]
pub fn notes(notes: &[Note]) -> Vec<Sentence> {
    notes.iter().map(note).collect()
}

/// There is no DaemonSet, or none that matches `selector`; `namespace` is `None` for all.
#[must_use]
pub fn no_daemon_sets(namespace: Option<&str>, selector: Option<&str>) -> Sentence {
    let selected = selector.map(|selector| format!(" that `{selector}` selects"));
    let selected = selected.unwrap_or_default();
    Sentence::new(match namespace {
        Some(namespace) => format!(
            "No DaemonSets{selected} found in namespace {namespace}. -A looks in all namespaces."
        ),
        None => format!("No DaemonSets{selected} found."),
    })
}

#[cfg(test)]
mod tests {
    use super::{Note, note};
    use crate::model::node_change::NodeChange;
    use crate::model::quantity::Quantity;

    #[test]
    fn what_the_sums_do_not_know_of_is_said() {
        let daemon_sets = || vec!["default/runs".to_owned()];
        let overhead = Note::NoRuntimeClassOverhead {
            daemon_sets: daemon_sets(),
        };
        assert_eq!(
            note(&overhead).as_str(),
            "the sums leave out the overhead of RuntimeClasses, which isn't read: default/runs may ask for more"
        );
        let limit_ranges = Note::NoLimitRanges {
            daemon_sets: daemon_sets(),
        };
        assert_eq!(
            note(&limit_ranges).as_str(),
            "new pods count as their template says; a LimitRange may make them request more, and none was read: default/runs"
        );
    }

    #[test]
    fn a_change_that_changes_nothing_is_said() {
        let change = NodeChange::RemoveTaint {
            key: "nope".to_owned(),
            effect: None,
        };
        assert_eq!(
            note(&Note::IdleChange(change)).as_str(),
            "`no taint nope` changes nothing of the node"
        );
    }

    #[test]
    fn an_allocatable_that_is_no_quantity_is_named() {
        let unreadable = Quantity::parse("four").map_err(|problem| {
            let resource = "cpu".to_owned();
            note(&Note::UnreadableAllocatable { resource, problem }).into_string()
        });
        let said = "what is left of the node's cpu can't be said: in `status.allocatable`, `four` is no quantity: write it as 100m, 0.5, 200Mi or 1e3";
        assert_eq!(unreadable.err().as_deref(), Some(said));
    }
}
