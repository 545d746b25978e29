//! What a run has seen, and whether that was enough to trust it.

use std::collections::BTreeMap;
use std::fmt;

use kubectl_ds::engine::Decision;

use super::rules::Sole;

/// Below this share of the pairs, in percent, something was hardly tested.
const LEAST: f64 = 0.5;

const OUTCOMES: [&str; 3] = ["true, true", "false, true", "false, false"];

/// Every rule that must have decided alone.
const RULES: &[&str] = &[
    "nodeName",
    "nodeSelector, label missing",
    "nodeSelector, other value",
    "In, label missing",
    "In, other value",
    "NotIn",
    "Exists",
    "DoesNotExist",
    "Gt, label missing",
    "Gt, not above",
    "Gt, label no integer",
    "Lt, label missing",
    "Lt, not below",
    "Lt, label no integer",
    "all of several terms",
    "empty terms only",
    "no term at all",
    "unparsable: operator",
    "unparsable: key",
    "unparsable: value",
    "unparsable: In or NotIn without values",
    "unparsable: Exists or DoesNotExist with values",
    "unparsable: Gt or Lt without one integer",
    "matchFields In",
    "matchFields NotIn",
    "matchFields, unknown field",
    "matchFields unparsable",
    "node without a name",
    "NoExecute taint",
    "NoSchedule taint",
    "toleration Equal",
    "toleration Exists",
    "toleration Lt",
    "toleration Gt",
    "toleration without an operator",
    "toleration of every effect",
    "toleration of every key, Exists",
    "toleration of every key, Equal",
    "automatic toleration",
    "automatic toleration of hostNetwork",
    "gate on",
    "gate off",
];

/// Counts over all pairs of a run.
#[derive(Default)]
pub struct Summary {
    pairs: u32,
    outcomes: BTreeMap<&'static str, u32>,
    rules: BTreeMap<&'static str, u32>,
}

impl Summary {
    pub fn count(&mut self, decision: Decision, soles: &[Sole]) {
        self.pairs += 1;
        let outcome = match (decision.should_run, decision.should_continue_running) {
            (true, true) => "true, true",
            (false, true) => "false, true",
            (false, false) => "false, false",
            (true, false) => "true, false",
        };
        *self.outcomes.entry(outcome).or_default() += 1;
        let mut rules: Vec<_> = soles.iter().map(|sole| sole.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            *self.rules.entry(rule).or_default() += 1;
        }
    }

    /// Fails on fewer pairs than promised, on an outcome or rule that was seen too
    /// seldom, and on one that nobody expected.
    pub fn verify(&self) -> Result<(), String> {
        if self.pairs < 100_000 {
            return Err(format!("only {} pairs", self.pairs));
        }
        let mut problems = Vec::new();
        for (seen, expected) in [(&self.outcomes, &OUTCOMES[..]), (&self.rules, RULES)] {
            let seldom = |name: &&&str| self.percent(seen, name) < LEAST;
            problems.extend(
                expected
                    .iter()
                    .filter(seldom)
                    .map(|name| format!("`{name}` too seldom")),
            );
            let unexpected = seen.keys().filter(|name| !expected.contains(name));
            problems.extend(unexpected.map(|name| format!("`{name}` unexpected")));
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(problems.join("; "))
    }

    fn percent(&self, seen: &BTreeMap<&str, u32>, name: &str) -> f64 {
        let count = seen.get(name).copied().unwrap_or_default();
        100.0 * f64::from(count) / f64::from(self.pairs)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} pairs, no mismatch", self.pairs)?;
        writeln!(f, "outcome (shouldRun, shouldContinueRunning):")?;
        for name in OUTCOMES {
            writeln!(f, "  {:6.2} %  {name}", self.percent(&self.outcomes, name))?;
        }
        writeln!(f, "decided alone, and upstream agrees that it did:")?;
        for name in RULES {
            writeln!(f, "  {:6.2} %  {name}", self.percent(&self.rules, name))?;
        }
        Ok(())
    }
}
