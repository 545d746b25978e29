//! Single requests: time limits, retries, pages, decoding.

use std::time::{Duration, Instant};

use http::{HeaderMap, Response};
use kube::Client;
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::body::{Incoming, Unusable};
use super::clock::ServerClock;
use super::expected::check_kind;
use super::failure::{Failure, Refusal};
use super::on_wire::{JSON, List, ListMetadata, OnWire, TakeItem, decode_json, is_protobuf, place};
use super::pages::Pages;
use super::request::Request;
use super::trace::Trace;
use super::unreachable::{explain_cut, explain_transport, server_name, stopped_sending, timed_out};

/// As many attempts as client-go makes when the server asks to come back later.
const ATTEMPTS: u32 = 10;

/// How long to wait in all for such attempts without `--request-timeout`.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a response may send nothing without `--request-timeout`. The API server itself gives up
/// a request after 60 s.
pub(super) const SILENCE: Duration = Duration::from_secs(60);

/// The connection to one server.
pub(super) struct Transport {
    pub client: Client,
    /// Whether the server may compress its responses.
    pub compresses: bool,
    /// For messages and traces.
    pub server: http::Uri,
    /// The proxy on the way, for messages.
    pub proxy: Option<http::Uri>,
    /// `--request-timeout`, for a request with all its attempts.
    pub timeout: Option<Duration>,
    /// How long a response may send nothing where there is no `timeout`.
    pub idle_limit: Duration,
    pub chunk_size: Option<u32>,
    pub trace: Trace,
    pub clock: ServerClock,
}

/// A whole list, and its version.
pub(super) struct Listed<T> {
    pub items: Vec<T>,
    /// `metadata.resourceVersion`, from which a watch continues.
    pub resource_version: String,
}

/// The result of one attempt.
enum Reply<T> {
    Good(T),
    Refused(Refusal, Option<Duration>),
}

impl Transport {
    /// One object.
    pub(super) async fn get<T: DeserializeOwned>(&self, request: &Request) -> Result<T, Failure> {
        let body = self.answered(request, || self.whole(request, JSON)).await?;
        let object = request.expected.check_object(&body);
        let object = object.and_then(|()| decode_json(&body, ""));
        object.map_err(|e| self.unusable(request, e))
    }

    /// The response for one object of this kind in the representation named by `accept`, which is
    /// JSON.
    pub(super) async fn get_as<T: DeserializeOwned>(
        &self,
        request: &Request,
        accept: &str,
        kind: &str,
    ) -> Result<T, Failure> {
        let whole = || self.whole(request, accept);
        let body = self.answered(request, whole).await?;
        let object = check_kind(&body, kind).and_then(|()| decode_json(&body, ""));
        object.map_err(|e| self.unusable(request, e))
    }

    /// A whole list: at once, or in pages of `--chunk-size` or of the server's choice.
    pub(super) async fn list<T: OnWire>(&self, request: &Request) -> Result<Vec<T>, Failure> {
        Ok(self.list_at(request).await?.items)
    }

    /// A whole list with its version.
    pub(super) async fn list_at<T: OnWire>(&self, request: &Request) -> Result<Listed<T>, Failure> {
        let mut pages = Pages::of(request, self.chunk_size.filter(|size| *size > 0));
        match self.all(&mut pages).await {
            // The token of a slow listing expires; what was read is from an older state.
            Err(failure) if failure.is_expired() && pages.has_begun() => {
                self.all(&mut Pages::of(request, None)).await
            }
            result => result,
        }
    }

    /// All pages of a list.
    async fn all<T: OnWire>(&self, pages: &mut Pages<'_>) -> Result<Listed<T>, Failure> {
        let (mut items, metadata) = self.page(&pages.request()).await?;
        let mut goes_on = self.go_on(pages, &metadata)?;
        while goes_on {
            let (more, metadata) = self.page(&pages.request()).await?;
            items.extend(more);
            goes_on = self.go_on(pages, &metadata)?;
        }
        Ok(Listed {
            items,
            // All pages have the version of the first.
            resource_version: metadata.resource_version,
        })
    }

    /// The first objects of a list, `most` of them or up to a page more, and whether there are
    /// others.
    pub(super) async fn first<T: OnWire>(
        &self,
        request: &Request,
        most: u32,
    ) -> Result<(Vec<T>, bool), Failure> {
        let mut pages = Pages::of(request, Some(most));
        let (mut items, metadata) = self.page(&pages.request()).await?;
        let mut goes_on = self.go_on(&mut pages, &metadata)?;
        // A server may return fewer than requested.
        while goes_on && items.len() < most as usize {
            let (more, metadata) = self.page(&pages.request()).await?;
            items.extend(more);
            goes_on = self.go_on(&mut pages, &metadata)?;
        }
        Ok((items, goes_on))
    }

    /// Whether there is a page after the one with this metadata.
    pub(super) fn go_on(
        &self,
        pages: &mut Pages<'_>,
        metadata: &ListMetadata,
    ) -> Result<bool, Failure> {
        let goes_on = pages.go_on(metadata);
        goes_on.map_err(|e| self.unusable(&pages.request(), e))
    }

    /// The items of one response, and whether more of the list is left.
    pub(super) async fn page<T: OnWire>(
        &self,
        request: &Request,
    ) -> Result<(Vec<T>, ListMetadata), Failure> {
        self.answered(request, || self.decoded(request)).await
    }

    /// The items of a list, decoded as they arrive.
    async fn decoded<T: OnWire>(
        &self,
        request: &Request,
    ) -> Result<Reply<(Vec<T>, ListMetadata)>, Failure> {
        let response = self.send(request, T::ACCEPT, self.compresses).await?;
        if !response.status().is_success() {
            return self.refused(request, response).await;
        }
        let list = List::of::<T>(content_type(response.headers()), &request.expected);
        let decode = list.decoder::<T>();
        let mut items = Vec::new();
        let take = &mut |item: &[u8]| {
            let item = decode(item, items.len())?;
            let asked = request.expected.check(item.namespace(), item.name());
            asked.map_err(|e| Unusable::Problem(format!("{} {e}", place(items.len()))))?;
            items.push(item);
            T::ARRIVED.count();
            Ok(())
        };
        let metadata = self.drain(response, list, take).await;
        let metadata = metadata.map_err(|e| self.unusable(request, e))?;
        Ok(Reply::Good((items, metadata)))
    }

    /// The body of a successful response, to be read as it arrives. The limit applies until the
    /// response begins.
    pub(super) async fn open(&self, request: &Request) -> Result<Body, Failure> {
        // Compression would delay events.
        let opening = self.send(request, JSON, false);
        let response = self.within(request, opening).await?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        match self
            .within(request, self.refused(request, response))
            .await?
        {
            Reply::Good(body) => Ok(body),
            Reply::Refused(refusal, _) => Err(Failure::Refused(refusal)),
        }
    }

    /// The result of `attempt`. Where the server is busy and says when to come back, it is asked
    /// again, as in client-go.
    async fn answered<T, F>(&self, request: &Request, attempt: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<Reply<T>, Failure>>,
    {
        let attempts = async {
            let mut patience = self.timeout.unwrap_or(PATIENCE);
            let mut attempts = 1;
            loop {
                let (refusal, pause) = match attempt().await? {
                    Reply::Good(answer) => return Ok(answer),
                    Reply::Refused(refusal, Some(pause))
                        if refusal.is_busy() && attempts < ATTEMPTS =>
                    {
                        (refusal, pause)
                    }
                    Reply::Refused(refusal, _) => return Err(Failure::Refused(refusal)),
                };
                patience = match patience.checked_sub(pause) {
                    Some(left) => left,
                    None => return Err(Failure::Refused(refusal.too_long(pause))),
                };
                tokio::time::sleep(pause).await;
                attempts += 1;
            }
        };
        self.within(request, attempts).await
    }

    async fn whole(&self, request: &Request, accept: &str) -> Result<Reply<Vec<u8>>, Failure> {
        let response = self.send(request, accept, self.compresses).await?;
        if !response.status().is_success() {
            return self.refused(request, response).await;
        }
        let body = self.whole_body(response).await;
        let body = body.map_err(|e| self.unusable(request, e))?;
        Ok(Reply::Good(body))
    }

    async fn refused<T>(
        &self,
        request: &Request,
        response: Response<Body>,
    ) -> Result<Reply<T>, Failure> {
        let status = response.status();
        let retry_after = response.headers().get(http::header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|v| v.to_str().ok()?.parse().ok());
        let format = is_protobuf(content_type(response.headers()));
        let body = match self.whole_body(response).await {
            // Whatever a body of that length says, it is a refusal.
            Err(Unusable::Problem(_)) => Vec::new(),
            body => body.map_err(|e| self.unusable(request, e))?,
        };
        let refusal = Refusal::new(status, &body, format, &request.what);
        Ok(Reply::Refused(
            refusal,
            retry_after.map(Duration::from_secs),
        ))
    }

    /// Reads a list to its end and passes its items to `take` as they arrive.
    async fn drain(
        &self,
        response: Response<Body>,
        mut list: List,
        take: &mut TakeItem<'_>,
    ) -> Result<ListMetadata, Unusable> {
        let mut body = self.incoming(response)?;
        let mut buffer = Vec::new();
        while body.read(&mut buffer).await? {
            let done = list.advance(&buffer, take)?;
            buffer.drain(..done);
        }
        // The last bytes of a compressed body may become available only at its end.
        let done = list.advance(&buffer, take)?;
        list.finish(buffer.get(done..).unwrap_or_default())
    }

    /// All of a body.
    async fn whole_body(&self, response: Response<Body>) -> Result<Vec<u8>, Unusable> {
        self.incoming(response)?.whole().await
    }

    fn incoming(&self, response: Response<Body>) -> Result<Incoming, Unusable> {
        let (parts, body) = response.into_parts();
        Incoming::new(&parts.headers, body, self.idle_limit())
    }

    /// How long a response may send nothing; `None` where `--request-timeout` limits all of it.
    fn idle_limit(&self) -> Option<Duration> {
        self.timeout.is_none().then_some(self.idle_limit)
    }

    fn unusable(&self, request: &Request, error: Unusable) -> Failure {
        match error {
            Unusable::Cut => self.cut(request),
            Unusable::Silent(limit) => {
                Failure::NoAnswer(stopped_sending(&request.what, &self.server_name(), limit))
            }
            Unusable::Refused(status) => Failure::Refused(Refusal::in_success(status)),
            Unusable::Problem(problem) => {
                let (server, what) = (self.server_name(), &request.what);
                Failure::NoAnswer(format!(
                    "error: the answer of the server {server} to `{what}` can't be read: {problem}"
                ))
            }
        }
    }

    /// The result of `answer`, or an error after `--request-timeout`.
    async fn within<T>(
        &self,
        request: &Request,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(limit) = self.timeout else {
            return answer.await;
        };
        let in_time = tokio::time::timeout(limit, answer).await;
        in_time.unwrap_or_else(|_| Err(self.too_late(request, limit)))
    }

    /// A request that was given up after `limit`.
    pub(super) fn too_late(&self, request: &Request, limit: Duration) -> Failure {
        Failure::NoAnswer(timed_out(&request.what, &self.server_name(), limit))
    }

    /// A response that ended early.
    pub(super) fn cut(&self, request: &Request) -> Failure {
        Failure::NoAnswer(explain_cut(&self.server, &request.what))
    }

    async fn send(
        &self,
        request: &Request,
        accept: &str,
        compressed: bool,
    ) -> Result<Response<Body>, Failure> {
        let target = request.target();
        let started = Instant::now();
        let no_answer = |error: &kube::Error| {
            let proxy = self.proxy.as_ref();
            Failure::NoAnswer(explain_transport(error, &self.server, proxy, &request.what))
        };
        let mut message = http::Request::get(&target).header(http::header::ACCEPT, accept);
        if compressed {
            message = message.header(http::header::ACCEPT_ENCODING, "gzip");
        }
        let message = message
            .body(Body::empty())
            .map_err(|e| no_answer(&kube::Error::HttpError(e)))?;
        let response = self.client.send(message);
        let response = match self.idle_limit() {
            Some(limit) => match tokio::time::timeout(limit, response).await {
                Ok(response) => response.map_err(|e| no_answer(&e)),
                Err(_) => Err(self.too_late(request, limit)),
            },
            None => response.await.map_err(|e| no_answer(&e)),
        };
        let response =
            response.inspect_err(|_| self.trace.failed(&self.url(&target), started.elapsed()))?;
        self.trace
            .answered(&self.url(&target), response.status(), started.elapsed());
        self.clock.take_date(response.headers(), started);
        Ok(response)
    }

    /// The URL without the server's password.
    fn url(&self, target: &str) -> String {
        let scheme = self.server.scheme_str().unwrap_or("http");
        let base = self.server.path().trim_end_matches('/');
        format!("{scheme}://{}{base}{target}", self.server_name())
    }

    pub(super) fn server_name(&self) -> String {
        server_name(&self.server)
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(http::header::CONTENT_TYPE);
    value.and_then(|v| v.to_str().ok()).unwrap_or_default()
}
