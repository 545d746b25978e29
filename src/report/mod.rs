//! What is said: serialisable reports, apart from the types they are computed
//! from, with the fixed names of `ds.kubectl/v1alpha1`.

mod asked_pod;
pub mod by_daemon_set;
pub mod claims;
pub mod code;
mod condition;
pub mod effects;
pub mod eligibility;
mod findings;
pub mod footprint;
pub mod header;
pub mod impact;
pub mod map;
pub mod node;
pub mod on_node;
pub mod pod;
mod pods_here;
pub mod reason;
pub mod remedy;
pub mod rollout;
pub mod rules;
pub mod status;
pub mod subject;
pub mod summary;
pub mod what_if;

use jiff::Timestamp;

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
pub fn age(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - time.as_second();
    if seconds < 0 {
        return format!("in {}", duration(-seconds));
    }
    format!("{} ago", duration(seconds))
}

/// A number of seconds with its two largest units at most, as `2h5m`.
#[must_use]
pub fn duration(seconds: i64) -> String {
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
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

/// At most five of `names`, and how many more there are.
fn few(names: &[impl AsRef<str>]) -> String {
    const FEW: usize = 5;
    let shown: Vec<&str> = names.iter().take(FEW).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(FEW) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A line to say when the API server isn't of the release that the engine was compared with.
#[must_use]
pub fn version_note(server_version: &str) -> Option<String> {
    let release = |version: &str| -> Option<(u32, u32)> {
        let mut parts = version.trim_start_matches('v').split('.');
        let minor = parts.clone().nth(1)?;
        let minor = minor.trim_end_matches(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, minor.parse().ok()?))
    };
    let verified = crate::engine::VERIFIED_RELEASE;
    (release(server_version) != release(verified)).then(|| {
        format!("the server is {server_version}; the decisions were compared with the code of {verified}")
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn other_releases_are_said() {
        for same in ["v1.37.1", "v1.37.0-alpha.1", "v1.37.4+k3s1", "1.37"] {
            assert_eq!(super::version_note(same), None, "{same}");
        }
        for other in ["v1.33.2", "v1.36+", "none"] {
            assert!(super::version_note(other).is_some(), "{other}");
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
            assert_eq!(super::duration(seconds), text);
        }
    }
}
