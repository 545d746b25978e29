//! The newest time that an object records.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Fields that say when something happened. `deletionTimestamp` is not among
/// them: it says when a grace period ends, so [`Deletion`] looks for the request.
pub(super) const TIMES: [&str; 16] = [
    "creationTimestamp",
    "deprecatedFirstTimestamp",
    "deprecatedLastTimestamp",
    "eventTime",
    "finishedAt",
    "firstTimestamp",
    "lastHeartbeatTime",
    "lastObservedTime",
    "lastProbeTime",
    "lastTimestamp",
    "lastTransitionTime",
    "lastUpdateTime",
    "startTime",
    "startedAt",
    "time",
    "timeAdded",
];

/// Fields whose content is the users' own, or a template and no event.
const FOREIGN: [&str; 4] = ["annotations", "labels", "data", "template"];

/// The newest of an object's times; `None` when it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Newest(pub Option<Timestamp>);

impl<'de> Deserialize<'de> for Newest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Times)
    }
}

/// What a field's name says about its value.
enum FieldName {
    Time,
    DeletionTimestamp,
    DeletionGracePeriodSeconds,
    Foreign,
    Other,
}

impl<'de> Deserialize<'de> for FieldName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl Visitor<'_> for Names {
            type Value = FieldName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E>(self, name: &str) -> Result<FieldName, E> {
                Ok(match name {
                    "deletionTimestamp" => FieldName::DeletionTimestamp,
                    "deletionGracePeriodSeconds" => FieldName::DeletionGracePeriodSeconds,
                    name if TIMES.contains(&name) => FieldName::Time,
                    name if FOREIGN.contains(&name) => FieldName::Foreign,
                    _ => FieldName::Other,
                })
            }
        }
        deserializer.deserialize_str(Names)
    }
}

struct Times;

impl<'de> Visitor<'de> for Times {
    type Value = Newest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Newest, A::Error> {
        let mut newest = None;
        let mut deletion = Deletion::default();
        while let Some(name) = map.next_key::<FieldName>()? {
            let found = match name {
                FieldName::Time => map.next_value::<Time>()?.0,
                FieldName::DeletionTimestamp => {
                    deletion.end = map.next_value::<Time>()?.0;
                    None
                }
                FieldName::DeletionGracePeriodSeconds => {
                    deletion.grace = map.next_value::<serde_json::Value>()?.as_i64();
                    None
                }
                FieldName::Foreign => {
                    map.next_value::<IgnoredAny>()?;
                    None
                }
                FieldName::Other => map.next_value::<Newest>()?.0,
            };
            newest = newest.max(found);
        }
        Ok(Newest(newest.max(deletion.asked_at())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Newest, A::Error> {
        let mut newest = None;
        while let Some(found) = list.next_element::<Newest>()? {
            newest = newest.max(found.0);
        }
        Ok(Newest(newest))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Newest, E> {
        Ok(Newest::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Newest, E> {
        Ok(Newest::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Newest, E> {
        Ok(Newest::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Newest, E> {
        Ok(Newest::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Newest, E> {
        Ok(Newest::default())
    }

    fn visit_unit<E>(self) -> Result<Newest, E> {
        Ok(Newest::default())
    }
}

/// When a deletion was asked for: its timestamp lies a grace period later.
#[derive(Default)]
struct Deletion {
    end: Option<Timestamp>,
    grace: Option<i64>,
}

impl Deletion {
    fn asked_at(&self) -> Option<Timestamp> {
        let grace = SignedDuration::from_secs(self.grace.unwrap_or_default());
        self.end?.checked_sub(grace).ok()
    }
}

/// A time, or `None` for anything that isn't one.
struct Time(Option<Timestamp>);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(text.as_str().and_then(|t| t.parse().ok())))
    }
}

#[cfg(test)]
mod tests {
    use super::Newest;

    #[test]
    fn the_newest_time_that_something_happened() {
        let object = r#"{"metadata": {"creationTimestamp": "2026-01-02T03:04:05Z",
            "deletionTimestamp": "2026-01-03T00:00:00Z", "deletionGracePeriodSeconds": 86400, "annotations": {"time": "2027-01-01T00:00:00Z"}},
            "status": {"conditions": [{"lastTransitionTime": null}, {"lastHeartbeatTime": "2026-01-02T04:00:00.5Z"}],
            "n": [1, -1, 1.5, true, null, "x"]}}"#;
        let newest = serde_json::from_str(object).map(|n: Newest| n.0);
        let newest = newest.unwrap_or_default();
        assert_eq!(newest, "2026-01-02T04:00:00.5Z".parse().ok());
        // The grace that comes first counts too, and none is none.
        for (fields, asked) in [
            (
                r#""deletionGracePeriodSeconds": 60, "deletionTimestamp": "2026-01-03T00:01:00Z""#,
                "2026-01-03T00:00:00Z",
            ),
            (
                r#""deletionTimestamp": "2026-01-03T00:01:00Z""#,
                "2026-01-03T00:01:00Z",
            ),
        ] {
            let object = format!(
                r#"{{"metadata": {{"creationTimestamp": "2026-01-02T03:04:05Z", {fields}}}}}"#
            );
            let newest = serde_json::from_str(&object).map(|n: Newest| n.0);
            assert_eq!(newest.unwrap_or_default(), asked.parse().ok());
        }
    }
}
