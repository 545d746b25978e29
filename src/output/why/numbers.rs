//! Counters and footprint of a DaemonSet for people.

use jiff::Timestamp;

use crate::analysis::footprint::Footprint;
use crate::analysis::reason::Reason;
use crate::analysis::status::StatusReport;
use crate::engine::status::Counters;

use crate::output::document::{Document, Style, Text};
use crate::output::words::nodes;
use crate::words::status::cause;

/// The counters as they are now above those of `.status`, and why they differ.
pub(super) fn counters(
    document: &mut Document,
    status: &StatusReport,
    findings: &[Reason],
    now: Timestamp,
) {
    let row = |name: &str, c: Counters| -> Vec<Text> {
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
    let computed = status.computed.map(|c| row("computed", c));
    let reported = status.reported.map(|c| row(".status", c));
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
    for difference in &status.differences {
        let text = Text::default().and(
            Style::Warn,
            format!(
                "{}: status {}, computed {}",
                difference.counter, difference.reported, difference.computed
            ),
        );
        // One cause explains several counters; it is said once.
        let is_found = findings.iter().any(|f| f.code() == difference.cause.code());
        let because = if said == Some(&difference.cause) || is_found {
            Text::default()
        } else {
            Text::from(format!(
                " ({}: {})",
                difference.cause.code().name(),
                cause(&difference.cause, now)
            ))
        };
        said = Some(&difference.cause);
        document.line(2, Text(text.0.into_iter().chain(because.0).collect()));
    }
}

/// What the pods ask for, unless no node should run one.
pub(super) fn footprint_line(document: &mut Document, footprint: &Footprint) {
    if footprint.nodes == 0 {
        return;
    }
    document.heading("Footprint");
    if footprint.per_pod.is_empty() {
        document.line(
            2,
            "the template requests nothing, so the scheduler counts nothing",
        );
        return;
    }
    let rows = footprint.per_pod.iter().map(|(resource, per_pod)| {
        let total = footprint.total.get(resource).cloned().unwrap_or_default();
        let share = footprint
            .largest_share
            .iter()
            .find(|s| s.resource == *resource);
        let share = share.map_or_else(String::new, |s| {
            format!("{}% of {} on {}", s.percent, s.allocatable, s.node)
        });
        vec![
            resource.clone().into(),
            per_pod.clone().into(),
            format!("{total} on {}", nodes(footprint.nodes)).into(),
            share.into(),
        ]
    });
    let header = ["RESOURCE", "A POD", "TOTAL", "SHARE OF THE SMALLEST NODE"];
    document.table(2, &header, rows.collect());
}
