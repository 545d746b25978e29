//! The identity of requests, and its renewal: before it expires, and once when the server no longer
//! accepts it.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use kube::client::Body;
use kube::{Client, Config};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tower_service::Service;

use super::connector::{self, Http};
use super::credentials::{CredentialSource, Credentials, FreshCredentials};
use super::unreachable::explain_client;

/// How long before their expiry credentials are renewed, or short-lived ones when a fifth of their
/// life is left; client-go uses the same time for files and OpenID Connect.
const LEEWAY: SignedDuration = SignedDuration::from_secs(10);
const SHARE_OF_LIFE: i32 = 5;

/// After a plugin has failed it isn't run again for this long: otherwise all waiting requests would
/// run it, one after the other.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Gets the credentials of `source`, and makes a client with them.
pub(super) async fn client(config: Config, source: CredentialSource) -> Result<Client, String> {
    let identities = Identities::start(config.clone(), source).await?;
    let client = connector::client(&config, identities);
    client.map_err(|e| explain_client(&e, &config.cluster_url))
}

/// Why a request has no credentials, as a complete message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoCredentials(String);

type BoxError = Box<dyn Error + Send + Sync>;
type Answer = <Http as Service<Request<Body>>>::Response;

/// Credentials, and the connections that were made with them.
struct Identity {
    http: Http,
    credentials: Credentials,
    /// It replaced one that was refused, or no replacement was available for it, and it hasn't been
    /// accepted since.
    is_doubted: AtomicBool,
}

impl Identity {
    fn new(http: Http, credentials: Credentials, is_doubted: bool) -> Arc<Self> {
        Arc::new(Self {
            http,
            credentials,
            is_doubted: AtomicBool::new(is_doubted),
        })
    }

    async fn send(&self, mut parts: Parts) -> Result<Answer, BoxError> {
        if let Some(value) = &self.credentials.authorization {
            parts.headers.insert(AUTHORIZATION, value.clone());
        }
        let request = Request::from_parts(parts, Body::empty());
        let response = self.http.request(request).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.is_doubted.store(false, Ordering::Relaxed);
        }
        Ok(response)
    }
}

/// The current identity; all requests share it.
#[derive(Clone)]
pub(super) struct Identities {
    renewal: Arc<Renewal>,
    /// Held during a renewal: all requests wait for the same login.
    state: Arc<Mutex<State>>,
}

/// How it is renewed.
struct Renewal {
    source: CredentialSource,
    /// All but the credentials.
    config: Config,
}

struct State {
    identity: Arc<Identity>,
    expiry: Option<Expiry>,
    failed: Option<(Instant, String)>,
}

/// When credentials are to be renewed, and when they expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expiry {
    due: Timestamp,
    end: Timestamp,
}

impl Identities {
    /// Gets the first one.
    async fn start(config: Config, source: CredentialSource) -> Result<Self, String> {
        let renewal = Renewal { source, config };
        let obtained = renewal.source.obtain().await?;
        obtained.said.show();
        let expiry = obtained.expiry(Timestamp::now());
        let http = renewal.http(&obtained.credentials)?;
        let state = State {
            identity: Identity::new(http, obtained.credentials, false),
            expiry,
            failed: None,
        };
        Ok(Self {
            renewal: Arc::new(renewal),
            state: Arc::new(Mutex::new(state)),
        })
    }

    /// The server's response. Where it doesn't accept the identity, the request is repeated with
    /// another one: every request is a GET without a body.
    async fn send(&self, parts: Parts) -> Result<Answer, BoxError> {
        let identity = self.current().await.map_err(NoCredentials)?;
        let response = identity.send(parts.clone()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        match self.instead_of(&identity).await.map_err(NoCredentials)? {
            Some(other) => other.send(parts).await,
            None => Ok(response),
        }
    }

    /// One that isn't about to expire.
    async fn current(&self) -> Result<Arc<Identity>, String> {
        let state = Arc::clone(&self.state).lock_owned().await;
        if state.expiry.is_none_or(|e| Timestamp::now() < e.due) {
            return Ok(Arc::clone(&state.identity));
        }
        self.renew(state, false).await
    }

    /// Another one where the server doesn't accept `refused`, if there is one.
    async fn instead_of(&self, refused: &Arc<Identity>) -> Result<Option<Arc<Identity>>, String> {
        let state = Arc::clone(&self.state).lock_owned().await;
        if !Arc::ptr_eq(&state.identity, refused) {
            // Another request has already renewed it.
            return Ok(Some(Arc::clone(&state.identity)));
        }
        let source = &self.renewal.source;
        // A person may have to log in for each.
        let in_vain = source.runs_a_plugin() && refused.is_doubted.load(Ordering::Relaxed);
        if !source.is_renewable() || in_vain {
            return Ok(None);
        }
        let renewed = self.renew(state, true).await?;
        Ok(Some(renewed).filter(|renewed| !Arc::ptr_eq(renewed, refused)))
    }

    /// Continues when the request that asked is given up: a login may take a while.
    async fn renew(
        &self,
        state: OwnedMutexGuard<State>,
        is_replacement: bool,
    ) -> Result<Arc<Identity>, String> {
        if let Some((when, problem)) = &state.failed
            && when.elapsed() < AFTER_FAILURE
        {
            return Err(problem.clone());
        }
        let renewal = Arc::clone(&self.renewal);
        let renewing = tokio::spawn(async move { renewal.renew(state, is_replacement).await });
        renewing
            .await
            .unwrap_or_else(|e| Err(format!("error: the credentials can't be renewed: {e}")))
    }
}

impl Renewal {
    async fn renew(
        &self,
        mut state: OwnedMutexGuard<State>,
        is_replacement: bool,
    ) -> Result<Arc<Identity>, String> {
        let renewed = self.renewed(&state.identity, is_replacement).await;
        let now = Timestamp::now();
        let is_good = !is_replacement && state.expiry.is_some_and(|e| now < e.end);
        match renewed {
            Ok((identity, expiry)) => {
                state.identity = identity;
                state.expiry = expiry;
                state.failed = None;
            }
            // Files may be missing for a moment, or for good once they have been read
            // (kubernetes/kubernetes#68164).
            Err(_) if is_good || !self.source.runs_a_plugin() => {
                if let Some(expiry) = &mut state.expiry {
                    expiry.due = now + AFTER_FAILURE;
                }
            }
            Err(problem) => {
                state.failed = Some((Instant::now(), problem.clone()));
                return Err(problem);
            }
        }
        Ok(Arc::clone(&state.identity))
    }

    async fn renewed(
        &self,
        last: &Arc<Identity>,
        is_replacement: bool,
    ) -> Result<(Arc<Identity>, Option<Expiry>), String> {
        let obtained = self.source.obtain().await?;
        let expiry = obtained.expiry(Timestamp::now());
        let credentials = obtained.credentials;
        if credentials == last.credentials {
            last.is_doubted.fetch_or(is_replacement, Ordering::Relaxed);
            return Ok((Arc::clone(last), expiry));
        }
        let http = if credentials.certificate == last.credentials.certificate {
            last.http.clone()
        } else {
            // Existing connections were made with the previous certificate.
            self.http(&credentials)?
        };
        Ok((Identity::new(http, credentials, is_replacement), expiry))
    }

    fn http(&self, credentials: &Credentials) -> Result<Http, String> {
        let mut config = self.config.clone();
        credentials.certificate.put_into(&mut config.auth_info);
        let server = &self.config.cluster_url;
        connector::http(config).map_err(|e| explain_client(&e, server))
    }
}

impl Service<Request<Body>> for Identities {
    type Response = Answer;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let identities = self.clone();
        Box::pin(async move { identities.send(request.into_parts().0).await })
    }
}

impl FreshCredentials {
    /// If it has already expired, a clock is wrong, so the expiry is ignored.
    fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        let end = self.expires?;
        let life = end.duration_since(now);
        let due = end - LEEWAY.min(life / SHARE_OF_LIFE);
        (life > SignedDuration::ZERO).then_some(Expiry { due, end })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use kube::config::{AuthInfo, Cluster, ExecConfig};

    use super::super::client_certificate::ClientCertificate;
    use super::super::exec::PluginOutput;
    use super::*;

    /// Credentials that are to be renewed, by a plugin that fails.
    fn due_with_failing_plugin(left: SignedDuration) -> Identities {
        let mut config = Config::new("https://127.0.0.1:1".parse().unwrap());
        config.root_cert = Some(Vec::new());
        let exec = ExecConfig {
            command: Some("false".to_owned()),
            ..ExecConfig::default()
        };
        let mut user = AuthInfo {
            exec: Some(exec),
            ..AuthInfo::default()
        };
        let cluster = Cluster::default();
        let source = CredentialSource::of(&mut user, &cluster, None, "", None).unwrap();
        let credentials = Credentials {
            authorization: None,
            certificate: ClientCertificate::default(),
        };
        let due = Timestamp::now();
        let state = State {
            identity: Identity::new(connector::http(config.clone()).unwrap(), credentials, false),
            expiry: Some(Expiry {
                due,
                end: due + left,
            }),
            failed: None,
        };
        Identities {
            renewal: Arc::new(Renewal { source, config }),
            state: Arc::new(Mutex::new(state)),
        }
    }

    #[test]
    fn a_plugin_that_fails_matters_once_its_credentials_have_expired() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        let current = |left| {
            let _inside = runtime.enter();
            let identities = due_with_failing_plugin(SignedDuration::from_secs(left));
            runtime.block_on(identities.current()).map(drop)
        };
        assert_eq!(current(60), Ok(()));
        let problem = current(0).unwrap_err();
        assert!(problem.ends_with("executable false failed with exit code 1"));
    }

    #[test]
    fn when_credentials_are_to_be_renewed() {
        let now = Timestamp::UNIX_EPOCH;
        let due = |seconds: Option<i64>| {
            let obtained = FreshCredentials {
                credentials: Credentials {
                    authorization: None,
                    certificate: ClientCertificate::default(),
                },
                expires: seconds.map(|s| now + SignedDuration::from_secs(s)),
                said: PluginOutput::default(),
            };
            obtained.expiry(now).map(|e| e.due.as_millisecond())
        };
        assert_eq!(due(None), None);
        assert_eq!(due(Some(900)), Some(890_000));
        assert_eq!(due(Some(5)), Some(4_000));
        // A clock or the plugin is wrong: asking it for each request doesn't help.
        assert_eq!(due(Some(0)), None);
        assert_eq!(due(Some(-60)), None);
    }
}
