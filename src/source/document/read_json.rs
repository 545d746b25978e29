//! The objects of a JSON text.

use serde_json::value::RawValue;

use super::json::{JsonValues, entries};
use super::object::{Body, Entry, Object};
use super::once::{Once, once};
use super::text::{Read, Reader, Take, Untyped, is_list, take_list};
use super::unreadable::json_error;
use super::visitor::ObjectVisitor;
use crate::source::SourceError;

impl<L: ObjectVisitor> Reader<'_, L> {
    /// The values of a whole text.
    pub(super) fn json(
        self,
        values: Vec<&RawValue>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let mut lines = JsonValues::at_line(self.around.text, self.around.line);
        values
            .into_iter()
            .try_for_each(|value| self.json_value(value.get(), &mut lines, take))
    }

    /// A value at the top; `lines` are those of a text that it is a part of.
    pub(super) fn json_value(
        self,
        text: &str,
        lines: &mut JsonValues<'_>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        match text.as_bytes().first() {
            Some(b'{') => self.json_object(text, None, lines, take),
            Some(b'[') => self.json_array(text, lines, take),
            _ => Err(self.error(lines.line(text), "the document is no object")),
        }
    }

    /// Objects without a list around them, as `jq .items` prints them.
    fn json_array(
        self,
        text: &str,
        lines: &mut JsonValues<'_>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let line = lines.line(text);
        let items: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|problem| json_error(self.file, line, &problem))?;
        take(Read::Entry(Entry::Bare(line)))?;
        let reader = self.deeper(line)?;
        let mut items = items.into_iter();
        items.try_for_each(|item| reader.json_object(item.get(), None, lines, take))
    }

    /// One object; `lines` are those of a text that it is a part of.
    pub(super) fn json_object(
        self,
        text: &str,
        outer: Option<(&str, &str)>,
        lines: &mut JsonValues<'_>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let line = lines.line(text);
        if let Once::Decoded(quick, _) = once(self.visitor, text, outer) {
            let seen = self.visitor.finish(quick, text, line);
            return take(Read::Entry(Entry::Object(seen)));
        }
        let header = entries(text)
            .map(Header)
            .map_err(|_| self.error(line, "this is no object with `apiVersion` and `kind`"))?;
        let metadata = header.get("metadata").and_then(|m| entries(m).ok());
        let metadata = Header(metadata.unwrap_or_default());
        let object = Object {
            file: self.file.clone(),
            line,
            api_version: header.text("apiVersion", outer.map(|o| o.0)),
            kind: header.text("kind", outer.map(|o| o.1)),
            namespace: metadata.text("namespace", None),
            name: metadata.text("name", None),
            body: Body::Json(text),
        };
        if self.is_untyped && (object.kind.is_empty() || object.api_version.is_empty()) {
            let text = text.to_owned();
            return take(Read::Untyped(Untyped::Json { text, line }));
        }
        let Some(list) = header.get("items").filter(|_| is_list(&object.kind)) else {
            let is_version = header.has("serverVersion") || header.has("clientVersion");
            return self.object(object, is_version, take);
        };
        let items: Vec<&RawValue> = match list {
            "null" => Vec::new(),
            text => serde_json::from_str(text)
                .map_err(|_| self.error(lines.line(text), "`items` is no list"))?,
        };
        let inner = take_list(&object.api_version, &object.kind, take)?;
        if inner.is_none() && items.is_empty() {
            take(Read::Entry(Entry::EmptyList))?;
        }
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        for item in items {
            self.deeper(line)?
                .json_object(item.get(), inner, lines, take)?;
        }
        Ok(())
    }
}

/// What an object says of itself.
struct Header<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Header<'a> {
    /// Of two entries of one key the last.
    fn get(&self, key: &str) -> Option<&'a str> {
        let mut entries = self.0.iter().rev();
        entries
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.get())
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value != "null")
    }

    /// A string; `outer` in the place of anything else.
    fn text(&self, key: &str, outer: Option<&str>) -> String {
        let own = self.get(key).and_then(|v| serde_json::from_str(v).ok());
        own.unwrap_or_else(|| outer.unwrap_or_default().to_owned())
    }
}
