//! One manifest, one thing wrong with it.

use super::{GOOD, error, with};

pub(super) fn check(cases: &[(String, &str)]) {
    let failed: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (error(text), expected))
        .filter(|(message, expected)| message != *expected)
        .map(|(message, expected)| format!("got:      {message}\nexpected: {expected}\n"))
        .collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
pub(super) fn what_it_is() {
    check(&[
        (
            with("kind: DaemonSet", "kind: Deployment"),
            "stdin:1: this is Deployment `agent`, where a DaemonSet is wanted",
        ),
        (
            with("kind: DaemonSet", "kind: Daemonset"),
            "stdin:1: this is Daemonset `agent`, where a DaemonSet is wanted; did you mean `kind: DaemonSet`?",
        ),
        (
            with("kind: DaemonSet\n", ""),
            "stdin:1: the object has no `kind`: it begins with lines like `apiVersion: apps/v1` and `kind: DaemonSet`",
        ),
        (
            with("apiVersion: apps/v1\n", ""),
            "stdin:1: `apiVersion` is missing: write `apiVersion: apps/v1`",
        ),
        (
            with("apiVersion: apps/v1", "apiVersion: extensions/v1beta1"),
            "stdin:1: `extensions/v1beta1` has had no DaemonSet since Kubernetes 1.16: write `apiVersion: apps/v1`, which also wants a `spec.selector`",
        ),
        (
            with("apiVersion: apps/v1", "apiVersion: apps/v1beta2"),
            "stdin:1: `apps/v1beta2` has had no DaemonSet since Kubernetes 1.16: write `apiVersion: apps/v1`, which also wants a `spec.selector`",
        ),
        (
            with("apiVersion: apps/v1", "apiVersion: v1"),
            "stdin:1: `v1` has no DaemonSet: write `apiVersion: apps/v1`",
        ),
        (
            "hello world\n".to_owned(),
            "stdin:1: this is a string, where an object with `apiVersion` and `kind` is wanted",
        ),
        (
            "- a\n- b\n".to_owned(),
            "stdin:1: this is a list, where an object with `apiVersion` and `kind` is wanted",
        ),
        (
            "# nothing but a comment\n".to_owned(),
            "stdin:1: the file holds no object",
        ),
        (
            "apiVersion: v1\nkind: List\nitems: []\n".to_owned(),
            "the files contain no object, where a DaemonSet is wanted",
        ),
    ]);
}

#[test]
pub(super) fn what_is_no_yaml() {
    check(&[
        (
            with("  selector:\n", "\tselector:\n"),
            "stdin:9: a tab indents this line, and YAML allows only spaces there: replace it",
        ),
        (
            with("  name: agent\n  labels", "  name: \"agent\n  labels"),
            "stdin:4: invalid YAML: unclosed quote; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            with("metadata:\n  name", "metadata: {\n  name"),
            "stdin:5: invalid YAML: while parsing a flow mapping, did not find expected ',' or '}'; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            with("  labels:\n    team", " labels:\n    team"),
            "stdin:5: invalid YAML: while parsing a block mapping, did not find expected key; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            with("[amd64]", "[amd64"),
            "stdin:37: invalid YAML: illegal placement of ':' indicator; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            GOOD[..GOOD.len() / 2].to_owned(),
            "stdin:20: `spec.template.spec.containers` is missing: a pod has at least one",
        ),
        (
            GOOD[..GOOD.find("emplate:").unwrap()].to_owned(),
            "stdin:16: invalid YAML: simple key expected ':'; the file ends here: is it cut off?",
        ),
        (
            GOOD[..GOOD.find("late:").unwrap()].to_owned(),
            "stdin:16: invalid YAML: simple key expected ':'; the file ends here: is it cut off?",
        ),
        (
            "{\"apiVersion\": \"apps/v1\",\n \"kind\": \"Daem".to_owned(),
            "stdin:2: the file ends in the middle of a JSON value: it is cut off",
        ),
        (
            "{\"apiVersion\": \"apps/v1\",\n \"kind\" \"DaemonSet\"}".to_owned(),
            "stdin:2: this is no JSON: expected `:`",
        ),
        (
            with("team: platform", "team: *platform"),
            "stdin:6: invalid YAML: while parsing node, found unknown anchor; check the indentation, quotes and brackets here and on the line before",
        ),
    ]);
}

#[test]
pub(super) fn where_it_stands() {
    check(&[
        (
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: fluentd-daemon\nspec:\n  selector:\n    matchLabels:\n      app: fluentd-daemon\ntemplate:\n   metadata:\n     labels:\n       app: fluentd-daemon\n   spec:\n      containers:\n      - name: fluentd-daemon\n        image: fluent/fluentd\n...\n".to_owned(),
            "stdin:9: `template` stands beside `spec`; indent it so that it is `spec.template`",
        ),
        (with("spec:\n  minReadySeconds", "spec:\nminReadySeconds"), "stdin:9: invalid YAML: mapping values are not allowed in this context; check the indentation, quotes and brackets here and on the line before"),
        (with("  selector:\n    matchLabels:\n      app: agent\n", ""), "stdin:7: `spec.selector` is missing, and `apps/v1` doesn't take it from the template's labels: add `selector: {matchLabels: {app: agent}}`"),
        (GOOD[..GOOD.find("  template:").unwrap()].to_owned(), "stdin:7: `spec.template` is missing: it says what the pods are"),
        (GOOD[..GOOD.find("spec:").unwrap()].to_owned(), "stdin:1: `spec` is missing: it holds the selector and the template"),
        (with("  name: agent\n  labels", "  labels"), "stdin:3: `metadata.name` is missing: it names the DaemonSet"),
        (GOOD[..GOOD.find("      containers:").unwrap()].to_owned(), "stdin:20: `spec.template.spec.containers` is missing: a pod has at least one"),
    ]);
}

#[test]
pub(super) fn values_of_the_wrong_type() {
    check(&[
        (
            with("team: platform", "team: yes"),
            "stdin:6: `metadata.labels.team` is `yes`, which kubectl reads as the boolean true, where a string is wanted: quote it: \"yes\"",
        ),
        (
            with("team: platform", "team: y"),
            "stdin:6: `metadata.labels.team` is `y`, which kubectl reads as the boolean true, where a string is wanted: quote it: \"y\"",
        ),
        (
            with("disk: ssd", "disk: on"),
            "stdin:22: `spec.template.spec.nodeSelector.disk` is `on`, which kubectl reads as the boolean true, where a string is wanted: quote it: \"on\"",
        ),
        (
            with("disk: ssd", "disk: true"),
            "stdin:22: `spec.template.spec.nodeSelector.disk` is `true`, a boolean, where a string is wanted: quote it: \"true\"",
        ),
        (
            with("disk: ssd", "disk: 1.0"),
            "stdin:22: `spec.template.spec.nodeSelector.disk` is `1.0`, a number, where a string is wanted: quote it: \"1.0\"",
        ),
        (
            with("minReadySeconds: 5", "minReadySeconds: 99999999999"),
            "stdin:8: `spec.minReadySeconds` is `99999999999`, which is out of range: it takes -2147483648 to 2147483647",
        ),
        (
            with("minReadySeconds: 5", "minReadySeconds: \"5\""),
            "stdin:8: `spec.minReadySeconds` is the string `5` where a whole number is wanted: write it without quotes",
        ),
        (
            with("minReadySeconds: 5", "minReadySeconds: soon"),
            "stdin:8: `spec.minReadySeconds` is the string `soon` where a whole number is wanted",
        ),
        (
            with("minReadySeconds: 5", "minReadySeconds: 1.5"),
            "stdin:8: `spec.minReadySeconds` is `1.5`, a number, where a whole number is wanted",
        ),
        (
            with("minReadySeconds: 5", "minReadySeconds: [5]"),
            "stdin:8: `spec.minReadySeconds` is a list where a whole number is wanted",
        ),
        (
            with("maxUnavailable: 1", "maxUnavailable: true"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` is `true`, a boolean, where a whole number or a percentage is wanted",
        ),
        (
            with(
                "      - name: agent\n        image",
                "        name: agent\n        image",
            ),
            "stdin:37: `spec.template.spec.containers` is an object where a list is wanted",
        ),
        (
            with(
                "      nodeSelector:\n        disk: ssd",
                "      nodeSelector: ssd",
            ),
            "stdin:21: `spec.template.spec.nodeSelector` is the string `ssd` where an object is wanted",
        ),
        (
            with(
                "      containers:",
                "      hostNetwork: \"true\"\n      containers:",
            ),
            "stdin:37: `spec.template.spec.hostNetwork` is the string `true` where a boolean is wanted: write it without quotes",
        ),
        (
            with(
                "      containers:",
                "      hostNetwork: 1\n      containers:",
            ),
            "stdin:37: `spec.template.spec.hostNetwork` is `1`, a number, where a boolean is wanted",
        ),
    ]);
}
