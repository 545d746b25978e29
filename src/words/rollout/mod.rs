//! Rollouts: their state, what the controller does next, and explanations.

pub mod change;
pub mod first_line;
pub mod holder;
pub mod moves;
pub mod of_change;
pub mod overview;
pub mod predicted_blocker;
pub mod progress;
pub mod remedy;
mod summary;
mod total;
pub mod waves;

use crate::analysis::rollout::plan::{
    Body, Budget, Manage, Next, Revision, RevisionState, Strategy,
};

use super::notation::{counted, nodes};
use super::sentence::Sentence;

pub use summary::{refused_summary, summary};
pub use total::{outcome, total};

/// A number of old pods; `by_hand` where the controller doesn't delete them.
#[must_use]
pub fn old_pods_head(count: usize, by_hand: bool) -> Sentence {
    let pods = old_pods(count);
    Sentence::new(match by_hand {
        true => format!("{pods} to delete yourself"),
        false => pods,
    })
}

fn old_pods(count: usize) -> String {
    counted(count, "old pod")
}

/// The revision that holds the template.
#[must_use]
pub fn revision(revision: Option<&Revision>) -> Sentence {
    let Some(revision) = revision else {
        return Sentence::new("unknown: revisions couldn't be read");
    };
    let number = revision.number.map(|n| n.to_string()).unwrap_or_default();
    let name = revision.name.as_deref();
    let name = name.map(|n| format!(" ({n})")).unwrap_or_default();
    let mut text = match revision.state {
        RevisionState::Current => format!("{number}{name}, the newest"),
        RevisionState::Existing => format!("{number}{name}, an older one: a rollback"),
        RevisionState::New if number.is_empty() => "a new one".to_owned(),
        RevisionState::New => format!("a new one, number {number}"),
    };
    if let Some(same) = revision.same_as {
        text.push_str(&format!(
            "; revision {same} says the same in other bytes, as a release before 1.34 wrote it, and the controller compares bytes"
        ));
    }
    if let Some(renumbered) = revision.renumbered_to {
        text.push_str(&format!("; it becomes number {renumbered}"));
    }
    if !revision.duplicates.is_empty() {
        let duplicates = revision.duplicates.join(", ");
        let relabelled = counted(revision.relabelled.len(), "pod");
        text.push_str(&format!(
            "; its duplicates are deleted ({duplicates}), and {relabelled} of other revisions get its label without a restart"
        ));
    }
    let already = revision
        .pods
        .filter(|_| revision.state != RevisionState::Current);
    if let Some(already) = already.filter(|already| *already > 0) {
        let counts = if already == 1 { "counts" } else { "count" };
        let already = counted(already, "pod");
        text.push_str(&format!("; {already} {counts} as of it already"));
    }
    Sentence::new(text)
}

/// The strategy, with the budget as written and as resolved.
#[must_use]
pub fn strategy(body: &Body) -> Sentence {
    let seconds = match body.strategy.min_ready_seconds {
        0 => String::new(),
        seconds => format!("; minReadySeconds {seconds}"),
    };
    Sentence::new(if body.strategy.is_on_delete() {
        format!("OnDelete: a pod is replaced when somebody deletes it{seconds}")
    } else {
        format!("RollingUpdate: {}{seconds}", budget(body))
    })
}

/// The budget that limits the rollout, as `maxUnavailable 10% of 38 nodes = 4`.
#[must_use]
pub fn budget(body: &Body) -> Sentence {
    let Strategy {
        written,
        max_unavailable,
        max_surge,
        ..
    } = &body.strategy;
    let (written, resolved) = if body.strategy.surges() {
        (&written.max_surge, max_surge)
    } else {
        (&written.max_unavailable, max_unavailable)
    };
    let name = body.strategy.budget().field();
    Sentence::new(match (written.as_deref(), resolved) {
        (Some(written), None) if body.desired.is_none() => {
            format!("{name} {written}, of how many nodes is unknown")
        }
        (Some(written), None) => format!("{name} {written}, which can't be resolved"),
        (None, None) => format!("{name}, which can't be resolved"),
        (None, Some(n)) => format!("{name} {n}, the default"),
        (Some(written), Some(n)) if written.ends_with('%') => {
            let of = body.desired.map(|d| format!(" of {}", nodes(d)));
            format!("{name} {written}{} = {n}", of.unwrap_or_default())
        }
        (Some(written), Some(n)) if *written == n.to_string() => format!("{name} {n}"),
        (Some(written), Some(n)) => format!("{name} {written}, which counts as {n}"),
    })
}

/// The budget, and how much of it is used.
#[must_use]
pub fn budget_head(body: &Body, of: &Budget) -> Sentence {
    Sentence::new(format!("Budget: {}; {}", budget(body), budget_use(of)))
}

fn budget_use(budget: &Budget) -> String {
    let used = match budget.used {
        0 => "none used".to_owned(),
        used => format!("{used} used"),
    };
    match budget.free {
        0 => format!("{used}, none free"),
        free => format!("{used}, {free} free"),
    }
}

/// How many nodes should run it, and the numbers of `.status` where they can't be counted.
#[must_use]
pub fn desired(body: &Body) -> Sentence {
    let by_status = body.reported.map(|c| {
        let (desired, updated, available) = (c.desired, c.updated, c.available);
        format!(
            "; by its .status {desired} should run it, {updated} updated, {available} available"
        )
    });
    let by_status = by_status.unwrap_or_default();
    Sentence::new(match body.desired {
        None => format!("which nodes should run it is unknown{by_status}"),
        Some(desired) => format!("{} should run it{by_status}", nodes(desired)),
    })
}

/// A plan with other budgets is shown too; continues the headline.
pub const BESIDE_ANOTHER: &str = ", today's budget beside another";

/// What the controller does next.
#[must_use]
pub fn next(body: &Body) -> Sentence {
    let on_delete = body.strategy.is_on_delete();
    Sentence::new(match body.next {
        None => "unknown".to_owned(),
        Some(Next::Manage) if body.manage.as_ref().is_some_and(Manage::awaits_sync) => {
            "pods are deleted at the next sync, which nothing has started yet".to_owned()
        }
        Some(Next::Manage) if on_delete => {
            "pods are created and deleted as nodes ask for it".to_owned()
        }
        Some(Next::Manage) => format!(
            "pods are created and deleted as nodes ask for it, not limited by {}",
            body.strategy.budget().field()
        ),
        Some(Next::Update) => "old pods are replaced".to_owned(),
        Some(Next::Waiting) if on_delete && body.has_old() => {
            "nothing, until somebody deletes old pods".to_owned()
        }
        Some(Next::Waiting) => "the controller waits".to_owned(),
        Some(Next::None) => "nothing".to_owned(),
    })
}
