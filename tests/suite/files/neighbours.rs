//! The controllers that stand beside a DaemonSet, as files hold them.

use super::{DUMP, open_text};
use kubectl_ds::model::{DaemonSet, Snapshot, Workload, WorkloadKind};
use kubectl_ds::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

/// About the dump's DaemonSet.
pub(crate) fn agent() -> Question {
    let subject = Subject::DaemonSet(ObjectName {
        namespace: "logging".to_owned(),
        name: "agent".to_owned(),
    });
    Question::new(subject, Scope::AllNodes)
}

/// The dump with `more` documents.
fn dump_with(more: &str) -> String {
    format!("{DUMP}---\n{more}")
}

fn ask(text: &str, question: &Question) -> Result<Snapshot, SourceError> {
    open_text(text).unwrap().ask(question)
}

fn neighbours(text: &str) -> Snapshot {
    ask(text, &agent().with_neighbours()).unwrap()
}

fn named<'a>(snapshot: &'a Snapshot, name: &str) -> &'a Workload {
    let mut workloads = snapshot.workloads.iter().flatten();
    workloads.find(|w| &*w.name == name).unwrap()
}

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: logging, uid: u1}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
";

#[test]
fn what_the_files_do_not_hold_is_unknown_and_said_to_those_who_ask() {
    let without = ask(DUMP, &agent()).unwrap();
    assert_eq!((without.workloads, without.incomplete), (None, vec![]));
    let with = neighbours(DUMP);
    // They name owners and overlaps, and no verdict needs them.
    assert_eq!(with.incomplete, []);
    assert_eq!(
        with.notes,
        [
            "the files contain no Deployment, ReplicaSet, StatefulSet, ReplicationController or Job objects; `kubectl get deploy,rs,sts,rc,jobs -A -o yaml` adds them"
        ]
    );
    for kind in WorkloadKind::ALL {
        let known = kind == WorkloadKind::DaemonSet;
        assert_eq!(with.knows_workloads(kind), known, "{kind:?}");
    }
    assert_eq!(with.workloads.unwrap().len(), 1);
}

/// A `List` of several kinds doesn't say which were asked for.
#[test]
fn any_of_them_means_that_the_others_are_not_there() {
    let lists = [
        DEPLOYMENT,
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: elsewhere}\n",
        "apiVersion: v1\nkind: ReplicationControllerList\nitems: []\n",
    ];
    for more in lists {
        let snapshot = neighbours(&dump_with(more));
        assert!(
            WorkloadKind::ALL
                .iter()
                .all(|k| snapshot.knows_workloads(*k))
        );
        assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
    }
}

/// Controllers of the other kinds, with more or less than the API stores.
pub(crate) const CONTROLLERS: &str = "apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-1
  namespace: logging
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u1, controller: true}]
spec:
  selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: logging, deletionTimestamp: 2026-03-02T09:00:00Z}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: null}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old, namespace: logging}
spec:
  selector: {app: old}
  template: {metadata: {labels: {app: old, more: x}}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: bare, namespace: logging}
spec:
  template: {metadata: {labels: {app: bare}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: task, namespace: logging}
spec:
  template: {metadata: {labels: {app: task}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: here}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: ancient, namespace: logging}
";

#[test]
fn all_kinds_as_they_are_written() {
    let snapshot = neighbours(&dump_with(&format!("{DEPLOYMENT}---\n{CONTROLLERS}")));
    let all = snapshot.workloads.as_deref().unwrap();
    let names: Vec<&str> = all.iter().map(|w| &*w.name).collect();
    // The Job without a namespace is in another one.
    assert_eq!(
        names,
        ["agent", "web", "web-1", "db", "bare", "old", "task"]
    );
    let labels = |name: &str| {
        let selector = named(&snapshot, name).selector.clone();
        let labels = selector.and_then(|s| s.match_labels).unwrap_or_default();
        labels.into_iter().collect::<Vec<_>>()
    };
    let app = |value: &str| vec![("app".to_owned(), value.to_owned())];
    assert_eq!(labels("agent"), app("agent"));
    assert_eq!(labels("old"), app("old"));
    // The API takes the template's labels where there is no selector.
    assert_eq!(labels("bare"), app("bare"));
    assert_eq!(named(&snapshot, "task").selector, None);
    assert_eq!(
        named(&snapshot, "web").template_labels.get("tier"),
        Some("front")
    );
    assert!(named(&snapshot, "db").template_labels.is_empty());
    assert!(named(&snapshot, "db").deleting && !named(&snapshot, "web").deleting);
    assert_eq!(named(&snapshot, "web-1").owners[0].uid, "u1");
    let agent = named(&snapshot, "agent");
    assert_eq!(&*agent.uid, "00000000-0000-0000-0000-0000000000d1");
    assert_eq!(agent.template_labels.get("app"), Some("agent"));
}

/// As JSON, and one DaemonSet as the cluster's lists have it: the same is kept of it.
#[test]
fn json_and_yaml_say_the_same() {
    let text = dump_with(DEPLOYMENT);
    let yaml = neighbours(&text);
    let deployment: serde_json::Value = serde_yaml::from_str(DEPLOYMENT).unwrap();
    let json = neighbours(&format!("{}\n{deployment}\n", super::dump_as_json()));
    assert_eq!(yaml.workloads, json.workloads);
    assert!(yaml.workloads.unwrap().len() == 2);
}

/// Those of the DaemonSets' namespaces only.
#[test]
fn those_of_other_namespaces_are_left_out() {
    let text = dump_with(&format!(
        "{DEPLOYMENT}---\n{}",
        DEPLOYMENT.replace("namespace: logging", "namespace: shop")
    ));
    let of = |namespace: Option<&str>, scope: Scope| {
        let subject = Subject::DaemonSets {
            namespace: namespace.map(str::to_owned),
            selector: None,
        };
        let question = Question::new(subject, scope).with_neighbours();
        ask(&text, &question).map(|s| s.workloads.unwrap().len())
    };
    assert_eq!(of(None, Scope::AllNodes).unwrap(), 2);
    assert_eq!(of(Some("logging"), Scope::AllNodes).unwrap(), 2);
    assert_eq!(of(Some("shop"), Scope::AllNodes).unwrap(), 0);
    assert_eq!(of(None, Scope::Node("node-a".into())).unwrap(), 2);
    let error = of(None, Scope::Node("node-z".into())).unwrap_err();
    let error = error.to_string();
    assert!(
        error.starts_with("node `node-z` not found; did you mean `node-a`"),
        "{error}"
    );
}

/// What is wrong with a controller is an error for those who ask for controllers, and
/// nothing to the others.
#[test]
fn a_wrong_value_is_named_with_its_line() {
    let first = DUMP.lines().count() + 2;
    for (text, line, problem) in [
        (
            DEPLOYMENT.replace("tier: front", "tier: yes"),
            6,
            "`spec.template.metadata.labels.tier` is `yes`, which kubectl reads as the boolean true, where a string is wanted: quote it: \"yes\"",
        ),
        (
            DEPLOYMENT.replace("{matchLabels: {app: web}}", "{matchLabels: [app]}"),
            4,
            "`spec.selector.matchLabels` is a list where an object is wanted",
        ),
        (
            DEPLOYMENT.replace("uid: u1", "uid: 7"),
            2,
            "`metadata.uid` is `7`, a number, where a string is wanted: quote it: \"7\"",
        ),
        (
            DEPLOYMENT.replace("name: web, ", ""),
            0,
            "this Deployment has no `metadata.name`",
        ),
        (
            "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n".to_owned(),
            4,
            "`spec.selector.matchLabels` is an object where a string is wanted",
        ),
        (
            "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: [a]\n".to_owned(),
            3,
            "`spec` is a list where an object is wanted",
        ),
        (
            format!("{DEPLOYMENT}---\n{}", DEPLOYMENT.replace("tier: front", "tier: back")),
            8,
            "Deployment `logging/web` is in the files twice and not the same; the other one is at ",
        ),
    ] {
        let text = dump_with(&text);
        let error = ask(&text, &agent().with_neighbours()).unwrap_err().to_string();
        let expected = format!("stdin:{}: {problem}", first + line);
        assert!(error.starts_with(&expected), "{error}\n{expected}");
        let plain = ask(&text, &agent()).unwrap();
        assert_eq!((plain.incomplete, plain.notes), (vec![], vec![]));
    }
}

#[test]
fn one_that_the_files_hold_twice() {
    let text = dump_with(&format!("{DEPLOYMENT}---\n{DEPLOYMENT}"));
    let [note] = &neighbours(&text).notes[..] else {
        panic!("one note is expected")
    };
    assert!(
        note.starts_with(
            "Deployment `logging/web` is in the files twice, the same both times: stdin:"
        ),
        "{note}"
    );
    assert_eq!(neighbours(&text).workloads.unwrap().len(), 2);
    assert_eq!(ask(&text, &agent()).unwrap().notes, [""; 0]);
}

/// The clock of the files is the same with controllers in them.
#[test]
fn controllers_do_not_move_the_clock() {
    let late = DEPLOYMENT.replace("uid: u1", "creationTimestamp: 2029-01-01T00:00:00Z");
    assert_eq!(neighbours(&dump_with(&late)).now, neighbours(DUMP).now);
}

/// A manifest needs no DaemonSet in the files, and then nothing is known of others.
#[test]
fn one_that_is_created_where_the_files_hold_no_daemon_sets() {
    let manifest: serde_json::Value = serde_yaml::from_str(
        "{metadata: {name: a}, spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}}}}",
    )
    .unwrap();
    let manifest = DaemonSet::from_value(manifest, "logging").unwrap();
    let created = Question::new(Subject::Recreated(Box::new(manifest)), Scope::AllNodes);
    let snapshot = ask(DEPLOYMENT, &created.clone().with_neighbours()).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 0);
    assert_eq!(snapshot.unread_workloads, [WorkloadKind::DaemonSet]);
    let mut missing = snapshot.incomplete.iter();
    let missing = missing.find(|i| i.resource == "daemonsets").unwrap();
    assert_eq!(
        missing.why,
        "the files contain no DaemonSet objects; add them with `kubectl get ds -A -o yaml`"
    );
    assert_eq!(snapshot.workloads.unwrap().len(), 1);
    let without = ask(DEPLOYMENT, &created).unwrap();
    assert!(
        without
            .incomplete
            .iter()
            .all(|i| i.resource != "daemonsets")
    );
}
