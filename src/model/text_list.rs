//! Several texts in one, each found by its number.
//!
//! What stands beside the texts is written in ASCII, so that the whole is a `str` and a
//! part of it needs no check to be one: whether numbers are wide, how many texts there
//! are, where each ends, the texts, and, where texts are looked for, a print of each.

/// A number has two digits of base 128, or five in a list of more than 16 KiB.
const NARROW: u8 = 2;
const WIDE: u8 = 5;

/// A view of an encoded list; the empty `str` is the empty list.
#[derive(Clone, Copy)]
pub(super) struct TextList<'a> {
    ends: &'a [u8],
    width: usize,
    /// The texts, and the prints after them.
    texts: &'a str,
}

impl<'a> TextList<'a> {
    pub(super) fn of(encoded: &'a str) -> Self {
        Self::open(encoded).unwrap_or(Self {
            ends: &[],
            width: usize::from(NARROW),
            texts: "",
        })
    }

    fn open(encoded: &'a str) -> Option<Self> {
        let (first, rest) = encoded.as_bytes().split_first()?;
        let width = usize::from(*first);
        let (count, rest) = rest.split_at_checked(width)?;
        let (ends, rest) = rest.split_at_checked(number(count) * width)?;
        let texts = encoded.get(encoded.len() - rest.len()..)?;
        Some(Self { ends, width, texts })
    }

    /// The text of a number.
    pub(super) fn get(self, index: usize) -> Option<&'a str> {
        let end = self.end(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => self.end(before)?,
            None => 0,
        };
        self.texts.get(start..end)
    }

    fn end(self, index: usize) -> Option<usize> {
        let start = index * self.width;
        Some(number(self.ends.get(start..start + self.width)?))
    }

    /// All of them in their order.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut start = 0;
        self.ends.chunks(self.width).map_while(move |end| {
            let end = number(end);
            let text = self.texts.get(start..end);
            start = end;
            text
        })
    }

    /// The number of `wanted` in a list that was written with prints.
    pub(super) fn position(self, wanted: &str) -> Option<usize> {
        let print = print(wanted);
        let count = self.ends.len() / self.width;
        let prints = self.texts.as_bytes();
        let prints = prints.get(prints.len().checked_sub(count)?..)?;
        let mut from = 0;
        while let Some(next) = prints.get(from..)?.iter().position(|p| *p == print) {
            let index = from + next;
            if self.get(index) == Some(wanted) {
                return Some(index);
            }
            from = index + 1;
        }
        None
    }
}

/// Seven bits that mostly tell two keys of labels apart without a look at all of them.
fn print(text: &str) -> u8 {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
    let len = bytes.len();
    #[allow(clippy::cast_possible_truncation)]
    let mixed = (len as u8)
        .wrapping_mul(31)
        .wrapping_add(at(len.wrapping_sub(1)).wrapping_mul(7))
        .wrapping_add(at(len / 2).wrapping_mul(3));
    mixed & 0x7f
}

#[inline]
fn number(digits: &[u8]) -> usize {
    match digits {
        // Nearly all lists are short.
        [high, low] => usize::from(*high) << 7 | usize::from(*low),
        digits => {
            let digits = digits.iter();
            digits.fold(0, |number, digit| number << 7 | usize::from(*digit))
        }
    }
}

/// Writes a list, with prints where it is to be searched; the same texts come to the same bytes.
pub(super) fn encode<'a>(
    encoded: &mut String,
    texts: impl Iterator<Item = &'a str> + Clone,
    prints: bool,
) {
    encoded.clear();
    let (count, length) = texts.clone().fold((0, 0), |(count, length), text| {
        (count + 1, length + text.len())
    });
    let width = if length.max(count) < 1 << 14 {
        NARROW
    } else {
        WIDE
    };
    encoded.push(char::from(width));
    write(encoded, count, width);
    let mut end = 0;
    for text in texts.clone() {
        end += text.len();
        write(encoded, end, width);
    }
    encoded.extend(texts.clone());
    if prints {
        encoded.extend(texts.map(|text| char::from(print(text))));
    }
}

fn write(encoded: &mut String, number: usize, width: u8) {
    for digit in (0..width).rev() {
        #[allow(clippy::cast_possible_truncation)]
        let digit = (number >> (7 * digit)) as u8;
        encoded.push(char::from(digit & 0x7f));
    }
}

#[cfg(test)]
mod tests {
    use super::{TextList, encode};

    fn encoded(texts: &[&str]) -> String {
        let mut encoded = String::new();
        encode(&mut encoded, texts.iter().copied(), true);
        encoded
    }

    #[test]
    fn texts_come_back_and_are_found() {
        let long = "ä".repeat(20_000);
        let lists: [&[&str]; 5] = [
            &[],
            &[""],
            &["", "a", "", "zone-1"],
            &["é", "a/b", "\u{7f}\u{0}"],
            &["x", &long, "y"],
        ];
        for texts in lists {
            let encoded = encoded(texts);
            let list = TextList::of(&encoded);
            assert_eq!(list.iter().collect::<Vec<_>>(), texts);
            for (index, text) in texts.iter().enumerate() {
                assert_eq!(list.get(index), Some(*text));
                let found = list.position(text).and_then(|found| list.get(found));
                assert_eq!(found, Some(*text));
            }
            assert_eq!(list.get(texts.len()), None);
            assert_eq!(list.position("nowhere"), None);
        }
    }

    #[test]
    fn numbers_grow_wide_where_two_digits_end() {
        for length in [16_383, 16_384] {
            let text = "x".repeat(length);
            let encoded = encoded(&[&text, "y"]);
            let list = TextList::of(&encoded);
            assert_eq!(list.get(0), Some(text.as_str()));
            assert_eq!(list.get(1), Some("y"));
        }
    }
}
