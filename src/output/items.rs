//! A list of reports that is printed report by report.

use std::io::{self, Write};

use serde::Serialize;

use crate::report::header::API_VERSION;

use super::format::Format;
use super::stream::Stream;

/// Where the key `kind` of the list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Before the reports, as the API's lists have it.
    First,
    /// After them, where all keys are sorted.
    Last,
}

/// A `List` on its way out. What a list of all of its reports would print is printed, and
/// only one of them is held.
#[derive(Debug)]
pub struct Items {
    stream: Stream,
    format: Format,
    kind: Kind,
    is_empty: bool,
}

impl Items {
    /// A list that nothing has been printed of.
    pub(super) fn new(stream: Stream, format: Format, kind: Kind) -> Self {
        Self {
            stream,
            format,
            kind,
            is_empty: true,
        }
    }

    /// Prints one more report, its keys in the order of its fields.
    ///
    /// # Errors
    /// When stdout can't be written, or the report can't be encoded.
    pub fn add(&mut self, report: &impl Serialize) -> io::Result<()> {
        let is_first = std::mem::take(&mut self.is_empty);
        if is_first {
            self.begin()?;
        }
        if self.format == Format::Yaml {
            self.stream.write_all(if is_first { b"\n" } else { b"" })?;
            return self.stream.encode(&[report], self.format);
        }
        self.stream.write_all(if is_first { b"" } else { b"," })?;
        self.stream.indent("    ");
        self.stream.write_all(b"\n")?;
        self.stream.encode(report, self.format)?;
        self.stream.indent("");
        Ok(())
    }

    /// Prints the end.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn end(mut self) -> io::Result<()> {
        let is_yaml = self.format == Format::Yaml;
        if self.is_empty {
            self.begin()?;
        }
        let end = match (is_yaml, self.is_empty, self.kind) {
            (true, true, Kind::First) => " []\n",
            (true, true, Kind::Last) => " []\nkind: List\n",
            (true, false, Kind::First) => "",
            (true, false, Kind::Last) => "kind: List\n",
            (false, true, Kind::First) => "]\n}\n",
            (false, true, Kind::Last) => "],\n  \"kind\": \"List\"\n}\n",
            (false, false, Kind::First) => "\n  ]\n}\n",
            (false, false, Kind::Last) => "\n  ],\n  \"kind\": \"List\"\n}\n",
        };
        self.stream.write_all(end.as_bytes())?;
        self.stream.end()
    }

    /// What stands before the reports, up to the list's bracket or colon.
    fn begin(&mut self) -> io::Result<()> {
        let kind = self.kind == Kind::First;
        let begin = match (self.format, kind) {
            (Format::Yaml, true) => format!("apiVersion: {API_VERSION}\nkind: List\nitems:"),
            (Format::Yaml, false) => format!("apiVersion: {API_VERSION}\nitems:"),
            (_, true) => format!(
                "{{\n  \"apiVersion\": \"{API_VERSION}\",\n  \"kind\": \"List\",\n  \"items\": ["
            ),
            (_, false) => format!("{{\n  \"apiVersion\": \"{API_VERSION}\",\n  \"items\": ["),
        };
        self.stream.write_all(begin.as_bytes())
    }
}
