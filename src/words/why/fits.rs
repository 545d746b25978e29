//! Which rules a node passes, and what happens to a pod there.

use crate::analysis::fate::is_seen_by_its_node;
use crate::analysis::node::NodeEligibility;
use crate::analysis::pod::PodState;
use crate::analysis::rules::{Rule, TemplateRule};
use crate::analysis::template_field::TemplateField;
use crate::words::sentence::Sentence;

/// Which rules an excluded node passes, and what happens to pods; `None` for one that isn't
/// excluded.
#[must_use]
pub fn rules(node: &NodeEligibility) -> Option<Sentence> {
    if node.rules.is_empty() || node.should_run == Some(true) {
        return None;
    }
    let fit = match fitting(&node.rules).as_slice() {
        [] => String::new(),
        fields => format!("the node matches its {}; ", fields.join(" and ")),
    };
    let pods = match (node.should_run, node.pods.first()) {
        (None, _) => "whether a pod is created here is unknown",
        (_, None) if node.pod_state == PodState::Unknown => {
            "its pods couldn't be read, and none will be created"
        }
        (_, None) => "no pod runs here, and none will be created",
        // The first line says what becomes of that.
        (_, Some(_)) => "no new pod will be created here",
    };
    Some(Sentence::new(format!(
        "{fit}{pods} (-o wide shows all rules)"
    )))
}

/// Where the node has everything that the template requires.
fn fitting(rules: &[Rule]) -> Vec<&'static str> {
    let passes = |rule: &&Rule| rule.passed != Some(false);
    let of = |kind: &'static str, is_kind: fn(&TemplateField) -> bool, any_is_enough: bool| {
        let asked = rules.iter().filter(|rule| is_kind(&rule.field));
        let mut asked = asked.filter(|rule| rule.template != TemplateRule::NotSet);
        let fits = match any_is_enough {
            true => asked.any(|rule| passes(&rule)),
            false => {
                let mut asked = asked.peekable();
                asked.peek().is_some() && asked.all(|rule| passes(&rule))
            }
        };
        fits.then_some(kind)
    };
    let kinds = [
        of("nodeName", |f| *f == TemplateField::NodeName, false),
        of(
            "nodeSelector",
            |f| matches!(f, TemplateField::NodeSelectorPair(_)),
            false,
        ),
        // One matching term is enough.
        of(
            "nodeAffinity",
            |f| matches!(f, TemplateField::NodeSelectorTerm(_)),
            true,
        ),
    ];
    kinds.into_iter().flatten().collect()
}

/// What happens to a new pod on a node.
#[must_use]
pub const fn new_pod(should_run: Option<bool>) -> &'static str {
    match should_run {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// What happens to an existing pod.
#[must_use]
pub fn running_pod(node: &NodeEligibility) -> &'static str {
    match node.should_continue_running {
        _ if node.pods.is_empty() && node.pod_state != PodState::Unknown => "none",
        Some(true) => "kept",
        Some(false) if is_seen_by_its_node(&node.pods) => "deleted",
        Some(false) => "deleted at the next sync",
        None => "unknown",
    }
}
