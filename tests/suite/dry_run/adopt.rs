//! `adopt -f` on the built binary: only what isn't stored yet is asked for.

use serde_json::Value;

use super::{Kubectl, agent};
use crate::binary::{kubectl_ds, stderr, stdout};
use crate::cluster_faults::api::answer;
use crate::cluster_faults::mock::Mock;

/// Exit code, stdout and stderr of `adopt -f` of a DaemonSet of this name, which
/// selects the pods of `agent`, with the kubectl of `path`.
fn adopt(mock: &Mock, kubectl: &Kubectl, path: &str, name: &str) -> (Option<i32>, String, String) {
    let mut manifest = agent("agent:2");
    manifest["metadata"]["name"] = name.into();
    let file = kubectl.folder().join("manifest.json");
    std::fs::write(&file, manifest.to_string()).unwrap();
    let (url, file) = (mock.url(), file.display().to_string());
    let args = [
        "adopt",
        "-f",
        &file,
        "-n",
        "ops",
        "--server",
        &url,
        "--token=t",
        "-o",
        "json",
    ];
    let output = kubectl_ds(&args, &[("PATH", path)]);
    (output.status.code(), stdout(&output), stderr(&output))
}

fn path_of(kubectl: &Kubectl) -> String {
    format!("{}:/usr/bin:/bin", kubectl.folder().display())
}

fn report(answer: &(Option<i32>, String, String)) -> Value {
    assert_eq!((answer.0, answer.2.as_str()), (Some(0), ""));
    let report = serde_json::from_str(&answer.1).unwrap();
    crate::adopt::follows_the_schema("a manifest", &report);
    report
}

fn notes(report: &Value) -> String {
    report["notes"].to_string()
}

#[test]
fn one_that_is_not_stored_is_the_servers_answer() {
    let (mock, kubectl) = (Mock::start(answer), Kubectl::new("tee \"$here/stdin\""));
    let report = report(&adopt(&mock, &kubectl, &path_of(&kubectl), "fresh"));
    assert_eq!(report["change"]["kind"], "Create");
    assert_eq!(report["change"]["obtained"], "DryRun");
    assert!(!notes(&report).contains("admission webhooks and policies weren't checked"));
    assert!(kubectl.kept("stdin").contains("\"fresh\""));
    let requests = mock.received();
    assert!(requests.iter().all(|request| request.method == "GET"));
}

#[test]
fn one_that_is_stored_is_computed_and_nobody_is_asked() {
    let (mock, kubectl) = (Mock::start(answer), Kubectl::new("tee \"$here/stdin\""));
    let report = report(&adopt(&mock, &kubectl, &path_of(&kubectl), "agent"));
    assert_eq!(report["change"]["kind"], "Recreate");
    assert_eq!(report["change"]["obtained"], "Local");
    assert!(
        notes(&report).contains("admission webhooks and policies weren't checked"),
        "{report}"
    );
    assert_eq!(kubectl.kept("stdin"), "");
}

#[test]
fn a_refusal_is_an_error_in_its_own_words() {
    let mock = Mock::start(answer);
    let said = "Error from server (BadRequest): error when creating \"STDIN\": admission webhook \"w\" denied the request: not on a Friday";
    let kubectl = Kubectl::new(&format!("echo '{said}' >&2; exit 1"));
    let (code, out, err) = adopt(&mock, &kubectl, &path_of(&kubectl), "fresh");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        err.contains("admission webhook \"w\" denied the request: not on a Friday"),
        "{err}"
    );
}

#[test]
fn without_kubectl_it_is_computed_and_said() {
    let (mock, kubectl) = (Mock::start(answer), Kubectl::answering());
    let report = report(&adopt(&mock, &kubectl, "/nonexistent", "fresh"));
    assert_eq!(report["change"]["obtained"], "Local");
    assert!(
        notes(&report).contains(
            "admission webhooks and policies weren't checked: there is no kubectl in PATH"
        ),
        "{report}"
    );
}
