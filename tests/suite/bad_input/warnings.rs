//! What is read all the same, and what is said about it.

use super::{GOOD, applied, error, read, read_with, with};
use kubectl_ds::source::Validation;

#[test]
pub(super) fn unknown_fields() {
    let cases = [
        (
            with("nodeSelector:", "nodeSelectr:"),
            "stdin:21: unknown field `spec.template.spec.nodeSelectr`, which has no effect; did you mean `nodeSelector`?",
        ),
        (
            with(
                "  minReadySeconds: 5",
                "  nodeSelector: {disk: ssd}\n  minReadySeconds: 5",
            ),
            "stdin:8: unknown field `spec.nodeSelector`, which has no effect; it belongs into `spec.template.spec`",
        ),
        (
            with(
                "    spec:\n      nodeSelector:",
                "    tolerations: []\n    spec:\n      nodeSelector:",
            ),
            "stdin:20: unknown field `spec.template.tolerations`, which has no effect; it belongs into `spec.template.spec`",
        ),
        (
            with(
                "metadata:\n  name: agent\n  labels",
                "name: x\nmetadata:\n  name: agent\n  labels",
            ),
            "stdin:3: unknown field `name`, which has no effect; it belongs into `metadata`",
        ),
        (
            format!("{GOOD}        colour: red\n"),
            "stdin:40: unknown field `spec.template.spec.containers[0].colour`, which has no effect",
        ),
    ];
    for (text, expected) in cases {
        let warned = read_with(Validation::Warn, &text).unwrap();
        assert_eq!(warned.warnings, [expected]);
        let ignored = read_with(Validation::Ignore, &text).unwrap();
        assert_eq!(ignored.warnings, [""; 0]);
        let refused = expected.replace("has no effect", "the server refuses");
        let refused = match refused.contains(';') {
            true => refused,
            false => refused + "; `--validate=warn` drops it",
        };
        assert_eq!(error(&text), refused);
    }
}

/// All of them are said at once; as by the server, before any value is judged.
#[test]
fn unknown_fields_among_other_problems() {
    let text = with("nodeSelector:", "nodeSelectr:").replace("team: platform", "team: '-'")
        + "        colour: red\n";
    let message = error(&text);
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 2, "{message}");
    for (line, place) in lines.iter().zip(["stdin:21: ", "stdin:40: "]) {
        assert!(line.starts_with(place), "{message}");
    }
}

/// kubectl takes the last one, in YAML as in JSON, and says nothing.
#[test]
fn a_key_that_is_given_twice() {
    let two_kinds = with("metadata:\n  name", "kind: DaemonSet\nmetadata:\n  name");
    let value: serde_json::Value = serde_yaml::from_str(GOOD).unwrap();
    let json = serde_json::to_string_pretty(&value).unwrap();
    let line = json.lines().position(|l| l.contains("\"disk\"")).unwrap() + 1;
    let twice = json.replace("\"disk\": \"ssd\"", "\"disk\": \"hdd\",\n\"disk\": \"ssd\"");
    let cases = [
        (
            with("disk: ssd", "disk: hdd\n        disk: ssd"),
            "stdin:23: `disk` is given twice: kubectl takes line 23, not line 22".to_owned(),
        ),
        (
            two_kinds,
            "stdin:3: `kind` is given twice: kubectl takes line 3, not line 2; is a line `---` missing between two objects?".to_owned(),
        ),
        (
            twice,
            format!(
                "stdin:{0}: `disk` is given twice: kubectl takes line {0}, not line {line}",
                line + 1
            ),
        ),
    ];
    for (text, warning) in cases {
        let manifests = read(&text).unwrap();
        assert_eq!(manifests.warnings, [warning]);
        let template = &manifests.manifests[0].daemon_set.raw_template;
        assert_eq!(template["spec"]["nodeSelector"]["disk"], "ssd");
    }
}

#[test]
fn objects_of_other_kinds_are_skipped() {
    let text = format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: agent}}\n---\n{GOOD}---\n# nothing\n---\napiVersion: apps.kruise.io/v1alpha1\nkind: DaemonSet\nmetadata: {{name: other}}\n"
    );
    let manifests = read(&text).unwrap();
    assert_eq!(manifests.manifests.len(), 1);
    assert_eq!(
        manifests.warnings,
        [
            "stdin:1: skipped Service `agent`, which is no DaemonSet",
            "stdin:47: skipped DaemonSet `other` of `apps.kruise.io/v1alpha1`, which another controller runs"
        ]
    );
}

/// JSON, YAML in flow style, a list, anchors and merge keys.
#[test]
fn the_same_manifest_in_other_forms() {
    let plain = &read(GOOD).unwrap().manifests[0].daemon_set;
    let value: serde_json::Value = serde_yaml::from_str(GOOD).unwrap();
    let indented = GOOD.replace('\n', "\n  ");
    let tabs = serde_json::to_string_pretty(&value)
        .unwrap()
        .replace("  ", "\t");
    let anchors = with(
        "      app: agent\n  up",
        "      &app app: &agent agent\n  up",
    )
    .replace("        app: agent\n", "        *app : *agent\n");
    let merged = with(
        "    matchLabels:\n      app: agent\n",
        "    matchLabels: &labels\n      app: agent\n",
    )
    .replace(
        "      labels:\n        app: agent\n",
        "      labels:\n        <<: *labels\n",
    );
    let forms = [
        value.to_string(),
        serde_json::to_string_pretty(&value).unwrap(),
        tabs,
        format!("apiVersion: v1\nkind: List\nitems:\n- {indented}"),
        format!("\u{feff}---\n{GOOD}...\n"),
        GOOD.replace('\n', "\r\n"),
        "{apiVersion: apps/v1, ".to_owned()
            + value
                .to_string()
                .split_once("\"kind\"")
                .map(|(_, rest)| format!("\"kind\"{rest}"))
                .unwrap()
                .as_str(),
        anchors,
        merged,
    ];
    for form in forms {
        let manifests = read(&form).unwrap_or_else(|e| panic!("{e}\n{form}"));
        assert_eq!(manifests.warnings, [""; 0], "{form}");
        assert_eq!(manifests.manifests.len(), 1, "{form}");
        assert_eq!(&manifests.manifests[0].daemon_set, plain, "{form}");
    }
}

#[test]
fn null_is_what_nothing_is() {
    let text =
        with("team: platform", "team: ").replace("restartPolicy: Always", "restartPolicy: null");
    let ds = &read(&text).unwrap().manifests[0].daemon_set;
    assert_eq!(ds.object.metadata.labels.as_ref().unwrap()["team"], "");
}

/// Manifests as public documentation has them.
#[test]
fn manifests_of_the_scenarios() {
    let folder = std::path::Path::new("tests/e2e/manifests");
    let mut read = 0;
    for entry in folder.read_dir().unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        if !text.contains("\ntemplate:") {
            // One of them has a field of another place, for all that it shows.
            let manifests = read_with(Validation::Warn, &text).unwrap();
            assert_eq!(manifests.manifests.len(), 1);
            applied(&manifests.manifests[0], None).unwrap();
            read += 1;
        }
    }
    assert!(read >= 5, "{read}");
}

#[test]
fn comments_mean_nothing() {
    let commented: String = GOOD
        .lines()
        .map(|l| format!("# one\n{l} # two\n  # three\n"))
        .collect();
    let plain = &read(GOOD).unwrap().manifests[0].daemon_set;
    let commented = "# licence\n".repeat(500) + &commented;
    assert_eq!(&read(&commented).unwrap().manifests[0].daemon_set, plain);
}
