//! A server with TLS, and who shows it which certificate.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex};

use kubectl_ds::source::cluster::ConnectionFlags;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::api::answer;
use super::mock::{Mock, Received, Reply, Stream};
use super::no_kubeconfig;

type Io = StreamOwned<ServerConnection, TcpStream>;

/// An authority of its own and a server with a certificate that it signed.
pub(crate) struct Server {
    pub(crate) mock: Mock,
    authority: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Server {
    pub(crate) fn start(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        Self::start_with(names, change, false, |_| Some(()), answer)
    }

    /// Answers as `handler` says.
    pub(crate) fn answering(handler: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(&["127.0.0.1"], |_| (), false, |_| Some(()), handler)
    }

    /// A proxy, to which TLS is spoken.
    pub(crate) fn proxy() -> Self {
        Self::start_with(&["127.0.0.1"], |_| (), false, pass_through, answer)
    }

    /// Wants a certificate from its clients too.
    pub(crate) fn mutual() -> Self {
        Self::start_with(&["127.0.0.1"], |_| (), true, |_| Some(()), answer)
    }

    /// The same; the handler gets what the clients have shown so far, in DER.
    pub(crate) fn mutual_answering(
        handler: impl Fn(&Received, &[Vec<u8>]) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&shown);
        let see = move |stream: &mut Io| {
            while stream.conn.is_handshaking() {
                stream.conn.complete_io(&mut stream.sock).ok()?;
            }
            let certificate = stream.conn.peer_certificates()?.first()?.to_vec();
            seen.lock().unwrap().push(certificate);
            Some(())
        };
        Self::start_with(
            &["127.0.0.1"],
            |_| (),
            true,
            see,
            move |request| handler(request, &shown.lock().unwrap()),
        )
    }

    fn start_with(
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
        wants_client: bool,
        begin: impl Fn(&mut Io) -> Option<()> + Send + Sync + 'static,
        handler: impl Fn(&Received) -> Reply + Send + Sync + 'static,
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
        let config = builder
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let accept = move |stream: TcpStream| -> Option<Box<dyn Stream>> {
            let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
            let mut stream = StreamOwned::new(connection, stream);
            begin(&mut stream)?;
            Some(Box::new(stream))
        };
        let mock = Mock::start_with(accept, handler);
        let server = Self {
            mock,
            authority,
            folder,
        };
        server.issue("me");
        server
    }

    /// Writes `NAME.crt` and `NAME.key` for a client; the certificate in DER.
    pub(crate) fn issue(&self, name: &str) -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let client = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let client = client.signed_by(&key, &self.authority).unwrap();
        let write = |end: &str, text: String| {
            std::fs::write(self.folder().join(format!("{name}.{end}")), text).unwrap();
        };
        write("crt", client.pem());
        write("key", key.serialize_pem());
        client.der().to_vec()
    }

    pub(crate) fn authority(&self) -> String {
        self.file("ca.crt")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.folder().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.mock.address)
    }

    pub(crate) fn flags(&self) -> ConnectionFlags {
        ConnectionFlags {
            server: Some(self.url()),
            certificate_authority: Some(self.authority()),
            ..no_kubeconfig()
        }
    }
}

/// A tunnel that leads to the server itself.
fn pass_through(stream: &mut Io) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    head.starts_with(b"CONNECT api.invalid:6443 ")
        .then_some(())?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()
}
