//! What would make a node eligible, and what YAML to paste for it.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, Toleration};

use crate::analysis::impact::Impact;
use crate::analysis::owners::taint::{is_tolerated_by_key, owned_taint};
use crate::analysis::remedy::{
    Change, Changes, Obstacle, Remedy, Tag, TemplateChange, requirement_for, toleration_for,
};
use crate::analysis::template_field::TemplateField;

use super::notation::{counted, first_of};
use super::owners;
use super::sentence::Sentence;
use super::template_field;

/// What stands between the node and eligibility.
#[must_use]
pub fn obstacle(obstacle: &Obstacle) -> Sentence {
    Sentence::new(match obstacle {
        Obstacle::NodeName { wanted } => format!("the template names node {wanted}"),
        Obstacle::NodeSelector { key, wanted } => format!("nodeSelector {key}={wanted}"),
        Obstacle::NodeAffinity => "required node affinity".to_owned(),
        Obstacle::Taint(taint) => format!("taint {taint}"),
    })
}

/// The heading of all remedies for a node; `each` where there is more than one obstacle.
#[must_use]
pub const fn heading(each: bool) -> &'static str {
    if each {
        "To make it eligible, one of the changes for each obstacle (checked with the engine)"
    } else {
        "To make it eligible (checked with the engine)"
    }
}

/// How far the change reaches; `on_delete` where nothing is rolled by itself.
#[must_use]
pub const fn reach(remedy: &Remedy, on_delete: bool) -> &'static str {
    match (remedy.tag(), remedy.changes(), on_delete) {
        (Tag::Inspect, ..) => "nothing to change by hand",
        (_, Changes::Template, true) => {
            "changes the template: pods stay as they are until somebody deletes them (OnDelete), other nodes may become eligible"
        }
        (_, Changes::Template, false) => {
            "changes the template: every pod is rolled, other nodes may become eligible"
        }
        (_, Changes::Node | Changes::Nothing, _) => "changes the node: other workloads see it too",
    }
}

/// What comes of the change, in a word.
#[must_use]
pub const fn tag(tag: Tag) -> &'static str {
    match tag {
        Tag::Inspect => "inspect",
        Tag::Mutating => "mutating",
    }
}

/// What else is to be known about it.
#[must_use]
pub fn note(remedy: &Remedy) -> Option<Sentence> {
    match &remedy.change {
        Change::CorrectRequirement { problem, .. } => Some(Sentence::new(format!(
            "correct the requirement: {problem} (what it then matches isn't checked here)"
        ))),
        Change::Template { change, .. } => template_note(change),
        Change::SetLabels { restored_by, .. } => restored_by.map(owners::restores),
        Change::RemoveTaint(_) => None,
        Change::Await { by, .. } => Some(owners::nothing_by_hand(*by)),
        Change::Unknown(_) => Some(Sentence::new(
            "no change is known that would make the node eligible",
        )),
    }
}

fn template_note(change: &TemplateChange) -> Option<Sentence> {
    match change {
        TemplateChange::RemoveNodeName => Some(Sentence::new("take the field out")),
        TemplateChange::RemoveNodeSelector(_) => Some(Sentence::new(
            "take the pair out: nodes without the label become eligible too",
        )),
        TemplateChange::AddTerm(_) => None,
        TemplateChange::AddToleration(taint) => match owned_taint(taint) {
            Some(owned) => owners::toleration(owned),
            None => (!taint.value.is_empty() && is_tolerated_by_key(taint))
                .then(owners::toleration_of_one_occasion),
        },
    }
}

/// To which field a fragment is to be added, before it.
#[must_use]
pub fn add_to(field: &TemplateField) -> Sentence {
    Sentence::new(format!("add to {}:", template_field::shortened(field)))
}

/// What to add to the field, as YAML to paste; `None` when it is to be taken out.
#[must_use]
pub fn fragment(remedy: &Remedy) -> Option<String> {
    match &remedy.change {
        Change::Template { change, .. } => match change {
            TemplateChange::AddToleration(taint) => Some(toleration(toleration_for(taint))),
            TemplateChange::AddTerm(node) => Some(term(requirement_for(node))),
            TemplateChange::RemoveNodeName | TemplateChange::RemoveNodeSelector(_) => None,
        },
        _ => None,
    }
}

/// All that `remedies` add to the template, as YAML to paste; `None` where that is nothing.
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

/// Quotes what YAML would take for something else than a string.
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

/// The heading of the command that makes all changes of the template at once.
pub const ALL_OF_TEMPLATE: &str = "all changes of the template at once";

/// The heading of what the changes of the template would do.
pub const IMPACT: &str = "What the changes of the template would do to all nodes";

/// What the changes of the template would do to all nodes, of which `node` was asked for;
/// `on_delete` where nothing is rolled by itself.
#[must_use]
pub fn impact(impact: &Impact, node: &str, on_delete: bool) -> Vec<Sentence> {
    let others: Vec<&String> = impact.gained.iter().filter(|n| *n != node).collect();
    let gained = match others.len() {
        0 => "no other node becomes eligible".to_owned(),
        1 => format!("1 other node becomes eligible: {}", up_to_ten(&others)),
        n => format!("{n} other nodes become eligible: {}", up_to_ten(&others)),
    };
    let no_longer_eligible = (!impact.no_longer_eligible.is_empty()).then(|| {
        format!(
            "no longer eligible: {}",
            up_to_ten(&impact.no_longer_eligible)
        )
    });
    let rolled = match (impact.rolled, on_delete) {
        (n, true) => format!("nothing is rolled (OnDelete): pods to replace by hand: {n}"),
        (n, false) => format!(
            "the rollout replaces {}, as after every change of the template",
            counted(n, "pod")
        ),
    };
    let not_made_again = (!impact.not_made_again.is_empty()).then(|| {
        let when = if on_delete {
            "once somebody deletes the pod there"
        } else {
            "the pod there is deleted and"
        };
        let names = up_to_ten(&impact.not_made_again);
        format!("lost: {when} none is made again: {names}")
    });
    let others = "changes of the node touch no other node of this DaemonSet".to_owned();
    let lines = [
        Some(gained),
        no_longer_eligible,
        Some(rolled),
        not_made_again,
        Some(others),
    ];
    lines.into_iter().flatten().map(Sentence::new).collect()
}

fn up_to_ten(names: &[impl AsRef<str>]) -> String {
    first_of(names, 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::owners::ManagedBy;
    use crate::analysis::owners::label::owned_label;
    use crate::model::Taint;

    fn of(change: Change) -> Remedy {
        Remedy {
            obstacle: Obstacle::NodeAffinity,
            change,
        }
    }

    fn tolerate(key: &str, value: &str) -> Option<String> {
        let taint = Taint {
            key: key.into(),
            value: value.into(),
            effect: "NoSchedule".into(),
            time_added: None,
        };
        fragment(&of(template(TemplateChange::AddToleration(taint))))
    }

    fn template(change: TemplateChange) -> Change {
        Change::Template {
            change,
            command: None,
        }
    }

    #[test]
    fn fragments_are_yaml_of_strings() {
        let exists = "- key: gpu\n  operator: Exists\n  effect: NoSchedule\n";
        assert_eq!(tolerate("gpu", "").as_deref(), Some(exists));
        let equal = "- key: gpu\n  operator: Equal\n  value: \"true\"\n  effect: NoSchedule\n";
        assert_eq!(tolerate("gpu", "true").as_deref(), Some(equal));
        let change = TemplateChange::AddTerm("10-0-3-17".to_owned());
        let term = "- matchFields:\n  - key: metadata.name\n    operator: In\n    values: [\"10-0-3-17\"]\n";
        let fragment = fragment(&of(template(change)));
        assert_eq!(fragment.as_deref(), Some(term));
    }

    #[test]
    fn what_the_cluster_manages_is_nothing_to_change_by_hand() {
        let by = owned_label("kubernetes.io/os").map(ManagedBy::Label);
        let remedy = by.map(|by| of(Change::Await { by, command: None }));
        let said = |remedy: &Remedy| (tag(remedy.tag()), reach(remedy, false));
        let nothing = ("inspect", "nothing to change by hand");
        assert_eq!(remedy.as_ref().map(said), Some(nothing));
        let note = remedy.as_ref().and_then(note).map(Sentence::into_string);
        assert_eq!(
            note.as_deref(),
            Some(
                "the label says what the machine is: kubelet sets it, and sets it again when it starts"
            )
        );
    }

    #[test]
    fn what_nothing_makes_again_is_lost() {
        let found = Impact {
            gained: vec!["n".to_owned()],
            rolled: 1,
            not_made_again: vec!["n2".to_owned()],
            ..Impact::default()
        };
        let lines = |on_delete| {
            let lines = impact(&found, "n", on_delete).into_iter();
            lines.map(Sentence::into_string).collect::<Vec<_>>()
        };
        let touches = "changes of the node touch no other node of this DaemonSet";
        assert_eq!(
            lines(false),
            [
                "no other node becomes eligible",
                "the rollout replaces 1 pod, as after every change of the template",
                "lost: the pod there is deleted and none is made again: n2",
                touches
            ]
        );
        assert_eq!(
            lines(true),
            [
                "no other node becomes eligible",
                "nothing is rolled (OnDelete): pods to replace by hand: 1",
                "lost: once somebody deletes the pod there none is made again: n2",
                touches
            ]
        );
    }
}
