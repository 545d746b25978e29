//! What the server will refuse, before it is asked.

use crate::analysis::commands::{delete_daemon_set, of_selected};
use crate::apply::validation::{changes_selector, violations};
use crate::model::selector::Selector;
use crate::model::{DaemonSet, GENERATION_LABEL, Pod};

use super::change::{Adopts, ImmutableSelector, Refused};

/// What `ValidateDaemonSetUpdate` (1.37.1) objects to in `new` with its defaults, as far as the
/// engine knows. `stored` is `None` for an object that would be created, `pods` where they couldn't
/// be read.
///
/// The template generation can't violate its rules: `PrepareForUpdate` sets it.
#[must_use]
pub fn refused(stored: Option<&DaemonSet>, new: &DaemonSet, pods: Option<&[Pod]>) -> Vec<Refused> {
    let mut refused = Vec::new();
    if let Some(stored) = stored.filter(|stored| changes_selector(stored, new)) {
        let adopts = adopts(stored, new, pods);
        let stored = match adopts {
            // Orphans that nothing adopts would run on next to the new pods.
            Some(Adopts { adopted: 0, .. }) => ImmutableSelector {
                delete: delete_daemon_set(stored),
                ..immutable_selector(stored)
            },
            _ => immutable_selector(stored),
        };
        refused.push(Refused::Selector { stored, adopts });
    }
    let violations = violations(stored, new).into_iter();
    refused.extend(violations.map(|v| Refused::Value {
        field: v.path,
        problem: v.problem,
    }));
    refused
}

/// The selector of `stored`, which can't be changed, and the workaround: delete with
/// `--cascade=orphan`, create again.
#[must_use]
pub fn immutable_selector(stored: &DaemonSet) -> ImmutableSelector {
    let selector = Selector::new(stored.selector());
    let selector = selector.ok().map(|selector| selector.to_string());
    let pods = selector
        .as_deref()
        .and_then(|selector| of_selected(&stored.namespace, "label", selector));
    ImmutableSelector {
        selector,
        delete: delete_daemon_set(stored).map(|delete| delete.with(&["--cascade=orphan"])),
        unlabel: pods.and_then(|command| command.operand(&format!("{GENERATION_LABEL}-"))),
    }
}

/// How many pods the stored DaemonSet controls, and how many of them the new selector matches and
/// nothing deletes (`claimObject`, 1.37.1, for an orphan).
fn adopts(stored: &DaemonSet, new: &DaemonSet, pods: Option<&[Pod]>) -> Option<Adopts> {
    let selector = Selector::new(new.selector()).ok()?;
    let owned = pods?.iter().filter(|pod| {
        *pod.namespace == stored.namespace
            && pod.controller().is_some_and(|c| *c.uid == *stored.uid())
    });
    let owned: Vec<&Pod> = owned.collect();
    let matching = owned
        .iter()
        .filter(|pod| !pod.is_deleting() && selector.matches(&pod.labels));
    let changes = stored.raw_template != new.raw_template;
    let is_outdated = |pod: &&&Pod| changes && pod.labels.get(GENERATION_LABEL) == Some(FIRST);
    Some(Adopts {
        all: owned.len(),
        outdated: matching.clone().filter(is_outdated).count(),
        adopted: matching.count(),
    })
}

/// The template generation of a DaemonSet that is created (`PrepareForCreate`, 1.37.1).
const FIRST: &str = "1";

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn daemon_set(app: &str, strategy: Value) -> DaemonSet {
        let object = json!({
            "metadata": {"name": "agent", "namespace": "ops", "uid": "u"},
            "spec": {
                "selector": {"matchLabels": {"app": app}},
                "template": {"metadata": {"labels": {"app": "agent", "tier": "node"}}, "spec": {"containers": [{"name": "agent", "image": "agent:1"}]}},
                "updateStrategy": strategy,
            },
        });
        DaemonSet::from_value(object, "ops").unwrap()
    }

    fn pod(labels: Value, deleting: bool) -> Pod {
        let mut metadata = json!({"name": "p", "namespace": "ops", "labels": labels,
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent", "uid": "u", "controller": true}]});
        if deleting {
            metadata["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        }
        serde_json::from_value(json!({"metadata": metadata})).unwrap()
    }

    fn rolling() -> Value {
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}})
    }

    #[test]
    fn an_immutable_selector_with_what_a_new_one_adopts() {
        let stored = daemon_set("agent", rolling());
        let mut new = stored.clone();
        new.object.spec.selector.match_labels =
            Some([("tier".to_owned(), "node".to_owned())].into());
        let pods = [
            pod(json!({"app": "agent", "tier": "node"}), false),
            pod(json!({"app": "agent"}), false),
            pod(json!({"app": "agent", "tier": "node"}), true),
        ];
        let said = refused(Some(&stored), &new, Some(&pods));
        let selector = |adopts| {
            let stored = immutable_selector(&stored);
            [Refused::Selector { stored, adopts }]
        };
        let one_of_three = Adopts {
            all: 3,
            adopted: 1,
            outdated: 0,
        };
        assert_eq!(said, selector(Some(one_of_three)));
        let unknown = refused(Some(&stored), &new, None);
        assert_eq!(unknown, selector(None));
        let immutable = immutable_selector(&stored);
        assert_eq!(immutable.selector.as_deref(), Some("app=agent"));
        assert_eq!(
            immutable.delete.unwrap().to_string(),
            "kubectl delete daemonset agent -n ops --cascade=orphan"
        );
        assert_eq!(refused(None, &new, None), []);
    }

    #[test]
    fn adopted_pods_whose_generation_counts() {
        let stored = daemon_set("agent", rolling());
        let mut new = stored.clone();
        new.object.spec.selector.match_labels =
            Some([("tier".to_owned(), "node".to_owned())].into());
        new.raw_template["spec"]["containers"][0]["image"] = "agent:2".into();
        let labels = |generation: &str| json!({"app": "agent", "tier": "node", "pod-template-generation": generation});
        let pods = [pod(labels("1"), false), pod(labels("2"), false)];
        let adopts = adopts(&stored, &new, Some(&pods)).unwrap();
        assert_eq!((adopts.adopted, adopts.outdated), (2, 1));
        let unlabel = immutable_selector(&stored).unlabel.unwrap().to_string();
        assert_eq!(
            unlabel,
            "kubectl label pods -n ops -l app=agent pod-template-generation-"
        );
    }

    #[test]
    fn nothing_and_an_empty_list_are_the_same() {
        let stored = daemon_set("agent", rolling());
        let mut new = stored.clone();
        new.object.spec.selector.match_expressions = Some(Vec::new());
        assert_eq!(refused(Some(&stored), &new, Some(&[])), []);
    }

    #[test]
    fn labels_and_budgets() {
        let new = daemon_set(
            "other",
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 0}}),
        );
        let fields: Vec<String> = refused(None, &new, None)
            .into_iter()
            .map(|r| r.field().to_owned())
            .collect();
        assert_eq!(
            fields,
            [
                "spec.template.metadata.labels",
                "spec.updateStrategy.rollingUpdate.maxUnavailable"
            ]
        );
        let on_delete = daemon_set("agent", json!({"type": "OnDelete"}));
        assert_eq!(refused(None, &on_delete, None), []);
    }
}
