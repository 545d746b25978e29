//! What is read all the same, and what is said about it.

use super::{GOOD, read, with};

fn warnings(text: &str) -> Vec<String> {
    read(text).unwrap().warnings
}

#[test]
fn unknown_fields() {
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
        assert_eq!(warnings(&text), [expected]);
    }
}

#[test]
fn a_key_that_is_given_twice() {
    let text = with("disk: ssd", "disk: ssd\n        disk: hdd");
    let manifests = read(&text).unwrap();
    assert_eq!(
        manifests.warnings,
        [
            "stdin:23: `disk` is given twice, first on line 22; the last one counts, and kubectl refuses it"
        ]
    );
    let template = &manifests.manifests[0].daemon_set.raw_template;
    assert_eq!(template["spec"]["nodeSelector"]["disk"], "hdd");
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
            "stdin:47: skipped DaemonSet `other`, which is no DaemonSet"
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
            let manifests = super::read(&text).unwrap();
            assert_eq!(manifests.manifests.len(), 1);
            manifests.manifests[0].applied(None).unwrap();
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
