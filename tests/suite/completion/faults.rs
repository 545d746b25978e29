//! Clusters that don't answer, or not as they should: nothing is offered, nothing is
//! said, and nobody waits.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use super::cluster::ask;
use super::{offered, words};
use crate::cluster_faults::mock::{Mock, Reply, Step};
use crate::cluster_faults::tls_server::Server;

/// What a person waits, and what a busy machine takes to start a program.
const SOON: Duration = Duration::from_secs(4);

const LINES: [&str; 6] = [
    "why ",
    "node ",
    "why -n ",
    "why pod/",
    "plan x --to-revision ",
    "plan x --set-image ",
];

#[test]
fn refusals_and_nonsense() {
    let replies: [fn() -> Reply; 8] = [
        || Reply::status(403, "Forbidden", "no"),
        || Reply::status(401, "Unauthorized", "who?"),
        || Reply::status(500, "InternalError", "\u{1b}[31m"),
        || Reply::new(200, "<html>"),
        || Reply::new(200, ""),
        || Reply::new(200, "{\"items\": 7, \"rows\": 7}"),
        || Reply::new(200, "{\"items\": [{\"metadata\": 1}], \"rows\": [1]}"),
        || Reply::new(200, [0xff, 0xfe, 0]).with("Content-Encoding", "gzip"),
    ];
    for reply in replies {
        let mock = Mock::start(move |_| reply());
        for line in LINES {
            let started = Instant::now();
            assert_eq!(ask(&mock, line).values(), [""; 0], "{line}");
            assert!(started.elapsed() < SOON, "{line}: {:?}", started.elapsed());
        }
    }
}

#[test]
fn a_server_that_hangs_or_asks_to_come_back() {
    let hangs: fn() -> Reply = || {
        let mut reply = Reply::new(200, "{}");
        reply.delay = Duration::from_secs(60);
        reply
    };
    let busy: fn() -> Reply =
        || Reply::status(429, "TooManyRequests", "later").with("Retry-After", "60");
    let stalls: fn() -> Reply = || {
        Reply::steps(vec![
            Step::Send("{\"kind\": \"PartialObjectMetadataList\", \"items\": [".to_owned()),
            Step::Wait(Duration::from_secs(60)),
        ])
    };
    for reply in [hangs, busy, stalls] {
        let mock = Mock::start(move |_| reply());
        for line in ["why ", "plan x --to-revision ", "why --request-timeout 1h "] {
            let started = Instant::now();
            assert_eq!(ask(&mock, line).values(), [""; 0], "{line}");
            assert!(started.elapsed() < SOON, "{line}: {:?}", started.elapsed());
        }
    }
}

#[test]
fn nobody_listens() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let line = format!("why --server http://{closed} ");
    assert_eq!(offered(&words(&line), &[]).values(), [""; 0]);
    let line = "why --server nonsense:// ";
    assert_eq!(offered(&words(line), &[]).values(), [""; 0]);
}

/// What was read in time is offered, and the word itself with it: a shell types what
/// all that it is offered have in common.
#[test]
fn a_list_that_is_cut_short_makes_no_shell_type_on() {
    let mock = Mock::start(|request| {
        let mut reply = Reply::json(
            &json!({"kind": "PartialObjectMetadataList", "metadata": {"continue": "more"},
            "items": [{"metadata": {"name": "node-a1", "labels": {"pool": "a"}}}, {"metadata": {"name": "node-a2"}}]}),
        );
        if request.target.contains("continue") {
            reply.delay = Duration::from_secs(60);
        }
        reply
    });
    let offered = ask(&mock, "node no");
    assert_eq!(offered.values(), ["node-a1", "node-a2", "no"]);
    assert_eq!(offered.help("no"), "not all were read in time");
    let labels = ask(&mock, "node --node-selector pool=");
    assert_eq!(labels.help("pool=a"), "at least 1 node");
}

/// A credential plugin is run without a terminal, unheard, and not for long.
#[cfg(unix)]
#[test]
fn credential_plugins() {
    let agent = json!({"name": "agent", "namespace": "default"});
    let list = json!({"kind": "PartialObjectMetadataList", "items": [{"metadata": agent}]});
    let server = Server::answering(move |_| Reply::json(&list));
    let mock = &server.mock;
    let folder = tempfile::tempdir().unwrap();
    let config = |command: &str, args: &str| {
        let text = format!(
            "current-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\nclusters: [{{name: c, cluster: {{server: '{}', certificate-authority: '{}'}}}}]\nusers: [{{name: u, user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, command: {command}, args: {args}}}}}}}]\n",
            server.url(),
            server.authority()
        );
        let file = folder.path().join("config");
        fs::write(&file, text).unwrap();
        let env = [
            ("KUBECONFIG", file.to_str().unwrap()),
            ("PATH", "/usr/bin:/bin"),
        ];
        let started = Instant::now();
        let offered = offered(&["why", ""], &env);
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
        offered
    };
    let script = folder.path().join("plugin");
    fs::write(&script, "#!/bin/sh\necho noise >&2\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"good\"}}'\n").unwrap();
    let plugin = format!("[{}]", script.display());
    assert_eq!(config("sh", &plugin).values(), ["agent"]);
    let request = mock.received().pop().unwrap();
    assert_eq!(request.header("authorization"), Some("Bearer good"));
    let before = mock.received().len();
    assert_eq!(config("sleep", "['60']").values(), [""; 0]);
    assert_eq!(config("false", "[]").values(), [""; 0]);
    assert_eq!(config("no-such-plugin", "[]").values(), [""; 0]);
    assert_eq!(mock.received().len(), before);
}
