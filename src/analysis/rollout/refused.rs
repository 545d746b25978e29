//! What the server will refuse, said before it is asked.

use crate::apply::validation::{changes_selector, violations};
use crate::model::selector::Selector;
use crate::model::{Command, DaemonSet, Pod};

use super::change::Refused;

/// What `ValidateDaemonSetUpdate` (1.37.1) says to `new` with its defaults, as far as the
/// engine knows. `stored` is `None` for an object that would be created, `pods` where
/// they couldn't be read.
///
/// The template generation can't break its rules: `PrepareForUpdate` sets it.
#[must_use]
pub fn refused(stored: Option<&DaemonSet>, new: &DaemonSet, pods: Option<&[Pod]>) -> Vec<Refused> {
    let mut refused = Vec::new();
    if let Some(stored) = stored.filter(|stored| changes_selector(stored, new)) {
        refused.push(Refused {
            field: "spec.selector".to_owned(),
            message: immutable(stored, new, pods),
        });
    }
    refused.extend(violations(stored, new).into_iter().map(|v| Refused {
        field: v.path,
        message: v.problem,
    }));
    refused
}

/// That a selector can't be changed, and the way around it: delete with
/// `--cascade=orphan`, create again.
#[must_use]
pub fn immutable_selector(stored: &DaemonSet) -> String {
    let orphan = Command::kubectl(&["delete", "daemonset"]).name(&stored.name);
    let orphan = orphan.and_then(|orphan| orphan.namespace(&stored.namespace));
    let orphan = orphan.map_or_else(
        || "delete it with `--cascade=orphan`".to_owned(),
        |orphan| format!("`{}`", orphan.with(&["--cascade=orphan"])),
    );
    let was = Selector::new(stored.selector()).map(|s| s.to_string());
    let was = was.unwrap_or_else(|_| "one that can't be read".to_owned());
    format!(
        "can't be changed, it is `{was}`; only a DaemonSet that is made anew has another one ({orphan}, then apply)"
    )
}

/// The same, with what the way around it would do.
fn immutable(stored: &DaemonSet, new: &DaemonSet, pods: Option<&[Pod]>) -> String {
    let begin = immutable_selector(stored);
    match adopted(stored, new, pods) {
        None => format!("{begin}; what that would adopt isn't known, for pods couldn't be read"),
        Some((all, 0)) => format!(
            "{begin}: it would adopt none of today's {}, which would run on beside the new ones",
            pods_text(all)
        ),
        Some((all, adopted)) if all == adopted => {
            format!("{begin}: it would adopt all of today's {}", pods_text(all))
        }
        Some((all, adopted)) => format!(
            "{begin}: it would adopt {adopted} of today's {}, and the others would run on beside new ones",
            pods_text(all)
        ),
    }
}

/// How many pods the stored DaemonSet controls, and how many of them the new
/// selector matches and nothing deletes (`claimObject`, 1.37.1, on an orphan).
fn adopted(stored: &DaemonSet, new: &DaemonSet, pods: Option<&[Pod]>) -> Option<(usize, usize)> {
    let selector = Selector::new(new.selector()).ok()?;
    let owned = pods?.iter().filter(|pod| {
        *pod.namespace == stored.namespace
            && pod.controller().is_some_and(|c| *c.uid == *stored.uid())
    });
    let owned: Vec<&Pod> = owned.collect();
    let matching = owned
        .iter()
        .filter(|pod| !pod.is_deleting() && selector.matches(&pod.labels));
    Some((owned.len(), matching.count()))
}

fn pods_text(count: usize) -> String {
    match count {
        1 => "1 pod".to_owned(),
        count => format!("{count} pods"),
    }
}

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
        let [only] = said.as_slice() else {
            return assert!(said.is_empty(), "{said:?}");
        };
        assert_eq!(only.field, "spec.selector");
        assert!(
            only.message.contains("it would adopt 1 of today's 3 pods"),
            "{only:?}"
        );
        assert!(
            only.message
                .contains("kubectl delete daemonset agent -n ops --cascade=orphan")
        );
        let unknown = refused(Some(&stored), &new, None);
        assert!(
            unknown[0].message.contains("couldn't be read"),
            "{unknown:?}"
        );
        assert_eq!(refused(None, &new, None), []);
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
            .map(|r| r.field)
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
