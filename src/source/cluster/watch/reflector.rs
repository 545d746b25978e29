//! One list, and then its changes, for as long as needed.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kube::client::Body;
use tokio::time::timeout;

use crate::source::SourceError;
use crate::source::cluster::failure::Failure;
use crate::source::cluster::request::Request;
use crate::source::cluster::transport::Listed;
use crate::source::kinds::Need;

use super::lines::{Broken, Lines, WatchEvent, decode};
use super::link::Connection;
use super::store::{Cacheable, Store};
use super::watches::{
    AfterWatches, End, GOOD_LIFE, RetryDelay, Rights, USELESS, Watched, Watches, why,
};

/// How long the server is asked to keep a watch open, in seconds; client-go uses five to ten
/// minutes.
const WATCH_SECONDS: usize = 300;

/// How long opening a watch may take without `--request-timeout`. A server answers at once; a proxy
/// that delays a response until its end never does.
const OPENING: Duration = Duration::from_secs(10);

/// How often lists that may not be watched are polled, at a rate that leaves the server idle for at
/// least twenty times as long as it works.
pub(super) const POLL: Duration = Duration::from_secs(5);
const REST: u32 = 20;

/// Credentials that were refused this often in a row aren't accepted any more. A server that has
/// just started may refuse valid ones.
const REFUSALS: u32 = 4;

/// How a list is kept up to date.
#[derive(Clone, Debug)]
pub(super) enum SyncMode {
    /// By a watch; by polling the list where there can be none.
    Watch,
    /// By a watch; by polling the one object where listing is forbidden or there can be no watch.
    WatchOrGet(Request),
    /// By polling the one object.
    Get(Request, Duration),
}

/// One list that is kept up to date.
pub(super) struct Reflector<'a, T> {
    pub(super) link: &'a Connection<'a>,
    /// Distinguishes it from the others.
    pub(super) number: usize,
    pub(super) request: Request,
    pub(super) way: SyncMode,
    /// Whether it may stay unknown when it can't be read at first, because only explanations need
    /// it.
    pub(super) need: Need,
    /// Where the objects are kept.
    pub(super) store: Rc<RefCell<Store<T>>>,
}

impl<T: Cacheable> Reflector<'_, T> {
    /// Reads the list and keeps it up to date. It ends only with an error: at first of any kind,
    /// later only with credentials that are no longer accepted.
    pub(super) async fn run(self) -> Result<Infallible, SourceError> {
        if let SyncMode::Get(get, pause) = &self.way {
            return self.poll(Some(get), *pause).await;
        }
        if self.link.is_polled(self.plural()) {
            return self.poll_otherwise().await;
        }
        let mut watches = Watches {
            rights: Rights::Unknown,
            pause: RetryDelay::default(),
            useless: 0,
            why: String::new(),
        };
        loop {
            match self.list(&self.request).await {
                Ok(_) if watches.useless >= USELESS => {
                    return self.poll_instead(&watches.why).await;
                }
                Ok(version) => {
                    if self.watch_from(version, &mut watches).await? == AfterWatches::Poll {
                        return self.poll_instead(&watches.why).await;
                    }
                }
                Err(failure) if self.may_only_get(&failure) => {
                    return self.poll_instead(failure.message()).await;
                }
                Err(failure) => {
                    // Not only the watches fail.
                    watches.useless = 0;
                    self.wait_after(&failure, &mut watches.pause).await?;
                }
            }
        }
    }

    /// Watches for as long as watches can be continued.
    async fn watch_from(
        &self,
        mut version: String,
        watches: &mut Watches,
    ) -> Result<AfterWatches, SourceError> {
        loop {
            let Watched {
                end,
                lived,
                is_good,
            } = self.watch(&mut version, &mut watches.rights).await;
            watches.count(is_good, || why(&end));
            if let End::Refused(failure) = &end
                && failure.forbidden().is_some()
            {
                // A server that has just started refuses requests until it has read the
                // authorisation rules.
                if watches.rights != Rights::Held {
                    return Ok(AfterWatches::Poll);
                }
                watches.rights = Rights::Doubted;
                watches.pause.wait().await;
                return Ok(AfterWatches::List);
            }
            // After a second failed one, a list shows whether the server is reachable.
            let goes_on = matches!(end, End::Closed | End::Cut(_)) && watches.useless < 2;
            match end {
                End::Closed if lived => {}
                End::Cut(failure) | End::Confused(failure) | End::Refused(failure)
                    if watches.useless < 2 =>
                {
                    self.wait_after(&failure, &mut watches.pause).await?;
                }
                _ => watches.pause.wait().await,
            }
            if !goes_on {
                return Ok(AfterWatches::List);
            }
        }
    }

    /// Lists everything; returns the version to continue from.
    async fn list(&self, request: &Request) -> Result<String, Failure> {
        let Listed {
            items,
            resource_version,
        } = self.link.transport.list_at::<T>(request).await?;
        self.take(items);
        Ok(resource_version)
    }

    fn take(&self, items: Vec<T>) {
        self.link.works(self.number);
        self.change(|store| store.replace(items));
    }

    /// Signals a change if there is one.
    fn change(&self, change: impl FnOnce(&mut Store<T>)) {
        let mut store = self.store.borrow_mut();
        let before = store.version;
        change(&mut store);
        if store.version != before {
            self.link.changed.notify_one();
        }
    }

    /// Follows the changes since `version` until the watch ends.
    async fn watch(&self, version: &mut String, rights: &mut Rights) -> Watched {
        let request = self.request.watch(version, WATCH_SECONDS + self.number);
        let lines = match self.open(&request).await {
            Ok(body) => Lines::new(body),
            Err(end) => {
                return Watched {
                    end,
                    lived: false,
                    is_good: false,
                };
            }
        };
        *rights = Rights::Held;
        self.link.works(self.number);
        let (opened, before) = (Instant::now(), self.store.borrow().version);
        let end = self.read(&request, lines, version).await;
        let lived = opened.elapsed() > GOOD_LIFE;
        let brought_news = self.store.borrow().version != before;
        let is_good = lived || (brought_news && matches!(end, End::Closed | End::Cut(_)));
        Watched {
            end,
            lived,
            is_good,
        }
    }

    async fn open(&self, request: &Request) -> Result<Body, End> {
        let transport = self.link.transport;
        let opening = transport.open(request);
        let opened = if transport.timeout.is_some() {
            opening.await
        } else {
            let in_time = timeout(OPENING, opening).await;
            in_time.unwrap_or_else(|_| Err(transport.too_late(request, OPENING)))
        };
        opened.map_err(|failure| match failure {
            failure if failure.is_expired() => End::Expired,
            failure @ Failure::NoAnswer(_) => End::Cut(failure),
            failure => End::Refused(failure),
        })
    }

    /// Applies the changes of a watch; `version` is that of the last one.
    async fn read(&self, request: &Request, mut lines: Lines, version: &mut String) -> End {
        let confused = |problem: &str| End::Confused(self.unreadable(request, problem));
        loop {
            let line = tokio::select! {
                line = lines.next() => line,
                () = self.link.reopen.notified() => return End::Closed,
            };
            self.link.heard();
            let line = match line {
                Ok(Some(line)) => line,
                Ok(None) => return End::Closed,
                Err(Broken::Cut) => return End::Cut(self.link.transport.cut(request)),
                Err(Broken::TooLong) => return confused("a line of it has no end"),
            };
            let Some((change, now)) = decode::<T>(&line) else {
                return confused("a line of it is not what the API sends");
            };
            if let WatchEvent::Put(item) | WatchEvent::Gone(item) = &change
                && let Err(problem) = request.expected.check(item.namespace(), item.name())
            {
                return confused(&format!("an object in it {problem}"));
            }
            if let Some(now) = now {
                *version = now;
            }
            match change {
                WatchEvent::Put(item) => self.change(|store| store.put(item)),
                WatchEvent::Gone(item) => self.change(|store| store.remove(&item)),
                WatchEvent::Bookmark => {}
                WatchEvent::Expired => return End::Expired,
                WatchEvent::Error(message) => return confused(&message),
            }
        }
    }

    fn unreadable(&self, request: &Request, problem: &str) -> Failure {
        let server = self.link.transport.server_name();
        Failure::NoAnswer(format!(
            "error: the answer of the server {server} to `{}` can't be used: {problem}",
            request.what
        ))
    }

    /// There can be no watch: the list is polled instead.
    async fn poll_instead(&self, why: &str) -> Result<Infallible, SourceError> {
        self.link.polls(self.plural(), why);
        self.poll_otherwise().await
    }

    fn plural(&self) -> &str {
        self.request.what.trim_start_matches("list ")
    }

    async fn poll_otherwise(&self) -> Result<Infallible, SourceError> {
        let get = match &self.way {
            SyncMode::WatchOrGet(get) => Some(get),
            _ => None,
        };
        self.poll(get, POLL).await
    }

    /// Polls the one object, or else the list.
    async fn poll(&self, get: Option<&Request>, rest: Duration) -> Result<Infallible, SourceError> {
        let mut pause = RetryDelay::default();
        let mut is_due = self.is_unread();
        loop {
            if !std::mem::replace(&mut is_due, true) {
                tokio::time::sleep(rest).await;
            }
            let began = Instant::now();
            let result = match get {
                Some(get) => self.get(get).await,
                None => self.list(&self.request).await.map(drop),
            };
            match result {
                Ok(()) => {
                    pause = RetryDelay::default();
                    tokio::time::sleep(rest.max(began.elapsed() * REST)).await;
                }
                Err(failure) => self.wait_after(&failure, &mut pause).await?,
            }
        }
    }

    async fn get(&self, request: &Request) -> Result<(), Failure> {
        let items = match self.link.transport.get::<T>(request).await {
            Ok(item) => vec![item],
            Err(failure) if failure.is_not_found() => Vec::new(),
            Err(failure) => return Err(failure),
        };
        self.take(items);
        Ok(())
    }

    fn is_unread(&self) -> bool {
        self.store.borrow().items().is_none()
    }

    /// Whether it isn't known yet what can be read at all.
    fn is_first(&self) -> bool {
        self.is_unread() && !self.link.synced.get()
    }

    /// Whether the list may not be read but the one object may.
    fn may_only_get(&self, failure: &Failure) -> bool {
        let one = matches!(self.way, SyncMode::WatchOrGet(_));
        one && self.is_first() && failure.forbidden().is_some()
    }

    /// Waits until another attempt makes sense. While nothing has been read yet a failure is an
    /// error, and a list that may not be read stays unknown.
    async fn wait_after(
        &self,
        failure: &Failure,
        pause: &mut RetryDelay,
    ) -> Result<(), SourceError> {
        let is_forbidden = failure.forbidden().is_some();
        let is_best_effort = self.need == Need::BestEffort && !failure.is_unauthorized();
        if self.is_first() && (is_forbidden || is_best_effort) {
            self.change(|store| store.forbid(failure.message()));
            return std::future::pending().await;
        }
        let last_word = failure.is_unauthorized() && pause.count >= REFUSALS;
        if self.is_first() || last_word {
            return Err(failure.clone().into());
        }
        self.link.failed(self.number, failure);
        pause.wait().await;
        Ok(())
    }
}

impl<T> Drop for Reflector<'_, T> {
    fn drop(&mut self) {
        self.link.forget(self.number);
    }
}
