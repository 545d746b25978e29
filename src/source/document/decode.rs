//! From values with lines to the API's types.
//!
//! Null means the zero value, as in Go. A value of the wrong type is an error
//! with its field path and line; a field that the type doesn't have is noted.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::mismatch::mismatch;
use super::shown;
use super::spanned::{Field, Node, Spanned};

/// A value with an unexpected type or content.
#[derive(Clone, Debug)]
pub(in crate::source) struct Failure {
    pub line: usize,
    /// What is wrong, with the field's path.
    pub problem: String,
}

/// A field unknown to the API.
#[derive(Clone, Debug)]
pub(in crate::source) struct Unknown {
    /// Path of the object that has it; empty at the top.
    pub parent: String,
    pub field: String,
    pub line: usize,
    /// The fields that the object can have.
    pub known: &'static [&'static str],
}

/// Decodes `value`, and names the fields that `T` doesn't have.
pub(in crate::source) fn decode<'a, T: Deserialize<'a>>(
    value: &'a Spanned,
) -> Result<(T, Vec<Unknown>), Failure> {
    let context = Context::default();
    let decoded = T::deserialize(ValueAt {
        value,
        context: &context,
    });
    match decoded {
        Ok(decoded) => Ok((decoded, context.unknown.into_inner())),
        Err(problem) => {
            let failed = context.failed.into_inner();
            Err(failed.unwrap_or_else(|| failure(&[], value.line, value, &problem)))
        }
    }
}

/// One step of a path.
#[derive(Clone, Copy)]
pub(in crate::source) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// `spec.template.metadata.labels[a.b/c]`, `spec.containers[0].name`.
pub(in crate::source) fn path_text(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Key(key) if key.contains(['.', '/', '[', ']', ' ']) || key.is_empty() => {
                path.push_str(&format!("[{}]", shown(key)));
            }
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&shown(key));
            }
        }
    }
    path
}

#[derive(Default)]
struct Context<'a> {
    steps: RefCell<Vec<Step<'a>>>,
    failed: RefCell<Option<Failure>>,
    unknown: RefCell<Vec<Unknown>>,
}

impl<'a> Context<'a> {
    /// Decodes the value at `step`; the innermost failure is the one that is kept.
    fn below<T>(
        &self,
        step: Step<'a>,
        (line, value): (usize, &Spanned),
        decode: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.steps.borrow_mut().push(step);
        let decoded = decode();
        if let Err(problem) = &decoded {
            let mut failed = self.failed.borrow_mut();
            failed.get_or_insert_with(|| failure(&self.steps.borrow(), line, value, problem));
        }
        self.steps.borrow_mut().pop();
        decoded
    }

    fn note_unknown(&self, fields: &[Field], known: &'static [&'static str]) {
        for field in fields.iter().filter(|f| !known.contains(&f.key.as_str())) {
            self.unknown.borrow_mut().push(Unknown {
                parent: path_text(&self.steps.borrow()),
                field: field.key.clone(),
                line: field.line,
                known,
            });
        }
    }
}

/// Why a type refused a value.
#[derive(Debug)]
enum Problem {
    /// It expects something else, in serde's words.
    Expected(String),
    Missing(&'static str),
    Other(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) | Self::Other(what) => f.write_str(what),
            Self::Missing(field) => f.write_str(field),
        }
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

fn failure(steps: &[Step<'_>], line: usize, value: &Spanned, problem: &Problem) -> Failure {
    let path = path_text(steps);
    let subject = if path.is_empty() {
        "the document".to_owned()
    } else {
        format!("`{path}`")
    };
    let problem = match problem {
        Problem::Expected(expected) => format!("{subject} {}", mismatch(value, expected)),
        Problem::Missing(field) => format!("{subject} has no `{field}`"),
        Problem::Other(message) => match value.text() {
            Some(text) => format!("{subject} is `{}`: {}", shown(text), shown(message)),
            None => format!("{subject}: {}", shown(message)),
        },
    };
    Failure { line, problem }
}

/// A value and the position of decoding.
struct ValueAt<'a, 'c> {
    value: &'a Spanned,
    context: &'c Context<'a>,
}

impl ValueAt<'_, '_> {
    fn is_null(&self) -> bool {
        self.value.is_null()
    }
}

/// The methods of a `Deserializer` with an `is_null` that read null as the zero value, as Go does.
macro_rules! null_is_zero {
    ($error:ty) => {
        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, $error> {
            if self.is_null() {
                return visitor.visit_none();
            }
            visitor.visit_some(self)
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            visitor: V,
        ) -> Result<V::Value, $error> {
            visitor.visit_newtype_struct(self)
        }

        $crate::source::document::decode::null_is_zero! {
            $error;
            deserialize_bool => visit_bool(false);
            deserialize_i8 => visit_i64(0);
            deserialize_i16 => visit_i64(0);
            deserialize_i32 => visit_i64(0);
            deserialize_i64 => visit_i64(0);
            deserialize_u8 => visit_u64(0);
            deserialize_u16 => visit_u64(0);
            deserialize_u32 => visit_u64(0);
            deserialize_u64 => visit_u64(0);
            deserialize_f32 => visit_f64(0.0);
            deserialize_f64 => visit_f64(0.0);
            deserialize_str => visit_borrowed_str("");
            deserialize_string => visit_borrowed_str("");
        }
    };
    ($error:ty; $($method:ident => $visit:ident($zero:expr);)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, $error> {
            if self.is_null() {
                return visitor.$visit($zero);
            }
            self.deserialize_any(visitor)
        }
    )*};
}
pub(super) use null_is_zero;

impl<'de> Deserializer<'de> for ValueAt<'de, '_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.value.node {
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::Plain(value, _) => plain(value, visitor),
            Node::List(elements) => visitor.visit_seq(Elements {
                elements: elements.iter().enumerate(),
                context: self.context,
            }),
            Node::Map(fields) => visitor.visit_map(Fields {
                fields: fields.iter(),
                value: None,
                context: self.context,
            }),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.value.is_null() {
            return visitor.visit_seq(Elements {
                elements: [].iter().enumerate(),
                context: self.context,
            });
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.value.is_null() {
            return visitor.visit_map(Fields {
                fields: [].iter(),
                value: None,
                context: self.context,
            });
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        // A derived type would accept a list as its fields in order; the API doesn't.
        if matches!(self.value.node, Node::List(_)) {
            return Err(Problem::Expected("a map".to_owned()));
        }
        self.context.note_unknown(self.value.fields(), fields);
        self.deserialize_map(visitor)
    }

    null_is_zero!(Problem);

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier ignored_any
    }
}

fn plain<'de, V: Visitor<'de>>(value: &Value, visitor: V) -> Result<V::Value, Problem> {
    match value {
        Value::Bool(value) => visitor.visit_bool(*value),
        Value::Number(number) => {
            if let Some(number) = number.as_u64() {
                visitor.visit_u64(number)
            } else if let Some(number) = number.as_i64() {
                visitor.visit_i64(number)
            } else {
                visitor.visit_f64(number.as_f64().unwrap_or_default())
            }
        }
        _ => visitor.visit_unit(),
    }
}

struct Elements<'a, 'c> {
    elements: std::iter::Enumerate<std::slice::Iter<'a, Spanned>>,
    context: &'c Context<'a>,
}

impl<'de> de::SeqAccess<'de> for Elements<'de, '_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Problem> {
        let Some((index, value)) = self.elements.next() else {
            return Ok(None);
        };
        let context = self.context;
        let decode = || seed.deserialize(ValueAt { value, context });
        let place = (value.line, value);
        context.below(Step::Index(index), place, decode).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

struct Fields<'a, 'c> {
    fields: std::slice::Iter<'a, Field>,
    value: Option<&'a Field>,
    context: &'c Context<'a>,
}

impl<'de> de::MapAccess<'de> for Fields<'de, '_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        self.value = self.fields.next();
        let Some(field) = self.value else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(&field.key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Problem> {
        let Some(field) = self.value.take() else {
            return Err(Problem::Other("a value without a key".to_owned()));
        };
        let (value, context) = (&field.value, self.context);
        let decode = || seed.deserialize(ValueAt { value, context });
        context.below(Step::Key(&field.key), (field.line, value), decode)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.fields.len())
    }
}
