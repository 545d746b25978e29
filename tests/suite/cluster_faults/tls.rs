//! Certificates, good and bad.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use kubectl_ds::source::cluster::ConnectionFlags;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::api::answer;
use super::mock::{Mock, Stream};
use super::{about_agent, ask, error_of, no_kubeconfig};

/// An authority of its own and a server with a certificate that it signed.
struct Server {
    mock: Mock,
    folder: tempfile::TempDir,
}

impl Server {
    fn start(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        Self::start_with(names, change, false, false)
    }

    /// A proxy, to which TLS is spoken.
    fn proxy() -> Self {
        Self::start_with(&["127.0.0.1"], |_| (), false, true)
    }

    /// Wants a certificate from its clients too.
    fn mutual() -> Self {
        Self::start_with(&["127.0.0.1"], |_| (), true, false)
    }

    fn start_with(
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
        wants_client: bool,
        is_proxy: bool,
    ) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.crt"), authority.pem()).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let builder = ServerConfig::builder();
        let builder = if wants_client {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots))
                .build()
                .unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let client_key = KeyPair::generate().unwrap();
        let client = CertificateParams::new(vec!["me".to_owned()]).unwrap();
        let client = client.signed_by(&client_key, &authority).unwrap();
        std::fs::write(folder.path().join("me.crt"), client.pem()).unwrap();
        std::fs::write(folder.path().join("me.key"), client_key.serialize_pem()).unwrap();
        let config = builder
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let accept = move |stream: TcpStream| -> Option<Box<dyn Stream>> {
            let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
            let mut stream = StreamOwned::new(connection, stream);
            if is_proxy {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).ok()?;
                    head.push(byte[0]);
                }
                head.starts_with(b"CONNECT api.invalid:6443 ")
                    .then_some(())?;
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
            }
            Some(Box::new(stream))
        };
        let mock = Mock::start_with(accept, answer);
        Self { mock, folder }
    }

    fn authority(&self) -> String {
        self.file("ca.crt")
    }

    fn file(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    fn flags(&self) -> ConnectionFlags {
        ConnectionFlags {
            server: Some(format!("https://{}", self.mock.address)),
            certificate_authority: Some(self.authority()),
            ..no_kubeconfig()
        }
    }
}

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
    let config = proxy.folder.path().join("config");
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
    let script = server.folder.path().join("login");
    std::fs::write(
        &script,
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\njoined() { awk '{printf \"%s\\\\n\", $0}' \"$1\"; }\n\
         printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"v\",\"status\":{\"clientCertificateData\":\"%s\",\"clientKeyData\":\"%s\"}}' \
         \"$(joined me.crt)\" \"$(joined me.key)\"\n",
    )
    .unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let config = server.folder.path().join("config");
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
