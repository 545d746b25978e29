//! A YAML text as the parser takes it.
//!
//! kubectl reads YAML 1.1 and the parser YAML 1.2. In 1.1 a line ends with U+0085, U+2028
//! and U+2029 too, and kubectl prints the last two as they are.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span};
use memchr::{memchr_iter, memrchr_iter};

/// Line breaks of YAML 1.1 alone.
const BREAKS: [char; 3] = ['\u{85}', LINE, PARAGRAPH];
const LINE: char = '\u{2028}';
const PARAGRAPH: char = '\u{2029}';

/// So many bytes may be parsed again for what the parser doesn't take and kubectl does.
const REPAIRS: usize = 8 << 20;

/// The text, and what has to be put right in what the parser makes of it.
pub(super) struct Source<'t> {
    pub text: Cow<'t, str>,
    /// Where it had other line breaks, in their order.
    breaks: Vec<(usize, char)>,
    repairs: usize,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut source = Self {
            text: Cow::Borrowed(text),
            breaks: Vec::new(),
            repairs: 0,
        };
        if !text.is_ascii() && text.contains(BREAKS) {
            source.break_lines(text);
        }
        // kubectl reads whole lines; a block scalar at the end sees the difference.
        if !source.text.ends_with('\n') {
            source.text.to_mut().push('\n');
        }
        source
    }

    fn break_lines(&mut self, text: &str) {
        let mut broken = String::with_capacity(text.len());
        for c in text.chars() {
            if BREAKS.contains(&c) {
                self.breaks.push((broken.len(), c));
                broken.push('\n');
            } else {
                broken.push(c);
            }
        }
        self.text = Cow::Owned(broken);
    }

    /// How many lines the parser counts before `span` that aren't the file's.
    pub(super) fn extra_lines(&self, at: Option<usize>) -> usize {
        let at = at.unwrap_or_default();
        self.breaks.partition_point(|(b, _)| *b < at)
    }

    /// Changes what `error` is about so that it means the same to the parser as now to
    /// kubectl; false where kubectl refuses it too.
    pub(super) fn repair(&mut self, error: &ScanError) -> bool {
        let spaces = match error.kind() {
            // The further lines of a text in quotes may stand anywhere.
            ErrorKind::InvalidQuotedScalarIndent => 64,
            ErrorKind::CommentNotSeparated => 1,
            _ => return false,
        };
        let Some(at) = error.marker().byte_offset() else {
            return false;
        };
        self.repairs = self.repairs.saturating_add(self.text.len());
        if self.repairs > REPAIRS || !self.text.is_char_boundary(at) {
            return false;
        }
        self.text.to_mut().insert_str(at, &" ".repeat(spaces));
        for (place, _) in &mut self.breaks {
            if *place >= at {
                *place += spaces;
            }
        }
        true
    }

    /// Whether a text in double quotes has `\/`, an escape of YAML 1.2 alone.
    pub(super) fn escapes_slash(&self, span: Span) -> bool {
        let mut is_escaped = false;
        let source = span.slice(&self.text).unwrap_or_default();
        source.bytes().any(|b| {
            let found = is_escaped && b == b'/';
            is_escaped = b == b'\\' && !is_escaped;
            found
        })
    }

    /// The text of a scalar with its own line breaks; `None` where it has some that
    /// can't be told.
    pub(super) fn scalar<'s>(
        &self,
        text: Cow<'s, str>,
        style: ScalarStyle,
        span: Span,
    ) -> Option<Cow<'s, str>> {
        if self.breaks.is_empty() {
            return Some(text);
        }
        let range = span.byte_range()?;
        if style == ScalarStyle::Literal {
            return Some(Cow::Owned(self.literal(&text, range.start)?));
        }
        let first = self.breaks.partition_point(|(at, _)| *at < range.start);
        let end = self.breaks.partition_point(|(at, _)| *at < range.end);
        let breaks = self.breaks.get(first..end)?;
        if breaks.iter().all(|(_, c)| *c == '\u{85}') {
            return Some(text);
        }
        if style == ScalarStyle::Folded {
            return None;
        }
        let breaks = breaks.iter().map(|(at, c)| (at - range.start, *c));
        let breaks: Vec<_> = breaks.filter(|(_, c)| *c != '\u{85}').collect();
        flow(self.text.get(range)?, &breaks).map(Cow::Owned)
    }

    /// Each line break of a literal scalar is one of the text. Its span begins after
    /// those that it begins with.
    fn literal(&self, text: &str, start: usize) -> Option<String> {
        let bytes = self.text.as_bytes();
        let leading = text.len() - text.trim_start_matches('\n').len();
        let before = memrchr_iter(b'\n', bytes.get(..start)?);
        let begin = before.take(leading).last().unwrap_or(start);
        let mut lines = memchr_iter(b'\n', bytes.get(begin..)?);
        let mut own = || {
            let at = begin + lines.next()?;
            let found = self.breaks.binary_search_by_key(&at, |(at, _)| *at).ok()?;
            let (_, c) = self.breaks.get(found)?;
            (*c != '\u{85}').then_some(*c)
        };
        let own = text.chars().map(|c| match c {
            '\n' => own().unwrap_or('\n'),
            c => c,
        });
        Some(own.collect())
    }
}

/// What a text begins with after line breaks of YAML 1.1 alone; nothing where one of them may
/// be cut.
pub(super) fn after_breaks(text: &[u8]) -> &[u8] {
    let mut rest = text;
    loop {
        rest = match rest {
            [0xc2, 0x85, after @ ..] | [0xe2, 0x80, 0xa8 | 0xa9, after @ ..] => after,
            [0xc2] | [0xe2] | [0xe2, 0x80] => return &[],
            _ => return rest,
        };
    }
}

/// In quotes and without any a line break means a space, but one of these itself.
fn flow(source: &str, breaks: &[(usize, char)]) -> Option<String> {
    let mut rewritten = String::with_capacity(source.len());
    let mut rest = 0;
    let mut breaks = breaks.iter().peekable();
    while let Some((at, _)) = breaks.peek() {
        let before = source.get(rest..*at)?.trim_end_matches(is_space);
        let begin = rest + before.len();
        let after = source.get(*at..)?.trim_start_matches(is_space);
        let end = source.len() - after.len();
        rewritten.push_str(before);
        let mut run = Vec::new();
        for at in memchr_iter(b'\n', source.as_bytes().get(begin..end)?) {
            let own = breaks.next_if(|(b, _)| *b == begin + at);
            run.push(own.map_or('\n', |(_, c)| *c));
        }
        let kept = run.strip_prefix(&['\n']).unwrap_or(&run);
        for (index, c) in kept.iter().enumerate() {
            rewritten.push(*c);
            // One more, for the first of them is folded.
            let is_last = kept.get(index + 1).is_none_or(|next| *next != '\n');
            if *c == '\n' && is_last {
                rewritten.push('\n');
            }
        }
        rest = end;
    }
    rewritten.push_str(source.get(rest..)?);
    let mut parser = Parser::new_from_str(&rewritten);
    loop {
        match parser.next_event()?.ok()?.0 {
            Event::Scalar(text, ..) => return Some(text.into_owned()),
            Event::StreamEnd => return None,
            _ => {}
        }
    }
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::source::document::yaml::tests::values;

    fn one(text: &str) -> Value {
        values(text).pop().unwrap_or_default()
    }

    /// Each was seen on kubectl 1.37.1.
    #[test]
    fn line_breaks_of_yaml_1_1() {
        let cases = [
            (
                "a: |2-\n\u{2028}        {\"b\":1}\n  *c\n",
                json!({"a": "\u{2028}      {\"b\":1}\n*c"}),
            ),
            (
                "a: |\n  b\u{2028}  c\u{2029}\n  d\u{85}  e\n",
                json!({"a": "b\u{2028}c\u{2029}\nd\ne\n"}),
            ),
            (
                "a: |+\n  b\n\u{2029}\nc: 1\n",
                json!({"a": "b\n\u{2029}\n", "c": 1}),
            ),
            ("a: 'b \u{2028}   c'\n", json!({"a": "b\u{2028}c"})),
            ("a: 'b\n  \u{2028}\n   c'\n", json!({"a": "b\u{2028}\nc"})),
            (
                "a: \"b\u{2028}\u{2029} c\"\n",
                json!({"a": "b\u{2028}\u{2029}c"}),
            ),
            ("a: b\u{2028}  c\n", json!({"a": "b\u{2028}c"})),
            ("a: b\u{85}  c\u{85}d: 1\n", json!({"a": "b c", "d": 1})),
            ("a: 1 # b\u{2028}c: 2\n", json!({"a": 1, "c": 2})),
            (
                "a: {b: 1,\u{2029} c: 2}\u{2028}",
                json!({"a": {"b": 1, "c": 2}}),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(one(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_the_parser_alone_refuses() {
        assert_eq!(one("a: '{\n  \"b\": 1\n}'\n"), json!({"a": "{ \"b\": 1 }"}));
        assert_eq!(one("a:\n  b: \"c\nd\n e\"\n"), json!({"a": {"b": "c d e"}}));
        assert_eq!(one("a: 'b'#c\n"), json!({"a": "b"}));
    }

    #[test]
    fn the_last_line() {
        assert_eq!(one("a: |\n  b"), json!({"a": "b\n"}));
        assert_eq!(one("a: |+\n  b"), json!({"a": "b\n"}));
        assert_eq!(one("a: >-\n  b"), json!({"a": "b"}));
        assert_eq!(one("a: b"), json!({"a": "b"}));
    }
}
