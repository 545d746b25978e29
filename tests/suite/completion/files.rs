//! Names from files.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Offered, UNFINISHED, WHOLE, offered, words};

const FROM: &str = "--from docs/examples/incident.yaml";

/// What is offered with the dump.
fn ask(line: &str) -> Offered {
    let line = line.replace("DUMP", FROM);
    offered(&words(&line), &[])
}

#[test]
fn daemon_sets_of_the_namespace_that_is_meant() {
    for (line, wanted) in [
        ("why DUMP -n monitoring ", &["node-exporter"][..]),
        ("-n monitoring why DUMP n", &["node-exporter"]),
        ("--namespace=monitoring DUMP plan n", &["node-exporter"]),
        ("adopt -nmonitoring DUMP ds/", &["ds/node-exporter"]),
        (
            "adopt -n monitoring DUMP daemonset.apps/node",
            &["daemonset.apps/node-exporter"],
        ),
        ("plan -n kube-system DUMP x", &[]),
        ("why DUMP ", &[]),
        ("why -n monitoring DUMP deploy/", &[]),
        ("why -n monitoring DUMP --limit x n", &["node-exporter"]),
    ] {
        let offered = ask(line);
        assert_eq!(offered.values(), wanted, "{line}");
        assert_eq!(offered.directive, WHOLE, "{line}");
    }
}

#[test]
fn nodes_pods_and_namespaces() {
    for line in ["node DUMP gp", "why node-exporter DUMP -n monitoring gp"] {
        assert_eq!(ask(line).values(), ["gpu-1", "gpu-2"], "{line}");
    }
    assert_eq!(
        ask("node DUMP node/gpu-").values(),
        ["node/gpu-1", "node/gpu-2"]
    );
    let pods = ask("why -n monitoring DUMP pod/node-exporter-w");
    assert_eq!(pods.values(), ["pod/node-exporter-w2p6s"]);
    assert_eq!(pods.help("pod/node-exporter-w2p6s"), "of node-exporter");
    // A DaemonSet has no pod's name elsewhere.
    assert_eq!(ask("plan -n monitoring DUMP pod/").values(), [""; 0]);
    let namespaces = ["default", "gpu", "kube-system", "logging", "monitoring"];
    assert_eq!(ask("why DUMP -n ").values(), namespaces);
    assert_eq!(ask("DUMP --namespace=mo").values(), ["monitoring"]);
    assert_eq!(ask("why DUMP -nmo").values(), ["-nmonitoring"]);
}

#[test]
fn revisions_and_labels() {
    let revisions = ask("plan -n monitoring DUMP node-exporter --to-revision ");
    assert_eq!(revisions.values()[0], "3");
    assert!(
        revisions.help("3").contains("node-exporter-7c9d8b6f5"),
        "{revisions:?}"
    );
    assert_eq!(
        ask("plan -n monitoring DUMP nope --to-revision ").values(),
        [""; 0]
    );
    let keys = ask("node DUMP --node-selector po");
    assert_eq!(keys.values(), ["pool="]);
    assert_eq!(keys.directive, UNFINISHED);
    let values = ["pool=general", "pool=gpu"];
    assert_eq!(ask("node DUMP --node-selector pool=").values(), values);
    assert_eq!(
        ask("node DUMP --node-selector pool=").help("pool=gpu"),
        "2 nodes"
    );
    assert_eq!(
        ask("node DUMP --node-selector=a!=b,pool=gp").values(),
        ["a!=b,pool=gpu"]
    );
    assert_eq!(ask("why DUMP --map=po").values(), ["pool"]);
    assert_eq!(ask("why DUMP --map=po").directive, WHOLE);
    assert_eq!(
        ask("why DUMP -n monitoring --map n").values(),
        ["node-exporter"]
    );
    assert_eq!(ask("why x DUMP --label pool=gp").values(), ["pool=gpu"]);
}

#[test]
fn ages_are_told_where_the_time_is_known() {
    let dated = ask("node DUMP --now 2030-01-01T00:00:00Z worker-1");
    assert!(dated.help("worker-1").ends_with(" old"), "{dated:?}");
    let undated = ask("node DUMP worker-1");
    assert!(!undated.help("worker-1").contains("old"), "{undated:?}");
}

#[test]
fn manifests_name_their_own() {
    let manifest = "-f docs/examples/edge-agent.yaml";
    for command in ["why", "plan", "adopt"] {
        let offered = ask(&format!("{command} DUMP {manifest} "));
        assert_eq!(offered.values(), ["edge-agent"], "{command}");
    }
    let node = ask("node --node-file docs/examples/node.yaml DUMP ");
    assert_eq!(node.values(), ["batch-template"]);
}

/// A shell would type it, and a terminal would show it.
#[test]
fn what_is_no_name_is_never_offered() {
    let folder = tempfile::tempdir().unwrap();
    let item = |name: &str| {
        serde_json::json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/version": "1\n:4\t\u{1b}[31m\u{202e}x", "$(id)": "y"}}})
    };
    let names = [
        "good",
        "a\nb",
        "a\tb",
        ":4",
        "$(id)",
        "a b",
        "`id`",
        "-x",
        "",
        "\u{1b}[2J",
        "a;b",
        "日",
    ];
    let items: Vec<_> = names.iter().map(|n| item(n)).collect();
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items});
    let file = folder.path().join("evil.json");
    fs::write(&file, list.to_string()).unwrap();
    let from = format!("why --from {} ", file.display());
    let found = offered(&words(&from), &[]);
    assert_eq!(found.values(), ["good"]);
    assert_eq!(found.help("good"), "version 1");
    assert_eq!(
        offered(&words(&format!("{from}-l ")), &[]).values(),
        ["app.kubernetes.io/version="]
    );
}

#[test]
fn what_cannot_be_read_is_passed_over() {
    for line in [
        "why --from nowhere.yaml ",
        "why --from README.md ",
        "why --from - ",
        "why --from /dev/null ",
    ] {
        assert_eq!(ask(line).values(), [""; 0], "{line}");
    }
    let both = ask("why --from nowhere.yaml DUMP --from - -n monitoring ");
    assert_eq!(both.values(), ["node-exporter"]);
}

/// Nobody waits for a file.
#[cfg(unix)]
#[test]
fn a_file_that_has_no_end_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for line in ["why --from PIPE ", "why --from PIPE -n "] {
        let line = line.replace("PIPE", pipe.to_str().unwrap());
        let started = Instant::now();
        assert_eq!(offered(&words(&line), &[]).values(), [""; 0]);
        assert!(started.elapsed() < Duration::from_secs(4), "{line}");
    }
}
