//! The rules of a template, applied to the node.

use crate::analysis::reason::requirement_text;
use crate::analysis::rules::{NodeFact, TemplateRule};
use crate::engine::toleration::{DaemonToleration, Origin};

use super::notation::{label_fact, toleration};
use super::sentence::Sentence;

/// What the template asks.
#[must_use]
pub fn template(rule: &TemplateRule) -> Sentence {
    Sentence::new(match rule {
        TemplateRule::NotSet => "not set".to_owned(),
        TemplateRule::Node(name) => name.clone(),
        TemplateRule::Label { key, value } => format!("{key}={value}"),
        TemplateRule::NoUsableTerm => "no usable term".to_owned(),
        TemplateRule::AllRequirements => "all of".to_owned(),
        TemplateRule::Requirement {
            key,
            operator,
            values,
        } => requirement_text(key, operator, values),
        TemplateRule::Toleration(toleration) => tolerated_by(toleration),
        TemplateRule::NoToleration => "no toleration matches".to_owned(),
        TemplateRule::Tolerations(count) => format!("{count} tolerations"),
    })
}

fn tolerated_by(by: &DaemonToleration) -> String {
    let text = toleration(by);
    match by.origin {
        Origin::Template(_) => format!("tolerates {text}"),
        Origin::Automatic { replaced: None } => format!("tolerates {text} (added automatically)"),
        Origin::Automatic {
            replaced: Some(index),
        } => format!(
            "tolerates {text} (added automatically in place of tolerations[{index}], whose tolerationSeconds is lost)"
        ),
    }
}

/// What the node has.
#[must_use]
pub fn node(fact: &NodeFact) -> Sentence {
    Sentence::new(match fact {
        NodeFact::AnyNode => "any node".to_owned(),
        NodeFact::IsNamed(true) => "this node".to_owned(),
        NodeFact::IsNamed(false) => "another node".to_owned(),
        NodeFact::Label { key, value } => label_fact(key, value.as_deref()),
        NodeFact::Field(value) => format!("is `{value}`"),
        NodeFact::NotComparable(problem) => format!("can't be parsed: {problem}"),
        NodeFact::MatchesTerm(true) => "matches".to_owned(),
        NodeFact::MatchesTerm(false) => "doesn't match".to_owned(),
        NodeFact::NoNodeMatches => "no node matches it".to_owned(),
        NodeFact::Taint {
            taint,
            has_say: true,
        } => format!("taint {taint}"),
        NodeFact::Taint {
            taint,
            has_say: false,
        } => format!("taint {taint}, which has no say"),
        NodeFact::NoTaints => "no taints".to_owned(),
    })
}

/// Whether the node passes a rule.
#[must_use]
pub const fn passed(passed: Option<bool>) -> &'static str {
    match passed {
        Some(true) => "✓ pass",
        Some(false) => "✗ FAIL",
        None => "· ignored",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toleration_that_was_replaced_says_what_is_lost() {
        let rule = |origin| {
            TemplateRule::Toleration(DaemonToleration {
                key: "node.kubernetes.io/not-ready".to_owned(),
                operator: "Exists".to_owned(),
                value: String::new(),
                effect: "NoExecute".to_owned(),
                seconds: None,
                origin,
            })
        };
        let says = |origin| template(&rule(origin)).into_string();
        let tolerates = "tolerates node.kubernetes.io/not-ready:NoExecute";
        assert_eq!(says(Origin::Template(0)), tolerates);
        let replaced = Some(2);
        assert_eq!(
            says(Origin::Automatic { replaced }),
            format!(
                "{tolerates} (added automatically in place of tolerations[2], whose tolerationSeconds is lost)"
            )
        );
    }
}
