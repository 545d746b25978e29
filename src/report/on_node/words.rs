//! The reasons of one DaemonSet on a node, or on nodes that are alike, in words.

use crate::report::code::Code;
use crate::report::reason::Reason;
use crate::report::summary::without_value;

use super::OnNode;

/// All reasons in one cell, without those that the state says already.
#[must_use]
pub fn reasons_of_one(one: &OnNode) -> String {
    let said = |code| matches!(code, Code::PodMissing | Code::Misscheduled);
    let told = one.reasons.iter().filter(|r| !said(r.code));
    let mut words: Vec<_> = told.map(|r| r.message.as_str()).collect();
    words.extend(recovery(one));
    words.join("; ")
}

/// The same for many nodes: what decides in words, the rest, which tells of pods and times, in codes.
#[must_use]
pub fn reasons_of_many(one: &OnNode) -> String {
    let rules = rule_words(one);
    let rest = one.reasons.iter().filter(|r| r.decides.is_none());
    let said = |code| matches!(code, Code::PodMissing | Code::Misscheduled);
    let mut rest: Vec<_> = rest
        .filter(|r| !said(r.code))
        .map(|r| r.code.name())
        .collect();
    rest.dedup();
    let words = rules.iter().map(String::as_str);
    words
        .chain(rest)
        .chain(recovery(one))
        .collect::<Vec<_>>()
        .join("; ")
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
