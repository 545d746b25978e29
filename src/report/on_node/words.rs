//! The reasons of one DaemonSet on a node, or on nodes that are alike, in words.

use crate::report::code::Code;
use crate::report::reason::Reason;
use crate::report::summary::without_value;

use super::OnNode;

/// All reasons in one cell, without those that the state or the node's own line says already.
#[must_use]
pub fn reasons_of_one(one: &OnNode) -> String {
    let told = one.reasons.iter().filter(|r| !is_said(r.code));
    let words = told.map(|r| r.message.as_str());
    joined(words.chain(recovery(one)))
}

/// The same for many nodes: what decides in words, the rest, which tells of pods and times, in codes.
#[must_use]
pub fn reasons_of_many(one: &OnNode) -> String {
    let rules = rule_words(one);
    let rest = one.reasons.iter().filter(|r| r.decides.is_none());
    let mut rest: Vec<_> = rest
        .filter(|r| !is_said(r.code))
        .map(|r| r.code.name())
        .collect();
    rest.dedup();
    let words = rules.iter().map(String::as_str);
    joined(words.chain(rest).chain(recovery(one)))
}

/// What keeps it from running, without what became of its pod.
#[must_use]
pub fn why_not(one: &OnNode) -> String {
    let rules = rule_words(one);
    let words = rules.iter().map(String::as_str);
    joined(words.chain(recovery(one)))
}

fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join("; ")
}

const fn is_said(code: Code) -> bool {
    matches!(
        code,
        Code::PodMissing | Code::Misscheduled | Code::NodeNotReady
    )
}

/// What excludes it, without the node's own values.
#[must_use]
pub fn rule_words(one: &OnNode) -> Vec<String> {
    let deciding = one.reasons.iter().filter(|r| r.decides.is_some());
    let words = |r: &Reason| without_value(&r.message).to_owned();
    deciding.map(words).collect()
}

fn recovery(one: &OnNode) -> Option<&'static str> {
    one.waits_for_the_node()
        .then_some("it counts again when the node recovers")
}
