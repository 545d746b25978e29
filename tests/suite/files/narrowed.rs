use super::{DUMP, open_text};
use kubectl_ds::model::Snapshot;
use kubectl_ds::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

fn agent() -> Subject {
    Subject::DaemonSet(name("logging", "agent"))
}

fn name(namespace: &str, name: &str) -> ObjectName {
    ObjectName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

fn ask(subject: Subject, scope: Scope) -> Result<Snapshot, SourceError> {
    open_text(DUMP).unwrap().ask(&Question::new(subject, scope))
}

fn pods(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.pods.iter().flatten().map(|p| &*p.name).collect()
}

fn nodes(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.nodes.iter().flatten().map(|n| &*n.name).collect()
}

#[test]
fn all_nodes_and_the_pods_that_it_selects_or_made() {
    let snapshot = ask(agent(), Scope::AllNodes).unwrap();
    assert_eq!(nodes(&snapshot), ["node-a", "node-b"]);
    assert_eq!(
        pods(&snapshot),
        ["agent-pend1", "agent-stray", "agent-x7k2p"]
    );
    assert_eq!(snapshot.revisions.unwrap().len(), 1);
    assert_eq!(snapshot.events.unwrap().len(), 1);
    assert_eq!(snapshot.namespaces.unwrap().len(), 1);
}

#[test]
fn one_node_its_pods_and_those_that_are_meant_for_it() {
    let on_a = ask(agent(), Scope::Node("node-a".into())).unwrap();
    assert_eq!(nodes(&on_a), ["node-a"]);
    assert_eq!(pods(&on_a), ["agent-stray", "agent-x7k2p"]);
    let on_b = ask(agent(), Scope::Node("node-b".into())).unwrap();
    assert_eq!(pods(&on_b), ["agent-pend1", "web-5d9-abcde"]);
}

#[test]
fn several_by_label_and_namespace() {
    let among = |namespace: Option<&str>, selector: Option<&str>| {
        let subject = Subject::DaemonSets {
            namespace: namespace.map(str::to_owned),
            selector: selector.map(str::to_owned),
        };
        ask(subject, Scope::AllNodes).map(|s| (s.daemon_sets.len(), s.pods.unwrap().len()))
    };
    assert_eq!(among(None, None).unwrap(), (1, 3));
    assert_eq!(
        among(Some("logging"), Some("team in (platform)")).unwrap(),
        (1, 3)
    );
    assert_eq!(among(Some("other"), None).unwrap(), (0, 0));
    assert_eq!(among(None, Some("team!=platform")).unwrap(), (0, 0));
    let error = among(None, Some("team in platform"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("invalid selector `team in platform`"),
        "{error}"
    );
}

#[test]
fn names_that_are_not_there() {
    let error = |subject, scope| ask(subject, scope).unwrap_err().to_string();
    let cases = [
        (
            error(
                Subject::DaemonSet(name("logging", "agnet")),
                Scope::AllNodes,
            ),
            "daemonset `agnet` not found in namespace `logging`; did you mean `agent`?",
        ),
        (
            error(
                Subject::DaemonSet(name("default", "agent")),
                Scope::AllNodes,
            ),
            "daemonset `agent` not found in namespace `default`; namespace `logging` has one: add `-n logging`",
        ),
        (
            error(agent(), Scope::Node("node-c".into())),
            "node `node-c` not found; did you mean `node-a`, `node-b`?",
        ),
        (
            error(
                Subject::Pod(name("logging", "agent-x7k2q")),
                Scope::NodeOfPod,
            ),
            "pod `agent-x7k2q` not found in namespace `logging`",
        ),
        (
            error(
                Subject::Pod(name("logging", "web-5d9-abcde")),
                Scope::NodeOfPod,
            ),
            "pod `logging/web-5d9-abcde` is not a daemon pod: it is controlled by ReplicaSet web-5d9",
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(error, expected);
    }
}

#[test]
fn from_a_pod_to_its_daemon_set_and_node() {
    let snapshot = ask(
        Subject::Pod(name("logging", "agent-pend1")),
        Scope::NodeOfPod,
    )
    .unwrap();
    assert_eq!(snapshot.daemon_sets[0].name, "agent");
    assert_eq!(nodes(&snapshot), ["node-b"]);
    assert_eq!(pods(&snapshot), ["agent-pend1", "web-5d9-abcde"]);
}

/// What an apply makes of the two is for the question's asker to compute.
#[test]
fn beside_a_manifest_stands_the_stored_one() {
    let mut manifest = open_text(DUMP).unwrap().all().daemon_sets[0].clone();
    manifest.object.metadata = Default::default();
    manifest.object.spec.min_ready_seconds = Some(7);
    let subject = Subject::Manifest(Box::new(manifest.clone()));
    let snapshot = ask(subject, Scope::AllNodes).unwrap();
    let ds = &snapshot.daemon_sets[0];
    assert_eq!(ds.uid(), "00000000-0000-0000-0000-0000000000d1");
    assert_eq!(ds.min_ready_seconds(), 0);
    manifest.name = "other".to_owned();
    let snapshot = ask(Subject::Manifest(Box::new(manifest)), Scope::AllNodes).unwrap();
    assert_eq!(snapshot.daemon_sets, []);
    assert_eq!(pods(&snapshot), ["agent-pend1", "agent-x7k2p"]);
}
