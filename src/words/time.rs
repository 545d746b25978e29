//! Times and durations as kubectl writes them.

use jiff::Timestamp;

use super::sentence::Sentence;

/// How soon the controller tries a failed sync again: its queue waits 1000 s at most
/// (`DefaultTypedControllerRateLimiter`, client-go 0.37.1).
pub(super) const RETRY_LIMIT: &str = "within 17 minutes";

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
        return Sentence::new(format!("in {}", human(-seconds)));
    }
    Sentence::new(format!("{} ago", human(seconds)))
}

/// The time from `time` to `now`, as kubectl prints ages: `16m`; `0s` for the future.
#[must_use]
pub fn elapsed(time: Timestamp, now: Timestamp) -> Sentence {
    human((now.as_second() - time.as_second()).max(0))
}

/// An age in seconds, as kubectl prints it (`duration.HumanDuration`, apimachinery 0.37.1),
/// except that two hours are `2h`: kubectl writes minutes up to three hours, which is fine in
/// a column and odd in a sentence.
#[must_use]
pub fn human(seconds: i64) -> Sentence {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let with = |count: i64, unit: &str, rest: i64, smaller: &str| match rest {
        0 => format!("{count}{unit}"),
        rest => format!("{count}{unit}{rest}{smaller}"),
    };
    Sentence::new(match () {
        () if seconds < 2 * 60 => format!("{seconds}s"),
        () if minutes < 10 => with(minutes, "m", seconds % 60, "s"),
        () if minutes < 2 * 60 => format!("{minutes}m"),
        () if hours < 8 => with(hours, "h", minutes % 60, "m"),
        () if hours < 48 => format!("{hours}h"),
        () if days < 8 => with(days, "d", hours % 24, "h"),
        () if days < 2 * 365 => format!("{days}d"),
        () if days < 8 * 365 => with(days / 365, "y", days % 365, "d"),
        () => format!("{}y", days / 365),
    })
}

/// ` for 16m`, where a time is known.
#[must_use]
pub fn lasting(since: Option<Timestamp>, now: Timestamp) -> String {
    let since = since.map(|time| format!(" for {}", elapsed(time, now)));
    since.unwrap_or_default()
}

/// The verb of a state that goes on: `has been`, where its begin is known.
#[must_use]
pub const fn has_been(since: Option<Timestamp>) -> &'static str {
    match since {
        Some(_) => "has been",
        None => "is",
    }
}

/// ` in 16m`, of what hasn't happened since a time, where that is known.
#[must_use]
pub fn within(since: Option<Timestamp>, now: Timestamp) -> String {
    let since = since.map(|time| format!(" in {}", elapsed(time, now)));
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
    fn ages_are_kubectls() {
        // What `HumanDuration` 0.37.1 returns, which has `120m` to `179m` for two hours.
        let cases = [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (599, "9m59s"),
            (37 * 60 + 12, "37m"),
            (119 * 60 + 59, "119m"),
            (2 * 3600, "2h"),
            (179 * 60 + 59, "2h59m"),
            (3 * 3600, "3h"),
            (8 * 3600 - 1, "7h59m"),
            (19 * 3600 + 60, "19h"),
            (48 * 3600, "2d"),
            (3 * 86_400 + 4 * 3600 + 5, "3d4h"),
            (8 * 86_400 + 3600, "8d"),
            (729 * 86_400, "729d"),
            (730 * 86_400, "2y"),
            (800 * 86_400, "2y70d"),
            (9 * 365 * 86_400, "9y"),
        ];
        for (seconds, text) in cases {
            assert_eq!(super::human(seconds).as_str(), text);
        }
    }

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
