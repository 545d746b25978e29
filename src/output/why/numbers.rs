//! Counters and footprint of a DaemonSet for people.

use jiff::Timestamp;

use crate::analysis::footprint::Footprint;
use crate::analysis::on_node::Requests;
use crate::analysis::reason::Reason;
use crate::analysis::status::{Counters, StatusReport};

use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::Limits;
use crate::words::{quantity, status, why as words};

/// The computed counters above those of `.status`, and why they differ.
pub(super) fn counters(
    document: &mut Document,
    counted: &StatusReport,
    findings: &[Reason],
    now: Timestamp,
) {
    let row = |name: &'static str, c: Counters| -> Vec<Text> {
        let numbers = [
            c.desired,
            c.current,
            c.ready,
            c.updated,
            c.available,
            c.unavailable,
            c.misscheduled,
        ];
        std::iter::once(Text::from(name))
            .chain(numbers.map(Text::from))
            .collect()
    };
    let computed = counted.computed.map(|c| row("computed", c));
    let reported = counted.reported.map(|c| row(".status", c));
    let rows: Vec<_> = computed.into_iter().chain(reported).collect();
    let header = [
        "",
        "DESIRED",
        "CURRENT",
        "READY",
        "UPDATED",
        "AVAILABLE",
        "UNAVAILABLE",
        "MISSCHEDULED",
    ];
    document.blank();
    document.table(0, &header, rows);
    let mut said = None;
    for difference in &counted.differences {
        let mut text = Text::default().and(Style::Warn, status::difference(difference));
        // One cause may explain several counters; it is shown once.
        let is_found = findings.iter().any(|f| f.code() == difference.cause.code());
        if said != Some(&difference.cause) && !is_found {
            text = text.and(Style::Plain, status::because(difference, now));
        }
        said = Some(&difference.cause);
        document.line(2, text);
    }
}

/// What the pods request, unless no node should run one.
pub(super) fn footprint_line(document: &mut Document, footprint: &Footprint, limits: Limits) {
    if footprint.nodes == 0 {
        return;
    }
    document.heading("Footprint");
    if footprint.resources().next().is_none() {
        document.line(2, words::no_requests(footprint));
        return;
    }
    let amount = |requests: &Requests, resource: &str| {
        let amount = requests.get(resource).copied();
        quantity::amount(resource, amount.unwrap_or_default(), limits.wide)
    };
    let rows = footprint.resources().map(|resource| {
        let per_pod = amount(&footprint.per_pod, resource);
        let total = amount(&footprint.total, resource);
        let share = footprint
            .largest_share
            .iter()
            .find(|s| s.resource == *resource);
        let share = share.map(|share| words::share(share, limits.wide));
        vec![
            Quoted::new(resource).into(),
            per_pod.into(),
            words::total(&total, footprint.nodes).into(),
            share.unwrap_or_default().into(),
        ]
    });
    // The smallest node needn't be the one whose pod requests the largest share.
    let share = match footprint.differing.is_empty() {
        true => "SHARE OF THE SMALLEST NODE",
        false => "LARGEST SHARE OF A NODE",
    };
    let header = ["RESOURCE", "A POD", "TOTAL", share];
    document.table(2, &header, rows.collect());
    for pods in &footprint.differing {
        document.line(2, words::differing(pods));
    }
}
