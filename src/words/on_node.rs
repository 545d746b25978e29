//! The reasons of a DaemonSet on one node, or on nodes that are alike.

use jiff::Timestamp;

use crate::analysis::on_node::OnNode;
use crate::analysis::reason::{Code, Reason};

use super::reason::{rule, sentence};
use super::sentence::Sentence;

/// How reasons are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// With all that there is to say of one node, at this time.
    OfOne(Timestamp),
    /// Without the values, pods and times of the nodes, which are many.
    OfMany(Timestamp),
}

impl Words {
    /// All reasons, without those that the state or the node's own line says already.
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

    /// What keeps it from running, without what became of its pod.
    #[must_use]
    pub fn why_not(self, one: &OnNode) -> Sentence {
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

/// A pod that is only here too long as long as the node has its condition.
fn recovery(one: &OnNode) -> Option<String> {
    let waits = one.waits_for_the_node();
    waits.then(|| "it counts again when the node recovers".to_owned())
}
