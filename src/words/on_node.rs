//! The reasons of a DaemonSet on one node, or on nodes that are alike.

use jiff::Timestamp;

use crate::analysis::causes::{root_cause, warning_among};
use crate::analysis::on_node::{OnNode, State};
use crate::analysis::reason::{Code, Reason};
use crate::analysis::rollout::plan::StrategyType;

use super::reason::{Place, brief, exclusions_brief, needs, row_with, rule, sentence};
use super::sentence::Sentence;

/// How reasons are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonForm {
    /// With all details of one node, at this time.
    OfOne(Timestamp),
    /// Without the values, pods and times of the single nodes.
    OfMany(Timestamp),
}

impl ReasonForm {
    /// All reasons, except those that the state or the node's own line already says.
    #[must_use]
    pub fn all(self, one: &OnNode) -> Sentence {
        let rest = one.reasons.iter().filter(|r| r.decides().is_none());
        let mut words = self.deciding(one);
        words.extend(rest.filter(|r| !is_said(r.code())).map(|r| match self {
            Self::OfOne(now) => sentence(r, now).into_string(),
            Self::OfMany(_) => r.code().name().to_owned(),
        }));
        words.extend(recovery(one));
        words.dedup();
        Sentence::new(words.join("; "))
    }

    /// What keeps it from running, without the state of its pod: what the node lacks.
    #[must_use]
    pub fn why_not(self, one: &OnNode) -> Sentence {
        let now = self.now();
        let deciding = one.reasons.iter().filter(|r| r.decides().is_some());
        let lacks = match self {
            Self::OfOne(_) => needs(deciding, now),
            Self::OfMany(_) => needs(deciding.map(Reason::cause).collect::<Vec<_>>().iter(), now),
        };
        match recovery(one) {
            Some(recovery) => Sentence::new(format!("{lacks}; {recovery}")),
            None => lacks,
        }
    }

    /// The one cause of the problem.
    #[must_use]
    pub fn cause(self, one: &OnNode) -> Sentence {
        let deciding = one.reasons.iter().filter(|r| r.decides().is_some());
        let deciding: Vec<&Reason> = deciding.collect();
        if !deciding.is_empty() {
            let why = exclusions_brief(&deciding, self.now());
            let then = recovery(one).or_else(|| end(one).map(str::to_owned));
            let then = then.map(|then| format!("; {then}")).unwrap_or_default();
            return Sentence::new(format!("{why}{then}"));
        }
        let Some(cause) = root_cause(&one.reasons) else {
            return Sentence::default();
        };
        let warning = warning_among(&one.reasons, cause);
        if cause.code() == Code::PodOutdated && one.update_strategy == StrategyType::OnDelete {
            return Sentence::new("older template (OnDelete)");
        }
        match self {
            // The time, and what holds the node, are shown for the node itself.
            Self::OfOne(now) if cause.code() != Code::NodeTerminating => {
                row_with(cause, warning, now)
            }
            Self::OfOne(now) | Self::OfMany(now) => brief(cause, warning, Place::ThisNode, now),
        }
    }

    const fn now(self) -> Timestamp {
        match self {
            Self::OfOne(now) | Self::OfMany(now) => now,
        }
    }

    /// Everything that keeps it from running, with what the node has.
    #[must_use]
    pub fn why_not_in_full(self, one: &OnNode) -> Sentence {
        let mut words = self.deciding(one);
        words.extend(recovery(one));
        Sentence::new(words.join("; "))
    }

    fn deciding(self, one: &OnNode) -> Vec<String> {
        let deciding = one.reasons.iter().filter(|r| r.decides().is_some());
        let words = |r: &Reason| match self {
            Self::OfOne(now) => sentence(r, now).into_string(),
            Self::OfMany(now) => rule(r, now).into_string(),
        };
        deciding.map(words).collect()
    }
}

const fn is_said(code: Code) -> bool {
    code.repeats_state() || matches!(code, Code::NodeNotReady | Code::NodeTerminating)
}

/// A pod that is only misscheduled as long as the node has its condition.
fn recovery(one: &OnNode) -> Option<String> {
    let waits = one.waits_for_the_node();
    waits.then(|| "the pod fits again once the node recovers".to_owned())
}

/// When a misscheduled pod is deleted.
const fn end(one: &OnNode) -> Option<&'static str> {
    match (one.state, one.update_strategy) {
        (State::LostAtRollout, StrategyType::OnDelete) => {
            Some("the pod stays until somebody deletes it")
        }
        (State::LostAtRollout, _) => Some("the next rollout deletes the pod"),
        (State::WouldStop, _) => Some("the controller deletes the pod"),
        _ => None,
    }
}
