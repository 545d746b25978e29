//! What the controller makes, deletes and leaves, for people.

use std::collections::HashMap;

use crate::model::Command;
use crate::report::code::Code;
use crate::report::rollout::plan::{
    Body, Delete, Drift, DriftBy, ImageDrift, Manage, OldPod, Picked, RolloutPlan,
};

use super::words::{budget_name, old_pods as old_pods_words};
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, few, first_rows};
use crate::output::words::{counted, nodes};

/// What is made and deleted whatever the budget is.
pub(super) fn manage(document: &mut Document, body: &Body, limits: Limits) {
    let Some(manage) = &body.manage else { return };
    if manage.create.is_empty() && manage.delete.is_empty() {
        return;
    }
    let limit = match body.strategy.kind {
        "OnDelete" => "whatever the strategy is".to_owned(),
        _ => format!("not limited by {}", budget_name(body)),
    };
    document.heading(format!("At once, {limit}"));
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
                format!(" a pod on {}: {}", nodes(names.len()), few(&names, limits)),
            )
            .and(Style::Dim, format!(" ({cause})"));
        document.line(2, text);
    }
    if manage.create_now < manage.create.len() {
        let text = format!("one sync makes {} of them", manage.create_now);
        document.line(4, text);
    }
}

fn deleted(document: &mut Document, manage: &Manage, limits: Limits) {
    if manage.delete.is_empty() {
        return;
    }
    let rows = manage.delete.iter().map(deleted_row).collect();
    let text = Text::default().and(Style::Bad, "deletes").and(
        Style::Plain,
        format!(" {}:", counted(manage.delete.len(), "pod")),
    );
    document.line(2, text);
    first_rows(document, 4, &["NODE", "POD", "WHEN", "WHY"], rows, limits);
    let (least, most) = (manage.delete_at_least, manage.delete_at_most);
    if least == most && most < manage.delete.len() {
        document.line(4, format!("one sync deletes {most} of them"));
    } else if least < most {
        document.line(4, format!("one sync deletes {least} to {most} of them"));
    }
}

fn deleted_row(delete: &Delete) -> Vec<Text> {
    let when = if delete.certain {
        "now"
    } else {
        "now, or a later sync"
    };
    vec![
        delete.node.clone().into(),
        delete.pod.clone().into(),
        when.into(),
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
    let creates_fail = body
        .blockers
        .iter()
        .any(|b| matches!(b.code, Code::FailedCreate | Code::NamespaceTerminating));
    document.heading(if creates_fail {
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
        Some(node) => format!("{pod} on {node}"),
        None => pod.clone(),
    };
    picked(document, "deletes", "pod", delete, with_node, limits);
    let as_it_is = String::clone;
    let made = "makes a second pod on";
    picked(document, made, "node", create, as_it_is, limits);
}

const fn is_nothing(picked: &Picked) -> bool {
    picked.certain.is_empty() && picked.take == 0
}

fn picked(
    document: &mut Document,
    verb: &str,
    what: &str,
    picked: &Picked,
    words: impl Fn(&String) -> String,
    limits: Limits,
) {
    if !picked.certain.is_empty() {
        let count = counted(picked.certain.len(), what);
        let text = Text::default()
            .and(Style::Strong, format!("{verb} {count} for certain"))
            .and(
                Style::Plain,
                format!(": {}", list(&picked.certain, &words, limits)),
            );
        document.line(2, text);
    }
    if picked.take > 0 {
        let count = counted(picked.candidates.len(), what);
        let text = Text::default()
            .and(
                Style::Strong,
                format!("{verb} {} of these {count}", picked.take),
            )
            .and(
                Style::Plain,
                format!(
                    ", {} nobody can tell: {}",
                    if picked.take == 1 {
                        "which one"
                    } else {
                        "which ones"
                    },
                    list(&picked.candidates, &words, limits)
                ),
            );
        document.line(2, text);
    }
}

/// The first few in words, and how many more there are.
fn list(names: &[String], words: impl Fn(&String) -> String, limits: Limits) -> String {
    let words: Vec<_> = names.iter().map(words).collect();
    few(&words, limits)
}

/// Old pods: under OnDelete with the way to roll them, else with `-o wide` alone.
pub(super) fn old_pods(document: &mut Document, report: &RolloutPlan, limits: Limits) {
    let body = &report.body;
    let Some(old) = body.old.as_ref().filter(|o| !o.is_empty()) else {
        return;
    };
    let by_hand = body.strategy.kind == "OnDelete";
    if !by_hand && !limits.wide {
        return;
    }
    let count = old_pods_words(old.len());
    document.heading(if by_hand {
        format!("{count} for a hand to delete")
    } else {
        count
    });
    let fates = Fates::of(body);
    let rows = old.iter().map(|pod| old_row(pod, &fates)).collect();
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

/// What becomes of old pods, by name.
struct Fates<'a> {
    by_pod: HashMap<&'a str, &'static str>,
    by_hand: bool,
}

impl<'a> Fates<'a> {
    fn of(body: &'a Body) -> Self {
        let mut by_pod = HashMap::new();
        let by_hand = body.strategy.kind == "OnDelete";
        if let Some(update) = body.next_update() {
            let certain = update.delete.certain.iter();
            by_pod.extend(certain.map(|p| (p.as_str(), "deleted next")));
            let open = update.delete.candidates.iter();
            by_pod.extend(open.map(|p| (p.as_str(), "may be deleted next")));
        }
        for delete in body.manage.iter().flat_map(|m| &m.delete) {
            by_pod.insert(&delete.pod, "deleted at once");
        }
        Self { by_pod, by_hand }
    }

    fn words(&self, pod: &OldPod) -> String {
        let left = if self.by_hand {
            "stays until it is deleted"
        } else {
            "waits"
        };
        let fate = self.by_pod.get(pod.pod.as_str()).copied().unwrap_or(left);
        match pod.remade {
            Some(true) => fate.to_owned(),
            Some(false) => format!("{fate}; once it is gone, none is made again"),
            None => format!("{fate}; whether one is made again is unknown"),
        }
    }
}

fn old_row(pod: &OldPod, fates: &Fates<'_>) -> Vec<Text> {
    let revision = pod.revision.map(|n| n.to_string());
    vec![
        pod.node.clone().into(),
        pod.pod.clone().into(),
        revision.unwrap_or_else(|| "unknown".to_owned()).into(),
        fates.words(pod).into(),
    ]
}

/// The commands that roll what waits for a hand.
fn commands(document: &mut Document, report: &RolloutPlan, old: &[OldPod]) {
    let (namespace, name) = (&report.daemon_set.namespace, &report.daemon_set.name);
    let replaced = || old.iter().filter(|p| p.remade != Some(false));
    let when = if report.change.is_some() {
        "after the change, "
    } else {
        ""
    };
    if let Some(delete) = replaced().find_map(|pod| delete_one(namespace, &pod.pod)) {
        document.line(2, format!("{when}one node after the other, as:"));
        document.verbatim(4, delete.to_string());
    }
    let is_one = replaced().nth(1).is_none();
    if let Some(all) = delete_all(namespace, name).filter(|_| !is_one) {
        document.line(
            2,
            "or all that are made again, at once, so that every node is without the agent until its new pod is available:",
        );
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
    let rows = body.known_drift().iter().map(drift_row).collect();
    let header = ["NODE", "POD", "BY THE LABEL", "DIFFERENCE"];
    first_rows(document, 0, &header, rows, limits);
}

fn drift_row(drift: &Drift) -> Vec<Text> {
    let label = match drift.by {
        DriftBy::Generation => "pod-template-generation",
        DriftBy::Relabelled => "controller-revision-hash",
    };
    vec![
        drift.node.clone().into(),
        drift.pod.clone().into(),
        label.into(),
        difference(drift).into(),
    ]
}

/// The images first; the message without the name that stands beside it.
fn difference(drift: &Drift) -> String {
    let image = |(container, images): (&String, &ImageDrift)| match &images.pod {
        Some(image) => format!("{container} runs {image}, not {}", images.template),
        None => format!("it has no container {container} ({})", images.template),
    };
    let mut parts: Vec<_> = drift.images.iter().map(image).collect();
    // Images are listed with both values already.
    let is_unlisted = |field: &&String| drift.images.is_empty() || !field.ends_with("].image");
    let fields: Vec<_> = drift
        .fields
        .iter()
        .filter(is_unlisted)
        .map(String::as_str)
        .collect();
    if !fields.is_empty() {
        parts.push(format!("differing: {}", fields.join(", ")));
    }
    let name = format!("pod {} ", drift.pod);
    let message = drift.message.strip_prefix(&name);
    parts.push(message.unwrap_or(&drift.message).to_owned());
    parts.join("; ")
}
