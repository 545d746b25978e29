//! A claim in words.

use std::fmt;

use serde::{Serialize, Serializer};

/// Why an object is claimed or isn't, and what follows. It is printed and serialised as
/// one sentence; a table has its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Why.
    pub why: String,
    /// What that means for it, as the end of that sentence; empty where `why` says all.
    pub claim: &'static str,
    /// What follows, where anything does.
    pub then: Option<String>,
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.why, self.claim)?;
        self.then.iter().try_for_each(|then| write!(f, "; {then}"))
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
