//! Where the text of a JSON list is likely to be cut between two items.

use memchr::memmem::FinderRev;

use super::json_items::blank;

/// Further guesses than this aren't worth their time.
const GUESSES: usize = 64;

/// How the items of a list stand apart: the end of one, and the beginning of the
/// next up to its first key. Another part of the text may look the same.
pub(super) struct Cuts {
    finder: FinderRev<'static>,
    /// From the beginning of this to the end of the item in it.
    lead: usize,
    /// Whether the first key is `apiVersion`, and `kind` comes next.
    tells: bool,
}

impl Cuts {
    /// Learns from `text`, in which one item ends at `end` and the next begins at `start`.
    pub(super) fn new(text: &str, (end, start): (usize, usize)) -> Option<Self> {
        let before = text.get(..end)?.strip_suffix('}')?.trim_ascii_end().len();
        let inside = start + 1;
        let rest = text.get(inside..)?;
        let key = inside + blank(rest);
        let length = text.get(key..)?.strip_prefix('"')?.find('"')?;
        let key_end = key + length + 2;
        let tells = text.get(key..key_end) == Some("\"apiVersion\"");
        let between = text.get(before..key_end)?;
        Some(Self {
            finder: FinderRev::new(between.as_bytes()).into_owned(),
            lead: end - before,
            tells: tells && tells_kind(text.as_bytes().get(key_end..)?),
        })
    }

    /// Where the last item that ends in `text` is likely to end.
    pub(super) fn last(&self, text: &[u8]) -> Option<usize> {
        let mut end = text.len();
        for _ in 0..GUESSES {
            let at = self.finder.rfind(text.get(..end)?)?;
            let after = at + self.finder.needle().len();
            if !self.tells || tells_kind(text.get(after..)?) {
                return Some(at + self.lead);
            }
            end = after - 1;
        }
        None
    }
}

/// Whether a string follows, and the key `kind`.
fn tells_kind(text: &[u8]) -> bool {
    let kind = || {
        let text = text.trim_ascii_start().strip_prefix(b":")?;
        let text = text.trim_ascii_start().strip_prefix(b"\"")?;
        let length = text.iter().position(|b| *b == b'"')?;
        let text = text.get(length + 1..)?.trim_ascii_start();
        let text = text.strip_prefix(b",")?.trim_ascii_start();
        Some(text.starts_with(b"\"kind\""))
    };
    kind().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Cuts;

    #[test]
    fn between_items_and_not_in_them() {
        let item = r#"{"apiVersion":"v1","kind":"Node","a":[{"apiVersion":"v1","b":1},{"apiVersion":"v1","b":1}]}"#;
        let text = [item; 4].join(",");
        let cuts = Cuts::new(&text, (item.len(), item.len() + 1));
        let cuts = cuts.filter(|c| c.tells);
        let last = |text: &str| cuts.as_ref().and_then(|c| c.last(text.as_bytes()));
        assert_eq!(last(&text), Some(item.len() * 3 + 2));
        assert_eq!(
            last(text.get(..text.len() - item.len() + 20).unwrap_or_default()),
            Some(item.len() * 2 + 1)
        );
        assert_eq!(last(item), None);
    }
}
