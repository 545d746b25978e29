//! How to make room for a pod that doesn't fit its node.

use serde_json::{Value, json};

use crate::analysis::commands::json_patch_daemon_set;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::{
    AddedSelector, Owner, PortMove, Replacement, ResourceHolder, Shortage,
};
use crate::model::Command;

use super::repair::patch_pod_spec;
use super::{Step, StepKind};

/// How to get a pod scheduled, safest first. `preempts_none_at` is its priority where a higher one
/// could preempt others.
pub(super) fn make_room(
    ds: &DaemonSetRef,
    lacks: &[Shortage],
    preempts_none_at: Option<i32>,
) -> Vec<Step> {
    match lacks.first() {
        Some(Shortage::Port {
            port,
            holders,
            moved,
            ..
        }) => free_port(ds, *port, holders, moved.as_ref()),
        Some(Shortage::Selector(added)) => match_namespace_selector(ds, added),
        Some(Shortage::Rivals { is_own: true, .. }) => vec![remove_anti_affinity(ds)],
        Some(Shortage::Resource {
            is_virtual: true, ..
        }) => Vec::new(),
        Some(Shortage::Resource {
            never_fits,
            holders,
            ..
        }) => {
            let missing = lacks.iter().filter_map(|lack| match lack {
                Shortage::Resource {
                    name,
                    never_fits: same,
                    ..
                } if same == never_fits => Some(name.clone()),
                _ => None,
            });
            let less = Step::new(
                StepKind::RequestLess {
                    resources: missing.collect(),
                    never_fits: *never_fits,
                },
                None,
            );
            let least = holders.iter().map(|holder| holder.priority).min();
            let raise = preempts_none_at.filter(|_| !never_fits);
            let raise = raise.map_or_else(Vec::new, |own| raise_priority(ds, least.unwrap_or(own)));
            raise.into_iter().chain([less]).collect()
        }
        Some(Shortage::Rivals { is_own: false, .. } | Shortage::Claims { .. }) | None => Vec::new(),
    }
}

/// A host port that another pod holds. Nothing is advised where the DaemonSet's own old pod holds
/// it: the rollout has ways of its own. Pods that a deleted DaemonSet left are of no use.
fn free_port(
    ds: &DaemonSetRef,
    port: i32,
    holders: &[ResourceHolder],
    moved: Option<&PortMove>,
) -> Vec<Step> {
    let is_own = |holder: &ResourceHolder| matches!(holder.owner, Owner::Own { .. });
    if holders.iter().any(is_own) {
        return Vec::new();
    }
    if let Some(step) = holders.iter().find_map(delete_orphans) {
        return vec![step];
    }
    let delete = holders.first().and_then(delete_holder);
    [change_port(ds, port, moved)]
        .into_iter()
        .chain(delete)
        .collect()
}

/// What listens on it has to change with the template: where it isn't known what tells it the
/// port, an editor is all there is.
fn change_port(ds: &DaemonSetRef, port: i32, moved: Option<&PortMove>) -> Step {
    let name = (&*ds.namespace, &*ds.name);
    let known = moved.filter(|moved| !moved.replaced.is_empty());
    let operations = known.map(|moved| moved.replaced.iter().map(operation).collect());
    let command = match operations {
        Some(operations) => json_patch_daemon_set(name, operations),
        None => Command::kubectl(&["edit", "daemonset"])
            .name(&ds.name)
            .and_then(|command| command.namespace(&ds.namespace)),
    };
    let to = known.map(|moved| moved.to);
    Step::new(StepKind::ChangePort { port, to }, command)
}

fn operation((path, by): &(String, Replacement)) -> Value {
    let path = format!("/spec/template/spec{path}");
    let value = match by {
        Replacement::Port(port) => json!(port),
        Replacement::Text(text) => json!(text),
    };
    json!({"op": "replace", "path": path, "value": value})
}

fn delete_holder(holder: &ResourceHolder) -> Option<Step> {
    let (kind, what, name) = match (holder.daemon_set(), &holder.owner) {
        (Some(daemon_set), _) => {
            let name = daemon_set.name.clone();
            (StepKind::DeleteHolder { daemon_set }, "daemonset", name)
        }
        (None, Owner::Bare) => {
            let pod = format!("{}/{}", holder.namespace, holder.pod);
            let kind = StepKind::DeleteHoldingPod { pod };
            (kind, "pod", holder.pod.clone())
        }
        _ => return None,
    };
    let command = Command::kubectl(&["delete", what]).name(&name)?;
    Some(Step::new(kind, command.namespace(&holder.namespace)))
}

/// By name, because their labels may match other pods too.
fn delete_orphans(holder: &ResourceHolder) -> Option<Step> {
    let Owner::Orphan { daemon_set, pods } = &holder.owner else {
        return None;
    };
    let mut command = Command::kubectl(&["delete", "pod"]);
    for pod in pods {
        command = command.name(pod)?;
    }
    let kind = StepKind::DeleteOrphans {
        daemon_set: DaemonSetRef {
            namespace: holder.namespace.clone(),
            name: daemon_set.clone(),
        },
        pods: pods.len(),
    };
    Some(Step::new(kind, command.namespace(&holder.namespace)))
}

const OF_OPENSHIFT: &str = "openshift.io/node-selector";
const OF_POD_NODE_SELECTOR: &str = "scheduler.alpha.kubernetes.io/node-selector";

/// A namespace with an empty selector gets no node selector, neither its own nor the cluster's
/// default (`getNamespaceNodeSelectorMap` of the admission plugin PodNodeSelector, 1.37.1). The
/// controller doesn't know what admission adds, so alternatively the template may say the same.
fn match_namespace_selector(ds: &DaemonSetRef, added: &AddedSelector) -> Vec<Step> {
    let is_of_openshift = match &added.annotation {
        Some(annotation) => annotation == OF_OPENSHIFT,
        None => added.is_openshift,
    };
    let annotation = match is_of_openshift {
        true => OF_OPENSHIFT,
        false => OF_POD_NODE_SELECTOR,
    };
    let annotate = Command::kubectl(&["annotate", "namespace"]).name(&ds.namespace);
    let annotate = annotate.and_then(|command| command.operand(&format!("{annotation}=")));
    let annotate = annotate.map(|command| command.with(&["--overwrite"]));
    let restart = Command::kubectl(&["rollout", "restart", "daemonset"]).name(&ds.name);
    let restart = restart.and_then(|command| command.namespace(&ds.namespace));
    let AddedSelector { key, value, .. } = added;
    let select = patch_pod_spec(ds, &json!({"nodeSelector": {key: value}}));
    vec![
        Step::new(
            StepKind::ClearNodeSelector {
                annotation,
                is_annotated: added.annotation.is_some(),
            },
            annotate,
        ),
        Step::new(StepKind::MakeAnew, restart),
        Step::new(
            StepKind::SelectNodes {
                key: key.clone(),
                value: value.clone(),
            },
            select,
        ),
    ]
}

fn remove_anti_affinity(ds: &DaemonSetRef) -> Step {
    let patch = json!({"affinity": {"podAntiAffinity": null}});
    Step::new(StepKind::RemoveAntiAffinity, patch_pod_spec(ds, &patch))
}

/// The highest class, which the API server creates itself, and the namespace in which every cluster
/// allows it.
const NODE_CRITICAL: (&str, &str) = ("kube-system", "system-node-critical");

/// Above pods without a class, and far below the system classes.
const VALUE: i32 = 1_000_000;

/// The highest value of a user-defined class (`HighestUserDefinablePriority`, 1.37.1).
const HIGHEST: i32 = 1_000_000_000;

/// A priority above `least`, that of the pods that are preempted first.
fn raise_priority(ds: &DaemonSetRef, least: i32) -> Vec<Step> {
    let raise = |class: &str| {
        let spec = json!({"priorityClassName": class});
        let class = class.to_owned();
        Step::new(StepKind::RaisePriority { class }, patch_pod_spec(ds, &spec))
    };
    if ds.namespace == NODE_CRITICAL.0 {
        return vec![raise(NODE_CRITICAL.1)];
    }
    let value = VALUE.max(least.saturating_add(1));
    if value > HIGHEST {
        return Vec::new();
    }
    let create = Command::kubectl(&["create", "priorityclass"]).name(&ds.name);
    let create =
        create.and_then(|command| command.option(("--value", "--value"), &value.to_string()));
    let kind = StepKind::CreatePriorityClass {
        name: ds.name.clone(),
        value,
    };
    vec![Step::new(kind, create), raise(&ds.name)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(owner: Owner) -> ResourceHolder {
        ResourceHolder {
            namespace: "x".to_owned(),
            pod: "old".to_owned(),
            owner,
            amount: None,
            pods: 1,
            priority: 0,
        }
    }

    fn ds() -> DaemonSetRef {
        DaemonSetRef {
            namespace: "ops".to_owned(),
            name: "agent".to_owned(),
        }
    }

    fn told(steps: &[Step]) -> Vec<(&'static str, Option<String>)> {
        let command = |step: &Step| step.command.as_ref().map(ToString::to_string);
        let told = steps.iter().map(|step| (step.kind.name(), command(step)));
        told.collect()
    }

    #[test]
    fn a_port_that_its_own_old_pod_holds() {
        let kinds = |owner: Owner| {
            let steps = free_port(&ds(), 9100, &[holder(owner)], None).into_iter();
            steps.map(|step| step.kind.name()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(Owner::Own { is_old: true }), <[&str; 0]>::default());
        let other = Owner::Controlled {
            kind: "DaemonSet".to_owned(),
            name: "other".to_owned(),
        };
        assert_eq!(kinds(other), ["ChangePort", "DeleteHolder"]);
        assert_eq!(kinds(Owner::Static), ["ChangePort"]);
        assert_eq!(kinds(Owner::Bare), ["ChangePort", "DeleteHoldingPod"]);
    }

    #[test]
    fn a_port_is_changed_by_a_patch_where_all_of_it_is_known() {
        let path = "/containers/0/ports/0/hostPort".to_owned();
        let moved = |replaced| PortMove { to: 9101, replaced };
        let command = |moved: &PortMove| {
            let steps = free_port(&ds(), 9100, &[holder(Owner::Static)], Some(moved));
            told(&steps).into_iter().find_map(|(_, command)| command)
        };
        let patch = r#"kubectl patch daemonset agent -n ops --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/ports/0/hostPort","value":9101}]'"#;
        let known = moved(vec![(path, Replacement::Port(9101))]);
        assert_eq!(command(&known).as_deref(), Some(patch));
        let edit = "kubectl edit daemonset agent -n ops";
        assert_eq!(command(&moved(Vec::new())).as_deref(), Some(edit));
    }

    #[test]
    fn a_port_that_orphans_hold() {
        let owner = Owner::Orphan {
            daemon_set: "former".to_owned(),
            pods: vec!["former-b1eef".to_owned(), "former-c2eef".to_owned()],
        };
        let deleted = "kubectl delete pod former-b1eef former-c2eef -n x".to_owned();
        assert_eq!(
            told(&free_port(&ds(), 80, &[holder(owner)], None)),
            [("DeleteOrphans", Some(deleted))]
        );
    }

    #[test]
    fn a_selector_that_admission_added() {
        let annotate = |annotation: Option<&str>, is_openshift| {
            let added = AddedSelector {
                key: "realm".to_owned(),
                value: "test".to_owned(),
                node: "n".to_owned(),
                annotation: annotation.map(str::to_owned),
                is_openshift,
            };
            let steps = match_namespace_selector(&ds(), &added);
            steps
                .first()
                .and_then(|step| step.command.clone())
                .map(|c| c.to_string())
        };
        let upstream = "kubectl annotate namespace ops scheduler.alpha.kubernetes.io/node-selector= --overwrite";
        let openshift = "kubectl annotate namespace ops openshift.io/node-selector= --overwrite";
        assert_eq!(annotate(None, false).as_deref(), Some(upstream));
        assert_eq!(annotate(None, true).as_deref(), Some(openshift));
        assert_eq!(
            annotate(Some(OF_OPENSHIFT), true).as_deref(),
            Some(openshift)
        );
        // An OpenShift cluster may run both plugins.
        let other = Some(OF_POD_NODE_SELECTOR);
        assert_eq!(annotate(other, true).as_deref(), Some(upstream));
    }

    #[test]
    fn a_class_outranks_the_pods_that_are_to_go() {
        let value = |least| match raise_priority(&ds(), least).first() {
            Some(Step {
                kind: StepKind::CreatePriorityClass { value, .. },
                ..
            }) => Some(*value),
            _ => None,
        };
        assert_eq!(value(0), Some(1_000_000));
        assert_eq!(value(5_000_000), Some(5_000_001));
        assert_eq!(value(2_000_000_000), None);
    }

    #[test]
    fn a_priority_is_raised_only_where_it_helps() {
        let lack = |never_fits| Shortage::Resource {
            free: None,
            name: "cpu".to_owned(),
            requested: "1".to_owned(),
            allocatable: Some("2".to_owned()),
            never_fits,
            is_virtual: false,
            holders: Vec::new(),
        };
        let names = |ds: &DaemonSetRef, never_fits, preempts_none_at| {
            let steps = make_room(ds, &[lack(never_fits)], preempts_none_at);
            told(&steps)
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        let both = ["CreatePriorityClass", "RaisePriority", "RequestLess"];
        assert_eq!(names(&ds(), false, Some(0)), both);
        assert_eq!(names(&ds(), true, Some(0)), ["RequestLess"]);
        assert_eq!(names(&ds(), false, None), ["RequestLess"]);
        let system = DaemonSetRef {
            namespace: "kube-system".to_owned(),
            ..ds()
        };
        assert_eq!(
            names(&system, false, Some(0)),
            ["RaisePriority", "RequestLess"]
        );
    }
}
