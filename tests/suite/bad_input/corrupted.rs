//! Files that were cut off or damaged anywhere: an answer or an error, never a panic.

use super::{GOOD, error, read};
use crate::files::neighbours::{CONTROLLERS, agent};
use crate::files::{DUMP, dump_as_json, open_text, options};
use kubectl_ds::source::Source;
use kubectl_ds::source::files::Files;

/// A third of the corruptions hit structure, where parsers are most easily confused.
const DAMAGE: &[u8] = b"\n\t \0\"'{}[]:,-#&*!|>%@`\\~<yn0-\xff\xc3";

fn damaged(text: &str, random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..random.usize(1..4) {
        let at = random.usize(0..bytes.len());
        let with = DAMAGE[random.usize(0..DAMAGE.len())];
        match random.u8(0..3) {
            0 => bytes[at] = with,
            1 => bytes.insert(at, with),
            _ => {
                let end = (at + random.usize(1..40)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

fn open(bytes: &[u8]) -> Result<(), String> {
    let paths = ["-".to_owned()];
    let files = Files::open(&paths, options(), bytes);
    files.map(|_| ()).map_err(|e| e.to_string())
}

#[test]
fn cut_off_anywhere() {
    let json = dump_as_json();
    for text in [DUMP, &json, GOOD] {
        let mut failed = 0;
        for end in (0..text.len()).step_by(37) {
            let cut = &text[..end];
            failed += usize::from(open(cut.as_bytes()).is_err());
            let _ = read(cut);
        }
        assert!(failed > 10, "{failed}");
    }
    // JSON that is cut off is never taken for whole.
    let end = json.trim_end().len();
    for end in (1..end).step_by(13) {
        assert!(open_text(&json[..end]).is_err(), "{end}");
    }
}

/// Cut between two items nothing of the YAML is wrong, except that the list's kind is missing.
#[test]
fn cut_off_between_items() {
    for (at, _) in DUMP.match_indices("\n- ") {
        let error = open_text(&DUMP[..=at]).unwrap_err().to_string();
        assert!(
            error.contains("the file is cut off") || error.contains("no `kind`"),
            "{error}"
        );
    }
}

/// The controllers beside a DaemonSet are judged when they are asked for.
#[test]
fn damaged_controllers() {
    let mut random = fastrand::Rng::with_seed(21);
    let whole = format!("{DUMP}---\n{CONTROLLERS}");
    let (mut good, mut bad) = (0, 0);
    for _ in 0..400 {
        let controllers = damaged(CONTROLLERS, &mut random);
        let bytes = [DUMP.as_bytes(), b"---\n", &controllers].concat();
        let Ok(files) = Files::open(&["-".to_owned()], options(), &*bytes) else {
            continue;
        };
        match files.ask(&agent().with_neighbours()) {
            Ok(_) => good += 1,
            Err(error) => {
                bad += 1;
                let message = error.to_string();
                assert!(!message.contains(char::is_control), "{message:?}");
                assert!(message.starts_with("stdin:"), "{message:?}");
            }
        }
        files.ask(&agent()).unwrap();
    }
    assert!(good > 50 && bad > 15, "{good} {bad}");
    let files = open_text(&whole).unwrap();
    files.ask(&agent().with_neighbours()).unwrap();
}

#[test]
fn damaged_anywhere() {
    let mut random = fastrand::Rng::with_seed(20);
    let json = dump_as_json();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..150 {
        for text in [DUMP, &json, GOOD] {
            let bytes = damaged(text, &mut random);
            match open(&bytes) {
                Ok(()) => good += 1,
                Err(message) => {
                    bad += 1;
                    assert!(!message.contains(char::is_control), "{message:?}");
                }
            }
            let message = error(&bytes).replace('\n', "");
            assert!(
                message.starts_with("no error") || !message.contains(char::is_control),
                "{message:?}"
            );
        }
    }
    assert!(good > 50 && bad > 50, "{good} {bad}");
}

/// Nesting that no object has must not exhaust the stack.
#[test]
fn nested_without_end() {
    let deep = 50_000;
    let json = |open: &str, close: &str| open.repeat(deep) + &close.repeat(deep);
    let list = r#"{"apiVersion": "v1", "kind": "List", "items": ["#;
    let spec = json("[", "]");
    for text in [
        json("[", "]"),
        json("{\"a\":", "}").replace(":}", ":1}"),
        list.repeat(1000) + &"]}".repeat(1000),
        format!(
            r#"{{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {{"name": "a"}}, "spec": {spec}}}"#
        ),
        format!("kind: DaemonSet\napiVersion: apps/v1\nspec: {spec}\n"),
        "- ".repeat(deep),
    ] {
        assert!(open(text.as_bytes()).is_err());
        assert!(read(&text).is_err());
    }
}
