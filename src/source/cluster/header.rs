//! Header values that come from the user's side.
//!
//! A header can't contain a control character. kubectl reports that for each request (Go's
//! `httpguts.ValidHeaderFieldValue`); here it is reported once, with the origin of the value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

/// A bearer token; `origin` is where it comes from.
pub(super) fn bearer(token: &str, origin: &str) -> Result<HeaderValue, String> {
    value(&format!("Bearer {token}"), origin)
}

/// A name and a password, which may contain anything because they are encoded.
pub(super) fn basic(name: &str, password: &str) -> Result<HeaderValue, String> {
    let packed = STANDARD.encode(format!("{name}:{password}"));
    value(&format!("Basic {packed}"), "the user's name and password")
}

/// Any value, which isn't shown in debug output.
pub(super) fn value(text: &str, origin: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(text).map_err(|_| unusable(text, origin))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unusable(text: &str, origin: &str) -> String {
    // A header may contain a tab.
    let control = text.chars().find(|c| c.is_ascii_control() && *c != '\t');
    let what = match control {
        Some('\n') => "a line break".to_owned(),
        Some('\r') => "a carriage return".to_owned(),
        Some(other) => format!("the control character U+{:04X}", u32::from(other)),
        None => "a character".to_owned(),
    };
    format!("error: {origin} holds {what}, which no HTTP header can hold: give it without")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_no_header_can_hold_is_named_without_the_value() {
        for (token, what) in [
            ("sEcReT\n", "a line break"),
            ("sEc\rReT", "a carriage return"),
            ("sEc\0ReT", "the control character U+0000"),
            ("sEcReT\x7f", "the control character U+007F"),
        ] {
            assert_eq!(
                bearer(token, "`--token`").unwrap_err(),
                format!(
                    "error: `--token` holds {what}, which no HTTP header can hold: give it without"
                )
            );
        }
    }

    #[test]
    fn what_headers_can_hold_is_sent_as_it_is() {
        assert_eq!(
            value("jürgen", "x").unwrap().as_bytes(),
            "jürgen".as_bytes()
        );
        assert_eq!(bearer("a\tb", "x").unwrap().as_bytes(), b"Bearer a\tb");
        assert_eq!(basic("u\n", "p:w").unwrap(), "Basic dQo6cDp3");
        assert!(!format!("{:?}", bearer("sEcReT", "x").unwrap()).contains("sEcReT"));
    }
}
