//! Several DaemonSets of manifests: what is the same for them is asked for once, and each answer
//! is the one that it is alone.

use std::collections::BTreeMap;

use kubectl_ds::model::DaemonSet;
use kubectl_ds::source::{Question, Scope, Source, Subject};
use serde_json::{Value, json};

use super::api::{answer, daemon_set, list, one, pod};
use super::mock::{Mock, Received, Reply};
use super::{connect, name, to};
use crate::binary::{kubectl_ds, stderr, stdout};
use crate::dry_run::Kubectl;

/// The small API, with another namespace in which one DaemonSet is.
fn two_namespaces(request: &Received) -> Reply {
    match request.path() {
        "/apis/apps/v1/namespaces/ops/daemonsets/agents-other" => {
            Reply::json(&daemon_set("ops", "agents-other"))
        }
        "/apis/apps/v1/namespaces/dev/daemonsets" => {
            list("DaemonSet", &[daemon_set("dev", "exporter")])
        }
        "/apis/apps/v1/namespaces/dev/daemonsets/exporter" => {
            Reply::json(&daemon_set("dev", "exporter"))
        }
        "/apis/apps/v1/namespaces/dev/controllerrevisions" => list("ControllerRevision", &[]),
        "/api/v1/namespaces/dev/events" => list("Event", &[]),
        "/api/v1/namespaces/dev" => one("Namespace", &json!({"metadata": {"name": "dev"}})),
        _ => answer(request),
    }
}

/// Those of the manifests, of which `fresh` isn't stored.
fn manifests() -> Vec<DaemonSet> {
    let all = [
        ("ops", "agent"),
        ("ops", "agents-other"),
        ("ops", "fresh"),
        ("dev", "exporter"),
    ];
    let all = all.map(|(namespace, name)| daemon_set(namespace, name));
    let all = all.into_iter();
    all.map(|object| DaemonSet::from_value(object, "default").unwrap())
        .collect()
}

/// What is asked of each: as a stored one, and as one of a manifest.
fn questions(ds: &DaemonSet) -> [Question; 2] {
    let stored = Subject::DaemonSet(name(&ds.namespace, &ds.name));
    let manifest = Subject::Manifest(Box::new(ds.clone()));
    [stored, manifest].map(|subject| Question::new(subject, Scope::AllNodes).with_sums())
}

/// Asks about all of `manifests` together and one by one, and has the answers be the same; what
/// was asked for together.
fn together(handler: fn(&Received) -> Reply, manifests: &[DaemonSet]) -> Vec<String> {
    let (mock, other) = (Mock::start(handler), Mock::start(handler));
    let (all, alone) = (connect(&to(&mock)).unwrap(), connect(&to(&other)).unwrap());
    let wanted: Vec<&DaemonSet> = manifests.iter().collect();
    let once = all.read_once(&wanted).unwrap().unwrap();
    for question in manifests.iter().flat_map(questions) {
        let (found, wanted) = (once.ask(&question), alone.ask(&question));
        match (found, wanted) {
            (Ok(found), Ok(wanted)) => {
                let (found, wanted) = (format!("{found:#?}"), format!("{wanted:#?}"));
                let mut lines = found.lines().zip(wanted.lines());
                let differ = lines.find(|(found, wanted)| found != wanted);
                assert!(found == wanted, "{question:?}: {differ:?}");
            }
            (Err(found), Err(wanted)) => {
                // Which of several that are near it come first is the server's order.
                assert_eq!(
                    found.to_string().split(';').next(),
                    wanted.to_string().split(';').next()
                );
            }
            (found, wanted) => panic!("{found:?} instead of {wanted:?}"),
        }
    }
    mock.targets()
}

#[test]
fn what_is_the_same_is_asked_for_once() {
    let events = |namespace: &str, of: &str| {
        format!("/api/v1/namespaces/{namespace}/events?fieldSelector=involvedObject.kind={of}")
    };
    let mut wanted = vec![
        "/api/v1/namespaces/dev".to_owned(),
        events("dev", "DaemonSet"),
        "/api/v1/namespaces/dev/limitranges".to_owned(),
        // One alone has its own pods listed.
        "/api/v1/namespaces/dev/pods?labelSelector=app=exporter".to_owned(),
        "/api/v1/namespaces/ops".to_owned(),
        events("ops", "DaemonSet"),
        events("ops", "Pod,type=Warning&limit=500"),
        "/api/v1/namespaces/ops/limitranges".to_owned(),
        "/api/v1/namespaces/ops/pods".to_owned(),
        "/api/v1/nodes".to_owned(),
        "/apis/apps/v1/namespaces/dev/controllerrevisions".to_owned(),
        "/apis/apps/v1/namespaces/dev/daemonsets".to_owned(),
        "/apis/apps/v1/namespaces/ops/controllerrevisions".to_owned(),
        "/apis/apps/v1/namespaces/ops/daemonsets".to_owned(),
        "/version".to_owned(),
    ];
    wanted.sort();
    assert_eq!(together(two_namespaces, &manifests()), wanted);
}

/// How many there are doesn't matter.
#[test]
fn two_hundred_take_no_request_more() {
    let mut many = manifests();
    many.extend((0..200).map(|n| {
        let object = daemon_set("ops", &format!("d{n}"));
        DaemonSet::from_value(object, "default").unwrap()
    }));
    let all: Vec<&DaemonSet> = many.iter().collect();
    let mock = Mock::start(two_namespaces);
    let cluster = connect(&to(&mock)).unwrap();
    let once = cluster.read_once(&all).unwrap().unwrap();
    for ds in &many {
        let [_, manifest] = questions(ds);
        once.ask(&manifest).unwrap();
    }
    assert_eq!(mock.targets().len(), 15, "{:#?}", mock.targets());
}

/// What may not be read of a namespace, each answer says as it does alone; the other namespaces
/// are still read once.
#[test]
fn what_is_missing_is_said_as_of_one() {
    fn refused(request: &Received) -> Reply {
        match request.path() {
            "/api/v1/namespaces/ops/limitranges"
            | "/api/v1/namespaces/ops/pods"
            | "/api/v1/namespaces/ops/events" => Reply::status(
                403,
                "Forbidden",
                &format!("{} is forbidden", request.path()),
            ),
            _ => two_namespaces(request),
        }
    }
    let targets = together(refused, &manifests());
    let count = |path: &str| targets.iter().filter(|t| t.as_str() == path).count();
    assert_eq!(count("/apis/apps/v1/namespaces/dev/daemonsets"), 1);
    assert_eq!(count("/apis/apps/v1/namespaces/dev/daemonsets/exporter"), 0);
    assert_eq!(count("/apis/apps/v1/namespaces/ops/daemonsets/agent"), 2);
}

/// Who may only get a DaemonSet may not list them.
#[test]
fn a_list_that_is_refused_is_done_without() {
    fn refused(request: &Received) -> Reply {
        match request.path() {
            "/apis/apps/v1/namespaces/ops/daemonsets" | "/api/v1/nodes" => {
                Reply::status(403, "Forbidden", "no lists")
            }
            _ => two_namespaces(request),
        }
    }
    together(refused, &manifests());
}

/// All pods of a full node are listed once, whoever finds no room there.
#[test]
fn a_full_node_is_looked_at_once() {
    fn full(request: &Received) -> Reply {
        let waiting = |app: &str| {
            let mut pod = pod(&format!("{app}-x"), app, None, "n2");
            pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1",
                "kind": "DaemonSet", "name": app, "uid": format!("uid-{app}"), "controller": true}]);
            pod["status"]["conditions"] = json!([{"type": "PodScheduled", "status": "False",
                "reason": "Unschedulable", "message": "0/2 nodes are available: 1 Insufficient cpu."}]);
            pod
        };
        let (agent, mut other) = (waiting("agent"), waiting("agents-other"));
        other["metadata"]["labels"]["controller-revision-hash"] = "def".into();
        match (request.path(), request.target.split_once('?')) {
            ("/api/v1/namespaces/ops/pods", None) => list("Pod", &[agent, other]),
            ("/api/v1/namespaces/ops/pods", Some((_, "labelSelector=app=agent"))) => {
                list("Pod", &[agent])
            }
            ("/api/v1/namespaces/ops/pods", Some((_, "labelSelector=app=agents-other"))) => {
                list("Pod", &[other])
            }
            ("/api/v1/namespaces/ops/pods", _) => list("Pod", &[]),
            ("/api/v1/pods", _) => {
                let mut holder = pod("holder", "web", Some("n2"), "n2");
                holder["metadata"]["namespace"] = "elsewhere".into();
                list("Pod", &[holder])
            }
            _ => two_namespaces(request),
        }
    }
    let some = &manifests()[..2];
    let targets = together(full, some);
    let full_node = "/api/v1/pods?fieldSelector=spec.nodeName=n2";
    let count = targets.iter().filter(|t| t.as_str() == full_node).count();
    assert_eq!(count, 1, "{targets:#?}");
}

/// A manifest of it that changes its image.
fn manifest(namespace: &str, name: &str) -> Value {
    let mut manifest = daemon_set(namespace, name);
    manifest["spec"]["template"]["spec"]["containers"][0]["image"] = "i:2".into();
    let fields = manifest.as_object_mut().unwrap();
    fields.remove("status");
    manifest["metadata"] = json!({"name": name, "namespace": namespace});
    manifest
}

/// Exit code, stdout and what was asked how often, of a command about a stream of manifests.
fn of_stream(command: &[&str]) -> (String, BTreeMap<String, usize>) {
    let (mock, kubectl) = (Mock::start(two_namespaces), Kubectl::new("cat"));
    let stream = NAMES.map(|name| manifest("ops", name).to_string());
    let file = kubectl.folder().join("stream.yaml");
    std::fs::write(&file, stream.join("\n---\n")).unwrap();
    let path = format!("{}:/usr/bin:/bin", kubectl.folder().display());
    let (url, file) = (mock.url(), file.display().to_string());
    let flags = ["-f", &file, "-n", "ops", "--server", &url, "--token=t"];
    let args: Vec<&str> = [command, &flags].concat();
    let output = kubectl_ds(&args, &[("PATH", &path), ("COLUMNS", "100")]);
    assert_eq!(stderr(&output).matches("error").count(), 0, "{output:?}");
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for request in mock.received() {
        assert_eq!(request.method, "GET");
        *asked.entry(request.target.clone()).or_default() += 1;
    }
    (stdout(&output), asked)
}

const NAMES: [&str; 3] = ["agent", "agents-other", "fresh"];

/// On the built binary, with a kubectl that answers what it is given.
#[test]
fn each_plan_of_a_stream_is_what_it_is_alone() {
    let alone = NAMES.map(|name| of_stream(&["plan", name]).0);
    let (all, asked) = of_stream(&["plan"]);
    let total = all.strip_prefix(&(alone.join("\n") + "\n"));
    let total = total.unwrap_or_else(|| panic!("{all}\ninstead of\n{}", alone.join("\n")));
    assert!(total.starts_with("Total of 3 DaemonSets: "), "{total}");
    assert!(asked.values().all(|count| *count == 1), "{asked:#?}");
    assert_eq!(asked.len(), 9, "{asked:#?}");
}

#[test]
fn why_reads_once_for_a_stream_too() {
    let report = |question: &[&str]| -> Value {
        let (out, _) = of_stream(&[question, &["-o", "json"]].concat());
        serde_json::from_str(&out).unwrap()
    };
    let all = report(&["why"]);
    assert_eq!(
        all["items"],
        json!(NAMES.map(|name| report(&["why", name])))
    );
    let (_, asked) = of_stream(&["why"]);
    assert!(asked.values().all(|count| *count == 1), "{asked:#?}");
    assert_eq!(asked.len(), 9, "{asked:#?}");
    // About one node that one is read, and no other.
    let (_, asked) = of_stream(&["why", "node/n1"]);
    assert_eq!(asked.get("/api/v1/nodes"), None, "{asked:#?}");
}
