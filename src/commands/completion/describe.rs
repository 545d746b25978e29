//! What distinguishes an object from others of its kind, as far as its metadata says.

use jiff::Timestamp;

use crate::source::names::{NameKind, Named};
use crate::words::time::human;

/// Labels of a node that describe it (well-known labels, Kubernetes 1.37).
const OF_A_NODE: [&str; 2] = [
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/zone",
];

const ROLE: &str = "node-role.kubernetes.io/";

/// The description next to an object's name.
pub(super) fn describe(kind: NameKind, named: &Named, now: Option<Timestamp>) -> String {
    let mut parts = Vec::new();
    match kind {
        NameKind::DaemonSet => {
            let version = named.labels.get("app.kubernetes.io/version");
            parts.extend(version.map(|v| format!("version {v}")));
        }
        NameKind::Node => {
            let roles = named.labels.keys().filter_map(|k| k.strip_prefix(ROLE));
            parts.extend(roles.map(str::to_owned));
            let labels = OF_A_NODE.iter().filter_map(|l| named.labels.get(*l));
            parts.extend(labels.cloned());
        }
        NameKind::Pod => parts.extend(named.daemon_set.as_ref().map(|d| format!("of {d}"))),
        NameKind::Namespace | NameKind::Revision => {}
    }
    parts.extend(age(named, now));
    parts.join(", ")
}

/// The description next to a revision's number.
pub(super) fn revision(named: &Named, now: Option<Timestamp>) -> String {
    let mut parts: Vec<_> = named.cause.clone().into_iter().collect();
    parts.push(named.name.clone());
    parts.extend(age(named, now));
    parts.join(", ")
}

fn age(named: &Named, now: Option<Timestamp>) -> Option<String> {
    let seconds = now?.as_second() - named.created?.as_second();
    (seconds >= 0).then(|| format!("{} old", human(seconds)))
}
