//! Sizes, counts and the time of a rollout.

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Body, Estimate, Waves};
use crate::words::notation::{counted, nodes};
use crate::words::sentence::Sentence;
use crate::words::time::duration;

/// How many pods are replaced in all.
#[must_use]
pub fn whole(waves: &Waves) -> Sentence {
    let pods = counted(waves.replace, "pod");
    Sentence::new(format!("The whole rollout ({pods} to replace)"))
}

/// How many are replaced at once, and how often.
#[must_use]
pub fn steps(waves: &Waves) -> Sentence {
    let now = match waves.now {
        0 => "none now".to_owned(),
        now => format!("{now} now"),
    };
    let now = match waves.without_waiting {
        0 => now,
        more => format!("{now} and {more} in the syncs right after, without waiting"),
    };
    let batches = match waves.batches {
        0 => return Sentence::new(now),
        1 => "1 batch".to_owned(),
        n => format!("{n} batches"),
    };
    Sentence::new(format!(
        "{now}, then {batches} of at most {}, each when those before are available",
        nodes(waves.batch)
    ))
}

/// That there is no order.
pub const NO_ORDER: &str = "the controller walks its nodes in random order";

/// How many nodes are without an available pod in the worst case.
#[must_use]
pub fn at_worst(waves: &Waves, body: &Body) -> Sentence {
    let worst = waves.unavailable_at_worst;
    let of = body.desired.map(|d| format!(" of {d}")).unwrap_or_default();
    let are = if worst == 1 { "is" } else { "are" };
    Sentence::new(format!(
        "at worst {worst}{of} eligible nodes {are} without an available pod at once"
    ))
}

/// How long it may take, and what that is based on; continues after `estimate`.
#[must_use]
pub fn estimate(estimate: &Estimate) -> Sentence {
    let usual = duration(estimate.seconds);
    let slow = match estimate.seconds_if_slow {
        slow if slow == estimate.seconds => String::new(),
        slow => format!(", or {} if pods are slow", duration(slow)),
    };
    Sentence::new(format!("{usual}{slow}; it rests on {}", rests_on(estimate)))
}

/// What an estimate is based on.
#[must_use]
pub fn rests_on(estimate: &Estimate) -> Sentence {
    let min_ready = match estimate.min_ready_seconds {
        0 => String::new(),
        wait => format!(", plus minReadySeconds {}", duration(wait)),
    };
    let holders = match estimate.holders {
        0 => String::new(),
        1 => "; the node that holds the budget now is taken to recover".to_owned(),
        n => format!("; the {n} nodes that hold the budget now are taken to recover"),
    };
    Sentence::new(format!(
        "{}: from creation to Ready half of them took at most {}, nine of ten at most {}{min_ready}; a pod that became unready later counts as slow, and how long old pods take to stop isn't known{holders}",
        counted(estimate.pods, "ready pod"),
        duration(estimate.median),
        duration(estimate.slow)
    ))
}

/// No time can be estimated.
#[must_use]
pub fn no_estimate(body: &Body, now: Timestamp) -> &'static str {
    if body.is_stuck(now) {
        "how long it takes can't be estimated: it doesn't end by itself"
    } else {
        "how long it takes can't be estimated: no pod tells how long it took to start"
    }
}
