//! Why a webhook couldn't be called, read from the API server's message, which is the only place
//! that says it.

/// Why a webhook couldn't be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// Its Service has no ready pod (`proxy.ResolveEndpoint`, kube-aggregator 0.37.1).
    NoEndpoints,
    /// Its Service doesn't exist.
    NoService,
    /// Its certificate has expired (Go's crypto/x509).
    CertificateExpired,
    /// Its certificate isn't signed by the CA in its configuration.
    CertificateUntrusted,
    /// Nothing listens at the address.
    Refused,
    /// It doesn't answer in time.
    Timeout,
}

impl CallFailure {
    /// Read from the message of [`super::Refusal::WebhookFailed`]; `None` for any other.
    #[must_use]
    pub fn of(message: &str) -> Option<Self> {
        let has = |text| message.contains(text);
        Some(match () {
            () if has("no endpoints available for service") => Self::NoEndpoints,
            () if has("service \"") && message.ends_with("not found") => Self::NoService,
            () if has("x509: certificate has expired") => Self::CertificateExpired,
            () if has("x509: ") => Self::CertificateUntrusted,
            () if has("connection refused") => Self::Refused,
            () if has("context deadline exceeded") || has("i/o timeout") => Self::Timeout,
            () => return None,
        })
    }

    /// Whether the webhook may be running, and only its certificate keeps it from being called.
    #[must_use]
    pub const fn is_of_certificate(self) -> bool {
        matches!(self, Self::CertificateExpired | Self::CertificateUntrusted)
    }
}
