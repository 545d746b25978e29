//! Every command that is printed, pasted into a real `sh`: its words are those that are
//! meant, and nothing else is run, whatever a file calls its objects.
#![cfg(unix)]

mod names;

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};
use std::sync::Mutex;

use serde::Deserialize;
use serde_json::Value;

use crate::binary::{kubectl_ds, root, stderr, stdout};
use crate::plans::dump::{Dump, revision, template};

/// Names that no server takes, and that a shell or kubectl's flags would act on.
const HOSTILE: [&str; 12] = [
    "a;touch PWN;#",
    "$(touch PWN)",
    "`touch PWN`",
    "a'; touch PWN; '",
    "a\"; touch PWN; \"",
    "a | touch PWN",
    "two words",
    "a\\",
    "*",
    "名前",
    "--all",
    "-n",
];

/// What can't be handed on to a command, as a name or as anything else.
const UNSAYABLE: [&str; 6] = ["a\nb", "a\rb", "a\tb", "\u{1b}[2J", "a\u{202e}b", "a\u{7f}"];

/// What kubectl would take for something else than a name.
const NO_NAMES: [&str; 4] = ["x/y", "x=y", "x:y", "xyz-"];

/// Stands for the hostile word in what is asked, and for it where commands are expected.
const WORD: &str = "placeholder";

/// Where a hostile word stands in the objects.
#[derive(Clone, Copy)]
enum Place {
    /// It is the name of what is called so.
    Name(&'static str),
    Namespace(&'static str),
    /// The key or the value of taints.
    Taint(&'static str, &'static str),
    /// Another label that the template wants of its nodes.
    SelectorKey,
    SelectorValue,
}

impl Place {
    const fn is_name(self) -> bool {
        matches!(self, Self::Name(_))
    }

    fn put(self, object: &mut Value, word: &str) {
        match self {
            Self::Name(old) => replace(object, &["name", "nodeName"], old, word),
            Self::Namespace(old) => {
                replace(object, &["namespace"], old, word);
                if object["kind"] == "Namespace" {
                    replace(object, &["name"], old, word);
                }
            }
            Self::Taint(field, old) => replace(object, &[field], old, word),
            Self::SelectorKey => add_selector(object, word, "v"),
            Self::SelectorValue => add_selector(object, "k", word),
        }
    }
}

fn replace(value: &mut Value, keys: &[&str], old: &str, new: &str) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|v| replace(v, keys, old, new)),
        Value::Object(map) => {
            for (key, value) in map {
                if keys.contains(&key.as_str()) && value == old {
                    *value = new.into();
                } else {
                    replace(value, keys, old, new);
                }
            }
        }
        _ => {}
    }
}

fn add_selector(object: &mut Value, key: &str, value: &str) {
    if object["kind"] == "DaemonSet" {
        object["spec"]["template"]["spec"]["nodeSelector"][key] = value.into();
    }
}

fn on_delete(objects: &mut [Value]) {
    let daemon_sets = objects.iter_mut().filter(|o| o["kind"] == "DaemonSet");
    daemon_sets
        .for_each(|ds| ds["spec"]["updateStrategy"] = serde_json::json!({"type": "OnDelete"}));
}

/// The objects of an example, which is read once.
fn example(file: &'static str) -> Vec<Value> {
    static READ: Mutex<BTreeMap<&str, Vec<Value>>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap();
    read.entry(file)
        .or_insert_with(|| read_example(file))
        .clone()
}

fn read_example(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join("docs/examples").join(file)).unwrap();
    let documents = serde_yaml::Deserializer::from_str(&text);
    let documents = documents.map(|d| Value::deserialize(d).unwrap());
    documents.flat_map(items).collect()
}

fn items(document: Value) -> Vec<Value> {
    match document["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![document],
    }
}

/// A question whose answer has commands with the word.
struct Case {
    objects: fn() -> Vec<Value>,
    on_delete: bool,
    place: Place,
    question: &'static [&'static str],
}

fn rollout() -> Vec<Value> {
    example("rollout.yaml")
}

fn takeover() -> Vec<Value> {
    example("takeover.yaml")
}

/// Two revisions of one template, which relabel pods.
fn duplicates() -> Vec<Value> {
    let mut dump = Dump::new(2, 1);
    let mut third = revision(3, "h3", &template("a:2"));
    third["metadata"]["name"] = "a-h3".into();
    dump.revisions.push(third);
    let labels = serde_json::json!({"app": "web"});
    dump.others.push(serde_json::json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}}},
    }));
    dump.objects()
}

const PLAN: &[&str] = &["plan", "--namespace=agents", "--", "edge-agent"];
const PLAN_IT: &[&str] = &["plan", "--namespace=agents", "--", WORD];
const ADOPT: &[&str] = &["adopt", "--namespace=agents", "--", "edge-agent"];
const BATCH: &[&str] = &["why", "--namespace=agents", "--", "edge-agent", "batch-1"];

const fn case(
    objects: fn() -> Vec<Value>,
    place: Place,
    question: &'static [&'static str],
) -> Case {
    Case {
        objects,
        on_delete: false,
        place,
        question,
    }
}

fn cases() -> Vec<Case> {
    let by_hand = |place, question| Case {
        on_delete: true,
        ..case(rollout, place, question)
    };
    vec![
        case(rollout, Place::Name("edge-agent"), PLAN_IT),
        by_hand(Place::Name("edge-agent"), PLAN_IT),
        by_hand(Place::Name("edge-agent-4hd9p"), PLAN),
        case(
            rollout,
            Place::Namespace("agents"),
            &["plan", "--namespace=placeholder", "--", "edge-agent"],
        ),
        by_hand(
            Place::Namespace("agents"),
            &["plan", "--namespace=placeholder", "--", "edge-agent"],
        ),
        case(rollout, Place::Name("edge-agent-x4g2r"), PLAN),
        case(rollout, Place::Name("worker-7"), PLAN),
        case(
            rollout,
            Place::Name("batch-1"),
            &["why", "--namespace=agents", "--", "edge-agent", WORD],
        ),
        case(rollout, Place::Taint("key", "dedicated"), BATCH),
        case(rollout, Place::Taint("value", "batch"), BATCH),
        case(rollout, Place::SelectorKey, BATCH),
        case(rollout, Place::SelectorValue, BATCH),
        case(takeover, Place::Name("edge-agent-trial"), ADOPT),
        case(takeover, Place::Name("edge-agent-v3x8d"), ADOPT),
        case(takeover, Place::Name("edge-agent-8rz4m"), ADOPT),
        case(
            takeover,
            Place::Namespace("agents"),
            &["adopt", "--namespace=placeholder", "--", "edge-agent"],
        ),
        case(duplicates, Place::Name("a"), &["adopt", "--", WORD]),
        case(duplicates, Place::Name("a-h2"), &["adopt", "a"]),
    ]
}

impl Case {
    /// Asks with the word in its place.
    fn ask(&self, word: &str, format: &str) -> Output {
        let mut objects = (self.objects)();
        if self.on_delete {
            on_delete(&mut objects);
        }
        objects.iter_mut().for_each(|o| self.place.put(o, word));
        let question = self.question.iter().map(|w| w.replace(WORD, word));
        let question: Vec<String> = question.collect();
        let mut args = vec!["--limit", "0", "-o", format];
        args.extend(question.iter().map(String::as_str));
        ask_about(&objects, &args)
    }

    /// The commands for a person with the word in its place.
    fn printed(&self, word: &str) -> Vec<String> {
        let output = self.ask(word, "table");
        let said = stdout(&output);
        assert!(output.status.success(), "{said}{}", stderr(&output));
        let lines = said.lines().map(|l| l.trim().trim_start_matches("$ "));
        let lines = lines.filter(|l| l.starts_with("kubectl "));
        lines.map(str::to_owned).collect()
    }

    /// Those of the report, for a program.
    fn reported(&self, word: &str) -> Vec<String> {
        let output = self.ask(word, "json");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut found = Vec::new();
        commands_of(&report, &mut found);
        found
    }
}

fn commands_of(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| commands_of(v, found)),
        Value::Object(map) => {
            found.extend(
                map.get("command")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            map.values().for_each(|v| commands_of(v, found));
            // All changes of a template are printed where they are more than one.
            let all = map.get("templatePatch").and_then(Value::as_str);
            let all = all.filter(|all| !found.iter().any(|one| one == all));
            found.extend(all.map(str::to_owned));
        }
        _ => {}
    }
}

fn ask_about(objects: &[Value], args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.json");
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": objects});
    fs::write(&file, list.to_string()).unwrap();
    let from = format!("--from={}", file.display());
    kubectl_ds(&[&[from.as_str()], args].concat(), &[])
}

/// A folder of its own, in which programs run that record what kubectl gets.
struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        Self { folder }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = format!(
            "{}:/usr/bin:/bin",
            root().join("tests/suite/shell").display()
        );
        command
            .current_dir(self.folder.path().join("work"))
            .env_clear()
            .env("PATH", path)
            .env("RECORD", self.folder.path().join("record"));
        command
    }

    /// What each kubectl got, once nothing else has left a trace.
    fn recorded(&self) -> Vec<Vec<String>> {
        let work = fs::read_dir(self.folder.path().join("work")).unwrap();
        let traces: Vec<_> = work.map(|entry| entry.unwrap().path()).collect();
        assert!(traces.is_empty(), "{traces:?}");
        let record = fs::read(self.folder.path().join("record")).unwrap_or_default();
        let record = String::from_utf8(record).unwrap();
        let mut words = record.split_terminator('\0').map(str::to_owned);
        let mut calls = Vec::new();
        while let Some(count) = words.next() {
            calls.push(words.by_ref().take(count.parse().unwrap()).collect());
        }
        calls
    }

    /// What each kubectl gets of commands that are pasted one after the other.
    fn pasted(commands: &[String]) -> Vec<Vec<String>> {
        let shell = Self::new();
        let lines = commands.join("\n");
        let output = shell.command("sh").args(["-c", &lines]).output().unwrap();
        let said = stderr(&output);
        assert!(
            output.status.success() && said.is_empty(),
            "{lines}: {said}"
        );
        shell.recorded()
    }
}

/// The words of a call as kubectl takes them: its flags with their values, then the
/// others, in which nothing is a flag any more. Each are in order: pods come by their names.
fn taken(call: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut flags, mut others) = (Vec::new(), Vec::new());
    let mut words = call.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--" => others.extend(words.by_ref().cloned()),
            "-n" | "-l" | "-p" | "-o" => flags.push(format!("{word} {}", words.next().unwrap())),
            long if long.starts_with("--namespace=") => {
                flags.push(long.replace("--namespace=", "-n "));
            }
            flag if flag.starts_with('-') => flags.push(flag.to_owned()),
            other => others.push(other.to_owned()),
        }
    }
    flags.sort();
    others.sort();
    (flags, others)
}

fn all_taken(calls: &[Vec<String>]) -> Vec<(Vec<String>, Vec<String>)> {
    let mut all: Vec<_> = calls.iter().map(|call| taken(call)).collect();
    all.sort();
    all
}

#[test]
fn each_command_hands_on_the_words_that_are_meant() {
    for case in cases() {
        let plain = Shell::pasted(&case.printed(WORD));
        let has_word = |call: &Vec<String>| call.iter().any(|w| w.contains(WORD));
        assert!(plain.iter().any(has_word), "{:?}: {plain:?}", case.question);
        for word in HOSTILE {
            let calls = Shell::pasted(&case.printed(word));
            let wanted = taken_with(&plain, word);
            assert_eq!(all_taken(&calls), wanted, "{word}: {:?}", case.question);
        }
    }
}

/// A program that hands them to a shell gets the same lines.
#[test]
fn the_commands_of_reports_are_those_that_are_printed() {
    // What a person is to do by hand is no remedy of a report.
    for case in cases().iter().filter(|case| !case.on_delete) {
        for word in ["$(touch PWN)", "--all"] {
            let (mut reported, mut printed) = (case.reported(word), case.printed(word));
            // A report's fields stand in the order of their names.
            reported.sort();
            printed.sort();
            assert_eq!(reported, printed, "{word}");
        }
    }
}

/// As [`all_taken`] of the plain calls, and the word put in only then.
fn taken_with(plain: &[Vec<String>], word: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let in_json = Value::from(word).to_string();
    let in_json = in_json[1..in_json.len() - 1].to_owned();
    let put_one = |text: &String| match text.starts_with("-p ") {
        true => text.replace(WORD, &in_json),
        false => text.replace(WORD, word),
    };
    let put = |words: Vec<String>| -> Vec<String> { words.iter().map(put_one).collect() };
    let all = plain.iter().map(|call| taken(call));
    let mut all: Vec<_> = all
        .map(|(flags, others)| {
            let (mut flags, mut others) = (put(flags), put(others));
            flags.sort();
            others.sort();
            (flags, others)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn what_can_not_be_handed_on_is_in_no_command() {
    for case in cases() {
        let plain = Shell::pasted(&case.printed(WORD));
        let has_word = |call: &Vec<String>| call.iter().any(|w| w.contains(WORD));
        // Of pods that are deleted one by one another is named.
        let is_other = |call: &Vec<String>| {
            case.on_delete && call.starts_with(&["delete".to_owned()]) && call.len() == 4
        };
        let left = plain.iter().filter(|c| !has_word(c) && !is_other(c));
        let left: Vec<_> = left.map(|call| taken(call)).collect();
        let is_asked = case.question.contains(&WORD);
        let no_names = NO_NAMES.iter().filter(|word| {
            // What is typed as KIND/NAME is another question.
            case.place.is_name() && !(is_asked && word.contains('/'))
        });
        for word in UNSAYABLE.iter().chain(no_names) {
            let calls = Shell::pasted(&case.printed(word));
            let calls = calls.iter().filter(|c| !is_other(c));
            let calls: Vec<_> = calls.map(|call| taken(call)).collect();
            let is_there = |call| calls.contains(call);
            assert!(left.iter().all(is_there), "{word:?}: {calls:?}");
            let mut words = calls
                .iter()
                .flat_map(|(flags, others)| flags.iter().chain(others));
            assert!(!words.any(|w| w.contains(word)), "{word:?}: {calls:?}");
        }
    }
}

/// What `near` offers is typed into a shell as well.
#[test]
fn hints_are_quoted_too() {
    let mut objects = rollout();
    let place = Place::Name("edge-agent");
    objects
        .iter_mut()
        .for_each(|o| place.put(o, "edge-agent;id"));
    let output = ask_about(&objects, &["why", "edge-agent", "-n", "agents"]);
    let said = stderr(&output);
    assert!(
        said.contains("did you mean `kubectl ds why 'edge-agent;id' -n agents"),
        "{said}"
    );
    let output = ask_about(&objects, &["why", "edge-agent;id"]);
    let said = stderr(&output);
    assert!(
        said.contains("write `kubectl ds why 'edge-agent;id' -n agents"),
        "{said}"
    );
    let node = Place::Name("worker-7");
    objects.iter_mut().for_each(|o| node.put(o, "$(id)"));
    let output = ask_about(&objects, &["why", "$(id)"]);
    let said = stderr(&output);
    assert!(
        said.contains("`kubectl ds node '$(id)' ") && said.contains("`kubectl ds why DS '$(id)' "),
        "{said}"
    );
    let output = ask_about(&objects, &["why", "$(id)", "edge-agent;id", "-n", "agents"]);
    let said = stderr(&output);
    assert!(
        said.contains("write `kubectl ds why 'edge-agent;id' '$(id)' -n agents"),
        "{said}"
    );
}
