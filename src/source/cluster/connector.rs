//! How connections are made.
//!
//! kube's own connector keeps Nagle's algorithm on, which delays the end of a TLS handshake and of
//! a request for the 40 ms of the server's delayed acknowledgement. Everything else is kube's: TLS,
//! impersonation, headers, and tokens of OpenID Connect providers come from its layers. Exceptions
//! are compression, see [`super::body`], and other credentials: kube's layers for them end the
//! process at a token that isn't a valid header, and don't ask a plugin again, see
//! [`super::identity`].

use std::error::Error;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::{Client, Config};
use percent_encoding::percent_decode_str;
use tokio::net::TcpStream;
use tower_service::Service;

use super::identity::Identities;

type BoxError = Box<dyn Error + Send + Sync>;
type Answer<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;
/// TCP, and TLS over it where the proxy requires that.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Makes a client for the server and the impersonated user; `identities` sends the result.
///
/// # Errors
/// When its headers are invalid, or its provider lacks something.
pub(super) fn client(config: &Config, identities: Identities) -> Result<Client, kube::Error> {
    let client =
        ClientBuilder::new(identities, "default").with_layer(&config.extra_headers_layer()?);
    let base = config.base_uri_layer();
    Ok(match config.auth_layer()? {
        Some(provider) => client.with_layer(&provider).with_layer(&base).build(),
        None => client.with_layer(&base).build(),
    })
}

/// hyper's client, whose connections are kept for the next request.
pub(super) type Http = HttpClient<Limited<HttpsConnector<Route>>, Body>;

/// Makes the connector to the server with the certificates and the proxy of `config`.
///
/// # Errors
/// When its certificates can't be used.
pub(super) fn http(mut config: Config) -> Result<Http, kube::Error> {
    spare_roots(&mut config);
    let connector = Limited {
        connector: config.rustls_https_connector_with_connector(Route::of(&config)?)?,
        limit: config.connect_timeout,
    };
    Ok(HttpClient::builder(TokioExecutor::new()).build(connector))
}

/// Reading the machine's own authorities takes milliseconds, so it is skipped where nothing is
/// checked against them.
fn spare_roots(config: &mut Config) {
    let is_tls = |uri: &Uri| uri.scheme_str() == Some("https");
    let has_tls = is_tls(&config.cluster_url) || config.proxy_url.as_ref().is_some_and(is_tls);
    if config.root_cert.is_none() && (config.accept_invalid_certs || !has_tls) {
        config.root_cert = Some(Vec::new());
    }
}

/// The connection to the server, below TLS.
#[derive(Clone)]
pub(super) enum Route {
    Direct(HttpConnector),
    /// `CONNECT` to an HTTP proxy.
    Tunnel(Tunnel<HttpConnector>),
    /// The same with TLS to the proxy.
    TlsTunnel(Tunnel<HttpsConnector<HttpConnector>>),
    Socks(SocksV5<HttpConnector>),
}

impl Route {
    fn of(config: &Config) -> Result<Self, kube::Error> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let Some(proxy) = config.proxy_url.clone() else {
            return Ok(Self::Direct(tcp));
        };
        let user = user_of(&proxy);
        Ok(match proxy.scheme_str() {
            Some("socks5") => Self::Socks(socks(proxy, tcp, user)),
            Some("https") => {
                let tls = config.rustls_https_connector_with_connector(tcp)?;
                Self::TlsTunnel(tunnel(proxy, tls, user))
            }
            _ => Self::Tunnel(tunnel(proxy, tcp, user)),
        })
    }
}

/// Name and password in a proxy's URL, unescaped.
fn user_of(proxy: &Uri) -> Option<(Vec<u8>, Vec<u8>)> {
    let (user, _) = proxy.authority()?.as_str().rsplit_once('@')?;
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let plain = |text| percent_decode_str(text).collect();
    Some((plain(name), plain(password)))
}

fn tunnel<C>(proxy: Uri, connector: C, user: Option<(Vec<u8>, Vec<u8>)>) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy, connector);
    let header = user.and_then(|(name, password)| {
        let both = [&*name, b":", &*password].concat();
        HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(both))).ok()
    });
    match header {
        Some(header) => tunnel.with_auth(header),
        None => tunnel,
    }
}

fn socks<C>(proxy: Uri, connector: C, user: Option<(Vec<u8>, Vec<u8>)>) -> SocksV5<C> {
    let socks = SocksV5::new(proxy, connector);
    match user {
        Some((name, password)) => {
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            socks.with_auth(text(name), text(password))
        }
        None => socks,
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = Answer<Stream>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Direct(way) => way.poll_ready(context).map_err(Into::into),
            Self::Tunnel(way) => way.poll_ready(context).map_err(Into::into),
            Self::TlsTunnel(way) => way.poll_ready(context).map_err(Into::into),
            Self::Socks(way) => way.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, server: Uri) -> Answer<Stream> {
        match self {
            Self::Direct(way) => plain(way.call(server)),
            Self::Tunnel(way) => plain(way.call(server)),
            Self::Socks(way) => plain(way.call(server)),
            Self::TlsTunnel(way) => {
                let stream = way.call(server);
                Box::pin(async move { Ok(stream.await?) })
            }
        }
    }
}

fn plain<E: Into<BoxError>>(
    stream: impl Future<Output = Result<TokioIo<TcpStream>, E>> + Send + 'static,
) -> Answer<Stream> {
    Box::pin(async move { stream.await.map(Stream::Http).map_err(Into::into) })
}

/// A connection, including TLS, that must be established in time.
#[derive(Clone)]
pub(super) struct Limited<C> {
    connector: C,
    limit: Option<Duration>,
}

impl<C> Service<Uri> for Limited<C>
where
    C: Service<Uri, Error = BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Answer<C::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let (connection, limit) = (self.connector.call(server), self.limit);
        Box::pin(async move {
            let Some(limit) = limit else {
                return connection.await;
            };
            let in_time = tokio::time::timeout(limit, connection).await;
            in_time.unwrap_or_else(|_| Err(io::Error::from(ErrorKind::TimedOut).into()))
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::time::Instant;

    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(future)
    }

    /// A proxy that accepts everything, or a server that never answers.
    fn proxy() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let read = stream.read(&mut [0; 4096]);
                    let yes = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                    read.and(yes).and_then(|()| stream.read(&mut [0]))
                });
            }
        });
        address
    }

    #[test]
    fn nothing_is_held_back() {
        let address = proxy();
        for (server, proxy) in [
            (format!("http://{address}"), None),
            (
                "http://api.invalid".to_owned(),
                Some(format!("http://{address}")),
            ),
        ] {
            let server: Uri = server.parse().unwrap();
            let mut config = Config::new(server.clone());
            config.proxy_url = proxy.map(|p| p.parse().unwrap());
            let stream = run(async { Route::of(&config).unwrap().call(server).await.unwrap() });
            let tcp = match &stream {
                MaybeHttpsStream::Http(tcp) => Some(tcp.inner()),
                MaybeHttpsStream::Https(_) => None,
            };
            assert!(tcp.unwrap().nodelay().unwrap());
        }
    }

    #[test]
    fn a_handshake_that_never_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = format!("https://{}", listener.local_addr().unwrap());
        let server: Uri = server.parse().unwrap();
        let mut config = Config::new(server.clone());
        config.accept_invalid_certs = true;
        spare_roots(&mut config);
        let connector = config.rustls_https_connector_with_connector(Route::of(&config).unwrap());
        let mut limited = Limited {
            connector: connector.unwrap(),
            limit: Some(Duration::from_millis(50)),
        };
        let started = Instant::now();
        let error = run(async { limited.call(server).await.err().unwrap() });
        let error = error.downcast_ref::<io::Error>().unwrap();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn names_and_passwords_lose_their_escapes() {
        let user = |proxy: &str| user_of(&proxy.parse().unwrap());
        let of = |name: &str, password: &str| Some((name.into(), password.into()));
        assert_eq!(user("http://u:p%40w%3a@h:1"), of("u", "p@w:"));
        assert_eq!(user("http://u@h:1"), of("u", ""));
        assert_eq!(user("http://h:1"), None);
    }
}
