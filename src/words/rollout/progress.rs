//! A rollout that is being followed.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Body, RolloutPlan};
use crate::analysis::rollout::progress::Progress;
use crate::words::notation::{counted, nodes};
use crate::words::sentence::Sentence;
use crate::words::time::duration;

use super::old_pods;

/// How far it is and for how long it has been followed, beside a bar.
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

/// How far it is in a line, which is the same as long as nothing changes.
#[must_use]
pub fn line(plan: &RolloutPlan, progress: &Progress) -> Sentence {
    let body = &plan.body;
    let Progress { desired, done, .. } = *progress;
    let mut parts = vec![format!("{done} of {} done", nodes(desired))];
    let old = body.old.iter().flatten().count();
    if old > 0 {
        parts.push(format!("{} left", old_pods(old)));
    }
    parts.extend(budget(body));
    let lost = body.lost.iter().flatten().count();
    if lost > 0 {
        parts.push(format!("{lost} lost"));
    }
    let mut text = parts.join(", ");
    let why = why(plan, progress);
    if !why.is_empty() {
        text.push_str(&format!("; {why}"));
    }
    Sentence::new(text)
}

fn budget(body: &Body) -> Option<String> {
    let budget = body.budget.as_ref()?;
    let name = body.strategy.budget().field();
    Some(format!("{} of {name} {} used", budget.used, budget.allowed))
}

/// `NodeNotReady: n7; PodPending: n1, n2, n3 and 4 more`.
fn why(plan: &RolloutPlan, progress: &Progress) -> String {
    const NAMES: usize = 3;
    let mut by_code: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &progress.not_done {
        let names = by_code.entry(one.reason.code().name()).or_default();
        names.push(&one.node);
    }
    for blocker in &plan.body.blockers {
        by_code.entry(blocker.code().name()).or_default();
    }
    let text = by_code.into_iter().map(|(code, names)| {
        let shown: Vec<&str> = names.iter().take(NAMES).copied().collect();
        let shown = shown.join(", ");
        match names.len() {
            0 => code.to_owned(),
            n if n > NAMES => format!("{code}: {shown} and {} more", n - NAMES),
            _ => format!("{code}: {shown}"),
        }
    });
    text.collect::<Vec<_>>().join("; ")
}

/// A line with its time in front of it.
#[must_use]
pub fn at(time: Timestamp, line: &str) -> Sentence {
    let second = Timestamp::from_second(time.as_second()).unwrap_or(time);
    Sentence::new(format!("{second} {line}"))
}

/// That pods go and none is made again; goes on from how many nodes.
pub const LOST: &str = "their pods are deleted and not created again";

/// That all nodes have their pod.
#[must_use]
pub fn done(plan: &RolloutPlan, progress: &Progress) -> Sentence {
    let revision = plan.body.revision.as_ref();
    let revision = revision.and_then(|r| Some((r.number?, r.name.as_deref()?)));
    let of = revision
        .map(|(number, name)| format!(" of revision {number} ({name})"))
        .unwrap_or_default();
    Sentence::new(match progress.desired {
        0 => "no node should run it".to_owned(),
        1 => format!("the 1 node that should run it has an available pod{of}"),
        n => format!("all {n} nodes that should run it have an available pod{of}"),
    })
}

/// What is still going when it is done, if anything is.
#[must_use]
pub fn terminating(progress: &Progress) -> Option<Sentence> {
    let count = progress.terminating;
    let are = if count == 1 { "is" } else { "are" };
    let pods = counted(count, "pod");
    (count > 0).then(|| Sentence::new(format!("{pods} {are} still being deleted")))
}

/// That it can't be followed: how far it is can't be known.
#[must_use]
pub fn unknown(plan: &RolloutPlan) -> Sentence {
    Sentence::new(if plan.basis.incomplete.is_empty() {
        "which pods are of the current revision can't be known, so the rollout can't be followed"
    } else {
        "without what couldn't be read, the rollout can't be followed"
    })
}

/// That nothing gets on any more, for so many seconds. `may_pass` where it may by itself, later.
#[must_use]
pub fn stuck(plan: &RolloutPlan, progress: &Progress, seconds: i64, may_pass: bool) -> Sentence {
    let Progress { desired, done, .. } = *progress;
    let idle = progress.not_done.is_empty() && plan.body.blockers.is_empty();
    let why = if idle {
        "the controller has something to do and doesn't do it: see whether kube-controller-manager runs"
    } else if may_pass {
        "nothing got on, though what it waits for may still pass by itself"
    } else {
        "nothing gets on, and nothing will without somebody's doing"
    };
    Sentence::new(format!(
        "{done} of {} done, and for {} {why}",
        nodes(desired),
        duration(seconds)
    ))
}

/// What it waited for when the time was up; `None` where nothing was observed.
#[must_use]
pub fn timed_out(observed: Option<(&RolloutPlan, &Progress)>, after: &str) -> Sentence {
    Sentence::new(match observed {
        None => format!("timed out after {after}, waiting for the first answer of the server"),
        Some((plan, progress)) => format!("timed out after {after}: {}", line(plan, progress)),
    })
}
