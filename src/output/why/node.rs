//! `why DS NODE` for people.

use crate::report::code::Code;
use crate::report::eligibility::EligibilityReport;
use crate::report::impact::Impact;
use crate::report::node::{Eligibility, NodeEligibility};
use crate::report::pod::{PodReport, PodState};
use crate::report::reason::{POD_SPEC, Reason};
use crate::report::remedy::{Changes, Remedy};
use crate::report::rules::Rule;

use crate::output::document::{Document, Style, Text};
use crate::output::words::{daemon_set, finding_text, state_word};

/// Lays out the answer about one node.
pub(super) fn layout(report: &EligibilityReport) -> Document {
    let mut document = Document::default();
    for node in &report.nodes {
        headline(&mut document, report, node);
        for finding in &report.findings {
            document.line(0, finding_text(finding));
        }
        rules(&mut document, &node.rules);
        // The rules are asked of nodes that are there.
        if !node.is_missing() {
            verdict(&mut document, node);
        }
        pods(&mut document, node);
        remedies(&mut document, report, node);
        if let Some(found) = &node.impact {
            impact(&mut document, report, node, found);
        }
    }
    if report.nodes.is_empty() {
        let name = &report.daemon_set;
        document.line(0, format!("DaemonSet {name}: nothing is known of the node"));
    }
    crate::output::closing::closing(&mut document, &report.header);
    document
}

fn headline(document: &mut Document, report: &EligibilityReport, node: &NodeEligibility) {
    let (style, word) = if node.is_missing() {
        (Style::Bad, "the node doesn't exist")
    } else if node.eligibility == Eligibility::KeepsRunning && node.pods.is_empty() {
        eligibility_word(Eligibility::Excluded)
    } else {
        eligibility_word(node.eligibility)
    };
    let text = daemon_set(&report.daemon_set)
        .and(Style::Plain, " on node ")
        .and(Style::Strong, node.name.clone())
        .and(Style::Plain, ": ")
        .and(style, word)
        .and(Style::Plain, format!(", {}", pod_words(report, node)));
    let text = if report.applied {
        text
    } else {
        text.and(Style::Warn, ", not applied")
    };
    document.line(0, text);
}

/// An eligibility in words, with its style.
pub(super) const fn eligibility_word(eligibility: Eligibility) -> (Style, &'static str) {
    match eligibility {
        Eligibility::Eligible => (Style::Good, "eligible"),
        Eligibility::KeepsRunning => (Style::Warn, "not eligible, but a pod that is there stays"),
        Eligibility::Excluded => (Style::Bad, "not eligible"),
        Eligibility::Unknown => (Style::Warn, "unknown"),
    }
}

fn pod_words(report: &EligibilityReport, node: &NodeEligibility) -> String {
    match (node.pod_state, node.pods.first()) {
        (PodState::Missing, _) if !report.applied => "a pod would be made".to_owned(),
        (PodState::Missing, _) => "has no pod, and should".to_owned(),
        (PodState::None, _) if node.should_run == Some(true) => {
            "has no pod, and shouldn't".to_owned()
        }
        (PodState::None, _) if !report.applied => "so no pod would be made".to_owned(),
        (PodState::None, _) => "so it has no pod".to_owned(),
        (PodState::Unknown, _) if has_pods_read(report) => "it has no pod".to_owned(),
        (PodState::Unknown, _) => "its pods couldn't be read".to_owned(),
        (state, Some(pod)) => format!("pod {} is {}", pod.name, state_word(state)),
        (state, None) => state_word(state).to_owned(),
    }
}

fn has_pods_read(report: &EligibilityReport) -> bool {
    let incomplete = &report.header.incomplete;
    !incomplete.iter().any(|missing| missing.resource == "pods")
}

fn rules(document: &mut Document, rules: &[Rule]) {
    if rules.is_empty() {
        return;
    }
    document.blank();
    let rows = rules.iter().map(|rule| {
        let (style, mark) = match rule.passed {
            Some(true) => (Style::Good, "✓ pass"),
            Some(false) => (Style::Bad, "✗ FAIL"),
            None => (Style::Dim, "· ignored"),
        };
        let field = format!("{}{}", "  ".repeat(rule.depth), short_field(&rule.field));
        vec![
            (style, mark).into(),
            field.into(),
            rule.template.clone().into(),
            rule.node.clone().into(),
        ]
    });
    document.table(0, &["RESULT", "RULE", "TEMPLATE", "NODE"], rows.collect());
}

/// The field without what all rules have in common, and with the long affinity path cut short.
fn short_field(field: &str) -> String {
    let field = field
        .strip_prefix(POD_SPEC)
        .unwrap_or(field)
        .trim_start_matches('.');
    let terms =
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    match field.strip_prefix(terms) {
        Some("") => "required nodeAffinity".to_owned(),
        Some(rest) => match rest.split_once("].") {
            Some((_, requirement)) => requirement.to_owned(),
            None => format!("nodeAffinity term {rest}"),
        },
        None => field.to_owned(),
    }
}

fn verdict(document: &mut Document, node: &NodeEligibility) {
    let words = |answer: Option<bool>, yes, no| match answer {
        Some(true) => (Style::Good, yes),
        Some(false) => (Style::Bad, no),
        None => (Style::Warn, "unknown"),
    };
    document.blank();
    let rows = vec![
        vec![
            "A new pod".into(),
            words(node.should_run, "is made", "is not made").into(),
        ],
        vec![
            "A pod that is there".into(),
            words(node.should_continue_running, "stays", "is deleted at once").into(),
        ],
    ];
    document.table(0, &[], rows);
}

fn pods(document: &mut Document, node: &NodeEligibility) {
    let about_pods: Vec<_> = node
        .reasons
        .iter()
        .filter(|r| r.decides.is_none() && !is_about_rules(r))
        .collect();
    if node.pods.is_empty() && about_pods.is_empty() {
        return;
    }
    document.heading("Pod");
    for pod in &node.pods {
        document.line(2, pod_line(pod));
    }
    for reason in about_pods {
        document.line(2, finding_text(reason));
    }
}

/// Rules that don't decide stand in the table of rules and not among what became of the pod.
const fn is_about_rules(reason: &Reason) -> bool {
    matches!(
        reason.code,
        Code::UntoleratedPreferNoSchedule | Code::NodeAffinityInvalid
    )
}

fn pod_line(pod: &PodReport) -> Text {
    let style = if pod.state == PodState::Available {
        Style::Good
    } else {
        Style::Bad
    };
    let since = pod.since.map(|t| format!(" since {t}")).unwrap_or_default();
    let updated = match pod.updated {
        Some(true) => ", from the current template",
        Some(false) => ", from an older template",
        None => "",
    };
    Text::default()
        .and(Style::Strong, pod.name.clone())
        .and(Style::Plain, ": ")
        .and(style, state_word(pod.state))
        .and(Style::Plain, format!("{since}{updated}"))
}

fn remedies(document: &mut Document, report: &EligibilityReport, node: &NodeEligibility) {
    let Some(first) = node.remedies.first() else {
        return;
    };
    let one_side = node
        .remedies
        .iter()
        .filter(|r| r.changes == first.changes)
        .count();
    let each = if one_side > 1 {
        ", one of the changes for each obstacle"
    } else {
        ""
    };
    document.heading(format!(
        "To make it eligible{each} (checked with the engine)"
    ));
    let mut obstacle = "";
    for remedy in &node.remedies {
        if remedy.obstacle != obstacle {
            obstacle = &remedy.obstacle;
            document.line(2, (Style::Strong, obstacle));
        }
        remedy_lines(document, report, remedy);
    }
}

fn remedy_lines(document: &mut Document, report: &EligibilityReport, remedy: &Remedy) {
    let what = match remedy.changes {
        Changes::Template if is_on_delete(report) => {
            "changes the template: pods stay as they are until somebody deletes them (OnDelete), other nodes may become eligible"
        }
        Changes::Template => {
            "changes the template: every pod is rolled, other nodes may become eligible"
        }
        Changes::Node => "changes the node: other workloads see it too",
    };
    let what = if remedy.tag == "inspect" {
        "nothing to change by hand"
    } else {
        what
    };
    document.line(4, (Style::Dim, format!("[{}] {what}", remedy.tag)));
    if let Some(note) = &remedy.note {
        document.line(6, note.clone());
    }
    if let Some(command) = &remedy.command {
        document.verbatim(6, command.to_string());
    }
    match (&remedy.field, &remedy.fragment) {
        (Some(field), Some(fragment)) => {
            document.line(6, format!("add to {}:", cut_short(field)));
            document.verbatim(8, fragment.clone());
        }
        (Some(field), None) => document.line(6, cut_short(field)),
        (None, _) => {}
    }
}

fn is_on_delete(report: &EligibilityReport) -> bool {
    report.update_strategy == "OnDelete"
}

fn impact(
    document: &mut Document,
    report: &EligibilityReport,
    node: &NodeEligibility,
    impact: &Impact,
) {
    document.heading("What the changes of the template would do to all nodes");
    let others: Vec<_> = impact.gained.iter().filter(|n| **n != node.name).collect();
    let list = |names: &[&String]| {
        let shown: Vec<_> = names.iter().take(10).map(|n| n.as_str()).collect();
        let more = names.len().saturating_sub(shown.len());
        let rest = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{rest}", shown.join(", "))
    };
    let gained = match others.len() {
        0 => "no other node becomes eligible".to_owned(),
        1 => format!("1 other node becomes eligible: {}", list(&others)),
        n => format!("{n} other nodes become eligible: {}", list(&others)),
    };
    document.line(2, gained);
    if !impact.lost.is_empty() {
        let lost: Vec<_> = impact.lost.iter().collect();
        document.line(2, format!("no longer eligible: {}", list(&lost)));
    }
    let by_hand = is_on_delete(report);
    let rolled = match (impact.rolled, by_hand) {
        (1, false) => {
            "the rollout replaces 1 pod, as after every change of the template".to_owned()
        }
        (n, false) => {
            format!("the rollout replaces {n} pods, as after every change of the template")
        }
        (n, true) => format!("nothing is rolled (OnDelete): pods to replace by hand: {n}"),
    };
    document.line(2, rolled);
    if !impact.not_made_again.is_empty() {
        let lost: Vec<_> = impact.not_made_again.iter().collect();
        let when = if by_hand {
            "once somebody deletes the pod there"
        } else {
            "the pod there is deleted and"
        };
        document.line(
            2,
            format!("lost: {when} none is made again: {}", list(&lost)),
        );
    }
    document.line(
        2,
        "changes of the node touch no other node of this DaemonSet",
    );
}

/// The field without the middle of its longest word, so that it fits a line.
fn cut_short(field: &str) -> String {
    field.replace(
        "requiredDuringSchedulingIgnoredDuringExecution",
        "required…",
    )
}
