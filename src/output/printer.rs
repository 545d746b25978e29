//! Prints answers in the requested format.

use std::io::{self, Write};

use jiff::Timestamp;

use super::answer::{Answer, Report};
use super::comment::Comment;
use super::document::{Block, Document};
use super::formats::{Encoding, Format, Style, markdown, prometheus};
use super::height::SCREEN;
use super::lists::Limits;
use super::print_options::PrintOptions;
use super::terminal::{Stdout, Terminal};

/// A terminal, and the format in which answers are printed there.
#[derive(Clone, Copy, Debug)]
pub struct Printer<'t> {
    /// Where they go.
    pub terminal: &'t Terminal,
    /// `-o`.
    pub format: Format,
    /// How many rows of a long list are shown; `None` for all.
    pub rows: Option<usize>,
    /// The time of writing; `None` where the time of the answer was given.
    pub written_at: Option<Timestamp>,
}

impl Printer<'_> {
    /// What a layout is made for.
    #[must_use]
    pub fn options(&self) -> PrintOptions {
        self.terminal.print_options(Limits {
            rows: self.rows,
            wide: self.format.is_wide(),
        })
    }

    /// Prints an answer, except the reports that were printed as they were created. Returns whether
    /// everything could be printed.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn print(&self, answer: &dyn Answer) -> io::Result<bool> {
        if !self.format.is_for_people() {
            for missing in answer.unreported() {
                self.terminal.warning(&missing.to_string());
            }
        }
        match self.format.style {
            Style::Layout { .. } => {
                let options = self.options();
                let mut document = answer.layout(options);
                let is_cut = self.rows.is_some() && !self.format.is_wide() && options.headers;
                document.most_lines = is_cut.then_some(SCREEN);
                self.terminal.document(&document)?;
            }
            Style::Comment => {
                let comment = self.comment(answer);
                let mut out = self.terminal.stdout();
                out.write_all(markdown::write(&comment, self.written_at).as_bytes())?;
                out.flush()?;
            }
            Style::Gauges => {
                let mut out = self.terminal.stdout();
                prometheus::write(&mut out, &answer.gauges())?;
                out.flush()?;
            }
            Style::Names => return self.terminal.names(answer.names()),
            Style::Reports(encoding) => match answer.reports().as_slice() {
                [] => {}
                [only] => {
                    let mut out = self.terminal.stdout();
                    encoding.report(&mut out, *only)?;
                    out.flush()?;
                }
                all => {
                    let mut list = self.list();
                    for report in all {
                        list.add(*report)?;
                    }
                    list.end()?;
                }
            },
        }
        Ok(true)
    }

    /// The comment, whose full answers are as long as a screen.
    fn comment(&self, answer: &dyn Answer) -> Comment {
        let mut comment = answer.comment(self.comment_options());
        for detail in &mut comment.details {
            detail.document.most_lines = self.rows.map(|_| SCREEN);
        }
        comment
    }

    /// The options for the full answers of a comment, whatever the terminal is.
    #[must_use]
    pub const fn comment_options(&self) -> PrintOptions {
        PrintOptions {
            limits: Limits {
                rows: self.rows,
                wide: false,
            },
            width: Some(markdown::COLUMNS),
            headers: true,
            unicode: true,
        }
    }

    /// Prints an empty line between answers for people.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn blank(&self) -> io::Result<()> {
        let blocks = vec![Block::Blank];
        self.terminal.document(&Document {
            blocks,
            most_lines: None,
        })
    }

    /// A list that is printed report by report, where reports are printed.
    #[must_use]
    pub fn list(&self) -> ReportList {
        let out = match self.format.style {
            Style::Reports(encoding) => Some((self.terminal.stdout(), encoding)),
            Style::Layout { .. } | Style::Names | Style::Comment | Style::Gauges => None,
        };
        ReportList {
            out,
            is_empty: true,
        }
    }

    /// Prints one of several reports that follow each other in time, where reports are printed.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn next(&self, report: Report<'_>) -> io::Result<()> {
        if let Style::Reports(encoding) = self.format.style {
            let mut out = self.terminal.stdout();
            encoding.next(&mut out, report)?;
            out.flush()?;
        }
        Ok(())
    }
}

/// A `List` that is being printed, of which only one report is held.
pub struct ReportList {
    out: Option<(Stdout, &'static dyn Encoding)>,
    is_empty: bool,
}

impl ReportList {
    /// Whether reports are printed at all.
    #[must_use]
    pub const fn is_printed(&self) -> bool {
        self.out.is_some()
    }

    /// Prints one more report.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn add(&mut self, report: Report<'_>) -> io::Result<()> {
        let Some((out, encoding)) = &mut self.out else {
            return Ok(());
        };
        let is_first = std::mem::take(&mut self.is_empty);
        if is_first {
            encoding.begin_list(out)?;
        }
        encoding.list_item(out, report, is_first)
    }

    /// Prints the end.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn end(self) -> io::Result<()> {
        let Some((mut out, encoding)) = self.out else {
            return Ok(());
        };
        if self.is_empty {
            encoding.begin_list(&mut out)?;
        }
        encoding.end_list(&mut out, self.is_empty)?;
        out.flush()
    }
}
