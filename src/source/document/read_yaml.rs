//! The objects of a YAML text.

use std::borrow::Cow;

use memchr::memmem;

use super::block;
use super::foreign::{has_message, message};
use super::object::{Body, Entry, Object};
use super::pieces::{Piece, pieces};
use super::shown;
use super::spanned::{Node, Spanned};
use super::stream::newlines;
use super::text::{Read, Reader, Take, Untyped, is_list, take_list};
use super::unreadable::{no_kind, yaml_error};
use super::visitor::ObjectVisitor;
use super::yaml::{self, Yaml, YamlError};
use crate::source::SourceError;

impl<L: ObjectVisitor> Reader<'_, L> {
    /// The documents of the reader's text; how many there are.
    pub(super) fn yaml(self, take: Take<'_, L::Output>) -> Result<usize, SourceError> {
        self.check_markers()?;
        let mut documents = 0;
        let before = self.around.line - 1;
        for piece in pieces(self.around.text) {
            match piece {
                Piece::Whole { text, line } => {
                    documents += self.yaml_documents(text, before + line, take)?;
                }
                Piece::List { head, items } => {
                    documents += 1;
                    self.yaml_list(&head, items, take)?;
                }
            }
        }
        Ok(documents)
    }

    /// kubectl takes a line that begins with `---` as a marker, whatever follows on it.
    fn check_markers(self) -> Result<(), SourceError> {
        let text = self.around.text;
        for at in memmem::find_iter(text.as_bytes(), b"---") {
            let (before, marker) = text.split_at(at);
            let begins_line = before.is_empty() || before.ends_with('\n');
            let line = marker.lines().next().unwrap_or_default();
            let rest = line.strip_prefix("---").unwrap_or_default().trim_start();
            if begins_line && !rest.is_empty() && !rest.starts_with('#') {
                let line = self.around.line + newlines(before.as_bytes());
                let problem = "kubectl takes nothing but a comment after `---`: begin the document on the next line";
                return Err(self.error(line, problem));
            }
        }
        Ok(())
    }

    /// Documents that aren't cut into items; how many there are.
    fn yaml_documents(
        self,
        text: &str,
        line: usize,
        take: Take<'_, L::Output>,
    ) -> Result<usize, SourceError> {
        if let Some(tape) = block::read(text, line) {
            let root = tape.root();
            match root.elements() {
                Some(_) => self.yaml_document(root.spanned(), take)?,
                None => self.block(root, None, take)?,
            }
            return Ok(1);
        }
        let yaml = yaml::parse(text, line, self.budget).map_err(|e| self.no_yaml(&e))?;
        let count = yaml.documents.len();
        for document in self.duplicates(yaml, take)? {
            self.yaml_document(document, take)?;
        }
        Ok(count)
    }

    /// A document: an object, or several without a list around them, as `yq .items` prints them.
    fn yaml_document(
        self,
        document: Spanned,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let is_object = |value: &Spanned| matches!(value.node, Node::Map(_));
        match document.node {
            Node::List(objects) if objects.iter().all(is_object) => {
                take(Read::Entry(Entry::Bare(document.line)))?;
                let reader = self.deeper(document.line)?;
                let mut objects = objects.into_iter();
                objects.try_for_each(|object| reader.yaml_object(object, None, take))
            }
            _ => self.yaml_object(document, None, take),
        }
    }

    fn duplicates(
        self,
        yaml: Yaml,
        take: Take<'_, L::Output>,
    ) -> Result<Vec<Spanned>, SourceError> {
        for duplicate in yaml.duplicates {
            take(Read::Entry(Entry::Duplicate(duplicate)))?;
        }
        Ok(yaml.documents)
    }

    fn no_yaml(self, problem: &YamlError) -> SourceError {
        yaml_error(self.file, self.around, problem)
    }

    /// A list in kubectl's style, one item at a time.
    fn yaml_list(
        self,
        head: &str,
        items: Vec<(&str, usize)>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let before = self.around.line - 1;
        let line = before + items.last().map_or(1, |(_, line)| *line);
        let inner = self.yaml_head(head, line, take)?;
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        for (text, line) in items {
            self.yaml_items(text, before + line, inner, take)?;
        }
        Ok(())
    }

    /// What stands around the items of a list, the last of which begins on `line`;
    /// says what they are that don't say it themselves.
    pub(super) fn yaml_head(
        self,
        head: &str,
        line: usize,
        take: Take<'_, L::Output>,
    ) -> Result<Option<(String, String)>, SourceError> {
        let first_line = self.around.line;
        if has_message(head)
            && let Some(problem) = message(self.file, self.around)
        {
            return Err(problem);
        }
        let head = yaml::parse(head, first_line, self.budget).map_err(|e| self.no_yaml(&e))?;
        let Some(head) = head.documents.into_iter().next() else {
            return Err(self.error(first_line, "the list has no `kind`"));
        };
        let list = self.yaml_header(head, None);
        if list.kind.is_empty() {
            return Err(no_kind(&list, line));
        }
        if !is_list(&list.kind) {
            let problem = format!(
                "`items` stands before `kind`, and the kind `{}` is no list: put `kind` first, unless the file is cut off",
                shown(&list.kind)
            );
            return Err(self.error(list.line, &problem));
        }
        take_list(&list.api_version, &list.kind, take)
    }

    /// Items of a list, which begin on `line`.
    pub(super) fn yaml_items(
        self,
        text: &str,
        line: usize,
        outer: Option<(&str, &str)>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        if let Some(tape) = block::read(text, line) {
            return self.blocks(&tape, outer, take);
        }
        let parsed = yaml::parse(text, line, self.budget).map_err(|e| self.no_yaml(&e))?;
        for document in self.duplicates(parsed, take)? {
            let Node::List(elements) = document.node else {
                return Err(self.error(line, "`items` is no list"));
            };
            for element in elements {
                self.yaml_object(element, outer, take)?;
            }
        }
        Ok(())
    }

    fn yaml_header(self, value: Spanned, outer: Option<(&str, &str)>) -> Object<'static> {
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
            file: self.file.clone(),
            line: value.line,
            api_version: text("apiVersion", outer.map(|o| o.0)),
            kind: text("kind", outer.map(|o| o.1)),
            namespace: metadata("namespace"),
            name: metadata("name"),
            body: Body::Yaml(Cow::Owned(value)),
        }
    }

    pub(super) fn yaml_object(
        self,
        value: Spanned,
        outer: Option<(&str, &str)>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        if !matches!(value.node, Node::Map(_)) {
            let problem = format!(
                "this is {}, where an object with `apiVersion` and `kind` is wanted",
                value.what()
            );
            return Err(self.wrong(self.error(value.line, &problem)));
        }
        let is_version = ["serverVersion", "clientVersion"]
            .iter()
            .any(|key| value.get(key).is_some());
        let object = self.yaml_header(value, outer);
        if self.is_untyped && (object.kind.is_empty() || object.api_version.is_empty()) {
            let Body::Yaml(value) = object.body else {
                return Ok(());
            };
            return take(Read::Untyped(Untyped::Yaml(value.into_owned())));
        }
        if !is_list(&object.kind) {
            return self.object(object, is_version, take);
        }
        let inner = take_list(&object.api_version, &object.kind, take)?;
        let is_of_any = inner.is_none();
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        let elements = match items(object) {
            None => Vec::new(),
            Some(items) => match items.node {
                Node::List(elements) => elements,
                _ => return Err(self.error(items.line, "`items` is no list")),
            },
        };
        if is_of_any && elements.is_empty() {
            take(Read::Entry(Entry::EmptyList))?;
        }
        for element in elements {
            self.deeper(element.line)?
                .yaml_object(element, inner, take)?;
        }
        Ok(())
    }
}

/// The items of a list that has any.
fn items(list: Object<'_>) -> Option<Spanned> {
    let Body::Yaml(value) = list.body else {
        return None;
    };
    let Node::Map(fields) = value.into_owned().node else {
        return None;
    };
    let mut fields = fields.into_iter();
    let items = fields.find(|f| f.key == "items")?.value;
    (!items.is_null()).then_some(items)
}
