//! Taints that aren't tolerated, and how near a toleration of the template comes.

use crate::model::Taint;

use super::NodeTrouble;

/// A taint that no toleration covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untolerated {
    /// The taint; its time is left out, so that equal taints of nodes are equal.
    pub taint: Taint,
    /// A toleration of the template that has its key.
    pub near_miss: Option<NearMiss>,
    /// Why the node isn't as it should be, where the taint says that it isn't.
    pub trouble: Option<NodeTrouble>,
    /// The DaemonSet itself ends it, by its pod on the node.
    pub is_own: bool,
}

/// A toleration of the template that has a taint's key and still doesn't cover it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearMiss {
    /// Its index in the template.
    pub toleration: usize,
    /// What is otherwise.
    pub why: NearMissWhy,
}

/// What is otherwise in a toleration that has a taint's key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearMissWhy {
    /// It is for this effect.
    Effect(String),
    /// It wants this value.
    Value(String),
    /// It compares numbers with this operator, and that comes to nothing.
    Comparison(String, ComparisonFailure),
    /// It has this operator, which isn't one.
    Operator(String),
}

/// Why a toleration that compares numbers doesn't cover a taint of its key and effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComparisonFailure {
    /// The feature gate is off, so it covers nothing.
    GateOff,
    /// Its own value, this one, isn't an integer.
    BoundNoInteger(String),
    /// The taint's value isn't one.
    TaintNoInteger,
    /// The taint's value isn't on that side of its own, this one.
    OutOfBound(String),
}
