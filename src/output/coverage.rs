//! The effects of changes on expectations, for people.

use crate::analysis::coverage::ExpectationChange;
use crate::words::Sentence;
use crate::words::coverage::{self as words, Effect};

use super::comment::{Comment, ListKind, named};
use super::document::{Document, Style, Text};
use super::lists::{Limits, few, listed};

/// Shows what happens to each expectation, below an empty line, except those that are and stay met.
pub(super) fn expectations(document: &mut Document, changes: &[ExpectationChange], limits: Limits) {
    for change in changes {
        let lines: Vec<Text> = lines(change, limits).collect();
        if lines.is_empty() {
            continue;
        }
        document.heading(words::of_change(change));
        for line in lines {
            document.line(2, line);
        }
    }
}

fn lines(change: &ExpectationChange, limits: Limits) -> impl Iterator<Item = Text> {
    let too_few = words::least(change).map(|text| {
        let style = if change.too_few() > 0 {
            Style::Bad
        } else {
            Style::Good
        };
        (style, text).into()
    });
    let effects = effects(change)
        .map(move |(effect, nodes)| line(effect, words::on_nodes(effect), nodes, limits));
    too_few.into_iter().chain(effects)
}

/// The same where everything is about one node: a line for each effect, with the names of
/// DaemonSets.
pub(super) fn on_node(document: &mut Document, changes: &[ExpectationChange], limits: Limits) {
    let has = |change: &ExpectationChange, effect| match effect {
        Effect::Breaks => !change.breaks.is_empty(),
        Effect::Mends => !change.mends.is_empty(),
        Effect::StillUncovered => !change.still_uncovered().is_empty(),
    };
    for effect in [Effect::Breaks, Effect::Mends, Effect::StillUncovered] {
        let names = changes.iter().filter(|change| has(change, effect));
        let names: Vec<String> = names.map(|change| change.daemon_set.to_string()).collect();
        if !names.is_empty() {
            document.line(0, line(effect, words::on_node(effect), names, limits));
        }
    }
}

/// The same as items of a comment.
pub(super) fn items(comment: &mut Comment, changes: &[ExpectationChange], limits: Limits) {
    for change in changes {
        let least = words::least(change).map(|least| (of_least(change), Text::from(least)));
        let nodes =
            effects(change).map(|(effect, nodes)| (kind(effect), few(&nodes, limits).into()));
        for (kind, text) in least.into_iter().chain(nodes) {
            let text = text.and(Style::Plain, words::behind_nodes(change));
            comment.item(kind, named(&change.daemon_set, text));
        }
    }
}

const fn kind(effect: Effect) -> ListKind {
    match effect {
        Effect::Breaks => ListKind::ExpectationsBroken,
        Effect::Mends => ListKind::ExpectationsMended,
        Effect::StillUncovered => ListKind::StillUncovered,
    }
}

/// What happens to the least number, where that is or was too few.
fn of_least(change: &ExpectationChange) -> ListKind {
    kind(if change.breaks_least() {
        Effect::Breaks
    } else if change.mends_least() {
        Effect::Mends
    } else {
        Effect::StillUncovered
    })
}

/// The nodes of each effect, the worst first.
fn effects(change: &ExpectationChange) -> impl Iterator<Item = (Effect, Vec<String>)> {
    let effects = [
        (Effect::Breaks, change.breaks.clone()),
        (Effect::Mends, change.mends.clone()),
        (Effect::StillUncovered, change.still_uncovered()),
    ];
    effects.into_iter().filter(|(_, nodes)| !nodes.is_empty())
}

fn line(effect: Effect, what: &'static str, names: Vec<String>, limits: Limits) -> Text {
    let style = match effect {
        Effect::Breaks => Style::Bad,
        Effect::Mends => Style::Good,
        Effect::StillUncovered => Style::Warn,
    };
    let names: Sentence = listed(names, limits);
    Text::from((style, what))
        .and(Style::Plain, " ")
        .and(Style::Plain, names)
}
