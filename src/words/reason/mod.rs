//! The sentences for each reason. The files `node`, `pod`, `container`, `claim`, `daemon_set`,
//! `refusal` and `room` hold the texts by subject; the others are forms:
//!
//! | form | where it stands | example |
//! |---|---|---|
//! | [`headline`] | the first line about one node | `pod a-x crash-loops: container a exits with 1` |
//! | [`brief`] | the first line about several nodes, the overview | `container a crash-loops` |
//! | [`tag`] | several causes in one first line | `1 crash-looping` |
//! | [`row`] | a row of broken nodes | `CrashLoopBackOff: container a exits with 1` |
//! | [`obstacles`] | a row of nodes that are excluded | `taint gpu:NoSchedule` |
//! | [`exclusions_of_node`] | the first line about a node that is excluded | `no toleration for taint gpu:NoSchedule` |
//! | [`needs`] | what a node lacks, in a sentence | `needs label gpu=true` |
//! | [`sentence`] | the JSON's `message`, findings | all facts of the reason |

mod brief;
mod claim;
mod container;
mod daemon_set;
mod details;
mod exclusion;
mod failure;
mod headline;
mod log_line;
mod message_cause;
mod needs;
mod node;
mod obstacles;
mod pod;
mod refusal;
mod resource_holder;
mod room;
mod tag;
#[cfg(test)]
mod tests;
mod warned;

use jiff::Timestamp;

use crate::analysis::reason::{NodeTrouble, PodFact, Reason};

use super::coverage;
use super::drift;
use super::notation::object;
use super::owners;
use super::sentence::Sentence;
use super::time::{age, at, has_been, since};

pub use brief::{Place, brief};
pub use details::details_of;
pub use exclusion::{exclusion, exclusions, exclusions_brief, exclusions_of_node, taint_owner};
pub use headline::{headline, quote, row};
pub(super) use message_cause::message_cause;
pub use needs::needs;
pub use obstacles::{nearest_obstacles, obstacles};
pub use tag::{tag, tags};
pub use warned::{below, headline_with, row_with};

/// The reason in a sentence, with all of its facts.
#[must_use]
pub fn sentence(reason: &Reason, now: Timestamp) -> Sentence {
    let meaning = match reason {
        Reason::FailedCreate { .. } => daemon_set::tried_again(),
        reason => claim::meaning(reason).to_owned(),
    };
    Sentence::new(text(reason, now, Form::Sentence) + &meaning)
}

/// The same without its consequence for the pod or revision, and without how it ends.
#[must_use]
pub fn why(reason: &Reason, now: Timestamp) -> Sentence {
    Sentence::new(text(reason, now, Form::Sentence))
}

/// The same next to the pod and the time, which have columns of their own.
#[must_use]
pub fn beside_pod(reason: &Reason, now: Timestamp) -> Sentence {
    Sentence::new(text(reason, now, Form::BesidePod))
}

/// What the template requires or the taint says, without what the nodes have.
#[must_use]
pub fn rule(reason: &Reason, now: Timestamp) -> Sentence {
    Sentence::new(node::rule(reason).unwrap_or_else(|| text(reason, now, Form::Sentence)))
}

/// ` since …`, where a time is known.
pub(super) fn since_text(time: Option<Timestamp>, now: Timestamp) -> String {
    time.map(|time| format!(" since {}", since(time, now)))
        .unwrap_or_default()
}

/// Why a node isn't ready: goes on from `is NotReady`.
#[must_use]
pub fn trouble(why: &NodeTrouble) -> String {
    node::trouble(why)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Sentence,
    /// Without the pod as the subject, and without the time.
    BesidePod,
}

fn text(reason: &Reason, now: Timestamp, form: Form) -> String {
    let is_whole = form == Form::Sentence;
    let since = |time: Option<Timestamp>| since_text(time.filter(|_| is_whole), now);
    let ended_at = |time: Option<Timestamp>| {
        let time = time.filter(|_| is_whole).map(|time| self::since(time, now));
        time.map_or_else(String::new, |time| format!(" at {time}"))
    };
    let is_since = |pod: &str, time: Option<Timestamp>| match form {
        Form::Sentence => format!("pod {pod} {} ", has_been(time)),
        Form::BesidePod => String::new(),
    };
    let is = |pod: &PodFact| is_since(&pod.name, pod.since);
    match reason {
        Reason::NodeNameMismatch { wanted } => {
            format!("the template is for node {wanted} alone")
        }
        Reason::NodeSelectorMismatch { key, wanted, found } => {
            node::selector(key, wanted, found.as_deref())
        }
        Reason::NodeAffinityMismatch(requirement) => node::mismatch(requirement),
        Reason::NodeAffinityInvalid {
            requirement,
            problem,
            ..
        } => node::invalid(requirement, problem),
        Reason::NodeAffinityNoTerms => {
            "the required node affinity has no usable term, so it matches no node".to_owned()
        }
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            node::untolerated(untolerated)
        }
        Reason::UntoleratedPreferNoSchedule(untolerated) => format!(
            "taint {} isn't tolerated, which the controller ignores",
            untolerated.taint
        ),
        Reason::EvictedAgainAndAgain { taint, seconds, .. } => format!(
            "taint {taint} is tolerated for {seconds}s only: the pod is evicted after that and made again, over and over"
        ),
        Reason::PodMissing => "the node should run a pod and has none".to_owned(),
        Reason::FailedCreate {
            message,
            count,
            last,
            ..
        } => daemon_set::failed_create(message, *count, *last, now),
        Reason::NamespaceTerminating { namespace, held } => {
            let held = held.as_ref().map(|held| format!(" (it waits: {})", crate::words::notation::one_line(held)));
            let held = held.unwrap_or_default();
            format!("namespace {namespace} is being deleted: no pod can be created in it{held}")
        }
        Reason::PodUnschedulable {
            pod,
            scheduler,
            preempts_none_at,
            ..
        } => pod::unscheduled(&is(pod), &since(pod.since), scheduler, *preempts_none_at),
        Reason::PodNotYetScheduled { pod, scheduler } => {
            pod::not_yet_scheduled(&is(pod), &since(pod.since), scheduler.as_deref())
        }
        Reason::PodSchedulingGated { pod, gates } => {
            pod::gated(&is(pod), &since(pod.since), gates)
        }
        Reason::PodPending { pod, why } => {
            pod::not_ready(&is(pod), "pending", &since(pod.since), why)
        }
        Reason::PodNotReady { pod, why } => {
            pod::not_ready(&is(pod), "unready", &since(pod.since), why)
        }
        Reason::ContainerWaiting { pod, .. } => pod::waiting(reason, &is(pod), &since(pod.since)),
        Reason::PodNotYetAvailable {
            pod,
            available_at: Some(time),
            min_ready_seconds,
        } => format!(
            "{}ready and becomes available {}, {min_ready_seconds}s after it got ready (minReadySeconds)",
            is_since(pod, None),
            at(*time, now)
        ),
        Reason::PodNotYetAvailable {
            pod,
            available_at: None,
            min_ready_seconds,
        } => format!(
            "{}ready, but its condition has no time, so it never becomes available with minReadySeconds {min_ready_seconds}",
            is_since(pod, None)
        ),
        Reason::PodWarning {
            said, count, last, ..
        } => pod::warned(said, *count, *last, now),
        Reason::RestartsAgainAndAgain {
            pods,
            of,
            container,
        } => container::again_and_again(pods, *of, container, now),
        Reason::PodTerminating {
            pod,
            grace_ends,
            finalizers,
        } => {
            let held = pod::held(*grace_ends, finalizers, now);
            format!("{}terminating{}{held}", is(pod), since(pod.since))
        }
        Reason::PodFailed {
            pod, said, then, ..
        } => {
            pod::failed(&pod.name, &ended_at(pod.since), said, *then)
        }
        Reason::PodSucceeded { pod, said, then } => {
            pod::succeeded(&pod.name, &ended_at(pod.since), said, *then)
        }
        Reason::DuplicatePods { pods, surges } => pod::duplicates(pods, *surges),
        Reason::Surging { new, old } => format!(
            "the rollout surges: {new} is new, and {old} goes when it is available or the old one is no longer ready"
        ),
        Reason::PodOutdated { pod } => format!("pod {pod} was made from an older template"),
        // Pods of several nodes have this in common, and each is shown next to it.
        Reason::PodDrifted { cause, images, .. } => {
            drift::reason(if is_whole { "the pod " } else { "" }, cause, images)
        }
        Reason::PodToBeAdopted { pod } => format!(
            "no controller owns pod {pod}, and the DaemonSet adopts it at its next sync"
        ),
        Reason::Misscheduled(then) => pod::misscheduled(*then).to_owned(),
        Reason::NodeMissing {
            pod,
            node,
            is_bound,
            controller_acts,
        } => node::missing(pod, node, *is_bound, *controller_acts),
        Reason::PodOlderThanNode {
            pod,
            pod_created,
            node_created,
        } => node::pod_is_older(pod, *pod_created, *node_created, now),
        Reason::NodeTerminating {
            since: time,
            finalizers,
        } => {
            let time = time.filter(|_| is_whole);
            let began = owners::began(time.map(|time| age(time, now)));
            node::terminating(&began, finalizers)
        }
        Reason::NodeNotReady {
            since: time,
            is_terminating,
            why,
        } => {
            let not_ready = format!("{} NotReady{}", has_been(time.filter(|_| is_whole)), since(*time));
            node::not_ready(&not_ready, *is_terminating, why)
        }
        Reason::NodeUnderPressure { taint } => format!(
            "the node has the taint {taint}: its kubelet turns away new pods that aren't critical"
        ),
        Reason::VirtualNode {
            nodes,
            kinds,
            terms,
            of_several,
        } => daemon_set::virtual_nodes(nodes, kinds, terms.as_slice(), *of_several),
        Reason::NamespaceNodeSelector {
            namespace,
            key,
            selector,
        } => format!(
            "namespace {namespace} has the annotation {key}: {selector}; where an admission plugin honours it, pods for nodes outside it stay Pending, which the DaemonSet controller doesn't take into account"
        ),
        Reason::DaemonSetDeleting { since: time } => {
            let time = time.filter(|_| is_whole).map(|time| self::since(time, now));
            let deleting = match time {
                Some(time) => format!("the deletion of the DaemonSet began at {time}"),
                None => "the DaemonSet is being deleted".to_owned(),
            };
            format!("{deleting}; the controller does nothing for it any more")
        }
        Reason::SelectorMatchesEverything => {
            "the selector is empty; the controller refuses to act".to_owned()
        }
        Reason::SelectorInvalid { problem } => {
            format!("spec.selector.{problem}; the controller fails at every sync")
        }
        Reason::GenerationNotObserved {
            observed,
            generation,
            manager,
        } => daemon_set::not_observed(*observed, *generation, manager.as_ref()),
        Reason::NeverSynced => {
            "the controller hasn't synced the DaemonSet yet: it has no observedGeneration and no pods, revisions or events of the controller's".to_owned()
        }
        Reason::TaintStartsNoSync { nodes } => daemon_set::taint_starts_no_sync(*nodes),
        Reason::DeletedNodeStartsNoSync { nodes } => daemon_set::deletion_starts_no_sync(*nodes),
        Reason::ExcludedNodeStartsNoSync { nodes } => daemon_set::exclusion_starts_no_sync(*nodes),
        Reason::FewerNodesStartNoSync { nodes } => daemon_set::fewer_nodes_start_no_sync(*nodes),
        Reason::StatusBehind => {
            ".status is older than the objects: the controller hasn't synced since they changed, or is about to".to_owned()
        }
        Reason::ForeignPods { pods } => daemon_set::foreign_pods(pods),
        Reason::ReleasedPods { pods } => daemon_set::released_pods(pods),
        Reason::LeftBehindPods { pods } => daemon_set::left_behind_pods(pods),
        Reason::PodsWithoutNode { pods } => daemon_set::pods_without_node(pods),
        Reason::NodeExcluded => "no pod continues to run on the node".to_owned(),
        Reason::ReplacedUnderSurge => "the new pod has taken its place".to_owned(),
        Reason::NodeGoneUnderSurge { nodes } => daemon_set::node_gone_under_surge(nodes),
        Reason::HostPortsUnderSurge {
            ports,
            from_next_rollout,
        } => daemon_set::host_ports(ports, *from_next_rollout),
        Reason::BudgetExhausted {
            surge,
            allowed,
            used,
            waiting,
        } => daemon_set::budget_exhausted(*surge, *allowed, *used, *waiting),
        Reason::BudgetInvalid { problem } => {
            format!("{problem}; the controller fails at every sync")
        }
        Reason::OldPodsWaitForAHand => {
            "the strategy is OnDelete: old pods stay until somebody deletes them".to_owned()
        }
        Reason::Controlled => "the DaemonSet controls it".to_owned(),
        Reason::OrphanedPod {
            may_be_released,
            origin,
        } => claim::orphaned_pod(*may_be_released, *origin),
        Reason::BarePod { maker } => claim::bare_pod(*maker).to_owned(),
        Reason::OwnerWithoutController { owner, .. } => claim::owner_without_controller(owner),
        Reason::NoLongerSelected { mismatch } => claim::no_longer_selected(mismatch.as_ref()),
        Reason::ReleasedEarlier(released) => claim::released(released),
        Reason::OwnerLetsGo { owner } => claim::owner_lets_go(owner),
        Reason::OtherController { owner } => format!("{} controls it", object(owner)),
        Reason::FormerDaemonSet { name } => format!(
            "a former DaemonSet {name} controls it, which had another UID and is gone"
        ),
        Reason::OwnerGone { owner } => {
            format!("its controller, {}, doesn't exist any more", object(owner))
        }
        Reason::StaticPod { node } => format!(
            "the mirror of a static pod of Node {node}, whose kubelet alone decides about it"
        ),
        Reason::OrphanTerminating => {
            "orphan that matches, but is being deleted: it isn't adopted".to_owned()
        }
        Reason::OtherIdentity { owner } => format!(
            "its owner reference has the DaemonSet's UID and says {}: the controller doesn't see it",
            object(owner)
        ),
        Reason::OrphanedRevision => "orphan".to_owned(),
        Reason::GenerationTrap {
            pods,
            generation,
            images,
            on_delete,
        } => claim::generation_trap(pods, generation, images, *on_delete),
        Reason::DuplicateRevisions {
            kept,
            others,
            relabelled,
            relabelled_old,
        } => claim::duplicate_revisions(kept, others, *relabelled, *relabelled_old),
        Reason::HistoryRewritten(rewrite) => claim::history_rewritten(rewrite),
        Reason::SelectorOverlap { controllers } => claim::selector_overlap(controllers),
        Reason::FewerNodesThanExpected {
            selector,
            at_least,
            nodes,
        } => coverage::fewer(selector, *at_least, *nodes),
        Reason::ExpectationInvalid {
            annotation,
            problem,
        } => format!("annotation {annotation} is invalid: {problem}"),
        Reason::PodNotCounted { pod, why } => pod::not_counted(pod, why),
    }
}
