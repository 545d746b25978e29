//! The files that the control plane is started with.

use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::{ADMIN, Binaries, audit, pki};

/// Users with no rights but those that a test binds to them.
const LIMITED_USERS: [&str; 16] = [
    "no-nodes",
    "no-pods",
    "no-revisions",
    "no-events",
    "no-namespaces",
    "no-limitranges",
    "no-deployments",
    "no-replicasets",
    "no-statefulsets",
    "no-replicationcontrollers",
    "no-jobs",
    "nothing",
    "reader",
    "onlooker",
    "follower",
    "lister",
];

const SYSTEM_USERS: [&str; 4] = [
    ADMIN,
    "system:kube-controller-manager",
    "system:kube-scheduler",
    "kwok",
];

/// The file that configures admission.
pub(super) const ADMISSION: &str = "admission.yaml";

/// Pods of one PriorityClass are allowed only where a ResourceQuota is for their scope, as
/// managed clusters have it for the classes of the system.
const ADMISSION_CONFIGURATION: &str = r#"
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ResourceQuota
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: ResourceQuotaConfiguration
    limitedResources:
    - resource: pods
      matchScopes:
      - scopeName: PriorityClass
        operator: In
        values: ["e2e-limited"]
"#;

/// Where the kubeconfig of `user` is.
pub(super) fn kubeconfig(dir: &Path, user: &str) -> PathBuf {
    dir.join(format!("{}.kubeconfig", user.replace(':', "-")))
}

/// Certificates, tokens, kubeconfigs, the audit policy and kwok's stages.
pub(super) fn write_all(dir: &Path, server: &str, binaries: &Binaries) -> Result<(), String> {
    pki::write(dir)?;
    let write = |path: &Path, text: &str| {
        std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
    };
    write(&dir.join("audit-policy.yaml"), audit::POLICY)?;
    write(&dir.join(ADMISSION), ADMISSION_CONFIGURATION)?;
    let mut tokens = String::new();
    for user in SYSTEM_USERS {
        tokens.push_str(&format!("{},{user},{user},system:masters\n", token(user)));
    }
    for user in LIMITED_USERS {
        tokens.push_str(&format!("{},{user},{user}\n", token(user)));
    }
    write(&dir.join("tokens.csv"), &tokens)?;
    for user in SYSTEM_USERS.iter().chain(&LIMITED_USERS) {
        write(&kubeconfig(dir, user), &kubeconfig_text(dir, server, user))?;
    }
    write(&dir.join("stages.yaml"), &stages(&binaries.kwok_stages()?)?)
}

/// Good for this run's API server alone, which listens on loopback.
pub(super) fn token(user: &str) -> String {
    format!("token-of-{}", user.replace(':', "-"))
}

fn kubeconfig_text(dir: &Path, server: &str, user: &str) -> String {
    let ca = dir.join("ca.crt");
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: e2e\n\
         clusters:\n- name: e2e\n  cluster:\n    server: {server}\n    certificate-authority: {}\n\
         users:\n- name: {user:?}\n  user:\n    token: {}\n\
         contexts:\n- name: e2e\n  context: {{cluster: e2e, user: {user:?}}}\n",
        ca.display(),
        token(user),
    )
}

/// kwok's own fast stages, and ours for pods that don't become ready.
fn stages(from: &Path) -> Result<String, String> {
    let read = |file: &str| {
        let path = from.join(file);
        std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
    };
    let ready = with_expression(
        "pod-ready.yaml",
        &read("pod/fast/pod-ready.yaml")?,
        WELL_BEHAVED,
    )?;
    let initialize = with_expression(
        "node-initialize.yaml",
        &read("node/fast/node-initialize.yaml")?,
        KEPT_READY,
    )?;
    let delete = with_expression(
        "pod-delete.yaml",
        &read("pod/fast/pod-delete.yaml")?,
        REACHED,
    )?;
    Ok([
        initialize.as_str(),
        ready.as_str(),
        delete.as_str(),
        include_str!("stages.yaml"),
    ]
    .join("\n---\n"))
}

/// A stage that demands one thing more.
fn with_expression(file: &str, stage: &str, expression: &str) -> Result<String, String> {
    let parse =
        |text: &str| serde_yaml::from_str::<Value>(text).map_err(|e| format!("{file}: {e}"));
    let mut stage = parse(stage)?;
    stage
        .get_mut("spec")
        .and_then(|spec| spec.get_mut("selector"))
        .and_then(|selector| selector.get_mut("matchExpressions"))
        .and_then(Value::as_sequence_mut)
        .ok_or_else(|| format!("{file}: no spec.selector.matchExpressions"))?
        .push(parse(expression)?);
    // As JSON: "True" would come out unquoted, and kwok reads YAML 1.1.
    serde_json::to_string(&stage).map_err(|e| format!("{file}: {e}"))
}

/// A pod that doesn't ask to misbehave, on a node that doesn't make it.
const WELL_BEHAVED: &str = r#"
key: 'if (.metadata.annotations["e2e/pod"] // "") != "" then "no" elif (.spec.nodeName // "") | startswith("never-ready") then "no" else "yes" end'
operator: In
values: ["yes"]
"#;

/// A pod that isn't on a node called dead…, where no kubelet ends it.
const REACHED: &str = r#"
key: 'if (.spec.nodeName // "") | startswith("dead") then "no" else "yes" end'
operator: In
values: ["yes"]
"#;

/// A node whose conditions the tests don't set themselves.
const KEPT_READY: &str = r#"
key: '.metadata.annotations["e2e/node"]'
operator: DoesNotExist
"#;
