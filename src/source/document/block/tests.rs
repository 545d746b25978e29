//! What is read without the YAML parser is what the YAML parser reads.

use std::fmt::Debug;

use fastrand::Rng;
use serde::Deserialize;

use super::{Block, read};
use crate::model::{Event, Node, Pod};
use crate::source::document::budget::Budget;
use crate::source::document::spanned::Spanned;
use crate::source::document::{decode, yaml};

/// Items as kubectl 1.37 prints them.
const ITEMS: [&str; 5] = [
    include_str!("tests/node.yaml"),
    include_str!("tests/pod.yaml"),
    include_str!("tests/scalars.yaml"),
    include_str!("tests/event.yaml"),
    include_str!("tests/revision.yaml"),
];

/// Lines that mean something else than they seem to, here or there.
const LINES: [&str; 30] = [
    "a: .inf",
    "<<: *x",
    "  ---",
    "a: |2-",
    "a: \"\\/\"",
    "--- a",
    "# a comment",
    "",
    "---",
    "...",
    "- a",
    "- - a",
    "-",
    "a: b",
    "a: 'b",
    "b'",
    "a: \"b",
    "b\"",
    "a: |",
    "a: >-",
    "a: |2",
    "a:",
    "? a",
    ": b",
    "<<: {a: b}",
    "a: &x b",
    "a: *x",
    "a: !!str 1",
    "a: [b, c]",
    "a # b: c",
];

/// What may stand after a key, or in the place of one.
const SCALARS: [&str; 40] = [
    "yes",
    "~",
    "null",
    "",
    "0x1F",
    "0600",
    "1_000",
    "1e3",
    ".5",
    "-1",
    "+1",
    "--a=b",
    "-",
    "?",
    "?a",
    ":a",
    ":",
    "a:",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "#a",
    "'",
    "''",
    "'a''b'",
    "'a' b",
    "\"",
    "\"\"",
    "\"a\\n\\u00e9\"",
    "\"a\\q\"",
    "\"a\" b",
    "{}",
    "[]",
    "{a: b}",
    "é☃",
    "a\u{85}b",
    "=",
    "<<",
    "2026-01-02",
];

const CHARACTERS: [char; 32] = [
    '\u{2028}', '\u{85}', '\'', '"', ':', '#', '-', '?', '&', '*', '!', '|', '>', '[', ']', '{',
    '}', ',', '%', '@', '`', '~', ' ', '\t', '\r', '\n', '0', 'a', '\\', '\u{a0}', '\u{feff}', 'é',
];

/// The item as a document of its own.
fn document(item: &str) -> String {
    let lines = item.lines().filter_map(|l| l.get(2..).or(Some("")));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// One change of the kinds that a careless editor or a broken disk makes.
fn mutate(text: &str, random: &mut Rng) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.usize(..lines.len().max(1));
    let Some(line) = lines.get(at).cloned() else {
        return text.to_owned();
    };
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let pick =
        |random: &mut Rng, from: &[&str]| random.choice(from).copied().unwrap_or("").to_owned();
    let new = match random.u8(..11) {
        0 => {
            lines.remove(at);
            return lines.join("\n") + "\n";
        }
        1 => format!("{line}\n{line}"),
        2 => format!("{line}\n{indent}{}", pick(random, &LINES)),
        3 => format!("{line}\n{indent}  {}", pick(random, &LINES)),
        4 => format!("{line}\n{}", pick(random, &LINES)),
        5 => format!("{}{line}", " ".repeat(random.usize(1..4))),
        6 => line.replacen(if random.bool() { "  " } else { " " }, "", 1),
        7 => {
            let key = line.split_once(": ").map_or(line.as_str(), |(key, _)| key);
            format!("{key}: {}", pick(random, &SCALARS))
        }
        8 => {
            let value = line.split_once(':').map_or("", |(_, value)| value);
            format!("{indent}{}:{value}", pick(random, &SCALARS))
        }
        9 => {
            let places: Vec<usize> = line.char_indices().map(|(i, _)| i).collect();
            let place = random.choice(places).unwrap_or_default();
            let odd = random.choice(CHARACTERS).unwrap_or(' ');
            let (before, after) = line.split_at(place);
            format!("{before}{odd}{after}")
        }
        _ => {
            let other = random.usize(..lines.len());
            let text = lines.get(other).cloned().unwrap_or_default();
            format!("{line}\n{indent}{}", text.trim_start())
        }
    };
    if let Some(line) = lines.get_mut(at) {
        *line = new;
    }
    lines.join("\n") + "\n"
}

/// Reads `text` both ways; whether it is in kubectl's style.
fn compare(text: &str) -> bool {
    let Some(tape) = read(text, 3) else {
        return false;
    };
    let parsed = yaml::parse(text, 3, &Budget::default());
    assert!(parsed.is_ok(), "{parsed:?}\n{text}");
    let parsed = parsed.unwrap_or_default();
    assert_eq!(parsed.duplicates, [], "{text}");
    assert_eq!(parsed.documents, [tape.root().spanned()], "{text}");
    let (block, [spanned]) = (tape.root(), parsed.documents.as_slice()) else {
        return true;
    };
    check_decoded::<serde_json::Value>(block, spanned);
    let (block, spanned) = match (block.elements(), spanned.elements()) {
        (Some(mut blocks), [first, ..]) => (blocks.next().unwrap_or(block), first),
        _ => (block, spanned),
    };
    assert_eq!(
        block.get("kind").and_then(Block::text),
        spanned.text_at("kind")
    );
    check_decoded::<Node>(block, spanned);
    check_decoded::<Pod>(block, spanned);
    check_decoded::<Event>(block, spanned);
    true
}

/// Both ways of decoding give the same, or nothing.
fn check_decoded<'a, T: PartialEq + Debug + Deserialize<'a>>(
    block: Block<'a>,
    spanned: &'a Spanned,
) {
    let slow = decode::<T>(spanned).ok().map(|(value, _)| value);
    assert_eq!(block.decode::<T>(), slow);
}

#[test]
fn what_kubectl_prints_is_read() {
    for text in ITEMS {
        assert!(compare(text), "not in kubectl's style:\n{text}");
        assert!(compare(&document(text)));
        assert!(compare(&format!("---\n{}", document(text))));
    }
    assert!(compare(&ITEMS.concat()));
}

#[test]
fn broken_items_are_read_as_the_parser_reads_them() {
    let mut random = Rng::with_seed(7);
    let (mut read, mut left) = (0, 0);
    for round in 0..ROUNDS {
        let text = ITEMS.get(round % ITEMS.len()).copied().unwrap_or_default();
        let mut text = match random.bool() {
            true => document(text),
            false => text.to_owned(),
        };
        for _ in 0..random.usize(1..4) {
            text = mutate(&text, &mut random);
        }
        *(if compare(&text) { &mut read } else { &mut left }) += 1;
    }
    // Both happen often, so that the comparison says something.
    assert!(
        read > ROUNDS / 10 && left > ROUNDS / 10,
        "{read} read, {left} left"
    );
}

const ROUNDS: usize = 6_000;

/// Each is left to the parser.
#[test]
fn other_styles_are_left() {
    for text in [
        "- a: 1",
        "- a: 1\n\n",
        "- a: 1\n# b\n",
        "- a: 1 # b\n",
        "- a: 1\r\n",
        "- a:\t1\n",
        "- a: &x 1\n",
        "- a: *x\n",
        "- a: !!str 1\n",
        "- a: {b: 1}\n",
        "- ? a\n  : 1\n",
        "- a: 1\n  a: 2\n",
        "- b: 1\n  a: 2\n  b: 3\n",
        "- a: 1\n  \"a\": 2\n",
        "- a:\n    - 1\n",
        "- a:\n     b: 1\n",
        "- a:\n",
        "- a: >\n    b\n",
        "- a: |2\n      b\n",
        "- a: |\n",
        "- a: |\n    b\n   c\n",
        "- a: 'b\n  c'\n",
        "- a: 'b\n\n    c'\n",
        "- a: \"b\\q\"\n",
        "- yes: 1\n",
        "- 1: 1\n",
        "- <<: {}\n",
        "a: 1\n...\n",
        "a: 1\n--- b: 1\n",
        "a: 1\n... b: 1\n",
        "a: 1\n---\nb: 1\n",
        "%YAML 1.2\n---\na: 1\n",
        "- a: 1\nb: 1\n",
        "- a: .inf\n",
        "- a: -.INF\n",
        "- a: .nan\n",
        "  ---\na: 1\n",
        "- a: |\n    b\u{2028}    c\n",
        "- a: 'b\u{2029}  c'\n",
        "- a: b\u{85}  c\n",
        "- a: b\n  c\n",
        "- a\n  b: c\n",
        "",
    ] {
        assert!(read(text, 3).is_none(), "{text}");
    }
    let deep = "- ".repeat(100) + "a\n";
    assert!(read(&deep, 1).is_none());
}
