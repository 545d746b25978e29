//! Times and durations as kubectl writes them.

use jiff::Timestamp;

use super::sentence::Sentence;

/// `time` as the API writes it, and how long ago that was as kubectl prints ages;
/// without the latter where the clock was set to before it.
#[must_use]
pub fn since(time: Timestamp, now: Timestamp) -> String {
    if time.as_second() > now.as_second() {
        return second_of(time).to_string();
    }
    at(time, now)
}

/// `time` as the API writes it, and how long ago that was or how soon it will be.
#[must_use]
pub fn at(time: Timestamp, now: Timestamp) -> String {
    format!("{} ({})", second_of(time), age(time, now))
}

fn second_of(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// The time between `time` and `now` as kubectl prints ages; `in 5m` for the future.
#[must_use]
pub fn age(time: Timestamp, now: Timestamp) -> Sentence {
    let seconds = now.as_second() - time.as_second();
    if seconds < 0 {
        return Sentence::new(format!("in {}", duration(-seconds)));
    }
    Sentence::new(format!("{} ago", duration(seconds)))
}

/// The time from `time` to `now`, as kubectl prints ages: `16m`; `0s` for the future.
#[must_use]
pub fn elapsed(time: Timestamp, now: Timestamp) -> Sentence {
    duration((now.as_second() - time.as_second()).max(0))
}

/// ` for 16m`, where a time is known.
#[must_use]
pub fn lasting(since: Option<Timestamp>, now: Timestamp) -> String {
    let since = since.map(|time| format!(" for {}", elapsed(time, now)));
    since.unwrap_or_default()
}

/// A number of seconds with its two largest units at most, as `2h5m`.
#[must_use]
pub fn duration(seconds: i64) -> Sentence {
    let units = [
        (seconds / 86400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let text: String = units
        .iter()
        .skip_while(|(n, _)| *n == 0)
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    Sentence::new(if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_have_two_units() {
        let cases = [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (3_725, "1h2m"),
            (172_800, "2d"),
        ];
        for (seconds, text) in cases {
            assert_eq!(super::duration(seconds).as_str(), text);
        }
    }
}
