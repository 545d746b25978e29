//! Less than full rights.

use kubectl_ds::analysis::basis::Note;
use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::model::{DaemonSet, List, Snapshot};
use kubectl_ds::source::{Scope, Subject};

use serde_json::json;

use crate::binary::{kubectl_ds, stderr, stdout};

use super::api::{answer, daemon_set, list, owners, pod};
use super::mock::{Mock, Received, Reply};
use super::{about_agent, agent, ask, error_of, name, question, to};

fn forbids(part: &'static str) -> impl Fn(&Received) -> Reply + Send + Sync {
    move |request| {
        if request.path().ends_with(part) {
            let message = format!("{part} is forbidden: User \"viewer\" cannot list resource");
            return Reply::status(403, "Forbidden", &message);
        }
        answer(request)
    }
}

#[test]
fn a_list_that_a_verdict_needs_is_incomplete() {
    for (part, resource) in [
        ("/nodes", "nodes"),
        ("/pods", "pods"),
        ("/controllerrevisions", "controllerrevisions"),
    ] {
        let mock = Mock::start(forbids(part));
        let snapshot = ask(&to(&mock), &about_agent()).unwrap();
        assert_eq!(snapshot.nodes.is_none(), resource == "nodes");
        assert_eq!(snapshot.pods.is_none(), resource == "pods");
        assert_eq!(
            snapshot.revisions.is_none(),
            resource == "controllerrevisions"
        );
        let [incomplete] = &snapshot.incomplete[..] else {
            panic!("{:?}", snapshot.incomplete)
        };
        assert_eq!(incomplete.verb, "list");
        assert_eq!(incomplete.resource, resource);
        assert!(
            incomplete.why.contains("User \"viewer\" cannot list"),
            "{incomplete:?}"
        );
        assert!(snapshot.notes.is_empty());
    }
}

#[test]
fn a_node_that_may_not_be_read() {
    let mock = Mock::start(forbids("/nodes/n1"));
    let on_n1 = question(Subject::DaemonSet(agent()), Scope::Node("n1".to_owned()));
    let snapshot = ask(&to(&mock), &on_n1).unwrap();
    assert_eq!(snapshot.nodes, None);
    assert_eq!(snapshot.incomplete[0].verb, "get");
    assert_eq!(snapshot.incomplete[0].resource, "nodes");
}

#[test]
fn colour_that_may_not_be_read_is_a_note() {
    for (part, note) in [
        ("/events", "events can't be listed: /events is forbidden"),
        (
            "/namespaces/ops",
            "namespaces can't be read: /namespaces/ops is forbidden",
        ),
        (
            "/version",
            "the server's version can't be read: /version is forbidden",
        ),
    ] {
        let mock = Mock::start(forbids(part));
        let snapshot = ask(&to(&mock), &about_agent()).unwrap();
        assert!(snapshot.incomplete.is_empty());
        let [only] = &snapshot.notes[..] else {
            panic!("{:?}", snapshot.notes)
        };
        assert!(only.starts_with(note), "{only}");
        assert_eq!(snapshot.events.is_none(), part == "/events");
        assert_eq!(snapshot.namespaces.is_none(), part == "/namespaces/ops");
        assert_eq!(snapshot.server_version.is_none(), part == "/version");
    }
}

/// What new pods may request besides is a note where they are counted, and nothing elsewhere.
#[test]
fn limit_ranges_that_may_not_be_read_are_a_note() {
    let mock = Mock::start(forbids("/limitranges"));
    let snapshot = ask(&to(&mock), &about_agent().with_sums()).unwrap();
    assert_eq!(snapshot.limit_ranges, None);
    assert!(snapshot.incomplete.is_empty());
    let [only] = &snapshot.notes[..] else {
        panic!("{:?}", snapshot.notes)
    };
    let note = "limitranges can't be listed: /limitranges is forbidden";
    assert!(only.starts_with(note), "{only}");
    let notes = |snapshot: &Snapshot| {
        let analysis = DaemonSetAnalysis::new(snapshot, &snapshot.daemon_sets[0]);
        analysis.report(Detail::AllNodes).basis.notes
    };
    let unknown = Note::NoLimitRanges {
        daemon_sets: vec!["ops/agent".to_owned()],
    };
    // Both nodes have a pod.
    assert!(!notes(&snapshot).contains(&unknown));
    let without_pods = Snapshot {
        pods: Some(List::default()),
        ..snapshot
    };
    assert!(notes(&without_pods).contains(&unknown));
    // No sum is asked for.
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert!(snapshot.notes.is_empty());
}

#[test]
fn the_daemon_set_itself_in_kubectls_words() {
    let mock = Mock::start(|request| match request.path() {
        "/apis/apps/v1/namespaces/ops/daemonsets/agent" => Reply::status(
            403,
            "Forbidden",
            "daemonsets.apps \"agent\" is forbidden: User \"viewer\" cannot get resource \"daemonsets\" in API group \"apps\" in the namespace \"ops\"",
        ),
        _ => answer(request),
    });
    assert_eq!(
        error_of(&to(&mock), &about_agent()),
        "Error from server (Forbidden): daemonsets.apps \"agent\" is forbidden: User \"viewer\" cannot get resource \"daemonsets\" in API group \"apps\" in the namespace \"ops\""
    );
}

#[test]
fn near_names_without_the_right_to_all_namespaces() {
    let mock = Mock::start(forbids("/v1/daemonsets"));
    let near = question(Subject::DaemonSet(name("ops", "agnet")), Scope::AllNodes);
    assert_eq!(
        error_of(&to(&mock), &near),
        "daemonset `agnet` not found in namespace `ops`; did you mean `agent`?"
    );
}

#[test]
fn a_manifest_without_the_right_to_see_the_stored_one() {
    let mock = Mock::start(forbids("/daemonsets/agent"));
    let manifest = DaemonSet::from_value(daemon_set("ops", "agent"), "ops").unwrap();
    let subject = Subject::Manifest(Box::new(manifest));
    let snapshot = ask(&to(&mock), &question(subject, Scope::AllNodes)).unwrap();
    assert_eq!(snapshot.daemon_sets, []);
    assert_eq!(snapshot.pods.unwrap().len(), 3);
    assert_eq!(snapshot.incomplete[0].verb, "get");
    assert_eq!(snapshot.incomplete[0].resource, "daemonsets");
}

/// A DaemonSet of three nodes: one pod is missing and one crashes.
fn incident(request: &Received) -> Reply {
    let mut ds = daemon_set("ops", "agent");
    ds["status"] = json!({"desiredNumberScheduled": 3, "currentNumberScheduled": 2, "numberReady": 1,
        "numberAvailable": 1, "numberUnavailable": 2, "updatedNumberScheduled": 2, "numberMisscheduled": 0});
    let mut crashing = pod("agent-1", "agent", Some("n1"), "n1");
    crashing["metadata"]["ownerReferences"] = owners("agent");
    crashing["status"]["conditions"] = json!([{"type": "Ready", "status": "False"}]);
    crashing["status"]["containerStatuses"] = json!([{"name": "c", "ready": false, "restartCount": 5,
        "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}]);
    match request.path() {
        "/apis/apps/v1/namespaces/ops/daemonsets/agent" => Reply::json(&ds),
        "/apis/apps/v1/namespaces/ops/daemonsets" => list("DaemonSet", &[ds]),
        "/api/v1/namespaces/ops/pods" if !request.target.contains("notin") => {
            list("Pod", &[crashing])
        }
        _ => answer(request),
    }
}

/// Who may read one namespace and nothing of the cluster's own.
fn of_a_namespace(request: &Received) -> Reply {
    let path = request.path();
    if path.starts_with("/api/v1/nodes") || path == "/api/v1/namespaces/ops" {
        let message = format!("{path} is forbidden: User \"viewer\" cannot list resource");
        return Reply::status(403, "Forbidden", &message);
    }
    incident(request)
}

#[test]
fn a_reader_of_one_namespace_is_told_what_its_objects_say() {
    let mock = Mock::start(of_a_namespace);
    let url = mock.url();
    let run = |command: &str| {
        let mut args: Vec<_> = command.split(' ').collect();
        args.extend(["-n", "ops", "-s", &url]);
        let output = kubectl_ds(&args, &[("COLUMNS", "200")]);
        assert_eq!(stderr(&output), "", "{command}");
        assert_eq!(output.status.code(), Some(3), "{command}");
        stdout(&output)
    };
    for (command, parts) in [
        (
            "why agent",
            &[
                "its nodes are unknown",
                "the server refuses its pods, \"quota\"",
                "no such image",
            ][..],
        ),
        (
            "why",
            &[
                "✗  agent  ?        ?        ?       ?             ?         the server refuses its pods",
            ],
        ),
        (
            "why agent n1",
            &["should run here is unknown", "no such image"],
        ),
        (
            "plan agent -o wide",
            &[
                "by its .status 3 should run it, 2 updated, 1 available",
                "ImagePullBackOff",
            ],
        ),
        (
            "adopt agent",
            &["ops/agent releases 1 pod ", "owned today: 1 pod, "],
        ),
    ] {
        let said = run(command);
        for part in parts {
            assert!(said.contains(part), "{command}: no `{part}` in:\n{said}");
        }
        assert!(said.contains("note: namespaces can't be read: "), "{said}");
        let verb = if command == "why agent n1" {
            "get"
        } else {
            "list"
        };
        let refusal = format!("incomplete: couldn't {verb} nodes: ");
        assert!(said.contains(&refusal), "{command}:\n{said}");
    }
}

/// Controllers that only name owners are no part of a verdict.
#[test]
fn owners_that_may_not_be_listed_are_a_note() {
    let mock = Mock::start(|request| match request.path() {
        path if path.ends_with("/deployments") || path.ends_with("/jobs") => {
            Reply::status(403, "Forbidden", &format!("{path} is forbidden"))
        }
        _ => answer(request),
    });
    let url = mock.url();
    for args in [vec!["adopt", "agent"], vec!["adopt"]] {
        let args = [&args[..], &["-n", "ops", "-s", &url]].concat();
        let output = kubectl_ds(&args, &[("COLUMNS", "200")]);
        let said = stdout(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        for kind in ["deployments", "jobs"] {
            let note = format!("note: {kind} can't be listed: ");
            assert!(said.contains(&note), "{said}");
        }
    }
}

/// Who may list the DaemonSets of one namespace alone is shown those, and told so.
#[test]
fn the_overview_is_of_the_own_namespace_where_no_more_may_be_listed() {
    let forbidden = |path: &'static str| {
        move |request: &Received| {
            if request.path() == path || path.is_empty() && request.path().ends_with("/daemonsets")
            {
                return Reply::status(403, "Forbidden", "daemonsets.apps is forbidden");
            }
            answer(request)
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let run = |mock: &Mock, args: &[&str]| {
        let config = folder.path().join("config");
        let text = format!(
            "current-context: a\ncontexts: [{{name: a, context: {{cluster: c, namespace: ops}}}}]\n\
             clusters: [{{name: c, cluster: {{server: '{}'}}}}]\n",
            mock.url()
        );
        std::fs::write(&config, text).unwrap();
        kubectl_ds(args, &[("KUBECONFIG", config.to_str().unwrap())])
    };
    let everywhere = "/apis/apps/v1/daemonsets";
    let note = "only DaemonSets of namespace ops are listed";
    for args in [
        &[][..],
        &["status"],
        &["ls", "-o", "json"],
        &["-o", "kyaml"],
    ] {
        let mock = Mock::start(forbidden(everywhere));
        let output = run(&mock, args);
        assert_eq!(stderr(&output), "", "{args:?}");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        let out = stdout(&output);
        assert!(
            out.contains(note) && out.contains("agent"),
            "{args:?}: {out}"
        );
        assert!(!out.contains("exporter"), "{args:?}: {out}");
    }
    // Whoever asked for all, or for another one, is told what is forbidden.
    for args in [&["-A"][..], &["status", "-A"], &["why", "-A"]] {
        let output = run(&Mock::start(forbidden(everywhere)), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains("Forbidden"), "{args:?}");
    }
    let output = run(&Mock::start(forbidden("")), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("Forbidden"));
    let output = run(&Mock::start(answer), &[]);
    assert!(stdout(&output).contains("exporter") && !stdout(&output).contains(note));
}
