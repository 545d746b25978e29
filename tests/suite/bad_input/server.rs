//! Manifests that can be read and that the server refuses, each for one reason. That it
//! does was seen with `ValidateDaemonSet` (1.37.1).

use super::error;
use super::manifests::check;

/// A DaemonSet with `pod` as the `spec` of its template, which begins on line 9.
fn of(pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: agent}}\nspec:\n  selector: {{matchLabels: {{app: agent}}}}\n  template:\n    metadata: {{labels: {{app: agent}}}}\n    spec:\n{pod}\n"
    )
}

/// The same with these fields of the one container on line 12.
fn container(fields: &str) -> String {
    of(&format!(
        "      containers:\n      - name: c\n        image: i:1\n        {fields}"
    ))
}

/// The same with other fields of the pod on line 11.
fn pod(fields: &str) -> String {
    of(&format!(
        "      containers:\n      - {{name: c, image: \"i:1\"}}\n      {fields}"
    ))
}

#[test]
pub(super) fn what_was_met_first() {
    let file = |name: &str| {
        let path = format!("tests/suite/bad_input/refused/{name}.yaml");
        std::fs::read_to_string(path).unwrap()
    };
    check(&[
        (
            file("host-port-on-host-network"),
            "stdin:20: `spec.template.spec.containers[0].ports[0].hostPort` is 81; with `hostNetwork: true` it has to be 80, the `containerPort`, or go",
        ),
        (
            file("request-above-limit"),
            "stdin:20: `spec.template.spec.containers[0].resources.requests[cpu]` is `2`, above the limit of `1`",
        ),
        (
            file("extended-resource-without-limit"),
            "stdin:20: `spec.template.spec.containers[0].resources.requests[nvidia.com/gpu]` is `1` without a limit, and `nvidia.com/gpu` can't be shared: add a limit of `1`",
        ),
        (
            file("volume-of-two-sources"),
            "stdin:16: `spec.template.spec.volumes[0].hostPath` is a second source beside `emptyDir`: keep one of them",
        ),
        (
            file("port-name-twice"),
            "stdin:20: `spec.template.spec.containers[0].ports[1].name` is `a`, and another port of the container has that name",
        ),
    ]);
}

/// A template's may be below 0: only a pod's may not.
#[test]
fn what_the_server_accepts() {
    for text in [
        pod("terminationGracePeriodSeconds: -1"),
        pod("hostNetwork: true"),
        pod("volumes: [{name: a}]"),
        pod("tolerations: [{operator: Exists}]"),
        container("ports: [{containerPort: 80}, {containerPort: 80}]"),
        container("env: [{name: \"1 x\", value: z}]"),
        container("resources: {limits: {nvidia.com/gpu: 1}}"),
        container("resources: {requests: {kubernetes.io/batch-cpu: 1}}"),
        container("image: \" i \""),
        container("livenessProbe: {exec: {command: [a]}, successThreshold: 0}"),
    ] {
        let said = error(&text);
        assert!(said.starts_with("no error"), "{said}\n{text}");
    }
}

#[test]
pub(super) fn resources() {
    let at = "stdin:12: `spec.template.spec.containers[0].resources";
    for (resources, problem) in [
        (
            "requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}",
            ".requests[nvidia.com/gpu]` is `1` and the limit `2`, and `nvidia.com/gpu` can't be shared: make them equal",
        ),
        (
            "limits: {nvidia.com/gpu: 500m}",
            ".limits[nvidia.com/gpu]` is `500m`, and `nvidia.com/gpu` comes in whole numbers",
        ),
        (
            "limits: {hugepages-2Mi: 3Mi, cpu: 1}",
            ".limits[hugepages-2Mi]` is `3Mi`, which is no number of such pages",
        ),
        (
            "limits: {hugepages-2Mi: 4Mi}",
            "` have huge pages, which take `cpu` or `memory` beside them",
        ),
        (
            "limits: {cpus: 1}",
            ".limits[cpus]` is refused: `cpus` is no resource of a container: it takes `cpu`, `memory`, `ephemeral-storage`, `hugepages-SIZE` and names such as `example.com/device`",
        ),
        (
            "requests: {memory: -1Gi}",
            ".requests[memory]` is `-1Gi`, and it can't be below 0",
        ),
        (
            "claims: [{name: gpu}]",
            ".claims[0]` is `gpu`, and `spec.template.spec.resourceClaims` has no claim of that name",
        ),
    ] {
        let text = container(&format!("resources: {{{resources}}}"));
        assert_eq!(error(&text), format!("{at}{problem}"));
    }
}

#[test]
pub(super) fn containers() {
    let at = "stdin:12: `spec.template.spec.containers[0].";
    for (fields, problem) in [
        (
            "ports: [{containerPort: 80, name: HTTP}]",
            "ports[0].name` is `HTTP`, which is no name of a port: it takes at most 15 lowercase letters, digits and single `-` between them, at least one of them a letter",
        ),
        (
            "ports: [{containerPort: 80, protocol: tcp}]",
            "ports[0].protocol` is `tcp`; it can be `TCP`, `UDP` or `SCTP`",
        ),
        (
            "ports: [{name: a}]",
            "ports[0].containerPort` is 0; a port is from 1 to 65535",
        ),
        (
            "ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 80}]",
            "ports[1].hostPort` is 80, and another port of the pod has that on the host",
        ),
        (
            "imagePullPolicy: IfNotThere",
            "imagePullPolicy` is `IfNotThere`; it can be `Always`, `IfNotPresent` or `Never`",
        ),
        (
            "env: [{name: A=B}]",
            "env[0].name` is `A=B`, which is no name of a variable: it takes what ASCII can print, but no `=`",
        ),
        (
            "env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]",
            "env[0].valueFrom` stands beside `value`: keep one of them",
        ),
        (
            "env: [{name: A, valueFrom: {}}]",
            "env[0].valueFrom` has no source: add `fieldRef`, `configMapKeyRef` or another",
        ),
        (
            "env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.name}}}]",
            "env[0].valueFrom.fieldRef.fieldPath` is `spec.name`, which can't be used here",
        ),
        (
            "env: [{name: A, valueFrom: {secretKeyRef: {name: a}}}]",
            "env[0].valueFrom.secretKeyRef.key` is missing",
        ),
        (
            "envFrom: [{prefix: A}]",
            "envFrom[0]` has no source: add `configMapRef` or `secretRef`",
        ),
        (
            "livenessProbe: {periodSeconds: 5}",
            "livenessProbe` has no handler: add `exec`, `httpGet` or `tcpSocket`",
        ),
        (
            "readinessProbe: {exec: {command: [a]}, httpGet: {port: 80}}",
            "readinessProbe.httpGet` is a second handler beside `exec`: keep one of them",
        ),
        (
            "livenessProbe: {tcpSocket: {port: 0}}",
            "livenessProbe.tcpSocket.port` is 0; a port is from 1 to 65535",
        ),
        (
            "livenessProbe: {tcpSocket: {port: 80}, periodSeconds: -1}",
            "livenessProbe.periodSeconds` is -1, and it can't be below 0",
        ),
        (
            "startupProbe: {tcpSocket: {port: 80}, successThreshold: 2}",
            "startupProbe.successThreshold` is 2; for a startupProbe it can only be 1",
        ),
        (
            "lifecycle: {preStop: {}}",
            "lifecycle.preStop` has no handler: add `exec`, `httpGet` or `tcpSocket`",
        ),
        (
            "securityContext: {privileged: true, allowPrivilegeEscalation: false}",
            "securityContext.allowPrivilegeEscalation` can't be false beside `privileged: true`",
        ),
        (
            "securityContext: {runAsUser: -1}",
            "securityContext.runAsUser` is -1; it can be from 0 to 2147483647",
        ),
        (
            "securityContext: {seccompProfile: {type: Localhost}}",
            "securityContext.seccompProfile.localhostProfile` is missing: `type: Localhost` takes it",
        ),
        (
            "terminationMessagePolicy: Log",
            "terminationMessagePolicy` is `Log`; it can be `File` or `FallbackToLogsOnError`",
        ),
    ] {
        assert_eq!(error(container(fields)), format!("{at}{problem}"));
    }
}

#[test]
pub(super) fn volumes_and_what_mounts_them() {
    let mount = |mount: &str| {
        let volumes = "\n      volumes: [{name: a, emptyDir: {}}]";
        container(&format!("volumeMounts: [{mount}]{volumes}"))
    };
    let at = "stdin:12: `spec.template.spec.containers[0].volumeMounts[0].";
    for (text, problem) in [
        (
            mount("{name: a, mountPath: /a, mountPropagation: Bidirectional}"),
            "mountPropagation` can be `Bidirectional` only in a container with `securityContext.privileged: true`",
        ),
        (
            mount("{name: a, mountPath: /a, subPath: /b}"),
            "subPath` is `/b`, and it has to be a relative path without `..`",
        ),
        (mount("{name: a}"), "mountPath` is missing"),
        (
            mount("{name: b, mountPath: /b}"),
            "name` is `b`, and `spec.template.spec.volumes` has no volume of that name",
        ),
    ] {
        assert_eq!(error(text), format!("{at}{problem}"));
    }
    let at = "stdin:11: `spec.template.spec.volumes[0]";
    for (volume, problem) in [
        ("{hostPath: {path: /a}}", ".name` is missing"),
        (
            "{name: a, hostPath: {path: /a/../b}}",
            ".hostPath.path` is `/a/../b`, and it can't contain `..`",
        ),
        (
            "{name: a, hostPath: {path: /a, type: Dir}}",
            ".hostPath.type` is `Dir`; it can be `DirectoryOrCreate`, `Directory`, `FileOrCreate`, `File`, `Socket`, `CharDevice` or `BlockDevice`",
        ),
        (
            "{name: a, configMap: {name: a, defaultMode: 644}}",
            ".configMap.defaultMode` is 644; a mode is from 0 to 0777, which is 511 in decimal",
        ),
        (
            "{name: a, secret: {secretName: a, items: [{key: k, path: /p}]}}",
            ".secret.items[0].path` is `/p`, and it has to be a relative path without `..`",
        ),
        (
            "{name: a, projected: {sources: [{secret: {name: a}, configMap: {name: b}}]}}",
            ".projected.sources[0]` has several sources: make each an element of its own",
        ),
        (
            "{name: a, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 60}}]}}",
            ".projected.sources[0].serviceAccountToken.expirationSeconds` is 60; it can be from 600 to 4294967296",
        ),
    ] {
        let text = pod(&format!("volumes: [{volume}]"));
        assert_eq!(error(text), format!("{at}{problem}"));
    }
    let twice = pod("volumes: [{name: a}, {name: a}]");
    assert_eq!(
        error(twice),
        "stdin:11: `spec.template.spec.volumes[1].name` is `a`, and another volume has that name"
    );
}

#[test]
pub(super) fn the_pod_as_a_whole() {
    let at = "stdin:11: `spec.template.spec.";
    for (fields, problem) in [
        (
            "initContainers: [{name: c, image: i}]",
            "initContainers[0].name` is `c`, and another container has that name",
        ),
        (
            "initContainers: [{name: d, image: i, livenessProbe: {exec: {command: [a]}}}]",
            "initContainers[0].livenessProbe` can be set for an init container only with `restartPolicy: Always`",
        ),
        (
            "serviceAccountName: Agent",
            "serviceAccountName` is `Agent`, which is no name: it takes at most 253 lowercase letters, digits, `-` and `.`, and begins and ends with a letter or digit",
        ),
        (
            "hostAliases: [{ip: host}]",
            "hostAliases[0].ip` is `host`, which is no IP address",
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]",
            "topologySpreadConstraints[0].maxSkew` is 0, and it has to be at least 1",
        ),
        (
            "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}}",
            "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey` is missing",
        ),
        (
            "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}]}}",
            "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight` is 0; it can be from 1 to 100",
        ),
    ] {
        assert_eq!(error(pod(fields)), format!("{at}{problem}"));
    }
    let sysctl = pod(
        "hostNetwork: true\n      securityContext: {sysctls: [{name: net.core.somaxconn, value: \"1\"}]}",
    );
    assert_eq!(
        error(sysctl),
        "stdin:12: `spec.template.spec.securityContext.sysctls[0].name` is `net.core.somaxconn`, which is the host's with `hostNetwork: true`"
    );
    // Nothing of it is written: what it would be in is named.
    let said = error(pod("dnsPolicy: None"));
    assert_eq!(
        said,
        "stdin:8: `spec.template.spec.dnsConfig.nameservers` is missing: `dnsPolicy: None` takes at least one"
    );
}
