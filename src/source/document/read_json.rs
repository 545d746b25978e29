//! The objects of a JSON text.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::json::JsonValues;
use super::look::Look;
use super::object::{Body, Entry, Object};
use super::once::{Once, once};
use super::text::{Read, Reader, Take, Untold, is_list, take_list};
use super::unreadable::json_error;
use crate::source::SourceError;

impl<L: Look> Reader<'_, L> {
    /// The values of a whole text.
    pub(super) fn json(
        self,
        values: Vec<&RawValue>,
        take: Take<'_, L::Seen>,
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
        take: Take<'_, L::Seen>,
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
        take: Take<'_, L::Seen>,
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
        take: Take<'_, L::Seen>,
    ) -> Result<(), SourceError> {
        let line = lines.line(text);
        if let Once::Quick(quick, _) = once(self.look, text, outer) {
            let seen = self.look.finish(quick, text, line);
            return take(Read::Entry(Entry::Object(seen)));
        }
        let header: JsonHeader<'_> = serde_json::from_str(text)
            .map_err(|_| self.error(line, "this is no object with `apiVersion` and `kind`"))?;
        let metadata = header.metadata.map(RawValue::get);
        let metadata: Metadata = metadata
            .and_then(|m| serde_json::from_str(m).ok())
            .unwrap_or_default();
        let object = Object {
            file: self.file.clone(),
            line,
            api_version: string(header.api_version, outer.map(|o| o.0)),
            kind: string(header.kind, outer.map(|o| o.1)),
            namespace: string(metadata.namespace, None),
            name: string(metadata.name, None),
            body: Body::Json(text),
        };
        if self.is_untold && (object.kind.is_empty() || object.api_version.is_empty()) {
            let text = text.to_owned();
            return take(Read::Untold(Untold::Json { text, line }));
        }
        let Some(list) = header.items.filter(|_| is_list(&object.kind)) else {
            let version = header.server_version.map(|v| v.git_version);
            let is_version = version.is_some() || header.client_version.is_some();
            return self.object(object, is_version.then(|| version.flatten()), take);
        };
        let items: Vec<&RawValue> = match list.get() {
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

fn string(value: Option<Value>, outer: Option<&str>) -> String {
    match value {
        Some(Value::String(text)) => text,
        _ => outer.unwrap_or_default().to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonHeader<'a> {
    api_version: Option<Value>,
    kind: Option<Value>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    server_version: Option<Version>,
    client_version: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    name: Option<Value>,
    namespace: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    git_version: Option<String>,
}
