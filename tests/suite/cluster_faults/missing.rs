//! What isn't there, and what may have been meant.

use kubectl_ds::source::{Scope, Subject};

use super::api::{answer, one};
use super::mock::{Mock, Reply};
use super::{agent, ask, error_of, name, question, to};

#[test]
fn an_unknown_node() {
    let mock = Mock::start(answer);
    let on_n9 = question(Subject::DaemonSet(agent()), Scope::Node("n9".to_owned()));
    let error = ask(&to(&mock), &on_n9).unwrap_err();
    let wanted = "node `n9` not found; did you mean `n1`, `n2`?";
    assert_eq!(error.to_string(), wanted);
    // Names are asked for when it isn't there, and then no more than metadata.
    let listed = mock.received().into_iter();
    let listed: Vec<_> = listed.filter(|r| r.path() == "/api/v1/nodes").collect();
    let [listed] = &listed[..] else {
        panic!("{listed:?}")
    };
    assert_eq!(listed.target, "/api/v1/nodes?limit=500");
    assert!(
        listed
            .header("accept")
            .unwrap()
            .contains("PartialObjectMetadataList")
    );
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/nodes" => Reply::status(403, "Forbidden", "nodes is forbidden"),
        _ => answer(request),
    });
    assert_eq!(error_of(&to(&mock), &on_n9), "node `n9` not found");
}

#[test]
fn a_node_that_is_taken_for_a_daemon_set() {
    let mock = Mock::start(answer);
    let of_n1 = question(Subject::DaemonSet(name("ops", "n1")), Scope::AllNodes);
    assert_eq!(
        error_of(&to(&mock), &of_n1),
        "daemonset `n1` not found in namespace `ops`; `n1` is a node: `kubectl ds node n1` or `kubectl ds why DS n1` tells of it"
    );
}

/// A DaemonSet of another namespace is the likelier one.
#[test]
fn a_node_that_is_called_as_a_daemon_set_elsewhere() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/nodes/exporter" => one(
            "Node",
            &serde_json::json!({"metadata": {"name": "exporter"}}),
        ),
        _ => answer(request),
    });
    let exporter = question(Subject::DaemonSet(name("ops", "exporter")), Scope::AllNodes);
    assert_eq!(
        error_of(&to(&mock), &exporter),
        "daemonset `exporter` not found in namespace `ops`; namespaces `dev`, `qa` have one: choose with `-n`"
    );
}
