//! Which rule decided a pair, and a copy of the pair in which it no longer does.

use kubectl_ds::engine::affinity::{FieldRequirement, Requirement};
use kubectl_ds::engine::toleration::{DaemonToleration, Origin};
use kubectl_ds::engine::{Decision, Finding, node_should_run_daemon_pod};
use kubectl_ds::model::qualified_name::check_label_key;
use serde_json::{Value, json};

use super::evaluate::Question;
use super::generator::Case;

/// A rule that alone decided a pair.
pub struct Sole {
    /// Its name in the run's summary.
    pub rule: &'static str,
    /// The pair with this one thing changed.
    pub changed: Case,
    /// Whether the DaemonSet runs on the changed pair. It is the opposite of what
    /// it does on the pair itself, which is what makes the rule decisive.
    pub then_runs: bool,
}

/// All rules that alone decided: for a pair that isn't eligible the one that
/// failed, if no other did; for an eligible one each without which it wouldn't be.
pub fn soles(case: &Case, question: &Question) -> Vec<Sole> {
    let (decision, findings) = question.explain();
    let mut soles = Vec::new();
    if decision.should_run {
        rescues(case, question, &findings, &mut soles);
    } else {
        let mut failures = failures(case, &findings);
        if failures.len() == 1 {
            soles.append(&mut failures);
        }
    }
    if let Some(sole) = gate(case, question, decision) {
        soles.push(sole);
    }
    soles
}

fn failures(case: &Case, findings: &[Finding<'_>]) -> Vec<Sole> {
    let mut failures = Vec::new();
    let mut fail = |rule, changed| {
        failures.push(Sole {
            rule,
            changed,
            then_runs: true,
        });
    };
    let mut taints = 0..;
    for finding in findings {
        match finding {
            Finding::NodeName { ok: false, .. } => {
                fail("nodeName", without(case, "/spec/template/spec", "nodeName"));
            }
            Finding::NodeSelector {
                key,
                found,
                ok: false,
                ..
            } => {
                let rule = match found {
                    None => "nodeSelector, label missing",
                    Some(_) => "nodeSelector, other value",
                };
                fail(rule, without(case, "/spec/template/spec/nodeSelector", key));
            }
            Finding::NoUsableTerm => {
                let rule = match case.daemon_set.pointer(TERMS) {
                    Some(Value::Array(terms)) if !terms.is_empty() => "empty terms only",
                    _ => "no term at all",
                };
                fail(rule, without_affinity(case));
            }
            Finding::Taint { taint, toleration } => {
                let index: usize = taints.next().unwrap_or_default();
                let rule = match &*taint.effect {
                    "NoExecute" => "NoExecute taint",
                    "NoSchedule" => "NoSchedule taint",
                    _ => continue,
                };
                if toleration.is_none() {
                    fail(rule, without_taint(case, index));
                }
            }
            _ => {}
        }
    }
    failures.extend(affinity_failures(case, findings));
    failures
}

/// Where one usable term is all there is, each requirement of it that failed; where
/// there are several and none matched, no single requirement decides.
fn affinity_failures(case: &Case, findings: &[Finding<'_>]) -> Vec<Sole> {
    let terms = findings.iter().filter_map(|finding| match finding {
        Finding::Term { ok, .. } => Some(*ok),
        _ => None,
    });
    let terms: Vec<bool> = terms.collect();
    if terms.contains(&true) {
        return Vec::new();
    }
    if terms.len() > 1 {
        let changed = without_affinity(case);
        return vec![Sole {
            rule: "all of several terms",
            changed,
            then_runs: true,
        }];
    }
    let failed = findings.iter().filter_map(|finding| match *finding {
        Finding::Expression {
            term,
            requirement,
            found,
            ok: false,
        } => Some(Sole {
            rule: expression_rule(requirement, found),
            changed: replaced(
                case,
                term,
                "matchExpressions",
                requirement.index,
                json!({"key": "nowhere.example/x", "operator": "DoesNotExist"}),
            ),
            then_runs: true,
        }),
        Finding::Field {
            term,
            requirement,
            ok: false,
            ..
        } => Some(Sole {
            rule: field_rule(requirement),
            changed: replaced(
                case,
                term,
                "matchFields",
                requirement.index,
                json!({"key": "nowhere", "operator": "NotIn", "values": ["x"]}),
            ),
            then_runs: true,
        }),
        _ => None,
    });
    failed.collect()
}

fn expression_rule(requirement: &Requirement, found: Option<&str>) -> &'static str {
    if requirement.test.is_err() {
        return parse_error(requirement);
    }
    let integer = found.is_some_and(|found| found.parse::<i64>().is_ok());
    match (requirement.operator.as_str(), found) {
        ("In", None) => "In, label missing",
        ("In", Some(_)) => "In, other value",
        ("NotIn", _) => "NotIn",
        ("Exists", _) => "Exists",
        ("DoesNotExist", _) => "DoesNotExist",
        ("Gt", None) => "Gt, label missing",
        ("Gt", Some(_)) if integer => "Gt, not above",
        ("Gt", Some(_)) => "Gt, label no integer",
        ("Lt", None) => "Lt, label missing",
        ("Lt", Some(_)) if integer => "Lt, not below",
        ("Lt", Some(_)) => "Lt, label no integer",
        _ => "an operator that upstream doesn't know, yet it parsed",
    }
}

fn parse_error(requirement: &Requirement) -> &'static str {
    let count = requirement.values.len();
    match requirement.operator.as_str() {
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt"
            if check_label_key(&requirement.key).is_err() =>
        {
            "unparsable: key"
        }
        "In" | "NotIn" if count == 0 => "unparsable: In or NotIn without values",
        "In" | "NotIn" => "unparsable: value",
        "Exists" | "DoesNotExist" => "unparsable: Exists or DoesNotExist with values",
        "Gt" | "Lt" => "unparsable: Gt or Lt without one integer",
        _ => "unparsable: operator",
    }
}

fn field_rule(requirement: &FieldRequirement) -> &'static str {
    match (&requirement.equal, requirement.key.as_str()) {
        (Err(_), _) => "matchFields unparsable",
        (Ok(true), "metadata.name") => "matchFields In",
        (Ok(false), "metadata.name") => "matchFields NotIn",
        (Ok(_), _) => "matchFields, unknown field",
    }
}

/// What keeps an eligible pair eligible: a toleration that is the only one for a
/// taint, and a name that is missing where `matchFields` would ask for it.
fn rescues(case: &Case, question: &Question, findings: &[Finding<'_>], soles: &mut Vec<Sole>) {
    for (index, taint) in question.node.taints.iter().enumerate() {
        if !matches!(&*taint.effect, "NoSchedule" | "NoExecute") {
            continue;
        }
        let gates = question.compiled.gates();
        let tolerations = question.compiled.tolerations().iter();
        let covering: Vec<_> = tolerations.filter(|t| t.tolerates(taint, gates)).collect();
        if let [only] = covering[..]
            && let Some(sole) = rescue(case, only, index)
        {
            soles.push(sole);
        }
    }
    let asks_name = |finding: &Finding<'_>| {
        matches!(finding, Finding::Field { requirement, .. }
            if requirement.operator == "In" && requirement.values != [""])
    };
    let terms = findings
        .iter()
        .filter(|f| matches!(f, Finding::Term { .. }))
        .count();
    if question.node.name.is_empty() && terms == 1 && findings.iter().any(asks_name) {
        let mut changed = case.clone();
        changed.node["metadata"]["name"] = json!("some-other-node");
        soles.push(Sole {
            rule: "node without a name",
            changed,
            then_runs: false,
        });
    }
}

fn rescue(case: &Case, only: &DaemonToleration, taint: usize) -> Option<Sole> {
    let mut changed = case.clone();
    let rule = match only.origin {
        Origin::Automatic { replaced: Some(_) } => return None,
        Origin::Automatic { replaced: None } => {
            changed.node["spec"]["taints"][taint]["key"] = json!("nowhere.example/x");
            match only.key.as_str() {
                "node.kubernetes.io/network-unavailable" => "automatic toleration of hostNetwork",
                _ => "automatic toleration",
            }
        }
        Origin::Template(index) => {
            let tolerations = changed
                .daemon_set
                .pointer_mut(TOLERATIONS)?
                .as_array_mut()?;
            tolerations.remove(index);
            // The controller would add this very one again.
            if only.key.starts_with("node.kubernetes.io/") {
                return None;
            }
            match (
                only.key.as_str(),
                only.effect.as_str(),
                only.operator.as_str(),
            ) {
                (_, _, "Lt") => "toleration Lt",
                (_, _, "Gt") => "toleration Gt",
                ("", _, "Exists") => "toleration of every key, Exists",
                ("", _, _) => "toleration of every key, Equal",
                (_, "", _) => "toleration of every effect",
                (_, _, "") => "toleration without an operator",
                (_, _, "Equal") => "toleration Equal",
                _ => "toleration Exists",
            }
        }
    };
    Some(Sole {
        rule,
        changed,
        then_runs: false,
    })
}

/// Whether the gate turned the decision.
fn gate(case: &Case, question: &Question, decision: Decision) -> Option<Sole> {
    let mut changed = case.clone();
    changed.comparison_operators = !case.comparison_operators;
    let other = Question::read(changed.comparison_operators, &case.daemon_set, &case.node).ok()?;
    let then = node_should_run_daemon_pod(&other.compiled, &question.node, &mut Vec::new());
    (then.should_run != decision.should_run).then_some(Sole {
        rule: if case.comparison_operators {
            "gate on"
        } else {
            "gate off"
        },
        changed,
        then_runs: then.should_run,
    })
}

const TERMS: &str = "/spec/template/spec/affinity/nodeAffinity\
    /requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
const TOLERATIONS: &str = "/spec/template/spec/tolerations";

fn without(case: &Case, parent: &str, key: &str) -> Case {
    let mut changed = case.clone();
    if let Some(Value::Object(parent)) = changed.daemon_set.pointer_mut(parent) {
        parent.remove(key);
    }
    changed
}

fn without_affinity(case: &Case) -> Case {
    without(case, "/spec/template/spec", "affinity")
}

fn without_taint(case: &Case, index: usize) -> Case {
    let mut changed = case.clone();
    if let Some(Value::Array(taints)) = changed.node.pointer_mut("/spec/taints") {
        taints.remove(index);
    }
    changed
}

fn replaced(case: &Case, term: usize, list: &str, index: usize, with: Value) -> Case {
    let mut changed = case.clone();
    let path = format!("{TERMS}/{term}/{list}/{index}");
    if let Some(requirement) = changed.daemon_set.pointer_mut(&path) {
        *requirement = with;
    }
    changed
}
