//! Protobuf as a serde format, so that the conversion of an object's fields exists once for both
//! formats of the API.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::reader::{Fields, Malformed, Value};
use super::schema::{Field, Kind};

/// Why a message can't be decoded; people see only the field.
#[derive(Debug)]
pub(in crate::source::cluster) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Self {
        Self("malformed".to_owned())
    }
}

/// Decodes a message of which `fields` are read.
pub(in crate::source::cluster) const fn message<'de>(
    bytes: &'de [u8],
    fields: &'static [Field],
) -> impl Deserializer<'de, Error = Error> {
    FieldValue {
        kind: Kind::Message(fields),
        value: Value::Bytes(bytes),
        more: None,
    }
}

/// The fields of a message.
struct Message<'de> {
    rest: Fields<'de>,
    fields: &'static [Field],
    /// The field whose name was returned last.
    current: Option<(&'static Field, Value<'de>)>,
    /// A repeated field that was returned as a whole.
    listed: u32,
}

impl<'de> Message<'de> {
    const fn new(bytes: &'de [u8], fields: &'static [Field]) -> Self {
        Self {
            rest: Fields(bytes),
            fields,
            current: None,
            listed: 0,
        }
    }
}

impl<'de> MapAccess<'de> for Message<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        while let Some((number, value)) = self.rest.next()? {
            let mut fields = self.fields.iter();
            let Some(field) = fields.find(|f| f.number == number && number != self.listed) else {
                continue;
            };
            if matches!((&field.kind, value), (Kind::TextIfAny, Value::Bytes(b""))) {
                continue;
            }
            self.current = Some((field, value));
            return seed
                .deserialize(BorrowedStrDeserializer::new(field.name))
                .map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let (field, value) = self.current.take().ok_or(Malformed)?;
        let mut more = Repeated {
            rest: self.rest,
            number: field.number,
        };
        let result = seed.deserialize(FieldValue {
            kind: field.kind,
            value,
            more: Some(&mut more),
        })?;
        if matches!(field.kind, Kind::Several(_) | Kind::Map(_)) {
            self.rest = more.rest;
            self.listed = field.number;
        }
        Ok(result)
    }
}

/// The values of a repeated field after its first, which is separate.
struct Repeated<'de> {
    rest: Fields<'de>,
    number: u32,
}

impl<'de> Repeated<'de> {
    fn next(&mut self) -> Result<Option<Value<'de>>, Error> {
        let mut after = self.rest;
        match after.next()? {
            Some((number, value)) if number == self.number => {
                self.rest = after;
                Ok(Some(value))
            }
            _ => Ok(None),
        }
    }
}

/// All values of a repeated field.
struct RepeatedValues<'a, 'de> {
    first: Option<Value<'de>>,
    more: Option<&'a mut Repeated<'de>>,
}

impl<'de> RepeatedValues<'_, 'de> {
    fn next(&mut self) -> Result<Option<Value<'de>>, Error> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        self.more.as_mut().map_or(Ok(None), |more| more.next())
    }
}

struct List<'a, 'de>(RepeatedValues<'a, 'de>, &'static Kind);

impl<'de> SeqAccess<'de> for List<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(value) = self.0.next()? else {
            return Ok(None);
        };
        seed.deserialize(FieldValue::alone(self.1, value)).map(Some)
    }
}

/// A map, whose entries are messages of a key and a value.
struct Entries<'a, 'de>(
    RepeatedValues<'a, 'de>,
    &'static Kind,
    /// The value of the key that was returned last.
    Option<&'de [u8]>,
);

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(value) = self.0.next()? else {
            return Ok(None);
        };
        let Value::Bytes(entry) = value else {
            return Err(Malformed.into());
        };
        let (mut entry, mut key, mut value): (_, &[u8], &[u8]) = (Fields(entry), &[], &[]);
        while let Some((number, found)) = entry.next()? {
            match (number, found) {
                (1, Value::Bytes(found)) => key = found,
                (2, Value::Bytes(found)) => value = found,
                (1 | 2, _) => return Err(Malformed.into()),
                _ => {}
            }
        }
        self.2 = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(text(key)?))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let value = Value::Bytes(self.2.take().ok_or(Malformed)?);
        seed.deserialize(FieldValue::alone(self.1, value))
    }
}

/// What is given for a field: its value, or the first of several.
struct FieldValue<'a, 'de> {
    kind: Kind,
    value: Value<'de>,
    /// The further values of a repeated field.
    more: Option<&'a mut Repeated<'de>>,
}

impl<'de> FieldValue<'_, 'de> {
    /// A single value.
    const fn alone(kind: &Kind, value: Value<'de>) -> Self {
        let (kind, more) = (*kind, None);
        Self { kind, value, more }
    }
}

impl<'de> Deserializer<'de> for FieldValue<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let all = |first| RepeatedValues {
            first: Some(first),
            more: self.more,
        };
        match (self.kind, self.value) {
            (Kind::Several(kind), first) => visitor.visit_seq(List(all(first), kind)),
            (Kind::Map(kind), first) => visitor.visit_map(Entries(all(first), kind, None)),
            (Kind::Text | Kind::TextIfAny, Value::Bytes(bytes)) => {
                visitor.visit_borrowed_str(text(bytes)?)
            }
            (Kind::Bool, Value::Number(number)) => visitor.visit_bool(number != 0),
            (Kind::Number, Value::Number(number)) => visitor.visit_i64(number.cast_signed()),
            (Kind::Message(fields), Value::Bytes(bytes)) => {
                visitor.visit_map(Message::new(bytes, fields))
            }
            (Kind::Quantity, Value::Bytes(bytes)) => {
                visitor.visit_borrowed_str(text(Fields(bytes).bytes_of(1)?)?)
            }
            (Kind::Time, Value::Bytes(b"")) => visitor.visit_unit(),
            (Kind::Time, Value::Bytes(bytes)) => visitor.visit_str(&time(bytes)?),
            _ => Err(Malformed.into()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self.kind, self.value) {
            // The zero time, which JSON writes as null.
            (Kind::Time, Value::Bytes(b"")) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|_| Malformed.into())
}

/// A time as JSON writes it: to the second (`Time.ProtoTime`, apimachinery 0.37.1).
fn time(bytes: &[u8]) -> Result<String, Error> {
    let (mut fields, mut seconds) = (Fields(bytes), 0);
    while let Some((number, value)) = fields.next()? {
        match value {
            Value::Number(value) if number == 1 => seconds = value.cast_signed(),
            _ if number == 1 => return Err(Malformed.into()),
            _ => {}
        }
    }
    let time = jiff::Timestamp::from_second(seconds).map_err(|_| Malformed)?;
    Ok(time.to_string())
}
