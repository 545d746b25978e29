//! One manifest, one rule of the server that it breaks. That the server
//! refuses each was seen with `ValidateDaemonSet` (1.37.1).

use super::manifests::check;
use super::{GOOD, with};

#[test]
pub(super) fn names_and_labels() {
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
pub(super) fn selectors() {
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
            "stdin:18: `spec.template.metadata.labels` don't match `spec.selector`, which wants `app=agent`: they are `app=agnet`, `x=z`; make them agree",
        ),
        (
            with("    metadata:\n      labels:\n        app: agent\n", ""),
            "stdin:16: `spec.template.metadata.labels` don't match `spec.selector`, which wants `app=agent`: they are none; make them agree",
        ),
        (
            with(
                "    matchLabels:\n      app: agent\n",
                "    matchExpressions:\n    - {key: app, operator: In, values: [a, b]}\n",
            ),
            "stdin:18: `spec.template.metadata.labels` don't match `spec.selector`, which wants `app in (a, b)`: they are `app=agent`; make them agree",
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
pub(super) fn strategies() {
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
            "stdin:15: `spec.updateStrategy.rollingUpdate.maxSurge` and `maxUnavailable`, which is 1 where nothing is written, are both above 0: set one of them to 0",
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
pub(super) fn templates() {
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
            format!("{GOOD}        resources: {{requests: {{cpu: one}}}}\n"),
            "stdin:40: `spec.template.spec.containers[0].resources.requests[cpu]` is refused: `one` is no quantity: write it as 100m, 0.5, 200Mi or 1e3",
        ),
        (
            format!("{GOOD}        resources: {{limits: {{memory: -1Gi}}}}\n"),
            "stdin:40: `spec.template.spec.containers[0].resources.limits[memory]` is `-1Gi`, and it can't be below 0",
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
        "stdin:8: `spec.minReadySeconds` is -5, and it can't be below 0\nstdin:18: `spec.template.metadata.labels` don't match `spec.selector`, which wants `app=x`: they are `app=agent`; make them agree\nstdin:23: `spec.template.spec.restartPolicy` is `Never`; in a DaemonSet it can only be `Always`, which is also the default",
    )]);
}
