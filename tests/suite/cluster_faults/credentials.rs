//! Credentials that can't be sent, may not be sent there, or have no end.

use std::path::Path;

use kubectl_ds::source::cluster::ConnectionFlags;

use crate::binary::{kubectl_ds, stderr, stdout};

use super::api::answer;
use super::configuration::{config, with_cluster};
use super::mock::Mock;
use super::tls_server::Server;
use super::{about_agent, ask, error_of};

/// A plugin that a shell runs, for a file that was only just written can't be run while
/// another test still has it open; `script` is in the folder that it gets as `$here`.
pub(super) fn plugin(folder: &Path, script: &str) -> String {
    let login = folder.join("login");
    let text = format!(
        "here=$(dirname \"$0\"); echo run >>\"$here/runs\"; n=$(($(wc -l <\"$here/runs\")))\n\
         give() {{ printf '%s' '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{{'\"$1\"'}}}}'; }}\n\
         {script}\n"
    );
    std::fs::write(&login, text).unwrap();
    format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['{}'], interactiveMode: Never}}}}",
        login.display()
    )
}

/// How often the plugin of this folder was run.
pub(super) fn runs(folder: &Path) -> usize {
    let runs = std::fs::read_to_string(folder.join("runs")).unwrap_or_default();
    runs.lines().count()
}

/// What is sent of one kind of header by one user.
fn sent(server: &Server, flags: &ConnectionFlags, header: &str) -> Option<String> {
    let before = server.mock.received().len();
    ask(flags, &about_agent()).unwrap();
    let request = server.mock.received().into_iter().nth(before).unwrap();
    request.header(header).map(str::to_owned)
}

#[test]
fn what_no_header_can_hold_is_one_clear_error() {
    let server = Server::answering(answer);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "sEc\nReT\n").unwrap();
    let from_file = format!("{{tokenFile: '{}'}}", file.display());
    let from_plugin = plugin(folder.path(), r#"give '"token":"sEcReT\n"'"#);
    let path = file.display();
    for (user, origin, what) in [
        (
            "{token: \"sEcReT\\n\"}",
            "`token` of the user in PATH",
            "a line break",
        ),
        (
            "{token: \"sEc\\0ReT\"}",
            "`token` of the user in PATH",
            "the control character U+0000",
        ),
        (&from_file, &format!("token file {path}"), "a line break"),
        (
            &from_plugin,
            "the token of the credential plugin sh",
            "a line break",
        ),
        (
            "{token: t, as: \"a\\nb\"}",
            "`as` of the user in PATH",
            "a line break",
        ),
        (
            "{token: t, as: a, as-groups: [g, \"a\\rb\"]}",
            "`as-groups` of the user in PATH",
            "a carriage return",
        ),
        (
            "{token: t, as: a, as-uid: \"a\\x7fb\"}",
            "`as-uid` of the user in PATH",
            "the control character U+007F",
        ),
        (
            "{token: t, as: a, as-user-extra: {k: [\"a\\nb\"]}}",
            "`as-user-extra` of the user in PATH",
            "a line break",
        ),
    ] {
        let error = error_of(&flags_of(&server, user), &about_agent());
        let expected =
            format!("error: {origin} holds {what}, which no HTTP header can hold: give it without");
        assert_eq!(error.replace(&server.file("config"), "PATH"), expected);
    }
    assert!(server.mock.received().is_empty());
}

#[test]
fn the_same_for_the_flags_on_the_built_binary() {
    for (flag, origin) in [
        ("--token=sEcReT\n", "`--token`"),
        ("--as=sEc\nReT", "`--as`"),
        ("--as-uid=sEc\nReT", "`--as-uid`"),
        ("--as-group=sEc\nReT", "`--as-group`"),
        ("--as-user-extra=k=sEc\nReT", "`--as-user-extra`"),
    ] {
        let user = if flag.starts_with("--as-") {
            "--as=a"
        } else {
            "-v=0"
        };
        let output = kubectl_ds(
            &["why", "agent", "-s", "https://127.0.0.1:1", user, flag],
            &[],
        );
        let shown = stderr(&output);
        assert!(
            shown.starts_with(&format!("error: {origin} holds a line break")),
            "{shown}"
        );
        assert_eq!(shown.lines().count(), 1, "{shown}");
        assert!(!shown.contains("sEc"), "{shown}");
        assert_eq!((output.status.code(), stdout(&output).len()), (Some(2), 0));
    }
}

#[test]
fn what_headers_can_hold_is_sent() {
    let server = Server::answering(answer);
    let user = "{username: \"u\\n\", password: \"p\\n\", as: jürgen}";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, " from-file\r\n").unwrap();
    // Packed as it is.
    let basic = sent(&server, &flags_of(&server, user), "authorization");
    assert_eq!(basic.as_deref(), Some("Basic dQo6cAo="));
    let by_file = format!("{{token: old, tokenFile: '{}'}}", file.display());
    let bearer = sent(&server, &flags_of(&server, &by_file), "authorization");
    assert_eq!(bearer.as_deref(), Some("Bearer from-file"));
    std::fs::remove_file(&file).unwrap();
    let bearer = sent(&server, &flags_of(&server, &by_file), "authorization");
    assert_eq!(bearer.as_deref(), Some("Bearer old"));
    let named = sent(&server, &flags_of(&server, user), "impersonate-user");
    assert_eq!(named.as_deref(), Some("jürgen"));
    // As for client-go an empty name is none.
    let empty = "{token: t, as: '', as-uid: '', as-groups: [], as-user-extra: {}}";
    let named = sent(&server, &flags_of(&server, empty), "impersonate-user");
    assert_eq!(named, None);
}

/// The flags of a kubeconfig that lives as long as the server.
pub(super) fn flags_of(server: &Server, user: &str) -> ConnectionFlags {
    let path = server.folder().join("config");
    std::fs::copy(config(server, user).path(), &path).unwrap();
    ConnectionFlags {
        kubeconfig: Some(path),
        ..ConnectionFlags::default()
    }
}

#[test]
fn no_credentials_go_to_a_server_without_tls() {
    let mock = Mock::start(answer);
    let folder = tempfile::tempdir().unwrap();
    let from_plugin = plugin(folder.path(), r#"give '"token":"t"'"#);
    let cluster = format!("{{server: '{}'}}", mock.url());
    // Nothing of it is so much as read.
    for user in [
        "{token: t}",
        "{token: \"t\\n\"}",
        "{tokenFile: /nonexistent}",
        "{username: u, password: p}",
        "{client-certificate: /nonexistent, client-key: /nonexistent}",
        "{auth-provider: {name: gcp}}",
        &from_plugin,
    ] {
        let config = with_cluster(&cluster, user);
        ask(&config.flags(), &about_agent()).unwrap();
        let with_token = ConnectionFlags {
            token: Some("t".into()),
            impersonate: Some("somebody".to_owned()),
            impersonate_groups: vec!["g".to_owned()],
            ..config.flags()
        };
        ask(&with_token, &about_agent()).unwrap();
    }
    assert_eq!(runs(folder.path()), 0);
    for request in mock.received() {
        assert_eq!(request.header("authorization"), None);
    }
    // Whom one acts as isn't a secret: client-go sends it.
    let named = |request: &&super::mock::Received| request.header("impersonate-user").is_some();
    let received = mock.received();
    assert_eq!(received.iter().filter(named).count(), received.len() / 2);
    assert_eq!(
        received.last().unwrap().header("impersonate-group"),
        Some("g")
    );
}

#[test]
fn files_and_plugins_without_an_end() {
    let server = Server::answering(answer);
    let folder = tempfile::tempdir().unwrap();
    let endless = plugin(folder.path(), "cat /dev/zero");
    let me = server.file("me.crt");
    for (user, problem) in [
        (
            "{tokenFile: /dev/zero}",
            "error: token file /dev/zero can't be read: it is larger than 4 MiB",
        ),
        (
            "{client-certificate: /dev/zero, client-key: /dev/null}",
            "error: invalid configuration: unable to read client-certificate /dev/zero: it is larger than 4 MiB",
        ),
        (
            &format!("{{client-certificate: '{me}', client-key: /dev/zero}}"),
            "error: invalid configuration: unable to read client-key /dev/zero: it is larger than 4 MiB",
        ),
        (
            &endless,
            "Unable to connect to the server: getting credentials: exec: the output of executable sh can't be read: it is larger than 4 MiB",
        ),
    ] {
        assert_eq!(error_of(&flags_of(&server, user), &about_agent()), problem);
    }
    let mut flags = server.flags();
    flags.certificate_authority = Some("/dev/zero".to_owned());
    assert_eq!(
        error_of(&flags, &about_agent()),
        "error: invalid configuration: unable to read certificate-authority /dev/zero: it is larger than 4 MiB"
    );
    flags.kubeconfig = Some("/dev/zero".into());
    assert_eq!(
        error_of(&flags, &about_agent()),
        "error: kubeconfig /dev/zero can't be read: it is larger than 64 MiB"
    );
    assert!(server.mock.received().is_empty());
    // What is only talkative is listened to.
    let script = r#"head -c 1000000 /dev/zero >&2; give '"token":"t"'"#;
    let talkative = plugin(folder.path(), script);
    let flags = flags_of(&server, &talkative);
    let bearer = sent(&server, &flags, "authorization");
    assert_eq!(bearer.as_deref(), Some("Bearer t"));
}

#[test]
fn a_kubeconfig_from_a_pipe() {
    let server = Server::answering(answer);
    let text = std::fs::read_to_string(config(&server, "{token: piped}").path()).unwrap();
    let pipe = server.folder().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let flags = ConnectionFlags {
        kubeconfig: Some(pipe.clone()),
        ..ConnectionFlags::default()
    };
    let writer = std::thread::spawn(move || std::fs::write(pipe, text));
    let bearer = sent(&server, &flags, "authorization");
    assert_eq!(bearer.as_deref(), Some("Bearer piped"));
    writer.join().unwrap().unwrap();
}

#[test]
fn providers_that_kubectl_no_longer_has() {
    let server = Server::answering(answer);
    let folder = tempfile::tempdir().unwrap();
    let ran = folder.path().join("ran");
    let gcp = format!(
        "auth-provider: {{name: gcp, config: {{cmd-path: touch, cmd-args: '{}'}}}}",
        ran.display()
    );
    for (user, error) in [
        (
            format!("{{{gcp}}}"),
            "error: The gcp auth plugin has been removed. Please use the \"gke-gcloud-auth-plugin\" kubectl/client-go credential plugin instead. ",
        ),
        // A token beside it makes no difference to kubectl either.
        (
            format!("{{token: t, {gcp}}}"),
            "error: The gcp auth plugin has been removed. ",
        ),
        (
            "{auth-provider: {name: azure}}".to_owned(),
            "error: The azure auth plugin has been removed. Please use the https://github.com/Azure/kubelogin ",
        ),
        (
            "{auth-provider: {name: openstack}}".to_owned(),
            "error: no Auth Provider found for name \"openstack\"; ",
        ),
        (
            "{auth-provider: {name: oidc}, exec: {command: login}}".to_owned(),
            "error: invalid configuration: the user has both exec and auth-provider, ",
        ),
        (
            "{token: t, username: u, password: p}".to_owned(),
            "error: invalid configuration: the user has both a token and a username, ",
        ),
        (
            "{auth-provider: {name: oidc}}".to_owned(),
            "error: the OpenID Connect token can't be had: missing field id-token",
        ),
    ] {
        let shown = error_of(&flags_of(&server, &user), &about_agent());
        assert!(shown.starts_with(error), "{shown}");
    }
    assert!(!ran.exists());
    assert!(server.mock.received().is_empty());
}

#[test]
fn the_provider_that_kubectl_has() {
    let server = Server::answering(answer);
    // {"exp":99999999999}
    let token = "e30.eyJleHAiOjk5OTk5OTk5OTk5fQ.c2ln";
    let provider = format!("auth-provider: {{name: oidc, config: {{id-token: {token}}}}}");
    let flags = flags_of(&server, &format!("{{{provider}}}"));
    let bearer = sent(&server, &flags, "authorization");
    assert_eq!(bearer, Some(format!("Bearer {token}")));
    let flags = flags_of(&server, &format!("{{token: t, {provider}}}"));
    let bearer = sent(&server, &flags, "authorization");
    assert_eq!(bearer.as_deref(), Some("Bearer t"));
}

#[test]
fn a_plugin_is_not_run_where_something_else_is_there() {
    let server = Server::mutual();
    let folder = tempfile::tempdir().unwrap();
    let exec = plugin(folder.path(), r#"give '"token":"t"'"#);
    let exec = exec.trim_start_matches('{').trim_end_matches('}');
    let (me, key) = (server.file("me.crt"), server.file("me.key"));
    let user = format!("{{client-certificate: '{me}', client-key: '{key}', {exec}}}}}");
    let flags = flags_of(&server, &user);
    assert_eq!(sent(&server, &flags, "authorization"), None);
    assert_eq!(runs(folder.path()), 0);
}

#[test]
fn what_a_plugin_may_not_give() {
    let server = Server::answering(answer);
    let folder = tempfile::tempdir().unwrap();
    for (status, problem) in [
        ("", "gave neither a token nor a certificate"),
        (
            r#""token":"t","clientCertificateData":"sEcReT""#,
            "gave only one of certificate and key",
        ),
        (
            r#""token":"t","expirationTimestamp":"sEcReT""#,
            "gave an expirationTimestamp that is no time of RFC 3339",
        ),
    ] {
        let user = plugin(folder.path(), &format!("give '{status}'"));
        assert_eq!(
            error_of(&flags_of(&server, &user), &about_agent()),
            format!(
                "Unable to connect to the server: getting credentials: exec: executable sh {problem}"
            )
        );
    }
    let flags = flags_of(&server, "{exec: {command: ''}}");
    let error = error_of(&flags, &about_agent());
    assert!(
        error.ends_with("the kubeconfig names no command"),
        "{error}"
    );
}
