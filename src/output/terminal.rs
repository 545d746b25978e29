//! The sole owner of stdout, stderr, colour and width.

use std::io::{self, BufWriter, IsTerminal, Write};

use super::document::{Document, Quoted, Style, Text};
use super::excerpt::marked;
use super::height::cut;
use super::lists::Limits;
use super::live::Live;
use super::memory::Memory;
use super::names::{Names, ObjectName};
use super::print_options::{PrintOptions, is_unicode};
use super::render::{Fit, render, write};
use super::sanitize::sanitize;

/// How much is gathered for one write to stdout: its own buffer looks for line ends and writes once
/// per kilobyte.
const CHUNK: usize = 64 * 1024;

/// stdout, or a buffer in memory.
pub(super) type Stdout = BufWriter<Box<dyn Write>>;

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The destination of answers and messages.
#[derive(Clone, Debug)]
pub struct Terminal {
    stdout: Fit,
    stderr: Fit,
    /// `None` for those of the process.
    memory: Option<Memory>,
}

impl Terminal {
    /// Reads the environment once.
    #[must_use]
    pub fn new(color: Color, headers: bool) -> Self {
        let fit = |is_terminal: bool| Fit {
            width: width(is_terminal),
            color: colored(color, is_terminal),
            headers,
        };
        Self {
            stdout: fit(io::stdout().is_terminal()),
            stderr: fit(io::stderr().is_terminal()),
            memory: None,
        }
    }

    /// Keeps everything that is printed; a document is drawn in each of these widths, plain or in
    /// colour.
    #[must_use]
    pub fn in_memory(drawings: &[(Option<usize>, bool)]) -> (Self, Memory) {
        let fit = |&(width, color): &(Option<usize>, bool)| Fit {
            width,
            color,
            headers: true,
        };
        let fits: Vec<Fit> = drawings.iter().map(fit).collect();
        let first = fits.first().copied().unwrap_or_else(|| fit(&(None, false)));
        let memory = Memory::new(fits);
        let terminal = Self {
            stdout: first,
            stderr: first,
            memory: Some(memory.clone()),
        };
        (terminal, memory)
    }

    /// stdout in large writes, the last of which happens on flush.
    pub(super) fn stdout(&self) -> Stdout {
        let out: Box<dyn Write> = match &self.memory {
            Some(memory) => Box::new(memory.stdout()),
            None => Box::new(io::stdout().lock()),
        };
        BufWriter::with_capacity(CHUNK, out)
    }

    /// The options for a layout.
    pub(super) fn print_options(&self, limits: Limits) -> PrintOptions {
        PrintOptions {
            limits,
            width: self.stdout.width.filter(|_| !limits.wide),
            headers: self.stdout.headers,
            unicode: is_unicode(|name| std::env::var(name).ok()),
        }
    }

    /// Prints a document.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn document(&self, document: &Document) -> io::Result<()> {
        if let Some(memory) = &self.memory {
            memory.draw(document);
            return Ok(());
        }
        let mut out = self.stdout();
        write(&mut out, &cut(document, self.stdout), self.stdout)?;
        out.flush()
    }

    /// Something to draw on in place; `None` where stdout isn't a suitable terminal.
    #[must_use]
    pub fn live(&self) -> Option<Live> {
        let moves = std::env::var("TERM").is_ok_and(|term| !term.is_empty() && term != "dumb");
        (moves && io::stdout().is_terminal()).then(|| Live::new(self.stdout))
    }

    /// Prints text unchanged: a script, or input for another program.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn plain(text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Prints plain lines.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn lines(&self, lines: impl IntoIterator<Item = String>) -> io::Result<()> {
        let mut out = self.stdout();
        for line in lines {
            writeln!(out, "{}", sanitize(&line))?;
        }
        out.flush()
    }

    /// Prints names, and reports which are left out; returns whether all were printed.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn names<'a>(&self, names: impl IntoIterator<Item = ObjectName<'a>>) -> io::Result<bool> {
        let names: Names = names.into_iter().collect();
        let left_out = names.left_out();
        self.lines(names.lines)?;
        if let Some(left_out) = &left_out {
            self.error(left_out);
        }
        Ok(left_out.is_none())
    }

    /// Prints an error to stderr, in kubectl's form.
    pub fn error(&self, message: &str) {
        for (at, line) in message.lines().enumerate() {
            self.problem(line, at == 0);
        }
    }

    /// Prints an error about a line of a file, with that line below it.
    pub fn error_in_file(&self, message: &str, is_first: bool, line: (&str, usize, &str)) {
        self.problem(message, is_first);
        if let Some(marked) = marked(line, message, self.stderr.width) {
            let mut document = Document::default();
            document.verbatim(0, Quoted::new(marked));
            self.document_of_messages(&document);
        }
    }

    /// Prints a line of an error.
    pub fn problem(&self, line: &str, is_first: bool) {
        // Messages from the server or in kubectl's own words bring their prefix.
        let has_prefix = [
            "error:",
            "Error from server",
            "Unable to connect",
            "The connection to",
        ];
        let prefix = if !is_first || has_prefix.iter().any(|p| line.starts_with(p)) {
            ""
        } else {
            "error: "
        };
        self.message(
            &Text::default()
                .and(Style::Bad, prefix)
                .and(Style::Plain, Quoted::new(line)),
        );
    }

    /// Prints a warning to stderr.
    pub fn warning(&self, message: &str) {
        self.message(
            &Text::default()
                .and(Style::Warn, "warning: ")
                .and(Style::Plain, Quoted::new(message)),
        );
    }

    /// Prints a hint to stderr.
    pub fn note(&self, message: &str) {
        let text = Text::default().and(Style::Dim, "note: ");
        self.message(&text.and(Style::Plain, Quoted::new(message)));
    }

    fn message(&self, text: &Text) {
        let mut document = Document::default();
        document.line(0, text.clone());
        self.document_of_messages(&document);
    }

    /// Messages aren't wrapped: a command in one must stay on a line.
    fn document_of_messages(&self, document: &Document) {
        let fit = Fit {
            width: None,
            ..self.stderr
        };
        let text = render(document, fit);
        // If a message can't be written, there is nowhere else to report that.
        let _ = match &self.memory {
            Some(memory) => memory.stderr().write_all(text.as_bytes()),
            None => io::stderr().write_all(text.as_bytes()),
        };
    }
}

fn width(is_terminal: bool) -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    if columns.is_some() || !is_terminal {
        return columns.filter(|c| *c > 0);
    }
    terminal_size::terminal_size().map(|(width, _)| width.0.into())
}

fn colored(color: Color, is_terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            is_terminal && !set("NO_COLOR") && std::env::var("TERM").is_ok_and(|t| t != "dumb")
        }
    }
}
