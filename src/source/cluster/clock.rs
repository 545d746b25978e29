//! The server's clock.

use std::cell::Cell;
use std::time::Instant;

use http::HeaderMap;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// Said where no response has a `Date`.
pub(super) const NO_CLOCK: &str = "the server tells no time: this machine's clock was taken";

/// What the responses tell of the server's clock.
pub(super) struct ServerClock {
    latest: Cell<Option<Timestamp>>,
    /// The server's time when `began` was now.
    at_start: Cell<Option<Timestamp>>,
    began: Instant,
}

impl ServerClock {
    pub(super) fn new() -> Self {
        Self {
            latest: Cell::new(None),
            at_start: Cell::new(None),
            began: Instant::now(),
        }
    }

    /// Takes the `Date` of a response that has just begun.
    pub(super) fn hear(&self, headers: &HeaderMap) {
        let Some(date) = date_header(headers) else {
            return;
        };
        self.latest.set(self.latest.get().max(Some(date)));
        let at_start = date.checked_sub(self.elapsed()).ok();
        // A date has lost its fraction of a second and has been under way: it is
        // always early, and the latest of all is the closest.
        self.at_start.set(self.at_start.get().max(at_start));
    }

    /// The latest `Date` that a response carried.
    pub(super) fn latest(&self) -> Option<Timestamp> {
        self.latest.get()
    }

    /// The time now, carried on from the responses by this machine's steady clock.
    pub(super) fn now(&self) -> Option<Timestamp> {
        self.at_start.get()?.checked_add(self.elapsed()).ok()
    }

    fn elapsed(&self) -> SignedDuration {
        SignedDuration::try_from(self.began.elapsed()).unwrap_or(SignedDuration::MAX)
    }
}

/// The time of the `Date` header, to the second.
///
/// A snapshot takes the latest one of its responses: nothing that was read
/// then happened after "now".
pub(super) fn date_header(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(date).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn goes_on_between_responses_and_never_back() {
        let clock = ServerClock::new();
        assert_eq!((clock.latest(), clock.now()), (None, None));
        let mut headers = HeaderMap::new();
        for date in ["37", "30", "00"] {
            let date = format!("Sun, 06 Nov 1994 08:49:{date} GMT");
            headers.insert(http::header::DATE, HeaderValue::from_str(&date).unwrap());
            clock.hear(&headers);
        }
        let latest = clock.latest().unwrap();
        assert_eq!(latest.to_string(), "1994-11-06T08:49:37Z");
        std::thread::sleep(std::time::Duration::from_millis(20));
        let passed = clock.now().unwrap().duration_since(latest);
        assert!(passed >= SignedDuration::from_millis(20), "{passed}");
        assert!(passed < SignedDuration::from_secs(10), "{passed}");
    }

    #[test]
    fn reads_http_dates() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_header(&headers), None);
        let date = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
        headers.insert(http::header::DATE, date);
        let expected = "1994-11-06T08:49:37Z".parse().ok();
        assert_eq!(date_header(&headers), expected);
        headers.insert(http::header::DATE, HeaderValue::from_static("soon"));
        assert_eq!(date_header(&headers), None);
    }
}
