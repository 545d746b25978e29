//! Pods.

use jiff::Timestamp;

use crate::analysis::reason::{ApiMessage, Ended, Misscheduled, NotCounted, NotReady, Reason};
use crate::words::notation::{few, in_parentheses, said, saying};
use crate::words::time::age;

/// `is` is the pod as the subject, where it is named.
pub(super) fn unscheduled(
    is: &str,
    since: &str,
    scheduler: &ApiMessage,
    preempts_none_at: Option<i32>,
) -> String {
    let mut text = format!("{is}pending{since}{}", said(scheduler));
    if let Some(priority) = preempts_none_at {
        text.push_str(&format!(
            "; its priority is {priority}, so it can't preempt pods of the same priority"
        ));
    }
    text
}

/// The same for a pod that its scheduler hasn't looked at; the scheduler is named unless it is the
/// default one.
pub(super) fn not_yet_scheduled(is: &str, since: &str, scheduler: Option<&str>) -> String {
    let waits = match scheduler {
        None => "the scheduler hasn't looked at it yet".to_owned(),
        Some(name) => format!(
            "its scheduler, {name}, hasn't looked at it; it stays pending where none of this name runs"
        ),
    };
    format!("{is}pending{since}; {waits}")
}

pub(super) fn gated(is: &str, since: &str, gates: &[String]) -> String {
    format!("{is}pending{since}; {}", self::gates(gates))
}

pub(super) fn gates(gates: &[String]) -> String {
    let gates = match gates {
        [] => "scheduling gates hold".to_owned(),
        [gate] => format!("the scheduling gate {gate} holds"),
        gates => format!("the scheduling gates {} hold", few(gates)),
    };
    format!("{gates} it back until whoever added it takes it off")
}

/// What holds a pod that is being deleted: continues after `is Terminating`.
pub(super) fn held(ends: Option<Timestamp>, finalizers: &[String], now: Timestamp) -> String {
    match (finalizers, ends) {
        ([], None) => String::new(),
        ([], Some(end)) if end > now => {
            format!(", its grace period ends {}", age(end, now))
        }
        ([], Some(end)) => format!(
            ", its grace period ended {}, and the kubelet hasn't removed it",
            age(end, now)
        ),
        ([one], _) => format!(", held by finalizer {one}"),
        (several, _) => format!(", held by finalizers {}", few(several)),
    }
}

pub(super) fn not_ready(is: &str, phase: &str, since: &str, why: &NotReady) -> String {
    match why {
        NotReady::Container(container) => {
            format!(
                "{is}{phase}{since}; container {} isn't ready",
                container.name
            )
        }
        NotReady::Condition(condition) => {
            format!("{is}{phase}{since}{}", said(condition))
        }
    }
}

pub(super) fn waiting(reason: &Reason, is: &str, since: &str) -> String {
    let Reason::ContainerWaiting {
        is_pending,
        container,
        said: why,
        ..
    } = reason
    else {
        return String::new();
    };
    let phase = if *is_pending { "pending" } else { "unready" };
    let restarts = match container.restarts {
        0 => String::new(),
        1 => ", restarted once".to_owned(),
        n => format!(", restarted {n} times"),
    };
    let last = container.last_end.as_ref().map(|end| {
        let reason = match end.reason.as_str() {
            "" => "no reason",
            reason => reason,
        };
        format!("; it last ended with {reason}, exit code {}", end.exit_code)
    });
    format!(
        "{is}{phase}{since}{restarts}; container {}{}{}",
        container.name,
        said(why),
        last.unwrap_or_default()
    )
}

/// An event about a pod: its reason, message, and how often and when it was last seen.
pub(super) fn warned(
    event: &ApiMessage,
    count: i64,
    last: Option<Timestamp>,
    now: Timestamp,
) -> String {
    format!("{}{}", saying(event), times(count, last, now))
}

/// ` (1234 times, last 1m ago)`.
pub(super) fn times(count: i64, last: Option<Timestamp>, now: Timestamp) -> String {
    let times = (count > 1).then(|| format!("{count} times"));
    let last = last.map(|time| format!("last {}", age(time, now)));
    in_parentheses(times.into_iter().chain(last))
}

/// `at` is when, where that is known.
pub(super) fn failed(name: &str, at: &str, why: &ApiMessage, ended: Ended) -> String {
    let backoff = " after a backoff, which grows to 15 minutes";
    format!("pod {name} failed{at}{}{}", said(why), then(ended, backoff))
}

/// The kubelet ends daemon pods, as at a shutdown of the node, and says so in the status.
pub(super) fn succeeded(name: &str, at: &str, why: &ApiMessage, ended: Ended) -> String {
    let why = match said(why) {
        none if none.is_empty() => ", and its status doesn't say what ended it".to_owned(),
        why => why,
    };
    format!("pod {name} ended{at}{why}{}", then(ended, ""))
}

/// What happens to an ended pod, as the end of a sentence.
fn then(ended: Ended, backoff: &str) -> String {
    match ended {
        Ended::AfterBackoff => format!("; the controller deletes it{backoff}"),
        Ended::AtOnce => "; the controller deletes it at its next sync".to_owned(),
        Ended::Nothing => String::new(),
    }
}

pub(super) fn duplicates(pods: &[String], surges: bool) -> String {
    let count = pods.len();
    if surges {
        return format!(
            "{count} pods of this DaemonSet are on the node: {}; the oldest new and the oldest old one stay, the controller deletes the others",
            few(pods)
        );
    }
    let (first, others) = match pods {
        [first, others @ ..] => (first.as_str(), others),
        [] => ("", pods),
    };
    format!(
        "{count} pods of this DaemonSet are on the node; {first}, the oldest, stays, the controller deletes {}",
        few(others)
    )
}

pub(super) const fn misscheduled(then: Misscheduled) -> &'static str {
    match then {
        Misscheduled::Terminating => "the pod shouldn't be here, and is being deleted already",
        Misscheduled::Evicted => {
            "the pod shouldn't be here; the controller does nothing for this DaemonSet, but taint eviction deletes the pod"
        }
        Misscheduled::Kept => {
            "the pod shouldn't be here; it stays, for the controller does nothing for this DaemonSet"
        }
        Misscheduled::Ended => {
            "the pod shouldn't be here; it has ended, the controller deletes it and makes none"
        }
        Misscheduled::UntilRecovery => {
            "the pod shouldn't be here as long as the node has this condition; it stays, and fits again once the node recovers and the taint goes"
        }
        Misscheduled::UntilDeleted => {
            "the pod shouldn't be here: it keeps running until somebody deletes it (OnDelete), and isn't created again"
        }
        Misscheduled::UntilRolled => {
            "the pod shouldn't be here: it keeps running until it is deleted or replaced, and isn't created again"
        }
        Misscheduled::Deleted => {
            "the pod shouldn't be here; the controller deletes it at its next sync, whatever maxUnavailable says"
        }
        Misscheduled::DeletedUnbound => {
            "the pod shouldn't be here and isn't bound to the node, so the node starts no sync; the controller deletes it at the next one, which a change of the DaemonSet or of one of its pods starts"
        }
    }
}

pub(super) fn not_counted(pod: &str, why: &NotCounted) -> String {
    let why = match why {
        NotCounted::Ended {
            phase,
            has_finalizers,
        } => {
            let held = if *has_finalizers {
                ", held back by finalizers"
            } else {
                ""
            };
            format!(
                "has ended ({phase}) and is being deleted{held}: the controller no longer sees it"
            )
        }
        NotCounted::Namesake(name) => format!(
            "belongs to another DaemonSet {name} with the same name that was deleted; the garbage collector removes it"
        ),
        other => fixed(other).to_owned(),
    };
    format!("pod {pod}, which was asked for, {why}; what is said of the node is said without it")
}

const fn fixed(why: &NotCounted) -> &'static str {
    match why {
        NotCounted::Released => {
            "no longer matches the selector: the controller releases it and leaves it where it is"
        }
        NotCounted::Foreign => "belongs to another controller",
        NotCounted::Terminating => {
            "has no controller and is being deleted: the controller doesn't take it over"
        }
        NotCounted::DaemonSetDeleting => {
            "is left as it is: the DaemonSet is being deleted, and its controller does nothing any more"
        }
        NotCounted::OtherNamespace => "is in another namespace",
        NotCounted::OtherIdentity => {
            "has an owner reference with the DaemonSet's UID and another kind or name: the controller doesn't see it"
        }
        NotCounted::NotSelected => "doesn't match the selector",
        NotCounted::Ended { .. } | NotCounted::Namesake(_) => "",
    }
}
