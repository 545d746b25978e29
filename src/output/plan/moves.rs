//! What the controller creates, deletes and keeps, for people.

use std::collections::HashMap;

use crate::analysis::rollout::plan::{Body, Delete, Drift, Manage, OldPod, Picked, RolloutPlan};
use crate::analysis::rollout::state::OldPodFates;
use crate::words::Sentence;
use crate::words::drift as drift_words;
use crate::words::rollout::moves::{self as words, OnNodes, Step};
use crate::words::rollout::old_pods_head;

use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, few, first_rows};
use crate::output::words::{count, counted, head};

/// What a change does, node by node: at once, and then over time.
pub(super) fn now_and_then(document: &mut Document, body: &Body, limits: Limits) {
    let manage = body.manage.as_ref();
    let created = manage.iter().flat_map(|m| &m.create);
    let created: Vec<&str> = created.map(|c| c.node.as_str()).collect();
    let deleted = manage.iter().flat_map(|m| &m.delete);
    let deleted: Vec<&str> = deleted.map(|d| d.node.as_str()).collect();
    let first = body.replaced_first();
    let is_first = |pod: &&OldPod| first.contains(pod.pod.as_str());
    let (now, later): (Vec<&OldPod>, Vec<&OldPod>) = body.recreated().partition(is_first);
    let (lost_now, lost): (Vec<&OldPod>, Vec<&OldPod>) = body.not_recreated().partition(is_first);
    let nodes = |pods: Vec<&'_ OldPod>| -> Vec<String> {
        pods.into_iter().map(|pod| pod.node.clone()).collect()
    };
    let (now, later, lost_now, lost) = (nodes(now), nodes(later), nodes(lost_now), nodes(lost));
    let at_once = [&now, &lost_now].iter().any(|all| !all.is_empty());
    if !created.is_empty() || !deleted.is_empty() || at_once {
        document.heading(words::NOW);
        on_nodes(document, OnNodes::Create, &created, limits);
        on_nodes(document, OnNodes::Delete, &deleted, limits);
        on_nodes(document, OnNodes::Replace, &now, limits);
        on_nodes(document, OnNodes::Delete, &lost_now, limits);
    }
    if !deleted.is_empty() {
        document.line(2, words::at_once(body));
    }
    if let Some(text) = words::why_first(body) {
        document.line(2, text);
    }
    let Some(waves) = body.waves.as_ref().filter(|_| !body.is_stuck_at_first()) else {
        return;
    };
    if later.len() + lost.len() == 0 {
        return;
    }
    let at_a_time = match first.is_empty() {
        true => waves.batch.max(waves.now),
        false => waves.batch,
    };
    document.heading(words::then(at_a_time, later.len() + lost.len()));
    on_nodes(document, OnNodes::Replace, &later, limits);
    on_nodes(document, OnNodes::Delete, &lost, limits);
}

fn on_nodes(document: &mut Document, what: OnNodes, names: &[impl AsRef<str>], limits: Limits) {
    if !names.is_empty() {
        document.line(2, words::on_nodes(what, names, limits.names()));
    }
}

/// What is created and deleted whatever the budget is.
pub(super) fn manage(document: &mut Document, body: &Body, limits: Limits) {
    let Some(manage) = &body.manage else { return };
    if manage.create.is_empty() && manage.delete.is_empty() {
        return;
    }
    document.heading(words::not_limited(body, manage));
    created(document, manage, limits);
    deleted(document, manage, limits);
}

fn created(document: &mut Document, manage: &Manage, limits: Limits) {
    let mut causes: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for create in &manage.create {
        let cause = create.reason.name();
        match causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, names)) => names.push(&create.node),
            None => causes.push((cause, vec![&create.node])),
        }
    }
    for (cause, names) in causes {
        let text = Text::default()
            .and(Style::Good, "creates")
            .and(Style::Plain, " ")
            .and(
                Style::Plain,
                words::created_on(names.len(), &few(&names, limits)),
            )
            .and(Style::Dim, " (")
            .and(Style::Dim, cause)
            .and(Style::Dim, ")");
        document.line(2, text);
    }
    if let Some(text) = words::created_in_one_sync(manage) {
        document.line(4, text);
    }
}

fn deleted(document: &mut Document, manage: &Manage, limits: Limits) {
    let rows: Vec<_> = manage.delete.iter().map(deleted_row).collect();
    if rows.is_empty() {
        return;
    }
    let text = Text::from((Style::Bad, "deletes"))
        .and(Style::Plain, " ")
        .and(Style::Plain, count(rows.len(), "pod"))
        .and(Style::Plain, ":");
    document.line(2, text);
    let header = ["NODE", "POD", "WHEN", "WHY"];
    first_rows(document, 4, &header, rows, limits);
    if let Some(text) = words::deleted_in_one_sync(manage) {
        document.line(4, text);
    }
}

fn deleted_row(delete: &Delete) -> Vec<Text> {
    vec![
        Quoted::new(&delete.node).into(),
        Quoted::new(&delete.pod).into(),
        words::when_deleted(delete).into(),
        delete.reason.name().into(),
    ]
}

/// What rollingUpdate replaces next.
pub(super) fn update(document: &mut Document, body: &Body, limits: Limits) {
    let Some(update) = body.next_update() else {
        return;
    };
    let (delete, create) = (&update.delete, &update.create);
    if is_nothing(delete) && is_nothing(create) {
        return;
    }
    document.heading(if body.creates_fail() {
        "The next step of the rollout, once pods can be created"
    } else if body.is_unobserved() {
        "The next step of the rollout, once the controller runs"
    } else {
        "The next step of the rollout"
    });
    let node_of: HashMap<&str, &str> = body
        .old
        .iter()
        .flatten()
        .map(|p| (p.pod.as_str(), p.node.as_str()))
        .collect();
    let with_node = |pod: &String| match node_of.get(pod.as_str()) {
        Some(node) => words::pod_on(pod, node).into_string(),
        None => pod.clone(),
    };
    picked(document, Step::Delete, delete, with_node, limits);
    picked(document, Step::Create, create, String::clone, limits);
    if let Some(text) = words::beyond_budget(body, update) {
        document.line(2, text);
    }
}

const fn is_nothing(picked: &Picked) -> bool {
    picked.certain.is_empty() && picked.take == 0
}

fn picked(
    document: &mut Document,
    step: Step,
    picked: &Picked,
    named: impl Fn(&String) -> String,
    limits: Limits,
) {
    let mut line = |what: Text, of: &[String]| {
        let names = list(of, &named, limits);
        document.line(2, what.and(Style::Plain, ": ").and(Style::Plain, names));
    };
    if !picked.certain.is_empty() {
        let what = words::certain(step, picked.certain.len());
        line((Style::Strong, what).into(), &picked.certain);
    }
    if picked.take > 0 {
        let what = words::some_of(step, picked.take, picked.candidates.len());
        let what = Text::from((Style::Strong, what)).and(Style::Plain, ", ");
        let what = what.and(Style::Plain, words::WHICH);
        line(what, &picked.candidates);
    }
}

/// The first few in words, and how many more there are.
fn list(names: &[String], named: impl Fn(&String) -> String, limits: Limits) -> Sentence {
    let named: Vec<_> = names.iter().map(named).collect();
    few(&named, limits)
}

/// Old pods: under OnDelete, else only with `-o wide`.
pub(super) fn old_pods(document: &mut Document, report: &RolloutPlan, limits: Limits) {
    let body = &report.body;
    let old = body.old_to_delete();
    let by_hand = body.strategy.is_on_delete();
    if old.is_empty() || (!by_hand && !limits.wide) {
        return;
    }
    document.heading(old_pods_head(old.len(), by_hand));
    let fates = OldPodFates::new(body);
    let rows: Vec<_> = old.iter().map(|pod| old_row(pod, &fates)).collect();
    first_rows(
        document,
        0,
        &["NODE", "POD", "REVISION", "THEN"],
        rows,
        limits,
    );
}

fn old_row(pod: &OldPod, fates: &OldPodFates<'_>) -> Vec<Text> {
    vec![
        Quoted::new(&pod.node).into(),
        Quoted::new(&pod.pod).into(),
        pod.revision.map_or_else(|| "unknown".into(), Text::from),
        words::fate(fates.of(pod), pod.remade).into(),
    ]
}

/// Pods that count as updated but aren't.
pub(super) fn drift(document: &mut Document, body: &Body, limits: Limits) {
    if body.known_drift().is_empty() {
        return;
    }
    document.heading(head(
        "Counted as updated, and not what the template says",
        counted(body.known_drift().len(), "pod"),
    ));
    let rows: Vec<_> = body.known_drift().iter().map(drift_row).collect();
    first_rows(
        document,
        0,
        &["NODE", "POD", "BY THE LABEL", "DIFFERENCE"],
        rows,
        limits,
    );
}

fn drift_row(drift: &Drift) -> Vec<Text> {
    vec![
        Quoted::new(&drift.node).into(),
        Quoted::new(&drift.pod).into(),
        drift_words::label(drift.cause.by()).into(),
        drift_words::row(drift).into(),
    ]
}
