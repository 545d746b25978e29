//! The meaning of a plain scalar.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Number, Value};

use super::shown;
use super::spanned::Node;

/// What a scalar means as YAML has it; `tag` is the type that it is said to have.
///
/// # Errors
/// The values that kubectl refuses, in words.
pub(super) fn node(text: Cow<'_, str>, is_plain: bool, tag: Option<&str>) -> Result<Node, String> {
    let wanted = match tag {
        None if is_plain => None,
        Some(tag @ ("bool" | "int" | "float" | "null")) => Some(tag),
        Some("binary") => return binary(&text),
        _ => return Ok(Node::Text(text.into_owned())),
    };
    if wanted.is_none_or(|wanted| wanted == "float") && is_infinite(&text) {
        return Err(format!(
            "`{text}` is a number that JSON doesn't have: quote it"
        ));
    }
    let value = resolve(&text);
    let is_wanted = match (wanted, &value) {
        (None, _) | (Some("bool"), Some(Value::Bool(_))) | (Some("null"), Some(Value::Null)) => {
            true
        }
        (Some("int"), Some(Value::Number(number))) => !text.contains('.') && !number.is_f64(),
        (Some("float"), Some(Value::Number(_))) => true,
        _ => false,
    };
    match (is_wanted, wanted, value) {
        (true, _, Some(value)) => Ok(Node::Plain(value, text.into())),
        (false, Some(wanted), _) => Err(format!("`{}` is no `!!{wanted}`", shown(&text))),
        _ => Ok(Node::Text(text.into_owned())),
    }
}

fn binary(text: &str) -> Result<Node, String> {
    let unbroken: String = text.split(['\n', '\r']).collect();
    match BASE64_STANDARD.decode(unbroken) {
        Ok(bytes) => Ok(Node::Text(String::from_utf8_lossy(&bytes).into_owned())),
        Err(_) => Err("`!!binary` wants base64".to_owned()),
    }
}

/// Numbers of YAML that JSON doesn't have.
pub(super) fn is_infinite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => true,
        ".nan" | ".NaN" | ".NAN" => unsigned.len() == text.len(),
        _ => false,
    }
}

/// Resolves a scalar without quotes as `resolve` of `go.yaml.in/yaml/v2` does,
/// which `sigs.k8s.io/yaml` 1.6 and so kubectl read YAML with. `None` for a string.
pub(super) fn resolve(text: &str) -> Option<Value> {
    let first = text.bytes().next();
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Some(Value::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Some(Value::Bool(false));
        }
        _ => {}
    }
    match first? {
        b'.' => float(text),
        b'0'..=b'9' | b'+' | b'-' => {
            let digits = text.replace('_', "");
            integer(&digits).or_else(|| float(&digits))
        }
        _ => None,
    }
}

/// `strconv.ParseInt` and `ParseUint` with base 0: `0x`, `0o`, `0b`, and `0` for octal.
fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let prefix = digits.get(..2).map(str::to_ascii_lowercase);
    let (radix, digits) = match prefix.as_deref() {
        Some("0x") => (16, digits.get(2..)?),
        Some("0o") => (8, digits.get(2..)?),
        Some("0b") => (2, digits.get(2..)?),
        Some(_) if digits.starts_with('0') => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let is_signed = text.starts_with(['+', '-']);
    if is_signed && !negative && i64::try_from(magnitude).is_err() {
        return None;
    }
    if negative {
        let value = 0_i64.checked_sub_unsigned(magnitude)?;
        return Some(Value::from(value));
    }
    Some(Value::from(magnitude))
}

/// A float of YAML's core schema. A whole one is an integer, as in JSON.
fn float(text: &str) -> Option<Value> {
    let is_float = |c: u8| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(is_float) {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|v: &f64| v.is_finite())?;
    let whole = format!("{value:.0}");
    if value.fract() == 0.0
        && value.abs() < 1e15
        && let Ok(whole) = whole.parse::<i64>()
    {
        return Some(Value::from(whole));
    }
    Number::from_f64(value).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use serde_json::{Value, json};

    /// Each line was seen on kubectl 1.37.1 (`kubectl label --local -f`).
    #[test]
    fn scalars_mean_what_kubectl_takes_them_for() {
        for text in ["yes", "on", "y", "Y", "true", "TRUE"] {
            assert_eq!(resolve(text), Some(json!(true)), "{text}");
        }
        for text in ["no", "off", "n", "N", "False"] {
            assert_eq!(resolve(text), Some(json!(false)), "{text}");
        }
        for text in ["", "~", "null"] {
            assert_eq!(resolve(text), Some(Value::Null), "{text}");
        }
        let numbers = [
            ("0600", json!(384)),
            ("1_000", json!(1000)),
            ("1e3", json!(1000)),
            ("0x10", json!(16)),
            (".5", json!(0.5)),
            ("1.0", json!(1)),
            ("0o17", json!(15)),
            ("08", json!(8)),
            ("-1", json!(-1)),
            ("+5", json!(5)),
            ("0", json!(0)),
            (
                "12345678901234567890",
                json!(12_345_678_901_234_567_890_u64),
            ),
        ];
        for (text, number) in numbers {
            assert_eq!(resolve(text), Some(number), "{text}");
        }
        for text in [
            "2024-01-01",
            "<<",
            "tRue",
            "v1.2",
            "1.2.3",
            "-",
            "+",
            ".",
            "1h",
            "0xg",
            "é",
        ] {
            assert_eq!(resolve(text), None, "{text}");
        }
    }
}
