//! What becomes of fields that the API doesn't have.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::source::Validation;

/// `--validate`, as kubectl has it.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct ValidateArgs {
    /// Refuse unknown fields of `-f`, or warn, or ignore
    ///
    /// As `kubectl apply` has it: strict (or true), warn, ignore (or false). A key that is given
    /// twice is no unknown field: kubectl takes the last one, and a warning says so.
    #[arg(
        id = "validate",
        long = "validate",
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_value = "strict",
        default_missing_value = "strict",
        requires = "filename",
        value_parser = parser(),
        hide_possible_values = true
    )]
    pub(super) validation: Validation,
}

/// What kubectl takes, and what Go takes for a boolean.
fn parser() -> impl TypedValueParser<Value = Validation> {
    let values = [
        PossibleValue::new("strict"),
        PossibleValue::new("warn"),
        PossibleValue::new("ignore"),
        PossibleValue::new("true").aliases(["1", "t", "T", "TRUE", "True"]),
        PossibleValue::new("false").aliases(["0", "f", "F", "FALSE", "False"]),
    ];
    PossibleValuesParser::new(values).try_map(|text| text.parse::<Validation>())
}
