//! The server's clock.

use std::cell::Cell;
use std::time::Instant;

use http::HeaderMap;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// Used where no response has a `Date`.
pub(super) const NO_CLOCK: &str = "the server tells no time: this machine's clock was taken";

/// What is cut off from a time in whole seconds.
pub(super) const FRACTION: SignedDuration = SignedDuration::from_nanos(999_999_999);

/// What the responses tell about the server's clock.
pub(super) struct ServerClock {
    latest: Cell<Option<Timestamp>>,
    /// The server's time when `began` was now, at the earliest and at the latest.
    at_start: Cell<Option<Timestamp>>,
    at_start_at_most: Cell<Option<Timestamp>>,
    began: Instant,
}

impl ServerClock {
    pub(super) fn new() -> Self {
        Self {
            latest: Cell::new(None),
            at_start: Cell::new(None),
            at_start_at_most: Cell::new(None),
            began: Instant::now(),
        }
    }

    /// Takes the `Date` of a response that has just begun, and the time at which its request was
    /// sent.
    pub(super) fn take_date(&self, headers: &HeaderMap, sent: Instant) {
        let Some(date) = date_header(headers) else {
            return;
        };
        self.latest.set(self.latest.get().max(Some(date)));
        let at_start = date.checked_sub(self.elapsed(Instant::now())).ok();
        // A date has lost its fraction of a second and was in transit: it is always early, so the
        // latest of all is the closest.
        self.at_start.set(self.at_start.get().max(at_start));
        // Nor was it written before the request was sent, or after its second was over.
        let at_most = date.checked_add(FRACTION).ok();
        let at_most = at_most.and_then(|date| date.checked_sub(self.elapsed(sent)).ok());
        let earliest = self.at_start_at_most.get().into_iter().chain(at_most).min();
        self.at_start_at_most.set(earliest);
    }

    /// The latest `Date` of any response.
    pub(super) fn latest(&self) -> Option<Timestamp> {
        self.latest.get()
    }

    /// The current time, from the responses and this machine's steady clock.
    pub(super) fn now(&self) -> Option<Timestamp> {
        let elapsed = self.elapsed(Instant::now());
        self.at_start.get()?.checked_add(elapsed).ok()
    }

    /// How far the server's clock may be ahead of [`now`](Self::now).
    pub(super) fn tolerance(&self) -> SignedDuration {
        let bounds = self.at_start.get().zip(self.at_start_at_most.get());
        let between = bounds.map(|(least, most)| most.duration_since(least));
        // The server's clock was changed, or there are several servers.
        between.unwrap_or_default().max(SignedDuration::ZERO)
    }

    fn elapsed(&self, at: Instant) -> SignedDuration {
        let elapsed = at.saturating_duration_since(self.began);
        SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX)
    }
}

/// The time of the `Date` header, to the second.
///
/// A snapshot takes the latest of its responses: nothing that was read then happened after "now".
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
            clock.take_date(&headers, Instant::now());
        }
        let latest = clock.latest().unwrap();
        assert_eq!(latest.to_string(), "1994-11-06T08:49:37Z");
        std::thread::sleep(std::time::Duration::from_millis(20));
        let passed = clock.now().unwrap().duration_since(latest);
        assert!(passed >= SignedDuration::from_millis(20), "{passed}");
        assert!(passed < SignedDuration::from_secs(10), "{passed}");
    }

    /// A date refers to its whole second, and to some time since the request was sent.
    #[test]
    fn how_far_the_server_may_be_ahead() {
        let clock = ServerClock::new();
        assert_eq!(clock.tolerance(), SignedDuration::ZERO);
        let date = |second: &str| {
            let date = format!("Sun, 06 Nov 1994 08:49:{second} GMT");
            HeaderMap::from_iter([(http::header::DATE, HeaderValue::from_str(&date).unwrap())])
        };
        let after = |millis| clock.began + std::time::Duration::from_millis(millis);
        std::thread::sleep(std::time::Duration::from_millis(300));
        clock.take_date(&date("37"), after(100));
        let first = clock.tolerance();
        let answered = SignedDuration::from_millis(200);
        assert!(first >= FRACTION + answered, "{first}");
        assert!(first < FRACTION + SignedDuration::from_secs(5), "{first}");
        // Later responses narrow it, and slow ones don't widen it.
        std::thread::sleep(std::time::Duration::from_millis(300));
        clock.take_date(&date("37"), after(500));
        let second = clock.tolerance();
        assert!(
            second <= first - SignedDuration::from_millis(400),
            "{second}"
        );
        clock.take_date(&date("37"), after(0));
        assert_eq!(clock.tolerance(), second);
        // If two servers contradict each other, nothing is known.
        clock.take_date(&date("00"), after(600));
        assert_eq!(clock.tolerance(), SignedDuration::ZERO);
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
