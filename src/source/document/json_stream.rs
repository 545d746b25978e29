//! JSON values of any length, a chunk of their text at a time.

use super::json::JsonValues;
use super::json_items::blank;
use super::json_list::JsonList;
use super::stream::Stream;
use super::text::{LARGEST_ITEM, Reader, Take, grow, is_list};
use super::unreadable::TextPart;
use super::visitor::ObjectVisitor;
use super::yaml_stream::YamlStream;
use crate::source::SourceError;

/// Reads a file that doesn't fit into one chunk.
pub(super) struct JsonStream<'r, 'i, L> {
    pub reader: Reader<'r, L>,
    pub stream: Stream<'i>,
}

/// Why reading stops.
enum Stop {
    /// The text of a value isn't JSON.
    NoJson(SourceError),
    Wrong(SourceError),
}

impl From<SourceError> for Stop {
    fn from(problem: SourceError) -> Self {
        Self::Wrong(problem)
    }
}

impl<'r, 'i, L: ObjectVisitor> JsonStream<'r, 'i, L> {
    /// Reads all values. What is left is given back where YAML follows.
    pub(super) fn read(
        mut self,
        take: Take<'_, L::Output>,
    ) -> Result<Option<YamlStream<'r, 'i, L>>, SourceError> {
        let mut documents = 0;
        loop {
            let text = self
                .stream
                .part
                .text(self.reader.file, self.stream.is_end)?;
            let start = blank(text);
            let rest = text.get(start..).unwrap_or_default();
            let is_yaml = rest.starts_with("---") && documents > 0;
            // What is no JSON is said with its whole line.
            let is_line = rest.starts_with(['{', '[']) || is_yaml || rest.contains('\n');
            if (rest.len() < 4 || !is_line) && !self.stream.is_end {
                self.more()?;
                continue;
            }
            if rest.is_empty() {
                return Ok(None);
            }
            if is_yaml {
                self.stream.skip(start);
                return Ok(Some(self.into_yaml(documents)));
            }
            match self.value(start, take) {
                Ok(()) => documents += 1,
                // What begins with a brace can also be YAML's flow style.
                Err(Stop::NoJson(_)) if documents == 0 && self.is_flow(start) => {
                    return Ok(Some(self.into_yaml(0)));
                }
                Err(Stop::NoJson(problem) | Stop::Wrong(problem)) => return Err(problem),
            }
        }
    }

    /// Whether the first key, after white space as long as `start`, stands without quotes.
    fn is_flow(&self, start: usize) -> bool {
        let text = self.stream.part.bytes.get(start..).unwrap_or_default();
        let inside = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
        inside.is_some_and(|i| !i.starts_with(b"\"") && !i.starts_with(b"}"))
    }

    fn into_yaml(self, documents: usize) -> YamlStream<'r, 'i, L> {
        let Self { reader, stream } = self;
        YamlStream {
            reader,
            stream,
            documents,
        }
    }

    pub(super) fn more(&mut self) -> Result<(), SourceError> {
        let Reader { file, budget, .. } = self.reader;
        grow(&mut self.stream, file, LARGEST_ITEM, budget)
    }

    /// The value that begins after white space as long as `start`.
    fn value(&mut self, start: usize, take: Take<'_, L::Output>) -> Result<(), Stop> {
        loop {
            let file = self.reader.file;
            let text = self.stream.part.text(file, self.stream.is_end)?;
            let line = self.stream.part.line;
            let around = TextPart {
                text,
                line,
                is_end: self.stream.is_end,
            };
            let reader = self.reader.within(around);
            let rest = text.get(start..).unwrap_or_default();
            if let Some(length) = reader.extent(rest).map_err(Stop::NoJson)? {
                let mut lines = JsonValues::at_line(text, line);
                let value = rest.get(..length).unwrap_or_default();
                reader.json_value(value, &mut lines, take)?;
                self.stream.skip(start + length);
                return Ok(());
            }
            if self.stream.is_end {
                return Err(Stop::NoJson(reader.cut_off()));
            }
            if rest.starts_with('[') {
                self.stream.skip(start);
                return Ok(self.array(take)?);
            }
            if let Some((list, length)) = JsonList::begin(rest)
                && list.kind.as_deref().is_none_or(is_list)
            {
                self.stream.skip(start + length);
                return Ok(self.list(list, take)?);
            }
            self.more()?;
        }
    }
}
