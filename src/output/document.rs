//! What is laid out, before widths and colours are known.

use std::fmt;
use std::ops::Range;

use crate::model::Command;
use crate::words::Sentence;

/// How a piece of text stands out. The style never carries meaning alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// As it should be.
    Good,
    /// Broken.
    Bad,
    /// Worth a look.
    Warn,
    /// Of less weight.
    Dim,
    /// A heading, a name.
    Strong,
    /// A command to paste.
    Command,
}

/// Text from the cluster, a file or another layer, as it is: a name, a quantity, a line of YAML, an
/// error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quoted(String);

impl Quoted {
    /// `text` as written.
    #[must_use]
    pub fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string())
    }

    /// All of `names`, one after the other.
    #[must_use]
    pub fn list(names: &[impl AsRef<str>]) -> Self {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        Self(names.join(", "))
    }
}

/// The pieces of text: sentences, labels, numbers, commands and quotations. Prose about a cluster
/// isn't composed here: `words` makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece(String);

impl Piece {
    /// Its text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text in pieces of one style each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<(Style, Piece)>,
    /// Ever shorter texts that may replace it in a table with too little room.
    shorter: Vec<Piece>,
}

impl Text {
    /// Appends all pieces of another.
    #[must_use]
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        self.pieces.extend(other.into().pieces);
        self
    }

    /// Ever shorter texts that may replace it in a table with too little room.
    #[must_use]
    pub fn or(mut self, shorter: impl Iterator<Item = Piece>) -> Self {
        self.shorter = shorter.collect();
        self
    }

    /// The style of its first piece.
    pub(super) fn style(&self) -> Style {
        self.pieces
            .first()
            .map_or(Style::Plain, |(style, _)| *style)
    }

    /// The next shorter text, where there is one.
    pub(super) fn shortened(&self) -> Option<Self> {
        let (first, others) = self.shorter.split_first()?;
        Some(Self {
            pieces: vec![(self.style(), first.clone())],
            shorter: others.to_vec(),
        })
    }

    /// `label: text`, with the label standing out.
    #[must_use]
    pub fn labelled(style: Style, label: impl Into<Piece>, text: impl Into<Piece>) -> Self {
        let label = Self::from((style, label));
        label.and(Style::Plain, ": ").and(Style::Plain, text)
    }

    /// Appends a piece; one with the style of the last piece is merged into that.
    #[must_use]
    pub fn and(mut self, style: Style, piece: impl Into<Piece>) -> Self {
        let piece = piece.into();
        match self.pieces.last_mut() {
            Some((last, text)) if *last == style => text.0.push_str(&piece.0),
            _ => self.pieces.push((style, piece)),
        }
        self
    }

    /// Its pieces.
    pub fn pieces(&self) -> impl Iterator<Item = (Style, &str)> {
        self.pieces.iter().map(|(style, piece)| (*style, &*piece.0))
    }

    /// Whether it has no pieces.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

macro_rules! pieces {
    ($($from:ty: $text:expr;)*) => {
        $(impl From<$from> for Piece {
            fn from(piece: $from) -> Self {
                let text: fn($from) -> String = $text;
                Self(text(piece))
            }
        }

        impl From<$from> for Text {
            fn from(piece: $from) -> Self {
                Self::default().and(Style::Plain, piece)
            }
        })*
    };
}

pieces! {
    &'static str: str::to_owned;
    Sentence: Sentence::into_string;
    Quoted: |quoted| quoted.0;
    &Command: Command::to_string;
    usize: |number| number.to_string();
    i64: |number| number.to_string();
}

impl From<Piece> for Text {
    fn from(piece: Piece) -> Self {
        Self::default().and(Style::Plain, piece)
    }
}

impl<T: Into<Piece>> From<(Style, T)> for Text {
    fn from((style, text): (Style, T)) -> Self {
        Self::default().and(style, text)
    }
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Prose, wrapped where the width is known; later lines hang below the first.
    Line {
        /// Columns before the first line.
        indent: usize,
        /// Columns more before later lines.
        hang: usize,
        /// The prose.
        text: Text,
    },
    /// Something to copy, never wrapped.
    Verbatim {
        /// Columns before each line.
        indent: usize,
        /// The lines.
        text: Piece,
    },
    /// A command to paste, on one line whatever the width.
    Command {
        /// Columns before it.
        indent: usize,
        /// The command.
        line: Piece,
    },
    /// The same with styles and trailing spaces: lines of a diff.
    Styled {
        /// Columns before each line.
        indent: usize,
        /// The lines.
        lines: Vec<Text>,
    },
    /// Columns without borders, as kubectl prints them.
    Table(Table),
    /// How many rows of the table above are left off.
    LeftOff {
        /// How many.
        count: usize,
        /// What one of them is, such as `cause`.
        of: &'static str,
    },
    /// An empty line.
    Blank,
}

/// Columns without borders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Columns before each row.
    pub indent: usize,
    /// The heads of the columns; empty for none.
    pub header: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<Text>>,
    /// Whether cells are wrapped to the width. Without it a row is one line,
    /// however long, as `kubectl get` prints it.
    pub wraps: bool,
    /// Which columns contain lists of names: where there is too little room, they leave it to the
    /// prose next to them.
    pub lists: Range<usize>,
}

/// Blocks from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// The maximal number of lines, without commands; `None` for any number.
    pub most_lines: Option<usize>,
}

impl Document {
    /// Adds a line of prose.
    pub fn line(&mut self, indent: usize, text: impl Into<Text>) {
        self.blocks.push(Block::Line {
            indent,
            hang: 2,
            text: text.into(),
        });
    }

    /// Adds a numbered step: later lines are indented below its words.
    pub fn step(&mut self, text: impl Into<Text>) {
        self.blocks.push(Block::Line {
            indent: 2,
            hang: 3,
            text: text.into(),
        });
    }

    /// Adds an empty line, a heading, and nothing else.
    pub fn heading(&mut self, text: impl Into<Piece>) {
        self.blank();
        self.line(0, (Style::Strong, text));
    }

    /// Adds lines to copy.
    pub fn verbatim(&mut self, indent: usize, text: impl Into<Piece>) {
        self.blocks.push(Block::Verbatim {
            indent,
            text: text.into(),
        });
    }

    /// Adds lines that are neither wrapped nor trimmed.
    pub fn styled(&mut self, indent: usize, lines: Vec<Text>) {
        self.blocks.push(Block::Styled { indent, lines });
    }

    /// Adds a table, unless it has no rows.
    pub fn table(&mut self, indent: usize, header: &[&'static str], rows: Vec<Vec<Text>>) {
        self.push(Table {
            indent,
            header: header.to_vec(),
            rows,
            wraps: true,
            lists: 0..0,
        });
    }

    /// Adds a table with lists of names in some columns, unless it has no rows.
    pub fn lists(&mut self, lists: Range<usize>, header: &[&'static str], rows: Vec<Vec<Text>>) {
        self.push(Table {
            header: header.to_vec(),
            rows,
            wraps: true,
            lists,
            ..Table::default()
        });
    }

    /// Adds a table of one line for each row, unless it has none.
    pub fn lines(&mut self, header: &[&'static str], rows: Vec<Vec<Text>>) {
        self.push(Table {
            header: header.to_vec(),
            rows,
            ..Table::default()
        });
    }

    fn push(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Adds remarks, each next to a name, as a table without heads.
    pub fn facts(&mut self, facts: Vec<(&'static str, Piece)>) {
        let facts = facts.into_iter();
        let rows = facts.map(|(name, text)| vec![name.into(), text.into()]);
        self.blank();
        self.table(0, &[], rows.collect());
    }

    /// Adds a command to paste.
    pub fn command(&mut self, indent: usize, command: &Command) {
        self.blocks.push(Block::Command {
            indent,
            line: command.into(),
        });
    }

    /// Says how many rows the list above leaves off, unless that is none; `of` is what one is.
    pub fn left_off(&mut self, count: usize, of: &'static str) {
        if count > 0 {
            self.blocks.push(Block::LeftOff { count, of });
        }
    }

    /// Adds an empty line, unless there is nothing above it.
    pub fn blank(&mut self) {
        if !self.blocks.is_empty() {
            self.blocks.push(Block::Blank);
        }
    }
}
