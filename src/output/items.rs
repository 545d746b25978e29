//! A list of reports that is printed report by report.

use std::io;

use serde::Serialize;

use crate::report::header::API_VERSION;

use super::format::Format;
use super::sanitize::escaped;
use super::terminal::out;

/// A `List` on its way out. What a list of all of its reports would print is printed, and
/// only one of them is held.
#[derive(Debug)]
pub struct Items {
    is_yaml: bool,
    is_empty: bool,
}

impl Items {
    /// A list that nothing has been printed of.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self {
            is_yaml: matches!(format, Format::Yaml),
            is_empty: true,
        }
    }

    /// Prints one more report.
    ///
    /// # Errors
    /// When stdout can't be written, or the report can't be encoded.
    pub fn add(&mut self, report: &impl Serialize) -> io::Result<()> {
        // The keys of a value are sorted.
        let value = serde_json::to_value(report).map_err(io::Error::other)?;
        let text = if self.is_yaml {
            serde_yaml::to_string(&[value]).map_err(io::Error::other)?
        } else {
            let text = serde_json::to_string_pretty(&value).map_err(io::Error::other)?;
            format!("\n    {}", escaped(&text).replace('\n', "\n    "))
        };
        let before = match (self.is_empty, self.is_yaml) {
            (true, true) => format!("apiVersion: {API_VERSION}\nitems:\n"),
            (true, false) => format!("{{\n  \"apiVersion\": \"{API_VERSION}\",\n  \"items\": ["),
            (false, true) => String::new(),
            (false, false) => ",".to_owned(),
        };
        self.is_empty = false;
        out(&(before + &text))
    }

    /// Prints the end.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn end(self) -> io::Result<()> {
        let end = match (self.is_empty, self.is_yaml) {
            (true, true) => format!("apiVersion: {API_VERSION}\nitems: []\nkind: List\n"),
            (true, false) => format!(
                "{{\n  \"apiVersion\": \"{API_VERSION}\",\n  \"items\": [],\n  \"kind\": \"List\"\n}}\n"
            ),
            (false, true) => "kind: List\n".to_owned(),
            (false, false) => "\n  ],\n  \"kind\": \"List\"\n}\n".to_owned(),
        };
        out(&end)
    }
}
