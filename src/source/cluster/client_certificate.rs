//! The client certificate for the TLS handshake.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::AuthInfo;
use secrecy::ExposeSecret;

use super::kubeconfig::io_problem;
use super::small_file;

/// A certificate and its key, as in a kubeconfig; kube reports what is wrong with them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct ClientCertificate {
    certificate: Option<String>,
    key: Option<String>,
}

impl ClientCertificate {
    /// The one from a credential plugin.
    pub(super) fn from_pem(certificate: &str, key: &str) -> Self {
        Self {
            certificate: Some(STANDARD.encode(certificate)),
            key: Some(STANDARD.encode(key)),
        }
    }

    /// The one of a user's entry. Data takes precedence over a file.
    pub(super) fn of(user: &AuthInfo) -> Result<Self, String> {
        let certificate = user.client_certificate_data.as_deref();
        let key = user.client_key_data.as_ref().map(|k| k.expose_secret());
        Ok(Self {
            certificate: data_or_file(
                certificate,
                user.client_certificate.as_deref(),
                "client-certificate",
            )?,
            key: data_or_file(key, user.client_key.as_deref(), "client-key")?,
        })
    }

    /// Whether a user's entry has one, with its key.
    pub(super) fn is_in(user: &AuthInfo) -> bool {
        let certificate = [&user.client_certificate_data, &user.client_certificate];
        let key_data = user.client_key_data.as_ref().map(|k| k.expose_secret());
        let has_certificate = certificate.iter().any(|c| given(c.as_deref()).is_some());
        let has_key = given(key_data).or(given(user.client_key.as_deref()));
        has_certificate && has_key.is_some()
    }

    /// Whether both parts are in files that can be read again, as client-go does (`loadTLSFiles`,
    /// 0.37.1).
    pub(super) fn can_be_read_again(user: &AuthInfo) -> bool {
        let key_data = user.client_key_data.as_ref().map(|k| k.expose_secret());
        let has_data = given(user.client_certificate_data.as_deref()).or(given(key_data));
        let files = [&user.client_certificate, &user.client_key];
        has_data.is_none()
            && files.into_iter().all(|file| {
                given(file.as_deref()).is_some_and(|f| small_file::is_regular(Path::new(f)))
            })
    }

    /// Makes it the certificate of a user's entry.
    pub(super) fn put_into(&self, user: &mut AuthInfo) {
        user.client_certificate = None;
        user.client_key = None;
        user.client_certificate_data = self.certificate.clone();
        user.client_key_data = self.key.clone().map(Into::into);
    }
}

fn data_or_file(
    data: Option<&str>,
    file: Option<&str>,
    what: &str,
) -> Result<Option<String>, String> {
    if let Some(data) = given(data) {
        return Ok(Some(data.to_owned()));
    }
    let Some(path) = given(file) else {
        return Ok(None);
    };
    let bytes = small_file::read(Path::new(path), small_file::CREDENTIAL);
    let bytes = bytes.map_err(|e| {
        let problem = io_problem(&e);
        format!("error: invalid configuration: unable to read {what} {path}: {problem}")
    })?;
    Ok(Some(STANDARD.encode(bytes)))
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|t| !t.is_empty())
}
