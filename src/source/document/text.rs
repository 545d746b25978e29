//! From a text to the objects in it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::input::Input;
use super::json::JsonValues;
use super::marked::{Marked, Node};
use super::object::{Body, Entry, Object};
use super::pieces::{Piece, pieces};
use super::unreadable::{error, json_error, no_kind, yaml_error};
use super::yaml;
use crate::source::SourceError;

/// Takes what a text is made of.
type Take<'t, 'a> = &'t mut dyn FnMut(Entry<'a>) -> Result<(), SourceError>;

/// Hands each entry of `input` to `take`, in their order.
pub(in crate::source) fn parse<'a>(
    input: &'a Input,
    take: Take<'_, 'a>,
) -> Result<(), SourceError> {
    let reader = Reader { input, depth: 0 };
    if !input.text.trim_start().starts_with(['{', '[']) {
        return reader.yaml(take);
    }
    match JsonValues::new(&input.text).all() {
        Ok(values) => reader.json(values, take),
        // What begins with a brace can also be YAML's flow style.
        Err(problem) => match yaml::parse(&input.text, 1) {
            Ok(_) => reader.yaml(take),
            Err(_) => Err(json_error(input, &problem)),
        },
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    input: &'a Input,
    /// How many lists there are around.
    depth: usize,
}

/// Lists in lists in lists: kubectl prints none in another.
const LISTS: usize = 8;

impl<'a> Reader<'a> {
    fn json(self, values: Vec<&'a RawValue>, take: Take<'_, 'a>) -> Result<(), SourceError> {
        let mut lines = JsonValues::new(&self.input.text);
        for value in values {
            let line = lines.line(value);
            if !value.get().starts_with('{') {
                return Err(self.error(line, "the document is no object"));
            }
            self.json_object(value, None, &mut lines, take)?;
        }
        Ok(())
    }

    fn json_object(
        self,
        raw: &'a RawValue,
        outer: Option<(&str, &str)>,
        lines: &mut JsonValues<'a>,
        take: Take<'_, 'a>,
    ) -> Result<(), SourceError> {
        let line = lines.line(raw);
        let header: JsonHeader<'a> = serde_json::from_str(raw.get())
            .map_err(|_| self.error(line, "this is no object with `apiVersion` and `kind`"))?;
        let metadata = header.metadata.map(RawValue::get);
        let metadata: Metadata = metadata
            .and_then(|m| serde_json::from_str(m).ok())
            .unwrap_or_default();
        let object = Object {
            input: self.input,
            line,
            api_version: string(header.api_version, outer.map(|o| o.0)),
            kind: string(header.kind, outer.map(|o| o.1)),
            namespace: string(metadata.namespace, None),
            name: string(metadata.name, None),
            body: Body::Json(raw),
        };
        let Some(list) = header.items.filter(|_| is_list(&object.kind)) else {
            let version = header.server_version.map(|v| v.git_version);
            let is_version = version.is_some() || header.client_version.is_some();
            return self.object(object, is_version.then(|| version.flatten()), take);
        };
        let items: Vec<&RawValue> = match list.get() {
            "null" => Vec::new(),
            text => serde_json::from_str(text)
                .map_err(|_| self.error(lines.line(list), "`items` is no list"))?,
        };
        let inner = take_list(&object, take)?;
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        for item in items {
            self.deeper(line)?.json_object(item, inner, lines, take)?;
        }
        Ok(())
    }

    fn yaml(self, take: Take<'_, 'a>) -> Result<(), SourceError> {
        let mut documents = 0;
        for piece in pieces(&self.input.text) {
            documents += 1;
            match piece {
                Piece::Whole { text, line } => {
                    documents += self.yaml_documents(text, line, take)?;
                    documents -= 1;
                }
                Piece::List { head, items } => self.yaml_list(&head, items, take)?,
            }
        }
        if documents == 0 {
            return Err(self.error(1, "the file holds no object"));
        }
        Ok(())
    }

    fn yaml_documents(
        self,
        text: &str,
        line: usize,
        take: Take<'_, 'a>,
    ) -> Result<usize, SourceError> {
        let yaml = yaml::parse(text, line).map_err(|e| yaml_error(self.input, &e))?;
        let count = yaml.documents.len();
        for duplicate in yaml.duplicates {
            take(Entry::Duplicate(duplicate))?;
        }
        for document in yaml.documents {
            self.yaml_object(document, None, take)?;
        }
        Ok(count)
    }

    /// A list in kubectl's style, one item at a time.
    fn yaml_list(
        self,
        head: &str,
        items: Vec<(&str, usize)>,
        take: Take<'_, 'a>,
    ) -> Result<(), SourceError> {
        let head = yaml::parse(head, 1).map_err(|e| yaml_error(self.input, &e))?;
        let Some(head) = head.documents.into_iter().next() else {
            return Err(self.error(1, "the list has no `kind`"));
        };
        let list = self.yaml_header(Cow::Owned(head), None);
        if !is_list(&list.kind) {
            let line = items.last().map_or(1, |(_, line)| *line);
            return Err(no_kind(&list, line));
        }
        let inner = take_list(&list, take)?;
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        for (text, line) in items {
            let parsed = yaml::parse(text, line).map_err(|e| yaml_error(self.input, &e))?;
            for duplicate in parsed.duplicates {
                take(Entry::Duplicate(duplicate))?;
            }
            for document in parsed.documents {
                let Node::List(elements) = document.node else {
                    return Err(self.error(line, "`items` is no list"));
                };
                for element in elements {
                    self.yaml_object(element, inner, take)?;
                }
            }
        }
        Ok(())
    }

    fn yaml_header(self, value: Cow<'a, Marked>, outer: Option<(&str, &str)>) -> Object<'a> {
        let text = |key: &str, outer: Option<&str>| {
            let own = value.text_at(key).map(str::to_owned);
            own.unwrap_or_else(|| outer.unwrap_or_default().to_owned())
        };
        let metadata = |key: &str| {
            let metadata = value.get("metadata");
            metadata
                .and_then(|m| m.text_at(key))
                .unwrap_or_default()
                .to_owned()
        };
        Object {
            input: self.input,
            line: value.line,
            api_version: text("apiVersion", outer.map(|o| o.0)),
            kind: text("kind", outer.map(|o| o.1)),
            namespace: metadata("namespace"),
            name: metadata("name"),
            body: Body::Yaml(value),
        }
    }

    fn yaml_object(
        self,
        value: Marked,
        outer: Option<(&str, &str)>,
        take: Take<'_, 'a>,
    ) -> Result<(), SourceError> {
        if !matches!(value.node, Node::Map(_)) {
            let problem = format!(
                "this is {}, where an object with `apiVersion` and `kind` is wanted",
                value.what()
            );
            return Err(self.error(value.line, &problem));
        }
        let items = value.get("items").cloned();
        let version = value
            .get("serverVersion")
            .map(|v| v.text_at("gitVersion").map(str::to_owned));
        let is_version = version.is_some() || value.get("clientVersion").is_some();
        let object = self.yaml_header(Cow::Owned(value), outer);
        if !is_list(&object.kind) {
            return self.object(object, is_version.then(|| version.flatten()), take);
        }
        let inner = take_list(&object, take)?;
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        let Some(items) = items else { return Ok(()) };
        let Node::List(elements) = items.node else {
            return Err(self.error(items.line, "`items` is no list"));
        };
        for element in elements {
            self.deeper(element.line)?
                .yaml_object(element, inner, take)?;
        }
        Ok(())
    }

    /// The reader of a list's items.
    fn deeper(self, line: usize) -> Result<Self, SourceError> {
        if self.depth == LISTS {
            return Err(self.error(line, "there are too many lists in lists here"));
        }
        let depth = self.depth + 1;
        Ok(Self { depth, ..self })
    }

    /// Hands over what isn't a list.
    fn object(
        self,
        object: Object<'a>,
        version: Option<Option<String>>,
        take: Take<'_, 'a>,
    ) -> Result<(), SourceError> {
        if !object.kind.is_empty() {
            return take(Entry::Object(object));
        }
        match version {
            Some(version) => take(Entry::ServerVersion(version)),
            None => Err(no_kind(&object, object.line)),
        }
    }

    fn error(self, line: usize, problem: &str) -> SourceError {
        error(self.input, line, problem)
    }
}

/// Announces a list of one kind, and says what its items are that don't say it themselves.
fn take_list(
    list: &Object<'_>,
    take: Take<'_, '_>,
) -> Result<Option<(String, String)>, SourceError> {
    let kind = list.kind.strip_suffix("List").unwrap_or_default();
    if kind.is_empty() {
        return Ok(None);
    }
    take(Entry::ListOf {
        api_version: list.api_version.clone(),
        kind: kind.to_owned(),
    })?;
    Ok(Some((list.api_version.clone(), kind.to_owned())))
}

fn is_list(kind: &str) -> bool {
    kind.ends_with("List")
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
