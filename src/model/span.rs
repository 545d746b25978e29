//! Places in a text.

use std::ops::Range;

/// Where `part`, which was cut out of `text`, stands in it; all of `text` for any other.
/// It is what `str::substr_range` will be, which is unstable in Rust 1.89.
#[must_use]
pub fn span_of(part: &str, text: &str) -> Range<usize> {
    let begin = part.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    match begin.checked_add(part.len()) {
        Some(end) if end <= text.len() => begin..end,
        _ => 0..text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::span_of;

    #[test]
    fn a_part_is_found_where_it_was_cut_out() {
        let text = "a=b,a=b";
        let last = text.rsplit(',').next().unwrap_or_default();
        assert_eq!(span_of(last, text), 4..7);
        assert_eq!(span_of(text.trim_start_matches(text), text), 7..7);
        assert_eq!(span_of("another", text), 0..7);
    }
}
