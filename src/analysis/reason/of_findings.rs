//! The engine's findings about a node, as reasons.

use crate::analysis::contradiction::contradiction;
use crate::engine::affinity::{self, FieldRequirement, RequirementError};
use crate::engine::toleration::{DaemonToleration, Origin, is_compared};
use crate::engine::{CompiledDaemonSet, Finding};
use crate::model::{FeatureGates, Taint};

use super::{ComparisonFailure, NearMiss, NearMissWhy, Reason, Requirement, Untolerated};

/// The reasons for all failures among `findings` of `ds`. Where one term of the affinity matched,
/// failures of the others decide nothing and are left out.
#[must_use]
pub fn reasons(findings: &[Finding<'_>], ds: &CompiledDaemonSet) -> Vec<Reason> {
    let terms = findings.iter().filter_map(|f| match f {
        Finding::Term { ok, .. } => Some(*ok),
        _ => None,
    });
    let terms = Terms {
        any_matches: terms.clone().any(|ok| ok),
        several: terms.count() > 1,
    };
    let mut reasons: Vec<Reason> = findings
        .iter()
        .filter_map(|f| reason(f, terms, ds))
        .collect();
    for reason in &mut reasons {
        if let Reason::NodeAffinityMismatch(requirement) = reason {
            requirement.contradicts = opposite(requirement, findings);
        }
    }
    reasons
}

/// The other expression of a contradiction.
fn opposite(requirement: &Requirement, findings: &[Finding<'_>]) -> Option<(String, Vec<String>)> {
    let found = contradiction(requirement.term, findings).filter(|_| !requirement.is_field)?;
    let other = match (found.first.index, found.second.index) {
        (first, _) if first == requirement.index => found.second,
        (_, second) if second == requirement.index => found.first,
        _ => return None,
    };
    Some((other.operator.clone(), other.values.clone()))
}

/// The context of a failed requirement: the terms are ORed.
#[derive(Clone, Copy)]
struct Terms {
    any_matches: bool,
    several: bool,
}

fn reason(finding: &Finding<'_>, terms: Terms, ds: &CompiledDaemonSet) -> Option<Reason> {
    match *finding {
        Finding::NodeName { wanted, ok: false } => Some(Reason::NodeNameMismatch {
            wanted: wanted.to_owned(),
        }),
        Finding::NodeSelector {
            key,
            wanted,
            found,
            ok: false,
        } => Some(Reason::NodeSelectorMismatch {
            key: key.to_owned(),
            wanted: wanted.to_owned(),
            found: found.map(str::to_owned),
        }),
        Finding::NoUsableTerm => Some(Reason::NodeAffinityNoTerms),
        Finding::Expression {
            term,
            requirement,
            found,
            ok: false,
        } => failed(
            expression(term, requirement, found, terms),
            requirement.test.as_ref().err(),
            terms,
        ),
        Finding::Field {
            term,
            requirement,
            found,
            ok: false,
        } => failed(
            field(term, requirement, found, terms),
            requirement.equal.as_ref().err(),
            terms,
        ),
        Finding::Taint {
            taint,
            toleration: None,
        } => Some(untolerated(taint, ds)),
        Finding::Taint {
            taint,
            toleration: Some(toleration),
        } => evicted(taint, toleration),
        _ => None,
    }
}

fn expression(
    term: usize,
    requirement: &affinity::Requirement,
    found: Option<&str>,
    terms: Terms,
) -> Requirement {
    Requirement {
        term,
        of_several: terms.several,
        is_field: false,
        index: requirement.index,
        key: requirement.key.clone(),
        operator: requirement.operator.clone(),
        values: requirement.values.clone(),
        found: found.map(str::to_owned),
        contradicts: None,
    }
}

fn field(term: usize, requirement: &FieldRequirement, found: &str, terms: Terms) -> Requirement {
    Requirement {
        term,
        of_several: terms.several,
        is_field: true,
        index: requirement.index,
        key: requirement.key.clone(),
        operator: requirement.operator.clone(),
        values: requirement.values.clone(),
        found: Some(found.to_owned()),
        contradicts: None,
    }
}

fn failed(
    requirement: Requirement,
    problem: Option<&RequirementError>,
    terms: Terms,
) -> Option<Reason> {
    match problem {
        Some(problem) => Some(Reason::NodeAffinityInvalid {
            requirement,
            problem: problem.clone(),
            decides: !terms.any_matches,
        }),
        None if terms.any_matches => None,
        None => Some(Reason::NodeAffinityMismatch(requirement)),
    }
}

fn untolerated(taint: &Taint, ds: &CompiledDaemonSet) -> Reason {
    let untolerated = Untolerated {
        taint: taint.without_time(),
        near_miss: near_miss(taint, ds),
        trouble: None,
        is_own: false,
    };
    match &*taint.effect {
        "NoExecute" => Reason::UntoleratedNoExecute(untolerated),
        "NoSchedule" => Reason::UntoleratedNoSchedule(untolerated),
        _ => Reason::UntoleratedPreferNoSchedule(untolerated),
    }
}

/// A toleration of the template with the taint's key that still doesn't cover it, and why.
fn near_miss(taint: &Taint, ds: &CompiledDaemonSet) -> Option<NearMiss> {
    let mut tolerations = ds.tolerations().iter();
    let (toleration, near) = tolerations.find_map(|t| match t.origin {
        Origin::Template(index) if !t.key.is_empty() && *t.key == *taint.key => Some((index, t)),
        _ => None,
    })?;
    let DaemonToleration {
        operator,
        value,
        effect,
        ..
    } = near;
    let why = if !effect.is_empty() && **effect != *taint.effect {
        NearMissWhy::Effect(effect.clone())
    } else {
        match operator.as_str() {
            "" | "Equal" => NearMissWhy::Value(value.clone()),
            "Lt" | "Gt" => {
                NearMissWhy::Comparison(operator.clone(), comparison(taint, near, ds.gates()))
            }
            other => NearMissWhy::Operator(other.to_owned()),
        }
    };
    Some(NearMiss { toleration, why })
}

/// Why `near`, which compares numbers, doesn't cover `taint`.
fn comparison(taint: &Taint, near: &DaemonToleration, gates: FeatureGates) -> ComparisonFailure {
    if !gates.taint_toleration_comparison_operators {
        ComparisonFailure::GateOff
    } else if !is_compared(&near.value) {
        ComparisonFailure::BoundNoInteger(near.value.clone())
    } else if !is_compared(&taint.value) {
        ComparisonFailure::TaintNoInteger
    } else {
        ComparisonFailure::OutOfBound(near.value.clone())
    }
}

fn evicted(taint: &Taint, toleration: &DaemonToleration) -> Option<Reason> {
    let seconds = toleration
        .seconds
        .filter(|_| &*taint.effect == "NoExecute")?;
    Some(Reason::EvictedAgainAndAgain {
        taint: taint.without_time(),
        seconds,
        toleration: match toleration.origin {
            Origin::Template(index) => Some(index),
            Origin::Automatic { .. } => None,
        },
    })
}
