//! What repairs the cause itself.

use serde_json::{Map, json};

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::{Holder, Lack, Reason};
use crate::analysis::refusal::Evidence;
use crate::model::Command;
use crate::model::quantity::Quantity;
use crate::model::refusal::{QuotaResource, Refusal, scope_names};

use super::{Step, StepKind};

/// What repairs a cause, safest first; `lacking` nodes are without a pod.
#[must_use]
pub fn repair(ds: &DaemonSetRef, reason: &Reason, lacking: usize) -> Vec<Step> {
    match reason {
        Reason::PodUnschedulable { lacks, .. } => {
            let lack = lacks.first();
            lack.map_or_else(Vec::new, |lack| free_port(ds, lack))
        }
        _ => let_create(ds, reason, lacking).into_iter().collect(),
    }
}

/// A host port that another pod holds. What listens on it has to change with the template, so
/// that no patch of the port alone is advised. Nor is anything where the DaemonSet's own old pod
/// holds it: the rollout has ways of its own.
fn free_port(ds: &DaemonSetRef, lack: &Lack) -> Vec<Step> {
    let Lack::Port { port, holders, .. } = lack else {
        return Vec::new();
    };
    if holders
        .iter()
        .filter_map(Holder::daemon_set)
        .any(|of| of == *ds)
    {
        return Vec::new();
    }
    let mut steps = vec![Step::new(StepKind::ChangePort { port: *port }, None)];
    let holder = holders.first().and_then(Holder::daemon_set);
    let holder = holder.and_then(|daemon_set| {
        let command = Command::kubectl(&["delete", "daemonset"]).name(&daemon_set.name)?;
        let command = command.namespace(&daemon_set.namespace);
        Some(Step::new(StepKind::DeleteHolder { daemon_set }, command))
    });
    steps.extend(holder);
    steps
}

/// What makes refused creates succeed.
fn let_create(ds: &DaemonSetRef, reason: &Reason, lacking: usize) -> Option<Step> {
    let Reason::FailedCreate {
        message, evidence, ..
    } = reason
    else {
        return None;
    };
    if evidence.as_ref().is_some_and(Evidence::is_lifted) {
        return None;
    }
    match Refusal::new(message) {
        Refusal::PodSecurity { level, .. } => Some(allow_in_namespace(ds, level)),
        Refusal::NoQuotaForScope { scopes } => Some(create_quota(ds, &scopes)),
        Refusal::QuotaExceeded { quota, resources } => {
            let resources = match evidence {
                Some(Evidence::QuotaFull { quota, .. }) => &quota.resources,
                _ => &resources,
            };
            raise_quota(ds, quota, resources, lacking)
        }
        Refusal::NoServiceAccount { name } => Some(create_service_account(ds, &name)),
        Refusal::SecurityContextConstraints { .. } => {
            Some(Step::new(StepKind::AllowConstraints, None))
        }
        _ => None,
    }
}

fn create_service_account(ds: &DaemonSetRef, name: &str) -> Step {
    let command = Command::kubectl(&["create", "serviceaccount"]).name(name);
    let command = command.and_then(|command| command.namespace(&ds.namespace));
    Step::new(StepKind::CreateServiceAccount, command)
}

fn allow_in_namespace(ds: &DaemonSetRef, level: String) -> Step {
    let label = "pod-security.kubernetes.io/enforce=privileged";
    let command = Command::kubectl(&["label", "namespace"]).name(&ds.namespace);
    let command = command.map(|command| command.with(&[label, "--overwrite"]));
    Step::new(StepKind::AllowInNamespace { level }, command)
}

/// The scopes of pods that a quota can be created for by kubectl: of one with such a scope,
/// whatever its value, admission says that it covers them (`UncoveredQuotaScopes`, kubernetes
/// 1.37.1).
const SCOPES: [(&str, &str); 6] = [
    ("PriorityClass", "--scopes=PriorityClass"),
    (
        "CrossNamespacePodAffinity",
        "--scopes=CrossNamespacePodAffinity",
    ),
    ("BestEffort", "--scopes=BestEffort"),
    ("NotBestEffort", "--scopes=NotBestEffort"),
    ("Terminating", "--scopes=Terminating"),
    ("NotTerminating", "--scopes=NotTerminating"),
];

/// It counts pods and limits none: it is there for its scope.
const NO_LIMIT: &str = "--hard=pods=1G";

fn create_quota(ds: &DaemonSetRef, scopes: &str) -> Step {
    let named = |name: &&(&str, &str)| scope_names(scopes).any(|scope| scope == name.0);
    let mut found = SCOPES.iter().filter(named);
    let command = match (found.next(), found.next()) {
        (Some((_, flag)), None) => Command::kubectl(&["create", "quota"])
            .name(&ds.name)
            .and_then(|command| command.namespace(&ds.namespace))
            .map(|command| command.with(&[NO_LIMIT, flag])),
        // kubectl would make one quota of all, which no pod may match.
        _ => None,
    };
    Step::new(StepKind::CreateQuota, command)
}

/// What is full is raised by what `lacking` more pods request. `None` where it isn't known how
/// much that is.
fn raise_quota(
    ds: &DaemonSetRef,
    quota: String,
    resources: &[QuotaResource],
    lacking: usize,
) -> Option<Step> {
    let mut hard = Map::new();
    for resource in resources {
        let requested = Quantity::parse(&resource.requested).ok()?;
        let used = Quantity::parse(&resource.used).ok()?;
        let needed = used.plus(requested.times(lacking));
        // What was full may have room for all of them by now.
        if Quantity::parse(&resource.limited).is_ok_and(|limited| needed <= limited) {
            continue;
        }
        hard.insert(resource.name.clone(), json!(needed.to_string()));
    }
    let pairs = hard.iter().map(|(name, value)| {
        let value = value.as_str().unwrap_or_default();
        format!("{name}={value}")
    });
    let hard_pairs = pairs.collect();
    let patch = json!({"spec": {"hard": hard}}).to_string();
    let command = Command::kubectl(&["patch", "quota"])
        .name(&quota)
        .and_then(|command| command.namespace(&ds.namespace))
        .and_then(|command| {
            let command = command.with(&["--type=merge"]);
            command.option(("-p", "--patch"), &patch)
        });
    let kind = StepKind::RaiseQuota {
        quota,
        hard: hard_pairs,
    };
    Some(Step::new(kind, command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(why: &str, lacking: usize) -> Option<String> {
        let ds = DaemonSetRef {
            namespace: "ops".to_owned(),
            name: "a".to_owned(),
        };
        let reason = Reason::FailedCreate {
            message: format!("pods \"a-x\" is forbidden: {why}"),
            count: 1,
            last: None,
            evidence: None,
        };
        let step = repair(&ds, &reason, lacking).into_iter().next()?;
        Some(step.command?.to_string())
    }

    #[test]
    fn a_port_that_its_own_old_pod_holds() {
        let kinds = |namespace: &str, owner: &str| {
            let holder = Holder {
                namespace: namespace.to_owned(),
                pod: "old".to_owned(),
                owner: Some(("DaemonSet".to_owned(), owner.to_owned())),
                amount: None,
            };
            let lack = Lack::Port {
                port: 9100,
                protocol: "TCP".to_owned(),
                holders: vec![holder],
            };
            let ds = DaemonSetRef {
                namespace: "x".to_owned(),
                name: "agent".to_owned(),
            };
            let steps = free_port(&ds, &lack).into_iter();
            steps.map(|step| step.kind.name()).collect::<Vec<_>>()
        };
        let both = ["ChangePort", "DeleteHolder"];
        assert_eq!(kinds("x", "agent"), <[&str; 0]>::default());
        assert_eq!(kinds("x", "other"), both);
        assert_eq!(kinds("y", "agent"), both);
    }

    #[test]
    fn what_a_quota_lacks() {
        let full = "exceeded quota: q, requested: pods=1,requests.memory=1Gi, used: pods=20,requests.memory=3Gi, limited: pods=20,requests.memory=3Gi";
        let raised = r#"kubectl patch quota q -n ops --type=merge -p '{"spec":{"hard":{"pods":"23","requests.memory":"6Gi"}}}'"#;
        assert_eq!(command(full, 3).as_deref(), Some(raised));
        assert_eq!(command("exceeded quota: q, requested: pods=", 3), None);
    }

    #[test]
    fn a_quota_for_one_scope() {
        let of = |scopes: &str| {
            command(
                &format!("insufficient quota to match these scopes: {scopes}"),
                1,
            )
        };
        let created = "kubectl create quota a -n ops --hard=pods=1G --scopes=PriorityClass";
        let class = "{PriorityClass In [system-node-critical system-cluster-critical]}";
        assert_eq!(of(&format!("[{class}]")).as_deref(), Some(created));
        assert_eq!(of("[{PriorityClass Exists []}]").as_deref(), Some(created));
        assert_eq!(of(&format!("[{class} {{BestEffort Exists []}}]")), None);
        assert_eq!(of("[{Else In [x]}]"), None);
    }
}
