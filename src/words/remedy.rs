//! How to make a node eligible.

use crate::analysis::impact::Impact;
use crate::analysis::owners::owned_taint::{is_tolerated_by_key, owned_taint};
use crate::analysis::remedy::{Obstacle, Remedy, RemedyAction, TemplateChange};

use super::notation::{and, counted, few, first_of};
use super::owners;
use super::sentence::Sentence;

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
        "How to run it here (one change for each obstacle)"
    } else {
        "How to run it here"
    }
}

/// A remedy of a numbered list.
#[must_use]
pub fn numbered(number: usize, remedy: &Remedy, node: &str, on_delete: bool) -> Sentence {
    Sentence::new(format!("{number}. {}", text(remedy, node, on_delete)))
}

/// What a remedy for `node` does, and the consequences; `on_delete` where no pod restarts
/// automatically.
#[must_use]
pub fn text(remedy: &Remedy, node: &str, on_delete: bool) -> Sentence {
    let parts: Vec<String> = match &remedy.action {
        RemedyAction::Template { change, .. } => {
            let impact = remedy.impact.as_ref();
            let limits = template_note(change).into_iter();
            let what = limits.fold(template(change, node), |text, limit| {
                format!("{text} {limit}.")
            });
            vec![what, reach(impact, node, on_delete)]
        }
        RemedyAction::CorrectRequirement { problem, .. } => vec![
            format!("Fix the requirement: {problem}."),
            "What it then matches isn't checked here.".to_owned(),
            reach(None, node, on_delete),
        ],
        RemedyAction::SetLabels {
            restored_by,
            overwritten,
            is_misspelled,
            ..
        } => {
            let what = restored_by.map_or_else(
                || label(overwritten, *is_misspelled, node),
                |by| owners::restores(by, node),
            );
            let then = format!("Other workloads may then select {node} by that label too.");
            vec![what, then]
        }
        RemedyAction::AllowOperator { switch, .. } => vec![
            format!(
                "Remove the label {}={}, by which {} is kept off {node}.",
                switch.key, switch.value, switch.owner
            ),
            "It then sets the labels that its DaemonSets select nodes by.".to_owned(),
        ],
        RemedyAction::RemoveTaint(_) => vec![
            "Remove the taint.".to_owned(),
            format!("Other workloads may then land on {node}."),
        ],
        RemedyAction::Await { by, trouble, .. } => {
            vec![owners::wait_for_owner(*by, trouble.as_ref(), node)]
        }
        RemedyAction::Unknown(_) => vec![
            "No change is known that would make the node eligible; look at the node.".to_owned(),
        ],
    };
    Sentence::new(parts.join(" "))
}

/// What has the other value follows it.
fn label(overwritten: &[(String, String)], is_misspelled: bool, node: &str) -> String {
    match overwritten {
        [] => return "Label the node.".to_owned(),
        [(key, found)] if is_misspelled => {
            return format!(
                "Correct the label: {key}={found} is another spelling of what is asked for."
            );
        }
        _ => {}
    }
    let labels = overwritten
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    let labels: Vec<String> = labels.collect();
    format!(
        "Label the node, if it is to leave {}. Risk: what selects {node} by that no longer does.",
        and(&labels)
    )
}

/// What is changed, for several changes of each kind.
#[must_use]
pub fn changes(changes: &[TemplateChange], impact: Option<&Impact>, on_delete: bool) -> Sentence {
    let parts = changes.iter().map(|change| template(change, ""));
    let mut parts: Vec<String> = parts.collect();
    let gained = match impact.map(|impact| impact.gained.as_slice()) {
        None | Some([]) => String::new(),
        Some([one]) => format!("; {one} becomes eligible"),
        Some(more) => format!("; {} become eligible", few(more)),
    };
    let restarts = restarts(impact, on_delete);
    parts.push(format!("{restarts}{gained}."));
    Sentence::new(parts.join(" "))
}

fn template(change: &TemplateChange, node: &str) -> String {
    match change {
        TemplateChange::ReplaceNodeSelector { key, wanted, by } => format!(
            "Select by {}={} in place of {key}={wanted}, as the nodes are labelled.",
            by.0, by.1
        ),
        TemplateChange::TolerateOwn(taint) => format!(
            "Tolerate taint {taint}: this DaemonSet is what ends it, and can't before it runs."
        ),
        TemplateChange::JoinValues { key, values, .. } => format!(
            "Make one expression of the two: {key} In [{}].",
            values.join(", ")
        ),
        TemplateChange::RemoveFields(_) => {
            "Remove the matchFields, which name no node that exists.".to_owned()
        }
        TemplateChange::KeepOff {
            terms,
            requirements,
        } => {
            let requirements = requirements.iter().map(ToString::to_string);
            let requirements = and(&requirements.collect::<Vec<_>>());
            let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
            let to = match terms.as_slice() {
                [] => String::new(),
                [one] if one == "0" => String::new(),
                [one] => format!(" in its term {one}"),
                _ => format!(" in its terms {}", and(&terms)),
            };
            format!("Keep its pods off virtual nodes with the node affinity {requirements}{to}.")
        }
        TemplateChange::RemoveSeconds(index) => {
            format!("Remove tolerationSeconds from tolerations[{index}], so that its pods stay.")
        }
        TemplateChange::RemoveNodeName => "Remove nodeName from the template.".to_owned(),
        TemplateChange::RemoveNodeSelector(key) => format!("Remove {key} from nodeSelector."),
        TemplateChange::AddTerm(_) => format!("Let the node affinity match {node} by its name."),
        TemplateChange::AddToleration(_) => "Tolerate the taint.".to_owned(),
    }
}

/// What all template changes do together, as the last entry of a numbered list.
#[must_use]
pub fn all_at_once(number: usize, remedies: &[Remedy], on_delete: bool) -> Sentence {
    let impact = remedies.iter().find_map(|remedy| remedy.impact.as_ref());
    let restarts = restarts(impact, on_delete);
    Sentence::new(format!(
        "{number}. Or make all these changes of the template at once. {restarts}."
    ))
}

/// How far the effects of a template change reach; `None` where that isn't known.
fn reach(impact: Option<&Impact>, node: &str, on_delete: bool) -> String {
    let Some(impact) = impact else {
        let restarts = restarts(None, on_delete);
        return format!("{restarts}; other nodes may become eligible too.");
    };
    let gained: Vec<&String> = impact.other_gained(node).collect();
    let gained = match gained.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} becomes eligible too"),
        more => format!("; {} become eligible too", few(more)),
    };
    let lost = match impact.not_made_again.as_slice() {
        [] => String::new(),
        nodes => format!(
            " Risk: no new pod is created on {}, which {} excluded.",
            few(nodes),
            if nodes.len() == 1 { "stays" } else { "stay" }
        ),
    };
    let restarts = restarts(Some(impact), on_delete);
    format!("{restarts}{gained}.{lost}")
}

fn restarts(impact: Option<&Impact>, on_delete: bool) -> String {
    let Some(Impact {
        rolled,
        not_made_again,
        ..
    }) = impact.filter(|_| !on_delete)
    else {
        return match impact {
            Some(impact) if impact.pods() == 0 => NO_POD.to_owned(),
            _ if on_delete => "Its pods restart when you delete them (OnDelete)".to_owned(),
            _ => "Restarts all pods of the DaemonSet".to_owned(),
        };
    };
    match (*rolled, not_made_again.len()) {
        (0, 0) => NO_POD.to_owned(),
        (1, 0) => "Restarts the only pod of the DaemonSet".to_owned(),
        (2, 0) => "Restarts both pods of the DaemonSet".to_owned(),
        (all, 0) => format!("Restarts all {all} pods of the DaemonSet"),
        (some, _) => format!("Restarts {} of the DaemonSet", counted(some, "pod")),
    }
}

const NO_POD: &str = "No pod has to restart";

fn template_note(change: &TemplateChange) -> Option<String> {
    let TemplateChange::AddToleration(taint) = change else {
        return None;
    };
    match owned_taint(taint) {
        Some(owned) => owners::toleration(owned),
        None => (!taint.value.is_empty() && is_tolerated_by_key(taint))
            .then(|| owners::BY_KEY_OF_ONE_OCCASION.to_owned()),
    }
}

/// The heading of the effects of the template changes.
pub const IMPACT: &str = "What the changes of the template would do to all nodes";

/// What the template changes would do to all nodes, where `node` was asked for; `on_delete` where
/// nothing is rolled automatically.
#[must_use]
pub fn impact(impact: &Impact, node: &str, on_delete: bool) -> Vec<Sentence> {
    let others: Vec<&String> = impact.other_gained(node).collect();
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
    let restarts = restarts(Some(impact), on_delete);
    let lost = (!impact.not_made_again.is_empty()).then(|| {
        let when = if on_delete {
            "once deleted, the pods there aren't created again"
        } else {
            "the rollout deletes the pods there and creates no new ones"
        };
        format!("lost: {when}: {}", up_to_ten(&impact.not_made_again))
    });
    let others = "changes of the node touch no other node of this DaemonSet".to_owned();
    let lines = [
        Some(gained),
        no_longer_eligible,
        Some(restarts),
        lost,
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

    fn of(change: RemedyAction) -> Remedy {
        Remedy {
            obstacle: Obstacle::NodeAffinity,
            action: change,
            impact: None,
        }
    }

    fn template(change: TemplateChange) -> RemedyAction {
        RemedyAction::Template {
            change,
            command: None,
        }
    }

    #[test]
    fn what_its_owner_sets_again_is_left() {
        let by = owned_label("kubernetes.io/os").map(ManagedBy::Label);
        let remedy = by.map(|by| {
            of(RemedyAction::Await {
                by,
                trouble: None,
                command: None,
            })
        });
        let said = remedy.map(|remedy| text(&remedy, "n", false).into_string());
        assert_eq!(
            said.as_deref(),
            Some(
                "Leave the label: it says what the machine is, and kubelet sets it, and sets it again when it starts."
            )
        );
    }

    /// How many pods restart, and where else one starts or is lost.
    #[test]
    fn how_far_a_change_of_the_template_reaches() {
        let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect();
        let said = |impact: Option<(&[&str], usize, &[&str])>, on_delete| {
            let impact = impact.map(|(gained, rolled, lost)| Impact {
                gained: names(gained),
                rolled,
                not_made_again: names(lost),
                ..Impact::default()
            });
            let remedy = Remedy {
                impact,
                ..of(template(TemplateChange::RemoveNodeName))
            };
            let said = text(&remedy, "n", on_delete).into_string();
            let rest = said.strip_prefix("Remove nodeName from the template. ");
            rest.map(str::to_owned).unwrap_or(said)
        };
        let cases = [
            (
                said(None, false),
                "Restarts all pods of the DaemonSet; other nodes may become eligible too.",
            ),
            (
                said(Some((&["n"], 4, &[])), false),
                "Restarts all 4 pods of the DaemonSet.",
            ),
            (
                said(Some((&["n", "o"], 3, &["p"])), false),
                "Restarts 3 pods of the DaemonSet; o becomes eligible too. Risk: no new pod is created on p, which stays excluded.",
            ),
            (
                said(Some((&["m", "n", "o"], 1, &[])), false),
                "Restarts the only pod of the DaemonSet; m, o become eligible too.",
            ),
            (said(Some((&["n"], 0, &[])), true), "No pod has to restart."),
            (
                said(Some((&["n"], 2, &[])), true),
                "Its pods restart when you delete them (OnDelete).",
            ),
        ];
        for (said, wanted) in cases {
            assert_eq!(said, wanted);
        }
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
                "Restarts 1 pod of the DaemonSet",
                "lost: the rollout deletes the pods there and creates no new ones: n2",
                touches
            ]
        );
        assert_eq!(
            lines(true),
            [
                "no other node becomes eligible",
                "Its pods restart when you delete them (OnDelete)",
                "lost: once deleted, the pods there aren't created again: n2",
                touches
            ]
        );
    }
}
