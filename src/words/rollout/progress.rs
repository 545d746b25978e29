//! A rollout that is being followed.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::analysis::rollout::plan::{PredictedBlocker, RolloutPlan};
use crate::analysis::rollout::progress::{Progress, WaitingGroup};
use crate::words::notation::{counted, first_of, nodes};
use crate::words::reason::row;
use crate::words::sentence::Sentence;
use crate::words::time::duration;

use super::{old_pods, predicted_blocker};

/// Its progress and how long it has been followed, next to a bar.
#[must_use]
pub fn beside_bar(plan: &RolloutPlan, progress: &Progress, seconds: i64) -> Sentence {
    let Progress { desired, done, .. } = *progress;
    let percent = (done * 100).checked_div(desired).unwrap_or(100);
    let estimate = plan.body.waves.as_ref();
    let estimate = estimate.and_then(|w| w.estimate.as_ref());
    let estimate = estimate
        .map(|e| format!(", estimate {} more", duration(e.seconds)))
        .unwrap_or_default();
    Sentence::new(format!(
        "{done} of {} done ({percent}%), for {}{estimate}",
        nodes(desired),
        duration(seconds)
    ))
}

/// Its progress and what it waits for, in a line that stays the same as long as nothing changes.
#[must_use]
pub fn line(plan: &RolloutPlan, progress: &Progress) -> Sentence {
    let body = &plan.body;
    let mut parts = vec![done_of(progress)];
    let old = body.old.iter().flatten().count();
    if old > 0 {
        parts.push(format!("{} left", old_pods(old)));
    }
    let lost = body.lost.iter().flatten().count();
    if lost > 0 {
        parts.push(format!("{lost} lost"));
    }
    let causes = progress.causes(&body.blockers);
    let causes = causes.iter().map(|group| in_line(group, plan));
    let parts = std::iter::once(parts.join(", ")).chain(causes);
    Sentence::new(parts.collect::<Vec<_>>().join("; "))
}

fn done_of(progress: &Progress) -> String {
    format!("{} of {} done", progress.done, nodes(progress.desired))
}

/// `CrashLoopBackOff: container c exits with 1 (n1, n2, n3 and 4 more)`.
fn in_line(group: &WaitingGroup, plan: &RolloutPlan) -> String {
    const NAMES: usize = 3;
    let cause = waiting(group, plan.basis.evaluated_at);
    match group.nodes.as_slice() {
        [] => cause.into_string(),
        names => format!("{cause} ({})", first_of(names, NAMES)),
    }
}

/// What keeps nodes from being done.
#[must_use]
pub fn waiting(group: &WaitingGroup, now: Timestamp) -> Sentence {
    match &group.cause {
        Reason::PodMissing => Sentence::new("pod being created"),
        Reason::Surging { .. } => Sentence::new("new pod beside the old one"),
        Reason::DuplicatePods { .. } => Sentence::new("more than one pod on the node"),
        Reason::NodeMissing { .. } => Sentence::new("the node doesn't exist"),
        Reason::PodOlderThanNode { .. } => Sentence::new("the pod is older than its node"),
        Reason::PodToBeAdopted { .. } => Sentence::new("orphan pod to be adopted"),
        Reason::PodNotYetAvailable {
            min_ready_seconds, ..
        } => Sentence::new(format!(
            "ready, waits for minReadySeconds {min_ready_seconds}"
        )),
        cause => row(cause, now),
    }
}

/// A line with its time in front of it.
#[must_use]
pub fn at(time: Timestamp, line: &str) -> Sentence {
    let second = Timestamp::from_second(time.as_second()).unwrap_or(time);
    Sentence::new(format!("{second} {line}"))
}

/// What will block it later, on a line of its own.
#[must_use]
pub fn ahead(one: &PredictedBlocker, now: Timestamp) -> Sentence {
    Sentence::new(format!(
        "ahead: {}",
        predicted_blocker::predicted_blocker(one, now)
    ))
}

/// Pods are deleted and aren't created again; continues after the number of nodes.
pub const LOST: &str = "deleted by the rollout and not created again";

/// That all nodes have their pod.
#[must_use]
pub fn done(plan: &RolloutPlan, progress: &Progress) -> Sentence {
    let revision = plan.body.revision.as_ref();
    let revision = revision.and_then(|r| Some((r.number?, r.name.as_deref()?)));
    let of = revision
        .map(|(number, name)| format!(" of revision {number} ({name})"))
        .unwrap_or_default();
    let all = match progress.desired {
        0 => "no node should run it".to_owned(),
        1 => format!("its one node has an available pod{of}"),
        2 => format!("both nodes have an available pod{of}"),
        n => format!("all {n} nodes have an available pod{of}"),
    };
    Sentence::new(format!("Rollout of {} is done: {all}", plan.daemon_set))
}

/// What is still being deleted when it is done, if anything.
#[must_use]
pub fn terminating(progress: &Progress) -> Option<Sentence> {
    let count = progress.terminating;
    let are = if count == 1 { "is" } else { "are" };
    let pods = counted(count, "pod");
    (count > 0).then(|| Sentence::new(format!("{pods} {are} still being deleted")))
}

/// It can't be followed, because its progress can't be known.
#[must_use]
pub fn unknown(plan: &RolloutPlan) -> Sentence {
    Sentence::new(if plan.basis.incomplete.is_empty() {
        "which pods are of the current revision can't be known, so the rollout can't be followed"
    } else {
        "without what couldn't be read, the rollout can't be followed"
    })
}

/// How far it got before it stopped making progress, for this many seconds. `may_pass` where it may
/// continue by itself later.
#[must_use]
pub fn stuck(plan: &RolloutPlan, progress: &Progress, seconds: i64, may_pass: bool) -> Sentence {
    let idle = progress.not_done.is_empty() && plan.body.blockers.is_empty();
    let why = if idle {
        "; the controller has something to do and doesn't do it: check that kube-controller-manager runs"
    } else if may_pass {
        "; it may still go on by itself"
    } else {
        ""
    };
    Sentence::new(format!(
        "{}, no progress for {}{why}",
        done_of(progress),
        duration(seconds)
    ))
}

/// The same on one line with the causes.
#[must_use]
pub fn stuck_line(
    plan: &RolloutPlan,
    progress: &Progress,
    seconds: i64,
    may_pass: bool,
) -> Sentence {
    let stuck = stuck(plan, progress, seconds, may_pass);
    let causes = progress.causes(&plan.body.blockers);
    let causes = causes.iter().map(|group| in_line(group, plan));
    let parts = std::iter::once(format!("stuck: {stuck}")).chain(causes);
    Sentence::new(parts.collect::<Vec<_>>().join("; "))
}

/// What it waited for when the time was up; `None` where nothing was observed.
#[must_use]
pub fn timed_out(observed: Option<(&RolloutPlan, &Progress)>, after: &str) -> Sentence {
    Sentence::new(match observed {
        None => format!("timed out after {after}, waiting for the first answer of the server"),
        Some((plan, progress)) => format!("timed out after {after}: {}", line(plan, progress)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of single pods and nodes are left out where several share a cause.
    #[test]
    fn a_cause_of_several_nodes_leaves_no_gap_for_names() {
        let (new, old) = ("new".to_owned(), "old".to_owned());
        let reasons = [
            Reason::Surging {
                new: new.clone(),
                old: old.clone(),
            },
            Reason::DuplicatePods {
                pods: vec![new.clone(), old],
                surges: false,
            },
            Reason::PodToBeAdopted { pod: new.clone() },
            Reason::PodOutdated { pod: new },
            Reason::PodMissing,
        ];
        for reason in reasons {
            let group = WaitingGroup {
                cause: reason.alike(),
                nodes: vec!["n1".to_owned()],
            };
            let text = waiting(&group, Timestamp::UNIX_EPOCH).into_string();
            assert!(!text.contains("  ") && !text.ends_with(' '), "{text:?}");
        }
    }
}
