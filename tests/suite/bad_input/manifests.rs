//! One manifest, one thing wrong with it.

use super::{GOOD, error, with};

fn check(cases: &[(String, &str)]) {
    let failed: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (error(text), expected))
        .filter(|(message, expected)| message != *expected)
        .map(|(message, expected)| format!("got:      {message}\nexpected: {expected}\n"))
        .collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn what_it_is() {
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
            "the files hold no object, where a DaemonSet is wanted",
        ),
    ]);
}

#[test]
fn what_is_no_yaml() {
    check(&[
        (
            with("  selector:\n", "\tselector:\n"),
            "stdin:9: a tab indents this line, and YAML allows only spaces there: replace it",
        ),
        (
            with("  name: agent\n  labels", "  name: \"agent\n  labels"),
            "stdin:5: this is no YAML: invalid indentation in multiline quoted scalar; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            with("metadata:\n  name", "metadata: {\n  name"),
            "stdin:5: this is no YAML: while parsing a flow mapping, did not find expected ',' or '}'; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            with("  labels:\n    team", " labels:\n    team"),
            "stdin:5: this is no YAML: while parsing a block mapping, did not find expected key; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            with("[amd64]", "[amd64"),
            "stdin:37: this is no YAML: illegal placement of ':' indicator; check the indentation, quotes and brackets here and on the line before",
        ),
        (
            GOOD[..GOOD.len() / 2].to_owned(),
            "stdin:20: `spec.template.spec.containers` is missing: a pod has at least one",
        ),
        (
            GOOD[..GOOD.find("emplate:").unwrap()].to_owned(),
            "stdin:16: this is no YAML: simple key expected ':'; the file ends here: is it cut off?",
        ),
        (
            GOOD[..GOOD.find("late:").unwrap()].to_owned(),
            "stdin:16: this is no YAML: simple key expected ':'; the file ends here: is it cut off?",
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
            "stdin:6: this is no YAML: while parsing node, found unknown anchor; check the indentation, quotes and brackets here and on the line before",
        ),
    ]);
}

#[test]
fn where_it_stands() {
    check(&[
        (
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: fluentd-daemon\nspec:\n  selector:\n    matchLabels:\n      app: fluentd-daemon\ntemplate:\n   metadata:\n     labels:\n       app: fluentd-daemon\n   spec:\n      containers:\n      - name: fluentd-daemon\n        image: fluent/fluentd\n...\n".to_owned(),
            "stdin:9: `template` stands beside `spec`; indent it so that it is `spec.template`",
        ),
        (with("spec:\n  minReadySeconds", "spec:\nminReadySeconds"), "stdin:9: this is no YAML: mapping values are not allowed in this context; check the indentation, quotes and brackets here and on the line before"),
        (with("  selector:\n    matchLabels:\n      app: agent\n", ""), "stdin:7: `spec.selector` is missing, and `apps/v1` doesn't take it from the template's labels: add `selector: {matchLabels: {app: agent}}`"),
        (GOOD[..GOOD.find("  template:").unwrap()].to_owned(), "stdin:7: `spec.template` is missing: it says what the pods are"),
        (GOOD[..GOOD.find("spec:").unwrap()].to_owned(), "stdin:1: `spec` is missing: it holds the selector and the template"),
        (with("  name: agent\n  labels", "  labels"), "stdin:3: `metadata.name` is missing: it names the DaemonSet"),
        (GOOD[..GOOD.find("      containers:").unwrap()].to_owned(), "stdin:20: `spec.template.spec.containers` is missing: a pod has at least one"),
    ]);
}

#[test]
fn values_of_the_wrong_type() {
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

#[test]
fn names_and_labels() {
    check(&[
        (
            with("  name: agent\n  labels", "  name: Agent_1\n  labels"),
            "stdin:4: `metadata.name` is `Agent_1`, which is no name: it takes at most 253 lowercase letters, digits, `-` and `.`, and begins and ends with a letter or digit",
        ),
        (
            with(
                "  name: agent\n  labels",
                "  name: \"a\\e[31m\\u202eb\"\n  labels",
            ),
            "stdin:4: `metadata.name` is `a\\u{1b}[31m\\u{202e}b`, which is no name: it takes at most 253 lowercase letters, digits, `-` and `.`, and begins and ends with a letter or digit",
        ),
        (
            with(
                "  name: agent\n  labels",
                "  name: agent\n  namespace: a.b\n  labels",
            ),
            "stdin:5: `metadata.namespace` is `a.b`, which is no name: it takes at most 63 lowercase letters, digits and `-`, and begins and ends with a letter or digit",
        ),
        (
            with("team: platform", "team: \"-x\""),
            "stdin:6: `metadata.labels[team]` is refused: the value `-x` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
        ),
        (
            with("team: platform", "\"te am\": x"),
            "stdin:6: `metadata.labels[te am]` is refused: the key `te am` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
        ),
        (
            with("team: platform", "\"\\e[2Jteam\": x"),
            "stdin:6: `metadata.labels[\\u{1b}[2Jteam]` is refused: the key `\\u{1b}[2Jteam` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
        ),
        (
            with("disk: ssd", "disk: a/b"),
            "stdin:22: `spec.template.spec.nodeSelector[disk]` is refused: the value `a/b` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
        ),
    ]);
}

#[test]
fn selectors() {
    check(&[
        (
            with(
                "    matchLabels:\n      app: agent\n",
                "    matchLabels: {}\n",
            ),
            "stdin:9: `spec.selector` is empty, and would select every pod of the namespace: name labels that the template has",
        ),
        (
            with(
                "      labels:\n        app: agent\n",
                "      labels:\n        app: agnet\n        x: z\n",
            ),
            "stdin:9: `spec.selector` doesn't match the template's labels: it wants `app=agent`, and `spec.template.metadata.labels` has `app=agnet`, `x=z`; make them agree",
        ),
        (
            with("    metadata:\n      labels:\n        app: agent\n", ""),
            "stdin:9: `spec.selector` doesn't match the template's labels: it wants `app=agent`, and `spec.template.metadata.labels` has none; make them agree",
        ),
        (
            with(
                "    matchLabels:\n      app: agent\n",
                "    matchExpressions:\n    - {key: app, operator: In, values: [a, b]}\n",
            ),
            "stdin:9: `spec.selector` doesn't match the template's labels: it wants `app in (a, b)`, and `spec.template.metadata.labels` has `app=agent`; make them agree",
        ),
        (
            with(
                "    matchLabels:\n      app: agent\n",
                "    matchExpressions:\n    - {key: app, operator: Near}\n",
            ),
            "stdin:9: `spec.selector` can't be used: matchExpressions[0]: `Near` is no operator: use In, NotIn, Exists or DoesNotExist",
        ),
    ]);
}

#[test]
fn strategies() {
    let rolling = |text: &str| with("      maxUnavailable: 1\n", text);
    check(&[
        (
            with("type: RollingUpdate", "type: Recreate"),
            "stdin:13: `spec.updateStrategy.type` is `Recreate`; it can be `RollingUpdate` or `OnDelete`",
        ),
        (
            rolling("      maxUnavailable: 0\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` and `maxSurge` are both 0, so that nothing could ever roll: set one of them above 0",
        ),
        (
            rolling("      maxSurge: 1\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxSurge` is above 0, and so is `maxUnavailable`, which is 1 where nothing is written: add `maxUnavailable: 0`",
        ),
        (
            rolling("      maxSurge: 1\n      maxUnavailable: 10%\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxSurge` and `maxUnavailable` are both above 0: set one of them to 0",
        ),
        (
            rolling("      maxUnavailable: 0%\n      maxSurge: 0\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` and `maxSurge` are both 0, so that nothing could ever roll: set one of them above 0",
        ),
        (
            rolling("      maxUnavailable: 101%\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` is `101%`, and it can't be over 100%",
        ),
        (
            rolling("      maxUnavailable: -1\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` is -1, and it can't be below 0",
        ),
        (
            rolling("      maxUnavailable: ten\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` is `ten`, which is neither a whole number nor a percentage such as `10%`",
        ),
        (
            rolling("      maxUnavailable: \"1\"\n"),
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxUnavailable` is `1`, which is neither a whole number nor a percentage such as `10%`: write the number without quotes",
        ),
        (
            with("minReadySeconds: 5", "minReadySeconds: -1"),
            "stdin:8: `spec.minReadySeconds` is -1, and it can't be below 0",
        ),
        (
            with("minReadySeconds: 5", "revisionHistoryLimit: -1"),
            "stdin:8: `spec.revisionHistoryLimit` is -1, and it can't be below 0",
        ),
    ]);
}

#[test]
fn templates() {
    check(&[
        (
            with("restartPolicy: Always", "restartPolicy: OnFailure"),
            "stdin:23: `spec.template.spec.restartPolicy` is `OnFailure`; in a DaemonSet it can only be `Always`, which is also the default",
        ),
        (
            with("restartPolicy: Always", "activeDeadlineSeconds: 60"),
            "stdin:23: `spec.template.spec.activeDeadlineSeconds` can't be set in a DaemonSet, whose pods run for ever: take it out",
        ),
        (
            with("        image: registry.example/agent:1\n", ""),
            "stdin:38: `spec.template.spec.containers[0].image` is missing",
        ),
        (
            with(
                "      - name: agent\n        image",
                "      - name: Agent\n        image",
            ),
            "stdin:38: `spec.template.spec.containers[0].name` is `Agent`, which is no name: it takes at most 63 lowercase letters, digits and `-`, and begins and ends with a letter or digit",
        ),
        (
            format!("{GOOD}      - name: agent\n        image: x\n"),
            "stdin:40: `spec.template.spec.containers[1].name` is `agent`, and another container has that name",
        ),
        (
            format!(
                "{GOOD}        volumeMounts:\n        - name: proc\n          mountPath: /proc\n"
            ),
            "stdin:41: `spec.template.spec.containers[0].volumeMounts[0].name` is `proc`, and `spec.template.spec.volumes` has no volume of that name",
        ),
        (
            format!("{GOOD}        ports:\n        - containerPort: 70000\n"),
            "stdin:41: `spec.template.spec.containers[0].ports[0].containerPort` is 70000; a port is from 1 to 65535",
        ),
        (
            with(
                "      - key: dedicated\n        operator: Equal\n",
                "      - operator: Equal\n",
            ),
            "stdin:25: `spec.template.spec.tolerations[0]` has no `key`, which matches every taint only with `operator: Exists`: add a key or that operator",
        ),
        (
            with("operator: Equal", "operator: Exists"),
            "stdin:27: `spec.template.spec.tolerations[0].value` is `db`, and with `operator: Exists` there can be none: take it out, or write `operator: Equal`",
        ),
        (
            with("operator: Equal", "operator: Equals"),
            "stdin:26: `spec.template.spec.tolerations[0].operator` is `Equals`; it can be `Equal` or `Exists`",
        ),
        (
            with("effect: NoSchedule", "effect: NoStart"),
            "stdin:28: `spec.template.spec.tolerations[0].effect` is `NoStart`; it can be `NoSchedule`, `PreferNoSchedule` or `NoExecute`",
        ),
        (
            with(
                "effect: NoSchedule",
                "effect: NoSchedule\n        tolerationSeconds: 60",
            ),
            "stdin:29: `spec.template.spec.tolerations[0].tolerationSeconds` takes effect only with `effect: NoExecute`, and is refused without it",
        ),
        (
            with(
                "operator: In\n                values: [amd64]",
                "operator: Is\n                values: [amd64]",
            ),
            "stdin:35: `spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator` is `Is`; it can be `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`",
        ),
        (
            with("                values: [amd64]\n", ""),
            "stdin:34: `spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values` is missing: `In` takes at least one",
        ),
        (
            with("operator: In\n", "operator: Exists\n"),
            "stdin:36: `spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values` has to go: `Exists` takes none",
        ),
        (
            with("operator: In\n", "operator: Gt\n").replace("[amd64]", "[a, b]"),
            "stdin:36: `spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values` has 2 elements: `Gt` takes exactly one",
        ),
        (
            with("key: kubernetes.io/arch", "key: kubernetes.io/arch/x"),
            "stdin:34: `spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key` is refused: the key `kubernetes.io/arch/x` has more than one `/`",
        ),
        (
            with("matchExpressions", "matchFields"),
            "stdin:34: `spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key` is `kubernetes.io/arch`; the only field is `metadata.name`",
        ),
    ]);
}

/// Each on its own line, in the order of the lines.
#[test]
fn several_problems() {
    let text = with("restartPolicy: Always", "restartPolicy: Never")
        .replace("app: agent\n  up", "app: x\n  up");
    check(&[(
        text.replace("minReadySeconds: 5", "minReadySeconds: -5"),
        "stdin:8: `spec.minReadySeconds` is -5, and it can't be below 0\nstdin:9: `spec.selector` doesn't match the template's labels: it wants `app=x`, and `spec.template.metadata.labels` has `app=agent`; make them agree\nstdin:23: `spec.template.spec.restartPolicy` is `Never`; in a DaemonSet it can only be `Always`, which is also the default",
    )]);
}
