//! The history of one list's watches, and whether there will be another.

use std::time::Duration;

use crate::source::cluster::failure::Failure;

/// Pauses between attempts double from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A watch that lived this long was a good one.
pub(super) const GOOD_LIFE: Duration = Duration::from_secs(5);

/// After this many bad watches in a row, while the list can be read, there are no more: some
/// proxies cut watches, or delay them.
pub(super) const USELESS: u32 = 4;

/// Whether the list may be watched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    Unknown,
    Held,
    /// It could be watched and has been refused since.
    Doubted,
}

/// The watches of one list so far.
pub(super) struct Watches {
    pub(super) rights: Rights,
    pub(super) pause: RetryDelay,
    /// How many in a row were bad, and why the last one was.
    pub(super) useless: u32,
    pub(super) why: String,
}

impl Watches {
    /// Counts one that has ended.
    pub(super) fn count(&mut self, is_good: bool, why: impl FnOnce() -> String) {
        if is_good {
            self.pause = RetryDelay::default();
            self.useless = 0;
        } else {
            self.useless += 1;
            self.why = why();
        }
    }
}

/// What follows the watches of one list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterWatches {
    /// The list is to be read again.
    List,
    /// There can be no watch.
    Poll,
}

/// How a watch went.
pub(super) struct Watched {
    pub(super) end: End,
    /// Whether it lived as long as a good one.
    pub(super) lived: bool,
    /// Whether it was worth opening.
    pub(super) is_good: bool,
}

/// Why a watch ended.
pub(super) enum End {
    /// The server, or we, ended it; it continues where it was.
    Closed,
    /// The version is too old to continue from.
    Expired,
    /// The connection broke; it continues where it was.
    Cut(Failure),
    /// The server can't continue, or sends something unreadable.
    Confused(Failure),
    /// Opening it was refused.
    Refused(Failure),
}

/// Why a watch was bad.
pub(super) fn why(end: &End) -> String {
    match end {
        End::Closed => "the server ends each watch at once".to_owned(),
        End::Expired => "a list that was just read is too old for a watch".to_owned(),
        End::Cut(failure) | End::Confused(failure) | End::Refused(failure) => {
            failure.message().to_owned()
        }
    }
}

/// How long to wait before the next attempt.
#[derive(Default)]
pub(super) struct RetryDelay {
    pub(super) count: u32,
}

impl RetryDelay {
    pub(super) async fn wait(&mut self) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.count.min(8));
        self.count += 1;
        tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
    }
}
