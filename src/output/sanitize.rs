//! Foreign text before it reaches a terminal.

use crate::model::is_unsafe;

/// `text` on one line and without what would move the cursor, change colours
/// or reorder what is read: control characters and bidirectional overrides.
/// They are shown as escapes, so that nothing is hidden.
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

/// JSON whose strings hold nothing that a terminal acts on. Its encoder leaves
/// DEL, C1 controls and bidirectional overrides as they are; outside of strings
/// there are none.
#[must_use]
pub fn escaped(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                clean.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            clean.push(c);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::{escaped, sanitize};

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({"a": "x\u{1b}\u{9b}\u{7f}\u{202e}\u{e0041}\n節"});
        let text = escaped(&serde_json::to_string_pretty(&value).unwrap_or_default());
        assert!(text.chars().all(|c| c == '\n' || !super::is_unsafe(c)));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).ok(),
            Some(value)
        );
    }

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
