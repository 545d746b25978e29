//! A number, or a percentage of another number.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// Why a value is neither a number nor a percentage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ScaleError {
    /// It is missing.
    #[error("is missing; write a whole number or a percentage such as 10%")]
    Missing,
    /// A text without a percent sign at its end.
    #[error(
        "`{0}` is text without a percent sign; write a whole number or a percentage such as 10%"
    )]
    NotAPercentage(String),
    /// What precedes the percent sign isn't an integer.
    #[error("`{0}` has no whole number before its percent sign; write a percentage such as 10%")]
    NotANumber(String),
}

/// `intstr.GetScaledValueFromIntOrPercent` (apimachinery 0.37.1), rounding up:
/// a number is taken as it is, a percentage is one of `total`.
///
/// # Errors
/// When there is no value, or its text isn't an integer with a percent sign.
pub fn scaled_value_from_int_or_percent(
    value: Option<&IntOrString>,
    total: usize,
) -> Result<i64, ScaleError> {
    let text = match value.ok_or(ScaleError::Missing)? {
        IntOrString::Int(number) => return Ok(i64::from(*number)),
        IntOrString::String(text) => text,
    };
    let digits = text
        .strip_suffix('%')
        .ok_or_else(|| ScaleError::NotAPercentage(text.clone()))?;
    let percent: i64 = digits
        .parse()
        .map_err(|_| ScaleError::NotANumber(text.clone()))?;
    // In floating point, in this order, as upstream does it.
    Ok((percent as f64 * total as f64 / 100.0).ceil() as i64)
}
