//! How much memory the text of a file may take beyond what the file itself does.
//!
//! A few lines of YAML can mean gigabytes, by aliases of aliases, and so can a few kilobytes
//! that are packed. Whatever comes of a file is bounded by how long it is.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::spanned::{Node, Spanned};

/// What aliases and `<<` may add to all objects of a file, in bytes: far more than
/// manifests share, and little enough to be decoded several times over.
const COPIES: usize = 8 << 20;

/// What may be held of a file of no length.
const BASE: usize = 24 << 20;

/// What may be held for each byte of a file: a short value takes so many.
const PER_BYTE: usize = 16;

/// A text is refused where more of it has to be held as a whole.
const TEXT: usize = 512 << 20;

/// What a file may take; the threads that read it share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget {
    shared: Arc<BytesRead>,
}

#[derive(Debug, Default)]
struct BytesRead {
    /// How many bytes of the file were read, still packed where it is.
    read: AtomicUsize,
    /// The bytes of the values that were copied.
    copied: AtomicUsize,
}

impl Budget {
    /// Counts what is read of the file.
    pub(super) fn counting<R: Read>(&self, reader: R) -> impl Read + use<R> {
        CountingReader {
            reader,
            budget: self.clone(),
        }
    }

    /// How many bytes of text may be held as a whole.
    pub(super) fn text(&self) -> usize {
        self.values().min(TEXT)
    }

    /// How many bytes the values of one text may take.
    pub(super) fn values(&self) -> usize {
        let read = self.shared.read.load(Ordering::Relaxed);
        read.saturating_mul(PER_BYTE).saturating_add(BASE)
    }

    /// Whether `size` more bytes may be copied.
    pub(super) fn copies(&self, size: usize) -> bool {
        let copied = self.shared.copied.load(Ordering::Relaxed);
        copied.saturating_add(size) <= COPIES
    }

    /// Notes what was copied.
    pub(super) fn note_copies(&self, size: usize) {
        self.shared.copied.fetch_add(size, Ordering::Relaxed);
    }
}

struct CountingReader<R> {
    reader: R,
    budget: Budget,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        let counts = &self.budget.shared;
        counts.read.fetch_add(read, Ordering::Relaxed);
        Ok(read)
    }
}

/// How deeply `value` is nested.
pub(super) fn depth(value: &Spanned) -> usize {
    let below = match &value.node {
        Node::List(elements) => elements.iter().map(depth).max(),
        Node::Map(fields) => fields.iter().map(|f| depth(&f.value)).max(),
        Node::Text(_) | Node::Plain(..) => None,
    };
    below.unwrap_or_default() + 1
}
