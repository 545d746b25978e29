//! Who owns a taint, a label or a deleted node, and when that ends.

use std::fmt;

use crate::analysis::owners::ManagedBy;
use crate::analysis::owners::finalizer::finalizer_owner;
use crate::analysis::owners::label::{LabelMeaning, OwnedLabel};
use crate::analysis::owners::owned_taint::{
    EndsWhen, OwnedTaint, TaintMeaning, Tolerate, ValueKind,
};
use crate::analysis::reason::{NodeTrouble, NotReadyCause};

use super::reason::message_cause;
use super::sentence::Sentence;

/// What a taint says about its node.
#[must_use]
pub const fn means(means: TaintMeaning) -> &'static str {
    match means {
        TaintMeaning::NotReady => "the node isn't ready",
        TaintMeaning::Unreachable => "the node's kubelet doesn't report",
        TaintMeaning::MemoryPressure => "the node is short of memory",
        TaintMeaning::DiskPressure => "the node is short of disk",
        TaintMeaning::PidPressure => "the node is short of process IDs",
        TaintMeaning::NetworkUnavailable => "the node's network isn't set up",
        TaintMeaning::Cordoned => "the node is cordoned",
        TaintMeaning::OutOfService => {
            "the machine is off or fenced, and its pods are deleted by force"
        }
        TaintMeaning::SettingUp => "the node has joined and isn't set up yet",
        TaintMeaning::ShutDown => "the machine is shut down",
        TaintMeaning::Removing => "the node is about to be removed",
        TaintMeaning::MayBeRemoved => "the node may be removed soon",
        TaintMeaning::AgentNotReady => "an agent that pods need isn't ready on the node",
        TaintMeaning::Upgraded => "the node runs an older version than its pool is upgraded to",
        TaintMeaning::Interrupted => "the machine is about to be taken away",
        TaintMeaning::Maintenance => "the node is drained, updated or repaired",
        TaintMeaning::RuleUnmet => "the node doesn't fulfil a readiness rule",
        TaintMeaning::StorageFailing => "storage fails on the node",
        TaintMeaning::Condition => "the node has a condition that is over after a while",
        TaintMeaning::ControlPlane => "the node runs the control plane",
        TaintMeaning::Accelerator => "the node is kept for what uses its accelerator",
        TaintMeaning::Addons => "the node is kept for the cluster's own add-ons",
        TaintMeaning::Spot => "the machine may be taken away at any time",
        TaintMeaning::Virtual => "the node isn't a real machine and can't run daemon pods",
        TaintMeaning::OperatingSystem => "the node runs another operating system than most",
        TaintMeaning::Architecture => "the node has another architecture than most",
        TaintMeaning::Sandbox => "the node runs pods in a sandbox",
    }
}

/// Who removes a taint, and when.
#[must_use]
pub fn end(owned: &OwnedTaint) -> Sentence {
    let owner = owned.owner;
    Sentence::new(match owned.ends {
        EndsWhen::NodeReady => "the taint goes when the node is ready again".to_owned(),
        EndsWhen::ConditionOver if owned.stands_for_condition() => {
            "the taint goes when that is over".to_owned()
        }
        EndsWhen::ConditionOver | EndsWhen::MaintenanceOver => {
            format!("{owner} removes the taint when that is over")
        }
        EndsWhen::Uncordoned => "the taint goes when the node is uncordoned".to_owned(),
        EndsWhen::NodeSetUp => format!("{owner} removes the taint when it has set the node up"),
        EndsWhen::AgentReady => format!("{owner} removes the taint when that agent is ready"),
        EndsWhen::RuleMet => format!("{owner} removes the taint when the node fulfils it"),
        EndsWhen::NodeRemoved => {
            format!("the taint goes away with the node, or if {owner} cancels the removal")
        }
        EndsWhen::NodeRecovered => format!("{owner} removes the taint when the machine is back"),
        EndsWhen::PoolChanged => format!("{owner} gives the taint to each node of the pool"),
        EndsWhen::TakenOff => {
            format!("set by {owner}; the taint stays until an administrator removes it")
        }
    })
}

/// What to say about an untolerated taint besides the taint; `None` where its key says enough, as
/// with conditions and reserved nodes.
#[must_use]
pub fn why(owned: &OwnedTaint) -> Option<String> {
    let means = means(owned.means);
    match owned.ends {
        _ if owned.stands_for_condition() => None,
        EndsWhen::TakenOff => None,
        EndsWhen::PoolChanged => (owned.tolerate == Tolerate::Never).then(|| means.to_owned()),
        _ => Some(format!("{means}; {}", end(owned))),
    }
}

/// What to do instead of a change by hand that the owner would undo.
#[must_use]
pub fn wait_for_owner(by: ManagedBy, trouble: Option<&NodeTrouble>, node: &str) -> String {
    let owned = match by {
        ManagedBy::Taint(owned) => owned,
        ManagedBy::Label(owned) => return format!("Leave the label: {}.", kept_label(owned)),
    };
    if let Some(trouble) = trouble {
        return recover(owned, trouble, node);
    }
    if owned.ends == EndsWhen::AgentReady {
        return format!(
            "See why the agent isn't ready on {node}; {} removes the taint once it is.",
            owned.owner
        );
    }
    let what = match (owned.means, owned.ends) {
        (
            TaintMeaning::NotReady
            | TaintMeaning::Unreachable
            | TaintMeaning::OutOfService
            | TaintMeaning::ShutDown,
            _,
        ) => {
            format!("See why {node} is down, and bring it back")
        }
        _ if owned.stands_for_condition() => {
            format!("See what is wrong with {node}, and repair it")
        }
        (_, EndsWhen::PoolChanged) => "Leave the taint".to_owned(),
        _ => format!("Watch {node}, and wait"),
    };
    let events = match owned.ends {
        EndsWhen::NodeRemoved => " The node's events show what delays it.",
        _ => "",
    };
    format!("{what}: {}.{events}", end(owned))
}

/// How a node recovers from its conditions.
fn recover(owned: &OwnedTaint, trouble: &NodeTrouble, node: &str) -> String {
    let end = end(owned);
    match trouble.cause {
        NotReadyCause::ShuttingDown => format!(
            "Nothing to repair: {node} is shutting down, and the taint goes with the machine, or when it is back."
        ),
        NotReadyCause::NetworkPlugin | NotReadyCause::NoPodCidr => {
            format!(
                "Repair the network plugin (CNI) of {node}, whose pod is one of those there; {end}."
            )
        }
        NotReadyCause::Runtime => format!("Repair the container runtime of {node}; {end}."),
        NotReadyCause::Maintenance => {
            format!("Wait until the maintenance of {node} is over; {end}.")
        }
        NotReadyCause::Silent => {
            format!("See why the kubelet of {node} stopped reporting, and bring it back; {end}.")
        }
        NotReadyCause::Other => {
            let what = match owned.means {
                TaintMeaning::NetworkUnavailable => format!("Repair the network of {node}"),
                _ => format!("See what is wrong with {node}, and repair it"),
            };
            let said = match trouble.said.message.as_str() {
                "" => means(owned.means).to_owned(),
                message => format!("\"{}\"", message_cause(message)),
            };
            format!("{what}: {said}; {end}.")
        }
    }
}

fn kept_label(owned: &OwnedLabel) -> String {
    let owner = owned.owner;
    match owned.says {
        LabelMeaning::Machine => format!(
            "it says what the machine is, and {owner} sets it, and sets it again when it starts"
        ),
        LabelMeaning::Name => format!(
            "it says which node it is, and {owner} sets it, and sets it again when it starts"
        ),
        LabelMeaning::Place => format!("it says where the machine is, and {owner} sets it"),
    }
}

/// How a missing label comes back that its owner sets.
#[must_use]
pub fn restores(by: ManagedBy, node: &str) -> String {
    let owner = by.owner();
    format!(
        "Restart the {owner} on {node}, which sets the label when it starts, or set it by hand."
    )
}

/// A remark on a toleration by key.
#[must_use]
pub fn toleration(owned: &OwnedTaint) -> Option<String> {
    if owned.ends == EndsWhen::PoolChanged {
        return Some(format!(
            "{} gives it to each node of the pool",
            capitalized(owned.owner)
        ));
    }
    let note = match (owned.tolerate, owned.value) {
        (Tolerate::Meanwhile, ValueKind::Time) => Some(
            "Only for an agent that has to run while the taint is there. Match the key only: the value is a timestamp",
        ),
        (Tolerate::Meanwhile, ValueKind::Id) => Some(
            "Only for an agent that has to run while the taint is there. Match the key only: the value is an ID",
        ),
        (Tolerate::Meanwhile, _) => {
            Some("Only for an agent that has to run while the taint is there")
        }
        (_, ValueKind::Time) => Some("Match the key only: the value is a timestamp"),
        (_, ValueKind::Id) => Some("Match the key only: the value is an ID"),
        _ => None,
    };
    note.map(str::to_owned)
}

/// At the beginning of a sentence.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A remark on a toleration by the key of a taint whose owner isn't known.
pub const BY_KEY_OF_ONE_OCCASION: &str =
    "Match the key only: the value looks like a timestamp or an ID";

/// What the value of a taint is, in one word; empty for one without meaning.
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

/// ` (began 5m ago)`, of a deletion whose begin is known: goes on from `is being deleted`.
#[must_use]
pub fn began(when: Option<impl fmt::Display>) -> String {
    when.map_or_else(String::new, |when| format!(" (began {when})"))
}

/// What holds a node that is being deleted: continues after `is being deleted`; empty for nothing.
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
