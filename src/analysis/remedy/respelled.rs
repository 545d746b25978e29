//! The existing label that was probably meant, where no node has the required key and value.

use crate::analysis::owners::label::renamed;
use crate::model::{Labels, is_misspelled, is_respelled};

/// The label among `labels` that `key` with `wanted` is another name or spelling of.
#[must_use]
pub fn respelled(key: &str, wanted: &str, labels: &Labels) -> Option<(String, String)> {
    let found = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    if let Some(new) = renamed(key) {
        let value = labels.get(new).filter(|value| *value == wanted);
        return value.map(|value| found(new, value));
    }
    if let Some(value) = labels.get(key) {
        return is_respelled(wanted, value).then(|| found(key, value));
    }
    let mut near = labels.iter().filter(|(other, _)| is_misspelled(key, other));
    let near = near.find(|(_, value)| *value == wanted || is_respelled(wanted, value));
    near.map(|(key, value)| found(key, value))
}
