//! `-o`: one format a file.

mod json;
mod kyaml;
pub mod markdown;
mod name;
pub mod prometheus;
mod table;
mod wide;
mod yaml;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use super::answer::Report;

/// All formats. A format that is added here is parsed, completed and listed in messages.
pub const FORMATS: [Format; 8] = [
    table::FORMAT,
    wide::FORMAT,
    json::FORMAT,
    yaml::FORMAT,
    kyaml::FORMAT,
    name::FORMAT,
    markdown::FORMAT,
    prometheus::FORMAT,
];

/// An output format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What `-o` calls it.
    pub name: &'static str,
    /// A short description.
    pub help: &'static str,
    /// Which part of an answer it prints, and how.
    pub style: Style,
    /// The commands that have it; `None` for all.
    pub commands: Option<&'static [&'static str]>,
}

/// What a format prints of an answer.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    /// Its layout for people.
    Layout {
        /// Whether nothing is grouped or fitted to the width.
        wide: bool,
    },
    /// Its reports.
    Reports(&'static dyn Encoding),
    /// Its names.
    Names,
    /// Its comment.
    Comment,
    /// Its gauges.
    Gauges,
}

/// The way reports are written for programs.
pub trait Encoding: fmt::Debug + Send + Sync {
    /// Writes one report.
    ///
    /// # Errors
    /// When `out` can't be written; this holds for all methods.
    fn report(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()>;

    /// Writes one of several reports that follow each other in time.
    ///
    /// # Errors
    /// As [`Self::report`].
    fn next(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()>;

    /// Writes the beginning of a list.
    ///
    /// # Errors
    /// As [`Self::report`].
    fn begin_list(&self, out: &mut dyn Write) -> io::Result<()>;

    /// Writes a report of a list.
    ///
    /// # Errors
    /// As [`Self::report`].
    fn list_item(&self, out: &mut dyn Write, report: Report<'_>, is_first: bool) -> io::Result<()>;

    /// Writes the end of a list.
    ///
    /// # Errors
    /// As [`Self::report`].
    fn end_list(&self, out: &mut dyn Write, is_empty: bool) -> io::Result<()>;
}

impl Format {
    /// Whether it is for people.
    #[must_use]
    pub const fn is_for_people(&self) -> bool {
        matches!(self.style, Style::Layout { .. })
    }

    /// Whether nothing is grouped or fitted to the width.
    #[must_use]
    pub const fn is_wide(&self) -> bool {
        matches!(self.style, Style::Layout { wide: true })
    }

    /// Whether it prints reports for programs.
    #[must_use]
    pub const fn is_reports(&self) -> bool {
        matches!(self.style, Style::Reports(_))
    }

    /// Whether it prints gauges alone.
    #[must_use]
    pub const fn is_gauges(&self) -> bool {
        matches!(self.style, Style::Gauges)
    }

    /// Whether it prints a comment.
    #[must_use]
    pub const fn is_comment(&self) -> bool {
        matches!(self.style, Style::Comment)
    }

    /// Whether a command has it.
    #[must_use]
    pub fn is_of(&self, command: &str) -> bool {
        self.commands.is_none_or(|all| all.contains(&command))
    }

    /// Whether it prints names alone.
    #[must_use]
    pub const fn is_names(&self) -> bool {
        matches!(self.style, Style::Names)
    }
}

impl Default for Format {
    fn default() -> Self {
        table::FORMAT
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some(format) = FORMATS.into_iter().find(|format| format.name == text) {
            return Ok(format);
        }
        let templates = ["jsonpath", "go-template", "custom-columns", "template"];
        if templates.iter().any(|t| text.starts_with(t)) {
            return Err(format!(
                "`{text}` isn't supported here: use `-o json` and pipe it to jq"
            ));
        }
        Err(format!(
            "unknown output format `{text}`: use {}",
            listed(|_| true)
        ))
    }
}

/// The names of the formats that `keep` accepts, as `table, wide or name`.
#[must_use]
pub fn listed(keep: impl Fn(&Format) -> bool) -> String {
    let kept = FORMATS.iter().filter(|format| keep(format));
    let names: Vec<&str> = kept.map(|format| format.name).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
