//! Who owns a taint, a label or a node that is deleted, and when that ends.

use crate::analysis::owners::ManagedBy;
use crate::analysis::owners::finalizer::finalizer_owner;
use crate::analysis::owners::label::{OwnedLabel, Says};
use crate::analysis::owners::taint::{EndsWhen, Means, OwnedTaint, Tolerate, ValueKind};

use super::sentence::Sentence;

/// What a taint says of its node.
#[must_use]
pub const fn means(means: Means) -> &'static str {
    match means {
        Means::NotReady => "the node isn't ready",
        Means::Unreachable => "the node's kubelet doesn't report",
        Means::MemoryPressure => "the node is short of memory",
        Means::DiskPressure => "the node is short of disk",
        Means::PidPressure => "the node is short of process IDs",
        Means::NetworkUnavailable => "the node's network isn't set up",
        Means::Cordoned => "the node is cordoned",
        Means::OutOfService => "the machine is off or fenced, and its pods are deleted by force",
        Means::SettingUp => "the node has joined and isn't set up yet",
        Means::ShutDown => "the machine is shut down",
        Means::Removing => "the node is about to be removed",
        Means::MayBeRemoved => "the node may be removed soon",
        Means::AgentNotReady => "an agent that pods need isn't ready on the node",
        Means::Interrupted => "the machine is about to be taken away",
        Means::Maintenance => "the node is drained, updated or repaired",
        Means::RuleUnmet => "the node doesn't fulfil a readiness rule",
        Means::StorageFailing => "storage fails on the node",
        Means::Condition => "the node has a condition that is over after a while",
        Means::ControlPlane => "the node runs the control plane",
        Means::Accelerator => "the node is kept for what uses its accelerator",
        Means::Addons => "the node is kept for the cluster's own add-ons",
        Means::Spot => "the machine may be taken away at any time",
        Means::Virtual => "the node is no machine, and runs no daemon pods",
        Means::OperatingSystem => "the node runs another operating system than most",
        Means::Architecture => "the node has another architecture than most",
        Means::Sandbox => "the node runs pods in a sandbox",
    }
}

/// Who takes a taint off, and when.
#[must_use]
pub fn end(owned: &OwnedTaint) -> Sentence {
    let owner = owned.owner;
    Sentence::new(match owned.ends {
        EndsWhen::NodeReady => format!("{owner} takes it off when the node is ready again"),
        EndsWhen::ConditionOver => format!("{owner} takes it off when that is over"),
        EndsWhen::Uncordoned => format!("{owner} takes it off when the node is uncordoned"),
        EndsWhen::NodeSetUp => format!("{owner} takes it off when it has set the node up"),
        EndsWhen::AgentReady => format!("{owner} takes it off when that agent is ready"),
        EndsWhen::RuleMet => format!("{owner} takes it off when the node fulfils it"),
        EndsWhen::NodeRemoved => {
            format!("it goes with the node, or when {owner} gives that up")
        }
        EndsWhen::MaintenanceOver => format!("{owner} takes it off when that is over"),
        EndsWhen::NodeRecovered => format!("{owner} takes it off when the machine is back"),
        EndsWhen::PoolChanged => format!("{owner} gives it to each node of the pool"),
        EndsWhen::TakenOff => {
            format!("set by {owner}; it stays until an administrator takes it off")
        }
    })
}

/// What is to be said of an untolerated taint beside the taint; `None` where its key says as
/// much, as those of conditions and of what a node is kept for do.
#[must_use]
pub fn why(owned: &OwnedTaint) -> Option<String> {
    let means = means(owned.means);
    match owned.ends {
        _ if owned.is_of_a_condition() => None,
        EndsWhen::TakenOff => None,
        EndsWhen::PoolChanged => (owned.tolerate == Tolerate::Never).then(|| means.to_owned()),
        _ => Some(format!("{means}; {}", end(owned))),
    }
}

/// Why nothing is changed by hand.
#[must_use]
pub fn nothing_by_hand(by: ManagedBy) -> Sentence {
    match by {
        ManagedBy::Taint(owned) => {
            let again = if owned.is_of_a_condition() {
                "; taken off by hand it comes back"
            } else {
                ""
            };
            Sentence::new(format!("{}; {}{again}", means(owned.means), end(owned)))
        }
        ManagedBy::Label(owned) => Sentence::new(kept_label(owned)),
    }
}

fn kept_label(owned: &OwnedLabel) -> String {
    let owner = owned.owner;
    match owned.says {
        Says::Machine => format!(
            "the label says what the machine is: {owner} sets it, and sets it again when it starts"
        ),
        Says::Name => format!(
            "the label says which node it is: {owner} sets it, and sets it again when it starts"
        ),
        Says::Place => format!("the label says where the machine is: {owner} sets it"),
    }
}

/// Who sets a missing label too.
#[must_use]
pub fn restores(by: ManagedBy) -> Sentence {
    let owner = by.owner();
    Sentence::new(format!(
        "the {owner} sets the label when it starts: restarting it on the node does the same"
    ))
}

/// What is to be known of a toleration that is by the key.
#[must_use]
pub fn toleration(owned: &OwnedTaint) -> Option<Sentence> {
    let meanwhile = (owned.tolerate == Tolerate::Meanwhile)
        .then(|| "only for an agent that has to run as long as the taint is there".to_owned());
    let by_key = match owned.value {
        ValueKind::Time => Some(BY_KEY_FOR_TIME.to_owned()),
        ValueKind::Id => Some(BY_KEY_FOR_ID.to_owned()),
        ValueKind::Fixed | ValueKind::Chosen => None,
    };
    let said: Vec<String> = meanwhile.into_iter().chain(by_key).collect();
    (!said.is_empty()).then(|| Sentence::new(said.join("; ")))
}

const BY_KEY_FOR_TIME: &str = "by the key alone, for the value is a time";
const BY_KEY_FOR_ID: &str = "by the key alone, for the value is an ID";

/// What is to be known of a toleration by the key of a taint of which no owner is known.
#[must_use]
pub fn toleration_of_one_occasion() -> Sentence {
    Sentence::new("by the key alone, for the value looks like a time or an ID")
}

/// What the value of a taint is, in a word; empty for one that says nothing.
#[must_use]
pub const fn value(value: ValueKind) -> &'static str {
    match value {
        ValueKind::Fixed => "fixed or none",
        ValueKind::Chosen => "chosen",
        ValueKind::Time => "a time",
        ValueKind::Id => "an ID",
    }
}

/// Whether a DaemonSet should tolerate a taint, in a few words.
#[must_use]
pub const fn tolerate(tolerate: Tolerate) -> &'static str {
    match tolerate {
        Tolerate::Fits => "where the DaemonSet is meant for such nodes",
        Tolerate::Meanwhile => "only for an agent that has to run meanwhile",
        Tolerate::Never => "no",
        Tolerate::Needless => "not needed",
    }
}

/// What holds a node that is deleted: goes on from `is being deleted`; empty for nothing.
#[must_use]
pub fn holders(finalizers: &[impl AsRef<str>]) -> String {
    let held = finalizers.iter().map(AsRef::as_ref);
    let held = held.map(|name| match finalizer_owner(name) {
        Some(owner) => format!("{owner} (finalizer {name})"),
        None => format!("finalizer {name}"),
    });
    let held: Vec<String> = held.collect();
    if held.is_empty() {
        return String::new();
    }
    format!(", held by {}", held.join(" and "))
}
