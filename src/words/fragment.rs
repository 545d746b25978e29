//! What a manifest has to contain, as YAML to paste.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, Toleration};

use crate::analysis::reason::Reason;
use crate::analysis::remedy::{
    Remedy, RemedyAction, Requirement, TemplateChange, requirement_for, toleration_for,
};
use crate::analysis::template_field::TemplateField;

use super::sentence::Sentence;
use super::template_field;

/// The field to which a fragment is added, to precede it.
#[must_use]
pub fn add_to(field: &TemplateField) -> Sentence {
    Sentence::new(format!("add to {}:", template_field::shortened(field)))
}

/// What to add to the field, as YAML to paste; `None` when it is to be removed.
#[must_use]
pub fn fragment(remedy: &Remedy) -> Option<String> {
    match &remedy.action {
        RemedyAction::Template { change, .. } => match change {
            TemplateChange::AddToleration(taint) | TemplateChange::TolerateOwn(taint) => {
                Some(toleration(toleration_for(taint)))
            }
            TemplateChange::ReplaceNodeSelector { by, .. } => {
                Some(format!("{}: {}\n", quoted(&by.0), quoted(&by.1)))
            }
            TemplateChange::AddTerm(node) => Some(term(requirement_for(node))),
            TemplateChange::RemoveNodeName
            | TemplateChange::RemoveNodeSelector(_)
            | TemplateChange::JoinValues { .. }
            | TemplateChange::RemoveFields(_)
            | TemplateChange::KeepOff { .. }
            | TemplateChange::RemoveSeconds(_) => None,
        },
        _ => None,
    }
}

/// What keeps pods off virtual nodes, as YAML to paste; `None` of another warning.
#[must_use]
pub fn keep_off(reason: &Reason) -> Option<String> {
    let Reason::VirtualNode { kinds, .. } = reason else {
        return None;
    };
    let expressions = kinds.iter().map(|kind| {
        let Requirement {
            key,
            operator,
            values,
        } = kind.kept_off_by();
        let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
        let values = match values.as_slice() {
            [] => String::new(),
            values => format!("        values: [{}]\n", values.join(", ")),
        };
        format!("      - key: {key}\n        operator: {operator}\n{values}")
    });
    Some(format!(
        "nodeAffinity:\n  requiredDuringSchedulingIgnoredDuringExecution:\n    nodeSelectorTerms:\n    - matchExpressions:\n{}",
        expressions.collect::<String>()
    ))
}

/// To which field of the template that belongs.
pub const KEEP_OFF: &str = "to keep its pods off them, put under spec.template.spec.affinity:";

/// Everything that `remedies` add to the template, as YAML to paste; `None` where that is nothing.
#[must_use]
pub fn fragments(remedies: &[Remedy]) -> Option<String> {
    let all: Vec<_> = remedies.iter().filter_map(fragment).collect();
    (!all.is_empty()).then(|| all.join("\n"))
}

fn toleration(toleration: Toleration) -> String {
    let value = toleration.value;
    let value = value.map(|value| format!("  value: {}\n", quoted(&value)));
    format!(
        "- key: {}\n  operator: {}\n{}  effect: {}\n",
        quoted(&toleration.key.unwrap_or_default()),
        toleration.operator.unwrap_or_default(),
        value.unwrap_or_default(),
        toleration.effect.unwrap_or_default()
    )
}

fn term(requirement: NodeSelectorRequirement) -> String {
    let values = requirement.values.unwrap_or_default();
    let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    format!(
        "- matchFields:\n  - key: {}\n    operator: {}\n    values: [{}]\n",
        requirement.key,
        requirement.operator,
        values.join(", ")
    )
}

/// Quotes what YAML would read as something other than a string.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::remedy::Obstacle;
    use crate::model::Taint;

    fn of(change: TemplateChange) -> Option<String> {
        fragment(&Remedy {
            obstacle: Obstacle::NodeAffinity,
            action: RemedyAction::Template {
                change,
                command: None,
            },
            impact: None,
        })
    }

    fn tolerate(key: &str, value: &str) -> Option<String> {
        let taint = Taint {
            key: key.into(),
            value: value.into(),
            effect: "NoSchedule".into(),
            time_added: None,
        };
        of(TemplateChange::AddToleration(taint))
    }

    #[test]
    fn fragments_are_yaml_of_strings() {
        let exists = "- key: gpu\n  operator: Exists\n  effect: NoSchedule\n";
        assert_eq!(tolerate("gpu", "").as_deref(), Some(exists));
        let equal = "- key: gpu\n  operator: Equal\n  value: \"true\"\n  effect: NoSchedule\n";
        assert_eq!(tolerate("gpu", "true").as_deref(), Some(equal));
        let change = TemplateChange::AddTerm("10-0-3-17".to_owned());
        let term = "- matchFields:\n  - key: metadata.name\n    operator: In\n    values: [\"10-0-3-17\"]\n";
        assert_eq!(of(change).as_deref(), Some(term));
    }
}
