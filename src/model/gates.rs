use std::str::FromStr;

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
    Syntax(String),
    /// A gate that no decision here depends on.
    #[error(
        "unknown feature gate `{0}`: the only one that changes a decision is TaintTolerationComparisonOperators"
    )]
    Unknown(String),
}

impl FromStr for FeatureGates {
    type Err = FeatureGateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut gates = Self::default();
        for item in text.split(',').map(str::trim).filter(|i| !i.is_empty()) {
            let syntax = || FeatureGateError::Syntax(item.to_owned());
            let (name, value) = item.split_once('=').ok_or_else(syntax)?;
            let value = match value.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "t" => true,
                "false" | "0" | "f" => false,
                _ => return Err(syntax()),
            };
            match name.trim() {
                "TaintTolerationComparisonOperators" => {
                    gates.taint_toleration_comparison_operators = value;
                }
                other => return Err(FeatureGateError::Unknown(other.to_owned())),
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
        assert!(matches!(
            "X=true".parse::<FeatureGates>(),
            Err(FeatureGateError::Unknown(_))
        ));
        assert!(matches!(
            "X".parse::<FeatureGates>(),
            Err(FeatureGateError::Syntax(_))
        ));
    }
}
