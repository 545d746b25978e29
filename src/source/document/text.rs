//! From a text to the objects in it.

use std::io;
use std::sync::Arc;

use super::budget::Budget;
use super::foreign::{message, unrendered};
use super::input::{Input, io_problem};
use super::json::JsonValues;
use super::json_stream::JsonStream;
use super::mismatch::mismatch;
use super::object::{Entry, Object};
use super::pieces::{Piece, pieces};
use super::spanned::Spanned;
use super::stream::Stream;
use super::unreadable::{TextPart, error, json_error, no_kind};
use super::visitor::ObjectVisitor;
use super::yaml;
use super::yaml_stream::YamlStream;
use crate::source::SourceError;

/// Takes what a text is made of.
pub(super) type Take<'t, S> = &'t mut dyn FnMut(Read<S>) -> Result<(), SourceError>;

/// What was read of a text.
pub(super) enum Read<S> {
    Entry(Entry<S>),
    /// An object that doesn't say what it is, in a list that hasn't said it yet.
    Untyped(Untyped),
}

/// Such an object.
pub(super) enum Untyped {
    Json {
        text: String,
        /// The number of its first line.
        line: usize,
    },
    Yaml(Spanned),
}

/// Lists in lists in lists: kubectl prints none in another.
const LISTS: usize = 8;

/// An object of more bytes is refused: a server stores none of more than a few megabytes.
pub(super) const LARGEST_ITEM: usize = 64 << 20;

/// A YAML document that can't be cut into items is refused where it has more bytes.
pub(super) const LARGEST_DOCUMENT: usize = 512 << 20;

/// Passes each entry of `input` to `take`, in order, and for each object what `visitor` makes of
/// it. After an error, what was taken before is only a part.
pub(in crate::source) fn parse<L: ObjectVisitor>(
    input: Input<'_>,
    visitor: &L,
    take: &mut dyn FnMut(Entry<L::Output>) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let file = &input.file.clone();
    let budget = &Budget::default();
    let reader = Reader::new(file, visitor, budget);
    let mut stream = input.open(budget)?;
    begin(&mut stream, file, budget)?;
    let take = &mut |read: Read<L::Output>| match read {
        Read::Entry(entry) => take(entry),
        Read::Untyped(_) => Ok(()),
    };
    if stream.is_end {
        return reader.whole(stream.part.text(file, true)?, take);
    }
    if begins_as_json(&stream.part.bytes) {
        let Some(rest) = (JsonStream { reader, stream }).read(take)? else {
            return Ok(());
        };
        return rest.read(take);
    }
    let documents = 0;
    let yaml = YamlStream {
        reader,
        stream,
        documents,
    };
    yaml.read(take)
}

/// Reads until something is there, or all of a file that fits into one chunk.
fn begin(stream: &mut Stream<'_>, file: &str, budget: &Budget) -> Result<(), SourceError> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let failed = |e: io::Error| error_of(file, &e);
    stream.fill_to(MARK.len() + 1).map_err(failed)?;
    if stream.part.bytes.starts_with(MARK) {
        stream.part.bytes.drain(..MARK.len());
        stream.part.offset += MARK.len();
    }
    stream.fill().map_err(failed)?;
    while !stream.is_end && stream.part.bytes.trim_ascii().is_empty() {
        grow(stream, file, LARGEST_ITEM, budget)?;
    }
    if stream.is_end && stream.part.text(file, true)?.trim().is_empty() {
        let file = super::shown(file);
        return Err(SourceError::File(format!("{file}: the file is empty")));
    }
    Ok(())
}

pub(super) fn begins_as_json(bytes: &[u8]) -> bool {
    let first = bytes.trim_ascii_start().first();
    matches!(first, Some(b'{' | b'['))
}

/// Reads more of what has to be held as a whole.
pub(super) fn grow(
    stream: &mut Stream<'_>,
    file: &str,
    largest: usize,
    budget: &Budget,
) -> Result<(), SourceError> {
    if stream.part.bytes.len() >= budget.text() {
        let problem = format!(
            "what begins here unpacks to more than {} MiB, far too much for a file of this length: unpack it first",
            budget.text() >> 20
        );
        return Err(error(file, stream.part.line, &problem));
    }
    if stream.part.bytes.len() >= largest {
        let problem = format!(
            "what begins here is larger than {} MiB: no object of the API is",
            largest >> 20
        );
        return Err(error(file, stream.part.line, &problem));
    }
    stream.double().map_err(|e| error_of(file, &e))
}

pub(super) fn error_of(file: &str, problem: &io::Error) -> SourceError {
    SourceError::File(format!("{}: {}", super::shown(file), io_problem(problem)))
}

/// Reads texts of one file.
pub(super) struct Reader<'r, L> {
    pub file: &'r Arc<str>,
    pub visitor: &'r L,
    pub budget: &'r Budget,
    /// How many lists there are around.
    depth: usize,
    /// Whether the list around may yet say what its objects are.
    pub is_untyped: bool,
    /// The text that the reader reads, or that its text is a part of.
    pub around: TextPart<'r>,
}

impl<L> Clone for Reader<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Reader<'_, L> {}

impl<'r, L: ObjectVisitor> Reader<'r, L> {
    pub(super) fn new(file: &'r Arc<str>, visitor: &'r L, budget: &'r Budget) -> Self {
        Self {
            file,
            visitor,
            budget,
            depth: 0,
            is_untyped: false,
            around: TextPart::default(),
        }
    }

    /// A whole file.
    pub(super) fn whole(self, text: &str, take: Take<'_, L::Output>) -> Result<(), SourceError> {
        let (line, is_end) = (1, true);
        let reader = self.within(TextPart { text, line, is_end });
        if !begins_as_json(text.trim_start().as_bytes()) {
            return reader.whole_yaml(take);
        }
        match JsonValues::new(text).all() {
            Ok(values) => reader.json(values, take),
            // What begins with a brace can also be YAML's flow style.
            Err(_) if is_yaml(text) => reader.whole_yaml(take),
            Err(_) if text.trim_start().starts_with("{{") => {
                Err(error(self.file, 1, &unrendered()))
            }
            Err(problem) => Err(reader.wrong(json_error(self.file, 1, &problem))),
        }
    }

    fn whole_yaml(self, take: Take<'_, L::Output>) -> Result<(), SourceError> {
        match self.yaml(take)? {
            0 => Err(self.error(1, "the file holds no object")),
            _ => Ok(()),
        }
    }

    /// The reader of a part of the file.
    pub(super) fn within<'t>(self, around: TextPart<'t>) -> Reader<'t, L>
    where
        'r: 't,
    {
        Reader { around, ..self }
    }

    /// The reader of a list's items.
    pub(super) fn deeper(self, line: usize) -> Result<Self, SourceError> {
        if self.depth == LISTS {
            return Err(self.error(line, "there are too many lists in lists here"));
        }
        Ok(Self {
            depth: self.depth + 1,
            is_untyped: false,
            ..self
        })
    }

    /// The reader of the items of a list that hasn't said yet what they are.
    pub(super) fn untyped(self, is_untyped: bool) -> Self {
        Self { is_untyped, ..self }
    }

    /// Hands over what isn't a list.
    pub(super) fn object(
        self,
        object: Object<'_>,
        is_version: bool,
        take: Take<'_, L::Output>,
    ) -> Result<(), SourceError> {
        if !object.kind.is_empty() {
            return take(Read::Entry(Entry::Object(self.visitor.visit(object))));
        }
        if !is_version {
            return Err(self.wrong(no_kind(&object, object.line)));
        }
        take(Read::Entry(Entry::ServerVersion(server_version(&object)?)))
    }

    /// What is wrong, or the message of kubectl among the objects that makes it wrong.
    pub(super) fn wrong(self, problem: SourceError) -> SourceError {
        message(self.file, self.around).unwrap_or(problem)
    }

    pub(super) fn error(self, line: usize, problem: &str) -> SourceError {
        error(self.file, line, problem)
    }
}

/// Whether the first document of a text is YAML.
fn is_yaml(text: &str) -> bool {
    match pieces(text).first() {
        Some(Piece::Whole { text, line }) => yaml::parse(text, *line, &Budget::default()).is_ok(),
        _ => false,
    }
}

/// What `kubectl version` prints of the server; `None` where it asked none.
fn server_version(object: &Object<'_>) -> Result<Option<String>, SourceError> {
    let spanned = object.spanned()?;
    let Some(version) = spanned.at(&["serverVersion", "gitVersion"]) else {
        return Ok(None);
    };
    match version.text() {
        Some(text) => Ok(Some(text.to_owned())),
        None => {
            let problem = mismatch(version, "a string");
            let problem = format!("`serverVersion.gitVersion` {problem}");
            Err(object.error(version.line, &problem))
        }
    }
}

/// Announces a list of one kind, and says what its items are that don't say it themselves.
pub(super) fn take_list<S>(
    api_version: &str,
    kind: &str,
    take: Take<'_, S>,
) -> Result<Option<(String, String)>, SourceError> {
    let kind = kind.strip_suffix("List").unwrap_or_default();
    if kind.is_empty() {
        return Ok(None);
    }
    take(Read::Entry(Entry::ListOf {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
    }))?;
    Ok(Some((api_version.to_owned(), kind.to_owned())))
}

pub(super) fn is_list(kind: &str) -> bool {
    kind.ends_with("List")
}
