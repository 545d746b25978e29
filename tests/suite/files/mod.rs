//! Saved files as a source.

mod chunks;
pub(crate) mod forms;
mod narrowed;
pub(crate) mod neighbours;
mod opened;
mod packed;

use std::io::empty;

use jiff::Timestamp;
use kubectl_ds::model::FeatureGates;
use kubectl_ds::source::SourceError;
use kubectl_ds::source::files::{Files, FilesOptions};

pub(crate) const DUMP: &str = include_str!("dump.yaml");

/// A clock that no test's files come near.
pub(crate) fn fallback() -> Timestamp {
    "2000-01-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn options() -> FilesOptions {
    FilesOptions {
        recursive: false,
        namespace: None,
        now: None,
        fallback_now: fallback(),
        gates: FeatureGates::default(),
        chunk: None,
    }
}

/// Opens `text` through stdin.
pub(crate) fn open_text(text: &str) -> Result<Files, SourceError> {
    Files::open(&["-".to_owned()], options(), text.as_bytes())
}

pub(crate) fn open(paths: &[&str], options: FilesOptions) -> Result<Files, SourceError> {
    let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
    Files::open(&paths, options, empty())
}

/// The dump as `kubectl get -o json` prints it.
pub(crate) fn dump_as_json() -> String {
    let value: serde_json::Value = serde_yaml::from_str(DUMP).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

/// A whole snapshot in a form that can be compared.
pub(crate) fn print(files: &Files) -> String {
    format!("{:#?}", files.all())
}
