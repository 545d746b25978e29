use std::ops::Range;
use std::str::FromStr;

use super::span_of;

/// The feature gates of kube-controller-manager that change a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeatureGates {
    /// `TaintTolerationComparisonOperators` (KEP-5471): the operators `Lt` and
    /// `Gt` of a toleration. Alpha and off by default in 1.35 to 1.37.
    pub taint_toleration_comparison_operators: bool,
}

/// A `--feature-gates` value that can't be parsed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FeatureGateError {
    /// Not of the form `Name=true`.
    #[error("invalid feature gate `{0}`: write it as NAME=true or NAME=false")]
    Syntax(String, Range<usize>),
    /// A gate that no decision here depends on.
    #[error(
        "unknown feature gate `{0}`: the only one that changes a decision is TaintTolerationComparisonOperators"
    )]
    Unknown(String, Range<usize>),
}

impl FeatureGateError {
    /// Which part of the text is wrong.
    #[must_use]
    pub fn at(&self) -> Range<usize> {
        match self {
            Self::Syntax(_, at) | Self::Unknown(_, at) => at.clone(),
        }
    }
}

impl FromStr for FeatureGates {
    type Err = FeatureGateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut gates = Self::default();
        for item in text.split(',').map(str::trim).filter(|i| !i.is_empty()) {
            let syntax = |part| FeatureGateError::Syntax(item.to_owned(), span_of(part, text));
            let (name, value) = item.split_once('=').ok_or_else(|| syntax(item))?;
            let (name, value) = (name.trim(), value.trim());
            let is_on = match value.to_ascii_lowercase().as_str() {
                "true" | "1" | "t" => true,
                "false" | "0" | "f" => false,
                _ => return Err(syntax(value)),
            };
            match name {
                "TaintTolerationComparisonOperators" => {
                    gates.taint_toleration_comparison_operators = is_on;
                }
                other => {
                    let at = span_of(other, text);
                    return Err(FeatureGateError::Unknown(other.to_owned(), at));
                }
            }
        }
        Ok(gates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_kubernetes_syntax() {
        let on: FeatureGates = "TaintTolerationComparisonOperators=true"
            .parse()
            .unwrap_or_default();
        assert!(on.taint_toleration_comparison_operators);
        assert_eq!("".parse(), Ok(FeatureGates::default()));
        let read = |text: &str| text.parse::<FeatureGates>();
        let unknown = FeatureGateError::Unknown("X".to_owned(), 0..1);
        assert_eq!(read("X=true"), Err(unknown));
        let syntax = FeatureGateError::Syntax("X".to_owned(), 1..2);
        assert_eq!(read(" X"), Err(syntax));
    }
}
