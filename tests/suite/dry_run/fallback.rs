//! Where nobody can be asked: what is computed, and what isn't.

use std::path::Path;

use kubectl_ds::analysis::rollout::change::ObjectSource;
use kubectl_ds::commands::apply::{AppliedObject, Apply, ObtainError, obtain, obtain_locally};
use kubectl_ds::model::DaemonSet;
use kubectl_ds::source::dry_run::{ApplyOptions, DryRunError};
use serde_json::json;

use super::{Kubectl, agent, no_cluster};

/// The apply of another image over a stored DaemonSet that was never applied.
fn apply<T>(options: &ApplyOptions, then: impl FnOnce(&Apply<'_>) -> T) -> T {
    let mut stored = agent("agent:1");
    stored["metadata"]["uid"] = json!("u");
    let template = stored.pointer_mut("/spec/template/metadata").unwrap();
    template["annotations"] = json!({"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"});
    let stored = DaemonSet::from_value(stored, "ops").unwrap();
    then(&Apply {
        manifest: &agent("agent:2"),
        namespace: "ops",
        stored: Some(&stored),
        options,
    })
}

fn server_side() -> ApplyOptions {
    ApplyOptions {
        server_side: true,
        ..ApplyOptions::default()
    }
}

fn check(obtained: &AppliedObject, note: &str) {
    assert_eq!(obtained.source, ObjectSource::Local);
    assert_eq!(obtained.notes, [note]);
    let template = &obtained.daemon_set.raw_template;
    assert_eq!(template["spec"]["containers"][0]["image"], "agent:2");
    assert_eq!(
        template["spec"]["restartPolicy"], "Always",
        "the defaults are there"
    );
    let restarted = &template["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"];
    assert_eq!(restarted, "2026-01-01T00:00:00Z");
}

#[test]
fn without_kubectl_or_rights_it_is_computed_and_said_why() {
    let none = Path::new("/nonexistent/kubectl");
    let options = ApplyOptions::default();
    let obtained = apply(&options, |a| obtain(none, &no_cluster(), a)).unwrap();
    check(
        &obtained,
        "admission webhooks and policies weren't checked: there is no kubectl in PATH",
    );
    let forbidden =
        "daemonsets.apps \"agent\" is forbidden: User \"v\" cannot patch resource \"daemonsets\"";
    let kubectl = Kubectl::new(&format!(
        "echo 'Error from server (Forbidden): {forbidden}' >&2; exit 1"
    ));
    let path = kubectl.folder().join("kubectl");
    let obtained = apply(&options, |a| obtain(&path, &no_cluster(), a)).unwrap();
    check(
        &obtained,
        &format!("admission webhooks and policies weren't checked: {forbidden}"),
    );
    let obtained = apply(&options, obtain_locally).unwrap();
    check(
        &obtained,
        "admission webhooks and policies weren't checked: there is no server to ask",
    );
}

#[test]
fn a_merge_by_field_managers_needs_the_server() {
    let none = Path::new("/nonexistent/kubectl");
    let error = apply(&server_side(), |a| obtain(none, &no_cluster(), a)).unwrap_err();
    let text = "what `--server-side` leaves is the server's to merge: there is no kubectl in PATH";
    assert_eq!(error.to_string(), text);
    let error = apply(&server_side(), obtain_locally).unwrap_err();
    let text =
        "what `--server-side` leaves is the server's to merge: saved objects have no server to ask";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_refusal_is_no_reason_to_compute() {
    let kubectl = Kubectl::new(
        "echo 'The DaemonSet \"agent\" is invalid: spec.x: Required value' >&2; exit 1",
    );
    let path = kubectl.folder().join("kubectl");
    let error = apply(&ApplyOptions::default(), |a| {
        obtain(&path, &no_cluster(), a)
    })
    .unwrap_err();
    let is_invalid = matches!(error, ObtainError::DryRun(DryRunError::Invalid(_)));
    assert!(is_invalid, "{error}");
}

#[test]
fn force_without_server_side_is_refused_as_kubectl_refuses_it() {
    let forced = ApplyOptions {
        force_conflicts: true,
        ..ApplyOptions::default()
    };
    let kubectl = Kubectl::answering();
    let path = kubectl.folder().join("kubectl");
    let error = apply(&forced, |a| obtain(&path, &no_cluster(), a)).unwrap_err();
    let text = "`--force-conflicts` only works with `--server-side`";
    assert_eq!(error.to_string(), text);
    assert_eq!(kubectl.kept("arguments"), "", "kubectl wasn't run");
    assert_eq!(
        apply(&forced, obtain_locally).unwrap_err().to_string(),
        text
    );
}
