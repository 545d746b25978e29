//! `why DS NODE` for people.

use jiff::Timestamp;

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::impact::Impact;
use crate::analysis::node::{Eligibility, NodeEligibility};
use crate::analysis::pod::{DaemonPod, PodState};
use crate::analysis::reason::{Code, Reason};
use crate::analysis::remedy::Remedy;
use crate::analysis::rules::Rule;

use crate::output::document::{Document, Style, Text};
use crate::output::words::{reason_text, style_of};
use crate::words::{
    remedy as remedy_words, rules as rule_words, state, template_field, why as words,
};

/// Lays out the answer about one node.
pub(super) fn layout(report: &EligibilityReport) -> Document {
    let mut document = Document::default();
    let now = report.basis.evaluated_at;
    for node in &report.nodes {
        headline(&mut document, report, node);
        for finding in &report.findings {
            document.line(0, reason_text(finding, now));
        }
        rules(&mut document, &node.rules);
        // The rules are asked of nodes that are there.
        if !node.is_missing() {
            verdict(&mut document, node);
        }
        pods(&mut document, node, now);
        remedies(&mut document, report, node);
        if let Some(found) = &node.impact {
            impact(&mut document, report, node, found);
        }
    }
    if report.nodes.is_empty() {
        document.line(0, words::nothing_known(report));
    }
    crate::output::closing::closing(&mut document, &report.basis);
    document
}

fn headline(document: &mut Document, report: &EligibilityReport, node: &NodeEligibility) {
    let style = if node.is_missing() {
        Style::Bad
    } else {
        eligibility_style(node.eligibility_for_pods())
    };
    let text = Text::from("DaemonSet ")
        .and(Style::Strong, report.daemon_set.to_string())
        .and(Style::Plain, " on node ")
        .and(Style::Strong, node.name.clone())
        .and(Style::Plain, ": ")
        .and(style, words::eligibility(node))
        .and(Style::Plain, format!(", {}", words::pod(report, node)));
    let text = if report.applied {
        text
    } else {
        text.and(Style::Warn, format!(", {}", words::clean(report)))
    };
    document.line(0, text);
}

/// An eligibility as one cell.
pub(super) fn eligibility_cell(eligibility: Eligibility) -> Text {
    let name = state::eligibility_name(eligibility);
    (eligibility_style(eligibility), name).into()
}

const fn eligibility_style(eligibility: Eligibility) -> Style {
    match eligibility {
        Eligibility::Eligible => Style::Good,
        Eligibility::KeepsRunning | Eligibility::Unknown => Style::Warn,
        Eligibility::Excluded => Style::Bad,
    }
}

fn rules(document: &mut Document, rules: &[Rule]) {
    if rules.is_empty() {
        return;
    }
    document.blank();
    let rows = rules.iter().map(|rule| {
        let style = match rule.passed {
            None => Style::Dim,
            passed => style_of(passed),
        };
        vec![
            (style, rule_words::passed(rule.passed)).into(),
            template_field::row(&rule.field).into(),
            rule_words::template(&rule.template).into(),
            rule_words::node(&rule.node).into(),
        ]
    });
    document.table(0, &["RESULT", "RULE", "TEMPLATE", "NODE"], rows.collect());
}

fn verdict(document: &mut Document, node: &NodeEligibility) {
    let (new, running) = (node.should_run, node.should_continue_running);
    document.blank();
    let rows = vec![
        vec![
            "A new pod".into(),
            (style_of(new), words::new_pod(new)).into(),
        ],
        vec![
            "A pod that is there".into(),
            (style_of(running), words::running_pod(node)).into(),
        ],
    ];
    document.table(0, &[], rows);
}

fn pods(document: &mut Document, node: &NodeEligibility, now: Timestamp) {
    let about_pods: Vec<_> = node
        .reasons
        .iter()
        .filter(|r| r.decides().is_none() && !is_about_rules(r))
        .collect();
    if node.pods.is_empty() && about_pods.is_empty() {
        return;
    }
    document.heading("Pod");
    for pod in &node.pods {
        document.line(2, pod_line(pod));
    }
    for reason in about_pods {
        document.line(2, reason_text(reason, now));
    }
}

/// Rules that don't decide stand in the table of rules and not among what became of the pod.
const fn is_about_rules(reason: &Reason) -> bool {
    matches!(
        reason.code(),
        Code::UntoleratedPreferNoSchedule | Code::NodeAffinityInvalid
    )
}

fn pod_line(pod: &DaemonPod) -> Text {
    let style = if pod.state == PodState::Available {
        Style::Good
    } else {
        Style::Bad
    };
    Text::default()
        .and(Style::Strong, pod.name.clone())
        .and(Style::Plain, ": ")
        .and(style, state::of_pod(pod))
        .and(Style::Plain, words::pod_details(pod))
}

fn remedies(document: &mut Document, report: &EligibilityReport, node: &NodeEligibility) {
    let Some(first) = node.remedies.first() else {
        return;
    };
    let one_side = node.remedies.iter();
    let one_side = one_side.filter(|r| r.changes() == first.changes()).count();
    document.heading(remedy_words::heading(one_side > 1));
    let mut obstacle = None;
    for remedy in &node.remedies {
        if obstacle != Some(&remedy.obstacle) {
            obstacle = Some(&remedy.obstacle);
            let text = remedy_words::obstacle(&remedy.obstacle);
            document.line(2, (Style::Strong, text));
        }
        remedy_lines(document, remedy, report.is_on_delete());
    }
}

fn remedy_lines(document: &mut Document, remedy: &Remedy, on_delete: bool) {
    let tag = remedy_words::tag(remedy.tag());
    let reach = remedy_words::reach(remedy, on_delete);
    document.line(4, (Style::Dim, format!("[{tag}] {reach}")));
    if let Some(note) = remedy_words::note(remedy) {
        document.line(6, note);
    }
    if let Some(command) = remedy.command() {
        document.verbatim(6, command.to_string());
    }
    let field = remedy.field();
    let field = field.map(|field| template_field::shortened(&field));
    match (field, remedy_words::fragment(remedy)) {
        (Some(field), Some(fragment)) => {
            document.line(6, format!("add to {field}:"));
            document.verbatim(8, fragment);
        }
        (Some(field), None) => document.line(6, field),
        (None, _) => {}
    }
}

fn impact(
    document: &mut Document,
    report: &EligibilityReport,
    node: &NodeEligibility,
    impact: &Impact,
) {
    document.heading(remedy_words::IMPACT);
    for line in remedy_words::impact(impact, &node.name, report.is_on_delete()) {
        document.line(2, line);
    }
}
