//! YAML documents of any length, a chunk of their text at a time.
//!
//! The list that kubectl prints is cut before its items, which several threads
//! decode. Anything else is held until its document ends.

use std::sync::Arc;

use super::foreign::message;
use super::pieces::tells_other_kind;
use super::stream::{Part, Stream, newlines};
use super::text::{LARGEST_DOCUMENT, Read, Reader, Take, Untyped, error_of, grow};
use super::thread_pool::{ThreadPool, with_thread_pool};
use super::unreadable::TextPart;
use super::visitor::ObjectVisitor;
use super::yaml_cuts::{
    items, items_begin, last_item, last_separator, linked, list_end, separator,
};
use crate::source::SourceError;

/// Reads a file that doesn't fit into one chunk.
pub(super) struct YamlStream<'r, 'i, L> {
    pub reader: Reader<'r, L>,
    pub stream: Stream<'i>,
    /// How many documents there were.
    pub documents: usize,
}

/// What a text is.
#[derive(Clone)]
enum TextKind {
    /// Whole documents.
    Documents,
    /// Items of a list, and what they are that don't say it themselves.
    Items(ItemType),
    /// Items of a list that may refer to one another.
    Linked(ItemType),
}

#[derive(Clone)]
enum ItemType {
    Untyped,
    Told(Option<Arc<(String, String)>>),
}

struct Job {
    part: Part,
    what: TextKind,
    is_end: bool,
}

struct Done<S> {
    part: Part,
    read: Vec<Read<S>>,
    documents: Result<usize, SourceError>,
}

type Workers<'w, S> = ThreadPool<'w, Job, Done<S>>;

impl<L: ObjectVisitor> YamlStream<'_, '_, L> {
    /// Reads all documents.
    pub(super) fn read(mut self, take: Take<'_, L::Output>) -> Result<(), SourceError> {
        let reader = self.reader;
        with_thread_pool(&|job| work(reader, job), |pool| self.all(pool, take))?;
        if self.documents == 0 {
            return Err(reader.error(1, "the file holds no object"));
        }
        Ok(())
    }

    fn all(
        &mut self,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        loop {
            self.fill()?;
            let bytes = &self.stream.part.bytes;
            if self.stream.is_end {
                self.send(bytes.len(), TextKind::Documents, pool, take)?;
                return self.settle_all(pool, take);
            }
            if let Some(length) = last_separator(bytes) {
                self.send(length, TextKind::Documents, pool, take)?;
            } else if let Some(begin) = items_begin(bytes)
                && !bytes.get(..begin).is_some_and(tells_other_kind)
            {
                self.settle_all(pool, take)?;
                self.list(begin, pool, take)?;
            } else {
                self.more()?;
            }
        }
    }

    fn fill(&mut self) -> Result<(), SourceError> {
        let filled = self.stream.fill();
        filled.map_err(|e| error_of(self.reader.file, &e))
    }

    fn more(&mut self) -> Result<(), SourceError> {
        let Reader { file, budget, .. } = self.reader;
        grow(&mut self.stream, file, LARGEST_DOCUMENT, budget)
    }

    /// The list whose first item is at `begin`, and what stands after it.
    fn list(
        &mut self,
        begin: usize,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let mut head = self.stream.take(begin);
        let outer = self.typed(&head);
        let mut untyped = Vec::new();
        let sort = &mut |read| match read {
            Read::Untyped(object) => {
                untyped.push(object);
                Ok(())
            }
            read @ Read::Entry(_) => take(read),
        };
        let last = self.items(&head, &outer, pool, sort)?;
        let length = loop {
            if let Some(length) = separator(&self.stream.part.bytes) {
                break length;
            }
            if self.stream.is_end {
                break self.stream.part.bytes.len();
            }
            self.more()?;
        };
        let mut tail = self.stream.take(length);
        let (text, line, is_end) = (tail.text(self.reader.file, true)?, tail.line, false);
        if let Some(problem) = message(self.reader.file, TextPart { text, line, is_end }) {
            return Err(problem);
        }
        head.bytes.append(&mut tail.bytes);
        self.documents += 1;
        let inner = self.head(&head, last, take)?;
        let inner = inner.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        for object in untyped {
            if let Untyped::Yaml(object) = object {
                self.reader.yaml_object(object, inner, take)?;
            }
        }
        Ok(())
    }

    /// What the list says before its items.
    fn typed(&self, head: &Part) -> ItemType {
        match self.head(head, head.line, &mut |_| Ok(())) {
            Ok(Some(inner)) if !inner.0.is_empty() => ItemType::Told(Some(Arc::new(inner))),
            Ok(None) => ItemType::Told(None),
            _ => ItemType::Untyped,
        }
    }

    fn head(
        &self,
        head: &Part,
        line: usize,
        take: Take<'_, L::Output>,
    ) -> Result<Option<(String, String)>, SourceError> {
        let text = head.text(self.reader.file, true)?;
        let (first_line, is_end) = (head.line, self.stream.is_end);
        let around = TextPart {
            text,
            line: first_line,
            is_end,
        };
        self.reader.within(around).yaml_head(text, line, take)
    }

    /// The items of a list; the line of the last one.
    fn items(
        &mut self,
        head: &Part,
        outer: &ItemType,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<usize, SourceError> {
        let mut is_linked = false;
        loop {
            self.fill()?;
            let bytes = &self.stream.part.bytes;
            let end = list_end(bytes);
            let whole = self.stream.is_end.then_some(bytes.len());
            let length = end.or(whole).or_else(|| last_item(bytes));
            let within = bytes.get(..length.unwrap_or(bytes.len()));
            let links = linked(within.unwrap_or_default()).filter(|_| !is_linked);
            is_linked |= links.is_some();
            let what = || match is_linked {
                true => TextKind::Linked(outer.clone()),
                false => TextKind::Items(outer.clone()),
            };
            if let Some(links) = links.filter(|l| *l > 0) {
                self.send(links, TextKind::Items(outer.clone()), pool, take)?;
                continue;
            }
            if let Some(length) = end.or(whole) {
                let last = self.last_line(length);
                if end.is_none() {
                    // A list that is cut off lacks its kind, whatever else is wrong with its last item.
                    self.settle_all(pool, take)?;
                    self.head(head, last, &mut |_| Ok(()))?;
                }
                self.send(length, what(), pool, take)?;
                self.settle_all(pool, take)?;
                return Ok(last);
            }
            match length {
                Some(length) if !is_linked => self.send(length, what(), pool, take)?,
                _ => self.more()?,
            }
        }
    }

    /// The line of the last item in the first `length` bytes.
    fn last_line(&self, length: usize) -> usize {
        let part = &self.stream.part;
        let items = part.bytes.get(..length).unwrap_or_default();
        let before = items.get(..last_item(items).unwrap_or_default());
        part.line + newlines(before.unwrap_or_default())
    }

    /// Has the first `length` bytes read.
    fn send(
        &mut self,
        length: usize,
        what: TextKind,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let is_end = self.stream.is_end && length == self.stream.part.bytes.len();
        let part = self.stream.take(length);
        pool.send(Job { part, what, is_end });
        while pool.is_full() {
            let Some(done) = pool.next() else { break };
            self.settle(done, take)?;
        }
        Ok(())
    }

    fn settle_all(
        &mut self,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        while let Some(done) = pool.next() {
            self.settle(done, take)?;
        }
        Ok(())
    }

    fn settle(
        &mut self,
        done: Done<L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        done.read.into_iter().try_for_each(take)?;
        self.documents += done.documents?;
        self.stream.recycle(done.part);
        Ok(())
    }
}

fn work<L: ObjectVisitor>(reader: Reader<'_, L>, job: Job) -> Done<L::Output> {
    let Job { part, what, is_end } = job;
    let mut read = Vec::new();
    let documents = part.text(reader.file, true).and_then(|text| {
        let line = part.line;
        let reader = reader.within(TextPart { text, line, is_end });
        reader.documents_or_items(what, &mut |r| {
            read.push(r);
            Ok(())
        })
    });
    Done {
        part,
        read,
        documents,
    }
}

impl<L: ObjectVisitor> Reader<'_, L> {
    /// How many documents there are besides the items.
    fn documents_or_items(
        self,
        what: TextKind,
        take: Take<'_, L::Output>,
    ) -> Result<usize, SourceError> {
        let (outer, is_linked) = match what {
            TextKind::Documents => return self.yaml(take),
            TextKind::Items(outer) => (outer, false),
            TextKind::Linked(outer) => (outer, true),
        };
        let (is_untyped, outer) = match outer {
            ItemType::Untyped => (true, None),
            ItemType::Told(outer) => (false, outer),
        };
        let reader = self.untyped(is_untyped);
        let outer = outer.as_deref().map(|(a, k)| (a.as_str(), k.as_str()));
        let TextPart { text, line, .. } = self.around;
        if is_linked {
            reader.yaml_items(text, line, outer, take)?;
            return Ok(0);
        }
        for (item, before) in items(text) {
            reader.yaml_items(item, line + before, outer, take)?;
        }
        Ok(0)
    }
}
