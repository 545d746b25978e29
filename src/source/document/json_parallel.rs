//! The items of a long JSON list, decoded by several threads.
//!
//! Where to cut its text is guessed from the text between its first items. A wrong guess shows: no
//! item ends at the cut, or the list ended before.

use super::cuts::Cuts;
use super::json::JsonValues;
use super::json_items::{Begin, End, Items};
use super::json_list::JsonList;
use super::json_stream::JsonStream;
use super::object::{Body, Entry, Object};
use super::shown;
use super::stream::Part;
use super::text::error_of;
use super::text::{Read, Reader, Take, Untyped, is_list, take_list};
use super::thread_pool::{ThreadPool, with_thread_pool};
use super::unreadable::TextPart;
use super::visitor::ObjectVisitor;
use crate::source::SourceError;

/// A part of a list's text.
struct Job {
    part: Part,
    begin: Begin,
    is_end: bool,
}

struct Done<S> {
    part: Part,
    items: Items<S>,
}

/// What is left of a part that was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ListRest {
    Nothing,
    /// The beginning of an item, or more.
    Some,
    /// The list ended in it.
    End,
}

type Workers<'w, S> = ThreadPool<'w, Job, Done<S>>;

impl<L: ObjectVisitor> JsonStream<'_, '_, L> {
    /// The rest of a list, from its first item on.
    pub(super) fn list(
        &mut self,
        mut list: JsonList,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let line = self.stream.part.line;
        let is_typed = list.is_typed();
        let outer = if is_typed { list.take(take)? } else { None };
        let reader = self.reader.deeper(line)?.untyped(!is_typed);
        let inner = outer.as_ref().map(|(a, k)| (a.as_str(), k.as_str()));
        let work = |job: Job| work(reader, job, inner);
        let (mut untyped, mut has_typed) = (Vec::new(), false);
        let sort = &mut |read| match read {
            Read::Untyped(object) => {
                untyped.push(object);
                Ok(())
            }
            read @ Read::Entry(_) => {
                has_typed = true;
                take(read)
            }
        };
        with_thread_pool(&work, |pool| self.items(pool, sort))?;
        self.end(&mut list)?;
        if list.is_twice {
            let problem = "this is no object with `apiVersion` and `kind`";
            return Err(self.reader.error(line, problem));
        }
        if is_typed {
            return Ok(());
        }
        if is_list(list.kind()) {
            let outer = list.take(take)?;
            return self.typed(untyped, outer.as_ref(), take);
        }
        if has_typed {
            let kind = shown(list.kind());
            let problem = format!(
                "`items` stands before `kind`, and the kind `{kind}` is no list: put `kind` first"
            );
            return Err(self.reader.error(line, &problem));
        }
        let object = Object {
            file: self.reader.file.clone(),
            line,
            api_version: list.api_version.unwrap_or_default(),
            kind: list.kind.unwrap_or_default(),
            namespace: String::new(),
            name: String::new(),
            body: Body::Json("{}"),
        };
        self.reader.object(object, false, take)
    }

    /// The items of an array that the text begins with.
    pub(super) fn array(&mut self, take: Take<'_, L::Output>) -> Result<(), SourceError> {
        let line = self.stream.part.line;
        take(Read::Entry(Entry::Bare(line)))?;
        self.stream.skip(1);
        let reader = self.reader.deeper(line)?;
        let work = |job: Job| work(reader, job, None);
        with_thread_pool(&work, |pool| self.items(pool, take))
    }

    fn items(
        &mut self,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let (mut begin, mut cuts, mut may_guess) = (Begin::Bracket, None::<Cuts>, true);
        loop {
            let filled = self.stream.fill();
            filled.map_err(|e| error_of(self.reader.file, &e))?;
            let cut = cuts.as_ref().and_then(|c| c.last(&self.stream.part.bytes));
            if let Some(cut) = cut {
                let (part, is_end) = (self.stream.take(cut), false);
                pool.send(Job {
                    part,
                    begin,
                    is_end,
                });
                begin = Begin::Item;
            }
            let mut left = ListRest::Nothing;
            while left == ListRest::Nothing && (cut.is_none() || pool.is_full()) {
                let Some(done) = pool.next() else { break };
                left = self.settle(done, pool, take)?;
            }
            if left != ListRest::Nothing {
                (cuts, may_guess) = (None, false);
            } else if cut.is_none() {
                let is_end = self.stream.is_end;
                let part = self.stream.take(self.stream.part.bytes.len());
                let done = pool.work(Job {
                    part,
                    begin,
                    is_end,
                });
                if may_guess && cuts.is_none() {
                    cuts = done.cuts();
                }
                let has_read = done.items.length > 0;
                if has_read {
                    begin = Begin::Item;
                }
                left = self.settle(done, pool, take)?;
                if left != ListRest::End && (is_end || !has_read) {
                    self.more_or_cut()?;
                }
            }
            if left == ListRest::End {
                return Ok(());
            }
        }
    }

    /// Reads more of an item, where there is more.
    fn more_or_cut(&mut self) -> Result<(), SourceError> {
        if !self.stream.is_end {
            return self.more();
        }
        let part = &self.stream.part;
        let text = part.text(self.reader.file, true)?;
        let (line, is_end) = (part.line, true);
        let reader = self.reader.within(TextPart { text, line, is_end });
        Err(reader.cut_off())
    }

    /// Hands over what was read of a part, the first of those that were sent, and puts the rest back.
    fn settle(
        &mut self,
        done: Done<L::Output>,
        pool: &mut Workers<'_, L::Output>,
        take: Take<'_, L::Output>,
    ) -> Result<ListRest, SourceError> {
        let Done { mut part, items } = done;
        items.read.into_iter().try_for_each(take)?;
        if let Some(problem) = items.problem {
            return Err(problem);
        }
        if items.end == End::Text && items.length == part.bytes.len() {
            self.stream.recycle(part);
            return Ok(ListRest::Nothing);
        }
        part.skip(items.length);
        while let Some(mut later) = pool.next() {
            part.bytes.append(&mut later.part.bytes);
        }
        self.stream.put_back(part);
        Ok(match items.end {
            End::Bracket => ListRest::End,
            End::Text => ListRest::Some,
        })
    }

    /// What comes after the items.
    fn end(&mut self, list: &mut JsonList) -> Result<(), SourceError> {
        loop {
            let part = &self.stream.part;
            let text = part.text(self.reader.file, self.stream.is_end)?;
            let (line, is_end) = (part.line, self.stream.is_end);
            let reader = self.reader.within(TextPart { text, line, is_end });
            let end = list.end(text);
            match end.map_err(|(at, problem)| reader.no_json(at, &problem))? {
                Some(length) => {
                    self.stream.skip(length);
                    return Ok(());
                }
                None => self.more_or_cut()?,
            }
        }
    }

    /// The objects that didn't say what they are, now that the list has.
    fn typed(
        &self,
        untyped: Vec<Untyped>,
        outer: Option<&(String, String)>,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        let outer = outer.map(|(a, k)| (a.as_str(), k.as_str()));
        for object in untyped {
            if let Untyped::Json { text, line } = object {
                let mut lines = JsonValues::at_line(&text, line);
                let reader = self.reader.deeper(line)?;
                reader.json_object(&text, outer, &mut lines, take)?;
            }
        }
        Ok(())
    }
}

fn work<L: ObjectVisitor>(
    reader: Reader<'_, L>,
    job: Job,
    outer: Option<(&str, &str)>,
) -> Done<L::Output> {
    let Job {
        part,
        begin,
        is_end,
    } = job;
    let items = match part.text(reader.file, is_end) {
        Ok(text) => {
            let line = part.line;
            let reader = reader.within(TextPart { text, line, is_end });
            reader.json_items(begin, outer)
        }
        Err(problem) => Items::wrong(problem),
    };
    Done { part, items }
}

impl<S> Done<S> {
    fn cuts(&self) -> Option<Cuts> {
        let text = std::str::from_utf8(&self.part.bytes).ok()?;
        Cuts::new(text, self.items.between?)
    }
}

impl JsonList {
    fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }

    /// Whether it has said what its items are.
    fn is_typed(&self) -> bool {
        self.kind() == "List" || (self.kind.is_some() && self.api_version.is_some())
    }

    fn take<S>(&self, take: Take<'_, S>) -> Result<Option<(String, String)>, SourceError> {
        take_list(
            self.api_version.as_deref().unwrap_or_default(),
            self.kind(),
            take,
        )
    }
}
