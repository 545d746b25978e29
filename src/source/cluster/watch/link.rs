//! Whether the server can be reached: reported once when it no longer can, and once when it can
//! again.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::de::IgnoredAny;
use tokio::sync::Notify;

use crate::source::cluster::failure::Failure;
use crate::source::cluster::request::Request;
use crate::source::cluster::transport::Transport;

use super::Notice;
use super::reflector::POLL;

/// After this long without data the server is pinged. Otherwise a connection that died silently
/// looks like a quiet one.
const QUIET: Duration = Duration::from_secs(5);

/// How long it may take to answer.
const PING_LIMIT: Duration = Duration::from_secs(5);

/// What can't be watched is reported together, once nothing was added for this long.
const GATHERED: Duration = Duration::from_secs(1);

/// As the ping's number among the streams.
const PING: usize = usize::MAX;

/// The state of all connections together.
pub(super) struct Connection<'a> {
    pub(super) transport: &'a Transport,
    /// Wakes the loop that looks for changes.
    pub(super) changed: Notify,
    /// Existing connections may be dead and should be reopened.
    pub(super) reopen: Notify,
    /// Whether everything has been read once; until then a failure is an error.
    pub(super) synced: Cell<bool>,
    notices: RefCell<Vec<Notice>>,
    /// What can't be watched, and why; and when the latest unreported one was found.
    polled: RefCell<BTreeMap<String, String>>,
    polled_since: Cell<Option<Instant>>,
    /// How much of it is reported.
    polling_reported: RefCell<BTreeSet<String>>,
    /// The lists that can't reach the server.
    down: RefCell<BTreeSet<usize>>,
    heard: Cell<Instant>,
    /// When an outage was last reported, and whether it is the present one.
    reported: Cell<Option<(Instant, bool)>>,
}

impl<'a> Connection<'a> {
    pub(super) fn new(transport: &'a Transport) -> Self {
        Self {
            transport,
            changed: Notify::new(),
            reopen: Notify::new(),
            synced: Cell::new(false),
            notices: RefCell::default(),
            polled: RefCell::default(),
            polled_since: Cell::new(None),
            polling_reported: RefCell::default(),
            down: RefCell::default(),
            heard: Cell::new(Instant::now()),
            reported: Cell::new(None),
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.down.borrow().is_empty()
    }

    /// The notices since the last call.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let mut notices = self.notices.take();
        let since = self.polled_since.get();
        if since.is_some_and(|s| s.elapsed() > GATHERED) {
            self.polled_since.set(None);
            notices.extend(self.polling());
        }
        notices
    }

    fn notice(&self, notice: Notice) {
        self.notices.borrow_mut().push(notice);
        self.changed.notify_one();
    }

    /// `what` is polled, because it can't be watched.
    pub(super) fn polls(&self, what: &str, why: &str) {
        let mut polled = self.polled.borrow_mut();
        if !polled.contains_key(what) {
            polled.insert(what.to_owned(), why.to_owned());
            self.polled_since.set(Some(Instant::now()));
        }
    }

    /// Whether `what` is known not to be watchable.
    pub(super) fn is_polled(&self, what: &str) -> bool {
        self.polled.borrow().contains_key(what)
    }

    /// Reports what can't be watched and isn't reported yet.
    fn polling(&self) -> Option<Notice> {
        let polled = self.polled.borrow();
        let mut reported = self.polling_reported.borrow_mut();
        let new = polled.iter().filter(|(what, _)| !reported.contains(*what));
        let (what, why): (Vec<&str>, Vec<&str>) = new.map(|(what, why)| (&**what, &**why)).unzip();
        let why = why.first()?;
        reported.extend(what.iter().map(|what| (*what).to_owned()));
        Some(Notice::Polling(format!(
            "{} can't be watched, so the lists are read every {}s instead: {why}",
            what.join(", "),
            POLL.as_secs(),
        )))
    }

    /// The server said something.
    pub(super) fn heard(&self) {
        self.heard.set(Instant::now());
    }

    /// `who` can't get on.
    pub(super) fn failed(&self, who: usize, failure: &Failure) {
        let lasts = !self.down.borrow_mut().insert(who);
        let is_reported = match self.reported.get() {
            Some((_, true)) => true,
            // Something on the way to the server cuts connections now and then: that is reported
            // once, and afterwards only if a second attempt fails.
            Some((_, false)) => !lasts,
            None => false,
        };
        if !is_reported {
            self.reported.set(Some((Instant::now(), true)));
            let server = self.transport.server_name();
            let what = match failure {
                Failure::NoAnswer(_) => format!("lost the connection to the server {server}"),
                Failure::Refused(_) => format!("the server {server} doesn't answer as before"),
            };
            let why = failure.message();
            let text = format!("{what}, trying again until it is back: {why}");
            self.notice(Notice::Lost(text));
        }
    }

    /// `who` got on.
    pub(super) fn works(&self, who: usize) {
        self.heard();
        self.forget(who);
    }

    /// `who` no longer tries.
    pub(super) fn forget(&self, who: usize) {
        let was_down = self.down.borrow_mut().remove(&who);
        if !was_down || !self.is_up() {
            return;
        }
        self.changed.notify_one();
        if let Some((when, true)) = self.reported.get() {
            self.reported.set(Some((when, false)));
            let seconds = when.elapsed().as_secs().max(1);
            self.notice(Notice::Back(format!("connected again after {seconds}s")));
        }
    }

    /// Pings the server whenever it has been quiet.
    pub(super) async fn ping(&self) {
        let request = Request::version();
        let mut was_down = false;
        loop {
            let quiet = self.heard.get().elapsed();
            if !self.synced.get() || (quiet < QUIET && !was_down) {
                tokio::time::sleep(QUIET.saturating_sub(quiet).max(QUIET / 5)).await;
                continue;
            }
            let answer = self.transport.get::<IgnoredAny>(&request);
            let answer = tokio::time::timeout(PING_LIMIT, answer).await;
            let failure = match answer {
                Ok(Ok(_) | Err(Failure::Refused(_))) => None,
                Ok(Err(failure)) => Some(failure),
                Err(_) => Some(self.transport.too_late(&request, PING_LIMIT)),
            };
            if let Some(failure) = failure {
                was_down = true;
                self.failed(PING, &failure);
                tokio::time::sleep(QUIET / 5).await;
                continue;
            }
            if was_down {
                was_down = false;
                self.reopen.notify_waiters();
            }
            self.works(PING);
        }
    }
}
