//! Taints that aren't tolerated, and how close a toleration of the template comes.

use crate::model::Taint;

use super::NodeTrouble;

/// A taint that no toleration covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untolerated {
    /// The taint, without its time, so that equal taints of several nodes are equal.
    pub taint: Taint,
    /// A toleration of the template with its key.
    pub near_miss: Option<NearMiss>,
    /// What is wrong with the node, where the taint says that something is.
    pub trouble: Option<NodeTrouble>,
    /// Whether the DaemonSet itself removes it, by its pod on the node.
    pub is_own: bool,
}

/// A toleration of the template with a taint's key that still doesn't cover it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearMiss {
    /// Its index in the template.
    pub toleration: usize,
    /// What is otherwise.
    pub why: NearMissWhy,
}

/// Why a toleration with a taint's key doesn't cover it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearMissWhy {
    /// It is for this other effect.
    Effect(String),
    /// It wants this value.
    Value(String),
    /// It compares numbers with this operator, and the comparison fails.
    Comparison(String, ComparisonFailure),
    /// It has this operator, which doesn't exist.
    Operator(String),
}

/// Why a toleration that compares numbers doesn't cover a taint with its key and effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComparisonFailure {
    /// The feature gate is off, so it covers nothing.
    GateOff,
    /// Its own value, given here, isn't an integer.
    BoundNoInteger(String),
    /// The taint's value isn't one.
    TaintNoInteger,
    /// The taint's value is on the wrong side of its own, given here.
    OutOfBound(String),
}
