//! The forms in which people have dumps, besides what kubectl prints.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kubectl_ds::source::files::Files;
use kubectl_ds::source::{ObjectName, Question, Scope, Source, Subject};

use super::{DUMP, dump_as_json, open_text, options, print};
use crate::binary::{kubectl_ds, stderr, stdout};

/// As Windows PowerShell writes what `>` sends to a file.
pub(crate) fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    text.encode_utf16().flat_map(unit).collect()
}

fn read(bytes: &[u8], chunk: usize) -> Result<String, String> {
    let mut options = options();
    options.chunk = Some(chunk);
    let files = Files::open(&["-".to_owned()], options, bytes);
    files.map(|f| print(&f)).map_err(|e| e.to_string())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn utf16_is_read_as_utf8_is() {
    let accents = DUMP.replace("agent", "agént😀");
    for text in [accents, dump_as_json()] {
        let whole = print(&open_text(&text).unwrap());
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes = utf16(&text, unit);
            for chunk in [1, 7, 1000, bytes.len() * 2] {
                assert_eq!(read(&bytes, chunk).as_ref(), Ok(&whole), "{chunk}");
            }
            assert_eq!(read(&gzip(&bytes), 1000).as_ref(), Ok(&whole));
            // `iconv -t UTF-16LE` writes no mark.
            assert_eq!(read(&bytes[2..], 1000).as_ref(), Ok(&whole));
        }
    }
}

#[test]
fn the_lines_of_utf16_are_counted() {
    let wrong = DUMP.replace("    generation: 2", "    generation: x");
    assert_ne!(wrong, DUMP);
    let as_utf8 = open_text(&wrong).unwrap_err().to_string();
    let bytes = utf16(&wrong, u16::to_le_bytes);
    assert_eq!(read(&bytes, 1000).unwrap_err(), as_utf8);
    let whole = utf16(DUMP, u16::to_le_bytes);
    assert_eq!(
        read(&whole[..whole.len() - 1], 1000).unwrap_err(),
        "stdin: its UTF-16 text ends in the middle of a character: the file is cut off"
    );
}

#[test]
fn a_node_file_of_powershell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.yaml.gz");
    let node = fs::read_to_string("docs/examples/node.yaml").unwrap();
    fs::write(&path, gzip(&utf16(&node, u16::to_le_bytes))).unwrap();
    let ask = |file: &str| {
        let dump = "docs/examples/incident.yaml";
        let output = kubectl_ds(&["node", "--node-file", file, "--from", dump], &[]);
        assert_eq!(stderr(&output), "");
        stdout(&output)
    };
    assert_eq!(ask(path.to_str().unwrap()), ask("docs/examples/node.yaml"));
}

const MESSAGE: &str = "Error from server (Forbidden): events is forbidden: User \"x\" cannot list resource \"events\" in API group \"\" at the cluster scope";

/// `2>&1` puts kubectl's messages among the objects: after them, or before.
#[test]
fn messages_of_kubectl_are_said_as_what_they_are() {
    let lines = |text: &str| text.lines().count();
    let json = dump_as_json();
    let missing = "error: the server doesn't have a resource type \"foo\"";
    let cases = [
        (format!("{DUMP}{MESSAGE}\n"), lines(DUMP) + 1, MESSAGE),
        (format!("{MESSAGE}\n{DUMP}"), 1, MESSAGE),
        (format!("{json}\n{MESSAGE}\n"), lines(&json) + 1, MESSAGE),
        (format!("{MESSAGE}\n{json}\n"), 1, MESSAGE),
        // It would pass for a key of the list.
        (format!("{DUMP}{missing}\n"), lines(DUMP) + 1, missing),
    ];
    for (text, line, message) in cases {
        let expected = format!(
            "stdin:{line}: kubectl's message `{message}` stands among the objects: delete this line, or dump again without `2>&1`; what kubectl couldn't read isn't in the file"
        );
        for chunk in [500, text.len() * 2] {
            let found = read(text.as_bytes(), chunk).unwrap_err();
            assert_eq!(found, expected, "by {chunk}");
        }
    }
}

#[test]
fn nothing_but_a_message_of_kubectl() {
    for message in [
        MESSAGE,
        "error: You must be logged in to the server (Unauthorized)",
        "No resources found",
        "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout",
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
    ] {
        assert_eq!(
            open_text(&format!("{message}\n")).unwrap_err().to_string(),
            format!("stdin:1: kubectl failed, and the file holds its message alone: `{message}`")
        );
    }
}

const NODE: &str = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n";

/// What `kubectl get ds -A` prints where there is none, which could be of any kind.
const NOTHING: [&str; 3] = [
    "apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: \"\"\n",
    "apiVersion: v1\nkind: List\nitems:\n",
    "{\"apiVersion\": \"v1\", \"items\": [], \"kind\": \"List\"}",
];

#[test]
fn a_list_of_nothing_may_be_of_any_kind() {
    let why = "the files contain no DaemonSet objects, and an empty `List` doesn't say of what kind there are none; `kubectl get --raw /apis/apps/v1/daemonsets` does";
    for nothing in NOTHING {
        let files = open_text(&format!("{NODE}---\n{nothing}")).unwrap();
        let all = Subject::DaemonSets {
            namespace: None,
            selector: None,
        };
        let snapshot = files.ask(&Question::new(all, Scope::AllNodes)).unwrap();
        assert_eq!(snapshot.daemon_sets.len(), 0);
        let mut unread = snapshot.incomplete.iter();
        let unread = unread.find(|i| i.resource == "daemonsets").unwrap();
        assert_eq!(unread.why, why);
        let one = Subject::DaemonSet(ObjectName {
            namespace: "default".to_owned(),
            name: "agent".to_owned(),
        });
        let problem = files.ask(&Question::new(one, Scope::AllNodes)).unwrap_err();
        assert_eq!(problem.to_string(), why);
    }
    let without = open_text(NODE).unwrap();
    assert!(
        without
            .all()
            .incomplete
            .iter()
            .all(|i| i.resource != "daemonsets")
    );
}

#[test]
fn no_daemon_sets_are_found_where_a_list_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.yaml");
    fs::write(&file, format!("{NODE}---\n{}", NOTHING[0])).unwrap();
    let ask = |args: &[&str]| {
        let from = ["--from", file.to_str().unwrap()];
        kubectl_ds(&[args, &from].concat(), &[])
    };
    let table = ask(&["why", "-A"]);
    assert_eq!(table.status.code(), Some(3));
    let text = stdout(&table);
    assert!(text.starts_with("No DaemonSets found.\n\nincomplete: couldn't read daemonsets: "));
    assert!(!text.contains("ControllerRevision"), "{text}");
    for format in ["json", "name"] {
        let output = ask(&["why", "-A", "-o", format]);
        assert_eq!(output.status.code(), Some(3));
        let warning = stderr(&output);
        assert!(
            warning.starts_with("warning: couldn't read daemonsets: "),
            "{warning}"
        );
    }
}

const KRUISE: &str = "apiVersion: apps.kruise.io/v1alpha1\nkind: DaemonSet\nmetadata: {name: agent, namespace: logging}\nspec: {}\n";

#[test]
fn daemon_sets_of_other_controllers_are_named() {
    let files = open_text(&format!("{DUMP}---\n{KRUISE}")).unwrap();
    assert_eq!(files.all().daemon_sets.len(), 1);
    assert_eq!(
        files.all().notes,
        ["skipped 1 DaemonSet of `apps.kruise.io/v1alpha1`, which another controller runs"]
    );
    let files = open_text(KRUISE).unwrap();
    let all = Subject::DaemonSets {
        namespace: None,
        selector: None,
    };
    let problem = files.ask(&Question::new(all, Scope::AllNodes)).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "the files contain no DaemonSet objects of `apps/v1`, only of `apps.kruise.io/v1alpha1`, which another controller runs; add them with `kubectl get ds -A -o yaml`"
    );
}

#[test]
fn daemon_sets_of_versions_that_have_none() {
    let of = |version: &str| {
        let text = KRUISE.replace("apps.kruise.io/v1alpha1", version);
        open_text(&text).unwrap_err().to_string()
    };
    assert_eq!(
        of("apps/v2"),
        "stdin:1: this DaemonSet is of `apps/v2`, which has none: `kubectl get ds -o yaml` prints `apps/v1`"
    );
    assert!(
        of("extensions/v1beta1").contains("`extensions/v1beta1`, which Kubernetes 1.16 removed")
    );
    assert_eq!(
        of("\"\""),
        "stdin:1: this DaemonSet has no `apiVersion`: write `apiVersion: apps/v1`"
    );
}
