//! `--validate`: what becomes of fields that the API does not have.

use std::str::FromStr;

/// What becomes of an object with fields that the API doesn't have: kubectl's
/// `--validate` (`GetValidationDirective`, kubectl 0.37.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// It is refused.
    #[default]
    Strict,
    /// They are dropped, and a warning says so.
    Warn,
    /// They are dropped.
    Ignore,
}

impl Validation {
    /// The flag's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Warn => "warn",
            Self::Ignore => "ignore",
        }
    }
}

impl FromStr for Validation {
    type Err = String;

    /// Takes what Go's `strconv.ParseBool` does, too.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "strict" | "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Self::Strict),
            "warn" => Ok(Self::Warn),
            "ignore" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Self::Ignore),
            _ => Err("write strict (or true), warn, or ignore (or false)".to_owned()),
        }
    }
}
