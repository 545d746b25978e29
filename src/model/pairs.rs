//! Maps of text to text by the thousand: labels of nodes and pods, quantities by resource.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Unexpected, Visitor,
};

use super::shared::{self, Pool};
use super::text_list::{TextList, encode};

/// Pairs of texts, sorted by key.
///
/// The keys stand in one allocation and the values in another. Objects of one kind mostly
/// have the same keys, and then share them: a look-up of many nodes finds the keys in the
/// processor's cache and reads of a node no more than the value that was asked for. Pods of
/// one revision share the values too.
///
/// A look-up is a linear scan: objects carry a few dozen labels at most, and
/// at that size a scan beats both hashing and bisection.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Pairs {
    /// See [`TextList`]; both are empty when there is no pair.
    keys: Arc<str>,
    values: Arc<str>,
}

impl Pairs {
    /// The value of `key`, or `None` when there is no such pair.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let index = TextList::of(&self.keys).position(key)?;
        TextList::of(&self.values).get(index)
    }

    /// All pairs in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = TextList::of(&self.keys).iter();
        keys.zip(TextList::of(&self.values).iter())
    }

    /// True when there is no pair at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// These pairs with `key` set to `value`.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let others = self.iter().filter(|(k, _)| *k != key);
        others.chain([(key, value)]).collect()
    }

    /// These pairs without `key`.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        self.iter().filter(|(k, _)| *k != key).collect()
    }
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Assembles pairs from borrowed texts, without an allocation for each.
#[derive(Debug, Default)]
pub struct Builder {
    text: String,
    pairs: Vec<(Range<usize>, Range<usize>)>,
    encoded: String,
}

impl Builder {
    /// A builder without a pair.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            pairs: Vec::new(),
            encoded: String::new(),
        }
    }

    /// Adds a pair; of two with the same key the later one stays, as in a JSON object.
    pub fn push(&mut self, key: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(key);
        let middle = self.text.len();
        self.text.push_str(value);
        self.pairs.push((start..middle, middle..self.text.len()));
    }

    /// The pairs that were added; the builder is then empty and can be reused.
    pub fn finish(&mut self) -> Pairs {
        shared::with_pool(|pool| self.finish_in(pool))
    }

    fn finish_in(&mut self, pool: &mut Pool) -> Pairs {
        if self.pairs.is_empty() {
            return Pairs::default();
        }
        let text = self.text.as_str();
        let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        // The API writes them sorted.
        if !self.pairs.is_sorted_by(|a, b| part(&a.0) < part(&b.0)) {
            // The sort is stable: of equal keys the last one came last.
            self.pairs.sort_by(|a, b| part(&a.0).cmp(part(&b.0)));
            self.pairs.reverse();
            self.pairs.dedup_by(|a, b| part(&a.0) == part(&b.0));
            self.pairs.reverse();
        }
        let encoded = &mut self.encoded;
        encode(encoded, self.pairs.iter().map(|(key, _)| part(key)), true);
        let keys = pool.keys.share(encoded);
        encode(
            encoded,
            self.pairs.iter().map(|(_, value)| part(value)),
            false,
        );
        let values = pool.values.share(encoded);
        self.text.clear();
        self.pairs.clear();
        Pairs { keys, values }
    }
}

/// Builds with the thread's builder, so that its memory is reused.
fn build<E>(add: impl FnOnce(&mut Builder) -> Result<(), E>) -> Result<Pairs, E> {
    let mut builder = shared::with_pool(|pool| std::mem::take(&mut pool.builder));
    builder.text.clear();
    builder.pairs.clear();
    let added = add(&mut builder);
    let pairs = added.map(|()| builder.finish());
    shared::with_pool(|pool| pool.builder = builder);
    pairs
}

/// Collects pairs; of two with the same key the later one stays, as in a JSON object.
impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Pairs {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let Ok(pairs) = build(|builder| {
            for (key, value) in pairs {
                builder.push(key.as_ref(), value.as_ref());
            }
            Ok::<(), std::convert::Infallible>(())
        });
        pairs
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Map {
            takes_numbers: false,
        })
    }
}

/// Reads quantities by resource, which the API also accepts as numbers; null counts as an empty
/// map.
pub(super) fn quantities<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Pairs>, D::Error> {
    struct Quantities(Pairs);
    impl<'de> Deserialize<'de> for Quantities {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let map = Map {
                takes_numbers: true,
            };
            deserializer.deserialize_any(map).map(Self)
        }
    }
    let quantities = Option::<Quantities>::deserialize(deserializer)?;
    Ok(quantities.map(|quantities| quantities.0))
}

/// A map of texts.
struct Map {
    /// Whether a number is accepted as the text it is written as.
    takes_numbers: bool,
}

impl<'de> Visitor<'de> for Map {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of strings to strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        build(|builder| {
            while let Some(key) = map.next_key_seed(Key(&mut builder.text))? {
                let value = Append {
                    text: &mut builder.text,
                    takes_numbers: self.takes_numbers,
                };
                let value = map.next_value_seed(value)?;
                builder.pairs.push((key, value));
            }
            Ok(())
        })
    }

    fn visit_unit<E>(self) -> Result<Pairs, E> {
        Ok(Pairs::default())
    }
}

/// Appends a string as it is read and returns its range; null is the empty string.
struct Append<'t> {
    text: &'t mut String,
    takes_numbers: bool,
}

impl Append<'_> {
    fn number<E: Error>(
        self,
        number: impl fmt::Display,
        found: Unexpected<'_>,
    ) -> Result<Range<usize>, E> {
        if self.takes_numbers {
            self.visit_str(&number.to_string())
        } else {
            Err(E::invalid_type(found, &self))
        }
    }
}

impl<'de> DeserializeSeed<'de> for Append<'_> {
    type Value = Range<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Append<'_> {
    type Value = Range<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let start = self.text.len();
        self.text.push_str(text);
        Ok(start..self.text.len())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.number(number, Unexpected::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.number(number, Unexpected::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.number(number, Unexpected::Float(number))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.takes_numbers {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_str(self)
        }
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        self.visit_str("")
    }
}

/// As [`Append`], and null is refused.
struct Key<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Range<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(Append {
            text: self.0,
            takes_numbers: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Pairs, quantities};

    #[test]
    fn the_later_of_two_equal_keys_stays() {
        let pairs: Pairs = [("b", "1"), ("a", "1"), ("b", "2")].into_iter().collect();
        assert_eq!(pairs.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
    }

    #[test]
    fn null_is_the_empty_value() -> serde_json::Result<()> {
        let read: Pairs = serde_json::from_str(r#"{"b": "1", "a": null, "b": "2"}"#)?;
        assert_eq!(read.iter().collect::<Vec<_>>(), [("a", ""), ("b", "2")]);
        Ok(())
    }

    #[test]
    fn with_and_without() {
        let pairs: Pairs = [("a", "1")].into_iter().collect();
        assert_eq!(pairs.with("a", "2").get("a"), Some("2"));
        assert_eq!(pairs.with("b", "").get("b"), Some(""));
        assert!(pairs.without("a").is_empty());
        assert_eq!(pairs.without("a"), Pairs::default());
    }

    #[test]
    fn equal_keys_share_their_memory() {
        let one: Pairs = [("a", "1"), ("b", "1")].into_iter().collect();
        let other: Pairs = [("b", "2"), ("a", "1")].into_iter().collect();
        assert!(std::ptr::eq(&*one.keys, &*other.keys));
        assert_ne!(one, other);
    }

    #[test]
    fn what_is_no_string_is_refused() {
        let read = serde_json::from_str::<Pairs>(r#"{"a": 1}"#);
        let problem = read.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(
            problem.starts_with("invalid type: integer `1`, expected a string"),
            "{problem}"
        );
        let after: Pairs = [("b", "1")].into_iter().collect();
        assert_eq!(after.iter().count(), 1);
    }

    #[test]
    fn quantities_may_be_numbers() -> serde_json::Result<()> {
        let read = |text: &str| {
            let mut json = serde_json::Deserializer::from_str(text);
            quantities(&mut json).map(Option::unwrap_or_default)
        };
        let pairs = read(r#"{"cpu": 2, "gpu": 0.5, "memory": "1Gi"}"#)?;
        let wanted = [("cpu", "2"), ("gpu", "0.5"), ("memory", "1Gi")];
        assert_eq!(pairs.iter().collect::<Vec<_>>(), wanted);
        assert!(read("null")?.is_empty());
        assert!(read(r#"{"cpu": true}"#).is_err());
        Ok(())
    }
}
