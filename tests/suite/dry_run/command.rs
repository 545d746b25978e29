//! `plan -f` on the built binary: kubectl is the one in PATH.

use std::process::Output;

use serde_json::{Value, json};

use super::{Kubectl, agent};
use crate::binary::{kubectl_ds, stderr, stdout};
use crate::cluster_faults::api::answer;
use crate::cluster_faults::tls_server::Server;

/// `plan -f` of a manifest in the folder of `kubectl`.
fn plan(
    server: &Server,
    kubectl: &Kubectl,
    path: &str,
    more: &[&str],
    env: &[(&str, &str)],
) -> Output {
    let manifest = kubectl.folder().join("agent.json");
    std::fs::write(&manifest, agent("agent:2").to_string()).unwrap();
    let (url, manifest) = (server.url(), manifest.display().to_string());
    let authority = server.authority();
    let args = [
        &[
            "plan",
            "-f",
            &manifest,
            "-n",
            "ops",
            "--server",
            &url,
            "--certificate-authority",
            &authority,
            "--token=sEcReT",
        ],
        more,
    ]
    .concat();
    kubectl_ds(&args, &[&[("PATH", path)], env].concat())
}

fn path_of(kubectl: &Kubectl) -> String {
    format!("{}:/usr/bin:/bin", kubectl.folder().display())
}

fn report(output: &Output) -> Value {
    assert_eq!(stderr(output), "");
    serde_json::from_str(&stdout(output)).unwrap()
}

#[test]
fn the_object_is_kubectls_answer_and_the_token_is_on_no_command_line() {
    let (server, kubectl) = (Server::answering(answer), Kubectl::answering());
    let output = plan(&server, &kubectl, &path_of(&kubectl), &["-o", "json"], &[]);
    let report = report(&output);
    assert_eq!(report["change"]["obtained"], "DryRun");
    assert_eq!(report["change"]["template"], "Changed");
    assert!(kubectl.kept("kubeconfig").contains("sEcReT"));
    let arguments = kubectl.kept("arguments");
    assert!(
        arguments.starts_with("apply\n") && !arguments.contains("sEcReT"),
        "{arguments}"
    );
    let sent: Value = serde_json::from_str(&kubectl.kept("stdin")).unwrap();
    assert_eq!(sent, agent("agent:2"));
    let requests = server.mock.received();
    assert!(requests.iter().all(|request| request.method == "GET"));
}

#[test]
fn a_refusal_is_an_error_in_its_own_words() {
    let server = Server::answering(answer);
    let said = "Error from server (BadRequest): error when creating \"STDIN\": admission webhook \"w\" denied the request: not on a Friday";
    let kubectl = Kubectl::new(&format!("echo '{said}' >&2; exit 1"));
    let output = plan(&server, &kubectl, &path_of(&kubectl), &[], &[]);
    let wanted = "Error from server (BadRequest): admission webhook \"w\" denied the request: not on a Friday\n";
    assert_eq!(stderr(&output), wanted);
    assert_eq!(
        (stdout(&output).as_str(), output.status.code()),
        ("", Some(2))
    );
}

#[test]
fn without_kubectl_it_is_computed_and_said() {
    let (server, kubectl) = (Server::answering(answer), Kubectl::answering());
    let output = plan(&server, &kubectl, "/nonexistent", &["-o", "json"], &[]);
    let report = report(&output);
    assert_eq!(report["change"]["obtained"], "Local");
    let note =
        json!("admission webhooks and policies weren't checked: there is no kubectl in PATH");
    let notes = report["notes"].as_array().unwrap();
    assert!(notes.contains(&note), "{notes:?}");
    assert_eq!(kubectl.kept("arguments"), "");
}

#[test]
fn another_program_shows_the_diff() {
    let (server, kubectl) = (Server::answering(answer), Kubectl::answering());
    let other = Kubectl::new("echo 'their diff'; exit 1");
    let program = other.folder().join("kubectl").display().to_string();
    let wide = ["-o", "wide"];
    let run =
        |env: &[(&str, &str)]| stdout(&plan(&server, &kubectl, &path_of(&kubectl), &wide, env));
    let theirs = run(&[("KUBECTL_EXTERNAL_DIFF", &program)]);
    assert!(
        theirs.contains("their diff") && !theirs.contains("+++ MERGED/"),
        "{theirs}"
    );
    let ours = run(&[]);
    assert!(
        ours.contains("+++ MERGED/apps.v1.DaemonSet.ops.agent"),
        "{ours}"
    );
    assert!(ours.contains("+      - image: agent:2"), "{ours}");
}
