//! The type of the taints that have an owner; the table itself is in `taint_table.rs`.

use serde::Serialize;

use crate::model::Taint;

pub use super::taint_table::OWNED_TAINTS;

/// A taint that a known component puts on nodes, or all taints with a prefix.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OwnedTaint {
    /// Its key.
    pub key: TaintKey,
    /// The effects that the owner uses; empty for any. With another effect it was set by hand and
    /// has no owner.
    pub effects: &'static [&'static str],
    /// Who puts it on.
    pub owner: &'static str,
    /// What it says about the node.
    pub means: TaintMeaning,
    /// When it goes.
    pub ends: EndsWhen,
    /// What its value is.
    pub value: ValueKind,
    /// Whether a DaemonSet should tolerate it.
    pub tolerate: Tolerate,
    /// The owner's documentation, or its source, that says so.
    pub source: &'static str,
}

/// Which keys a row of the table covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TaintKey {
    /// This one.
    Is(&'static str),
    /// All keys with this prefix.
    Prefix(&'static str),
}

/// What a taint says about its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TaintMeaning {
    /// The node isn't ready.
    NotReady,
    /// The kubelet doesn't report.
    Unreachable,
    /// The node is short of memory.
    MemoryPressure,
    /// The node is short of disk.
    DiskPressure,
    /// The node is short of process IDs.
    PidPressure,
    /// The node's network isn't set up.
    NetworkUnavailable,
    /// The node is cordoned.
    Cordoned,
    /// The machine is off or fenced, and its pods are deleted forcibly.
    OutOfService,
    /// The node has joined, and its owner hasn't set it up yet.
    SettingUp,
    /// The machine is shut down.
    ShutDown,
    /// The node is about to be removed.
    Removing,
    /// The node may be removed soon.
    MayBeRemoved,
    /// An agent that pods of this node need isn't ready on it.
    AgentNotReady,
    /// The machine is about to be taken away.
    Interrupted,
    /// The node runs an older version than its pool is upgraded to.
    Upgraded,
    /// The node is drained, updated or repaired.
    Maintenance,
    /// A condition that the node must meet for pods isn't met.
    RuleUnmet,
    /// Storage on the node fails.
    StorageFailing,
    /// The node has a condition that ends after a while.
    Condition,
    /// The node runs the control plane.
    ControlPlane,
    /// The node has an accelerator and is reserved for pods that use it.
    Accelerator,
    /// The node is reserved for the cluster's own add-ons.
    Addons,
    /// The machine is cheap, and may be taken away at any time.
    Spot,
    /// The node isn't a machine: its pods run elsewhere.
    Virtual,
    /// The node runs another operating system than most.
    OperatingSystem,
    /// The node has another architecture than most.
    Architecture,
    /// Pods of the node run in a sandbox.
    Sandbox,
}

/// When a taint goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum EndsWhen {
    /// The node is ready again.
    NodeReady,
    /// The node's condition that it stands for is over.
    ConditionOver,
    /// The node is uncordoned.
    Uncordoned,
    /// The owner has set the node up.
    NodeSetUp,
    /// The agent that it waits for is ready on the node.
    AgentReady,
    /// The rule that it stands for is met.
    RuleMet,
    /// The node is removed, or its owner decides otherwise.
    NodeRemoved,
    /// The maintenance is over.
    MaintenanceOver,
    /// The machine is known to be back or gone: whoever set the taint removes it.
    NodeRecovered,
    /// Its pool changes: the provider sets it on each node of the pool.
    PoolChanged,
    /// An administrator removes it.
    TakenOff,
}

/// What the value of a taint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueKind {
    /// None, or the same on each node.
    Fixed,
    /// Chosen by whoever set it.
    Chosen,
    /// A time, different on each node.
    Time,
    /// An ID, different on each node.
    Id,
}

/// Whether a DaemonSet should tolerate a taint. Where it should, the toleration is by key, whatever
/// the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tolerate {
    /// Right for a DaemonSet that is meant for such nodes.
    Fits,
    /// Right only for an agent that has to run while the node has the taint.
    Meanwhile,
    /// Wrong: the node has to be fixed, or takes no daemon pods.
    Never,
    /// Unnecessary: the controller adds it to each daemon pod, or ignores the effect.
    Needless,
}

impl TaintKey {
    fn covers(self, key: &str) -> bool {
        match self {
            Self::Is(own) => own == key,
            Self::Prefix(prefix) => key.starts_with(prefix),
        }
    }
}

impl EndsWhen {
    /// Its published name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NodeReady => "NodeReady",
            Self::ConditionOver => "ConditionOver",
            Self::Uncordoned => "Uncordoned",
            Self::NodeSetUp => "NodeSetUp",
            Self::AgentReady => "AgentReady",
            Self::RuleMet => "RuleMet",
            Self::NodeRemoved => "NodeRemoved",
            Self::MaintenanceOver => "MaintenanceOver",
            Self::NodeRecovered => "NodeRecovered",
            Self::PoolChanged => "PoolChanged",
            Self::TakenOff => "TakenOff",
        }
    }
}

impl OwnedTaint {
    /// Whether it may be removed by hand.
    #[must_use]
    pub fn is_taken_off_by_hand(&self) -> bool {
        self.ends == EndsWhen::TakenOff
    }

    /// Whether a toleration of it may be advised.
    #[must_use]
    pub const fn may_be_tolerated(&self) -> bool {
        matches!(self.tolerate, Tolerate::Fits | Tolerate::Meanwhile)
    }

    /// Whether it stands for a condition of the node, so that the control plane removes it when the
    /// condition is over.
    #[must_use]
    pub const fn stands_for_condition(&self) -> bool {
        matches!(
            self.means,
            TaintMeaning::NotReady
                | TaintMeaning::Unreachable
                | TaintMeaning::MemoryPressure
                | TaintMeaning::DiskPressure
                | TaintMeaning::PidPressure
                | TaintMeaning::NetworkUnavailable
        )
    }

    fn covers(&self, taint: &Taint) -> bool {
        self.key.covers(&taint.key)
            && (self.effects.is_empty() || self.effects.contains(&&*taint.effect))
    }
}

/// The table's row for `taint`; `None` for an unknown taint.
#[must_use]
pub fn owned_taint(taint: &Taint) -> Option<&'static OwnedTaint> {
    OWNED_TAINTS.iter().find(|owned| owned.covers(taint))
}

/// Whether `taint` is tolerated by its key alone: its value differs between nodes, or it has none.
#[must_use]
pub fn is_tolerated_by_key(taint: &Taint) -> bool {
    taint.value.is_empty() || owned_taint(taint).is_some() || is_time_or_id(&taint.value)
}

/// Whether a value looks like a time or an ID: seconds since 1970, a date, a UUID, or a long
/// hexadecimal number, as cloud providers assign them to machines (`i-0123456789abcdef0`).
fn is_time_or_id(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let hexadecimal = |text: &str| {
        text.len() >= 8
            && text.bytes().all(|b| b.is_ascii_hexdigit())
            && text.bytes().any(|b| b.is_ascii_digit())
    };
    let mut parts = value.split(['-', '_', '.', 'T']);
    let is_date = parts.next().is_some_and(|y| y.len() == 4 && digits(y))
        && parts.next().is_some_and(|m| m.len() == 2 && digits(m))
        && parts.next().is_some_and(|d| d.len() == 2 && digits(d));
    is_date || value.split('-').any(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::{is_time_or_id, owned_taint};
    use crate::analysis::owners::owned_taint::{EndsWhen, OWNED_TAINTS};
    use crate::model::Taint;

    fn taint(key: &str, effect: &str) -> Taint {
        Taint {
            key: key.into(),
            effect: effect.into(),
            ..Taint::default()
        }
    }

    #[test]
    fn an_effect_that_its_owner_does_not_use_is_nobodys() {
        let unschedulable = "node.kubernetes.io/unschedulable";
        let ends = |effect| owned_taint(&taint(unschedulable, effect)).map(|owned| owned.ends);
        assert_eq!(ends("NoSchedule"), Some(EndsWhen::Uncordoned));
        assert_eq!(ends("NoExecute"), None);
        assert_eq!(owned_taint(&taint("gpu", "NoSchedule")), None);
        let rule = taint("readiness.k8s.io/Network", "NoSchedule");
        assert_eq!(owned_taint(&rule).map(|o| o.ends), Some(EndsWhen::RuleMet));
    }

    #[test]
    fn values_of_one_occasion() {
        for value in [
            "1777900000",
            "2026-05-04T12_00_00Z",
            "9b2f0c3e-1d2a-4f5b-8c7d-0123456789ab",
            "i-0123456789abcdef0",
            "deadbee1",
        ] {
            assert!(is_time_or_id(value), "{value}");
        }
        for value in [
            "", "true", "present", "gpu-a100", "team-7", "8", "facade", "v1-29-4",
        ] {
            assert!(!is_time_or_id(value), "{value}");
        }
    }

    #[test]
    fn each_row_has_a_source_and_can_be_found() {
        for (index, owned) in OWNED_TAINTS.iter().enumerate() {
            assert!(owned.source.starts_with("https://"), "{owned:?}");
            let (key, effect) = owned.example();
            let found = OWNED_TAINTS
                .iter()
                .position(|o| o.covers(&taint(&key, effect)));
            assert_eq!(found, Some(index), "another row stands before {owned:?}");
        }
    }
}
