//! `-o name` in a pipe to a real `xargs`.

use std::io::Write;
use std::process::Stdio;

use super::*;

/// Names that would be more than one argument, or none, or an option, behind a pipe.
const BREAKING: [&str; 8] = [
    "agent node/worker-1\n--all",
    "two words",
    "--all",
    "a'b",
    "a\"b",
    "a\\b",
    "a\tb",
    "$(touch PWN)",
];

/// What kubectl gets of the names behind a pipe, beside the exit code and stderr.
fn piped(objects: &[Value], question: &[&str]) -> (Option<i32>, Vec<Vec<String>>, String) {
    let output = ask_about(objects, &[&["-o", "name"], question].concat());
    let shell = Shell::new();
    let mut xargs = shell
        .command("xargs")
        .args(["kubectl", "delete"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let names = &output.stdout;
    xargs.stdin.take().unwrap().write_all(names).unwrap();
    let ended = xargs.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", stderr(&ended));
    (output.status.code(), shell.recorded(), stderr(&output))
}

fn check(mut objects: Vec<Value>, place: Place, shown: &str, question: &[&str]) {
    let (code, whole, said) = piped(&objects, question);
    assert_eq!((code, said.as_str()), (Some(0), ""), "{question:?}");
    let plain = objects.clone();
    let [whole] = whole.as_slice() else {
        panic!("{whole:?}")
    };
    assert!(whole.iter().any(|w| w == shown), "{shown}: {whole:?}");
    let others: Vec<String> = whole.iter().filter(|w| *w != shown).cloned().collect();
    for word in BREAKING {
        objects.clone_from(&plain);
        objects.iter_mut().for_each(|o| place.put(o, word));
        let question: Vec<String> = question.iter().map(|w| w.replace(WORD, word)).collect();
        let question: Vec<&str> = question.iter().map(String::as_str).collect();
        let (code, calls, said) = piped(&objects, &question);
        let mut got = calls.concat();
        let mut wanted = others.clone();
        got.sort();
        wanted.sort();
        assert_eq!(got, wanted, "{word:?}");
        assert_eq!(code, Some(3), "{word:?}");
        let first = "error: 1 name is left out because no API server accepts it: `";
        assert!(
            said.starts_with(first) && said.lines().count() == 1,
            "{said}"
        );
    }
}

#[test]
fn pods_of_a_plan_and_of_adopt() {
    let mut objects = rollout();
    on_delete(&mut objects);
    let (pod, shown) = (Place::Name("edge-agent-4hd9p"), "pod/edge-agent-4hd9p");
    check(objects, pod, shown, PLAN);
    check(takeover(), pod, shown, ADOPT);
}

#[test]
fn nodes_of_why() {
    let question = ["why", "edge-agent", "-n", "agents"];
    let node = Place::Name("worker-7");
    check(rollout(), node, "node/worker-7", &question);
}

#[test]
fn daemon_sets_of_why_node_and_adopt() {
    let place = Place::Name("edge-agent");
    let shown = "daemonset.apps/edge-agent";
    for question in [
        &["why", "-A"][..],
        &["adopt", "-A"],
        &["node", "worker-1"],
        &["node", "--node-selector", "kubernetes.io/os=linux"],
    ] {
        check(takeover(), place, shown, question);
    }
}

/// All that is left out is counted, and only a few are told.
#[test]
fn many_are_counted() {
    let mut objects = rollout();
    let nodes = objects.iter_mut().filter(|o| o["kind"] == "Node");
    for (number, node) in nodes.enumerate() {
        node["metadata"]["name"] = format!("node {number}").into();
    }
    let (code, _, said) = piped(&objects, &["why", "edge-agent", "-n", "agents"]);
    assert_eq!(code, Some(3));
    assert_eq!(
        said,
        "error: 12 names are left out because no API server accepts them: `node/node 0`, `node/node 1`, `node/node 10` and 9 more\n"
    );
}
