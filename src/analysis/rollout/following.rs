//! Whether a followed rollout is done, in progress or stuck.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::plan::{Blocker, Next, RolloutPlan};
use super::progress::Progress;

/// The verdict on an observation of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every node that should run it has one available pod from the template, no old pod is left
    /// and the controller has nothing to do. Its status says so too, or hasn't for a while.
    Done,
    /// It isn't done, and may get done without intervention.
    GoesOn,
    /// There was no progress for so long that waiting ends.
    Stuck {
        /// For how many seconds: since the last progress, or since following began.
        seconds: i64,
        /// Whether it usually passes by itself, and has had less time than that takes.
        may_pass: bool,
    },
}

/// For how many seconds a rollout may make no progress where nothing says how long: somebody may be
/// about to intervene.
const PATIENCE: i64 = 60;

/// For how many seconds a finished rollout waits until the controller has written that into the
/// status, so that a `kubectl rollout status` right afterwards agrees.
const REPORTING: i64 = 10;

/// Judges a rollout observation by observation. The time is that of the plans.
#[derive(Clone, Debug)]
pub struct Following {
    bound: Option<i64>,
    last: Option<(Milestones, Timestamp)>,
    done_since: Option<Timestamp>,
}

/// What changes when a rollout makes progress.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Milestones {
    generation: i64,
    desired: usize,
    done: usize,
    old: BTreeSet<String>,
    not_done: BTreeSet<(String, Option<String>)>,
}

impl Following {
    /// After `bound` seconds without progress it counts as stuck, whatever it waits for; without a
    /// bound, after as long as that usually takes. What ends at a known time is waited for until
    /// then.
    #[must_use]
    pub const fn new(bound: Option<i64>) -> Self {
        Self {
            bound,
            last: None,
            done_since: None,
        }
    }

    /// Progress may have been missed: the waiting time starts again.
    pub fn lost_sight(&mut self) {
        self.last = None;
    }

    /// Judges it as it is now.
    pub fn observe(&mut self, plan: &RolloutPlan, progress: &Progress) -> Verdict {
        let now = plan.basis.evaluated_at;
        if is_done(plan, progress) {
            let since = *self.done_since.get_or_insert(now);
            let waited = now.as_second() - since.as_second();
            return match progress.is_reported || waited >= REPORTING {
                true => Verdict::Done,
                false => Verdict::GoesOn,
            };
        }
        self.done_since = None;
        let reached = milestones(plan, progress);
        let since = match &self.last {
            Some((last, since)) if *last == reached => *since,
            _ => now,
        };
        self.last = Some((reached, since));
        let seconds = now.as_second() - since.as_second();
        let own = match wait(plan, progress) {
            Wait::UntilItsTime => return Verdict::GoesOn,
            Wait::ForAHand => None,
            Wait::For(seconds) => Some(seconds.max(PATIENCE)),
        };
        match self.bound.or(own) {
            Some(limit) if seconds >= limit => Verdict::Stuck {
                seconds,
                may_pass: own.is_some_and(|own| own > PATIENCE && seconds < own),
            },
            _ => Verdict::GoesOn,
        }
    }
}

/// How long a rollout may make no progress.
enum Wait {
    /// Until a time that is known.
    UntilItsTime,
    /// Until somebody deletes old pods, in their own time.
    ForAHand,
    /// For this many seconds.
    For(i64),
}

fn milestones(plan: &RolloutPlan, progress: &Progress) -> Milestones {
    let old = plan.body.old.iter().flatten();
    let not_done = progress.not_done.iter();
    Milestones {
        generation: progress.generation,
        desired: progress.desired,
        done: progress.done,
        old: old.map(|pod| pod.pod.clone()).collect(),
        not_done: not_done
            .map(|h| (h.node.clone(), h.pod().map(str::to_owned)))
            .collect(),
    }
}

fn is_done(plan: &RolloutPlan, progress: &Progress) -> bool {
    plan.body.next == Some(Next::None)
        && plan.body.blockers.is_empty()
        && plan.body.old.as_ref().is_some_and(Vec::is_empty)
        && progress.done == progress.desired
}

/// What the rollout waits for.
fn wait(plan: &RolloutPlan, progress: &Progress) -> Wait {
    let body = &plan.body;
    let now = plan.basis.evaluated_at;
    // The controller makes no progress while it does nothing or fails.
    let halting = body.blockers.iter().map(Blocker::reason);
    let halting = halting.filter(|r| r.code().properties().stops.halts_rollout());
    let shortest = halting
        .filter_map(|r| r.ends(now).seconds_without_progress())
        .min();
    if let Some(shortest) = shortest {
        return Wait::For(shortest);
    }
    // Somebody is expected to delete them, in their own time.
    let waits_for_a_hand = body.has_old() || body.skipped() > 0;
    if body.strategy.is_on_delete() && waits_for_a_hand && !body.creates_fail() {
        return Wait::ForAHand;
    }
    let holders = progress.not_done.iter();
    let longest = holders.map(|holder| holder.reason.ends(now).seconds_without_progress());
    let longest: Option<Vec<i64>> = longest.collect();
    longest.map_or(Wait::UntilItsTime, |all| {
        Wait::For(all.into_iter().max().unwrap_or_default())
    })
}
