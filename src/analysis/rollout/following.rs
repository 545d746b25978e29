//! Whether a rollout that is being followed is done, goes on or is stuck.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::plan::{Blocker, Next, RolloutPlan};
use super::progress::Progress;

/// What an observation of a rollout comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every node that should run it has one available pod of the template,
    /// no old pod is left and the controller has nothing to do.
    Done,
    /// It isn't done, and may be without anybody's doing.
    GoesOn,
    /// Nothing has got on for so many seconds, and nothing will by itself.
    Stuck {
        /// Since the last change for the better, or since it is followed.
        seconds: i64,
    },
}

/// Judges a rollout observation by observation. The time is that of the plans.
#[derive(Clone, Debug)]
pub struct Following {
    patience: i64,
    last: Option<(Milestones, Timestamp)>,
}

/// What changes when a rollout gets on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Milestones {
    generation: i64,
    desired: usize,
    done: usize,
    old: BTreeSet<String>,
    not_done: BTreeSet<(String, Option<String>)>,
}

impl Following {
    /// `patience` is how many seconds nothing may get on before it counts as stuck.
    #[must_use]
    pub const fn new(patience: i64) -> Self {
        Self {
            patience,
            last: None,
        }
    }

    /// What went on was out of sight: the patience begins anew.
    pub fn lost_sight(&mut self) {
        self.last = None;
    }

    /// Judges it as it is now.
    pub fn observe(&mut self, plan: &RolloutPlan, progress: &Progress) -> Verdict {
        if is_done(plan, progress) {
            return Verdict::Done;
        }
        let now = plan.basis.evaluated_at;
        let reached = milestones(plan, progress);
        let since = match &self.last {
            Some((last, since)) if *last == reached => *since,
            _ => now,
        };
        self.last = Some((reached, since));
        let seconds = now.as_second() - since.as_second();
        match patience(plan, progress) {
            Some(patience) if seconds >= patience.max(self.patience) => Verdict::Stuck { seconds },
            _ => Verdict::GoesOn,
        }
    }
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

/// For how many seconds without progress there is still hope; `None` for any.
fn patience(plan: &RolloutPlan, progress: &Progress) -> Option<i64> {
    // Somebody is expected to delete them, in their own time.
    let waits_for_a_hand = plan.body.has_old() || plan.body.passed_over() > 0;
    if plan.body.strategy.is_on_delete() && waits_for_a_hand {
        return None;
    }
    let now = plan.basis.evaluated_at;
    // The controller comes to nothing else while it does nothing or fails.
    let halting = plan.body.blockers.iter().map(Blocker::reason);
    let halting = halting.filter(|r| r.code().properties().stops.halts_rollout());
    let shortest = halting.filter_map(|r| r.ends(now).patience()).min();
    if shortest.is_some() {
        return shortest;
    }
    let mut longest = 0;
    for holder in &progress.not_done {
        longest = holder.reason.ends(now).patience()?.max(longest);
    }
    Some(longest)
}
