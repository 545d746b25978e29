//! From an item's lines to its tape.

use memchr::{memchr, memchr_iter};

use super::tape::{Step, Tape, Token};
use crate::source::document::scalar::resolve;

/// Deeper than any object of the API.
const DEPTH: usize = 64;

/// kubectl prints longer keys in another style.
const KEY: usize = 128;

/// So many keys that aren't in order are compared with each other.
const UNSORTED: usize = 256;

/// Reads `text`, elements of a list or a document, with its last line break. Its
/// first line has the number `first_line`.
/// `None` where anything of it isn't in kubectl's style.
pub(in crate::source::document) fn read(text: &str, first_line: usize) -> Option<Tape<'_>> {
    if !is_printable(text) {
        return None;
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        end: 0,
        next: 0,
        indent: None,
        line: 0,
        depth: 0,
        keys: Vec::new(),
        tape: Tape {
            first_line,
            ..Tape::default()
        },
    };
    scanner.tape.steps.reserve(text.len() / 16);
    scanner.read_line()?;
    if scanner.indent == Some(0) && scanner.rest() == Some("---") {
        scanner.advance()?;
    }
    if scanner.indent != Some(0) {
        return None;
    }
    if scanner.is_element() {
        scanner.list(0)?;
    } else {
        let key = scanner.key()??;
        scanner.map(0, key)?;
    }
    scanner.indent.is_none().then_some(scanner.tape)
}

/// Lines of characters that mean themselves and nothing else.
fn is_printable(text: &str) -> bool {
    let ascii = |b: u8| matches!(b, b' '..=b'~' | b'\n' | 0x80..);
    let foreign = |c: char| c > '\u{a0}' && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    text.ends_with('\n')
        && text.bytes().fold(true, |all, b| all & ascii(b))
        && (text.is_ascii() || text.chars().all(|c| c.is_ascii() || foreign(c)))
}

pub(super) struct Scanner<'a> {
    pub text: &'a str,
    pub bytes: &'a [u8],
    /// Where reading has got to in the line.
    pub at: usize,
    /// The line's end, without its line break.
    pub end: usize,
    /// Where the next line begins.
    next: usize,
    /// How far the line is indented; `None` after the last one.
    pub indent: Option<usize>,
    pub line: u32,
    depth: usize,
    /// The keys of the objects around.
    keys: Vec<&'a str>,
    pub tape: Tape<'a>,
}

impl<'a> Scanner<'a> {
    /// Goes to the next line.
    pub(super) fn advance(&mut self) -> Option<()> {
        self.line += 1;
        self.read_line()
    }

    fn read_line(&mut self) -> Option<()> {
        let Some(rest) = self.bytes.get(self.next..).filter(|r| !r.is_empty()) else {
            (self.at, self.end, self.indent) = (self.next, self.next, None);
            return Some(());
        };
        let length = memchr(b'\n', rest)?;
        let indent = rest.iter().take_while(|b| **b == b' ').count();
        self.at = self.next + indent;
        self.end = self.next + length;
        self.next = self.end + 1;
        self.indent = Some(indent);
        Some(())
    }

    /// True for an empty line and for one of nothing but spaces.
    pub(super) fn is_blank(&self) -> bool {
        self.indent.is_some() && self.at >= self.end
    }

    /// What is left of the line.
    pub(super) fn rest(&self) -> Option<&'a str> {
        self.text.get(self.at..self.end)
    }

    fn is_element(&self) -> bool {
        let rest = self.bytes.get(self.at..self.end);
        rest.is_some_and(|r| r.starts_with(b"- "))
    }

    pub(super) fn push(&mut self, token: Token<'a>) {
        let line = self.line;
        self.tape.steps.push(Step { line, token });
    }

    /// Reads the values of an object or a list, and notes where it ends.
    fn nested(
        &mut self,
        token: fn(u32) -> Token<'a>,
        read: impl FnOnce(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let begin = self.tape.steps.len();
        self.push(token(0));
        read(self)?;
        let end = u32::try_from(self.tape.steps.len()).ok()?;
        self.tape.steps.get_mut(begin)?.token = token(end);
        self.depth -= 1;
        Some(())
    }

    /// An element whose dash stands at `column`.
    fn element(&mut self, column: usize) -> Option<()> {
        self.at += 2;
        if self.is_element() {
            return self.list(column + 2);
        }
        match self.key()? {
            Some(key) => self.map(column + 2, key),
            None => self.scalar(column),
        }
    }

    fn list(&mut self, column: usize) -> Option<()> {
        self.nested(Token::List, |list| {
            loop {
                list.element(column)?;
                match list.indent {
                    Some(indent) if indent == column && list.is_element() => {}
                    Some(indent) if indent > column => return None,
                    _ => return Some(()),
                }
            }
        })
    }

    fn map(&mut self, column: usize, first: &'a str) -> Option<()> {
        let begin = self.keys.len();
        self.nested(Token::Map, |map| {
            let (mut key, mut sorted) = (first, true);
            loop {
                map.note_key(key, begin, &mut sorted)?;
                map.push(Token::Key(key));
                map.value(column)?;
                match map.indent {
                    Some(indent) if indent == column => {}
                    Some(indent) if indent > column => return None,
                    _ => return Some(()),
                }
                // A dash here begins no key.
                key = map.key()??;
            }
        })?;
        self.keys.truncate(begin);
        Some(())
    }

    /// Refuses a key that is given twice.
    fn note_key(&mut self, key: &'a str, begin: usize, sorted: &mut bool) -> Option<()> {
        let before = self.keys.get(begin..)?;
        *sorted = *sorted && before.last().is_none_or(|last| *last < key);
        if !*sorted && (before.len() > UNSORTED || before.contains(&key)) {
            return None;
        }
        self.keys.push(key);
        Some(())
    }

    /// The value of a key at `column`; what is read next stands after its colon.
    fn value(&mut self, column: usize) -> Option<()> {
        if self.at < self.end {
            self.at += 1;
            return self.scalar(column);
        }
        self.advance()?;
        match self.indent? {
            indent if indent == column && self.is_element() => self.list(column),
            indent if indent == column + 2 => {
                let key = self.key()??;
                self.map(indent, key)
            }
            _ => None,
        }
    }

    /// A key and its colon; within, `None` where a scalar stands instead.
    fn key(&mut self) -> Option<Option<&'a str>> {
        let rest = self.rest()?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (key, colon) = match quote {
            Some(quote) => {
                let inner = rest.get(1..)?;
                let Some((key, after)) = inner.split_once(quote) else {
                    return Some(None);
                };
                if !after.starts_with(':') || key.contains('\\') {
                    return Some(None);
                }
                (key, key.len() + 2)
            }
            None => {
                let Some(colon) = colon(rest.as_bytes()) else {
                    return Some(None);
                };
                let key = rest.get(..colon)?;
                // What may be a marker of documents is none of these.
                let is_marker = key.starts_with("---") || key.starts_with("...");
                if is_marker || !is_bare(key) || key == "<<" || resolve(key).is_some() {
                    return None;
                }
                (key, colon)
            }
        };
        if key.len() > KEY || !matches!(rest.as_bytes().get(colon + 1), None | Some(b' ')) {
            return None;
        }
        self.at += colon + 1;
        Some(Some(key))
    }
}

/// The colon that ends a key.
fn colon(line: &[u8]) -> Option<usize> {
    let mut colons = memchr_iter(b':', line);
    colons.find(|at| matches!(line.get(at + 1), None | Some(b' ')))
}

/// Whether a text without quotes begins as one, and has no comment behind it.
pub(super) fn is_bare(text: &str) -> bool {
    let mut bytes = text.bytes();
    let begins = match bytes.next() {
        None | Some(b' ' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*') => false,
        Some(b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`') => false,
        Some(b'-' | b'?' | b':') => bytes.next().is_some_and(|b| b != b' '),
        Some(_) => true,
    };
    begins && is_bare_inside(text)
}

/// Whether nothing in a text without quotes ends it.
pub(super) fn is_bare_inside(text: &str) -> bool {
    let bytes = text.as_bytes();
    let before = |at: usize| at.checked_sub(1).and_then(|b| bytes.get(b));
    let comments = || memchr_iter(b'#', bytes).any(|at| matches!(before(at), None | Some(b' ')));
    !text.ends_with(' ') && colon(bytes).is_none() && !comments()
}
