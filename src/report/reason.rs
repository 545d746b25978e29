//! Findings in words.

use serde::Serialize;

use crate::engine::affinity::{FieldRequirement, Requirement};
use crate::engine::toleration::{DaemonToleration, Origin};
use crate::engine::{CompiledDaemonSet, Finding};
use crate::model::Taint;

use super::code::Code;

/// Which answer a reason denies by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Decides {
    /// No new pod is made; one that is there stays.
    ShouldRun,
    /// One that is there goes.
    ShouldContinueRunning,
    /// Neither is made nor stays.
    Both,
}

/// One reason, with the rule of the template and the fact of the node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// What kind of reason it is.
    pub code: Code,
    /// The reason in words.
    pub message: String,
    /// What it denies by itself; `None` when it only explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decides: Option<Decides>,
    /// The field of the DaemonSet that asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The node's taint, as `kubectl taint` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taint: Option<String>,
    /// The node's label, `key=value`, or `key` alone when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The requirement, as `key In [a, b]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// Where the template's pod spec stands in a DaemonSet.
pub const POD_SPEC: &str = "spec.template.spec";

/// Where its required node affinity stands.
pub const TERMS: &str = "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

impl Reason {
    /// A reason that only explains.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            decides: None,
            field: None,
            taint: None,
            label: None,
            expression: None,
        }
    }

    fn deciding(mut self, decides: Decides) -> Self {
        self.decides = Some(decides);
        self
    }

    fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// The reasons among `findings` of `ds`: all that failed. Where one term of the
/// affinity matched, the others' failures decide nothing and are left out.
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
    findings
        .iter()
        .filter_map(|f| reason(f, terms, ds))
        .collect()
}

/// What a failed requirement is read beside: the terms are ORed.
#[derive(Clone, Copy)]
struct Terms {
    any_matches: bool,
    several: bool,
}

impl Terms {
    /// Whose requirement it is, where more than one term could have matched.
    fn name(self, term: usize) -> String {
        if self.several {
            format!("affinity term {term}")
        } else {
            "affinity".to_owned()
        }
    }
}

fn reason(finding: &Finding<'_>, terms: Terms, ds: &CompiledDaemonSet) -> Option<Reason> {
    match *finding {
        Finding::NodeName { wanted, ok: false } => Some(
            Reason::new(
                Code::NodeNameMismatch,
                format!("the template is for node {wanted} alone"),
            )
            .deciding(Decides::Both)
            .at(format!("{POD_SPEC}.nodeName")),
        ),
        Finding::NodeSelector {
            key,
            wanted,
            found,
            ok: false,
        } => Some(node_selector(key, wanted, found)),
        Finding::NoUsableTerm => Some(
            Reason::new(
                Code::NodeAffinityNoTerms,
                "the required node affinity has no usable term, so it matches no node",
            )
            .deciding(Decides::Both)
            .at(TERMS),
        ),
        Finding::Expression {
            term,
            requirement,
            found,
            ok: false,
        } => expression(term, requirement, found, terms),
        Finding::Field {
            term,
            requirement,
            found,
            ok: false,
        } => field(term, requirement, found, terms),
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

fn node_selector(key: &str, wanted: &str, found: Option<&str>) -> Reason {
    let fact = label_fact(key, found);
    let mut reason = Reason::new(
        Code::NodeSelectorMismatch,
        format!("nodeSelector wants {key}={wanted}, the node {fact}"),
    )
    .deciding(Decides::Both)
    .at(format!("{POD_SPEC}.nodeSelector[{key}]"));
    reason.label = Some(label(key, found));
    reason.expression = Some(format!("{key}={wanted}"));
    reason
}

fn expression(
    term: usize,
    requirement: &Requirement,
    found: Option<&str>,
    terms: Terms,
) -> Option<Reason> {
    let text = requirement_text(&requirement.key, &requirement.operator, &requirement.values);
    let at = format!("{TERMS}[{term}].matchExpressions[{}]", requirement.index);
    let mut reason = match &requirement.test {
        Err(problem) => invalid(&terms.name(term), &text, problem),
        Ok(_) if terms.any_matches => return None,
        Ok(_) => Reason::new(
            Code::NodeAffinityMismatch,
            format!(
                "{} wants {text}, the node {}",
                terms.name(term),
                label_fact(&requirement.key, found)
            ),
        ),
    };
    reason.label = Some(label(&requirement.key, found));
    reason.expression = Some(text);
    reason.decides = (!terms.any_matches).then_some(Decides::Both);
    Some(reason.at(at))
}

fn field(term: usize, requirement: &FieldRequirement, found: &str, terms: Terms) -> Option<Reason> {
    let text = requirement_text(&requirement.key, &requirement.operator, &requirement.values);
    let at = format!("{TERMS}[{term}].matchFields[{}]", requirement.index);
    let mut reason = match &requirement.equal {
        Err(problem) => invalid(&terms.name(term), &text, problem),
        Ok(_) if terms.any_matches => return None,
        Ok(_) => Reason::new(
            Code::NodeAffinityMismatch,
            format!(
                "{} wants the field {text}, on this node it is `{found}`",
                terms.name(term)
            ),
        ),
    };
    reason.expression = Some(text);
    reason.decides = (!terms.any_matches).then_some(Decides::Both);
    Some(reason.at(at))
}

fn invalid(affinity: &str, text: &str, problem: &str) -> Reason {
    Reason::new(
        Code::NodeAffinityInvalid,
        format!("{affinity} `{text}` can't be parsed, so its term matches no node: {problem}"),
    )
}

fn untolerated(taint: &Taint, ds: &CompiledDaemonSet) -> Reason {
    let text = taint_text(taint);
    let (code, decides) = match &*taint.effect {
        "NoExecute" => (Code::UntoleratedNoExecute, Some(Decides::Both)),
        "NoSchedule" => (Code::UntoleratedNoSchedule, Some(Decides::ShouldRun)),
        _ => (Code::UntoleratedPreferNoSchedule, None),
    };
    let message = match decides {
        Some(_) => format!(
            "taint {text} isn't tolerated{}",
            near_miss(taint, ds.tolerations())
        ),
        None => format!("taint {text} isn't tolerated, which the controller ignores"),
    };
    let mut reason = Reason::new(code, message).at(format!("{POD_SPEC}.tolerations"));
    reason.decides = decides;
    reason.taint = Some(text);
    reason
}

/// A toleration of the template that has the taint's key and still doesn't cover it, and why.
fn near_miss(taint: &Taint, tolerations: &[DaemonToleration]) -> String {
    let own = tolerations.iter().find_map(|t| match t.origin {
        Origin::Template(index) if !t.key.is_empty() && *t.key == *taint.key => Some((index, t)),
        _ => None,
    });
    let Some((index, toleration)) = own else {
        return String::new();
    };
    let DaemonToleration {
        operator,
        value,
        effect,
        ..
    } = toleration;
    let why = if !effect.is_empty() && **effect != *taint.effect {
        format!("is for {effect}")
    } else {
        match operator.as_str() {
            "" | "Equal" => format!("wants the value `{value}`"),
            "Lt" | "Gt" => format!(
                "its operator {operator} counts only with the feature gate TaintTolerationComparisonOperators and where both values are integers"
            ),
            other => format!("its operator `{other}` is none"),
        }
    };
    format!("; tolerations[{index}] has the key, but {why}")
}

fn evicted(taint: &Taint, toleration: &DaemonToleration) -> Option<Reason> {
    let seconds = toleration
        .seconds
        .filter(|_| &*taint.effect == "NoExecute")?;
    let text = taint_text(taint);
    let mut reason = Reason::new(
        Code::EvictedAgainAndAgain,
        format!(
            "taint {text} is tolerated for {seconds}s only: the pod is evicted after that and made again, over and over"
        ),
    );
    if let Origin::Template(index) = toleration.origin {
        reason = reason.at(format!("{POD_SPEC}.tolerations[{index}].tolerationSeconds"));
    }
    reason.taint = Some(text);
    Some(reason)
}

/// A label as `key=value`, or the key alone when the node lacks it.
fn label(key: &str, found: Option<&str>) -> String {
    found.map_or_else(|| key.to_owned(), |value| format!("{key}={value}"))
}

/// What the node has, as the end of a sentence that begins with "the node".
#[must_use]
pub fn label_fact(key: &str, found: Option<&str>) -> String {
    match found {
        Some("") => format!("has {key} with an empty value"),
        Some(value) => format!("has {key}={value}"),
        None => format!("has no label {key}"),
    }
}

/// A taint as `kubectl taint` writes it: `key=value:effect`.
#[must_use]
pub fn taint_text(taint: &Taint) -> String {
    let Taint {
        key, value, effect, ..
    } = taint;
    if value.is_empty() {
        format!("{key}:{effect}")
    } else {
        format!("{key}={value}:{effect}")
    }
}

/// A requirement as `key In [a, b]`.
#[must_use]
pub fn requirement_text(key: &str, operator: &str, values: &[String]) -> String {
    match (operator, values) {
        ("Exists" | "DoesNotExist", []) => format!("{key} {operator}"),
        ("Gt" | "Lt", [value]) => format!("{key} {operator} {value}"),
        _ => format!("{key} {operator} [{}]", values.join(", ")),
    }
}

/// A toleration in words.
#[must_use]
pub fn toleration_text(toleration: &DaemonToleration) -> String {
    let DaemonToleration {
        key,
        operator,
        value,
        effect,
        ..
    } = toleration;
    let mut text = match (key.is_empty(), operator.as_str()) {
        (true, "Exists") => "everything".to_owned(),
        (false, "Exists") => key.clone(),
        (_, "" | "Equal") => format!("{key}={value}"),
        _ => format!("{key} {operator} {value}"),
    };
    if !effect.is_empty() {
        text = format!("{text}:{effect}");
    }
    text
}
