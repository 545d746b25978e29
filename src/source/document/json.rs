//! JSON into raw values, and into values with lines where something is wrong.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::fields::Fields;
use super::spanned::{Field, Node, Spanned};
use super::stream::newlines;
use super::yaml::Duplicate;

/// No object of the API is nested as deeply as this.
const DEPTH: usize = 128;

/// The values of a JSON text, one after the other, with the lines they begin on.
pub(super) struct JsonValues<'a> {
    text: &'a str,
    /// The line of the byte at `counted`.
    line: usize,
    counted: usize,
    first_line: usize,
    /// The keys that an object has twice, as far as values were read with lines.
    pub duplicates: Vec<Duplicate>,
}

impl<'a> JsonValues<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self::at_line(text, 1)
    }

    /// A text whose first line has this number.
    pub(super) fn at_line(text: &'a str, line: usize) -> Self {
        Self {
            text,
            line,
            counted: 0,
            first_line: line,
            duplicates: Vec::new(),
        }
    }

    /// The one value that the text is, with lines.
    pub(super) fn mark_all(&mut self) -> Result<Spanned, serde_json::Error> {
        let value = serde_json::from_str(self.text)?;
        self.mark(value, 0)
    }

    /// All values at the top.
    pub(super) fn all(&self) -> Result<Vec<&'a RawValue>, serde_json::Error> {
        serde_json::Deserializer::from_str(self.text)
            .into_iter()
            .collect()
    }

    /// The line that `value`, a part of the text, begins on. Cheap when the
    /// values are asked for in their order.
    pub(super) fn line(&mut self, value: &str) -> usize {
        let start = self.text.as_ptr() as usize;
        let offset = (value.as_ptr() as usize).saturating_sub(start);
        if offset < self.counted {
            (self.counted, self.line) = (0, self.first_line);
        }
        let between = self.text.as_bytes().get(self.counted..offset);
        self.line += newlines(between.unwrap_or_default());
        self.counted = offset;
        self.line
    }

    /// `value`, a part of the text, with lines. It reads the text once for
    /// each level of nesting: for errors and for single objects.
    fn mark(&mut self, value: &'a RawValue, depth: usize) -> Result<Spanned, serde_json::Error> {
        if depth > DEPTH {
            return Err(de::Error::custom("it is nested too deeply"));
        }
        let text = value.get();
        let line = self.line(text);
        let node = match text.as_bytes().first() {
            Some(b'{') => {
                let mut fields = Fields::default();
                for (key, value) in entries(text)? {
                    let value = self.mark(value, depth + 1)?;
                    let line = value.line;
                    fields.push(Field { key, line, value });
                }
                Node::Map(fields.finish(&mut self.duplicates))
            }
            Some(b'[') => {
                let elements: Vec<&RawValue> = serde_json::from_str(text)?;
                let elements = elements.into_iter().map(|e| self.mark(e, depth + 1));
                Node::List(elements.collect::<Result<_, _>>()?)
            }
            _ => match serde_json::from_str(text)? {
                Value::String(text) => Node::Text(text),
                value => Node::Plain(value, text.into()),
            },
        };
        Ok(Spanned { line, node })
    }
}

/// Whether `problem` is only that `text` ends too early: in a number, as in `1.`, that looks like
/// an error at the end.
pub(super) fn is_cut(problem: &serde_json::Error, text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default();
    let is_at_end =
        || problem.column() >= last.len() && problem.line() == newlines(text.as_bytes()) + 1;
    problem.is_eof() || (problem.is_syntax() && is_at_end())
}

/// The entries of an object in order, of which the last one for each key counts.
pub(super) fn entries(text: &str) -> Result<Vec<(String, &RawValue)>, serde_json::Error> {
    let Entries(entries) = serde_json::from_str(text)?;
    Ok(entries)
}

struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}
