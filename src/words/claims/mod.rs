//! Who owns the pods and ControllerRevisions, and what happens to them.

pub mod first_line;
mod overlap;
mod pod;
mod remedy;
mod revision;
pub mod row;
mod summary;
mod tables;
#[cfg(test)]
mod tests;

pub use overlap::{controller, overlap, overlap_name};
pub use pod::{message as pod_message, then as pod_then, why as pod_why, word as pod_word};
pub use remedy::{remedy, risk};
pub use revision::{message as revision_message, number as revision_number, then as revision_then};
pub use summary::summary;
pub use tables::{claim_word, clean_others, unknown_others};

use super::sentence::Sentence;

/// It isn't known whether the owners of something exist.
const OTHER_OWNERS: &str =
    "whether its other owners exist isn't known: if none does, the garbage collector deletes it";

/// Why an object is claimed or not, and what happens to it, in one sentence.
fn message(claim: &str, then: Option<String>) -> Sentence {
    Sentence::new(match then {
        Some(then) => format!("{claim}; {then}"),
        None => claim.to_owned(),
    })
}
