//! Kubeconfigs, flags over them, credentials.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use kubectl_ds::source::Source;
use kubectl_ds::source::cluster::{ConnectionFlags, Token};

use super::api::answer;
use super::mock::Received;
use super::tls_server::Server;
use super::{about_agent, ask, connect, error_of};

/// A kubeconfig in a folder of its own.
pub(super) struct Config {
    pub(super) folder: tempfile::TempDir,
}

impl Config {
    pub(super) fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config"), text).unwrap();
        Self { folder }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub(super) fn flags(&self) -> ConnectionFlags {
        ConnectionFlags {
            kubeconfig: Some(self.path()),
            ..ConnectionFlags::default()
        }
    }

    pub(super) fn script(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, mode).unwrap();
    }
}

/// Contexts for a server with TLS, whose users are `user` and `v`.
pub(super) fn config(server: &Server, user: &str) -> Config {
    let cluster = format!(
        "{{server: '{}', certificate-authority: '{}'}}",
        server.url(),
        server.authority()
    );
    with_cluster(&cluster, user)
}

/// The same for any cluster.
pub(super) fn with_cluster(cluster: &str, user: &str) -> Config {
    Config::new(&format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\n\
         contexts:\n- name: a\n  context: {{cluster: c, user: u, namespace: ops}}\n- name: b\n  context: {{cluster: c}}\n\
         clusters:\n- name: c\n  cluster: {cluster}\n\
         users:\n- name: u\n  user: {user}\n- name: v\n  user: {{token: second}}\n"
    ))
}

fn first(server: &Server) -> Received {
    server.mock.received().into_iter().next().unwrap()
}

#[test]
fn the_namespace_of_the_context() {
    let server = Server::answering(answer);
    let config = config(&server, "{token: first}");
    let mut flags = config.flags();
    assert_eq!(connect(&flags).unwrap().default_namespace(), "ops");
    flags.context = Some("b".to_owned());
    assert_eq!(connect(&flags).unwrap().default_namespace(), "default");
    assert!(server.mock.received().is_empty());
}

#[test]
fn flags_go_before_the_kubeconfig() {
    let server = Server::answering(answer);
    let config = config(&server, "{token: first}");
    let sent = |flags: &ConnectionFlags| {
        let before = server.mock.received().len();
        ask(flags, &about_agent()).unwrap();
        let request = server.mock.received().into_iter().nth(before).unwrap();
        request.header("authorization").map(str::to_owned)
    };
    let mut flags = config.flags();
    assert_eq!(sent(&flags).as_deref(), Some("Bearer first"));
    flags.user = Some("v".to_owned());
    assert_eq!(sent(&flags).as_deref(), Some("Bearer second"));
    flags.token = Some(Token::from("third"));
    assert_eq!(sent(&flags).as_deref(), Some("Bearer third"));
    flags = config.flags();
    flags.context = Some("b".to_owned());
    assert_eq!(sent(&flags), None);
}

#[test]
fn a_token_file_beside_the_kubeconfig() {
    let server = Server::answering(answer);
    let config = config(&server, "{tokenFile: token}");
    let error = error_of(&config.flags(), &about_agent());
    assert!(
        error.contains("token file") && error.contains("no such file"),
        "{error}"
    );
    std::fs::write(config.folder.path().join("token"), "from-file").unwrap();
    ask(&config.flags(), &about_agent()).unwrap();
    assert_eq!(
        first(&server).header("authorization"),
        Some("Bearer from-file")
    );
}

#[test]
fn a_name_and_a_password() {
    let server = Server::answering(answer);
    let config = config(&server, "{username: u, password: 'p:w'}");
    ask(&config.flags(), &about_agent()).unwrap();
    assert_eq!(
        first(&server).header("authorization"),
        Some("Basic dTpwOnc=")
    );
}

#[test]
fn acting_as_another() {
    let server = Server::answering(answer);
    let config = config(&server, "{token: first}");
    let mut flags = config.flags();
    flags.impersonate = Some("system:serviceaccount:ops:robot".to_owned());
    flags.impersonate_groups = vec!["g1".to_owned(), "g2".to_owned()];
    flags.impersonate_uid = Some("7".to_owned());
    let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
    flags.impersonate_user_extra = vec![
        pair("scopes", "view"),
        pair("scopes", "edit"),
        pair("acme.com/team", "x"),
    ];
    ask(&flags, &about_agent()).unwrap();
    for request in server.mock.received() {
        let headers = &request.headers;
        assert_eq!(
            headers["impersonate-user"],
            ["system:serviceaccount:ops:robot"]
        );
        assert_eq!(headers["impersonate-group"], ["g1", "g2"]);
        assert_eq!(headers["impersonate-uid"], ["7"]);
        assert_eq!(headers["impersonate-extra-scopes"], ["view", "edit"]);
        assert_eq!(headers["impersonate-extra-acme.com%2fteam"], ["x"]);
    }
}

#[test]
fn acting_as_a_group_alone() {
    let server = Server::answering(answer);
    let config = config(&server, "{token: first}");
    let mut flags = config.flags();
    flags.impersonate_groups = vec!["g".to_owned()];
    let error = error_of(&flags, &about_agent());
    assert!(error.contains("add `--as USER`"), "{error}");
    assert!(server.mock.received().is_empty());
}

#[test]
fn unknown_names_with_the_known_ones() {
    let server = Server::answering(answer);
    let config = config(&server, "{token: first}");
    let path = config.path().display().to_string();
    let mut flags = config.flags();
    flags.context = Some("x".to_owned());
    assert_eq!(
        error_of(&flags, &about_agent()),
        format!("error: context \"x\" does not exist in {path}; known: a, b")
    );
    flags = config.flags();
    flags.cluster = Some("x".to_owned());
    assert_eq!(
        error_of(&flags, &about_agent()),
        format!("error: cluster \"x\" does not exist in {path}; known: c")
    );
    flags = config.flags();
    flags.user = Some("x".to_owned());
    assert_eq!(
        error_of(&flags, &about_agent()),
        format!("error: user \"x\" does not exist in {path}; known: u, v")
    );
}

#[test]
fn a_kubeconfig_that_cannot_be_used() {
    let error_in = |text: &str| {
        let config = Config::new(text);
        let error = error_of(&config.flags(), &about_agent());
        error.replace(&config.path().display().to_string(), "PATH")
    };
    let error = error_in("apiVersion: v1\nkind: Config\ncontexts: [\n");
    assert!(
        error.starts_with("error: kubeconfig PATH, line "),
        "{error}"
    );
    let error = error_in("users:\n- name: u\n  user: {token: [sEcReT]}\n");
    assert!(
        error.starts_with("error: kubeconfig PATH, line 3 is malformed: "),
        "{error}"
    );
    assert!(!error.contains("sEcReT"), "{error}");
    let error = error_in("users: sEcReT\n");
    assert!(!error.contains("sEcReT"), "{error}");
    let error = error_in("kind: Deployment\napiVersion: apps/v1\n");
    assert!(error.contains("kind `Deployment`"), "{error}");
    let error = error_in("contexts:\n- name: a\n  context: {cluster: gone}\ncurrent-context: a\n");
    assert!(
        error.contains("cluster \"gone\" does not exist in PATH; it has no cluster at all"),
        "{error}"
    );
    let error = error_in("contexts:\n- name: a\n  context: {cluster: c}\n");
    assert!(
        error.contains("no current context is set in PATH; choose with `--context`: a"),
        "{error}"
    );
    let error = error_in(
        "contexts:\n- name: a\n  context: {cluster: c}\nclusters:\n- name: c\n  cluster: {}\ncurrent-context: a\n",
    );
    assert!(error.contains("the cluster has no server"), "{error}");
    let error = error_in(
        "contexts:\n- name: a\n  context: {cluster: c}\nclusters:\n- name: c\n  cluster: {server: 'https://h', certificate-authority: ca.crt}\ncurrent-context: a\n",
    );
    assert!(
        error.contains("unable to read certificate-authority") && error.contains("no such file"),
        "{error}"
    );
}

#[test]
fn no_kubeconfig_says_where_it_looked() {
    let flags = ConnectionFlags {
        kubeconfig: Some(Path::new("/nowhere/config").to_owned()),
        ..ConnectionFlags::default()
    };
    assert_eq!(
        error_of(&flags, &about_agent()),
        "error: kubeconfig /nowhere/config can't be read: no such file"
    );
    let empty = Config::new("");
    let error = error_of(&empty.flags(), &about_agent());
    let path = empty.path().display().to_string();
    assert!(
        error.starts_with(&format!("error: kubeconfig {path} is empty; ")),
        "{error}"
    );
    assert!(
        error.contains("--kubeconfig FILE") && error.contains("--from FILE"),
        "{error}"
    );
}

fn exec(server: &Server, script: &str) -> Config {
    let config = config(
        server,
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, installHint: get it at example.com, \
         interactiveMode: Never, provideClusterInfo: true, env: [{name: WHO, value: me}]}}",
    );
    if !script.is_empty() {
        config.script("login", script);
    }
    config
}

#[test]
fn a_credential_plugin_is_run_once() {
    let server = Server::answering(answer);
    let script = r#"echo run >>"$(dirname "$0")/runs"
echo "$KUBERNETES_EXEC_INFO" >"$(dirname "$0")/info"
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$WHO'-token"}}'"#;
    let config = exec(&server, script);
    ask(&config.flags(), &about_agent()).unwrap();
    assert_eq!(
        first(&server).header("authorization"),
        Some("Bearer me-token")
    );
    let runs = std::fs::read_to_string(config.folder.path().join("runs")).unwrap();
    assert_eq!(runs, "run\n");
    let info = std::fs::read_to_string(config.folder.path().join("info")).unwrap();
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["kind"], "ExecCredential");
    assert_eq!(info["spec"]["cluster"]["server"], server.url());
    assert_eq!(info["spec"]["interactive"], false);
}

#[test]
fn a_credential_plugin_may_answer_in_yaml() {
    let server = Server::answering(answer);
    let script = "printf 'kind: ExecCredential\\napiVersion: client.authentication.k8s.io/v1\\nstatus:\\n  token: from-yaml\\n'";
    ask(&exec(&server, script).flags(), &about_agent()).unwrap();
    assert_eq!(
        first(&server).header("authorization"),
        Some("Bearer from-yaml")
    );
}

#[test]
fn a_credential_plugin_of_another_version() {
    let server = Server::answering(answer);
    let script = r#"echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}'"#;
    let error = error_of(&exec(&server, script).flags(), &about_agent());
    assert!(
        error.contains("answers in version client.authentication.k8s.io/v1beta1"),
        "{error}"
    );
}

#[test]
fn a_credential_plugin_that_fails() {
    let server = Server::answering(answer);
    let config = exec(
        &server,
        "echo sEcReT; echo 'session expired: run login' >&2; exit 3",
    );
    let error = error_of(&config.flags(), &about_agent());
    assert!(
        error.contains("login") && error.contains("exit code 3"),
        "{error}"
    );
    assert!(error.contains("session expired: run login"), "{error}");
    assert!(!error.contains("sEcReT"), "{error}");
    assert!(server.mock.received().is_empty());
}

#[test]
fn a_credential_plugin_that_is_missing_or_says_nothing_useful() {
    let server = Server::answering(answer);
    let error = error_of(&exec(&server, "").flags(), &about_agent());
    assert!(
        error.contains("./login") || error.contains("/login"),
        "{error}"
    );
    assert!(error.contains("get it at example.com"), "{error}");
    let error = error_of(&exec(&server, "echo sEcReT").flags(), &about_agent());
    assert!(
        error.contains("no credential") && !error.contains("sEcReT"),
        "{error}"
    );
    let error = error_of(
        &exec(&server, r#"echo '{"kind":"ExecCredential","status":{}}'"#).flags(),
        &about_agent(),
    );
    assert!(
        error.contains("neither a token nor a certificate"),
        "{error}"
    );
}
