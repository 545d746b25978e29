//! Whatever is asked of the examples, at whatever width: nobody reads half a word, and
//! colour moves nothing.

use std::collections::HashSet;

use serde_json::Value;

use crate::binary::{kubectl_ds, stderr, stdout};
use crate::snapshots::without_escapes;

/// A word of more columns may be broken.
const LONGEST: usize = 60;

/// Wide enough for every table of the examples.
const UNLIMITED: &str = "4000";

const MANIFEST: &str = "docs/examples/edge-agent.yaml";

/// What is printed for a question at a width.
fn answer(question: &str, width: &str, color: &str) -> String {
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["--color", color]);
    let output = kubectl_ds(&args, &[("COLUMNS", width)]);
    assert!(stdout(&output).len() > 1, "{question}: {}", stderr(&output));
    stdout(&output)
}

fn report(question: &str) -> Value {
    serde_json::from_str(&answer(question, UNLIMITED, "never")).unwrap()
}

fn texts<'v>(list: &'v Value, of: &'v str) -> impl Iterator<Item = &'v str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(move |v| v.pointer(of).unwrap().as_str().unwrap())
}

/// Each command about each DaemonSet and each node of a dump, and about all of them.
fn questions(dump: &str) -> Vec<String> {
    let all = report(&format!("why -A -o json --from {dump}"));
    let mut questions = vec!["why -A".to_owned(), "adopt -A".to_owned()];
    let mut nodes = HashSet::new();
    let sets = &all["items"];
    for (namespace, name) in texts(sets, "/daemonSet/namespace").zip(texts(sets, "/daemonSet/name"))
    {
        let one = format!("{name} -n {namespace}");
        let commands = ["why", "plan", "adopt"];
        questions.extend(commands.map(|command| format!("{command} {one}")));
        let why = report(&format!("why {one} -o json --from {dump}"));
        nodes.extend(texts(&why["nodes"], "/name").map(str::to_owned));
    }
    questions.extend(nodes.iter().map(|node| format!("node {node}")));
    questions.push("node --node-selector !nothing".to_owned());
    let wide = questions
        .clone()
        .into_iter()
        .map(|question| question + " -o wide");
    questions.extend(wide.collect::<Vec<_>>());
    questions
        .into_iter()
        .map(|question| format!("{question} --from {dump}"))
        .collect()
}

/// The first word that the answer has only because one was broken.
fn broken<'a>(narrow: &'a str, whole: &str) -> Option<&'a str> {
    let words: HashSet<&str> = whole.split_whitespace().collect();
    let is_of_long = |part: &str| words.iter().any(|w| w.len() > LONGEST && w.contains(part));
    let mut parts = narrow.split_whitespace();
    parts.find(|part| !words.contains(part) && !is_of_long(part))
}

fn check(questions: &[String]) {
    for question in questions {
        let whole = answer(question, UNLIMITED, "never");
        for width in ["80", "100", "120", "200"] {
            let plain = answer(question, width, "never");
            let part = broken(&plain, &whole);
            assert_eq!(part, None, "{question} at {width}:\n{plain}");
            let colored = without_escapes(&answer(question, width, "always"));
            assert_eq!(colored, plain, "{question} at {width}");
        }
    }
}

macro_rules! examples {
    ($($name:ident: $dump:literal,)*) => {$(
        #[test]
        fn $name() {
            check(&questions($dump));
        }
    )*};
}

examples! {
    incident: "docs/examples/incident.yaml",
    rollout: "docs/examples/rollout.yaml",
    takeover: "docs/examples/takeover.yaml",
    missing: "docs/examples/walk/1-missing.yaml",
    stuck: "docs/examples/walk/2-stuck.yaml",
    orphans: "docs/examples/walk/3-orphans.yaml",
    after: "docs/examples/walk/4-after.yaml",
}

#[test]
fn manifests() {
    let commands = ["why", "plan", "adopt"];
    let questions = commands.map(|command| {
        ["", " -o wide"]
            .map(|o| format!("{command} -f {MANIFEST}{o} --from docs/examples/rollout.yaml"))
    });
    check(&questions.concat());
}
