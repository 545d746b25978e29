//! YAML that every reader reads back unchanged, whatever version of YAML it supports.
//!
//! The layout is that of `kubectl get -o yaml`. A string has no quotes only where every reader
//! reads it as a string: many read `yes`, `1_0` and `1:20` as something else.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

use crate::model::is_unsafe;

/// Some readers, such as libyaml, don't find longer keys before their colon.
const LONGEST_KEY: usize = 1000;

/// `value` as YAML, with the last line ended.
///
/// # Errors
/// When it can't be encoded.
pub fn to_string(value: &impl Serialize) -> io::Result<String> {
    let mut text = Vec::new();
    write(&mut text, value)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// Writes `value` as YAML, with the last line ended.
///
/// # Errors
/// When `out` can't be written, or the value can't be encoded.
pub(super) fn write(mut out: impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut out, Block::default());
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// What the next value stands after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum After {
    /// Nothing, or the dash of an element.
    #[default]
    Margin,
    /// The colon of a key.
    Colon,
}

/// A list or an object that isn't closed yet.
#[derive(Clone, Copy, Debug)]
struct Open {
    indent: usize,
    after: After,
    is_empty: bool,
}

/// The block style of YAML.
#[derive(Debug, Default)]
struct Block {
    open: Vec<Open>,
    after: After,
    /// The unescaped string that is being written.
    text: String,
    is_key: bool,
}

impl Block {
    fn indent(&self) -> usize {
        self.open.last().map_or(0, |open| open.indent)
    }

    /// What precedes a value on the line of its key.
    fn gap(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        match std::mem::take(&mut self.after) {
            After::Colon => out.write_all(b" "),
            After::Margin => Ok(()),
        }
    }

    fn begin(&mut self, is_list: bool) {
        let indent = match self.open.last() {
            None => 0,
            // As in kubectl, the dashes are below the key.
            Some(around) if is_list && self.after == After::Colon => around.indent,
            Some(around) => around.indent + 2,
        };
        self.open.push(Open {
            indent,
            after: std::mem::take(&mut self.after),
            is_empty: true,
        });
    }

    /// Goes to the place of the next entry: the first one of an element is on the element's line.
    fn entry(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        let is_first = std::mem::take(&mut open.is_empty);
        if is_first && open.after == After::Margin {
            return Ok(());
        }
        let indent = open.indent;
        write!(out, "\n{:indent$}", "")
    }

    fn end(&mut self, out: &mut (impl Write + ?Sized), empty: &str) -> io::Result<()> {
        match self.open.pop() {
            Some(open) if open.is_empty => {
                self.after = open.after;
                self.gap(out)?;
                out.write_all(empty.as_bytes())
            }
            _ => Ok(()),
        }
    }

    fn key(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let text = match is_plain(&self.text) {
            true => std::mem::take(&mut self.text),
            false => quoted(&self.text),
        };
        if text.len() <= LONGEST_KEY {
            return out.write_all(text.as_bytes());
        }
        let indent = self.indent();
        write!(out, "? {text}\n{:indent$}", "")
    }

    fn value(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        self.gap(out)?;
        if is_plain(&self.text) {
            return out.write_all(self.text.as_bytes());
        }
        if !is_literal(&self.text) {
            return out.write_all(quoted(&self.text).as_bytes());
        }
        let (lines, head) = match self.text.strip_suffix('\n') {
            Some(lines) => (lines, "|"),
            None => (self.text.as_str(), "|-"),
        };
        out.write_all(head.as_bytes())?;
        let indent = if self.open.is_empty() {
            2
        } else {
            self.indent() + 2
        };
        for line in lines.split('\n') {
            // A line without text has no indentation either.
            let indent = if line.is_empty() { 0 } else { indent };
            write!(out, "\n{:indent$}{line}", "")?;
        }
        Ok(())
    }
}

impl Formatter for Block {
    scalars!(gap);

    fn begin_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin(true);
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, "[]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, _: bool) -> io::Result<()> {
        self.entry(out)?;
        out.write_all(b"- ")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin(false);
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, "{}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, _: bool) -> io::Result<()> {
        self.is_key = true;
        self.entry(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.is_key = false;
        self.after = After::Colon;
        out.write_all(b":")
    }
}

/// Words that some reader doesn't read as a string, in any case.
const WORDS: [&str; 11] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
];

/// Whether every reader reads the text as a string without quotes.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let begins_a_text = match first {
        // Numbers in all bases and times only have these letters.
        '0'..='9' => text.contains(|c: char| {
            c.is_ascii_alphabetic() && !"abcdefoxtz".contains(c.to_ascii_lowercase())
        }),
        '/' | '_' | '$' | '(' => true,
        // Flags of programs.
        '-' => text.starts_with("--") && text.get(2..3).is_some_and(is_letter),
        first => first.is_alphabetic(),
    };
    begins_a_text
        && !text.contains(is_unsafe)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_letter(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a string of several lines can be written below its key as it is.
fn is_literal(text: &str) -> bool {
    let is_shown = |c: char| matches!(c, '\n' | '\t') || !is_unsafe(c);
    text.contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && !text.ends_with([' ', '\t'])
        && !text.ends_with("\n\n")
        && text.chars().all(is_shown)
}

/// The string in quotes, with control and invisible characters escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_unsafe(c) => {
                let code = u32::from(c);
                // Writing to a String can't fail.
                let _ = match u16::try_from(code) {
                    Ok(code) => write!(quoted, "\\u{code:04x}"),
                    Err(_) => write!(quoted, "\\U{code:08x}"),
                };
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
