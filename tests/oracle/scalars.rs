//! Objects whose keys and values are texts that some reader of YAML takes for anything else.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// What texts are put together from: words, numbers and times of YAML 1.1 and 1.2, what
/// has a meaning in it, and what isn't seen or ends a line.
const PIECES: &[&str] = &[
    "y",
    "Yes",
    "NO",
    "on",
    "off",
    "True",
    "null",
    "Null",
    "~",
    ".inf",
    "-.INF",
    ".NaN",
    "nan",
    "0",
    "1",
    "12",
    "07",
    "0o7",
    "0x1F",
    "0b11",
    "1_0",
    "1:20",
    "1e3",
    "1.5",
    "685.230_15e+03",
    "-",
    "+",
    ".",
    "_",
    ",",
    "2026-11-29",
    "2026-11-29T10:00:00Z",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    "---",
    "...",
    ":",
    ": ",
    " #",
    "#",
    "&a",
    "*a",
    "!",
    "!!str ",
    "|",
    "|-",
    ">",
    "%",
    "@",
    "`",
    "'",
    "\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    "? ",
    "- ",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "a",
    "b c",
    "app",
    "/",
    "$",
    "(",
    "é",
    "節",
    "→",
    "😀",
    "\u{0}",
    "\u{7}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{e0041}",
    "\u{10ffff}",
];

/// An object with such texts as keys and as values, in all places that a value can have.
/// The first of them hold each piece alone.
pub(crate) fn object(rng: &mut Rng, number: usize) -> Value {
    let alone = PIECES.get(number).map(|piece| (*piece).to_owned());
    let first = alone.unwrap_or_else(|| text(rng));
    let list = json!([text(rng), [text(rng)], {text(rng): text(rng)}, number, null]);
    let mut object = Map::new();
    object.insert(first.clone(), json!(first));
    object.insert(text(rng), list);
    object.insert(
        text(rng),
        json!({text(rng): {text(rng): text(rng)}, "empty": {}}),
    );
    if number.is_multiple_of(50) {
        object.insert(text(rng).repeat(400), json!([{text(rng): text(rng)}]));
    }
    Value::Object(object)
}

fn text(rng: &mut Rng) -> String {
    let pieces = (0..rng.usize(..5)).map(|_| PIECES[rng.usize(..PIECES.len())]);
    pieces.collect()
}
