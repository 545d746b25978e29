//! KYAML, the dialect of YAML defined by KEP-5295: braces and brackets, every string in double
//! quotes, and keys without quotes unless a reader could read them as something other than a
//! string.
//!
//! The layout is that of `kubectl get -o kyaml` (`sigs.k8s.io/yaml/kyaml` 1.6.0), except that a
//! list follows its first element: the elements of reports are all of one kind.

mod key;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

use key::is_plain;

/// Writes `value`, without the line that begins a document and without a final line end.
///
/// # Errors
/// When `out` can't be written, or the value can't be encoded.
pub(super) fn write(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    write_at(out, value, 0)
}

/// The same, indented by `indent` steps.
///
/// # Errors
/// As [`write`].
pub(super) fn write_at(
    mut out: impl Write,
    value: &impl Serialize,
    indent: usize,
) -> io::Result<()> {
    let formatter = Flow {
        base: indent,
        ..Flow::default()
    };
    let mut serializer = Serializer::with_formatter(&mut out, formatter);
    value.serialize(&mut serializer)?;
    Ok(())
}

/// A list or an object that isn't closed yet.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// The indentation of its bracket, in steps.
    indent: usize,
    is_empty: bool,
    /// Whether its elements follow each other on the line of the brackets, as for lists and objects
    /// in a list.
    is_cuddled: bool,
}

/// What stands before the next value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    /// All that has to.
    #[default]
    Nothing,
    /// A bracket.
    Bracket,
    /// Another element.
    Element,
}

/// The flow style of YAML, as KYAML has it.
#[derive(Debug, Default)]
struct Flow {
    /// The indentation of the whole.
    base: usize,
    open: Vec<Open>,
    before: Before,
    /// The unescaped string that is being written.
    text: String,
    is_key: bool,
}

impl Flow {
    /// The indentation of the value that is written next.
    fn indent(&self) -> usize {
        let within = |open: &Open| open.indent + usize::from(!open.is_cuddled);
        self.open.last().map_or(self.base, within)
    }

    /// Goes to the place of the next value: only then is an element known.
    fn place(&mut self, out: &mut (impl Write + ?Sized), is_scalar: bool) -> io::Result<()> {
        let before = std::mem::take(&mut self.before);
        if let (Before::Bracket, Some(open)) = (before, self.open.last_mut()) {
            open.is_cuddled = !is_scalar;
            open.is_empty = false;
        }
        let is_cuddled = self.open.last().is_some_and(|open| open.is_cuddled);
        match (before, is_cuddled) {
            (Before::Nothing, _) | (Before::Bracket, true) => Ok(()),
            (Before::Element, true) => out.write_all(b", "),
            (Before::Bracket, false) => {
                out.write_all(b"\n")?;
                self.margin(out, self.indent())
            }
            (Before::Element, false) => self.margin(out, self.indent()),
        }
    }

    fn place_scalar(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        self.place(out, true)
    }

    fn margin(&self, out: &mut (impl Write + ?Sized), indent: usize) -> io::Result<()> {
        let columns = 2 * indent;
        write!(out, "{:columns$}", "")
    }

    fn begin(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.place(out, false)?;
        let indent = self.indent();
        self.open.push(Open {
            indent,
            is_empty: true,
            is_cuddled: false,
        });
        out.write_all(bracket)
    }

    fn end(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        if let Some(open) = self.open.pop()
            && !open.is_empty
            && !open.is_cuddled
        {
            self.margin(out, open.indent)?;
        }
        out.write_all(bracket)
    }

    fn key(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        if is_plain(&self.text) {
            return out.write_all(self.text.as_bytes());
        }
        out.write_all(b"\"")?;
        for c in self.text.chars() {
            match c {
                '\n' => out.write_all(b"\\n")?,
                '\t' => out.write_all(b"\\t")?,
                c => out.write_all(escaped(c).as_bytes())?,
            }
        }
        out.write_all(b"\"")
    }

    /// A string; one with several lines starts below its quote, with each of its lines folded.
    fn value(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        self.place(out, true)?;
        let text = std::mem::take(&mut self.text);
        let indent = self.indent() + 1;
        let is_long = text.contains('\n');
        out.write_all(if is_long { b"\"\\\n" } else { b"\"" })?;
        for line in text.split_inclusive('\n') {
            if is_long {
                // A reader drops leading white space unless it is escaped.
                let is_white = line.starts_with(|c: char| c.is_whitespace() && c != '\n');
                self.margin(out, indent)?;
                out.write_all(if is_white { b"\\" } else { b" " })?;
            }
            for c in line.chars() {
                match c {
                    '\n' => out.write_all(b"\\n\\\n")?,
                    '\t' => out.write_all(b"\t")?,
                    c => out.write_all(escaped(c).as_bytes())?,
                }
            }
        }
        if is_long {
            out.write_all(if text.ends_with('\n') { b"" } else { b"\\\n" })?;
            self.margin(out, indent)?;
        }
        out.write_all(b"\"")
    }
}

/// A character of a string in double quotes; invisible ones are escaped.
fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\r' => "\\r".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        '\0' => "\\0".to_owned(),
        '\u{1b}' => "\\e".to_owned(),
        '\u{85}' => "\\N".to_owned(),
        '\u{a0}' => "\\_".to_owned(),
        '\u{2028}' => "\\L".to_owned(),
        '\u{2029}' => "\\P".to_owned(),
        c if is_seen(c) => c.to_string(),
        c => match u32::from(c) {
            code @ (0..0x20 | 0x7f) => format!("\\x{code:02x}"),
            code @ 0..0x1_0000 => format!("\\u{code:04x}"),
            code => format!("\\U{code:08x}"),
        },
    }
}

/// As in `unicode.IsPrint`. A combining mark after another character is visible.
fn is_seen(c: char) -> bool {
    c.is_ascii_graphic()
        || c == ' '
        || (!c.is_ascii() && format!("a{c}").escape_debug().count() == 2)
}

impl Formatter for Flow {
    scalars!(place_scalar);

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        _: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.before = if is_first {
            Before::Bracket
        } else {
            Before::Element
        };
        Ok(())
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        match self.open.last() {
            Some(open) if open.is_cuddled => Ok(()),
            _ => out.write_all(b",\n"),
        }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.is_key = true;
        if let Some(open) = self.open.last_mut() {
            open.is_empty = false;
        }
        out.write_all(if is_first { b"\n" } else { b"" })?;
        self.margin(out, self.indent())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.is_key = false;
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b",\n")
    }
}

#[cfg(test)]
mod tests;
