//! Why there is no response, in kubectl's words.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use http::Uri;
use kube::client::AuthError;
use kube::config::{KubeconfigError, LoadDataError};
use rustls::{AlertDescription, CertificateError};

use super::identity::NoCredentials;
use super::kubeconfig::io_problem;

/// The host and port that a message names.
pub(super) fn server_name(server: &Uri) -> String {
    let authority = server.authority().map_or("", |a| a.as_str());
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    host.to_owned()
}

/// A request that ran into `--request-timeout`.
pub(super) fn timed_out(what: &str, server: &str, limit: Duration) -> String {
    format!(
        "error: the server {server} didn't answer `{what}` within {limit:?}; give it longer with `--request-timeout`"
    )
}

/// A response that stopped arriving.
pub(super) fn stopped_sending(what: &str, server: &str, limit: Duration) -> String {
    format!(
        "error: the server {server} sent nothing more of its answer to `{what}` for {limit:?}; give it longer with `--request-timeout`"
    )
}

/// Why a request to `server` got no response.
///
/// `proxy` is the one on the way, if there is one.
pub(super) fn explain_transport(
    error: &kube::Error,
    server: &Uri,
    proxy: Option<&Uri>,
    what: &str,
) -> String {
    if let kube::Error::Auth(auth) = error {
        return explain_auth(auth);
    }
    let chain = causes(error);
    if let Some(auth) = chain.iter().find_map(|e| e.downcast_ref::<AuthError>()) {
        return explain_auth(auth);
    }
    if let Some(missing) = chain.iter().find_map(|e| e.downcast_ref::<NoCredentials>()) {
        return missing.to_string();
    }
    let host = server_name(server);
    if let Some(tls) = chain.iter().find_map(|e| e.downcast_ref::<rustls::Error>()) {
        return format!(
            "Unable to connect to the server: {}",
            explain_tls(tls, &host)
        );
    }
    let text: Vec<String> = chain.iter().map(ToString::to_string).collect();
    if let Some(proxy) = proxy {
        let io = chain.iter().find_map(|e| e.downcast_ref::<io::Error>());
        let last = match io.filter(|e| e.raw_os_error().is_some()) {
            Some(io) => io_problem(io).to_lowercase(),
            None => text.last().cloned().unwrap_or_default(),
        };
        let proxy = server_name(proxy);
        return format!(
            "Unable to connect to the server: the way to {host} leads through the proxy {proxy}: {last}; see proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY"
        );
    }
    if text.iter().any(|t| t.contains("dns error")) {
        let name = server.host().unwrap_or_default();
        return format!(
            "Unable to connect to the server: lookup {name}: no such host; check the name in the kubeconfig or `--server`"
        );
    }
    let io = chain.iter().find_map(|e| e.downcast_ref::<io::Error>());
    if io.is_some_and(|e| e.kind() == ErrorKind::ConnectionRefused) {
        return format!(
            "The connection to the server {host} was refused - did you specify the right host or port?"
        );
    }
    let last = text.last().map(String::as_str).unwrap_or_default();
    let problem = match io.map(io::Error::kind) {
        _ if last.contains("tls handshake eof") => {
            format!("{host} closed the connection in the TLS handshake: does that port speak TLS?")
        }
        Some(ErrorKind::TimedOut) => format!("no connection to {host} in time (i/o timeout)"),
        Some(ErrorKind::ConnectionReset) => format!("{host} reset the connection (`{what}`)"),
        Some(ErrorKind::UnexpectedEof) => format!("{host} closed the connection (`{what}`)"),
        _ if closed(last) => format!("{host} closed the connection without an answer to `{what}`"),
        _ => match io {
            Some(e) if e.raw_os_error().is_some() => format!("{host}: {}", io_problem(e)),
            _ => format!("{host}: {last}"),
        },
    };
    format!("Unable to connect to the server: {problem}")
}

fn closed(text: &str) -> bool {
    text.contains("connection closed before message completed") || text.contains("channel closed")
}

/// Why the body of a response can't be read.
pub(super) fn explain_cut(server: &Uri, what: &str) -> String {
    let host = server_name(server);
    format!(
        "error: the answer of the server {host} to `{what}` was cut off in the middle; try again"
    )
}

/// An error and its causes. An `io::Error` doesn't return the error that it wraps as its source, so
/// that one is unwrapped by hand.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        chain.push(error);
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    chain
}

fn explain_tls(error: &rustls::Error, host: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(certificate) => {
            format!(
                "tls: failed to verify certificate: x509: {}",
                explain_certificate(certificate, host)
            )
        }
        rustls::Error::InvalidMessage(_) => {
            format!(
                "{host} doesn't speak TLS there: is the port right, or does the server's URL need http://?"
            )
        }
        rustls::Error::AlertReceived(alert) => {
            format!("remote error: tls: {}", explain_alert(*alert))
        }
        other => format!("tls: {other}"),
    }
}

fn explain_certificate(error: &CertificateError, host: &str) -> String {
    const TRUST: &str = "name the authority with `--certificate-authority` or in the kubeconfig";
    match error {
        // An authority with the right name but another key is unknown too.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            format!("certificate signed by unknown authority; {TRUST}")
        }
        CertificateError::NotValidForName => {
            format!("certificate is not valid for {host}; {NAME}")
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<&str> = presented.iter().map(|n| bare(n)).collect();
            let names = names.join(", ");
            format!("certificate is valid for {names}, not {host}; {NAME}")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "certificate has expired; renew the server's certificate, and check this machine's clock"
                .to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "certificate is not yet valid; check this machine's clock".to_owned()
        }
        CertificateError::Revoked => "certificate is revoked".to_owned(),
        CertificateError::BadEncoding => "certificate is malformed".to_owned(),
        _ => format!("certificate is not accepted; {TRUST}"),
    }
}

/// A name of a certificate, which comes as `DnsName("a")` or `IpAddress(b)`.
fn bare(presented: &str) -> &str {
    let inside = presented
        .split_once('(')
        .map_or(presented, |(_, rest)| rest);
    inside.trim_end_matches(')').trim_matches('"')
}

const NAME: &str = "use a name that it is valid for, or give that with `--tls-server-name`";

fn explain_alert(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::CertificateRequired => {
            "certificate required: this server wants a client certificate"
        }
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::DecryptError => {
            "bad certificate: the server doesn't accept the client certificate"
        }
        AlertDescription::UnknownCA => {
            "unknown certificate authority: the server doesn't know who signed the client certificate"
        }
        AlertDescription::CertificateExpired => {
            "expired certificate: the client certificate has expired"
        }
        AlertDescription::ProtocolVersion => "protocol version not supported",
        AlertDescription::HandshakeFailure => "handshake failure",
        _ => "the server broke off the handshake",
    }
}

/// Why the token of an OpenID Connect provider can't be obtained.
pub(super) fn explain_auth(error: &AuthError) -> String {
    let problem = match error {
        AuthError::InvalidBearerToken(_) => {
            "the OpenID Connect token holds characters that no token has".to_owned()
        }
        AuthError::Oidc(e) => format!("the OpenID Connect token can't be had: {e}"),
        other => format!("no credentials: {other}"),
    };
    format!("error: {problem}")
}

/// What kube finds wrong with a user's entry.
fn explain_config(error: &KubeconfigError) -> String {
    let problem = match error {
        KubeconfigError::LoadClientCertificate(e) => load("client-certificate", e),
        KubeconfigError::LoadClientKey(e) => load("client-key", e),
        other => other.to_string(),
    };
    format!("error: invalid configuration: {problem}")
}

fn load(what: &str, error: &LoadDataError) -> String {
    match error {
        LoadDataError::DecodeBase64(_) => format!("{what}-data is not base64"),
        LoadDataError::NoBase64DataOrFile => {
            format!("{what} is missing, and its counterpart is there")
        }
        other @ LoadDataError::ReadFile(..) => other.to_string(),
    }
}

/// Why no client can be made from a configuration.
pub(super) fn explain_client(error: &kube::Error, server: &Uri) -> String {
    match error {
        kube::Error::InferKubeconfig(e) => explain_config(e),
        kube::Error::RustlsTls(e) => format!("error: invalid configuration: {e}"),
        other => explain_transport(other, server, None, "connect"),
    }
}
