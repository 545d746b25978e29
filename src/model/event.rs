use jiff::Timestamp;
use serde::Deserialize;

/// What is kept of an event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Event")]
pub struct Event {
    /// Namespace of the object that the event is about.
    pub namespace: Box<str>,
    /// Kind of that object.
    pub kind: Box<str>,
    /// Name of that object.
    pub name: Box<str>,
    /// UID of that object, empty when the event doesn't carry it.
    pub uid: Box<str>,
    /// Whether its type is `Warning`.
    pub is_warning: bool,
    /// CamelCase reason, such as `FailedCreate`.
    pub reason: Box<str>,
    /// Text for people.
    pub message: Box<str>,
    /// Whether it combines several events with different messages, of which it has the latest.
    pub is_combined: bool,
    /// How often it was seen.
    pub count: i32,
    /// When it was first seen, where it was seen more than once.
    pub first: Option<Timestamp>,
    /// When it was last seen.
    pub last: Option<Timestamp>,
}

mod wire {
    use super::{Deserialize, Timestamp};

    /// The prefix that client-go gives the latest message when it combines events
    /// (`EventAggregatorByReasonMessageFunc` of `tools/record`, 0.37.1).
    const COMBINED: &str = "(combined from similar events): ";

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Event {
        #[serde(default)]
        metadata: Metadata,
        /// core/v1
        involved_object: Option<Reference>,
        /// events.k8s.io/v1
        regarding: Option<Reference>,
        #[serde(rename = "type")]
        event_type: Option<Box<str>>,
        reason: Option<Box<str>>,
        message: Option<Box<str>>,
        note: Option<Box<str>>,
        count: Option<i32>,
        deprecated_count: Option<i32>,
        series: Option<Series>,
        first_timestamp: Option<Timestamp>,
        deprecated_first_timestamp: Option<Timestamp>,
        last_timestamp: Option<Timestamp>,
        deprecated_last_timestamp: Option<Timestamp>,
        event_time: Option<Timestamp>,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        namespace: Box<str>,
        creation_timestamp: Option<Timestamp>,
    }

    #[derive(Deserialize, Default)]
    struct Reference {
        kind: Option<Box<str>>,
        namespace: Option<Box<str>>,
        name: Option<Box<str>>,
        uid: Option<Box<str>>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Series {
        count: Option<i32>,
        last_observed_time: Option<Timestamp>,
    }

    impl From<Event> for super::Event {
        fn from(event: Event) -> Self {
            let about = event
                .involved_object
                .or(event.regarding)
                .unwrap_or_default();
            let message = event.message.or(event.note).unwrap_or_default();
            let latest = message.strip_prefix(COMBINED);
            let (series_count, series_last) = event
                .series
                .map_or((None, None), |s| (s.count, s.last_observed_time));
            Self {
                namespace: about.namespace.unwrap_or(event.metadata.namespace),
                kind: about.kind.unwrap_or_default(),
                name: about.name.unwrap_or_default(),
                uid: about.uid.unwrap_or_default(),
                is_warning: event.event_type.as_deref() == Some("Warning"),
                reason: event.reason.unwrap_or_default(),
                is_combined: latest.is_some(),
                message: latest.map_or_else(|| message.clone(), Into::into),
                count: series_count
                    .or(event.count)
                    .or(event.deprecated_count)
                    .unwrap_or(1),
                first: event
                    .first_timestamp
                    .or(event.deprecated_first_timestamp)
                    .or(event.event_time),
                last: series_last
                    .or(event.last_timestamp)
                    .or(event.deprecated_last_timestamp)
                    .or(event.event_time)
                    .or(event.metadata.creation_timestamp),
            }
        }
    }
}
