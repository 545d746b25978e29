//! What the controller makes, deletes and leaves, for people.

use std::collections::HashMap;

use crate::analysis::rollout::plan::{Body, Delete, Drift, Manage, OldPod, Picked, RolloutPlan};
use crate::analysis::rollout::state::OldPodFates;
use crate::model::Command;
use crate::words::Sentence;
use crate::words::rollout::moves::{self as words, Step};
use crate::words::rollout::old_pods as old_pods_words;

use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, few, first_rows};
use crate::output::words::counted;

/// What is made and deleted whatever the budget is.
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
    let mut causes: Vec<(&str, Vec<&str>)> = Vec::new();
    for create in &manage.create {
        let cause = create.reason.name();
        match causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, names)) => names.push(&create.node),
            None => causes.push((cause, vec![&create.node])),
        }
    }
    for (cause, names) in causes {
        let text = Text::default()
            .and(Style::Good, "makes")
            .and(
                Style::Plain,
                format!(" {}", words::created_on(names.len(), &few(&names, limits))),
            )
            .and(Style::Dim, format!(" ({cause})"));
        document.line(2, text);
    }
    if let Some(text) = words::created_in_one_sync(manage) {
        document.line(4, text.into_string());
    }
}

fn deleted(document: &mut Document, manage: &Manage, limits: Limits) {
    let rows: Vec<_> = manage.delete.iter().map(deleted_row).collect();
    if rows.is_empty() {
        return;
    }
    let text = Text::default().and(Style::Bad, "deletes").and(
        Style::Plain,
        format!(" {}:", counted(manage.delete.len(), "pod")),
    );
    document.line(2, text);
    first_rows(document, 4, &["NODE", "POD", "WHEN", "WHY"], rows, limits);
    if let Some(text) = words::deleted_in_one_sync(manage) {
        document.line(4, text.into_string());
    }
}

fn deleted_row(delete: &Delete) -> Vec<Text> {
    vec![
        delete.node.clone().into(),
        delete.pod.clone().into(),
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
    let mut line = |what: Sentence, rest: String| {
        let text = Text::default().and(Style::Strong, what.into_string());
        document.line(2, text.and(Style::Plain, rest));
    };
    if !picked.certain.is_empty() {
        let what = words::certain(step, picked.certain.len());
        let names = list(&picked.certain, &named, limits);
        line(what, format!(": {names}"));
    }
    if picked.take > 0 {
        let what = words::some_of(step, picked.take, picked.candidates.len());
        let names = list(&picked.candidates, &named, limits);
        line(what, format!(", {}: {names}", words::which(picked.take)));
    }
}

/// The first few in words, and how many more there are.
fn list(names: &[String], named: impl Fn(&String) -> String, limits: Limits) -> String {
    let named: Vec<_> = names.iter().map(named).collect();
    let named: Vec<_> = named.iter().map(String::as_str).collect();
    few(&named, limits)
}

/// Old pods: under OnDelete with the way to roll them, else with `-o wide` alone.
pub(super) fn old_pods(document: &mut Document, report: &RolloutPlan, limits: Limits) {
    let body = &report.body;
    let Some(old) = body.old.as_ref().filter(|o| !o.is_empty()) else {
        return;
    };
    let by_hand = body.strategy.is_on_delete();
    if !by_hand && !limits.wide {
        return;
    }
    let count = old_pods_words(old.len());
    document.heading(if by_hand {
        format!("{count} for a hand to delete")
    } else {
        count.into_string()
    });
    let fates = OldPodFates::new(body);
    let rows: Vec<_> = old.iter().map(|pod| old_row(pod, &fates)).collect();
    first_rows(
        document,
        0,
        &["NODE", "POD", "REVISION", "THEN"],
        rows,
        limits,
    );
    if by_hand {
        commands(document, report, old);
    }
}

fn old_row(pod: &OldPod, fates: &OldPodFates<'_>) -> Vec<Text> {
    let revision = pod.revision.map(|n| n.to_string());
    vec![
        pod.node.clone().into(),
        pod.pod.clone().into(),
        revision.unwrap_or_else(|| "unknown".to_owned()).into(),
        words::fate(fates.of(pod), pod.remade).into_string().into(),
    ]
}

/// The commands that roll what waits for a hand.
fn commands(document: &mut Document, report: &RolloutPlan, old: &[OldPod]) {
    let (namespace, name) = (&report.daemon_set.namespace, &report.daemon_set.name);
    let replaced = || old.iter().filter(|p| p.remade != Some(false));
    if let Some(delete) = replaced().find_map(|pod| delete_one(namespace, &pod.pod)) {
        document.line(2, words::one_by_one(report.change.is_some()));
        document.verbatim(4, delete.to_string());
    }
    let is_one = replaced().nth(1).is_none();
    if let Some(all) = delete_all(namespace, name).filter(|_| !is_one) {
        document.line(2, words::ALL_AT_ONCE);
        document.verbatim(4, all.to_string());
    }
}

fn delete_one(namespace: &str, pod: &str) -> Option<Command> {
    let delete = Command::kubectl(&["delete"]).namespace(namespace)?;
    delete.object("pod", pod)
}

/// Deletes the pods that `-o name` prints.
fn delete_all(namespace: &str, name: &str) -> Option<Command> {
    let delete = Command::of(&["xargs", "kubectl", "delete"]).namespace(namespace)?;
    let names = Command::own(&["plan"]).name(name)?.namespace(namespace)?;
    Some(names.with(&["-o", "name"]).piped_to(delete))
}

/// Pods that count as updated and aren't.
pub(super) fn drift(document: &mut Document, body: &Body, limits: Limits) {
    if body.known_drift().is_empty() {
        return;
    }
    document.heading(format!(
        "Counted as updated, and not what the template says ({})",
        counted(body.known_drift().len(), "pod")
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
        drift.node.clone().into(),
        drift.pod.clone().into(),
        words::drift_label(drift.cause.by()).into(),
        words::drift_row(drift).into_string().into(),
    ]
}
