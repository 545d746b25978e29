//! What kubelet, runtime and CNI say of pods that can't start or keep ending, as it is
//! published: the failure by its code, and what is advised by its kind and command.

use serde_json::{Value, json};

use crate::binary::ask;
use crate::states::{counters, daemon_set, node, pod, ready, revision};

const NOW: &str = "2026-01-02T12:00:00Z";

/// Two nodes of each architecture with a pod each; those of `arm64` have `status`, of which
/// `message` is told by an event of the kubelet for `reason`.
pub(crate) fn mixed(status: &Value, event: Option<(&str, &str)>, template: &Value) -> Vec<Value> {
    let ds = daemon_set(&json!({}), template, &counters(4, 0, 1));
    let mut objects = vec![revision(&ds), ds];
    for (name, arch, status) in [
        ("amd-1", "amd64", &ready()),
        ("amd-2", "amd64", &ready()),
        ("arm-1", "arm64", status),
        ("arm-2", "arm64", status),
    ] {
        let labels = json!({"kubernetes.io/os": "linux", "kubernetes.io/arch": arch});
        objects.push(node(name, &labels, &json!([])));
        objects.push(pod(&format!("p-{name}"), name, status));
    }
    for name in ["p-arm-1", "p-arm-2"] {
        objects.extend(event.map(|(reason, message)| warning("Pod", name, reason, message, 3)));
    }
    objects
}

pub(crate) fn warning(kind: &str, name: &str, reason: &str, message: &str, count: i32) -> Value {
    json!({"apiVersion": "v1", "kind": "Event", "type": "Warning",
        "metadata": {"name": format!("{name}.{reason}{count}"), "namespace": "default"},
        "involvedObject": {"kind": kind, "namespace": "default", "name": name},
        "reason": reason, "message": message, "count": count,
        "firstTimestamp": "2026-01-02T10:00:00Z", "lastTimestamp": NOW})
}

/// A pod whose container waits for `reason`.
pub(crate) fn waiting(reason: &str, message: &str) -> Value {
    container(
        &json!({"waiting": {"reason": reason, "message": message}}),
        &json!({}),
        0,
    )
}

/// One whose container ends again and again.
fn crashing(reason: &str, code: i32, message: &str) -> Value {
    let ended = json!({"terminated": {"reason": reason, "exitCode": code, "message": message,
        "finishedAt": "2026-01-02T11:55:00Z"}});
    container(
        &json!({"waiting": {"reason": "CrashLoopBackOff"}}),
        &ended,
        7,
    )
}

fn container(state: &Value, last: &Value, restarts: i32) -> Value {
    json!({"phase": "Running",
        "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-02T10:00:00Z"}],
        "containerStatuses": [{"name": "agent", "ready": false, "restartCount": restarts,
            "state": state, "lastState": last}]})
}

pub(crate) fn asked(objects: &[Value], question: &str) -> Value {
    let (_, out, err) = ask(objects, &format!("{question} -o json"));
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"))
}

/// The steps of a report by their kinds.
pub(crate) fn kinds(report: &Value) -> Vec<&str> {
    let steps = report["next"].as_array().map(Vec::as_slice);
    let steps = steps.unwrap_or_default().iter();
    steps.map(|step| step["kind"].as_str().unwrap()).collect()
}

fn first_command(report: &Value) -> &str {
    report["next"][0]["command"].as_str().unwrap_or_default()
}

#[test]
fn an_image_is_for_another_platform_only_where_that_was_read() {
    let pull = "Back-off pulling image \"r/a\": ErrImagePull: ";
    let cases = [
        (crashing("Error", 1, "exec /agent: exec format error"), true),
        (
            waiting(
                "ImagePullBackOff",
                &format!(
                    "{pull}no matching manifest for linux/arm64/v8 in the manifest list entries"
                ),
            ),
            true,
        ),
        (
            waiting(
                "ImagePullBackOff",
                &format!(
                    "{pull}choosing image instance: no image found in image index for architecture \"arm64\", variant \"v8\", OS \"linux\""
                ),
            ),
            true,
        ),
        (
            waiting(
                "ImagePullBackOff",
                &format!(
                    "{pull}unexpected status from HEAD request to https://r/v2/a: 403 Forbidden"
                ),
            ),
            false,
        ),
        (crashing("OOMKilled", 137, ""), false),
        (
            crashing("Error", 1, "open /data/meta.json: permission denied"),
            false,
        ),
        (crashing("Error", 255, ""), false),
    ];
    for (status, is_advised) in cases {
        let report = asked(&mixed(&status, None, &json!({})), "why a");
        assert_eq!(report["causes"][0]["shared"][0]["value"], "arm64");
        let kinds = kinds(&report);
        assert_eq!(kinds.contains(&"KeepTo"), is_advised, "{status}");
    }
}

#[test]
fn what_an_event_says_is_read_whether_or_not_others_are_combined_in_it() {
    let starting = waiting("ContainerCreating", "");
    let setup = "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"a8\": plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to container";
    for message in [
        setup.to_owned(),
        format!("(combined from similar events): {setup}"),
    ] {
        let event = Some(("FailedCreatePodSandBox", message.as_str()));
        let report = asked(&mixed(&starting, event, &json!({})), "why a");
        let cause = &report["causes"][0];
        assert_eq!(cause["warning"]["failure"], "NoAddress", "{report}");
    }
}

#[test]
fn pods_that_failed_are_counted_where_events_of_several_nodes_are_combined() {
    let rejected = json!({"phase": "Failed", "reason": "SysctlForbidden",
        "message": "Pod was rejected: forbidden sysctl: \"net.core.somaxconn\" not allowlisted"});
    let event = |message: &str, count| warning("DaemonSet", "a", "FailedDaemonPod", message, count);
    let alone = "Found failed daemon pod default/p-arm-1 on node arm-1, will try to kill it";
    let combined = "(combined from similar events): Found failed daemon pod default/p-arm-2 on node arm-2, will try to kill it";
    let mut objects = mixed(&rejected, None, &json!({}));
    objects.push(event(alone, 2));
    let repeats = |objects: &[Value], node: &str| {
        let report = asked(objects, &format!("why a {node}"));
        let reasons = report["nodes"][0]["reasons"].as_array().unwrap();
        let failed = reasons.iter().find(|r| r["code"] == "PodFailed").unwrap();
        failed["repeats"].clone()
    };
    assert_eq!(repeats(&objects, "arm-1"), 2);
    objects.push(event(combined, 74));
    // How many of them were on a node isn't known any more.
    assert_eq!(repeats(&objects, "arm-1"), Value::Null);
    let (_, out, _) = ask(&objects, "why a");
    assert!(out.contains("76 pods of the DaemonSet"), "{out}");
    let report = asked(&objects, "why a");
    assert!(kinds(&report).contains(&"AllowSysctl"), "{report}");
}

#[test]
fn what_shows_more_and_what_repairs_it_follow_what_was_said() {
    let claim = json!({"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]});
    let mount = |why: &str| format!("MountVolume.SetUp failed for volume \"v\" : {why}");
    let starting = || waiting("ContainerCreating", "");
    let cases = [
        (
            waiting("CreateContainerConfigError", "secret \"token\" not found"),
            None,
            "MissingObject",
            "kubectl get secrets -n default",
            None,
        ),
        (
            waiting(
                "CreateContainerConfigError",
                "couldn't find key api-key in Secret default/token",
            ),
            None,
            "MissingKey",
            "kubectl describe secret token -n default",
            None,
        ),
        (
            waiting(
                "CreateContainerConfigError",
                "container has runAsNonRoot and image will run as root (pod: \"p_default(5a)\", container: agent)",
            ),
            None,
            "RunsAsRoot",
            "kubectl describe pod p-arm-1 -n default",
            Some("SetUser"),
        ),
        (
            starting(),
            Some((
                "FailedMount",
                mount("hostPath type check failed: /var/run/docker.sock is not a socket file"),
            )),
            "NoHostPath",
            "kubectl describe pod p-arm-1 -n default",
            Some("ProvidePath"),
        ),
        (
            starting(),
            Some((
                "FailedMount",
                mount(
                    "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name s.csi.k8s.io not found in the list of registered CSI drivers",
                ),
            )),
            "NoDriver",
            "kubectl get csinode arm-1 -o yaml",
            None,
        ),
        (
            starting(),
            Some((
                "FailedAttachVolume",
                "Multi-Attach error for volume \"pvc-0c4f\" Volume is already used by pod(s) x"
                    .to_owned(),
            )),
            "AttachedElsewhere",
            "kubectl describe pvc data -n default",
            Some("ShareVolume"),
        ),
        (
            crashing(
                "StartError",
                128,
                "failed to create containerd task: path / is mounted on / but it is not a shared or slave mount",
            ),
            None,
            "NotShared",
            "kubectl describe pod p-arm-1 -n default",
            Some("ShareMount"),
        ),
    ];
    for (status, event, failure, command, repair) in cases {
        let event = event
            .as_ref()
            .map(|(reason, message)| (*reason, message.as_str()));
        let report = asked(&mixed(&status, event, &claim), "why a");
        let cause = &report["causes"][0];
        let found = [&cause["reason"]["failure"], &cause["warning"]["failure"]];
        assert!(found.iter().any(|f| **f == failure), "{failure}: {cause}");
        assert_eq!(first_command(&report), command, "{failure}");
        let kinds = kinds(&report);
        let repaired = repair.is_none_or(|repair| kinds.contains(&repair));
        assert!(repaired, "{failure}: {kinds:?}");
    }
}

#[test]
fn only_of_a_container_that_ran_are_there_logs() {
    let logs = |status: &Value| {
        let report = asked(&mixed(status, None, &json!({})), "why a");
        first_command(&report).starts_with("kubectl logs")
    };
    assert!(logs(&crashing("Error", 1, "")));
    for status in [
        crashing("StartError", 128, "no such device"),
        crashing("ContainerCannotRun", 128, "no such device"),
        waiting("RunContainerError", "no such device"),
        waiting("CreateContainerError", "no such device"),
    ] {
        assert!(!logs(&status), "{status}");
    }
}

fn limited() -> Value {
    json!({"containers": [{"name": "agent", "image": "r/a", "resources": {"limits": {"memory": "200Mi"}}}]})
}

/// The command that raises a memory limit.
fn raised(report: &Value) -> &str {
    let steps = report["next"].as_array().unwrap();
    let step = steps.iter().find(|step| step["kind"] == "RaiseMemoryLimit");
    let step = step.unwrap_or_else(|| panic!("{steps:?}"));
    step["command"].as_str().unwrap()
}

const RAISED: &str = "kubectl set resources daemonset a -n default -c agent --limits=memory=400Mi";

#[test]
fn a_container_that_is_killed_for_want_of_memory_gets_more() {
    let killed = crashing("OOMKilled", 137, "");
    let report = asked(&mixed(&killed, None, &limited()), "why a");
    assert_eq!(raised(&report), RAISED);
    // Without a limit it is the node that has too little.
    let report = asked(&mixed(&killed, None, &json!({})), "why a");
    assert!(!kinds(&report).contains(&"RaiseMemoryLimit"), "{report}");
}

#[test]
fn pods_that_restart_again_and_again_are_spoken_of_and_clean_all_the_same() {
    let restarted = |restarts: i32, ended: &str| {
        let mut status = ready();
        status["containerStatuses"] = json!([{"name": "agent", "ready": true,
            "restartCount": restarts, "state": {"running": {}},
            "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": ended}}}]);
        status
    };
    let objects = |status: &Value| {
        let mut objects = mixed(status, None, &limited());
        objects.push(warning("Pod", "other", "Tick", "", 1));
        objects
    };
    let often = objects(&restarted(33, "2026-01-02T11:52:00Z"));
    let report = asked(&often, "why a");
    assert_eq!(report["clean"], true);
    assert_eq!(report["findings"][0]["code"], "RestartsAgainAndAgain");
    assert_eq!(report["findings"][0]["containerEnd"], "OutOfMemory");
    assert!(first_command(&report).ends_with("-c agent --previous"));
    assert_eq!(raised(&report), RAISED);
    for question in [
        "why a",
        "why a arm-1",
        "why -A",
        "why -A --problems",
        "node arm-1",
    ] {
        let (code, out, err) = ask(&often, question);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.starts_with('▲'), "{question}: {out}");
    }
    for status in [
        restarted(4, "2026-01-02T11:52:00Z"),
        restarted(33, "2026-01-02T10:52:00Z"),
    ] {
        let few = objects(&status);
        assert_eq!(asked(&few, "why a")["findings"], json!([]));
        let (_, out, _) = ask(&few, "why a");
        assert!(out.starts_with('✓'), "{out}");
    }
}

#[test]
fn what_all_pods_of_a_node_need_is_named_where_it_is_broken_too() {
    let mut objects = mixed(&crashing("Error", 1, ""), None, &json!({}));
    let critical = json!({"priorityClassName": "system-node-critical"});
    for (name, template) in [("proxy", &critical), ("extra", &json!({}))] {
        let mut ds = daemon_set(
            &json!({"name": name, "uid": name}),
            template,
            &counters(4, 0, 1),
        );
        ds["spec"]["selector"] = json!({"matchLabels": {"app": name}});
        ds["spec"]["template"]["metadata"] = json!({"labels": {"app": name}});
        objects.push(ds);
    }
    let report = asked(&objects, "why a arm-1");
    let proxy = json!([{"namespace": "default", "name": "proxy"}]);
    assert_eq!(report["alsoBroken"], proxy);
    assert_eq!(asked(&objects, "why a amd-1")["alsoBroken"], Value::Null);
}

/// What people read first of each: one clause with its cause, no longer than a breath.
#[test]
fn first_lines_name_the_cause() {
    let starting = || waiting("ContainerCreating", "");
    let rejected = |reason: &str, why: &str| json!({"phase": "Failed", "reason": reason, "message": format!("Pod was rejected: {why}")});
    let pull = |why: &str| {
        waiting(
            "ImagePullBackOff",
            &format!("Back-off pulling image \"r/a\": ErrImagePull: {why}"),
        )
    };
    let mount = |why: &str| Some(format!("MountVolume.SetUp failed for volume \"v\" : {why}"));
    let cases = [
        (crashing("StartError", 128, "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: unable to setup user: resource temporarily unavailable: unknown"), "", None),
        (crashing("StartError", 128, "runc create failed: error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: initialization error: nvml error: driver not loaded: unknown"), "", None),
        (crashing("Error", 1, "I0102 11:55:00.1       1 main.go:1] \"Starting\"\nE0102 11:55:01.1       1 main.go:9] \"Failed to initialize\" err=\"no such host\"\n"), "", None),
        (crashing("Error", 1, "Exiting: open /data/meta.json: permission denied\n"), "", None),
        (waiting("CreateContainerConfigError", "couldn't find key api-key in Secret default/token"), "", None),
        (waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root (pod: \"p_default(5a)\", container: agent)"), "", None),
        (pull("failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/r/a: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit"), "", None),
        (pull("failed to extract layer sha256:07c3: write /var/lib/containerd/tmp: no space left on device"), "", None),
        (starting(), "FailedMount", mount("hostPath type check failed: /var/lib/docker/containers is not a directory")),
        (starting(), "FailedMount", mount("configmap \"agent\" not found")),
        (starting(), "FailedCreatePodSandBox", Some("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for \"nvidia\" is configured".to_owned())),
        (starting(), "FailedCreatePodSandBox", Some("(combined from similar events): Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"22\": plugin type=\"flannel\" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory".to_owned())),
        (starting(), "FailedCreatePodSandBox", Some("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"4f\": plugin type=\"calico\" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized".to_owned())),
        (crashing("Error", 137, ""), "Unhealthy", Some("(combined from similar events): Liveness probe failed: {\"level\":\"info\",\"msg\":\"timeout: failed to connect service \\\":50051\\\" within 5s\"}".to_owned())),
        (rejected("OutOfpods", "Node didn't have enough resource: pods, requested: 1, used: 11, capacity: 11"), "", None),
        (rejected("OutOfcpu", "Node didn't have enough resource: cpu, requested: 500, used: 3800, capacity: 3920"), "", None),
        (rejected("SysctlForbidden", "forbidden sysctl: \"net.core.somaxconn\" not allowlisted"), "", None),
        (rejected("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"), "", None),
        (rejected("UnexpectedAdmissionError", "Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected"), "", None),
        (rejected("TopologyAffinityError", "Resources cannot be allocated with Topology locality"), "", None),
    ];
    let mut said = Vec::new();
    for (status, reason, message) in cases {
        let event = message.as_deref().map(|message| (reason, message));
        let (_, out, _) = ask(&mixed(&status, event, &json!({})), "why a");
        let first = out.lines().next().unwrap().to_owned();
        assert!(first.chars().count() <= 190, "{first}");
        // What is quoted is kept as it is.
        let own: String = first.split('"').step_by(2).collect();
        assert!(
            own.matches(": ").count() < 2 && !own.contains(';'),
            "{first}"
        );
        said.push(first);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("containers-first-lines", said.join("\n")));
}
