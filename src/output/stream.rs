//! stdout in large writes.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::format::Format;
use super::sanitize::escaped;
use super::yaml;

/// How much is gathered for one write.
const CHUNK: usize = 64 * 1024;

/// stdout while an answer leaves. What is written is gathered and leaves in large writes;
/// the last of it with [`Self::end`]. stdout's own buffer is passed over, as it looks for
/// line ends and writes once for each of its kilobytes.
pub(super) struct Stream {
    out: Box<dyn Write>,
    gathered: Vec<u8>,
    /// What is written is JSON and its strings are foreign text.
    escapes: bool,
    /// What stands before each further line, within a list.
    margin: &'static str,
    /// What stdout said: an encoder's own error no longer tells that a reader went away.
    refused: Option<io::Error>,
}

impl Stream {
    /// For text that needs no more than to be written.
    pub(super) fn plain(out: Box<dyn Write>) -> Self {
        Self::new(out, false)
    }

    /// For reports in `format`: JSON or else YAML.
    pub(super) fn of(out: Box<dyn Write>, format: Format) -> Self {
        Self::new(out, format != Format::Yaml)
    }

    fn new(out: Box<dyn Write>, escapes: bool) -> Self {
        Self {
            out,
            gathered: Vec::with_capacity(CHUNK + CHUNK / 8),
            escapes,
            margin: "",
            refused: None,
        }
    }

    /// Writes a report, or a part of one, in `format`: JSON or else YAML.
    ///
    /// # Errors
    /// When stdout can't be written, or the report can't be encoded.
    pub(super) fn encode(&mut self, report: &impl Serialize, format: Format) -> io::Result<()> {
        let encoded = match format {
            Format::Yaml => yaml::write(&mut *self, report),
            _ => serde_json::to_writer_pretty(&mut *self, report).map_err(io::Error::other),
        };
        encoded.map_err(|e| self.refused.take().unwrap_or(e))
    }

    /// Puts `margin` before each line that is begun from now on. A line end within
    /// a string is no line end of JSON, for it stands there as an escape.
    pub(super) const fn indent(&mut self, margin: &'static str) {
        self.margin = margin;
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.leave()?;
        self.out.flush()
    }

    fn leave(&mut self) -> io::Result<()> {
        // ASCII as it mostly is: no encoder leaves a control character in it but DEL.
        let written = if !self.escapes || self.gathered.iter().all(|b| *b < 0x7f) {
            self.out.write_all(&self.gathered)
        } else {
            // An encoder writes whole characters, so that no chunk ends within one.
            std::str::from_utf8(&self.gathered)
                .map_err(io::Error::other)
                .and_then(|text| self.out.write_all(escaped(text).as_bytes()))
        };
        self.gathered.clear();
        written.inspect_err(|e| self.refused = Some(io::Error::from(e.kind())))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.margin.is_empty() {
            self.gathered.extend_from_slice(bytes);
        } else {
            for line in bytes.split_inclusive(|b| *b == b'\n') {
                self.gathered.extend_from_slice(line);
                if line.ends_with(b"\n") {
                    self.gathered.extend_from_slice(self.margin.as_bytes());
                }
            }
        }
        if self.gathered.len() >= CHUNK {
            self.leave()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
