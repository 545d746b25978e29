//! What the library finds in a dump, as facts without words.

use jiff::Timestamp;
use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::{Detail, EligibilityReport};
use kubectl_ds::analysis::node::NodeEligibility;
use kubectl_ds::analysis::reason::{Code, Reason};
use kubectl_ds::model::{FeatureGates, Snapshot};
use kubectl_ds::source::files::{Files, FilesOptions};
use serde_json::{Value, json};

/// The snapshot of `objects`, at the newest time that they record.
pub(crate) fn snapshot(objects: &[Value]) -> Snapshot {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    snapshot_of("-", list.to_string().as_bytes())
}

/// The snapshot of `objects` at a time that is given.
pub(crate) fn snapshot_at(objects: &[Value], now: &str) -> Snapshot {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    let now = Some(now.parse().unwrap());
    opened("-", list.to_string().as_bytes(), now)
}

/// The snapshot of what a path holds, or stdin where it is `-`.
pub(crate) fn snapshot_of(path: &str, stdin: &[u8]) -> Snapshot {
    opened(path, stdin, None)
}

fn opened(path: &str, stdin: &[u8], now: Option<Timestamp>) -> Snapshot {
    let options = FilesOptions {
        recursive: false,
        namespace: None,
        now,
        fallback_now: Timestamp::UNIX_EPOCH,
        gates: FeatureGates::default(),
        chunk: None,
    };
    let files = Files::open(&[path.to_owned()], options, stdin).unwrap();
    files.all().clone()
}

/// What is found of the first DaemonSet of `objects`.
pub(crate) fn with_subject<T>(
    objects: &[Value],
    then: impl FnOnce(&DaemonSetAnalysis<'_>) -> T,
) -> T {
    let snapshot = snapshot(objects);
    then(&DaemonSetAnalysis::new(&snapshot, &snapshot.daemon_sets[0]))
}

/// On all of its nodes.
pub(crate) fn all_nodes(objects: &[Value]) -> EligibilityReport {
    with_subject(objects, |subject| subject.report(Detail::AllNodes))
}

/// On one node, with rules and remedies.
pub(crate) fn one_node(objects: &[Value], node: &str) -> NodeEligibility {
    let mut report = with_subject(objects, |subject| subject.report(Detail::OneNode(node)));
    assert_eq!(report.nodes.len(), 1, "{node}");
    report.nodes.remove(0)
}

/// The one reason of this kind.
pub(crate) fn reason(reasons: &[Reason], code: Code) -> &Reason {
    let mut found = reasons.iter().filter(|r| r.code() == code);
    let first = found.next();
    assert!(found.next().is_none(), "{reasons:#?}");
    first.unwrap_or_else(|| panic!("no {} in {reasons:#?}", code.name()))
}
