//! An item as one list of what stands in it.

use serde_json::Value;

use crate::source::document::scalar::resolve;
use crate::source::document::spanned::{Field, Node, Spanned};

/// A value: each object is followed by its keys and values, each list by its elements.
#[derive(Debug, Default)]
pub(in crate::source::document) struct Tape<'a> {
    pub(super) steps: Vec<Step<'a>>,
    /// The number of the text's first line.
    pub(super) first_line: usize,
    /// Texts that don't stand in the item as they read.
    pub(super) written: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    /// Counted from the text's first line, which is 0.
    pub line: u32,
    pub token: Token<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    /// The number of the step after the object's last one.
    Map(u32),
    /// The number of the step after the list's last one.
    List(u32),
    /// A key of an object; its value follows.
    Key(&'a str),
    /// A scalar without quotes, which may be no string.
    Bare(&'a str),
    Text(&'a str),
    /// The number of a written text without quotes around it.
    WrittenBare(u32),
    /// The number of a written text.
    Written(u32),
}

/// What a scalar is.
pub(super) enum Scalar<'t> {
    Text(&'t str),
    Plain(Value, &'t str),
}

impl<'a> Tape<'a> {
    pub(super) fn token(&self, at: usize) -> Option<Token<'a>> {
        self.steps.get(at).map(|s| s.token)
    }

    /// The step after the value at `at`.
    pub(super) fn after(&self, at: usize) -> usize {
        match self.token(at) {
            Some(Token::Map(end) | Token::List(end)) => end as usize,
            _ => at + 1,
        }
    }

    /// What the scalar at `at` is; `None` for an object or a list.
    pub(super) fn scalar(&self, at: usize) -> Option<Scalar<'_>> {
        let bare = |text| resolve(text).map_or(Scalar::Text(text), |v| Scalar::Plain(v, text));
        let written = |number: u32| self.written.get(number as usize).map(String::as_str);
        match self.token(at)? {
            Token::Bare(text) => Some(bare(text)),
            Token::Text(text) => Some(Scalar::Text(text)),
            Token::WrittenBare(number) => written(number).map(bare),
            Token::Written(number) => written(number).map(Scalar::Text),
            Token::Map(_) | Token::List(_) | Token::Key(_) => None,
        }
    }

    /// The value at `at` with lines.
    pub(super) fn spanned(&self, at: usize) -> Spanned {
        let line = self.line(at);
        let node = match self.token(at) {
            Some(Token::Map(end)) => {
                let (mut fields, mut at) = (Vec::new(), at + 1);
                while at < end as usize {
                    if let Some(Token::Key(key)) = self.token(at) {
                        fields.push(Field {
                            key: key.to_owned(),
                            line: self.line(at),
                            value: self.spanned(at + 1),
                        });
                    }
                    at = self.after(at + 1);
                }
                Node::Map(fields)
            }
            Some(Token::List(end)) => {
                let (mut elements, mut at) = (Vec::new(), at + 1);
                while at < end as usize {
                    elements.push(self.spanned(at));
                    at = self.after(at);
                }
                Node::List(elements)
            }
            _ => match self.scalar(at) {
                Some(Scalar::Text(text)) => Node::Text(text.to_owned()),
                Some(Scalar::Plain(value, text)) => Node::Plain(value, text.into()),
                None => Node::Plain(Value::Null, "".into()),
            },
        };
        Spanned { line, node }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        let line = self.steps.get(at).map_or(0, |s| s.line);
        self.first_line + line as usize
    }
}
