//! Manifests that can't be read or that the server would refuse, each with one clear error.

mod corrupted;
mod files;
mod foreign;
mod manifests;
mod other_readers;
mod rules;
mod server;
mod warnings;

use kubectl_ds::source::SourceError;
use kubectl_ds::source::Validation;
use kubectl_ds::source::manifest::{Manifests, read_manifests};

/// A manifest that nothing is wrong with.
const GOOD: &str = include_str!("good.yaml");

/// Reads `text` through stdin.
fn read(text: impl AsRef<[u8]>) -> Result<Manifests, SourceError> {
    read_with(Validation::Strict, text)
}

/// The same with a value of `--validate`.
fn read_with(validation: Validation, text: impl AsRef<[u8]>) -> Result<Manifests, SourceError> {
    let paths = ["-".to_owned()];
    read_manifests(&paths, false, "default", validation, text.as_ref())
}

/// Why `text` can't be read, or what the server would refuse of it where nothing is stored.
fn error(text: impl AsRef<[u8]>) -> String {
    let applied = read(text).and_then(|read| {
        let applied = read.manifests.iter().map(|m| m.applied(None));
        applied.collect::<Result<Vec<_>, _>>()
    });
    match applied {
        Ok(applied) => format!("no error, but {applied:?}"),
        Err(error) => error.to_string(),
    }
}

/// The good manifest with `old`, which it has once, replaced.
fn with(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    GOOD.replace(old, new)
}

#[test]
fn the_good_manifest_has_no_problem() {
    let manifests = read(GOOD).unwrap();
    assert_eq!(manifests.warnings, [""; 0]);
    let ds = &manifests.manifests[0].applied(None).unwrap();
    assert_eq!(
        (ds.namespace.as_str(), ds.name.as_str()),
        ("default", "agent")
    );
    assert_eq!(ds.raw_template["spec"]["nodeSelector"]["disk"], "ssd");
}
