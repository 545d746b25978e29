//! What people type out of habit: no command, a namespace before a name, several nodes, kubectl's
//! verbs; and hints that hold when they are pasted.

use std::fs;

use serde_json::Value;

use crate::binary::{kubectl_ds, stderr, stdout};

const DUMP: &str = "docs/examples/incident.yaml";

/// Exit code, stdout, stderr.
type Said = (Option<i32>, String, String);

fn run(args: &[&str]) -> Said {
    let output = kubectl_ds(args, &[]);
    (output.status.code(), stdout(&output), stderr(&output))
}

/// Runs a question on the dump.
fn ask(question: &str) -> Said {
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["--from", DUMP]);
    run(&args)
}

#[test]
fn without_a_command_all_daemon_sets_are_shown() {
    for (short, long) in [
        ("", "why -A"),
        ("status", "why -A"),
        ("ls", "why -A"),
        ("-n monitoring", "why -n monitoring"),
        ("ls -A -o json", "why -A -o json"),
        ("status -o name", "why -A -o name"),
        ("--problems", "why -A --problems"),
        ("-l app=fluent-bit", "why -A -l app=fluent-bit"),
        ("--map", "why -A --map"),
        (
            "--node-selector pool=gpu",
            "why -A --node-selector pool=gpu",
        ),
        ("--exit-code", "why -A --exit-code"),
    ] {
        let wanted = ask(long);
        assert_eq!(ask(short), wanted, "{short}");
        assert_ne!(wanted.0, Some(2), "{long}: {}", wanted.2);
    }
    assert_eq!(ask("--exit-code").0, Some(1));
}

#[test]
fn where_no_cluster_is_configured_the_name_alone_is_helped() {
    let (code, out, err) = run(&[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out, run(&["-h"]).1);
    // Whoever asks for something isn't.
    for args in [
        &["status"][..],
        &["-o", "json"],
        &["--problems"],
        &["--exit-code"],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(err.contains("no kubeconfig"), "{args:?}: {err}");
    }
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("config");
    fs::write(&broken, "clusters: [").unwrap();
    let output = kubectl_ds(&[], &[("KUBECONFIG", broken.to_str().unwrap())]);
    assert_eq!(output.status.code(), Some(2), "a broken one is one");
}

#[test]
fn aliases_are_the_same_commands() {
    assert_eq!(ask("owners -A"), ask("adopt -A"));
    for (alias, command) in [("owners", "adopt"), ("ls", "status")] {
        assert_eq!(run(&[alias, "--help"]), run(&[command, "--help"]));
    }
}

#[test]
fn the_version_is_printed_as_kubectls() {
    let own = format!("v{}", env!("CARGO_PKG_VERSION"));
    let verified = kubectl_ds::engine::VERIFIED_RELEASE;
    let (code, out, _) = run(&["version"]);
    let text = format!("Client Version: {own}\nVerified Kubernetes Version: {verified}\n");
    assert_eq!((code, out), (Some(0), text));
    let (_, json, _) = run(&["version", "--client", "-o", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["clientVersion"]["gitVersion"], own);
    assert_eq!(json["verifiedKubernetesVersion"], verified);
    for format in ["yaml", "kyaml"] {
        let (_, yaml, _) = run(&["version", "-o", format]);
        assert_eq!(serde_yaml::from_str::<Value>(&yaml).unwrap(), json);
    }
    let (code, _, err) = run(&["version", "-o", "name"]);
    assert!(
        code == Some(2) && err.contains("a version has no names"),
        "{err}"
    );
}

#[test]
fn a_name_is_taken_with_the_namespace_that_is_printed_before_it() {
    let rest = ["", " -o json", " worker-4"];
    for command in ["why", "plan", "adopt"] {
        for name in ["monitoring/node-exporter", "ds/monitoring/node-exporter"] {
            for rest in rest
                .iter()
                .filter(|r| command == "why" || !r.contains("worker"))
            {
                let wanted = ask(&format!("{command} node-exporter{rest} -n monitoring"));
                assert_eq!(ask(&format!("{command} {name}{rest}")), wanted);
                assert_eq!(wanted.0, Some(0), "{}", wanted.2);
            }
        }
    }
    let pod = ask("why pod/monitoring/node-exporter-w2p6s");
    assert_eq!(pod, ask("why pod/node-exporter-w2p6s -n monitoring"));
    // The same namespace twice is no conflict, another one is.
    assert_eq!(ask("why monitoring/node-exporter -n monitoring").0, Some(0));
    for command in ["why", "plan", "adopt"] {
        let (code, out, err) = ask(&format!("{command} monitoring/node-exporter -n logging"));
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert_eq!(
            err,
            "error: `monitoring/node-exporter` is in namespace `monitoring`, and `-n logging` names another: leave out one of them\n"
        );
    }
    // A kind before the slash wins.
    let (_, _, err) = ask("why ds/node-exporter");
    assert!(err.contains("not found in namespace `default`"), "{err}");
}

#[test]
fn several_nodes_are_answered_one_after_the_other() {
    let question = "why monitoring/node-exporter worker-4 node/gpu-2 worker-4";
    let json = |question: &str| -> Value {
        let (_, out, _) = ask(&format!("{question} -o json"));
        serde_json::from_str(&out).unwrap()
    };
    let list = json(question);
    assert_eq!(list["kind"], "List");
    let of = |node: &str| json(&format!("why monitoring/node-exporter {node}"));
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "each once");
    for (at, node) in ["worker-4", "gpu-2"].into_iter().enumerate() {
        let mut alone = of(node);
        // How many were read.
        alone["nodeCount"] = Value::from(11);
        assert_eq!(list["items"][at], alone, "{node}");
    }
    let (code, out, _) = ask(question);
    assert_eq!(code, Some(0));
    for node in ["worker-4", "gpu-2"] {
        let (_, alone, _) = ask(&format!("why monitoring/node-exporter {node}"));
        assert!(out.contains(alone.lines().next().unwrap()), "{node}: {out}");
    }
    assert_eq!(ask(&format!("{question} --exit-code")).0, Some(1));
    assert_eq!(
        ask(&format!("{question} -o name")).1,
        "node/worker-4\nnode/gpu-2\n"
    );
    // What is tried is tried on all of them.
    let tried = json("why monitoring/node-exporter worker-1 worker-2 --cordon --taint a:NoExecute");
    let names: Vec<_> = tried["then"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["name"])
        .collect();
    assert_eq!(names, ["worker-1", "worker-2"]);
    for (question, wanted) in [
        (
            "why monitoring/node-exporter worker-1 nope",
            "node `nope` not found",
        ),
        (
            "why monitoring/node-exporter worker-1 gpu-1 --impact",
            "`--impact` is about one node",
        ),
        (
            "why monitoring/node-exporter worker-1 gpu-1 --problems",
            "cannot be used with",
        ),
        (
            "why pod/node-exporter-w2p6s worker-1 gpu-1 -n monitoring",
            "leave out the node",
        ),
    ] {
        let (code, _, err) = ask(question);
        assert!(code == Some(2) && err.contains(wanted), "{question}: {err}");
    }
}

/// What stands between the last two backticks.
fn hint(error: &str) -> Option<&str> {
    let first = error.lines().next()?;
    first.rsplit('`').nth(1)
}

#[test]
fn hints_hold_when_they_are_pasted() {
    let cases = [
        (
            "why worker-4 node-exporter -n monitoring",
            "why node-exporter worker-4 -n monitoring",
        ),
        (
            "why worker-4 monitoring/node-exporter -o json --exit-code",
            "why monitoring/node-exporter worker-4 -o json --exit-code",
        ),
        (
            "why node/worker-4 ds/node-exporter -n monitoring",
            "why ds/node-exporter node/worker-4 -n monitoring",
        ),
        (
            "why worker-4 node-exporter gpu-1 -n monitoring --limit 3",
            "why node-exporter worker-4 gpu-1 -n monitoring --limit 3",
        ),
        (
            "why node-exporter-w2p6s -n monitoring -o wide",
            "why pod/node-exporter-w2p6s -n monitoring -o wide",
        ),
        (
            "plan node-exporter-w2p6s -n monitoring --restart",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "adopt node-exporter-w2p6s -n monitoring",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "adopt pod/monitoring/node-exporter-w2p6s",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "plan pod/node-exporter-w2p6s -n monitoring",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "why node-exporter worker-4",
            "why node-exporter worker-4 -n monitoring",
        ),
        (
            "plan node-exporter --restart",
            "plan node-exporter -n monitoring --restart",
        ),
        (
            "adopt logging/node-exporter",
            "adopt node-exporter -n monitoring",
        ),
        (
            "why nodexporter worker-4 -n monitoring",
            "why node-exporter worker-4 -n monitoring",
        ),
        ("plan ds/nodexporter", "plan node-exporter -n monitoring"),
        (
            "why node-exporter gpu1 -n monitoring",
            "why node-exporter gpu-1 -n monitoring",
        ),
        ("node gpu1 --cordon", "node gpu-1 --cordon"),
        (
            "why ds node-exporter -n monitoring",
            "why node-exporter -n monitoring",
        ),
        (
            "why pod node-exporter-w2p6s -n monitoring",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "plan ds node-exporter -n monitoring",
            "plan node-exporter -n monitoring",
        ),
        ("node node gpu-1 --cordon", "node gpu-1 --cordon"),
        (
            "node-exporter -n monitoring",
            "why node-exporter -n monitoring",
        ),
        (
            "monitoring/node-exporter gpu-1",
            "why monitoring/node-exporter gpu-1",
        ),
        (
            "-n monitoring get ds node-exporter -o wide",
            "why node-exporter -n monitoring -o wide",
        ),
        ("get ds -A", "why -A"),
        (
            "get pod node-exporter-w2p6s -n monitoring",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "describe ds/node-exporter -n monitoring",
            "why ds/node-exporter -n monitoring",
        ),
        ("describe node gpu-1", "node gpu-1"),
        ("describe no/gpu-1", "node no/gpu-1"),
        (
            "rollout status ds/node-exporter -n monitoring",
            "plan ds/node-exporter -n monitoring",
        ),
        (
            "rollout restart ds node-exporter -n monitoring",
            "plan node-exporter --restart -n monitoring",
        ),
        (
            "rollout undo ds/node-exporter -n monitoring --to-revision=3",
            "plan ds/node-exporter --to-revision=3 -n monitoring",
        ),
        (
            "rollout history ds/node-exporter -n monitoring",
            "adopt ds/node-exporter -n monitoring",
        ),
        (
            "logs node-exporter-w2p6s -n monitoring --previous",
            "why pod/node-exporter-w2p6s -n monitoring",
        ),
        (
            "logs ds/node-exporter -n monitoring",
            "why ds/node-exporter -n monitoring",
        ),
        (
            "set image ds/node-exporter node-exporter=x:2 -n monitoring",
            "plan ds/node-exporter --set-image node-exporter=x:2 -n monitoring",
        ),
        ("cordon gpu-1", "node gpu-1 --cordon"),
        (
            "apply -f docs/examples/edge-agent.yaml",
            "plan -f docs/examples/edge-agent.yaml",
        ),
        (
            "status node-exporter -n monitoring",
            "why node-exporter -n monitoring",
        ),
    ];
    for (question, wanted) in cases {
        let (code, out, err) = ask(question);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{question}");
        let found = hint(&err).unwrap_or_default();
        let words = shlex::split(found).unwrap();
        let mut args: Vec<&str> = words.iter().skip(2).map(String::as_str).collect();
        let from = ["--from", DUMP];
        // The flags that were typed are kept, but where one of kubectl's own is.
        let at = args.windows(2).position(|pair| pair == from);
        if let Some(at) = at {
            args.drain(at..at + 2);
        }
        let mut sorted = args.clone();
        let mut expected: Vec<&str> = wanted.split_whitespace().collect();
        sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(sorted, expected, "{question}: {err}");
        assert_eq!(
            args.first(),
            wanted.split_whitespace().next().as_ref(),
            "{err}"
        );
        args.extend(from);
        let (code, _, err) = run(&args);
        assert!(matches!(code, Some(0 | 1)), "{question}: {found}: {err}");
    }
}

#[test]
fn of_a_cluster_a_rollout_is_followed() {
    for (typed, wanted) in [
        (
            "rollout status ds x -n ops",
            "`kubectl ds plan x --watch -n ops`",
        ),
        (
            "rollout undo ds/x",
            "`kubectl ds plan ds/x --to-revision 0`",
        ),
        ("rollout status", "`kubectl ds plan DS --watch`"),
    ] {
        let args: Vec<_> = typed.split_whitespace().collect();
        let (code, _, err) = run(&args);
        assert_eq!(code, Some(2));
        assert!(err.contains(wanted), "{typed}: {err}");
    }
}

#[test]
fn what_no_hint_fits_is_told_as_it_was() {
    for (question, wanted) in [
        ("whi -A", "unrecognized subcommand 'whi'"),
        (
            "delete ds/node-exporter",
            "unrecognized subcommand 'delete'",
        ),
        (
            "-l a=b why -A",
            "`-l` comes after the command: `kubectl ds why -l …`",
        ),
    ] {
        let (code, _, err) = ask(question);
        assert_eq!(code, Some(2), "{question}");
        assert!(err.contains(wanted), "{question}: {err}");
    }
    // What no shell could hand on, and no secret, is in no hint.
    let (_, _, err) = run(&["get", "ds", "a\u{1b}[2J"]);
    assert!(!err.contains("here it is"), "{err:?}");
    let (_, _, err) = run(&["get", "ds", "x", "--token", "s3cr3t", "-n", "ops"]);
    assert!(
        err.contains("`kubectl ds why x -n ops`") && !err.contains("s3cr3t"),
        "{err}"
    );
    let swapped = [
        "why",
        "worker-4",
        "node-exporter",
        "--token",
        "s3cr3t",
        "-n",
        "monitoring",
        "--from",
        DUMP,
    ];
    let (_, _, err) = run(&swapped);
    assert!(
        err.contains("comes first") && !err.contains("s3cr3t"),
        "{err}"
    );
}

#[test]
fn a_selector_that_selects_nothing_says_so() {
    for (question, wanted) in [
        ("why -A -l a=b", "No DaemonSets that `a=b` selects found."),
        (
            "why -l a=b",
            "No DaemonSets that `a=b` selects found in namespace default.",
        ),
        ("adopt -A -l a=b", "No DaemonSets that `a=b` selects found."),
        ("-l a=b", "No DaemonSets that `a=b` selects found."),
        ("why -A --node-selector a=b", "`a=b` selects no node"),
        (
            "why node-exporter -n monitoring --node-selector a=b",
            "`a=b` selects no node",
        ),
        ("node --node-selector a=b", "`a=b` selects no node"),
    ] {
        let (code, out, _) = ask(question);
        assert_eq!(code, Some(0), "{question}");
        assert!(out.contains(wanted), "{question}: {out}");
    }
    let (_, json, _) = ask("why node-exporter -n monitoring --node-selector a=b -o json");
    let report: Value = serde_json::from_str(&json).unwrap();
    let notes = report["notes"].as_array().unwrap();
    let said = |note: &Value| note.as_str().unwrap().starts_with("`a=b` selects no node");
    assert!(notes.iter().any(said), "{notes:?}");
    let (_, out, _) = ask("why node-exporter -n monitoring --node-selector a=b");
    assert!(
        out.lines()
            .next()
            .unwrap()
            .contains("`a=b` selects no node"),
        "{out}"
    );
}

#[test]
fn a_broken_manifest_is_told_before_a_missing_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("broken.yaml");
    let manifest = manifest.to_str().unwrap();
    fs::write(manifest, "apiVersion: apps/v1\nkind: DaemonSet\nspec: [\n").unwrap();
    for command in ["plan", "why", "adopt"] {
        let (code, out, err) = run(&[command, "-f", manifest]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{command}");
        assert!(
            err.contains("broken.yaml:") && !err.contains("kubeconfig"),
            "{err}"
        );
        let (_, _, err) = run(&[command, "-f", "docs/examples/edge-agent.yaml"]);
        assert!(err.contains("no kubeconfig"), "{command}: {err}");
    }
}

#[test]
fn what_is_followed_is_one_daemon_set_in_a_cluster() {
    for (question, wanted) in [
        (
            "why node-exporter -n monitoring --watch",
            "leave out `--from`",
        ),
        ("why --watch", "give its name"),
        ("why pod/x --watch", "give its name"),
        (
            "why -f docs/examples/edge-agent.yaml --watch",
            "give its name",
        ),
        (
            "why node-exporter gpu-1 --watch",
            "on all nodes: leave out the node",
        ),
    ] {
        let (code, out, err) = ask(question);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{question}");
        assert!(err.contains(wanted), "{question}: {err}");
    }
    let (_, _, err) = run(&["why", "x", "--watch", "-o", "name"]);
    assert!(
        err.contains("`--watch` has no output format `name`"),
        "{err}"
    );
}

#[test]
fn an_error_about_a_file_shows_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.yaml");
    let file = file.to_str().unwrap();
    let good = fs::read_to_string("docs/examples/edge-agent.yaml").unwrap();
    let cases = [
        ("      nodeSelector:", "      nodeSelectr:", "nodeSelectr"),
        (
            "containerPort: 9464",
            "containerPort: many",
            "containerPort",
        ),
        (
            "minReadySeconds: 10",
            "minReadySeconds: [10",
            "updateStrategy:",
        ),
    ];
    for (right, wrong, marked) in cases {
        assert!(good.contains(right));
        fs::write(file, good.replace(right, wrong)).unwrap();
        for args in [
            ["plan", "-f", file],
            ["why", "-f", file],
            ["adopt", "-f", file],
        ] {
            let args = [&args[..], &["--from", DUMP]].concat();
            let (code, _, err) = run(&args);
            assert_eq!(code, Some(2), "{err}");
            let lines: Vec<&str> = err.lines().collect();
            let at = lines
                .iter()
                .position(|line| line.contains(" --> "))
                .unwrap_or_else(|| panic!("{err}"));
            assert!(lines[0].starts_with(&format!("error: {file}:")), "{err}");
            assert!(lines[at].contains(&format!("{file}:")), "{err}");
            let (source, carets) = (lines[at + 2], lines[at + 3]);
            let begin = carets.find('^').unwrap();
            let count = carets.matches('^').count();
            assert_eq!(&source[begin..begin + count], marked, "{err}");
        }
    }
    // A dump is a file, too.
    fs::write(file, "apiVersion: v1\nkind: List\nitems: [\n").unwrap();
    let (code, _, err) = run(&["why", "-A", "--from", file]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains(&format!("--> {file}:")) && err.contains('^'),
        "{err}"
    );
}
