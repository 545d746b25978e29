//! What keeps a pod from its node, and who has what it lacks.

use crate::analysis::reason::{Holder, Lack, Said};
use crate::analysis::unschedulable::{Unfit, unfit};
use crate::words::notation::few;

use super::gist::gist;

/// What the scheduler said of the pod's own node, with who has what it lacks there.
pub(super) fn lacks(said: &Said, lacks: &[Lack]) -> String {
    parts(said, lacks, pod_and_owner)
}

/// The same of several nodes: who owns the pods that have it.
pub(super) fn lacks_row(said: &Said, lacks: &[Lack]) -> String {
    parts(said, lacks, |holder| {
        owner(holder).unwrap_or_else(|| pod(holder))
    })
}

fn parts(said: &Said, lacks: &[Lack], who: impl Fn(&Holder) -> String) -> String {
    let unfit = unfit(&said.message);
    if unfit.is_empty() {
        return match (said.message.as_str(), said.reason.as_str()) {
            ("", reason) => reason.to_owned(),
            (message, _) => format!("\"{}\"", gist(message)),
        };
    }
    let told = unfit
        .iter()
        .filter(|u| !is_detailed(u, lacks))
        .map(unfit_text);
    let lacks = lacks.iter().map(|lack| lack_text(lack, &who));
    let parts: Vec<String> = lacks.chain(told).collect();
    parts.join(", ")
}

fn is_detailed(unfit: &Unfit, lacks: &[Lack]) -> bool {
    lacks.iter().any(|lack| match (unfit, lack) {
        (Unfit::HostPortTaken, Lack::Port { .. }) => true,
        (Unfit::TooManyPods, Lack::Resource { name, .. }) => name == "pods",
        (Unfit::Insufficient(wanted), Lack::Resource { name, .. }) => wanted == name,
        _ => false,
    })
}

fn lack_text(lack: &Lack, who: &impl Fn(&Holder) -> String) -> String {
    match lack {
        Lack::Port {
            port,
            protocol,
            holders,
        } => {
            let protocol = if protocol == "TCP" {
                String::new()
            } else {
                format!("/{protocol}")
            };
            let by = match holders.as_slice() {
                [] => String::new(),
                holders => format!(" by {}", names(holders, who)),
            };
            format!("host port {port}{protocol} is taken{by}")
        }
        Lack::Resource {
            name,
            allocatable: None,
            never_fits: true,
            ..
        } => format!("the node has no {name} to give, nothing on it offers any"),
        Lack::Resource {
            name,
            requested,
            allocatable: Some(allocatable),
            never_fits: true,
            ..
        } => format!(
            "it requests {requested} {name}, more than the {allocatable} that the node has for pods in all"
        ),
        Lack::Resource {
            name, allocatable, ..
        } if name == "pods" => {
            let most = allocatable.as_ref();
            let most = most.map(|most| match most.as_str() {
                "1" => " (its limit is 1 pod)".to_owned(),
                most => format!(" (its limit is {most} pods)"),
            });
            format!("the node is full{}", most.unwrap_or_default())
        }
        Lack::Resource {
            name,
            requested,
            allocatable,
            holders,
            ..
        } => {
            let of = allocatable
                .as_ref()
                .map(|all| format!(" of the node's {all}"));
            let most = match holders.as_slice() {
                [] => String::new(),
                holders => format!(", most is requested by {}", names(holders, who)),
            };
            format!(
                "not enough {name} left{} for the {requested} that it requests{most}",
                of.unwrap_or_default()
            )
        }
    }
}

/// The first of what a pod lacks in few words, for the first line of an answer.
pub(super) fn brief(said: &Said, lacks: &[Lack]) -> String {
    match lacks.first() {
        Some(Lack::Port { port, holders, .. }) => match holders.first() {
            Some(holder) => {
                let by = owner(holder).unwrap_or_else(|| pod(holder));
                format!("host port {port} is taken by {by}")
            }
            None => format!("host port {port} is taken"),
        },
        Some(Lack::Resource {
            name, allocatable, ..
        }) => match (name.as_str(), allocatable) {
            ("pods", Some(most)) if most == "1" => "no room for more than 1 pod".to_owned(),
            ("pods", Some(most)) => format!("no room for more than {most} pods"),
            ("pods", None) => "no room for another pod".to_owned(),
            (name, None) => format!("no {name}"),
            (name, Some(_)) => format!("not enough {name} left"),
        },
        None => match unfit(&said.message).first() {
            Some(Unfit::Other(_)) | None => "its pod can't be scheduled".to_owned(),
            Some(Unfit::Insufficient(resource)) => format!("not enough {resource} left"),
            Some(Unfit::TooManyPods) => "no room for another pod".to_owned(),
            Some(Unfit::HostPortTaken) => "a host port is taken".to_owned(),
            Some(Unfit::Untolerated(taint)) => format!("no toleration for taint {taint}"),
            Some(Unfit::Volume) => "its volume is of another node or zone".to_owned(),
            Some(Unfit::OwnNodeDoesNotMatch) => "its affinity matches no node".to_owned(),
        },
    }
}

/// The same in a word or two.
pub(super) fn tag(lacks: &[Lack]) -> String {
    match lacks.first() {
        Some(Lack::Port { .. }) => "host port taken".to_owned(),
        Some(Lack::Resource { name, .. }) if name == "pods" => "full".to_owned(),
        Some(Lack::Resource { name, .. }) => format!("short of {name}"),
        None => "unschedulable".to_owned(),
    }
}

fn names(holders: &[Holder], who: &impl Fn(&Holder) -> String) -> String {
    let of = |holder: &Holder| match &holder.amount {
        Some(amount) => format!("{} ({amount})", who(holder)),
        None => who(holder),
    };
    let mut names: Vec<String> = holders.iter().map(of).collect();
    names.dedup();
    few(&names)
}

fn pod(holder: &Holder) -> String {
    format!("pod {}/{}", holder.namespace, holder.pod)
}

fn owner(holder: &Holder) -> Option<String> {
    let (kind, name) = holder.owner.as_ref()?;
    Some(format!("{kind} {}/{name}", holder.namespace))
}

fn pod_and_owner(holder: &Holder) -> String {
    match owner(holder) {
        Some(owner) if holder.amount.is_none() => format!("{} of {owner}", pod(holder)),
        _ => pod(holder),
    }
}

fn unfit_text(unfit: &Unfit) -> String {
    match unfit {
        Unfit::Insufficient(resource) => format!("not enough {resource} left on the node"),
        Unfit::TooManyPods => "no room for another pod on the node".to_owned(),
        Unfit::HostPortTaken => "a host port that it wants is taken".to_owned(),
        Unfit::Untolerated(taint) => format!("it doesn't tolerate the node's taint {taint}"),
        Unfit::Volume => {
            "its volume is in another zone or on another node (volume node affinity conflict)"
                .to_owned()
        }
        Unfit::OwnNodeDoesNotMatch => {
            "its own node affinity or nodeSelector matches no node: its node has changed since the pod was made".to_owned()
        }
        Unfit::Other(other) => other.clone(),
    }
}
