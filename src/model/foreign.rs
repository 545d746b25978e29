//! Characters of foreign text that a terminal acts on.

/// What would move the cursor, change colours, hide or reorder what is read: control
/// characters, and those that are invisible or override the direction.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{2060}'..='\u{2064}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
