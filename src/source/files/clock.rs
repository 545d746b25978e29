//! The newest time that objects record, mostly without a pass of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use memchr::memmem::Finder;

use super::newest::{Newest, TIMES};

/// Looks for times in texts of objects, and decodes an object to find its newest
/// only where it could be newer than that of another one.
pub(super) struct Clock {
    /// The digits of a time that was found, `20260102030405`, as a number.
    found: AtomicU64,
    /// Every field with a time has one of these in its name.
    in_names: [Finder<'static>; 2],
    escape: Finder<'static>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            found: AtomicU64::new(0),
            in_names: [Finder::new("ime"), Finder::new("dAt\"")],
            escape: Finder::new(r"\u00"),
        }
    }

    /// The newest time in a JSON object, or `None` where another object has one that is as new.
    pub(super) fn newest(&self, text: &str) -> Option<Timestamp> {
        if !self.is_newer(text) {
            return None;
        }
        let newest = serde_json::from_str::<Newest>(text).ok()?.0?;
        self.found.fetch_max(digits_of(newest), Ordering::Relaxed);
        Some(newest)
    }

    /// Whether it could hold a time that is newer than the newest that was found.
    fn is_newer(&self, text: &str) -> bool {
        let found = self.found.load(Ordering::Relaxed);
        let bytes = text.as_bytes();
        let mut times = self.in_names.iter().flat_map(|part| part.find_iter(bytes));
        let mut escapes = self.escape.find_iter(bytes);
        // A letter of a name may be written as an escape.
        escapes.any(|at| matches!(bytes.get(at + 4), Some(b'4'..=b'7')))
            || times.any(|at| match time(bytes, at) {
                Some(Time::At(digits, is_exact)) => {
                    digits > found || (digits == found && !is_exact)
                }
                Some(Time::Odd) => true,
                None => false,
            })
    }
}

/// What a field has that could record a time.
enum Time {
    /// The digits of a time in whole seconds, and whether it has no fraction.
    At(u64, bool),
    /// What it takes a decoder to understand.
    Odd,
}

/// The time of the field that has a part of its name at `at`; `None` where there is none.
fn time(text: &[u8], at: usize) -> Option<Time> {
    // The names are short.
    let near = text.get(at.saturating_sub(32)..at)?;
    let start = at - near.len() + memchr::memrchr(b'"', near)? + 1;
    let length = text.get(start..)?.iter().position(|b| *b == b'"')?;
    let name = text.get(start..start + length)?;
    if name == b"deletionTimestamp" {
        return Some(Time::Odd);
    }
    let is_time = TIMES.iter().any(|t| t.as_bytes() == name);
    let rest = text.get(start + length + 1..)?.trim_ascii_start();
    let value = rest.strip_prefix(b":")?.trim_ascii_start();
    if !is_time || value.starts_with(b"null") {
        return None;
    }
    Some(plain(value).unwrap_or(Time::Odd))
}

/// A time as the API writes it: `"2026-01-02T03:04:05Z"`, or with a fraction.
fn plain(value: &[u8]) -> Option<Time> {
    const SHAPE: &[u8] = b"\"0000-00-00T00:00:00";
    let mut digits = 0;
    for (byte, shape) in value.get(..SHAPE.len())?.iter().zip(SHAPE) {
        match (shape, byte) {
            (b'0', b'0'..=b'9') => digits = digits * 10 + u64::from(byte - b'0'),
            (b'0', _) => return None,
            _ if byte == shape => {}
            _ => return None,
        }
    }
    let rest = value.get(SHAPE.len()..)?;
    let fraction = rest.strip_prefix(b".");
    let after = fraction.unwrap_or(rest);
    let length = after.iter().take_while(|b| b.is_ascii_digit()).count();
    if fraction.is_none() && length > 0 || !after.get(length..)?.starts_with(b"Z\"") {
        return None;
    }
    Some(Time::At(digits, fraction.is_none()))
}

fn digits_of(time: Timestamp) -> u64 {
    let time = time.to_zoned(TimeZone::UTC).datetime();
    let digit = |n: i64| u64::try_from(n).unwrap_or_default();
    let parts = [
        i64::from(time.month()),
        i64::from(time.day()),
        i64::from(time.hour()),
        i64::from(time.minute()),
        i64::from(time.second()),
    ];
    let year = digit(i64::from(time.year()));
    parts
        .iter()
        .fold(year, |sum, part| sum * 100 + digit(*part))
}

#[cfg(test)]
mod tests {
    use super::{Clock, Newest};

    fn exact(text: &str) -> Option<jiff::Timestamp> {
        serde_json::from_str::<Newest>(text).ok().and_then(|n| n.0)
    }

    /// Objects in any order give the newest time of all, as decoding each does.
    #[test]
    fn nothing_newer_is_missed() {
        let objects = [
            r#"{"metadata": {"creationTimestamp": "2026-01-02T03:04:05Z", "annotations": {"time": "2027-01-01T00:00:00Z"}}}"#,
            r#"{"status": {"conditions": [{"lastHeartbeatTime" : "2026-01-02T03:04:05.5Z"}]}}"#,
            r#"{"metadata":{"managedFields":[{"time":"2026-01-02T03:04:06Z"}]}}"#,
            r#"{"status": {"a": {"startedAt": "2026-01-02T03:04:07Z", "finishedAt": null}}}"#,
            r#"{"status": {"startTime": "2026-01-02T03:04:08.000001Z"}}"#,
            r#"{"status": {"startTime": "2026-01-02T04:04:09+01:00"}}"#,
            r#"{"spec": {"taints": [{"timeAdded": "2026-01-02T03:04:10Z"}]}}"#,
            r#"{"status": {"\u0073tart\u0054\u0069me": "2026-01-02T03:04:11Z"}}"#,
            r#"{"metadata": {"deletionGracePeriodSeconds": 3, "deletionTimestamp": "2026-01-02T03:04:15Z"}}"#,
            r#"{"a": {"message": "time", "anytime": 1, "time": 5, "\"time": "2028-01-01T00:00:00Z"}}"#,
            r#"{"a": {"notATime": "2028-01-01T00:00:00Z", "lastTransitionTimes": "2028-01-01T00:00:00Z"}}"#,
        ];
        let mut random = fastrand::Rng::with_seed(23);
        for _ in 0..200 {
            let clock = Clock::new();
            let mut some: Vec<&str> = objects.to_vec();
            random.shuffle(&mut some);
            some.truncate(random.usize(1..=objects.len()));
            let found = some.iter().filter_map(|text| clock.newest(text)).max();
            assert_eq!(found, some.iter().filter_map(|text| exact(text)).max());
        }
        let [_, older, newer, ..] = objects;
        let clock = Clock::new();
        assert!(clock.newest(newer).is_some() && !clock.is_newer(older));
    }
}
