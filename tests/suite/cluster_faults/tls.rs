//! Certificates, good and bad.

use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

use kubectl_ds::source::cluster::ConnectionFlags;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

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
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let accept = move |stream: TcpStream| -> Option<Box<dyn Stream>> {
            let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
            Some(Box::new(StreamOwned::new(connection, stream)))
        };
        let mock = Mock::start_with(accept, answer);
        Self { mock, folder }
    }

    fn authority(&self) -> String {
        let path: PathBuf = self.folder.path().join("ca.crt");
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
    assert!(
        error.contains("kubernetes.example") && error.contains("--tls-server-name"),
        "{error}"
    );
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
