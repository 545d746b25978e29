//! Whatever is asked of the examples, at whatever width: nobody reads half a word, and
//! colour moves nothing.

use std::collections::HashSet;

use serde_json::Value;

use crate::binary::{drawn, kubectl_ds, stdout};
use crate::snapshots::without_escapes;

/// A word of more columns may be broken.
const LONGEST: usize = 60;

/// A word that is shorter isn't cut, and what is left of one isn't shorter than this.
const LONG: usize = 24;
const SHORTEST: usize = 12;

/// Wide enough for every table of the examples.
const UNLIMITED: usize = 4000;

const WIDTHS: [usize; 4] = [80, 100, 120, 200];

const MANIFEST: &str = "docs/examples/edge-agent.yaml";

fn report(question: &str) -> Value {
    let args: Vec<_> = question.split_whitespace().collect();
    let output = kubectl_ds(&args, &[]);
    serde_json::from_str(&stdout(&output)).unwrap()
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
    // What is too long for a row is cut, and says that it is.
    let cut = ["…", "…\"", "and", "more"];
    let words: HashSet<&str> = whole.split_whitespace().chain(cut).collect();
    let is_count = |part: &str| part.parse::<usize>().is_ok();
    let is_of_long = |part: &str| words.iter().any(|w| w.len() > LONGEST && w.contains(part));
    // A name that is cut says so too.
    let is_cut = |part: &str| {
        let kept = part.strip_suffix('…').filter(|kept| kept.len() >= SHORTEST);
        kept.is_some_and(|kept| words.iter().any(|w| w.len() >= LONG && w.starts_with(kept)))
    };
    // A screen that is too long says how many rows it leaves off.
    let lines = narrow.lines().filter(|line| !line.starts_with("… and "));
    let mut parts = lines.flat_map(str::split_whitespace);
    // The last word of a clause that a sentence is cut after loses its comma.
    let is_last = |part: &str| {
        [",", ";", ":"]
            .iter()
            .any(|end| words.contains(&*(part.to_owned() + end)))
    };
    let is_whole = |part: &str| words.contains(part) || is_count(part) || is_last(part);
    parts.find(|part| !is_whole(part) && !is_of_long(part) && !is_cut(part))
}

fn check(questions: &[String]) {
    let colors = |width| [(Some(width), false), (Some(width), true)];
    let mut drawings = vec![(Some(UNLIMITED), false)];
    drawings.extend(WIDTHS.into_iter().flat_map(colors));
    for question in questions {
        let drawn = drawn(question, &drawings);
        let (whole, fitted) = drawn.split_first().unwrap();
        assert!(whole.len() > 1, "{question}");
        for (width, pair) in WIDTHS.iter().zip(fitted.chunks(2)) {
            let [plain, colored] = pair else {
                panic!("{question}: {pair:?}")
            };
            let part = broken(plain, whole);
            assert_eq!(part, None, "{question} at {width}:\n{plain}");
            assert_eq!(&without_escapes(colored), plain, "{question} at {width}");
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
