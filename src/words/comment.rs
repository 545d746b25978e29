//! What a comment for a pull request says about itself.

use jiff::Timestamp;

use super::notation::{counted, daemon_sets};
use super::sentence::Sentence;
use super::time::elapsed;

/// The age of the state from which an answer at `evaluated_at` was computed; `written_at` is `None`
/// where the time was given.
#[must_use]
pub fn state(evaluated_at: Timestamp, written_at: Option<Timestamp>) -> Sentence {
    Sentence::new(match written_at {
        Some(written_at) => format!(
            "Computed from the state at {evaluated_at}, {} before this was written.",
            elapsed(evaluated_at, written_at)
        ),
        None => format!("Computed as of {evaluated_at}, the time that was given with --now."),
    })
}

/// The version of the server that the state is from.
#[must_use]
pub fn server(version: &str) -> Sentence {
    Sentence::new(format!("The API server is {version}."))
}

/// What a comment has no room for.
#[must_use]
pub fn left_out(rows: usize, items: usize, details: usize, most: usize) -> Sentence {
    let parts = [
        (rows, "row of the table"),
        (items, "item of the lists"),
        (details, "answer in full"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| plural(count, what)).collect();
    Sentence::new(format!(
        "Left out, for a comment holds {most} characters: {}.",
        parts.join(", ")
    ))
}

/// `2 rows of the table`: the first word is what is counted.
fn plural(count: usize, what: &str) -> String {
    match what.split_once(' ') {
        Some((thing, of)) => format!("{} {of}", counted(count, thing)),
        None => counted(count, what),
    }
}

/// How many characters of a text are left out.
#[must_use]
pub fn cut(left_out: usize) -> Sentence {
    Sentence::new(format!("… ({} more)", counted(left_out, "character")))
}

/// How many lines of an answer are left out.
#[must_use]
pub fn lines_left_out(count: usize) -> Sentence {
    let lines = if count == 1 { "line" } else { "lines" };
    Sentence::new(format!("… and {count} more {lines}"))
}

/// So many DaemonSets of manifests that aren't applied.
#[must_use]
pub fn manifests(count: usize) -> Sentence {
    Sentence::new(format!("{} (not applied)", daemon_sets(count)))
}

/// Which part of the answer is given in full below.
#[must_use]
pub fn in_full(daemon_set: &str, closing: &Sentence) -> Sentence {
    Sentence::new(format!("{daemon_set}: {closing}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_old_the_state_is() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap_or_default();
        let says = |written| state(at(0), written).into_string();
        assert_eq!(
            says(Some(at(7200))),
            "Computed from the state at 1970-01-01T00:00:00Z, 2h before this was written."
        );
        // A server's clock may be ahead of this one's.
        assert!(says(Some(at(-5))).contains(", 0s before"));
        assert!(says(None).contains("--now"));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(
            left_out(2, 0, 1, 65_536).as_str(),
            "Left out, for a comment holds 65536 characters: 2 rows of the table, 1 answer in full."
        );
    }
}
