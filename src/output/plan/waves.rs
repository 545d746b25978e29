//! Sizes, counts and the time of a rollout, for people.

use jiff::Timestamp;

use crate::analysis::rollout::plan::Body;
use crate::words::rollout::waves as words;

use crate::output::document::{Document, Style, Text};

/// How the rollout continues.
pub(super) fn waves(document: &mut Document, body: &Body, now: Timestamp) {
    let Some(waves) = &body.waves else { return };
    document.heading(words::whole(waves));
    document.line(2, words::steps(waves));
    if waves.later > 0 {
        document.line(2, words::NO_ORDER);
    }
    document.line(2, words::at_worst(waves, body));
    let Some(estimate) = &waves.estimate else {
        document.line(2, words::no_estimate(body, now));
        return;
    };
    let text = Text::labelled(Style::Strong, "estimate", words::estimate(estimate));
    document.line(2, text);
}
