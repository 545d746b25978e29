//! Following a DaemonSet: the lists that a question needs, kept up to date.
//!
//! Each list is read once in full and then watched from its version on. A watch that ends is
//! continued; where the server can't do that any more, or the response can't be used, the list is
//! read again. Lost connections are reopened. Where watches keep failing and lists don't, only the
//! lists are read, every few seconds.

mod caches;
mod lines;
mod link;
mod reflector;
mod reflectors;
mod store;
mod watches;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::interruption::interruption;
use crate::model::Snapshot;
use crate::source::{ObjectName, SourceError};

use super::Cluster;
use super::around::Version;
use super::one::DaemonSetRef;
use super::reader::QuestionReader;
use super::request::{Request, check_name};

use caches::Caches;
use link::Connection;
use reflectors::Reflectors;

/// What is observed of a DaemonSet that is being followed.
#[derive(Debug)]
pub enum Update<'a> {
    /// The cluster as it is, after a change, and now and then because time passes.
    Snapshot(&'a Snapshot),
    /// A notice about how it is followed.
    Notice(&'a Notice),
}

/// A notice about how a DaemonSet is followed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server can't be reached: nothing is observed until [`Notice::Back`].
    Lost(String),
    /// The server can be reached again.
    Back(String),
    /// Something can't be watched and is listed every few seconds instead.
    Polling(String),
}

/// How following ended.
#[derive(Debug)]
pub enum Followed<T> {
    /// The caller had seen enough.
    Enough(T),
    /// The time was up.
    TimedOut,
    /// The user, or the system, asked to stop (Ctrl-C).
    Interrupted,
}

/// The least time between two updates, however much changes.
const BETWEEN_UPDATES: Duration = Duration::from_millis(250);

/// Changes come in groups, such as a deleted pod and its replacement.
const DEBOUNCE: Duration = Duration::from_millis(50);

/// After this long there is an update even if nothing has changed, because time passes.
const LONGEST_BETWEEN_UPDATES: Duration = Duration::from_secs(1);

/// An update may take at most about a tenth of the time.
const REST_AFTER_UPDATE: u32 = 9;

impl Cluster {
    /// Follows a DaemonSet, on all nodes, until `see` breaks, the `limit` is over or the process is
    /// asked to stop (SIGINT, SIGTERM, SIGHUP).
    ///
    /// `see` is called with a complete, sorted snapshot, at most four times a second and at least
    /// about once a second. Its `now` is the server's clock. While the server can't be reached it
    /// isn't called. Only GETs are sent.
    ///
    /// # Errors
    /// Those of [`super::super::Source::ask`] until everything has been read once; later only
    /// credentials that are no longer accepted, and a deleted DaemonSet.
    pub fn follow<T>(
        &self,
        daemon_set: &ObjectName,
        limit: Option<Duration>,
        see: &mut dyn FnMut(Update<'_>) -> ControlFlow<T>,
    ) -> Result<Followed<T>, SourceError> {
        check_name(&daemon_set.namespace).map_err(SourceError::Cluster)?;
        let Some(runtime) = &self.runtime else {
            return Err(SourceError::Cluster("error: not connected".to_owned()));
        };
        runtime.block_on(async {
            let interrupted = interruption().map_err(|e| {
                SourceError::Cluster(format!("error: signals can't be listened to: {e}"))
            })?;
            let time_up = async {
                match limit {
                    Some(limit) => tokio::time::sleep(limit).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = interrupted => Ok(Followed::Interrupted),
                () = time_up => Ok(Followed::TimedOut),
                seen = self.follow_on(daemon_set, see) => Ok(Followed::Enough(seen?)),
            }
        })
    }

    async fn follow_on<T>(
        &self,
        daemon_set: &ObjectName,
        see: &mut dyn FnMut(Update<'_>) -> ControlFlow<T>,
    ) -> Result<T, SourceError> {
        let reader = QuestionReader::new(&self.transport);
        // Reports at once, with similar names, that there is none.
        reader
            .resolve(&DaemonSetRef::Stored(daemon_set.clone()))
            .await?;
        let version = self.transport.get::<Version>(&Request::version()).await;
        let version = reader.best_effort("the server's version can't be read", version)?;
        let link = Connection::new(&self.transport);
        let mut caches = Caches::new(daemon_set, version.map(|v| v.git_version), self.gates);
        caches.snapshot.notes = reader.notes.take();
        let mut reflectors = Reflectors::new(&link, daemon_set, &caches)?;
        let mut throttle = Throttle::new();
        let ping = link.ping();
        tokio::pin!(ping);
        loop {
            tokio::select! {
                error = reflectors.run() => return Err(error),
                () = &mut ping => {}
                () = link.changed.notified() => throttle.mark_changed(),
                () = tokio::time::sleep_until(throttle.next.into()) => {
                    for notice in link.notices() {
                        if let ControlFlow::Break(seen) = see(Update::Notice(&notice)) {
                            return Ok(seen);
                        }
                    }
                    let began = Instant::now();
                    if link.is_up() && caches.refresh(&self.transport.clock)? {
                        link.synced.set(true);
                        if let ControlFlow::Break(seen) = see(Update::Snapshot(&caches.snapshot)) {
                            return Ok(seen);
                        }
                    }
                    throttle.done(began);
                }
            }
            reflectors.follow(&link, &mut caches)?;
        }
    }
}

/// When the next update is due.
struct Throttle {
    /// The next update.
    next: Instant,
    /// It isn't due before this time, whatever changes.
    earliest: Instant,
}

impl Throttle {
    fn new() -> Self {
        let earliest = Instant::now();
        Self {
            next: earliest + LONGEST_BETWEEN_UPDATES,
            earliest,
        }
    }

    /// Something has changed.
    fn mark_changed(&mut self) {
        let debounced = Instant::now() + DEBOUNCE;
        self.next = self.next.min(self.earliest.max(debounced));
    }

    fn done(&mut self, began: Instant) {
        let rest = began.elapsed() * REST_AFTER_UPDATE;
        let now = Instant::now();
        self.earliest = now + rest.max(BETWEEN_UPDATES);
        self.next = now + rest.max(LONGEST_BETWEEN_UPDATES);
    }
}
