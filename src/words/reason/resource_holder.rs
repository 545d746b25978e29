//! Which pods hold what a pod lacks on its node.

use crate::analysis::reason::{Owner, ResourceHolder};
use crate::words::notation::few;
use crate::words::quantity;

/// Whether it is about a single pod, or about pods of several nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    OnePod,
    Row,
}

pub(super) fn names(holders: &[ResourceHolder], form: Form) -> String {
    let of = |holder: &ResourceHolder| {
        let who = match form {
            Form::Row => in_row(holder),
            Form::OnePod => of_one(holder),
        };
        let several = match holder.pods {
            0 | 1 => who,
            pods => format!("{pods} pods of {who}"),
        };
        match &holder.amount {
            // The number of pods is what is counted.
            Some(amount) if *amount != holder.pods.to_string() => format!("{several} ({amount})"),
            _ => several,
        }
    };
    let mut names: Vec<String> = holders.iter().map(of).collect();
    names.dedup();
    few(&names)
}

/// The same of those that request most of a resource.
pub(super) fn requesting(resource: &str, holders: &[ResourceHolder], form: Form) -> String {
    let called = holders.iter().map(|holder| ResourceHolder {
        amount: holder
            .amount
            .as_ref()
            .map(|amount| quantity::written(resource, amount, false).into_string()),
        ..holder.clone()
    });
    names(&called.collect::<Vec<_>>(), form)
}

fn pod(holder: &ResourceHolder) -> String {
    format!("pod {}/{}", holder.namespace, holder.pod)
}

/// The owner of a pod, for pods of several nodes.
pub(super) fn in_row(holder: &ResourceHolder) -> String {
    let namespace = &holder.namespace;
    match &holder.owner {
        Owner::Own { is_old: true } => "its own old pod".to_owned(),
        Owner::Own { is_old: false } => "another pod of its own".to_owned(),
        Owner::Controlled { kind, name } => format!("{kind} {namespace}/{name}"),
        Owner::Static => format!("static {}", pod(holder)),
        Owner::Orphan { daemon_set, .. } => {
            format!("orphan pods of deleted DaemonSet {namespace}/{daemon_set}")
        }
        Owner::Bare => pod(holder),
    }
}

/// The same with the pod.
fn of_one(holder: &ResourceHolder) -> String {
    match &holder.owner {
        Owner::Own { .. } => format!("{} {}", in_row(holder), holder.pod),
        Owner::Controlled { .. } if holder.pods > 1 => in_row(holder),
        Owner::Controlled { .. } if holder.amount.is_none() => {
            format!("{} of {}", pod(holder), in_row(holder))
        }
        Owner::Controlled { .. } | Owner::Bare => pod(holder),
        Owner::Static => in_row(holder),
        Owner::Orphan { daemon_set, .. } => format!(
            "{}, an orphan of deleted DaemonSet {daemon_set}",
            pod(holder)
        ),
    }
}
