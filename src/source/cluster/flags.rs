use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The connection flags: kubectl's, each of which takes precedence over the kubeconfig.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFlags {
    /// `--kubeconfig`: only this file is read.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `--cluster`.
    pub cluster: Option<String>,
    /// `--user`.
    pub user: Option<String>,
    /// `--as`: the user to act as.
    pub impersonate: Option<String>,
    /// `--as-group`, each one.
    pub impersonate_groups: Vec<String>,
    /// `--as-uid`.
    pub impersonate_uid: Option<String>,
    /// `--as-user-extra`, each pair.
    pub impersonate_user_extra: Vec<(String, String)>,
    /// `--request-timeout`, for each request; `None` and zero mean none.
    pub request_timeout: Option<Duration>,
    /// `--server`.
    pub server: Option<String>,
    /// `--token`.
    pub token: Option<Token>,
    /// `--insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: Option<bool>,
    /// `--certificate-authority`.
    pub certificate_authority: Option<String>,
    /// `--client-certificate`.
    pub client_certificate: Option<String>,
    /// `--client-key`.
    pub client_key: Option<String>,
    /// `--tls-server-name`.
    pub tls_server_name: Option<String>,
    /// `--chunk-size`: objects per page of a list; `None` and 0 request all at once.
    pub chunk_size: Option<u32>,
    /// `--disable-compression`.
    pub disable_compression: Option<bool>,
    /// `-v`: from 6 on the requests are written to stderr.
    pub verbosity: u8,
    /// When a credential plugin is given up, where nobody is there to be asked: it gets no
    /// terminal, and its output is dropped. `None`: it may ask, and take its time.
    pub unattended_until: Option<Instant>,
}

/// A bearer token, which no debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Token {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
