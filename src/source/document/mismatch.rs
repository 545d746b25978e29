//! What is wrong with a value of the wrong type, in words.

use std::fmt;

use serde_json::Value;

use super::shown;
use super::spanned::{Node, Spanned};

/// What `value` is and what is wanted in its place.
pub(super) fn mismatch(value: &Spanned, wanted: &str) -> String {
    let range = integer_range(wanted);
    match (&value.node, wanted) {
        (Node::Plain(Value::Bool(meaning), text), "a string") => {
            let what = match &**text {
                "true" | "false" => "a boolean".to_owned(),
                _ => format!("which kubectl reads as the boolean {meaning}"),
            };
            format!("is `{text}`, {what}, where a string is wanted: quote it: \"{text}\"")
        }
        (Node::Plain(Value::Number(_), text), "a string") => {
            format!("is `{text}`, a number, where a string is wanted: quote it: \"{text}\"")
        }
        (Node::Plain(Value::Number(number), text), _) if range.is_some() && !number.is_f64() => {
            let (least, most) = range.unwrap_or_default();
            format!("is `{text}`, which is out of range: it takes {least} to {most}")
        }
        (Node::Text(text), _) if range.is_some() && text.parse::<i64>().is_ok() => {
            format!(
                "is the string `{text}` where a whole number is wanted: write it without quotes"
            )
        }
        (Node::Text(text), "a boolean") if matches!(text.as_str(), "true" | "false") => {
            format!("is the string `{text}` where a boolean is wanted: write it without quotes")
        }
        (Node::Text(text), _) => {
            format!(
                "is the string `{}` where {} is wanted",
                shown(text),
                wanted_text(wanted)
            )
        }
        (Node::Plain(_, text), _) => {
            format!(
                "is `{text}`, {}, where {} is wanted",
                value.what(),
                wanted_text(wanted)
            )
        }
        _ => format!(
            "is {} where {} is wanted",
            value.what(),
            wanted_text(wanted)
        ),
    }
}

fn integer_range(wanted: &str) -> Option<(String, String)> {
    let range = |least: &dyn fmt::Display, most: &dyn fmt::Display| {
        Some((least.to_string(), most.to_string()))
    };
    match wanted {
        "i32" | "a 32-bit integer" => range(&i32::MIN, &i32::MAX),
        "i64" => range(&i64::MIN, &i64::MAX),
        "u32" => range(&u32::MIN, &u32::MAX),
        "u64" => range(&u64::MIN, &u64::MAX),
        _ => None,
    }
}

/// serde's name of a type in words.
fn wanted_text(wanted: &str) -> &str {
    match wanted {
        "i32" | "i64" | "u32" | "u64" => "a whole number",
        "f64" => "a number",
        "a boolean" | "a string" => wanted,
        "a sequence" => "a list",
        "IntOrString" => "a whole number or a percentage",
        "Quantity" => "a quantity",
        _ => "an object",
    }
}
