//! A YAML text cut into documents, and the lists that kubectl prints into items.
//!
//! A dump of nodes or pods is one document with thousands of items. Cut apart, only one of them is
//! held as a tree at a time.

use memchr::memchr_iter;

use super::yaml_source::after_breaks;

/// A part of a text that is parsed by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A whole document, and the number of its first line.
    Whole { text: &'a str, line: usize },
    /// A list: what stands around its items, and each item with its first line's number.
    List {
        head: String,
        items: Vec<(&'a str, usize)>,
    },
}

/// Cuts `text` at its lines `---`, which mean the same wherever they stand.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut first_line) = (0, 1);
    let (mut offset, mut number) = (0, 1);
    for line in text.split_inclusive('\n') {
        if is_separator(line) && offset > start {
            pieces.extend(piece(text.get(start..offset), first_line));
            (start, first_line) = (offset, number);
        }
        offset += line.len();
        number += 1;
    }
    pieces.extend(piece(text.get(start..), first_line));
    pieces
}

fn is_separator(line: &str) -> bool {
    let rest = line.strip_prefix("---");
    rest.is_some_and(|r| r.is_empty() || r.starts_with([' ', '\t', '\n', '\r']))
}

fn piece(text: Option<&str>, line: usize) -> Option<Piece<'_>> {
    let text = text?;
    let is_blank = |l: &str| l.trim().is_empty() || l.starts_with('#') || l.trim_end() == "---";
    // A directive alone is the beginning of the document after it; nothing here depends on one.
    if text.lines().all(|l| is_blank(l) || l.starts_with('%')) {
        return None;
    }
    Some(list(text, line).unwrap_or(Piece::Whole { text, line }))
}

/// Cuts a list in the block style that kubectl prints; `None` for anything else.
fn list(text: &str, first_line: usize) -> Option<Piece<'_>> {
    let (begin, mut number) = after_items_key(text, first_line)?;
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut offset = begin;
    for line in text.get(begin..)?.split_inclusive('\n') {
        if line.starts_with("- ") {
            starts.push((offset, number));
        } else if starts.is_empty() || line.starts_with('-') {
            return None;
        } else if !matches!(
            after_breaks(line.as_bytes()),
            [] | [b' ' | b'#' | b'\n' | b'\r', ..]
        ) {
            break;
        }
        offset += line.len();
        number += 1;
    }
    // An alias may mean a value of another item.
    let items = text.get(begin..offset)?;
    if has_token(items, b'*') && has_token(items, b'&') {
        return None;
    }
    let ends = starts.iter().skip(1).map(|s| s.0).chain([offset]);
    let items = starts.iter().zip(ends);
    let items = items.map(|((start, line), end)| Some((text.get(*start..end)?, *line)));
    let items: Vec<_> = items.collect::<Option<_>>()?;
    let (before, after) = (text.get(..begin)?, text.get(offset..)?);
    // A list that is cut off in the midst of its kind has objects.
    let is_other = tells_other_kind(after.as_bytes()) && !items.iter().any(|i| is_object(i.0));
    if is_other || tells_other_kind(before.as_bytes()) {
        return None;
    }
    let head = format!("{before}{after}");
    (!items.is_empty()).then_some(Piece::List { head, items })
}

/// Whether an item says what it is.
fn is_object(item: &str) -> bool {
    let mut keys = item.lines().map(|line| line.get(2..).unwrap_or_default());
    keys.any(|key| key.starts_with("kind:"))
}

/// Whether what stands around `items` says that they are no list's, but a field of an object.
pub(super) fn tells_other_kind(head: &[u8]) -> bool {
    let mut lines = head.split(|b| *b == b'\n');
    let kind = lines.find_map(|line| line.strip_prefix(b"kind:"));
    let kind = kind.unwrap_or_default().trim_ascii();
    let is_word = !kind.is_empty() && kind.iter().all(u8::is_ascii_alphanumeric);
    is_word && !kind.ends_with(b"List")
}

/// Whether `sigil` could begin a token of `text`; quoted text isn't distinguished.
fn has_token(text: &str, sigil: u8) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(sigil, bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        matches!(before, None | Some(b' ' | b'\n' | b'[' | b'{' | b','))
    })
}

/// Where the line after `items:` begins, and its number.
fn after_items_key(text: &str, first_line: usize) -> Option<(usize, usize)> {
    let (mut offset, mut number) = (0, first_line);
    for line in text.split_inclusive('\n') {
        offset += line.len();
        number += 1;
        if line.trim_end() == "items:" {
            return Some((offset, number));
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn a_list_of_kubectl_is_cut_into_items() {
        let text = "apiVersion: v1\nitems:\n- a: 1\n  b: |\n    - x\n\n    y\n- a: 2\nkind: List\n";
        let expected = [Piece::List {
            head: "apiVersion: v1\nitems:\nkind: List\n".to_owned(),
            items: vec![("- a: 1\n  b: |\n    - x\n\n    y\n", 3), ("- a: 2\n", 8)],
        }];
        assert_eq!(pieces(text), expected);
    }

    #[test]
    fn a_line_may_begin_with_a_line_break_of_yaml_1_1() {
        for (text, count) in [
            ("items:\n- a: |2-\n\u{2028}      b\n- a: 2\nkind: List\n", 2),
            ("items:\n- a: 1\n\u{85}\n- a: 2\n\u{2029}kind: List\n", 2),
        ] {
            let pieces = pieces(text);
            let [Piece::List { head, items }] = pieces.as_slice() else {
                panic!("{pieces:?}");
            };
            assert_eq!(items.len(), count, "{text:?}");
            assert!(head.ends_with("kind: List\n"), "{head:?}");
        }
    }

    #[test]
    fn other_styles_stay_whole() {
        for text in [
            "items:\n  - a: 1\nkind: List\n",
            "items: []\nkind: List\n",
            "items:\n- a: &x 1\n- a: *x\nkind: List\n",
            "items:\n- a: {b: &x 1}\n- a: [*x]\nkind: List\n",
            "items:\n-\n  a: 1\nkind: List\n",
            "items:\n- a: 1\nkind: Menu\n",
            "kind: Menu\nitems:\n- a: 1\n",
        ] {
            assert_eq!(pieces(text), [Piece::Whole { text, line: 1 }]);
        }
    }

    #[test]
    fn documents_are_cut_at_their_markers() {
        let text = "# one\n---\na: 1\n--- # two\nb: 2\n---\n";
        let expected = [
            Piece::Whole {
                text: "---\na: 1\n",
                line: 2,
            },
            Piece::Whole {
                text: "--- # two\nb: 2\n",
                line: 4,
            },
        ];
        assert_eq!(pieces(text), expected);
    }
}
