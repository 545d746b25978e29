//! Changes of nodes to try, in `kubectl taint`'s and `kubectl label`'s syntax.

use std::ops::Range;

use super::qualified_name::{LabelError, check_label_key, check_label_value};
use super::{Node, Taint, span_of};

/// One change of a node in a what-if.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeChange {
    /// A taint is added, or replaces the one with its key and effect.
    AddTaint(Taint),
    /// Taints of this key are removed, those of one effect or all.
    RemoveTaint {
        /// The key.
        key: String,
        /// The effect; `None` for all.
        effect: Option<String>,
    },
    /// A label is set.
    SetLabel(String, String),
    /// A label is removed.
    RemoveLabel(String),
    /// The node is cordoned.
    Cordon,
    /// The node stops being ready.
    NotReady,
}

/// A `--taint` or `--label` that can't be parsed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChangeError {
    /// Not in the form of `kubectl taint`.
    #[error(
        "invalid taint `{0}`: {1}; write it as KEY=VALUE:EFFECT, KEY:EFFECT, or KEY:EFFECT- to take it off"
    )]
    Taint(String, ChangeProblem, Range<usize>),
    /// Not in the form of `kubectl label`.
    #[error("invalid label `{0}`: {1}; write it as KEY=VALUE, or KEY- to take it off")]
    Label(String, ChangeProblem, Range<usize>),
}

impl ChangeError {
    /// Which part of the text is wrong.
    #[must_use]
    pub fn at(&self) -> Range<usize> {
        match self {
            Self::Taint(_, _, at) | Self::Label(_, _, at) => at.clone(),
        }
    }
}

/// What is wrong with a `--taint` or `--label`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChangeProblem {
    /// The key or the value.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The effect isn't one of the three.
    #[error("`{0}` is no effect, use {effects}", effects = EFFECTS.join(", "))]
    Effect(String),
    /// A taint to add has no effect.
    #[error("it has no effect")]
    NoEffect,
    /// A label is neither set nor removed.
    #[error("it has neither a value nor a `-` at its end")]
    NoValue,
}

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

impl NodeChange {
    /// Parses `kubectl taint`'s syntax: `KEY=VALUE:EFFECT`, `KEY:EFFECT`, `KEY:EFFECT-`, `KEY-`.
    ///
    /// # Errors
    /// When it isn't of that form, or a part of it isn't valid.
    pub fn taint(text: &str) -> Result<Self, ChangeError> {
        let fail =
            |problem, part| ChangeError::Taint(text.to_owned(), problem, span_of(part, text));
        let (body, removes) = text
            .strip_suffix('-')
            .map_or((text, false), |body| (body, true));
        let (head, effect) = body
            .split_once(':')
            .map_or((body, None), |(h, e)| (h, Some(e)));
        let (key, value) = head
            .split_once('=')
            .map_or((head, None), |(k, v)| (k, Some(v)));
        check_label_key(key).map_err(|problem| fail(problem.into(), key))?;
        if let Some(value) = value {
            check_label_value(value).map_err(|problem| fail(problem.into(), value))?;
        }
        if let Some(effect) = effect.filter(|e| !EFFECTS.contains(e)) {
            return Err(fail(ChangeProblem::Effect(effect.to_owned()), effect));
        }
        match (removes, effect) {
            (true, effect) => Ok(Self::RemoveTaint {
                key: key.to_owned(),
                effect: effect.map(str::to_owned),
            }),
            (false, Some(effect)) => Ok(Self::AddTaint(Taint {
                key: key.into(),
                value: value.unwrap_or_default().into(),
                effect: effect.into(),
                time_added: None,
            })),
            (false, None) => Err(fail(ChangeProblem::NoEffect, end_of(text))),
        }
    }

    /// Parses `kubectl label`'s syntax: `KEY=VALUE`, `KEY-`.
    ///
    /// # Errors
    /// When it isn't of that form, or a part of it isn't valid.
    pub fn label(text: &str) -> Result<Self, ChangeError> {
        let fail =
            |problem, part| ChangeError::Label(text.to_owned(), problem, span_of(part, text));
        if let Some((key, value)) = text.split_once('=') {
            check_label_key(key).map_err(|problem| fail(problem.into(), key))?;
            check_label_value(value).map_err(|problem| fail(problem.into(), value))?;
            return Ok(Self::SetLabel(key.to_owned(), value.to_owned()));
        }
        let Some(key) = text.strip_suffix('-') else {
            return Err(fail(ChangeProblem::NoValue, end_of(text)));
        };
        check_label_key(key).map_err(|problem| fail(problem.into(), key))?;
        Ok(Self::RemoveLabel(key.to_owned()))
    }

    /// The node after the change. Cordoning and not being ready bring the taints that the control
    /// plane then adds.
    #[must_use]
    pub fn apply(&self, node: &Node) -> Node {
        let mut node = node.clone();
        match self {
            Self::AddTaint(taint) => put_taint(&mut node, taint.clone()),
            Self::RemoveTaint { key, effect } => node
                .taints
                .retain(|t| *t.key != **key || effect.as_ref().is_some_and(|e| **e != *t.effect)),
            Self::SetLabel(key, value) => node.labels = node.labels.with(key, value),
            Self::RemoveLabel(key) => node.labels = node.labels.without(key),
            Self::Cordon => {
                node.unschedulable = true;
                put_taint(&mut node, condition_taint("unschedulable", "NoSchedule"));
            }
            Self::NotReady => {
                if node.ready.as_deref() != Some("False") {
                    node.ready = Some("False".into());
                    node.ready_since = None;
                    node.conditions.retain(|c| c.kind != "Ready");
                }
                // `processTaintBaseEviction` and `doNoScheduleTaintingPass` (1.37.1) swap them.
                node.taints
                    .retain(|t| &*t.key != "node.kubernetes.io/unreachable");
                put_taint(&mut node, condition_taint("not-ready", "NoSchedule"));
                put_taint(&mut node, condition_taint("not-ready", "NoExecute"));
            }
        }
        node
    }
}

/// The empty text behind the last character.
fn end_of(text: &str) -> &str {
    text.get(text.len()..).unwrap_or_default()
}

fn put_taint(node: &mut Node, taint: Taint) {
    let is_same = |t: &&mut Taint| t.key == taint.key && t.effect == taint.effect;
    match node.taints.iter_mut().find(is_same) {
        Some(same) => same.value = taint.value,
        None => node.taints.push(taint),
    }
}

fn condition_taint(condition: &str, effect: &str) -> Taint {
    Taint {
        key: format!("node.kubernetes.io/{condition}").into(),
        value: "".into(),
        effect: effect.into(),
        time_added: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_kubectl_taint_syntax() {
        let taint = |k: &str, v: &str, e: &str| {
            NodeChange::AddTaint(Taint {
                key: k.into(),
                value: v.into(),
                effect: e.into(),
                time_added: None,
            })
        };
        assert_eq!(
            NodeChange::taint("a=b:NoSchedule"),
            Ok(taint("a", "b", "NoSchedule"))
        );
        assert_eq!(
            NodeChange::taint("a:NoExecute"),
            Ok(taint("a", "", "NoExecute"))
        );
        let removed = |effect: Option<&str>| NodeChange::RemoveTaint {
            key: "a".to_owned(),
            effect: effect.map(str::to_owned),
        };
        assert_eq!(
            NodeChange::taint("a:NoExecute-"),
            Ok(removed(Some("NoExecute")))
        );
        assert_eq!(NodeChange::taint("a-"), Ok(removed(None)));
        for bad in [
            "",
            "a",
            "a=b",
            "a:Never",
            "a b:NoSchedule",
            "a=b c:NoSchedule",
            ":NoSchedule",
        ] {
            assert!(NodeChange::taint(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reads_kubectl_label_syntax() {
        assert_eq!(
            NodeChange::label("a=b"),
            Ok(NodeChange::SetLabel("a".into(), "b".into()))
        );
        assert_eq!(
            NodeChange::label("a="),
            Ok(NodeChange::SetLabel("a".into(), String::new()))
        );
        assert_eq!(
            NodeChange::label("a-"),
            Ok(NodeChange::RemoveLabel("a".into()))
        );
        for bad in ["", "a", "=b", "a=b=c", "a b-"] {
            assert!(NodeChange::label(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_taints_of_a_condition_take_each_others_place() {
        let taint = |key: &str, effect| condition_taint(key, effect);
        let node = Node {
            ready: Some("Unknown".into()),
            ready_since: Some(jiff::Timestamp::UNIX_EPOCH),
            taints: vec![
                taint("unreachable", "NoSchedule"),
                taint("unreachable", "NoExecute"),
            ],
            ..Node::default()
        };
        let then = NodeChange::NotReady.apply(&node);
        let not_ready = ["NoSchedule", "NoExecute"].map(|e| taint("not-ready", e));
        assert_eq!(then.taints, not_ready);
        assert_eq!(
            (then.ready.as_deref(), then.ready_since),
            (Some("False"), None)
        );
        assert_eq!(NodeChange::NotReady.apply(&then), then);
    }
}
