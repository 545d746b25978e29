//! The same on the built binary: what a person sees.

use std::path::Path;

use crate::binary::{kubectl_ds, stderr, stdout};

use super::api::answer;
use super::mock::{Mock, Reply};
use super::tls_server::Server;

/// Two kubeconfigs, each of which holds a half of what is needed.
fn halves(server: &Server) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "one",
        "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u, namespace: ops}}]\n\
         users: [{name: u, user: {token: sEcReT}}]\n",
    );
    write(
        "two",
        &format!(
            "clusters: [{{name: c, cluster: {{server: '{}', certificate-authority: '{}'}}}}]\ncurrent-context: gone\n",
            server.url(),
            server.authority()
        ),
    );
    folder
}

fn listed(folder: &Path) -> String {
    let files = ["one", "missing", "two"].map(|name| folder.join(name));
    std::env::join_paths(files).unwrap().into_string().unwrap()
}

#[test]
fn a_kubeconfig_list_of_the_environment() {
    let server = Server::answering(answer);
    let folder = halves(&server);
    let output = kubectl_ds(&["why", "agent"], &[("KUBECONFIG", &listed(folder.path()))]);
    assert_eq!(stderr(&output), "");
    assert!(output.status.success());
    assert!(stdout(&output).contains("ops/agent"));
    for request in server.mock.received() {
        assert_eq!(request.header("authorization"), Some("Bearer sEcReT"));
    }
}

#[test]
fn requests_are_shown_from_level_6_without_secrets() {
    let server = Server::answering(answer);
    let folder = halves(&server);
    let kubeconfig = listed(folder.path());
    let run = |args: &[&str]| stderr(&kubectl_ds(args, &[("KUBECONFIG", &kubeconfig)]));
    assert_eq!(run(&["why", "agent", "-v=5"]), "");
    let shown = run(&["why", "agent", "--token=oThEr", "-v=9"]);
    let nodes = format!("GET {}/api/v1/nodes 200 OK in ", server.url());
    assert!(shown.contains(&nodes), "{shown}");
    assert!(shown.starts_with("Config loaded from "), "{shown}");
    assert!(
        !shown.contains("sEcReT") && !shown.contains("oThEr"),
        "{shown}"
    );
    let asked = server.mock.received().len();
    assert_eq!(
        run(&["why", "agent", "-v=6"]).lines().count(),
        1 + asked / 2
    );
}

#[test]
fn one_clear_error_and_exit_2() {
    let mock = Mock::start(|_| Reply::status(401, "Unauthorized", "Unauthorized"));
    let url = mock.url();
    for (args, error) in [
        (
            vec!["why", "agent"],
            "error: no kubeconfig: looked for /nonexistent/.kube/config; ",
        ),
        (
            vec!["why", "agent", "--context", "nope"],
            "error: no kubeconfig: looked for /nonexistent/.kube/config; ",
        ),
        (
            vec!["why", "agent", "--server", &url],
            "error: You must be logged in to the server (Unauthorized)",
        ),
        (
            vec!["why", "agent", "--server", "http://127.0.0.1:1"],
            "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
        ),
    ] {
        let output = kubectl_ds(&args, &[]);
        let shown = stderr(&output);
        assert!(shown.starts_with(error), "{shown}");
        assert_eq!(shown.lines().count(), 1, "{shown}");
        assert_eq!(stdout(&output), "");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn the_proxy_of_the_environment_unless_no_proxy_names_the_server() {
    let mock = Mock::start(answer);
    let proxy = mock.url();
    let run = |no_proxy: &str| {
        let args = ["why", "agent", "-s", "https://api.invalid:6443"];
        let env = [("HTTPS_PROXY", proxy.as_str()), ("NO_PROXY", no_proxy)];
        stderr(&kubectl_ds(&args, &env))
    };
    let through = format!("through the proxy {}", mock.address);
    assert!(run("other.invalid").contains(&through));
    assert!(run("api.invalid").contains("lookup api.invalid: no such host"));
}
