//! Paths and whole files.

use std::fs;
use std::io::empty;
use std::path::Path;

use super::GOOD;
use crate::files::{open, options};
use kubectl_ds::source::Validation;
use kubectl_ds::source::manifest::{Manifests, read_manifests};

fn read(paths: &[&Path], recursive: bool) -> Result<Manifests, String> {
    let paths: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    read_manifests(&paths, recursive, "default", Validation::Strict, empty())
        .map_err(|e| e.to_string())
}

/// What `-f` and `--from` say about a file with `bytes`, without the folder's name.
fn errors(name: &str, bytes: &[u8]) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let text = path.display().to_string();
    let manifests = read(&[&path], false).unwrap_err();
    let files = open(&[&text], options()).unwrap_err().to_string();
    [manifests, files].map(|e| e.replace(&text, name))
}

#[test]
fn whole_files() {
    let nodes = "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: No";
    let cases: [(&str, &[u8], &str); 9] = [
        ("empty.yaml", b"", "empty.yaml: the file is empty"),
        ("blank.yaml", b" \n\n", "blank.yaml: the file is empty"),
        (
            "latin1.yaml",
            b"kind: DaemonSet\nmetadata:\n  name: caf\xe9\n",
            "latin1.yaml:3: byte 37 (0xe9) is no UTF-8: save the file as UTF-8 text",
        ),
        (
            "tab.yaml",
            b"kind: DaemonSet\nmetadata:\n\tname: a\n",
            "tab.yaml:3: a tab indents this line, and YAML allows only spaces there: replace it",
        ),
        (
            "notes.yaml",
            b"Dear operator,\n\nplease: do this: now\n",
            "notes.yaml:3: invalid YAML: mapping values are not allowed in this context; the file ends here: is it cut off?",
        ),
        (
            "words.yaml",
            b"Dear operator\n",
            "words.yaml:1: this is a string, where an object with `apiVersion` and `kind` is wanted",
        ),
        (
            "cut.yaml",
            nodes.as_bytes(),
            "cut.yaml:7: a list without `kind` after its items: the file is cut off",
        ),
        (
            "cut.json",
            br#"{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Nod"#,
            "cut.json:1: the file ends in the middle of a JSON value: it is cut off",
        ),
        (
            "bomb.yaml",
            b"a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n",
            "bomb.yaml:5: up to here the anchors and aliases of the file stand for more than 8 MiB: write the values out where they are needed",
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(errors(name, bytes), [expected, expected]);
    }
}

#[test]
fn a_missing_file() {
    let expected = "no-such-file.yaml: no such file or folder";
    assert_eq!(
        read(&[Path::new("no-such-file.yaml")], false).unwrap_err(),
        expected
    );
    assert_eq!(
        open(&["no-such-file.yaml"], options())
            .unwrap_err()
            .to_string(),
        expected
    );
    let url = open(&["https://example.com/ds.yaml"], options())
        .unwrap_err()
        .to_string();
    assert!(
        url.starts_with("https://example.com/ds.yaml: a URL isn't read here"),
        "{url}"
    );
}

#[test]
fn folders() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let none = format!("{path}: no *.yaml, *.yml or *.json file in this folder");
    assert_eq!(read(&[folder.path()], false).unwrap_err(), none);
    fs::write(folder.path().join("README.md"), "# nothing\n").unwrap();
    assert_eq!(read(&[folder.path()], true).unwrap_err(), none);
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    fs::write(below.join("ds.yml"), GOOD).unwrap();
    assert_eq!(
        read(&[folder.path()], false).unwrap_err(),
        format!("{none}; -R reads the folders in it too")
    );
    assert_eq!(read(&[folder.path()], true).unwrap().manifests.len(), 1);
    fs::write(folder.path().join("again.yaml"), GOOD).unwrap();
    assert_eq!(
        read(&[folder.path()], true).unwrap_err(),
        format!(
            "{path}/below/ds.yml:1: DaemonSet `default/agent` is also at {path}/again.yaml:1: keep one of them"
        )
    );
}

#[test]
fn stdin_is_read_once() {
    let paths = ["-".to_owned(), "-".to_owned()];
    let stdin = GOOD.as_bytes();
    let error = read_manifests(&paths, false, "default", Validation::Strict, stdin).unwrap_err();
    assert_eq!(error.to_string(), "-: stdin can be read only once");
}

#[test]
fn an_old_group_in_a_dump() {
    let text = GOOD.replace("apps/v1", "extensions/v1beta1");
    let error = crate::files::open_text(&text).unwrap_err().to_string();
    assert_eq!(
        error,
        "stdin:1: this DaemonSet is of `extensions/v1beta1`, which Kubernetes 1.16 removed: convert it to `apps/v1` (`kubectl get ds -o yaml` prints that, and `kubectl convert` makes it)"
    );
}

/// A manifest among the files: its parts have to stand where they belong.
#[test]
fn a_manifest_in_a_dump() {
    let misplaced = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: a\nspec:\n  selector: {}\ntemplate: {}\n";
    assert_eq!(
        crate::files::open_text(misplaced).unwrap_err().to_string(),
        "stdin:7: `template` stands beside `spec`; indent it so that it is `spec.template`"
    );
    assert_eq!(
        crate::files::open_text(GOOD)
            .unwrap()
            .all()
            .daemon_sets
            .len(),
        1
    );
}
