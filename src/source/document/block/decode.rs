//! From a tape to the API's types.
//!
//! It means by null and by wrong types what decoding of values with lines
//! means by them; a value that a type refuses is decoded again so, for the error.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::tape::{Scalar, Tape, Token};
use crate::source::document::decode::null_is_zero;
use crate::source::document::spanned::Spanned;

impl Tape<'_> {
    /// All that the text holds.
    pub(in crate::source::document) const fn root(&self) -> Block<'_> {
        Block { tape: self, at: 0 }
    }
}

/// A value of a tape.
#[derive(Clone, Copy)]
pub(in crate::source) struct Block<'t> {
    tape: &'t Tape<'t>,
    at: usize,
}

impl<'t> Block<'t> {
    /// Decodes the value; `None` where `T` refuses it.
    pub(in crate::source) fn decode<T: Deserialize<'t>>(self) -> Option<T> {
        T::deserialize(self).ok()
    }

    /// The value with lines.
    pub(in crate::source::document) fn spanned(self) -> Spanned {
        self.tape.spanned(self.at)
    }

    /// The line that it begins on.
    pub(in crate::source::document) fn line(self) -> usize {
        self.tape.line(self.at)
    }

    /// The elements of a list; `None` for anything else.
    pub(in crate::source::document) fn elements(self) -> Option<impl Iterator<Item = Self>> {
        let Some(Token::List(end)) = self.tape.token(self.at) else {
            return None;
        };
        let mut elements = self.children(end);
        Some(std::iter::from_fn(move || {
            (elements.at < elements.end).then(|| elements.value())
        }))
    }

    /// The value of an object's entry.
    pub(in crate::source::document) fn get(self, key: &str) -> Option<Self> {
        let Some(Token::Map(end)) = self.tape.token(self.at) else {
            return None;
        };
        let mut at = self.at + 1;
        while at < end as usize {
            match self.tape.token(at)? {
                Token::Key(found) if found == key => {
                    let (tape, at) = (self.tape, at + 1);
                    return Some(Self { tape, at });
                }
                _ => at = self.tape.after(at + 1),
            }
        }
        None
    }

    /// A string.
    pub(in crate::source::document) fn text(self) -> Option<&'t str> {
        match self.tape.scalar(self.at)? {
            Scalar::Text(text) => Some(text),
            Scalar::Plain(..) => None,
        }
    }
}

/// A type refuses the item.
#[derive(Debug)]
pub(in crate::source) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
}

impl Block<'_> {
    fn is_null(&self) -> bool {
        matches!(
            self.tape.scalar(self.at),
            Some(Scalar::Plain(Value::Null, _))
        )
    }
}

impl<'de> Deserializer<'de> for Block<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.tape.token(self.at) {
            Some(Token::Map(end)) => visitor.visit_map(self.children(end)),
            Some(Token::List(end)) => visitor.visit_seq(self.children(end)),
            _ => match self.tape.scalar(self.at).ok_or(Refused)? {
                Scalar::Text(text) => visitor.visit_borrowed_str(text),
                Scalar::Plain(value, _) => value.deserialize_any(visitor).map_err(|_| Refused),
            },
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.is_null() {
            return visitor.visit_seq(self.nothing());
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.is_null() {
            return visitor.visit_map(self.nothing());
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        // A derived type would take a list for its fields in order; the API doesn't.
        if matches!(self.tape.token(self.at), Some(Token::List(_))) {
            return Err(Refused);
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    null_is_zero!(Refused);

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}

impl<'t> Block<'t> {
    const fn children(&self, end: u32) -> Children<'t> {
        Children {
            tape: self.tape,
            at: self.at + 1,
            end: end as usize,
        }
    }

    const fn nothing(&self) -> Children<'t> {
        Children {
            tape: self.tape,
            at: 0,
            end: 0,
        }
    }
}

/// The entries of an object or the elements of a list.
struct Children<'t> {
    tape: &'t Tape<'t>,
    at: usize,
    end: usize,
}

impl<'t> Children<'t> {
    fn value(&mut self) -> Block<'t> {
        let (tape, at) = (self.tape, self.at);
        self.at = tape.after(at);
        Block { tape, at }
    }
}

impl<'de> de::SeqAccess<'de> for Children<'de> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        if self.at >= self.end {
            return Ok(None);
        }
        seed.deserialize(self.value()).map(Some)
    }
}

impl<'de> de::MapAccess<'de> for Children<'de> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        if self.at >= self.end {
            return Ok(None);
        }
        let Some(Token::Key(key)) = self.tape.token(self.at) else {
            return Err(Refused);
        };
        self.at += 1;
        let key = de::value::BorrowedStrDeserializer::new(key);
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refused> {
        let value = self.value();
        seed.deserialize(value)
    }
}
