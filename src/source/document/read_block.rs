//! The objects of a YAML text in kubectl's own style.

use super::block::{Block, Tape};
use super::object::{Body, Entry, Object};
use super::text::{Read, Reader, Take, is_list};
use super::visitor::ObjectVisitor;
use crate::source::SourceError;

impl<L: ObjectVisitor> Reader<'_, L> {
    /// Items of a list; `outer` is what those are that don't say it themselves.
    pub(super) fn blocks(
        self,
        tape: &Tape<'_>,
        outer: Option<(&str, &str)>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let root = tape.root();
        match root.elements() {
            Some(mut items) => items.try_for_each(|item| self.block(item, outer, take)),
            None => self.block(root, outer, take),
        }
    }

    /// An object.
    pub(super) fn block(
        self,
        block: Block<'_>,
        outer: Option<(&str, &str)>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let text = |key| block.get(key).and_then(Block::text);
        let api_version = text("apiVersion")
            .or(outer.map(|o| o.0))
            .unwrap_or_default();
        let kind = text("kind").or(outer.map(|o| o.1)).unwrap_or_default();
        // Whatever isn't simply an object.
        if api_version.is_empty() || kind.is_empty() || is_list(kind) {
            return self.yaml_object(block.spanned(), outer, take);
        }
        let metadata = block.get("metadata");
        let metadata = |key| metadata.and_then(|m| m.get(key)).and_then(Block::text);
        take(Read::Entry(Entry::Object(self.visitor.visit(Object {
            file: self.file.clone(),
            line: block.line(),
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: metadata("namespace").unwrap_or_default().to_owned(),
            name: metadata("name").unwrap_or_default().to_owned(),
            body: Body::Block(block),
        }))))
    }
}
