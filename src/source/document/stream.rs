//! A file's text as it is read, some of it at a time.

use std::io::{self, Read};

use super::unreadable::error;
use crate::source::SourceError;

/// What has been read of a file and not been taken yet.
pub(super) struct Stream<'i> {
    reader: Box<dyn Read + 'i>,
    /// How many bytes are read at a time.
    chunk: usize,
    pub part: Part,
    /// Whether nothing comes after it.
    pub is_end: bool,
    /// Memory of parts that are done with.
    spare: Vec<Vec<u8>>,
}

/// A part of a file.
#[derive(Default)]
pub(super) struct Part {
    pub bytes: Vec<u8>,
    /// The number of its first line.
    pub line: usize,
    /// How many bytes of the file stand before it.
    pub offset: usize,
}

impl<'i> Stream<'i> {
    pub(super) fn new(reader: Box<dyn Read + 'i>, chunk: usize) -> Self {
        let part = Part {
            line: 1,
            ..Part::default()
        };
        Self {
            reader,
            chunk: chunk.max(1),
            part,
            is_end: false,
            spare: Vec::new(),
        }
    }

    /// Reads until a chunk is there, or the end.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.fill_to(self.chunk)
    }

    /// Reads twice as much as is there.
    pub(super) fn double(&mut self) -> io::Result<()> {
        self.fill_to((self.part.bytes.len() * 2).max(self.chunk))
    }

    /// Reads until `length` bytes are there, or the end.
    pub(super) fn fill_to(&mut self, length: usize) -> io::Result<()> {
        let bytes = &mut self.part.bytes;
        let mut filled = bytes.len();
        if self.is_end || filled >= length {
            return Ok(());
        }
        bytes.resize(length, 0);
        while filled < length {
            match self
                .reader
                .read(bytes.get_mut(filled..).unwrap_or_default())
            {
                Ok(0) => {
                    self.is_end = true;
                    break;
                }
                Ok(read) => filled += read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    bytes.truncate(filled);
                    return Err(e);
                }
            }
        }
        bytes.truncate(filled);
        Ok(())
    }

    /// Takes the first `length` bytes away.
    pub(super) fn take(&mut self, length: usize) -> Part {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.extend_from_slice(self.part.bytes.get(length..).unwrap_or_default());
        self.part.bytes.truncate(length);
        let rest = Part {
            line: self.part.line + newlines(&self.part.bytes),
            offset: self.part.offset + length,
            bytes,
        };
        std::mem::replace(&mut self.part, rest)
    }

    /// Drops the first `length` bytes.
    pub(super) fn skip(&mut self, length: usize) {
        self.part.skip(length);
    }

    /// Puts back what was taken last.
    pub(super) fn put_back(&mut self, mut part: Part) {
        part.bytes.append(&mut self.part.bytes);
        self.part = part;
    }

    /// Keeps the memory of a part that is done with.
    pub(super) fn recycle(&mut self, part: Part) {
        self.spare.push(part.bytes);
    }
}

impl Part {
    /// Drops the first `length` bytes.
    pub(super) fn skip(&mut self, length: usize) {
        let length = length.min(self.bytes.len());
        self.line += newlines(self.bytes.get(..length).unwrap_or_default());
        self.offset += length;
        self.bytes.drain(..length);
    }

    /// The text; without its last character where that is cut and more is to come.
    pub(super) fn text(&self, file: &str, is_end: bool) -> Result<&str, SourceError> {
        let problem = match std::str::from_utf8(&self.bytes) {
            Ok(text) => return Ok(text),
            Err(problem) => problem,
        };
        let at = problem.valid_up_to();
        let before = self.bytes.get(..at).unwrap_or_default();
        if problem.error_len().is_none() && !is_end {
            return Ok(std::str::from_utf8(before).unwrap_or_default());
        }
        let line = self.line + newlines(before);
        let byte = self.bytes.get(at).copied().unwrap_or_default();
        let at = self.offset + at;
        let problem = format!("byte {at} (0x{byte:02x}) is no UTF-8: save the file as UTF-8 text");
        Err(error(file, line, &problem))
    }
}

pub(super) fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}
