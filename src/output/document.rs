//! What is laid out, before widths and colours are known.

use crate::words::Sentence;

/// How a piece of text stands out. It never carries meaning alone.
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
}

/// Text in pieces of one style each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<(Style, String)>);

impl Text {
    /// Appends all pieces of another.
    #[must_use]
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    /// Appends a piece.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        self.0.push((style, text.into()));
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::default().and(Style::Plain, text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::default().and(Style::Plain, text)
    }
}

impl From<Sentence> for Text {
    fn from(sentence: Sentence) -> Self {
        sentence.into_string().into()
    }
}

impl From<usize> for Text {
    fn from(number: usize) -> Self {
        number.to_string().into()
    }
}

impl<T: Into<String>> From<(Style, T)> for Text {
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
        /// The prose.
        text: Text,
    },
    /// Something to copy, never wrapped.
    Verbatim {
        /// Columns before each line.
        indent: usize,
        /// The lines.
        text: String,
    },
    /// The same with styles, and to the last space: lines of a diff.
    Styled {
        /// Columns before each line.
        indent: usize,
        /// The lines.
        lines: Vec<Text>,
    },
    /// Columns without borders, as kubectl prints them.
    Table(Table),
    /// How many rows of the table above are left off.
    LeftOff(usize),
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
    /// How many columns from the left hold lists of names: where there is too
    /// little room for all, they leave it to the prose beside them.
    pub lists: usize,
}

/// Blocks from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// How many lines it may have, commands aside; `None` for any number.
    pub most_lines: Option<usize>,
}

impl Document {
    /// Adds a line of prose.
    pub fn line(&mut self, indent: usize, text: impl Into<Text>) {
        self.blocks.push(Block::Line {
            indent,
            text: text.into(),
        });
    }

    /// Adds an empty line, a heading, and nothing else.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.blank();
        self.line(0, (Style::Strong, text.into()));
    }

    /// Adds lines to copy.
    pub fn verbatim(&mut self, indent: usize, text: impl Into<String>) {
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
            lists: 0,
        });
    }

    /// Adds a table, unless it has no rows, whose first `lists` columns hold lists of names.
    pub fn lists(&mut self, lists: usize, header: &[&'static str], rows: Vec<Vec<Text>>) {
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

    /// Adds what is to be known beside a name each, as a table without heads.
    pub fn facts(&mut self, facts: Vec<(&str, String)>) {
        let facts = facts.into_iter();
        let rows = facts.map(|(name, text)| vec![name.into(), text.into()]);
        self.blank();
        self.table(0, &[], rows.collect());
    }

    /// Says how many rows the table above leaves off, unless that is none.
    pub fn left_off(&mut self, rows: usize) {
        if rows > 0 {
            self.blocks.push(Block::LeftOff(rows));
        }
    }

    /// Adds an empty line, unless there is nothing above it.
    pub fn blank(&mut self) {
        if !self.blocks.is_empty() {
            self.blocks.push(Block::Blank);
        }
    }
}
