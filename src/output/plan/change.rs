//! What a change does besides the rollout, for people.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::analysis::footprint::Footprint;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::change::{ChangedField, RolloutChange, Warning};
use crate::analysis::rollout::plan::{Body, RolloutPlan};
use crate::model::quantity::Quantity;
use crate::words::fragment::{KEEP_OFF, keep_off};
use crate::words::quantity;
use crate::words::rollout::change as words;
use crate::words::why as why_words;

use crate::output::diff::TemplateDiff;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, few};
use crate::output::words::{count, head};
use crate::output::yaml;

/// What the server will refuse.
pub(super) fn refused(document: &mut Document, change: &RolloutChange, limits: Limits) {
    // The first line says the first.
    let listed = match change.refused.len() {
        0 | 1 if !limits.wide => &[][..],
        _ => change.refused.as_slice(),
    };
    if !listed.is_empty() {
        document.heading("The server will refuse it");
    }
    for refused in listed {
        let text = Text::labelled(
            Style::Bad,
            Quoted::new(refused.field()),
            words::refused_brief(refused),
        );
        document.line(2, text);
    }
    for refused in &change.refused {
        for (at, (text, command)) in words::way_around(refused).into_iter().enumerate() {
            if at == 0 {
                document.heading(words::WAY_AROUND);
            }
            document.step(words::step(at + 1, &text));
            if let Some(command) = command {
                document.command(5, command);
            }
        }
    }
}

/// What the server accepts but won't work as intended, unless it is said as what will block the
/// rollout.
pub(super) fn warnings(
    document: &mut Document,
    change: &RolloutChange,
    body: &Body,
    now: Timestamp,
) {
    let is_predicted = |warning: &&Warning| {
        let mut predicted = body.predicted_blockers.iter();
        let reason = warning.reason();
        reason.is_some_and(|reason| predicted.any(|one| one.blocker.reason() == reason))
    };
    // What the first line says isn't said again.
    let is_said = |warning: &&Warning| match warning.reason() {
        Some(Reason::HostPortsUnderSurge { .. }) => {
            body.is_stuck_at_first() && body.strategy.surges()
        }
        _ => false,
    };
    let is_new = |warning: &&Warning| !is_predicted(warning) && !is_said(warning);
    for warning in change.warnings.iter().filter(is_new) {
        document.blank();
        let text = Text::labelled(Style::Bad, "WARNING", words::warning(warning, now));
        document.line(0, text);
        if let Some(reason) = warning.reason() {
            affinity(document, reason);
        }
    }
}

/// What a manifest has to hold to keep off virtual nodes.
pub(in crate::output) fn affinity(document: &mut Document, reason: &Reason) {
    if let Some(affinity) = keep_off(reason) {
        document.line(2, KEEP_OFF);
        document.verbatim(4, Quoted::new(affinity.trim_end()));
    }
}

/// The fields that differ; those of the template as a diff, if there is one.
pub(super) fn changed_fields(
    document: &mut Document,
    change: &RolloutChange,
    diff: Option<&TemplateDiff>,
    limits: Limits,
) {
    let in_diff = |f: &ChangedField| diff.is_some() && f.path.starts_with("spec.template");
    let fields: Vec<_> = change.fields.iter().filter(|f| !in_diff(f)).collect();
    if let Some(diff) = diff {
        document.heading("What changes in the template");
        diff.layout(document);
    }
    if fields.is_empty() {
        return;
    }
    document.heading(head("Fields that change", fields.len()));
    fields_list(document, fields, limits);
}

/// The origin of the rollout under way: the template compared with that of the previous revision.
pub(super) fn since_before(document: &mut Document, body: &Body, limits: Limits) {
    let revision = body.revision.as_ref().filter(|_| body.has_old());
    let Some(since) = revision.and_then(|r| r.since.as_ref()) else {
        return;
    };
    if since.fields.is_empty() {
        document.blank();
        document.line(0, words::same_fields(since.number));
        return;
    }
    document.heading(words::since_revision(since.number));
    fields_list(document, since.fields.iter().collect(), limits);
}

/// Each field with its old and new value, complete and easy to copy: paths and images are too long
/// for columns.
fn fields_list(document: &mut Document, mut fields: Vec<&ChangedField>, limits: Limits) {
    let left_off = cut(&mut fields, limits.rows);
    for field in fields {
        document.line(2, Quoted::new(&field.path));
        let before = sides(field.before.as_ref(), Style::Bad, "- ");
        let after = sides(field.after.as_ref(), Style::Good, "+ ");
        document.styled(4, before.chain(after).collect());
    }
    document.left_off(left_off, "field");
}

/// A value in lines of YAML, each with the mark of its side; none for an unset value.
fn sides(
    value: Option<&Value>,
    style: Style,
    mark: &'static str,
) -> impl Iterator<Item = Text> + use<> {
    let text = match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => yaml::to_string(other).unwrap_or_else(|_| other.to_string()),
    };
    let line = |line: &str| Text::from((style, mark)).and(style, Quoted::new(line));
    let lines: Vec<Text> = text.lines().map(line).collect();
    lines.into_iter()
}

/// Nodes that the change adds or removes.
pub(super) fn nodes_against_today(document: &mut Document, report: &RolloutPlan, limits: Limits) {
    let Some(found) = &report.body.nodes else {
        return;
    };
    let is_new = report.change.as_ref().is_some_and(RolloutChange::makes_it);
    if is_new || found.gained.is_empty() && found.no_longer_eligible.is_empty() {
        return;
    }
    document.heading("Nodes against today's template");
    let lines = [
        (Style::Good, "gained", &found.gained),
        (Style::Bad, "no longer eligible", &found.no_longer_eligible),
    ];
    for (style, what, names) in lines {
        if names.is_empty() {
            continue;
        }
        let text = Text::from((style, what))
            .and(Style::Plain, " (")
            .and(Style::Plain, count(names.len(), "node"))
            .and(Style::Plain, "): ")
            .and(Style::Plain, few(names, limits));
        document.line(2, text);
    }
    document.line(2, words::kept_nodes(found.kept));
}

/// What the pods request, before and after.
pub(super) fn footprints(document: &mut Document, body: &Body, limits: Limits) {
    let Some(found) = &body.footprint else { return };
    let before = found.before.as_ref();
    let resources: BTreeSet<_> = before
        .into_iter()
        .chain([&found.after])
        .flat_map(Footprint::resources)
        .collect();
    if resources.is_empty() {
        return;
    }
    document.heading("Footprint");
    let rows = resources.into_iter().map(|resource| {
        let (pod, total) = asks(before, resource, limits);
        let (pod_after, total_after) = asks(Some(&found.after), resource, limits);
        vec![
            Quoted::new(resource).into(),
            pod,
            pod_after,
            total,
            total_after,
        ]
    });
    let header = ["RESOURCE", "A POD", "THEN", "TOTAL", "THEN"];
    document.table(2, &header, rows.collect());
    for pods in before.into_iter().flat_map(|f| &f.differing) {
        document.line(2, why_words::differing(pods));
    }
}

fn asks(footprint: Option<&Footprint>, resource: &str, limits: Limits) -> (Text, Text) {
    let said = |amount: &Quantity| quantity::amount(resource, *amount, limits.wide);
    let amounts = footprint.and_then(|footprint| {
        let pod = footprint.per_pod.get(resource).map(said)?;
        let total = footprint.total.get(resource).map(said)?;
        let total = why_words::total(&total, footprint.nodes);
        Some((pod.into(), total.into()))
    });
    amounts.unwrap_or_else(|| ("none".into(), "none".into()))
}
