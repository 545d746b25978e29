//! It only reads: what the API server's audit log says of every form of `why`.

use libtest_mimic::Trial;
use serde_json::json;

use crate::control_plane::{AuditEvent, ControlPlane};
use crate::shared::Shared;
use crate::stage::Stage;

/// May do everything, so that nothing keeps a write back but the program itself.
const USER: &str = "onlooker";

pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    vec![
        control_plane.trial("read-only/every-form".to_owned(), every_form),
        control_plane.trial(
            "read-only/requests-of-why-ds-node".to_owned(),
            requests_of_why_ds_node,
        ),
    ]
}

/// Every form there is; `DIR` stands for a folder with a dump and a manifest.
const FORMS: &[&str] = &[
    "why",
    "why -A",
    "why --problems",
    "why -l team=a",
    "why -A --node-selector disk=ssd",
    "why agent",
    "why agent --node-selector disk=ssd",
    "why ds/agent --exit-code",
    "why daemonset.apps/agent NODE",
    "why agent node/NODE",
    "why agent NODE --impact",
    "why pod/POD",
    "why -f DIR/new.yaml",
    "why -R -f DIR/manifests",
    "why --from DIR/dump.yaml agent",
    "why agent -o wide --no-headers",
    "why agent -o json",
    "why agent -o yaml",
    "why agent -o name",
    "why -A -o json",
    "why agent NODE --taint team=a:NoExecute",
    "why agent NODE --label disk=hdd",
    "why agent NODE --label disk-",
    "why agent --node-selector disk=ssd --cordon",
    "why agent NODE --not-ready",
    "why agent --node-file DIR/node.yaml",
    "why --as admin --as-group system:masters agent",
    "why agent --limit 1",
    "why agent --chunk-size 1",
    "why agent --color always",
    "why agent -v 6",
    "why no-such-daemonset",
    "why agent no-such-node",
    "why pod/no-such-pod",
    "completion bash",
    "completion zsh",
    "completion fish",
];

/// Forms that must fail, so that an error's own look-ups are seen too.
const FAILING: &[&str] = &[
    "why no-such-daemonset",
    "why agent no-such-node",
    "why pod/no-such-pod",
];

fn every_form(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "read-only")?;
    allow_everything(control_plane)?;
    let since = control_plane.audit_mark()?;
    let mut wrong = Vec::new();
    for form in FORMS {
        let args = stage.args(form);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let answer = control_plane.ds_plugin_as(USER, &args)?;
        let expected: &[i32] = if FAILING.contains(form) {
            &[2]
        } else if form.contains("--exit-code") {
            &[0, 1]
        } else {
            &[0]
        };
        if !expected.contains(&answer.code) {
            wrong.push(format!(
                "`{form}`: exit {}: {}",
                answer.code,
                answer.stderr.trim()
            ));
        }
    }
    let events = control_plane.audit_since(since)?;
    let mine: Vec<_> = events.iter().filter(|event| event.user() == USER).collect();
    if mine.len() < FORMS.len() {
        wrong.push(format!("only {} requests were seen", mine.len()));
    }
    wrong.extend(
        mine.iter()
            .filter(|event| !reads(event))
            .map(|event| format!("not a read: {}", event.request())),
    );
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn reads(event: &AuditEvent) -> bool {
    let dry = event.request_uri.contains("dryRun=All");
    match event.verb.as_str() {
        "get" | "list" | "watch" => true,
        "create" | "update" | "patch" | "delete" => dry,
        _ => false,
    }
}

/// `why DS NODE` asks for the DaemonSet, the node, that node's pods and the unscheduled
/// ones: on a large cluster a list of all nodes or pods is what costs.
fn requests_of_why_ds_node(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "few-requests")?;
    allow_everything(control_plane)?;
    let since = control_plane.audit_mark()?;
    let args = stage.args("why agent NODE");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let answer = control_plane.ds_plugin_as(USER, &args)?;
    let events = control_plane.audit_since(since)?;
    stage.clear()?;
    if answer.code != 0 {
        return Err(format!("exit {}: {}", answer.code, answer.stderr));
    }
    let mine: Vec<_> = events.iter().filter(|event| event.user() == USER).collect();
    let about = |event: &&&AuditEvent, resource: &str| {
        event
            .object_ref
            .as_ref()
            .is_some_and(|o| o.resource == resource)
    };
    let all: Vec<_> = mine.iter().map(|event| event.request()).collect();
    if let Some(list) = mine
        .iter()
        .filter(|e| about(e, "nodes"))
        .find(|e| e.verb != "get")
    {
        return Err(format!("it asks for all nodes: {}", list.request()));
    }
    for pods in mine.iter().filter(|e| about(e, "pods") && e.verb == "list") {
        if !pods.request_uri.contains("fieldSelector=spec.nodeName%3D") {
            return Err(format!(
                "it asks for pods without naming the node: {}",
                pods.request()
            ));
        }
    }
    for (resource, verb) in [("nodes", "get"), ("pods", "list"), ("daemonsets", "get")] {
        if !mine.iter().any(|e| about(&e, resource) && e.verb == verb) {
            return Err(format!("it never asked to {verb} {resource}: {all:#?}"));
        }
    }
    Ok(())
}

fn allow_everything(control_plane: &ControlPlane) -> Result<(), String> {
    control_plane.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": format!("{USER}-may-everything")},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": USER}],
    }))
}
