//! One list, and then its changes, for as long as it takes.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::source::SourceError;
use crate::source::cluster::failure::Failure;
use crate::source::cluster::request::Request;
use crate::source::cluster::transport::Listed;

use super::lines::{Broken, Change, Lines, decode};
use super::link::Link;
use super::store::{Kept, Store};

/// How long the server is asked to keep a watch open, in seconds; client-go
/// takes five to ten minutes.
const WATCH_SECONDS: usize = 300;

/// Pauses between attempts double from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A watch that lived as long as this was a good one.
const GOOD_LIFE: Duration = Duration::from_secs(5);

/// How long a list may take once everything has been read, where
/// `--request-timeout` doesn't say: a server that hangs must not be waited for.
const LIST_LIMIT: Duration = Duration::from_secs(120);

/// Lists are asked for so often where they may not be watched, and no more often
/// than lets the server rest twenty times as long as it works.
pub(super) const POLL: Duration = Duration::from_secs(5);
const REST: u32 = 20;

/// Credentials that were refused so often in a row aren't accepted any more. A
/// server that has just started may refuse good ones.
const REFUSALS: u32 = 4;

/// How a list is kept up to date.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// By a watch; by lists where watching is forbidden.
    Watch,
    /// By a watch; by asking for the one object where listing or watching is forbidden.
    WatchOrGet(Request),
    /// By asking for the one object now and then.
    Get(Request, Duration),
}

/// One list that is kept up to date.
pub(super) struct Stream<'a, T> {
    pub(super) link: &'a Link<'a>,
    /// Tells it from the others.
    pub(super) number: usize,
    pub(super) request: Request,
    pub(super) way: Way,
    /// Whether it only explains: it then stays unknown when it can't be read at first.
    pub(super) is_colour: bool,
    /// Where the objects are kept.
    pub(super) store: Rc<RefCell<Store<T>>>,
}

/// Whether the list may be watched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rights {
    Unknown,
    Held,
    /// It could be watched and was refused since.
    Doubted,
}

/// Why a watch ended.
enum End {
    /// The server, or we, ended it; it goes on where it was.
    Closed,
    /// The version is too old to go on from.
    Expired,
    /// The connection broke; it goes on where it was.
    Cut(Failure),
    /// The server can't go on or says what can't be read.
    Confused(Failure),
    /// Opening it was refused.
    Refused(Failure),
}

impl<T: Kept> Stream<'_, T> {
    /// Reads the list and keeps it up to date. It ends only with an error: at
    /// first one of any kind, later only credentials that are no longer accepted.
    pub(super) async fn run(self) -> Result<Infallible, SourceError> {
        if let Way::Get(get, pause) = &self.way {
            return self.poll(Some(get), *pause).await;
        }
        let mut pause = Pause::default();
        let mut rights = Rights::Unknown;
        loop {
            let mut version = match self.list(&self.request).await {
                Ok(version) => version,
                Err(failure) if self.may_only_get(&failure) => {
                    return self.poll_instead(&failure).await;
                }
                Err(failure) => {
                    self.see_through(&failure, &mut pause).await?;
                    continue;
                }
            };
            loop {
                let opened = Instant::now();
                let end = self.watch(&mut version, &mut rights).await;
                if opened.elapsed() > GOOD_LIFE {
                    pause = Pause::default();
                }
                match end {
                    End::Closed if opened.elapsed() > GOOD_LIFE => {}
                    End::Closed => pause.wait().await,
                    End::Cut(failure) => self.see_through(&failure, &mut pause).await?,
                    End::Refused(failure) if failure.forbidden().is_some() => {
                        // A server that has just started refuses what it hasn't read the rights for.
                        if rights != Rights::Held {
                            return self.poll_instead(&failure).await;
                        }
                        rights = Rights::Doubted;
                        pause.wait().await;
                        break;
                    }
                    End::Confused(failure) | End::Refused(failure) => {
                        self.see_through(&failure, &mut pause).await?;
                        break;
                    }
                    End::Expired => {
                        pause.wait().await;
                        break;
                    }
                }
            }
        }
    }

    /// Lists all there is; the result is the version to go on from.
    async fn list(&self, request: &Request) -> Result<String, Failure> {
        let list = self.link.transport.list_at::<T>(request);
        let Listed {
            items,
            resource_version,
        } = self.limited(request, list).await?;
        self.take(items);
        Ok(resource_version)
    }

    fn take(&self, items: Vec<T>) {
        self.link.works(self.number);
        self.change(|store| store.replace(items));
    }

    /// Has it looked at if something changes.
    fn change(&self, change: impl FnOnce(&mut Store<T>)) {
        let mut store = self.store.borrow_mut();
        let before = store.version;
        change(&mut store);
        if store.version != before {
            self.link.changed.notify_one();
        }
    }

    async fn limited<R>(
        &self,
        request: &Request,
        answer: impl Future<Output = Result<R, Failure>>,
    ) -> Result<R, Failure> {
        if self.link.transport.timeout.is_some() || !self.link.synced.get() {
            return answer.await;
        }
        let in_time = tokio::time::timeout(LIST_LIMIT, answer).await;
        in_time.unwrap_or_else(|_| Err(self.link.transport.too_late(request, LIST_LIMIT)))
    }

    /// Follows the changes since `version` until the watch ends.
    async fn watch(&self, version: &mut String, rights: &mut Rights) -> End {
        let request = self.request.watch(version, WATCH_SECONDS + self.number);
        let opening = self.link.transport.open(&request);
        let body = match self.limited(&request, opening).await {
            Ok(body) => body,
            Err(failure) if failure.is_expired() => return End::Expired,
            Err(failure @ Failure::NoAnswer(_)) => return End::Cut(failure),
            Err(failure) => return End::Refused(failure),
        };
        *rights = Rights::Held;
        self.link.works(self.number);
        let mut lines = Lines::new(body);
        loop {
            let line = tokio::select! {
                line = lines.next() => line,
                () = self.link.reopen.notified() => return End::Closed,
            };
            self.link.heard();
            let confused = |problem: &str| End::Confused(self.unreadable(&request, problem));
            let line = match line {
                Ok(Some(line)) => line,
                Ok(None) => return End::Closed,
                Err(Broken::Cut) => return End::Cut(self.link.transport.cut(&request)),
                Err(Broken::TooLong) => return confused("a line of it has no end"),
            };
            let Some((change, now)) = decode::<T>(&line) else {
                return confused("a line of it is not what the API sends");
            };
            if let Some(now) = now {
                *version = now;
            }
            match change {
                Change::Put(item) => self.change(|store| store.put(item)),
                Change::Gone(item) => self.change(|store| store.remove(&item)),
                Change::Bookmark => {}
                Change::Expired => return End::Expired,
                Change::Error(message) => return confused(&message),
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

    /// Watching is forbidden: the list is asked for again and again instead.
    async fn poll_instead(&self, failure: &Failure) -> Result<Infallible, SourceError> {
        let what = self.request.what.trim_start_matches("list ");
        self.link.polls(what, failure.message());
        let get = match &self.way {
            Way::WatchOrGet(get) => Some(get),
            _ => None,
        };
        self.poll(get, POLL).await
    }

    /// Asks for the one object, or else for the list, again and again.
    async fn poll(&self, get: Option<&Request>, rest: Duration) -> Result<Infallible, SourceError> {
        let mut pause = Pause::default();
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
                    pause = Pause::default();
                    tokio::time::sleep(rest.max(began.elapsed() * REST)).await;
                }
                Err(failure) => self.see_through(&failure, &mut pause).await?,
            }
        }
    }

    async fn get(&self, request: &Request) -> Result<(), Failure> {
        let get = self.link.transport.get::<T>(request);
        let items = match self.limited(request, get).await {
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

    /// Whether it is still to be found out what can be read at all.
    fn is_first(&self) -> bool {
        self.is_unread() && !self.link.synced.get()
    }

    /// Whether the list may not be read and the one object perhaps may.
    fn may_only_get(&self, failure: &Failure) -> bool {
        let one = matches!(self.way, Way::WatchOrGet(_));
        one && self.is_first() && failure.forbidden().is_some()
    }

    /// Waits until it is worth trying again. While nothing has been read yet a
    /// failure is an error, and a list that may not be read stays unknown.
    async fn see_through(&self, failure: &Failure, pause: &mut Pause) -> Result<(), SourceError> {
        let is_forbidden = failure.forbidden().is_some();
        let is_colour = self.is_colour && !failure.is_unauthorized();
        if self.is_first() && (is_forbidden || is_colour) {
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

impl<T> Drop for Stream<'_, T> {
    fn drop(&mut self) {
        self.link.forget(self.number);
    }
}

/// How long to wait before the next attempt.
#[derive(Default)]
struct Pause {
    count: u32,
}

impl Pause {
    async fn wait(&mut self) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.count.min(8));
        self.count += 1;
        tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
    }
}
