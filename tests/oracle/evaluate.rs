//! The engine's answer to one question, in both of its forms.

use kubectl_ds::engine::{
    CompiledDaemonSet, Decision, Finding, Ignore, node_should_run_daemon_pod,
};
use kubectl_ds::model::{DaemonSet, FeatureGates, Node};
use serde_json::Value;

/// A DaemonSet and a node in the engine's own types.
pub struct Question {
    /// The DaemonSet, compiled.
    pub compiled: CompiledDaemonSet,
    /// The node.
    pub node: Node,
}

impl Question {
    /// Reads both from JSON as the API serves it.
    ///
    /// # Errors
    /// When either can't be decoded.
    pub fn read(comparison_operators: bool, ds: &Value, node: &Value) -> Result<Self, String> {
        let gates = FeatureGates {
            taint_toleration_comparison_operators: comparison_operators,
        };
        let ds = DaemonSet::from_value(ds.clone(), "default").map_err(|e| e.to_string())?;
        let spec = ds.pod_spec().cloned().unwrap_or_default();
        Ok(Self {
            compiled: CompiledDaemonSet::new(&spec, gates),
            node: serde_json::from_value(node.clone()).map_err(|e| e.to_string())?,
        })
    }

    /// The decision with its findings.
    pub fn explain(&self) -> (Decision, Vec<Finding<'_>>) {
        let mut findings = Vec::new();
        let decision = node_should_run_daemon_pod(&self.compiled, &self.node, &mut findings);
        (decision, findings)
    }

    /// The decision, after a check that the engine agrees with itself: the hot
    /// form, the explaining form, and what the findings alone would say.
    ///
    /// # Errors
    /// When these differ.
    pub fn decide(&self) -> Result<Decision, String> {
        let hot = node_should_run_daemon_pod(&self.compiled, &self.node, &mut Ignore);
        let (explained, findings) = self.explain();
        if hot != explained {
            return Err(format!("hot {hot:?}, explained {explained:?}"));
        }
        let said = said_by(&findings);
        if hot != said {
            return Err(format!("decided {hot:?}, but the findings say {said:?}"));
        }
        Ok(hot)
    }
}

/// The decision that follows from the findings alone, whoever made them.
fn said_by(findings: &[Finding<'_>]) -> Decision {
    let mut decision = Decision {
        should_run: true,
        should_continue_running: true,
    };
    let (mut terms, mut term_matched) = (0, false);
    let mut excluded = false;
    for finding in findings {
        match finding {
            Finding::NodeName { ok, .. } | Finding::NodeSelector { ok, .. } => excluded |= !ok,
            Finding::NoUsableTerm => excluded = true,
            Finding::Term { ok, .. } => {
                terms += 1;
                term_matched |= ok;
            }
            Finding::Taint { taint, toleration } if toleration.is_none() => {
                decision.should_run &= !matches!(&*taint.effect, "NoSchedule" | "NoExecute");
                decision.should_continue_running &= &*taint.effect != "NoExecute";
            }
            _ => {}
        }
    }
    if excluded || (terms > 0 && !term_matched) {
        return Decision {
            should_run: false,
            should_continue_running: false,
        };
    }
    decision
}
