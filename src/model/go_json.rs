//! JSON as Go's encoder writes it, for comparing or storing bytes.

use serde_json::Value;

/// The value on one line with sorted keys: characters with a meaning in HTML, or that end lines in
/// scripts, are escaped.
#[must_use]
pub fn go_json(value: &Value) -> String {
    let mut text = value.to_string();
    for (sign, escaped) in [
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u{2028}", "\\u2028"),
        ("\u{2029}", "\\u2029"),
    ] {
        text = text.replace(sign, escaped);
    }
    text
}
