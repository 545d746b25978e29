//! Repairs of the cause itself.

use serde_json::{Map, Value, json};

use crate::analysis::commands;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::Reason;
use crate::analysis::refusal::Evidence;
use crate::analysis::unschedulable::UnschedulableCause;
use crate::model::Command;
use crate::model::quantity::Quantity;
use crate::model::refusal::{QuotaResource, Refusal, scope_names};

use super::refused::after_refusal;
use super::room::make_room;
use super::{Step, StepKind};

/// How to repair a cause, safest first; `lacking` nodes have no pod.
#[must_use]
pub fn repair(ds: &DaemonSetRef, reason: &Reason, lacking: usize) -> Vec<Step> {
    match reason {
        Reason::PodUnschedulable { lacks, unfit, .. }
            if lacks.is_empty() && unfit.contains(&UnschedulableCause::Spread) =>
        {
            let command = patch_pod_spec(ds, &json!({"topologySpreadConstraints": null}));
            vec![Step::new(StepKind::RemoveSpread, command)]
        }
        Reason::PodOlderThanNode { pod, .. } => {
            let command = commands::of_pods(&ds.namespace, "delete", &[pod]);
            let kind = StepKind::DeletePodOfFormerNode { pod: pod.clone() };
            vec![Step::new(kind, command)]
        }
        Reason::PodUnschedulable {
            lacks,
            preempts_none_at,
            ..
        } => make_room(ds, lacks, *preempts_none_at),
        Reason::PodNotYetScheduled {
            scheduler: Some(_), ..
        } => {
            let command = patch_pod_spec(ds, &json!({"schedulerName": "default-scheduler"}));
            vec![Step::new(StepKind::DefaultScheduler, command)]
        }
        _ => let_creates_succeed(ds, reason, lacking),
    }
}

/// How to make refused creates succeed.
fn let_creates_succeed(ds: &DaemonSetRef, reason: &Reason, lacking: usize) -> Vec<Step> {
    let Reason::FailedCreate {
        message, evidence, ..
    } = reason
    else {
        return Vec::new();
    };
    if evidence.as_ref().is_some_and(Evidence::is_lifted) {
        return Vec::new();
    }
    let refusal = Refusal::new(message);
    let step = match &refusal {
        Refusal::PodSecurity { level, .. } => Some(allow_in_namespace(ds, level.clone())),
        Refusal::NoQuotaForScope { scopes } => Some(create_quota(ds, scopes)),
        Refusal::QuotaExceeded { quota, resources } => {
            let resources = match evidence {
                Some(Evidence::QuotaFull { quota, .. }) => &quota.resources,
                _ => resources,
            };
            raise_quota(ds, quota.clone(), resources, lacking)
        }
        Refusal::NoServiceAccount { name } => Some(create_service_account(ds, name)),
        _ => return after_refusal(ds, &refusal, evidence.as_ref()),
    };
    step.into_iter().collect()
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

/// The pod scopes for which kubectl can create a quota. Admission accepts a quota with such a scope
/// whatever its value (`UncoveredQuotaScopes`, kubernetes 1.37.1).
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

/// It counts pods without limiting them: only its scope matters.
const NO_LIMIT: &str = "--hard=pods=1G";

fn create_quota(ds: &DaemonSetRef, scopes: &str) -> Step {
    let named = |name: &&(&str, &str)| scope_names(scopes).any(|scope| scope == name.0);
    let mut found = SCOPES.iter().filter(named);
    let command = match (found.next(), found.next()) {
        (Some((_, flag)), None) => Command::kubectl(&["create", "quota"])
            .name(&ds.name)
            .and_then(|command| command.namespace(&ds.namespace))
            .map(|command| command.with(&[NO_LIMIT, flag])),
        // kubectl would create one quota with all scopes, which no pod may match.
        _ => None,
    };
    Step::new(StepKind::CreateQuota, command)
}

/// Raises the full resources of a quota by the requests of `lacking` more pods. `None` where those
/// aren't known.
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
        // A resource that was full may have enough room by now.
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
        .and_then(|command| command.option(("-p", "--patch"), &patch));
    let kind = StepKind::RaiseQuota {
        quota,
        hard: hard_pairs,
    };
    Some(Step::new(kind, command))
}

/// Merges `spec` into the pod spec of the template.
pub(super) fn patch_pod_spec(ds: &DaemonSetRef, spec: &Value) -> Option<Command> {
    commands::patch_pod_spec((&ds.namespace, &ds.name), spec)
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
    fn what_a_quota_lacks() {
        let full = "exceeded quota: q, requested: pods=1,requests.memory=1Gi, used: pods=20,requests.memory=3Gi, limited: pods=20,requests.memory=3Gi";
        let raised = r#"kubectl patch quota q -n ops -p '{"spec":{"hard":{"pods":"23","requests.memory":"6Gi"}}}'"#;
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
