//! Sizes, counts and the time of a rollout, for people.

use crate::analysis::rollout::plan::{Body, Estimate, Waves};
use crate::words::time::duration;

use super::words::surges;
use crate::output::document::{Document, Style, Text};
use crate::output::words::{counted, nodes};

/// How the rollout goes on.
pub(super) fn waves(document: &mut Document, body: &Body) {
    let Some(waves) = &body.waves else { return };
    document.heading(format!(
        "The whole rollout ({} to replace)",
        pods(waves.replace)
    ));
    document.line(2, steps(waves));
    if waves.later > 0 {
        document.line(
            2,
            "the controller walks its nodes in random order: which one is next, nobody can tell",
        );
    }
    let worst = waves.unavailable_at_worst;
    let of = body.desired.map(|d| format!(" of {d}")).unwrap_or_default();
    let are = if worst == 1 { "is" } else { "are" };
    document.line(
        2,
        format!("at worst {worst}{of} eligible nodes {are} without an available pod at once"),
    );
    if let Some(estimate) = &waves.estimate {
        document.line(2, estimated(estimate));
    } else {
        document.line(
            2,
            if surges(body) {
                "how long it takes can't be estimated: no pod tells how long it took to start, or the new ones don't fit"
            } else {
                "how long it takes can't be estimated: no pod tells how long it took to start"
            },
        );
    }
}

fn steps(waves: &Waves) -> String {
    let now = match waves.now {
        0 => "none now".to_owned(),
        now => format!("{now} now"),
    };
    match waves.batches {
        0 => now,
        batches => format!(
            "{now}, then {} of at most {}, each when those before are available",
            batch_words(batches),
            nodes(waves.batch)
        ),
    }
}

fn estimated(estimate: &Estimate) -> Text {
    let usual = duration(estimate.seconds);
    let slow = match estimate.seconds_if_slow {
        slow if slow == estimate.seconds => String::new(),
        slow => format!(", or {} if pods are slow", duration(slow)),
    };
    Text::default().and(Style::Strong, "estimate").and(
        Style::Plain,
        format!(": {usual}{slow}; it rests on {}", estimate.rests_on),
    )
}

fn pods(count: usize) -> String {
    counted(count, "pod")
}

fn batch_words(count: usize) -> String {
    match count {
        1 => "1 batch".to_owned(),
        n => format!("{n} batches"),
    }
}
