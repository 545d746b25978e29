//! The scalars of kubectl's style.

use memchr::memchr;

use super::scanner::{Scanner, is_bare, is_bare_inside};
use super::tape::Token;
use crate::source::document::budget::Budget;
use crate::source::document::scalar::is_infinite;
use crate::source::document::spanned::Node;
use crate::source::document::yaml;

impl<'a> Scanner<'a> {
    /// The scalar that the rest of the line begins with. Its further lines are
    /// indented deeper than `parent`.
    pub(super) fn scalar(&mut self, parent: usize) -> Option<()> {
        let rest = self.rest()?;
        match rest.as_bytes().first()? {
            b'{' | b'[' => self.empty(rest),
            b'\'' => self.single_quoted(parent),
            b'"' => self.double_quoted(parent),
            b'|' => self.literal(rest, parent),
            _ => self.bare(rest, parent),
        }
    }

    fn empty(&mut self, rest: &str) -> Option<()> {
        let end = u32::try_from(self.tape.steps.len() + 1).ok()?;
        self.push(match rest {
            "{}" => Token::Map(end),
            "[]" => Token::List(end),
            _ => return None,
        });
        self.advance()
    }

    fn bare(&mut self, rest: &'a str, parent: usize) -> Option<()> {
        if !is_bare(rest) || is_infinite(rest) {
            return None;
        }
        self.push(Token::Bare(rest));
        self.advance()?;
        if !self.continues(parent)? {
            return Some(());
        }
        let mut text = rest.to_owned();
        while self.continues(parent)? {
            let rest = self.rest()?;
            if rest.starts_with(['-', '?', ':']) || !is_bare_inside(rest) {
                return None;
            }
            text.push(' ');
            text.push_str(rest);
            self.advance()?;
        }
        self.write(text, Token::WrittenBare)
    }

    /// Whether the line belongs to the scalar before it. An empty line could.
    fn continues(&self, parent: usize) -> Option<bool> {
        if self.is_blank() {
            return None;
        }
        Some(self.indent.is_some_and(|indent| indent > parent))
    }

    /// Puts a text in the place of the last step.
    fn write(&mut self, text: String, token: fn(u32) -> Token<'a>) -> Option<()> {
        let number = u32::try_from(self.tape.written.len()).ok()?;
        self.tape.written.push(text);
        self.tape.steps.last_mut()?.token = token(number);
        Some(())
    }

    fn single_quoted(&mut self, parent: usize) -> Option<()> {
        let line = self.rest()?.get(1..)?;
        self.push(Token::Text(line));
        let mut text = String::new();
        let (mut line, mut pieces) = (line, 0);
        loop {
            let quote = memchr(b'\'', line.as_bytes());
            pieces += 1;
            let Some(quote) = quote else {
                // The line break means a space.
                if line.ends_with(' ') {
                    return None;
                }
                text.push_str(line);
                text.push(' ');
                self.advance()?;
                if !self.continues(parent)? {
                    return None;
                }
                line = self.rest()?;
                continue;
            };
            let (before, after) = (line.get(..quote)?, line.get(quote + 1..)?);
            if let Some(after) = after.strip_prefix('\'') {
                text.push_str(before);
                text.push('\'');
                line = after;
                continue;
            }
            if !after.is_empty() {
                return None;
            }
            if pieces == 1 {
                self.tape.steps.last_mut()?.token = Token::Text(before);
            } else {
                text.push_str(before);
                self.write(text, Token::Written)?;
            }
            return self.advance();
        }
    }

    fn double_quoted(&mut self, parent: usize) -> Option<()> {
        let begin = self.at;
        self.push(Token::Text(""));
        let line = self.rest()?.get(1..)?;
        if let Some(text) = line.strip_suffix('"')
            && !text.contains(['"', '\\'])
        {
            self.tape.steps.last_mut()?.token = Token::Text(text);
            return self.advance();
        }
        self.at += 1;
        loop {
            let (mut bytes, mut escaped) = (self.rest()?.bytes(), false);
            let quote = bytes.position(|b| {
                let ends = b == b'"' && !escaped;
                escaped = b == b'\\' && !escaped;
                ends
            });
            if let Some(quote) = quote {
                if self.at + quote + 1 != self.end {
                    return None;
                }
                break;
            }
            self.advance()?;
            if !self.continues(parent)? {
                return None;
            }
        }
        // What its escapes mean, the parser knows.
        let mut parsed =
            yaml::parse(self.text.get(begin..self.end)?, 1, &Budget::default()).ok()?;
        let Some(Node::Text(text)) = parsed.documents.pop().map(|d| d.node) else {
            return None;
        };
        self.write(text, Token::Written)?;
        self.advance()
    }

    /// `|`, `|-` and `|+`: the lines as they stand.
    fn literal(&mut self, header: &str, parent: usize) -> Option<()> {
        if !matches!(header, "|" | "|-" | "|+") {
            return None;
        }
        self.advance()?;
        // The parser, too, lets it begin with its first line.
        self.push(Token::Text(""));
        let mut text = String::new();
        let column = parent + 2;
        while let Some(indent) = self.indent {
            if self.is_blank() {
                // Spaces alone mean more or less, by what stands around them.
                if indent > 0 {
                    return None;
                }
            } else if indent <= parent {
                break;
            } else if indent < column {
                return None;
            } else {
                self.at -= indent - column;
                text.push_str(self.rest()?);
            }
            text.push('\n');
            self.advance()?;
        }
        let content = text.trim_end_matches('\n').len();
        if content == 0 || text.starts_with(['\n', ' ']) {
            return None;
        }
        match header {
            "|" => text.truncate(content + 1),
            "|-" => text.truncate(content),
            _ => {}
        }
        self.write(text, Token::Written)
    }
}
