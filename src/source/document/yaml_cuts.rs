//! Where a YAML text can be cut that is there in part.

use memchr::memmem;

use super::yaml_source::after_breaks;

/// Where the last document begins that isn't the first one.
pub(super) fn last_separator(text: &[u8]) -> Option<usize> {
    let mut end = text.len();
    loop {
        let at = memmem::rfind(text.get(..end)?, b"\n---")?;
        if is_separator(text.get(at + 1..)?) {
            return Some(at + 1);
        }
        end = at;
    }
}

/// Where the next document begins.
pub(super) fn separator(text: &[u8]) -> Option<usize> {
    if is_separator(text) {
        return Some(0);
    }
    let mut found = memmem::find_iter(text, b"\n---").map(|at| at + 1);
    found.find(|at| text.get(*at..).is_some_and(is_separator))
}

fn is_separator(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"---").and_then(<[u8]>::first);
    matches!(rest, Some(b' ' | b'\t' | b'\r' | b'\n'))
}

/// Where the first item begins of a list in the style of kubectl.
pub(super) fn items_begin(text: &[u8]) -> Option<usize> {
    const KEY: &[u8] = b"items:";
    let mut found = memmem::find_iter(text, KEY);
    let key = found.find(|at| {
        let is_line = at
            .checked_sub(1)
            .is_none_or(|b| text.get(b) == Some(&b'\n'));
        let rest = text.get(at + KEY.len()..).unwrap_or_default();
        is_line && rest.trim_ascii_start().len() < rest.len()
    })?;
    let rest = text.get(key..)?;
    let line = memchr::memchr(b'\n', rest)? + 1;
    let is_alone = rest.get(..line)?.trim_ascii_end() == KEY;
    let begin = key + line;
    let is_list = is_alone && text.get(begin..)?.starts_with(b"- ");
    let is_apart = is_list && anchor(text.get(..begin)?).is_none();
    is_apart.then_some(begin)
}

/// Where a list ends whose items the text begins with: before the first line that
/// is neither indented nor begins with a dash.
pub(super) fn list_end(text: &[u8]) -> Option<usize> {
    let mut lines = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
    lines.find(|at| {
        let line = text.get(*at..).unwrap_or_default();
        match line {
            [b'-', ..] => is_separator(line),
            _ => !matches!(after_breaks(line), [] | [b' ' | b'#' | b'\n' | b'\r', ..]),
        }
    })
}

/// Where the last item begins that isn't the first one.
pub(super) fn last_item(text: &[u8]) -> Option<usize> {
    memmem::rfind(text, b"\n- ").map(|at| at + 1)
}

/// Where the items begin that may refer to one another: that with the first anchor and those after it.
pub(super) fn linked(text: &[u8]) -> Option<usize> {
    let before = text.get(..anchor(text)?)?;
    Some(last_item(before).unwrap_or_default())
}

/// Where a value could begin with an anchor; text in quotes isn't told apart.
fn anchor(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'&', text).find(|at| {
        let before = text.get(..*at).unwrap_or_default().trim_ascii_end();
        let begins = matches!(before.last(), Some(b':' | b'-' | b'?' | b'[' | b'{' | b','));
        let named = text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        begins && named && before.len() < *at
            || named && matches!(before.last(), Some(b'[' | b'{' | b','))
    })
}

/// The items of a text, and how many lines stand before each.
pub(super) fn items(text: &str) -> Vec<(&str, usize)> {
    let starts = memmem::find_iter(text.as_bytes(), b"\n- ").map(|at| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut lines = 0;
    let items = starts.iter().zip(ends).map(|(start, end)| {
        let item = text.get(*start..end).unwrap_or_default();
        let before = lines;
        lines += super::stream::newlines(item.as_bytes());
        (item, before)
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::{anchor, items, items_begin, last_separator, linked, list_end, separator};

    #[test]
    fn documents() {
        let text = b"a: 1\n---\nb: 2\n--- # c\nc: |\n  ---\n----\n---";
        assert_eq!(last_separator(text), Some(14));
        assert_eq!(separator(text), Some(5));
        assert_eq!(separator(b"---\n"), Some(0));
        assert_eq!(last_separator(b"---\na: 1\n"), None);
    }

    #[test]
    fn lists() {
        let text =
            b"apiVersion: v1\nitems: \n- a: 1\n  b: |\n    x\n\n# c\n-\n  c: 2\nkind: List\n";
        let begin = items_begin(text).unwrap_or_default();
        assert_eq!(begin, 23);
        let rest = text.get(begin..).unwrap_or_default();
        let end = list_end(rest).unwrap_or_default();
        assert_eq!(rest.get(end..), Some(&b"kind: List\n"[..]));
        for text in [
            "items: []\n",
            "items:\n  - a: 1\n",
            "items:\n",
            "xitems:\n- a: 1\n",
            "a: &x 1\nitems:\n- a: *x\n",
        ] {
            assert_eq!(items_begin(text.as_bytes()), None, "{text}");
        }
        assert_eq!(list_end(b"- a: 1\n---\n"), Some(7));
        assert_eq!(list_end(b"- a: 1\n- a: 2\n"), None);
        assert_eq!(list_end("- a: |\n\u{2028}    b\n".as_bytes()), None);
        assert_eq!(list_end("- a: 1\n\u{85}kind: List\n".as_bytes()), Some(7));
        assert_eq!(list_end(b"- a: 1\n\xe2\x80"), None);
        assert_eq!(
            items("- a: 1\n  b: 2\n- a: 2\n"),
            [("- a: 1\n  b: 2\n", 0), ("- a: 2\n", 2)]
        );
    }

    #[test]
    fn anchors() {
        assert_eq!(anchor(b"a: x && y\nb: 'x &y'\nc: x&y\n"), None);
        for text in ["a: &b 1", "- &b 1", "a: [&b 1]", "{a: 1, &b c: 2}"] {
            assert!(anchor(text.as_bytes()).is_some(), "{text}");
        }
        assert_eq!(linked(b"- a: 1\n- a: &x 2\n- *x\n"), Some(7));
        assert_eq!(linked(b"- a: &x 1\n"), Some(0));
    }
}
