//! Sizes, counts and the time of a rollout, for people.

use jiff::Timestamp;

use crate::analysis::rollout::plan::Body;
use crate::words::rollout::waves as words;

use crate::output::document::{Document, Style, Text};
use crate::output::words::counted;

/// How the rollout goes on.
pub(super) fn waves(document: &mut Document, body: &Body, now: Timestamp) {
    let Some(waves) = &body.waves else { return };
    document.heading(format!(
        "The whole rollout ({} to replace)",
        counted(waves.replace, "pod")
    ));
    document.line(2, words::steps(waves).into_string());
    if waves.later > 0 {
        document.line(2, words::NO_ORDER);
    }
    document.line(2, words::at_worst(waves, body).into_string());
    let Some(estimate) = &waves.estimate else {
        document.line(2, words::no_estimate(body, now));
        return;
    };
    let text = Text::default()
        .and(Style::Strong, "estimate")
        .and(Style::Plain, format!(": {}", words::estimate(estimate)));
    document.line(2, text);
}
