//! The items of a JSON list, as far as a part of its text contains them.

use serde::de::IgnoredAny;

use super::json::{JsonValues, is_cut};
use super::object::Entry;
use super::once::{Once, once};
use super::stream::newlines;
use super::text::{Read, Reader};
use super::unreadable::{cut_off, json_error};
use super::visitor::ObjectVisitor;
use crate::source::SourceError;

/// Where in a list a text begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// After the bracket.
    Bracket,
    /// After an item.
    Item,
}

/// What stopped the reading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The end of the text, or an item that isn't there as a whole.
    Text,
    /// The closing bracket after the last item.
    Bracket,
}

/// What a text held.
pub(super) struct Items<S> {
    pub read: Vec<Read<S>>,
    /// The length of what was read: up to the end of an item or after the bracket.
    pub length: usize,
    pub end: End,
    /// Where the first item ends and the second begins.
    pub between: Option<(usize, usize)>,
    /// What is wrong after what was read.
    pub problem: Option<SourceError>,
}

impl<S> Items<S> {
    const fn new() -> Self {
        Self {
            read: Vec::new(),
            length: 0,
            end: End::Text,
            between: None,
            problem: None,
        }
    }

    /// Of a text that can't be read at all.
    pub(super) fn wrong(problem: SourceError) -> Self {
        let problem = Some(problem);
        Self {
            problem,
            ..Self::new()
        }
    }
}

impl<L: ObjectVisitor> Reader<'_, L> {
    /// The items of the reader's text.
    pub(super) fn json_items(self, begin: Begin, outer: Option<(&str, &str)>) -> Items<L::Output> {
        let mut items = Items::new();
        items.problem = self.fill(&mut items, begin, outer).err();
        items
    }

    fn fill(
        self,
        items: &mut Items<L::Output>,
        mut begin: Begin,
        outer: Option<(&str, &str)>,
    ) -> Result<(), SourceError> {
        let text = self.around.text;
        let mut lines = JsonValues::at_line(text, self.around.line);
        let mut first = None;
        loop {
            let Some(start) = self.next_item(items, begin)? else {
                return Ok(());
            };
            let rest = text.get(start..).unwrap_or_default();
            let length = match once(self.visitor, rest, outer) {
                Once::Cut => return Ok(()),
                Once::Decoded(quick, length) => {
                    let own = rest.get(..length).unwrap_or_default();
                    let seen = self.visitor.finish(quick, own, lines.line(own));
                    items.read.push(Read::Entry(Entry::Object(seen)));
                    length
                }
                Once::More => {
                    let Some(length) = self.extent(rest)? else {
                        return Ok(());
                    };
                    let own = rest.get(..length).unwrap_or_default();
                    let push = &mut |read| {
                        items.read.push(read);
                        Ok(())
                    };
                    self.json_object(own, outer, &mut lines, push)?;
                    length
                }
            };
            if let Some(end) = first {
                items.between.get_or_insert((end, start));
            }
            first.get_or_insert(start + length);
            items.length = start + length;
            begin = Begin::Item;
        }
    }

    /// Where the next item begins; `None` at an end.
    fn next_item<S>(
        self,
        items: &mut Items<S>,
        begin: Begin,
    ) -> Result<Option<usize>, SourceError> {
        let text = self.around.text;
        let mut at = items.length + blank(text.get(items.length..).unwrap_or_default());
        if begin == Begin::Item {
            match text.as_bytes().get(at) {
                Some(b',') => at += 1,
                Some(b']') => {}
                None => return Ok(None),
                Some(_) => return Err(self.no_json(at, "expected `,` or `]`")),
            }
            if text.as_bytes().get(at) != Some(&b']') {
                at += blank(text.get(at..).unwrap_or_default());
                if text.as_bytes().get(at) == Some(&b']') {
                    return Err(self.no_json(at, "trailing comma"));
                }
            }
        }
        match text.as_bytes().get(at) {
            None => Ok(None),
            Some(b']') => {
                (items.length, items.end) = (at + 1, End::Bracket);
                Ok(None)
            }
            Some(_) => Ok(Some(at)),
        }
    }

    /// The line of a part of the reader's text.
    fn line(self, part: &str) -> usize {
        JsonValues::at_line(self.around.text, self.around.line).line(part)
    }

    pub(super) fn no_json(self, at: usize, problem: &str) -> SourceError {
        let line = self.line(self.around.text.get(at..).unwrap_or_default());
        self.wrong(self.error(line, &format!("this is no JSON: {problem}")))
    }

    /// What to say where the file ends in the middle of the reader's text.
    pub(super) fn cut_off(self) -> SourceError {
        let line = self.around.line + newlines(self.around.text.as_bytes());
        cut_off(self.file, line)
    }

    /// The length of the value at the beginning of `text`, a part of the reader's text; `None`
    /// where it is cut.
    pub(super) fn extent(self, text: &str) -> Result<Option<usize>, SourceError> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => Ok(Some(values.byte_offset())),
            Some(Err(problem)) if !is_cut(&problem, text) => {
                Err(self.wrong(json_error(self.file, self.line(text), &problem)))
            }
            _ => Ok(None),
        }
    }
}

/// The length of the white space that `text` begins with.
pub(super) fn blank(text: &str) -> usize {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t');
    text.bytes().take_while(|b| is_blank(b)).count()
}
