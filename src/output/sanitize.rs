//! Foreign text before it reaches a terminal.

use crate::model::is_unsafe;

/// `text` on one line and without what would move the cursor, change colours or reorder text:
/// control characters and bidirectional overrides. They are shown as escapes, so that nothing is
/// hidden.
#[must_use]
pub fn sanitize(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => clean.push(' '),
            c if is_unsafe(c) => clean.extend(c.escape_default()),
            c => clean.push(c),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn escapes_are_shown_and_not_sent() {
        assert_eq!(sanitize("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(sanitize("a\nb\tc"), "a b c");
        assert_eq!(
            sanitize("\u{202e}x\u{7f}\u{9b}"),
            "\\u{202e}x\\u{7f}\\u{9b}"
        );
        assert_eq!(sanitize("grün 節点"), "grün 節点");
    }
}
