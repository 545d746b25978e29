//! What keeps a pod from its node, and which pods hold what it lacks.

use crate::analysis::reason::{AddedSelector, Owner, Reason, ResourceHolder, Shortage};
use crate::analysis::unschedulable::UnschedulableCause;
use crate::words::notation::{and, few};
use crate::words::quantity;

use super::message_cause::message_cause;
use super::resource_holder::{Form, in_row, names, requesting};

/// What the scheduler said about the pod's own node, with the pods there that hold what it
/// lacks; empty for other reasons.
pub(super) fn lacks(reason: &Reason) -> String {
    parts(reason, Form::OnePod)
}

/// The same for several nodes: the owners of the pods that hold it.
pub(super) fn lacks_row(reason: &Reason) -> String {
    parts(reason, Form::Row)
}

fn parts(reason: &Reason, form: Form) -> String {
    let Reason::PodUnschedulable {
        scheduler: said,
        unfit,
        lacks,
        preempts_none_at,
        ..
    } = reason
    else {
        return String::new();
    };
    // What is known before a pod is created no scheduler has said.
    if unfit.is_empty() && lacks.is_empty() {
        return match (said.message.as_str(), said.reason.as_str()) {
            ("", reason) => reason.to_owned(),
            (message, _) => format!("\"{}\"", message_cause(message)),
        };
    }
    let told = unfit
        .iter()
        .filter(|u| !is_detailed(u, lacks))
        .map(unfit_text);
    let ports = ports(lacks, form);
    let others = lacks.iter().filter(|l| !matches!(l, Shortage::Port { .. }));
    let others = others.map(|lack| lack_text(lack, form));
    let mut parts: Vec<String> = ports.into_iter().chain(others).chain(told).collect();
    if let Some(priority) = preempts_none_at
        && lacks.iter().any(is_outranked)
    {
        parts.push(format!(
            "its priority ({priority}) can't preempt any other pod"
        ));
    }
    parts.join(", ")
}

fn is_detailed(unfit: &UnschedulableCause, lacks: &[Shortage]) -> bool {
    lacks.iter().any(|lack| match (unfit, lack) {
        (UnschedulableCause::HostPortTaken, Shortage::Port { .. })
        | (UnschedulableCause::OwnNodeDoesNotMatch, Shortage::Selector(_))
        | (UnschedulableCause::AntiAffinity, Shortage::Rivals { .. })
        | (UnschedulableCause::UnboundClaim, Shortage::Claims { .. }) => true,
        (UnschedulableCause::TooManyPods, Shortage::Resource { name, .. }) => name == "pods",
        (UnschedulableCause::Insufficient(wanted), Shortage::Resource { name, .. }) => {
            wanted == name
        }
        _ => false,
    })
}

/// Whether a higher priority would help.
const fn is_outranked(lack: &Shortage) -> bool {
    matches!(
        lack,
        Shortage::Resource {
            never_fits: false,
            is_virtual: false,
            ..
        }
    )
}

/// Ports that the same pods hold are listed together.
fn ports(lacks: &[Shortage], form: Form) -> Vec<String> {
    let mut by_holders: Vec<(&[ResourceHolder], Vec<String>)> = Vec::new();
    for lack in lacks {
        let Shortage::Port {
            port,
            protocol,
            holders,
            ..
        } = lack
        else {
            continue;
        };
        let port = match protocol.as_str() {
            "TCP" => port.to_string(),
            protocol => format!("{port}/{protocol}"),
        };
        match by_holders.iter_mut().find(|(known, _)| known == holders) {
            Some((_, ports)) => ports.push(port),
            None => by_holders.push((holders, vec![port])),
        }
    }
    let told = by_holders.into_iter().map(|(holders, ports)| {
        let by = match holders {
            [] => String::new(),
            holders => format!(" by {}", names(holders, form)),
        };
        match ports.as_slice() {
            [port] => format!("host port {port} is taken{by}"),
            ports => format!("host ports {} are taken{by}", and(ports)),
        }
    });
    told.collect()
}

fn lack_text(lack: &Shortage, form: Form) -> String {
    match lack {
        Shortage::Port { .. } => String::new(),
        Shortage::Selector(added) => selector(added, form),
        Shortage::Claims { names } => claims(names),
        Shortage::Rivals {
            topology_key,
            place,
            is_own: true,
            holders,
        } => {
            let has = match (holders.as_slice(), form) {
                ([first, ..], Form::OnePod) => format!("{place} has {}", first.pod),
                _ => format!("{place} has one"),
            };
            format!("its podAntiAffinity allows one of its pods per {topology_key}, and {has}")
        }
        Shortage::Rivals {
            topology_key,
            place,
            holders,
            ..
        } => format!(
            "its podAntiAffinity keeps it out of {topology_key} {place}, where {} runs",
            names(holders.get(..1).unwrap_or_default(), form)
        ),
        Shortage::Resource {
            name,
            allocatable: None,
            never_fits: true,
            ..
        } => format!("the node has no {name}: its status.allocatable lists none"),
        Shortage::Resource {
            name,
            requested,
            allocatable: Some(allocatable),
            never_fits: true,
            ..
        } => format!(
            "it requests {}, more than the {} that the node has for pods in all",
            quantity::named_text(name, requested),
            quantity::written(name, allocatable, false)
        ),
        Shortage::Resource {
            name,
            allocatable,
            holders,
            ..
        } if name == "pods" => {
            let most = match holders.as_slice() {
                [] => String::new(),
                holders => format!(", most of them {}", names(holders, form)),
            };
            match allocatable {
                Some(limit) => format!("the node is full with {limit} pods, its limit{most}"),
                None => format!("the node is full{most}"),
            }
        }
        Shortage::Resource {
            name,
            requested,
            free,
            holders,
            ..
        } => {
            let wanted = quantity::named_text(name, requested);
            let left = match free {
                Some(free) => {
                    let at_most = if free.is_most { "at most " } else { "" };
                    format!(
                        "{at_most}{} free",
                        quantity::amount(name, free.amount, false)
                    )
                }
                None => "not enough left".to_owned(),
            };
            // Pods of their own are those of one node.
            let is_told =
                |holder: &&ResourceHolder| form == Form::OnePod || holder.owner != Owner::Bare;
            let holders: Vec<ResourceHolder> = holders.iter().filter(is_told).cloned().collect();
            let most = match holders.as_slice() {
                [] => String::new(),
                holders => format!(" (largest requests: {})", requesting(name, holders, form)),
            };
            format!("needs {wanted}, {left}{most}")
        }
    }
}

fn selector(added: &AddedSelector, form: Form) -> String {
    let AddedSelector {
        key, value, node, ..
    } = added;
    let node = match form {
        Form::OnePod => node.as_str(),
        Form::Row => "the node",
    };
    format!("admission added nodeSelector {key}={value}, which {node} lacks")
}

fn claims(names: &[String]) -> String {
    match names {
        [one] => format!("PersistentVolumeClaim {one} isn't bound"),
        several => format!(
            "not all of its PersistentVolumeClaims are bound, {}",
            few(several)
        ),
    }
}

/// The first thing that a pod lacks, in a few words, for the first line of an answer.
pub(super) fn brief(unfit: &[UnschedulableCause], lacks: &[Shortage]) -> String {
    match lacks.first() {
        Some(Shortage::Port { port, holders, .. }) => match holders.first() {
            Some(holder) => format!("host port {port} is taken by {}", in_row(holder)),
            None => format!("host port {port} is taken"),
        },
        Some(Shortage::Selector(added)) => {
            let AddedSelector { key, value, .. } = added;
            format!("admission added nodeSelector {key}={value} to its pods")
        }
        Some(Shortage::Claims { names }) => claims(names),
        Some(Shortage::Rivals {
            topology_key,
            is_own: true,
            ..
        }) => format!("its podAntiAffinity allows one of its pods per {topology_key}"),
        Some(Shortage::Rivals { holders, .. }) => format!(
            "its podAntiAffinity keeps it away from {}",
            names(holders.get(..1).unwrap_or_default(), Form::Row)
        ),
        Some(Shortage::Resource {
            name, allocatable, ..
        }) => match (name.as_str(), allocatable) {
            ("pods", Some(most)) if most == "1" => "no room for more than 1 pod".to_owned(),
            ("pods", Some(most)) => format!("no room for more than {most} pods"),
            ("pods", None) => "no room for another pod".to_owned(),
            (name, None) => format!("no {name}"),
            (name, Some(_)) => format!("not enough {name} left"),
        },
        None => match unfit.first() {
            Some(UnschedulableCause::Other(_)) | None => "its pod can't be scheduled".to_owned(),
            Some(UnschedulableCause::Insufficient(resource)) => {
                format!("not enough {resource} left")
            }
            Some(UnschedulableCause::TooManyPods) => "no room for another pod".to_owned(),
            Some(UnschedulableCause::HostPortTaken) => "a host port is taken".to_owned(),
            Some(UnschedulableCause::Untolerated(taint)) => {
                format!("no toleration for taint {taint}")
            }
            Some(UnschedulableCause::UntoleratedTaints) => "no toleration for a taint".to_owned(),
            Some(UnschedulableCause::Cordoned) => "the node is cordoned".to_owned(),
            Some(UnschedulableCause::Volume) => "its volume is of another node or zone".to_owned(),
            Some(UnschedulableCause::UnboundClaim) => {
                "a PersistentVolumeClaim isn't bound".to_owned()
            }
            Some(UnschedulableCause::Spread) => {
                "its topologySpreadConstraints aren't met".to_owned()
            }
            Some(UnschedulableCause::AntiAffinity) => {
                "its podAntiAffinity keeps it away".to_owned()
            }
            Some(UnschedulableCause::OthersAntiAffinity) => {
                "the podAntiAffinity of another pod keeps it away".to_owned()
            }
            Some(UnschedulableCause::OwnNodeDoesNotMatch) => {
                "its affinity matches no node".to_owned()
            }
            Some(UnschedulableCause::NotSaid { .. }) => {
                "the scheduler doesn't say why its pod waits".to_owned()
            }
        },
    }
}

/// The same in a word or two.
pub(super) fn tag(lacks: &[Shortage]) -> String {
    match lacks.first() {
        Some(Shortage::Port { .. }) => "host port taken".to_owned(),
        Some(Shortage::Resource { name, .. }) if name == "pods" => "full".to_owned(),
        Some(Shortage::Resource { name, .. }) => format!("short of {name}"),
        Some(Shortage::Selector(_)) => "narrowed by admission".to_owned(),
        Some(Shortage::Claims { .. }) => "without a bound claim".to_owned(),
        Some(Shortage::Rivals { .. }) => "kept away by anti-affinity".to_owned(),
        None => "unschedulable".to_owned(),
    }
}

fn unfit_text(unfit: &UnschedulableCause) -> String {
    match unfit {
        UnschedulableCause::Insufficient(resource) => {
            format!("not enough {resource} left on the node")
        }
        UnschedulableCause::TooManyPods => "no room for another pod on the node".to_owned(),
        UnschedulableCause::HostPortTaken => "a host port that it wants is taken".to_owned(),
        UnschedulableCause::Untolerated(taint) => {
            format!("it doesn't tolerate the node's taint {taint}")
        }
        UnschedulableCause::UntoleratedTaints => {
            "it doesn't tolerate a taint of the node".to_owned()
        }
        UnschedulableCause::Cordoned => "the node is cordoned".to_owned(),
        UnschedulableCause::Volume => {
            "its volume is in another zone or on another node (volume node affinity conflict)"
                .to_owned()
        }
        UnschedulableCause::OwnNodeDoesNotMatch => {
            "its own nodeSelector or node affinity doesn't match the node".to_owned()
        }
        UnschedulableCause::NotSaid { covered, nodes } => format!(
            "the scheduler gives no reason for this node, only for {covered} of {nodes}, which are others; its log may"
        ),
        UnschedulableCause::UnboundClaim => "a PersistentVolumeClaim of it isn't bound".to_owned(),
        UnschedulableCause::Spread => {
            "its topologySpreadConstraints keep it away from the node".to_owned()
        }
        UnschedulableCause::AntiAffinity => {
            "its podAntiAffinity keeps it away from a pod there".to_owned()
        }
        UnschedulableCause::OthersAntiAffinity => {
            "the podAntiAffinity of a pod there keeps it away".to_owned()
        }
        UnschedulableCause::Other(other) => other.clone(),
    }
}
