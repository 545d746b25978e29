//! What decoding, conversion, storage and encoding do to a value.

use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use crate::apply::schema::{Field, Kind};
use crate::model::DecodeError;
use crate::model::quantity::Quantity;

/// The value as the API server writes it after decoding it into the Go type and storing it as
/// protobuf: unknown fields and empty optional ones are dropped, structs that aren't pointers are
/// present, quantities and times are canonical. `null` is the empty value of its type, as in Go's
/// decoder.
pub(super) fn canonical(value: Value, kind: &Kind, unknown: Unknown) -> Result<Value, DecodeError> {
    let path = Vec::new();
    Writer { path, unknown }.value(value, kind)
}

/// What happens to fields that the table doesn't have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// They are dropped, as on a server of the table's release.
    Dropped,
    /// They stay, because a newer server wrote them.
    Kept,
}

/// The writer's position in the object.
struct Writer {
    path: Vec<String>,
    unknown: Unknown,
}

impl Writer {
    fn value(&mut self, value: Value, kind: &Kind) -> Result<Value, DecodeError> {
        Ok(match (kind, value) {
            (Kind::Pointer(_), Value::Null) => Value::Null,
            (Kind::Pointer(to), value) => self.value(value, to)?,
            (Kind::Struct(_), Value::Null) => self.object(Map::new(), kind)?,
            (Kind::Struct(_), Value::Object(map)) => self.object(map, kind)?,
            (Kind::List(_) | Kind::Map(_) | Kind::Time, Value::Null) => Value::Null,
            (Kind::List(element), Value::Array(list)) => self.list(list, element)?,
            (Kind::Map(element), Value::Object(map)) => self.map(map, element)?,
            (Kind::Any, value) => value,
            (Kind::Text, Value::Null) => Value::from(""),
            (Kind::Bool, Value::Null) => Value::Bool(false),
            (Kind::Int32 | Kind::Int64 | Kind::IntOrString, Value::Null) => Value::from(0),
            (Kind::Quantity, Value::Null) => Value::from("0"),
            (Kind::Text | Kind::IntOrString, text @ Value::String(_)) => text,
            (Kind::Bool, value @ Value::Bool(_)) => value,
            (Kind::Int32 | Kind::IntOrString, Value::Number(number)) => {
                let small = whole(&number).and_then(|n| i32::try_from(n).ok());
                Value::from(small.ok_or_else(|| self.wrong(kind, &Value::Number(number)))?)
            }
            (Kind::Int64, Value::Number(number)) => {
                Value::from(whole(&number).ok_or_else(|| self.wrong(kind, &Value::Number(number)))?)
            }
            (Kind::Quantity, Value::String(text)) => self.quantity(&text)?,
            (Kind::Quantity, Value::Number(number)) => self.quantity(&plain(&number))?,
            (Kind::Time, Value::String(text)) => self.time(&text)?,
            (_, value) => return Err(self.wrong(kind, &value)),
        })
    }

    fn object(&mut self, mut map: Map<String, Value>, kind: &Kind) -> Result<Value, DecodeError> {
        let mut written = Map::new();
        for field in kind.fields() {
            let value = map.remove(field.name).unwrap_or_default();
            self.path.push(field.name.to_owned());
            let value = self.value(value, &field.kind)?;
            self.path.pop();
            if field.always || !is_empty(&value, field) {
                written.insert(field.name.to_owned(), value);
            }
        }
        if self.unknown == Unknown::Kept {
            // The prefix of a patch's directive.
            written.extend(map.into_iter().filter(|(key, _)| !key.starts_with('$')));
        }
        Ok(Value::Object(written))
    }

    fn list(&mut self, list: Vec<Value>, element: &Kind) -> Result<Value, DecodeError> {
        // Protobuf doesn't distinguish an empty list from none.
        if list.is_empty() {
            return Ok(Value::Null);
        }
        let mut written = Vec::with_capacity(list.len());
        for (index, value) in list.into_iter().enumerate() {
            self.path.push(format!("[{index}]"));
            written.push(self.value(value, element)?);
            self.path.pop();
        }
        Ok(Value::Array(written))
    }

    fn map(&mut self, map: Map<String, Value>, element: &Kind) -> Result<Value, DecodeError> {
        if map.is_empty() {
            return Ok(Value::Null);
        }
        let mut written = Map::new();
        for (key, value) in map {
            self.path.push(format!("[{key}]"));
            let value = self.value(value, element)?;
            self.path.pop();
            written.insert(key, value);
        }
        Ok(Value::Object(written))
    }

    fn quantity(&self, text: &str) -> Result<Value, DecodeError> {
        // `Quantity.UnmarshalJSON` ignores spaces around it.
        let quantity = Quantity::parse(text.trim());
        let quantity = quantity.map_err(|problem| self.error(problem.to_string()))?;
        Ok(Value::from(quantity.to_string()))
    }

    fn time(&self, text: &str) -> Result<Value, DecodeError> {
        let time: Timestamp = text.parse().map_err(|_| {
            self.error(format!(
                "`{text}` is no time: write it as 2026-01-31T12:00:00Z"
            ))
        })?;
        Ok(Value::from(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
    }

    fn wrong(&self, kind: &Kind, value: &Value) -> DecodeError {
        let wanted = match kind {
            Kind::Struct(_) | Kind::Map(_) => "a map",
            Kind::List(_) => "a list",
            Kind::Bool => "true or false",
            Kind::Int32 => "a whole number of 32 bits",
            Kind::Int64 => "a whole number",
            Kind::Quantity => "a quantity",
            Kind::IntOrString => "a whole number of 32 bits or a text",
            _ => "a text",
        };
        self.error(format!("`{value}` stands where {wanted} is wanted"))
    }

    fn error(&self, problem: String) -> DecodeError {
        let path = self.path.join(".").replace(".[", "[");
        DecodeError { path, problem }
    }
}

/// What `omitempty` and `omitzero` leave out.
fn is_empty(value: &Value, field: &Field) -> bool {
    match (&field.kind, value) {
        (_, Value::Null) => true,
        (Kind::Text, Value::String(text)) => text.is_empty(),
        (Kind::Bool, Value::Bool(value)) => !value,
        (Kind::Int32 | Kind::Int64, Value::Number(number)) => number.as_i64() == Some(0),
        _ => false,
    }
}

/// A client writes 3.0 as 3, so the server sees a whole number.
fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| plain(number).parse().ok())
}

/// The number as a client writes it: without a fraction where there is none.
fn plain(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}
