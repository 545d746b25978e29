//! A JSON object decoded in one pass.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::visitor::ObjectVisitor;

/// The result of one pass over a text that begins with an object.
pub(super) enum Once<Q> {
    /// The object was decoded, and is as long as this.
    Decoded(Q, usize),
    /// The text ends in the middle of it.
    Cut,
    /// One pass isn't enough, or there is an error.
    More,
}

/// The fields that identify an object. Where they don't come first, it takes more than one pass.
const TELLING: [&str; 5] = [
    "apiVersion",
    "kind",
    "items",
    "serverVersion",
    "clientVersion",
];

/// Decodes the object that `text` begins with; `outer` is what the items of its list are.
pub(super) fn once<L: ObjectVisitor>(
    visitor: &L,
    text: &str,
    outer: Option<(&str, &str)>,
) -> Once<L::Decoded> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let decoded = Seed { visitor, outer }.deserialize(&mut deserializer);
    match decoded {
        Ok(Some(quick)) => {
            let length = deserializer.into_iter::<IgnoredAny>().byte_offset();
            Once::Decoded(quick, length)
        }
        Err(error) if error.is_eof() => Once::Cut,
        _ => Once::More,
    }
}

struct Seed<'s, L> {
    visitor: &'s L,
    outer: Option<(&'s str, &'s str)>,
}

impl<'de, L: ObjectVisitor> DeserializeSeed<'de> for Seed<'_, L> {
    type Value = Option<L::Decoded>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, L: ObjectVisitor> Visitor<'de> for Seed<'_, L> {
    type Value = Option<L::Decoded>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut api_version, mut kind) = (None, None);
        let mut first: Option<&'de str> = None;
        while first.is_none() && (api_version.is_none() || kind.is_none()) {
            match map.next_key::<&'de str>()? {
                Some("apiVersion") if api_version.is_none() => {
                    api_version = Some(map.next_value::<&'de str>()?);
                }
                Some("kind") if kind.is_none() => kind = Some(map.next_value::<&'de str>()?),
                Some(key) => first = Some(key),
                None => break,
            }
        }
        let own = api_version.zip(kind);
        let outer = self
            .outer
            .filter(|_| api_version.is_none() && kind.is_none());
        let Some((api_version, kind)) = own.or(outer) else {
            return Err(A::Error::custom("it doesn't begin with what it is"));
        };
        self.visitor.at_once(api_version, kind, Rest { first, map })
    }
}

/// The entries after those that say what an object is.
struct Rest<'de, A> {
    /// A key that was read already.
    first: Option<&'de str>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Rest<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let key = match self.first.take() {
            Some(key) => Some(key),
            None => self.map.next_key::<&'de str>()?,
        };
        let Some(key) = key else { return Ok(None) };
        if TELLING.contains(&key) {
            return Err(A::Error::custom("what it is stands in the midst of it"));
        }
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
