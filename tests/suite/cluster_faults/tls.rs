//! Certificates, good and bad.

use std::os::unix::fs::PermissionsExt;

use kubectl_ds::source::cluster::ConnectionFlags;
use rcgen::date_time_ymd;

use super::api::answer;
use super::mock::Mock;
use super::tls_server::Server;
use super::{about_agent, ask, error_of, no_kubeconfig};

#[test]
fn a_good_certificate() {
    let server = Server::start(&["127.0.0.1"], |_| ());
    assert!(ask(&server.flags(), &about_agent()).is_ok());
}

#[test]
fn an_unknown_authority() {
    let server = Server::start(&["127.0.0.1"], |_| ());
    let other = Server::start(&["127.0.0.1"], |_| ());
    let mut flags = server.flags();
    flags.certificate_authority = Some(other.authority());
    let error = error_of(&flags, &about_agent());
    assert!(
        error.starts_with(
            "Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority"
        ),
        "{error}"
    );
    assert!(error.contains("--certificate-authority"), "{error}");
}

#[test]
fn no_authority_given_at_all() {
    let server = Server::start(&["127.0.0.1"], |_| ());
    let mut flags = server.flags();
    flags.certificate_authority = None;
    let error = error_of(&flags, &about_agent());
    assert!(
        error.contains("x509: certificate signed by unknown authority"),
        "{error}"
    );
}

#[test]
fn another_name() {
    let server = Server::start(&["kubernetes.example"], |_| ());
    let mut flags = server.flags();
    let error = error_of(&flags, &about_agent());
    let address = server.mock.address;
    assert!(
        error.contains("x509: certificate is valid for")
            && error.contains(&format!("not {address}")),
        "{error}"
    );
    assert!(error.contains("--tls-server-name"), "{error}");
    flags.tls_server_name = Some("kubernetes.example".to_owned());
    assert!(ask(&flags, &about_agent()).is_ok());
}

#[test]
fn expired() {
    let server = Server::start(&["127.0.0.1"], |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    });
    let error = error_of(&server.flags(), &about_agent());
    assert!(error.contains("x509: certificate has expired"), "{error}");
}

#[test]
fn not_checked_when_the_flag_says_so() {
    let server = Server::start(&["other"], |_| ());
    let mut flags = server.flags();
    flags.certificate_authority = None;
    flags.insecure_skip_tls_verify = Some(true);
    assert!(ask(&flags, &about_agent()).is_ok());
}

#[test]
fn tls_to_a_port_without_it() {
    let mock = Mock::start(answer);
    let mut flags = no_kubeconfig();
    flags.server = Some(format!("https://{}", mock.address));
    flags.insecure_skip_tls_verify = Some(true);
    let error = error_of(&flags, &about_agent());
    assert!(error.contains("doesn't speak TLS"), "{error}");
}

#[test]
fn through_a_proxy_with_tls() {
    let proxy = Server::proxy();
    let config = proxy.folder().join("config");
    let text = format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: c}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'http://api.invalid:6443', \
         proxy-url: 'https://{}', certificate-authority: ca.crt}}}}]\n",
        proxy.mock.address
    );
    std::fs::write(&config, text).unwrap();
    let flags = ConnectionFlags {
        kubeconfig: Some(config),
        ..ConnectionFlags::default()
    };
    let snapshot = ask(&flags, &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 2);
}

#[test]
fn a_client_certificate() {
    let server = Server::mutual();
    let mut flags = server.flags();
    flags.client_certificate = Some(server.file("me.crt"));
    flags.client_key = Some(server.file("me.key"));
    assert!(ask(&flags, &about_agent()).is_ok());
    flags.client_key = None;
    let error = error_of(&flags, &about_agent());
    assert!(error.contains("client-key is missing"), "{error}");
}

#[test]
fn a_client_certificate_that_is_wanted_and_missing() {
    let server = Server::mutual();
    let error = error_of(&server.flags(), &about_agent());
    assert!(
        error.contains("this server wants a client certificate"),
        "{error}"
    );
}

#[test]
fn a_client_certificate_of_an_authority_that_the_server_does_not_know() {
    let (server, other) = (Server::mutual(), Server::mutual());
    let mut flags = server.flags();
    flags.client_certificate = Some(other.file("me.crt"));
    flags.client_key = Some(other.file("me.key"));
    let error = error_of(&flags, &about_agent());
    assert!(error.contains("client certificate"), "{error}");
}

#[test]
fn a_client_certificate_from_a_credential_plugin() {
    let server = Server::mutual();
    let script = server.folder().join("login");
    std::fs::write(
        &script,
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\njoined() { awk '{printf \"%s\\\\n\", $0}' \"$1\"; }\n\
         printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"v\",\"status\":{\"clientCertificateData\":\"%s\",\"clientKeyData\":\"%s\"}}' \
         \"$(joined me.crt)\" \"$(joined me.key)\"\n",
    )
    .unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let config = server.folder().join("config");
    let text = format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'https://{}', certificate-authority: ca.crt}}}}]\n\
         users: [{{name: u, user: {{exec: {{apiVersion: v, command: ./login, interactiveMode: Never}}}}}}]\n",
        server.mock.address
    );
    std::fs::write(&config, text).unwrap();
    let flags = ConnectionFlags {
        kubeconfig: Some(config),
        ..ConnectionFlags::default()
    };
    ask(&flags, &about_agent()).unwrap();
}
