//! Manifests that can't be read or that the server would refuse, each with one clear error.

mod corrupted;
mod files;
mod foreign;
mod manifests;
mod other_readers;
mod rules;
mod server;
mod warnings;

use std::cell::Cell;
use std::io::Write as _;

use kubectl_ds::commands::apply::applied;
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
    TRIED.set(TRIED.get() + 1);
    let applied = read(text).and_then(|read| {
        let applied = read.manifests.iter().map(|m| applied(m, None));
        applied.collect::<Result<Vec<_>, _>>()
    });
    match applied {
        Ok(applied) => format!("no error, but {applied:?}"),
        Err(error) => error.to_string(),
    }
}

thread_local! {
    /// How many were tried; each test has a thread of its own.
    static TRIED: Cell<u64> = const { Cell::new(0) };
}

/// What is refused, once more by one test, which counts it.
const ALL: [fn(); 17] = [
    foreign::templates_of_helm,
    foreign::kustomizations_and_their_patches,
    foreign::daemon_sets_of_other_controllers,
    manifests::what_it_is,
    manifests::what_is_no_yaml,
    manifests::where_it_stands,
    manifests::values_of_the_wrong_type,
    rules::names_and_labels,
    rules::selectors,
    rules::strategies,
    rules::templates,
    server::what_was_met_first,
    server::resources,
    server::containers,
    server::volumes_and_what_mounts_them,
    server::the_pod_as_a_whole,
    warnings::unknown_fields,
];

#[test]
fn no_fewer_than_the_floor() {
    for test in ALL {
        test();
    }
    let floors = include_str!("../../floors.json");
    let floors: serde_json::Value = serde_json::from_str(floors).unwrap();
    let (tried, floor) = (TRIED.get(), floors["badInputs"].as_u64().unwrap());
    // Past the harness, which keeps what tests print that pass.
    writeln!(
        std::io::stdout(),
        "floor {tried:9}  bad inputs tried (at least {floor})"
    )
    .unwrap();
    assert!(tried >= floor, "{tried} of {floor}");
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
    let ds = &applied(&manifests.manifests[0], None).unwrap();
    assert_eq!(
        (ds.namespace.as_str(), ds.name.as_str()),
        ("default", "agent")
    );
    assert_eq!(ds.raw_template["spec"]["nodeSelector"]["disk"], "ssd");
}
