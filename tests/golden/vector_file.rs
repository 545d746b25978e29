//! The vectors that the oracle wrote: a header, then one a line.

use kubectl_ds::engine::VERIFIED_RELEASE;
use serde_json::Value;

/// The vectors of a file with their line numbers.
pub fn read(text: &str) -> impl Iterator<Item = (usize, Value)> {
    let lines = text.lines().enumerate().skip(1);
    lines.map(|(index, text)| {
        let vector = serde_json::from_str(text).expect("a vector is JSON");
        (index + 1, vector)
    })
}

/// They are of the release that the engine names, all there, and more than `than`.
pub fn check_header(text: &str, than: usize) {
    let header: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let count = text.lines().count() - 1;
    assert_eq!(header["kubernetes"], VERIFIED_RELEASE);
    assert_eq!(header["vectors"], count);
    assert!(count > than, "{count} vectors");
}

/// Fails with the first few of what is wrong.
pub fn nothing_wrong(wrong: &[String]) {
    let first: Vec<_> = wrong.iter().take(3).collect();
    assert!(
        wrong.is_empty(),
        "{} wrong, the first: {first:#?}",
        wrong.len()
    );
}
