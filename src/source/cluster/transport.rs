//! One request after another: time limits, retries, pages, decoding.

use std::time::{Duration, Instant};

use http::{Response, StatusCode};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::clock::ServerClock;
use super::failure::{Failure, Refusal};
use super::request::Request;
use super::trace::Trace;
use super::unreachable::{explain_cut, explain_transport, server_name, timed_out};

/// As many attempts as client-go makes when the server asks to come back later.
const ATTEMPTS: u32 = 10;

/// The way to one server.
pub(super) struct Transport {
    pub client: Client,
    /// For messages and traces.
    pub server: http::Uri,
    /// The proxy on the way, for messages.
    pub proxy: Option<http::Uri>,
    pub timeout: Option<Duration>,
    pub chunk_size: Option<u32>,
    pub trace: Trace,
    pub clock: ServerClock,
}

#[derive(Deserialize)]
struct List<T> {
    #[serde(default)]
    metadata: ListMetadata,
    items: Option<Vec<T>>,
}

#[derive(Deserialize, Default)]
struct ListMetadata {
    #[serde(rename = "continue")]
    next: Option<String>,
    #[serde(default, rename = "resourceVersion")]
    resource_version: String,
}

/// A whole list, and the version of the world that it is of.
pub(super) struct Listed<T> {
    pub items: Vec<T>,
    /// `metadata.resourceVersion`, from which a watch goes on.
    pub resource_version: String,
}

impl<T> From<List<T>> for Listed<T> {
    fn from(list: List<T>) -> Self {
        Self {
            items: list.items.unwrap_or_default(),
            resource_version: list.metadata.resource_version,
        }
    }
}

struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

impl Transport {
    /// One object.
    pub(super) async fn get<T: DeserializeOwned>(&self, request: &Request) -> Result<T, Failure> {
        let body = self.fetch(request).await?;
        self.decode(request, &body)
    }

    /// A whole list: at once, or in pages of `--chunk-size`.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Vec<T>, Failure> {
        Ok(self.list_at(request).await?.items)
    }

    /// A whole list with its version.
    pub(super) async fn list_at<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Listed<T>, Failure> {
        let Some(size) = self.chunk_size.filter(|s| *s > 0) else {
            return Ok(self.page(request).await?.into());
        };
        match self.pages(request, size).await {
            // The token of a slow listing expires; what was read is of an older state.
            Err(failure) if failure.is_expired() => Ok(self.page(request).await?.into()),
            result => result,
        }
    }

    async fn pages<T: DeserializeOwned>(
        &self,
        request: &Request,
        size: u32,
    ) -> Result<Listed<T>, Failure> {
        let mut items = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut page = request.clone().with("limit", size.to_string());
            if let Some(token) = next.take() {
                page = page.with("continue", token);
            }
            let list: List<T> = self.page(&page).await?;
            items.extend(list.items.unwrap_or_default());
            match list.metadata.next.filter(|n| !n.is_empty()) {
                Some(token) => next = Some(token),
                None => {
                    // All pages are of the version of the first.
                    let resource_version = list.metadata.resource_version;
                    return Ok(Listed {
                        items,
                        resource_version,
                    });
                }
            }
        }
    }

    /// The body of a successful answer, to be read as it arrives. The limit
    /// holds until the answer begins.
    pub(super) async fn open(&self, request: &Request) -> Result<Body, Failure> {
        let response = self.within(request, self.send(request)).await?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let answer = self.within(request, self.read(request, response)).await?;
        let refusal = Refusal::new(answer.status, &answer.body, &request.what);
        Err(Failure::Refused(refusal))
    }

    async fn page<T: DeserializeOwned>(&self, request: &Request) -> Result<List<T>, Failure> {
        let body = self.fetch(request).await?;
        self.decode(request, &body)
    }

    fn decode<T: DeserializeOwned>(&self, request: &Request, body: &[u8]) -> Result<T, Failure> {
        // The path of a field costs time, so it is looked for only when it is needed.
        serde_json::from_slice(body)
            .or_else(|_| {
                let mut decoder = serde_json::Deserializer::from_slice(body);
                serde_path_to_error::deserialize(&mut decoder)
            })
            .map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
                let inner = error.inner();
                let server = self.server_name();
                let problem = if inner.is_eof() {
                    "it ends in the middle".to_owned()
                } else if inner.is_syntax() {
                    "it is not JSON; is this a Kubernetes API server?".to_owned()
                } else {
                    format!("{} is not what the API has there", error.path())
                };
                Failure::NoAnswer(format!(
                    "error: the answer of the server {server} to `{}` can't be read: {problem}",
                    request.what
                ))
            })
    }

    /// The body of a successful answer. Where the server is busy and says when
    /// to come back, it is asked again, as client-go does.
    async fn fetch(&self, request: &Request) -> Result<Vec<u8>, Failure> {
        let mut attempt = 1;
        loop {
            let answer = self.limited(request).await?;
            if answer.status.is_success() {
                return Ok(answer.body);
            }
            let busy =
                answer.status == StatusCode::TOO_MANY_REQUESTS || answer.status.is_server_error();
            match answer.retry_after {
                Some(pause) if busy && attempt < ATTEMPTS => tokio::time::sleep(pause).await,
                _ => {
                    let refusal = Refusal::new(answer.status, &answer.body, &request.what);
                    return Err(Failure::Refused(refusal));
                }
            }
            attempt += 1;
        }
    }

    async fn limited(&self, request: &Request) -> Result<Answer, Failure> {
        let once = async { self.read(request, self.send(request).await?).await };
        self.within(request, once).await
    }

    /// What `answer` comes to, or an error after `--request-timeout`.
    async fn within<T>(
        &self,
        request: &Request,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(limit) = self.timeout.filter(|t| !t.is_zero()) else {
            return answer.await;
        };
        let in_time = tokio::time::timeout(limit, answer).await;
        in_time.unwrap_or_else(|_| Err(self.too_late(request, limit)))
    }

    /// A request that was given up after `limit`.
    pub(super) fn too_late(&self, request: &Request, limit: Duration) -> Failure {
        Failure::NoAnswer(timed_out(&request.what, &self.server_name(), limit))
    }

    /// An answer that ended before its end.
    pub(super) fn cut(&self, request: &Request) -> Failure {
        Failure::NoAnswer(explain_cut(&self.server, &request.what))
    }

    async fn send(&self, request: &Request) -> Result<Response<Body>, Failure> {
        let target = request.target();
        let started = Instant::now();
        let no_answer = |error: &kube::Error| {
            let proxy = self.proxy.as_ref();
            Failure::NoAnswer(explain_transport(error, &self.server, proxy, &request.what))
        };
        let message = http::Request::get(&target)
            .header(http::header::ACCEPT, "application/json")
            .body(Body::empty())
            .map_err(|e| no_answer(&kube::Error::HttpError(e)))?;
        let response = self.client.send(message).await.map_err(|e| {
            self.trace.failed(&self.url(&target), started.elapsed());
            no_answer(&e)
        })?;
        self.trace
            .answered(&self.url(&target), response.status(), started.elapsed());
        self.clock.hear(response.headers());
        Ok(response)
    }

    async fn read(&self, request: &Request, response: Response<Body>) -> Result<Answer, Failure> {
        let (parts, body) = response.into_parts();
        let retry_after = parts.headers.get(http::header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|v| v.to_str().ok()?.parse().ok());
        let body = body.collect().await.map_err(|_| self.cut(request))?;
        Ok(Answer {
            status: parts.status,
            retry_after: retry_after.map(Duration::from_secs),
            body: body.to_bytes().into(),
        })
    }

    /// The URL without a password that the server's may hold.
    fn url(&self, target: &str) -> String {
        let scheme = self.server.scheme_str().unwrap_or("http");
        let base = self.server.path().trim_end_matches('/');
        format!("{scheme}://{}{base}{target}", self.server_name())
    }

    pub(super) fn server_name(&self) -> String {
        server_name(&self.server)
    }
}
