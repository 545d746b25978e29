//! Where a user's credentials come from.

use std::time::{Duration, Instant};

use http::HeaderValue;
use jiff::Timestamp;
use kube::config::{AuthInfo, AuthProviderConfig, Cluster};
use secrecy::ExposeSecret;

use super::client_certificate::ClientCertificate;
use super::exec::{Plugin, PluginOutput};
use super::token::TokenFile;
use super::{header, small_file};

/// How often a token file is read again, as in client-go (`NewCachedFileTokenSource`, 0.37.1).
const TOKEN_FILE_AGE: Duration = Duration::from_secs(60);

/// The credentials that a user presents to the server.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub authorization: Option<HeaderValue>,
    pub certificate: ClientCertificate,
}

/// Credentials that were just obtained.
pub(super) struct FreshCredentials {
    pub credentials: Credentials,
    /// When they expire, if that is known.
    pub expires: Option<Timestamp>,
    /// What a plugin said on stderr.
    pub said: PluginOutput,
}

/// A source of credentials, for the first time and for renewals.
pub(super) struct CredentialSource {
    authorization: Authorization,
    certificate: Certificate,
}

enum Authorization {
    /// Fixed ones, or none; the token of an OpenID Connect provider is added by kube.
    Fixed(Option<HeaderValue>),
    File(TokenFile),
    Plugin(Box<Plugin>),
}

enum Certificate {
    Fixed(ClientCertificate),
    /// Both parts are in files of this entry.
    Files(Box<AuthInfo>),
}

impl CredentialSource {
    /// The one of `user`, whose provider is kept only where it is to be asked. `origin` is where
    /// its token comes from, `authority` is the server's in PEM.
    pub(super) fn of(
        user: &mut AuthInfo,
        cluster: &Cluster,
        authority: Option<&[u8]>,
        origin: &str,
        unattended_until: Option<Instant>,
    ) -> Result<Self, String> {
        settle(user)?;
        let provider = user.auth_provider.take();
        if let Some(provider) = &provider {
            check_provider(provider)?;
        }
        let plugin = Plugin::needed_by(user, cluster, authority, unattended_until)?;
        let authorization = match plugin {
            Some(plugin) => Authorization::Plugin(Box::new(plugin)),
            None => authorization(user, origin)?,
        };
        if matches!(authorization, Authorization::Fixed(None)) {
            user.auth_provider = provider;
        }
        let certificate = if ClientCertificate::can_be_read_again(user) {
            Certificate::Files(Box::new(user.clone()))
        } else {
            Certificate::Fixed(ClientCertificate::of(user)?)
        };
        Ok(Self {
            authorization,
            certificate,
        })
    }

    /// No credentials: not even a provider is asked for `user`.
    pub(super) fn none_for(user: &mut AuthInfo) -> Self {
        user.auth_provider = None;
        Self {
            authorization: Authorization::Fixed(None),
            certificate: Certificate::Fixed(ClientCertificate::default()),
        }
    }

    /// Whether there may be new ones later.
    pub(super) const fn is_renewable(&self) -> bool {
        !matches!(
            (&self.authorization, &self.certificate),
            (Authorization::Fixed(_), Certificate::Fixed(_))
        )
    }

    /// Whether somebody may have to log in for new ones.
    pub(super) const fn runs_a_plugin(&self) -> bool {
        matches!(self.authorization, Authorization::Plugin(_))
    }

    /// Gets credentials anew.
    pub(super) async fn obtain(&self) -> Result<FreshCredentials, String> {
        let certificate = match &self.certificate {
            Certificate::Fixed(certificate) => certificate.clone(),
            Certificate::Files(user) => ClientCertificate::of(user)?,
        };
        let mut obtained = FreshCredentials {
            credentials: Credentials {
                authorization: None,
                certificate,
            },
            expires: None,
            said: PluginOutput::default(),
        };
        match &self.authorization {
            Authorization::Fixed(value) => {
                obtained.credentials.authorization.clone_from(value);
            }
            Authorization::File(file) => {
                let value = header::bearer(&file.read()?, &file.origin())?;
                obtained.credentials.authorization = Some(value);
                obtained.expires = Some(Timestamp::now() + TOKEN_FILE_AGE);
            }
            Authorization::Plugin(plugin) => {
                let issued = plugin.credentials().await?;
                let bearer = |token: String| header::bearer(&token, &plugin.origin());
                obtained.credentials.authorization = issued.token.map(bearer).transpose()?;
                if let Some(certificate) = issued.certificate {
                    obtained.credentials.certificate = certificate;
                }
                obtained.expires = issued.expires;
                obtained.said = issued.said;
            }
        }
        Ok(obtained)
    }
}

/// Empty counts as missing, and between two kinds nothing is guessed.
pub(super) fn settle(user: &mut AuthInfo) -> Result<(), String> {
    user.token = user.token.take().filter(|t| !t.expose_secret().is_empty());
    for text in [&mut user.token_file, &mut user.username] {
        *text = text.take().filter(|t| !t.is_empty());
    }
    let has_token = user.token.is_some() || user.token_file.is_some();
    let problem = if has_token && user.username.is_some() {
        "both a token and a username, and only one is allowed"
    } else if user.exec.is_some() && user.auth_provider.is_some() {
        "both exec and auth-provider, and only one is allowed"
    } else {
        return Ok(());
    };
    Err(format!(
        "error: invalid configuration: the user has {problem}"
    ))
}

/// A token takes precedence over a name and a password, and a file over a token.
fn authorization(user: &AuthInfo, origin: &str) -> Result<Authorization, String> {
    let token = user.token.as_ref().map(|t| t.expose_secret());
    let bearer = |token: &str, origin: &str| {
        let value = header::bearer(token, origin)?;
        Ok(Authorization::Fixed(Some(value)))
    };
    if let Some(file) = user.token_file.as_deref().map(TokenFile::new) {
        return match (file.read(), token) {
            (Ok(_), _) if small_file::is_regular(file.path()) => Ok(Authorization::File(file)),
            (Ok(read), _) => bearer(&read, &file.origin()),
            (Err(_), Some(token)) => bearer(token, origin),
            (Err(problem), None) => Err(problem),
        };
    }
    if let Some(token) = token {
        return bearer(token, origin);
    }
    let Some(name) = &user.username else {
        return Ok(Authorization::Fixed(None));
    };
    let password = user.password.as_ref().map_or("", |p| p.expose_secret());
    header::basic(name, password).map(|value| Authorization::Fixed(Some(value)))
}

/// kubectl's messages about the providers that it no longer has or never had
/// (`plugin/pkg/client/auth`, `GetAuthProvider`, client-go 0.37.1). kube would still run the
/// command of one of them.
fn check_provider(provider: &AuthProviderConfig) -> Result<(), String> {
    let removed = |name: &str, instead: &str, see: &str| {
        format!(
            "error: The {name} auth plugin has been removed. Please use the {instead} kubectl/client-go credential plugin instead. See {see} for further details"
        )
    };
    match provider.name.as_str() {
        "oidc" => Ok(()),
        "gcp" => Err(removed(
            "gcp",
            "\"gke-gcloud-auth-plugin\"",
            "https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke",
        )),
        "azure" => Err(removed(
            "azure",
            "https://github.com/Azure/kubelogin",
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins",
        )),
        other => Err(format!(
            "error: no Auth Provider found for name {other:?}; the one that there is is oidc: use a credential plugin (`exec`) instead"
        )),
    }
}
