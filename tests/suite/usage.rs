//! What a user mistypes, and what the exit codes say.

use std::fs;

use crate::binary::{kubectl_ds, stderr, stdout};

const DUMP: &str = "docs/examples/incident.yaml";

/// Runs a question on the dump.
fn ask(question: &str) -> (Option<i32>, String, String) {
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["--from", DUMP]);
    let output = kubectl_ds(&args, &[]);
    (output.status.code(), stdout(&output), stderr(&output))
}

#[test]
fn each_mistake_has_one_clear_error() {
    let cases = [
        (
            "why nodeexporter -n monitoring",
            "daemonset `nodeexporter` not found in namespace `monitoring`; did you mean `kubectl ds why node-exporter -n monitoring --from docs/examples/incident.yaml`?",
        ),
        (
            "why node-exporter",
            "not found in namespace `default`; namespace `monitoring` has one: write `kubectl ds why node-exporter -n monitoring --from docs/examples/incident.yaml`",
        ),
        (
            "why nodeexporter",
            "not found in namespace `default`; did you mean `kubectl ds why node-exporter -n monitoring --from docs/examples/incident.yaml`?",
        ),
        (
            "why node-exporter nope -n monitoring",
            "node `nope` not found",
        ),
        (
            "why ds node-exporter -n monitoring",
            "write `kubectl ds why node-exporter -n monitoring --from docs/examples/incident.yaml`",
        ),
        (
            "why pod node-exporter-w2p6s -n monitoring",
            "write `kubectl ds why pod/node-exporter-w2p6s -n monitoring --from docs/examples/incident.yaml`",
        ),
        ("why deployment/web", "`deployment/web` is not a DaemonSet"),
        ("why ds/", "`ds/` holds no name: write NAME or KIND/NAME"),
        (
            "why node-exporter ds/x -n monitoring",
            "`ds/x` is not a node",
        ),
        (
            "why node-exporter wrker-1 -n monitoring",
            "node `wrker-1` not found; did you mean `worker-1`",
        ),
        (
            "why node-exporter gpu1 -n monitoring --impact",
            "node `gpu1` not found; did you mean `kubectl ds why node-exporter gpu-1 --impact -n monitoring --from docs/examples/incident.yaml`?",
        ),
        (
            "why gpu-1",
            "daemonset `gpu-1` not found in namespace `default`; `gpu-1` is a node: `kubectl ds node gpu-1 --from docs/examples/incident.yaml` or",
        ),
        (
            "why gpu-1 node-exporter",
            "the DaemonSet comes first: write `kubectl ds why node-exporter gpu-1 --from docs/examples/incident.yaml`",
        ),
        (
            "why pod/nope -n monitoring",
            "pod `nope` not found in namespace `monitoring`",
        ),
        ("why node-exporter -A", "`-A` goes with all DaemonSets"),
        (
            "why node-exporter -l a=b",
            "`-l` selects DaemonSets and goes without a name",
        ),
        (
            "why node-exporter -n monitoring --impact",
            "`--impact` is about one node",
        ),
        ("why -A --cordon", "on which node?"),
        (
            "why -A --node-selector a=b --cordon",
            "a what-if is about one DaemonSet",
        ),
        ("why node-exporter -n monitoring --cordon", "on which node?"),
        (
            "why node-exporter worker-1 -n monitoring --taint a=b",
            "invalid taint `a=b`: it has no effect",
        ),
        (
            "why node-exporter worker-1 -n monitoring --taint a:Never",
            "`Never` is no effect",
        ),
        (
            "why node-exporter worker-1 -n monitoring --taint=-a:NoSchedule",
            "invalid taint `-a:NoSchedule`",
        ),
        (
            "why node-exporter worker-1 -n monitoring --label a",
            "invalid label `a`: it has neither a value nor a `-` at its end",
        ),
        (
            "why node-exporter worker-1 -n monitoring --label a=b=c",
            "invalid label `a=b=c`",
        ),
        (
            "why -A -o jsonpath={.items}",
            "use `-o json` and pipe it to jq",
        ),
        ("why -A -o xml", "unknown output format `xml`"),
        ("why -A --now yesterday", "2026-03-01T12:00:00Z"),
        (
            "why -A --feature-gates Foo=true",
            "unknown feature gate `Foo`",
        ),
        ("why -A -l a=(", "invalid selector `a=(`"),
        (
            "why node-exporter -n monitoring --node-selector a=b=c",
            "invalid selector",
        ),
        ("why -A --limit many", "invalid value 'many'"),
        (
            "adopt pod/node-exporter-b6tnl",
            "`adopt` is about a DaemonSet: give its name; whose pod `node-exporter-b6tnl` is, `kubectl ds why pod/node-exporter-b6tnl` tells",
        ),
        (
            "adopt nodeexporter -n monitoring",
            "daemonset `nodeexporter` not found in namespace `monitoring`; did you mean `kubectl ds adopt node-exporter -n monitoring --from docs/examples/incident.yaml`?",
        ),
        (
            "adopt node-exporter",
            "namespace `monitoring` has one: write `kubectl ds adopt node-exporter -n monitoring --from docs/examples/incident.yaml`",
        ),
        (
            "adopt deployment/web",
            "`deployment/web` is not a DaemonSet",
        ),
        ("adopt ds/", "`ds/` holds no name: write NAME or KIND/NAME"),
        ("adopt node-exporter -A", "`-A` goes with all DaemonSets"),
        (
            "adopt -A -f docs/examples/edge-agent.yaml",
            "`-A` goes with all DaemonSets",
        ),
        (
            "adopt -l a=b -f docs/examples/edge-agent.yaml",
            "goes without a name and without a manifest",
        ),
        ("adopt node-exporter -l a=b", "`-l` selects DaemonSets"),
        ("adopt -l a=(", "invalid selector `a=(`"),
        ("adopt -f nowhere.yaml", "nowhere.yaml"),
        ("adopt -f - --from -", "stdin can be read only once"),
        (
            "adopt other -f docs/examples/edge-agent.yaml",
            "the manifests hold no DaemonSet `other`, but `edge-agent`",
        ),
        (
            "adopt -n other -f docs/examples/edge-agent.yaml",
            "is in namespace `agents` and `-n other` names another",
        ),
        ("adopt -f docs/rbac/read.yaml", "DaemonSet"),
        ("adopt one two", "unexpected argument 'two'"),
        ("whi -A", "unrecognized subcommand 'whi'"),
        ("help whi", "unrecognized subcommand 'whi'"),
        (
            "plan -A",
            "`plan` is of one DaemonSet: give its name and `-n NAMESPACE`; `kubectl ds why -A --problems` shows",
        ),
        ("why -f nowhere.yaml", "nowhere.yaml"),
        ("node", "which node? give its name"),
        ("node nope", "node `nope` not found"),
        (
            "node gpu1",
            "node `gpu1` not found; did you mean `kubectl ds node gpu-1 --from docs/examples/incident.yaml`?",
        ),
        ("node ds/x", "`ds/x` is not a node"),
        (
            "node node/",
            "`node/` holds no name: write NAME or KIND/NAME",
        ),
        ("node worker-1 --node-selector a=b", "cannot be used with"),
        (
            "node --node-file docs/examples/node.yaml --node-selector a=b",
            "cannot be used with",
        ),
        (
            "node worker-1 --node-file docs/examples/node.yaml",
            "hold no node `worker-1`, but `batch-template`",
        ),
        ("node --node-file nowhere.yaml", "nowhere.yaml"),
        (
            "node --node-file docs/examples/edge-agent.yaml",
            "no Node in `docs/examples/edge-agent.yaml`",
        ),
        (
            "node worker-1 --taint a=b",
            "invalid taint `a=b`: it has no effect",
        ),
        ("node worker-1 -l a=(", "invalid selector `a=(`"),
        (
            "why node-exporter -n monitoring --node-file nowhere.yaml",
            "nowhere.yaml",
        ),
    ];
    for (question, wanted) in cases {
        let (code, out, err) = ask(question);
        assert_eq!(code, Some(2), "{question}: {err}");
        assert_eq!(out, "", "{question}");
        assert!(err.contains(wanted), "{question}: {err}");
        assert!(err.starts_with("error: "), "{question}: {err}");
        for leak in [
            "panicked",
            "stack backtrace",
            "Error(",
            "Some(",
            "kubectl_ds::",
        ] {
            assert!(!err.contains(leak), "{question}: {err}");
        }
    }
}

#[test]
fn exit_codes() {
    let cases = [
        ("why -A", 0),
        ("why -A --exit-code", 1),
        ("why device-plugin -n gpu --exit-code", 0),
        ("why node-exporter worker-1 -n monitoring --exit-code", 0),
        ("why node-exporter worker-4 -n monitoring --exit-code", 1),
        (
            "why node-exporter worker-1 -n monitoring --cordon --exit-code",
            0,
        ),
        (
            "why node-exporter worker-1 -n monitoring --taint a:NoExecute --exit-code",
            1,
        ),
        ("node gpu-1", 0),
        ("node gpu-1 --exit-code", 1),
        ("node worker-1 --exit-code", 0),
        ("node --node-selector pool=general --exit-code", 1),
        ("node worker-1 --cordon --exit-code", 0),
        ("node worker-1 --taint a:NoExecute --exit-code", 1),
        ("node gpu-1 --cordon --exit-code", 0),
        ("node --node-file docs/examples/node.yaml --exit-code", 1),
        ("--help", 0),
        ("why --help", 0),
        ("node --help", 0),
        ("--version", 0),
        ("", 0),
        ("status --exit-code", 1),
        ("version", 0),
    ];
    for (question, wanted) in cases {
        let (code, _, err) = ask(question);
        assert_eq!(code, Some(wanted), "{question}: {err}");
    }
}

/// Nobody may fear that it takes something over.
#[test]
fn adopt_says_first_that_it_only_reads() {
    let said = "Who owns a DaemonSet's pods and what it would adopt (read-only)";
    for (question, before) in [("adopt --help", ""), ("adopt -h", ""), ("--help", "adopt ")] {
        let (_, out, _) = ask(question);
        let words: Vec<_> = out.split_whitespace().collect();
        let text = words.join(" ");
        match before {
            "" => assert!(text.starts_with(said), "{question}: {out}"),
            _ => assert!(
                text.contains(&format!("{before}{said}")),
                "{question}: {out}"
            ),
        }
    }
}

#[test]
fn what_the_files_do_not_hold_is_said() {
    let dump = fs::read_to_string(DUMP).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("part.yaml");
    let kinds = [
        ("Node", "nodes"),
        ("Pod", "pods"),
        ("ControllerRevision", "controllerrevisions"),
    ];
    for (kind, resource) in kinds {
        fs::write(
            &file,
            dump.replace(&format!("  kind: {kind}\n"), "  kind: Secret\n"),
        )
        .unwrap();
        let from = file.to_str().unwrap();
        let args = [
            "why",
            "node-exporter",
            "-n",
            "monitoring",
            "--from",
            from,
            "-o",
            "json",
        ];
        let output = kubectl_ds(&args, &[]);
        assert_eq!(output.status.code(), Some(3), "{kind}: {}", stderr(&output));
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(report["incomplete"][0]["resource"], resource, "{kind}");
        // What is left is still said: a pod crashes on whatever node it is, and one can't be created.
        assert_eq!(report["clean"], false, "{kind}");
        if kind == "Pod" {
            assert_eq!(report["nodes"][0]["podState"], "Unknown");
        }
        if kind == "Node" {
            assert_eq!(report["nodes"][0]["eligibility"], "Unknown");
        }
    }
}

#[test]
fn foreign_text_reaches_a_terminal_as_text() {
    let dump = fs::read_to_string(DUMP).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("escapes.yaml");
    let evil = dump.replace(
        "exceeded quota: monitoring",
        "exceeded \\e]0;owned\\a\\e[2J\\u202e quota",
    );
    // The message becomes a double-quoted scalar, where YAML knows these escapes.
    let evil: String = evil
        .lines()
        .map(|l| match l.split_once("message: 'Error creating") {
            Some((indent, rest)) => {
                let rest = rest.trim_end_matches('\'').replace('"', "\\\"");
                format!("{indent}message: \"Error creating{rest}\"\n")
            }
            None => format!("{l}\n"),
        })
        .collect();
    fs::write(&file, evil).unwrap();
    let args = [
        "why",
        "node-exporter",
        "-n",
        "monitoring",
        "--from",
        file.to_str().unwrap(),
        "--color",
        "never",
    ];
    let out = stdout(&kubectl_ds(&args, &[]));
    assert!(out.contains("exceeded"), "{out}");
    assert!(
        !out.contains('\u{1b}') && !out.contains('\u{7}') && !out.contains('\u{202e}'),
        "{out}"
    );
}

#[test]
fn names_as_kubectl_prints_them() {
    let (code, out, _) = ask("why node-exporter -n monitoring --problems -o name");
    assert_eq!(code, Some(0));
    let wanted = [
        "fargate-10-0-3-17",
        "gpu-1",
        "worker-3",
        "worker-4",
        "worker-5",
    ];
    let wanted: String = wanted.iter().map(|n| format!("node/{n}\n")).collect();
    assert_eq!(out, wanted);
    let (_, out, _) = ask("why -A --problems -o name");
    assert_eq!(
        out,
        "daemonset.apps/fluent-bit\ndaemonset.apps/node-exporter\n"
    );
    for name in [
        "ds/node-exporter",
        "daemonset/node-exporter",
        "daemonsets/node-exporter",
        "daemonset.apps/node-exporter",
    ] {
        let (code, ..) = ask(&format!("why {name} node/worker-1 -n monitoring"));
        assert_eq!(code, Some(0), "{name}");
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let dump = format!("{}/{DUMP}", env!("CARGO_MANIFEST_DIR"));
    let script = format!(
        "'{}' why -A --from '{dump}' -o json | head -c 1; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_kubectl-ds")
    );
    let status = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert_eq!(status.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&status.stderr), "");
}
