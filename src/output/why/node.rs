//! `why DS NODE` for people.

use jiff::Timestamp;

use crate::analysis::causes::{is_in_progress, main_cause, warning};
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::excluded_by_own_taint::is_excluded_by_own_taint;
use crate::analysis::impact::Impact;
use crate::analysis::next::steps_for_node;
use crate::analysis::node::{Eligibility, NodeEligibility};
use crate::analysis::pod::{DaemonPod, PodState};
use crate::analysis::reason::{Code, Reason};
use crate::analysis::remedy::{ChangedObject, Remedy};
use crate::analysis::rules::Rule;

use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::managed::managed;
use crate::output::mark::Mark;
use crate::output::next::next;
use crate::output::print_options::PrintOptions;
use crate::output::words::style_of;
use crate::words::Sentence;
use crate::words::reason::{below, quote, sentence};
use crate::words::{
    fragment, remedy as remedy_words, rules as rule_words, state, template_field, why as words,
};

/// Lays out the answer about one node.
pub(super) fn layout(report: &EligibilityReport, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let now = report.basis.evaluated_at;
    for node in &report.nodes {
        first_lines(&mut document, report, node, options.unicode);
        if let Some(text) = words::broken_besides(report, &node.name) {
            document.line(2, text);
        }
        evidence(&mut document, node, options.limits.wide, now);
        // What the first line says about the node isn't repeated for it and others.
        let cause = main_cause(node);
        let is_told =
            |f: &&Reason| cause.is_some_and(|cause| cause.code() == f.code() || cause.covers(f));
        let refusal = report.refusal_on(node);
        let others = report.findings.iter().filter(|f| Some(*f) != refusal);
        for finding in others.filter(|f| !is_told(f)) {
            document.line(2, sentence(finding, now));
        }
        remedies(&mut document, report, node);
        let steps = steps_for_node(report, node);
        next(&mut document, &steps);
        let advised = steps.iter().filter_map(|step| step.command.as_ref());
        let advised = advised.chain(node.remedies.iter().filter_map(Remedy::command));
        managed(&mut document, report.manager.as_ref(), advised);
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

/// The answer, and the message of the container or the server.
fn first_lines(
    document: &mut Document,
    report: &EligibilityReport,
    node: &NodeEligibility,
    unicode: bool,
) {
    let mark = mark(report, node).text(unicode);
    let first = words::of_node(report, node);
    document.line(0, mark.then(first.clone()));
    if node.should_run == Some(false) {
        for text in words::taint_owners(node) {
            document.line(2, text);
        }
    }
    let cause = main_cause(node).filter(|_| node.is_clean() == Some(false));
    let Some(cause) = report.refusal_on(node).or(cause) else {
        return;
    };
    let now = report.basis.evaluated_at;
    let warning = warning(node, cause).and_then(|warning| below(warning, cause, now));
    let is_new = |quote: &Sentence| !first.as_str().contains(quote.as_str().trim_matches('"'));
    let quote = quote(cause).filter(is_new);
    for text in quote.into_iter().chain(warning) {
        document.line(2, text);
    }
}

fn mark(report: &EligibilityReport, node: &NodeEligibility) -> Mark {
    let is_excluded = node.should_run == Some(false) && !node.is_missing();
    match node.is_clean() {
        _ if node.is_excluded_though_expected() => Mark::Broken,
        _ if is_excluded_by_own_taint(node) => Mark::Attention,
        _ if is_excluded && node.pods.is_empty() => Mark::Excluded,
        _ if is_excluded || !report.applied => Mark::Attention,
        Some(true) if node.has(Code::RestartsAgainAndAgain) => Mark::Attention,
        Some(true) => Mark::Healthy,
        Some(false)
            if main_cause(node)
                .is_some_and(|r| r.code() == Code::PodOutdated || is_in_progress(r)) =>
        {
            Mark::Attention
        }
        Some(false) => Mark::Broken,
        None if report.refusal_on(node).is_some() => Mark::Broken,
        None => Mark::Unknown,
    }
}

/// What the first line is based on: the rules, and the other reasons about the pods.
fn evidence(document: &mut Document, node: &NodeEligibility, wide: bool, now: Timestamp) {
    let mut found = Document::default();
    // Rules are evaluated on nodes that exist.
    if !node.is_missing() {
        if wide {
            rules(&mut found, &node.rules);
            verdict(&mut found, node);
        } else if let Some(rules) = words::rules(node) {
            found.line(2, rules);
        }
    }
    pods(&mut found, node, wide, now);
    if !found.blocks.is_empty() {
        document.blank();
        document.blocks.extend(found.blocks);
    }
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
            Quoted::new(template_field::row(&rule.field)).into(),
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
            "New pod".into(),
            (style_of(new), words::new_pod(new)).into(),
        ],
        vec![
            "Existing pod".into(),
            (style_of(running), words::running_pod(node)).into(),
        ],
    ];
    document.table(0, &[], rows);
}

fn pods(document: &mut Document, node: &NodeEligibility, wide: bool, now: Timestamp) {
    if wide || node.pods.len() > 1 {
        for pod in &node.pods {
            document.line(2, pod_line(pod));
        }
    }
    let said = main_cause(node).filter(|_| node.is_clean() == Some(false));
    let others = node.reasons.iter();
    let warned = said.and_then(|cause| warning(node, cause));
    let is_clean = node.is_clean() == Some(true);
    let is_said = |r: &Reason| {
        let restarts = is_clean && r.code() == Code::RestartsAgainAndAgain;
        restarts || Some(r) == said || Some(r) == warned
    };
    let others = others.filter(|r| r.decides().is_none() && !is_said(r) && says_more(r));
    for reason in others {
        document.line(2, sentence(reason, now));
    }
}

/// Rules that don't decide are only in the table of rules, and what the first line says isn't
/// repeated.
fn says_more(reason: &Reason) -> bool {
    let code = reason.code();
    !code.repeats_state()
        && !matches!(
            code,
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
        .and(Style::Strong, Quoted::new(&pod.name))
        .and(Style::Plain, ": ")
        .and(style, state::of_pod(pod))
        .and(Style::Plain, words::pod_details(pod))
}

fn remedies(document: &mut Document, report: &EligibilityReport, node: &NodeEligibility) {
    if node.remedies.is_empty() {
        return;
    }
    let mut obstacles: Vec<_> = node.remedies.iter().map(|r| &r.obstacle).collect();
    obstacles.dedup();
    let has_several = obstacles.len() > 1;
    document.heading(remedy_words::heading(has_several));
    let on_delete = report.is_on_delete();
    let mut obstacle = None;
    for (at, remedy) in node.remedies.iter().enumerate() {
        if has_several && obstacle != Some(&remedy.obstacle) {
            obstacle = Some(&remedy.obstacle);
            let text = remedy_words::obstacle(&remedy.obstacle);
            document.line(2, (Style::Strong, text));
        }
        let text = remedy_words::numbered(at + 1, remedy, &node.name, on_delete);
        document.step(text);
        how(document, remedy);
    }
    let is_template = |r: &&Remedy| r.changes() == ChangedObject::Template;
    if node.remedies.iter().filter(is_template).count() > 1
        && let Some(patch) = &node.template_patch
    {
        let number = node.remedies.len() + 1;
        let text = remedy_words::all_at_once(number, &node.remedies, on_delete);
        document.step(text);
        document.command(5, patch);
    }
}

/// The command, or what a manifest has to contain.
fn how(document: &mut Document, remedy: &Remedy) {
    if let Some(command) = remedy.command() {
        document.command(5, command);
        return;
    }
    let field = remedy.field();
    match (field, fragment::fragment(remedy)) {
        (Some(field), Some(fragment)) => {
            document.line(5, fragment::add_to(&field));
            document.verbatim(7, Quoted::new(fragment));
        }
        (Some(field), None) => {
            document.line(5, Quoted::new(template_field::shortened(&field)));
        }
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
